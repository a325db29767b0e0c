//! What a line must have for a condition to hold: the texts that it compares strings with. A condition of which nothing
//! is known here may hold for any line.

use jaq_core::load;
use jaq_core::load::parse::{BinaryOp, Term};
use jaq_core::ops::Cmp;
use jaq_core::path::{Opt, Part};

use super::native::literal;
use crate::event::scan::needles::{Ends, Needles};

/// Needles of which every line has one for which the condition `text` has a true output.
pub fn of(text: &str) -> Option<Needles> {
    of_term(&load::parse(text, |parser| parser.term())?)
}

fn of_term(term: &Term<&str>) -> Option<Needles> {
    let Term::BinOp(a, operator, b) = term else { return None };
    match operator {
        BinaryOp::And => Needles::and(of_term(a), of_term(b)),
        BinaryOp::Or => of_term(a)?.or(of_term(b)?),
        BinaryOp::Cmp(Cmp::Eq) => match (&**a, &**b) {
            (field, Term::Str(None, parts)) | (Term::Str(None, parts), field) if is_field(field) => {
                Needles::of(&literal(parts)?, Ends::BOTH)
            }
            _ => None,
        },
        BinaryOp::Pipe(None) if is_field(a) => of_test(b),
        _ => None,
    }
}

/// `… | startswith("x")` and the like, asked of a field.
fn of_test(term: &Term<&str>) -> Option<Needles> {
    let Term::Call(name, arguments) = term else { return None };
    let [Term::Str(None, parts)] = arguments.as_slice() else { return None };
    let ends = match *name {
        "startswith" => Ends { first: true, last: false },
        "endswith" => Ends { first: false, last: true },
        "contains" => Ends::NEITHER,
        _ => return None,
    };
    Needles::of(&literal(parts)?, ends)
}

/// Whether it is a path of keys: then what it gives stands on the line.
fn is_field(term: &Term<&str>) -> bool {
    let is_key = |(part, opt): &(Part<Term<&str>>, Opt)| match (part, opt) {
        (Part::Index(Term::Str(None, parts)), Opt::Essential | Opt::Optional) => literal(parts).is_some(),
        _ => false,
    };
    matches!(term, Term::Path(from, path) if matches!(**from, Term::Id) && path.0.iter().all(is_key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(condition: &str) -> Option<Vec<String>> {
        let text = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
        of(condition).map(|needles| needles.texts().map(text).collect())
    }

    fn are(condition: &str, expected: &[&str]) {
        assert_eq!(
            texts(condition),
            Some(expected.iter().map(|&text| text.to_owned()).collect()),
            "{condition}"
        );
    }

    #[test]
    fn strings_that_a_field_must_have_are_found() {
        are(r#".eventType == "FeePaid""#, &["\"FeePaid\""]);
        are(r#""FeePaid" == .data.type"#, &["\"FeePaid\""]);
        are(r#".a? == "x\/y\u0041z""#, &["yAz\""]);
        are(r#".note | startswith("Fee")"#, &["\"Fee"]);
        are(r#".note | contains("Fee")"#, &["Fee"]);
        are(r#".a > 5 and (.b == "this" or .c == "that")"#, &["\"that\"", "\"this\""]);
        are(r#".b == "this" and .c == "the other""#, &["\"the other\""]);
    }

    #[test]
    fn other_conditions_may_hold_for_any_line() {
        for condition in [
            r#".a != "x""#,
            r#".a == 5"#,
            r#".a == "x" or .b > 5"#,
            r#".a == "x" | not"#,
            r#".a + "d" == "abcd""#,
            r#"(.a | ascii_downcase) == "abcd""#,
            r#""abcd" == "abcd""#,
            r#".a == "abcd\(.b)""#,
            r#".a == .b"#,
            r#".a == """#,
            r#"def startswith(x): true; .a | startswith("abcd")"#,
            r#". as $e | .a == "abcd""#,
        ] {
            // An empty string has its two quotes.
            let expected = (condition == r#".a == """#).then(|| vec!["\"\"".to_owned()]);
            assert_eq!(texts(condition), expected, "{condition}");
        }
    }
}
