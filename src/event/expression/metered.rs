//! Makes every call of a definition cost a step of the budget, so that also one that calls itself without touching
//! a value comes to an end. Knows the words of jq and nothing of values.

use std::borrow::Cow;

use jaq_core::load::lex::{Lexer, StrPart, Tok, Token};
use jaq_core::load::parse::{BinaryOp, Def, Term};

/// The function that takes a step and passes its input on.
pub const STEP: &str = "__step";

/// A definition of the library: those inside it, which are the ones that call themselves, cost a step.
pub fn definition(mut outer: Def<&'static str>) -> Def<&'static str> {
    if let Term::Def(inner, _) = &mut outer.body {
        for definition in inner {
            let body = std::mem::take(&mut definition.body);
            let step = Box::new(Term::Call(STEP, Vec::new()));
            definition.body = Term::BinOp(step, BinaryOp::Pipe(None), Box::new(body));
        }
    }
    outer
}

/// A program with a step in front of the body of each definition; the program itself where it cannot be read, so
/// that errors speak of what was written.
pub fn text(program: &str) -> Cow<'_, str> {
    let Ok(tokens) = Lexer::new(program).lex() else { return Cow::Borrowed(program) };
    let mut bodies = Vec::new();
    find_bodies(&tokens, program, &mut bodies);
    if bodies.is_empty() || jaq_core::load::parse(program, |parser| parser.term()).is_none() {
        return Cow::Borrowed(program);
    }
    bodies.sort_unstable();
    let (mut metered, mut done) = (String::with_capacity(program.len() + 10 * bodies.len()), 0);
    for body in bodies {
        metered.push_str(&program[done..body]);
        for part in [" ", STEP, " |"] {
            metered.push_str(part);
        }
        done = body;
    }
    metered.push_str(&program[done..]);
    Cow::Owned(metered)
}

/// Where the bodies of definitions begin, in bytes: behind `def name:` or `def name(parameters):`.
fn find_bodies(tokens: &[Token<&str>], program: &str, bodies: &mut Vec<usize>) {
    for (at, Token(text, token)) in tokens.iter().enumerate() {
        match token {
            Tok::Word if *text == "def" => {
                let after_name = &tokens[(at + 2).min(tokens.len())..];
                let colon = match after_name {
                    [Token(_, Tok::Block(_)), colon, ..] | [colon, ..] => colon,
                    [] => continue,
                };
                if colon.0 == ":" {
                    bodies.push(colon.0.as_ptr() as usize - program.as_ptr() as usize + 1);
                }
            }
            Tok::Block(inner) => find_bodies(inner, program, bodies),
            Tok::Str(parts) => parts.iter().for_each(|part| {
                if let StrPart::Term(term) = part {
                    find_bodies(std::slice::from_ref(term), program, bodies);
                }
            }),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn a_step_stands_in_front_of_each_body() {
        for (program, metered) in [
            (".def", ".def"),
            ("{def: 1}", "{def: 1}"),
            ("def f: .; f", "def f: __step | .; f"),
            ("[def f(a; $b): a; f(1; 2)]", "[def f(a; $b): __step | a; f(1; 2)]"),
            ("\"\\(def f: def g: 1; g; f)\"", "\"\\(def f: __step | def g: __step | 1; g; f)\""),
            ("def f: f", "def f: f"),
        ] {
            assert_eq!(text(program), metered);
        }
    }
}
