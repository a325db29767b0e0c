//! The common shapes of expressions, run straight on the bytes of the line: paths, literals, comparisons,
//! arithmetic, and/or/not, if, `//` and string tests. Where the values at hand leave these shapes (an escape, an
//! array, an error), the answer is "not known here", and the interpreter decides: it gives the same answer wherever
//! both know one.

use std::cmp::Ordering;

use jaq_core::load;
use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Term};
use jaq_core::ops::{Cmp, Math};
use jaq_core::path::{Opt, Part};

use super::Datum;
use crate::event::Event;
use crate::event::number::{Decimal, Number};
use crate::event::path::{Path, Step};
use crate::event::scan::Projection;
use crate::event::value::Value;

/// A compiled expression of a common shape.
pub enum Native {
    Literal(Value),
    Field(Field),
    Compare(Box<Native>, Cmp, Box<Native>),
    Math(Box<Native>, Math, Box<Native>),
    And(Box<Native>, Box<Native>),
    Or(Box<Native>, Box<Native>),
    Not(Box<Native>),
    Negate(Box<Native>),
    Otherwise(Box<Native>, Box<Native>),
    If(Vec<(Native, Native)>, Box<Native>),
    Test(Box<Native>, StringTest, Vec<u8>),
}

/// A path of keys, with its ancestors to tell a missing field from a path that leads through no object.
pub struct Field {
    slot: usize,
    /// From the parent up.
    ancestors: Vec<usize>,
}

/// A question about a string.
#[derive(Clone, Copy)]
pub enum StringTest {
    StartsWith,
    EndsWith,
    Contains,
}

impl Native {
    /// Compiles `text` if it has a common shape; the fields it reads get slots in `projection`.
    pub fn compile(text: &str, projection: &mut Projection) -> Option<Native> {
        let term = load::parse(text, |parser| parser.term())?;
        // Slots are only taken when the whole expression is of a common shape.
        let mut tried = projection.clone();
        let native = from_term(&term, &mut tried)?;
        *projection = tried;
        Some(native)
    }

    /// The one output for `event`; nothing where only the interpreter knows.
    #[inline]
    pub fn read<'a>(&self, event: &Event<'a>) -> Option<Datum<'a>> {
        match self {
            Native::Literal(value) => Some(Datum::Value(value.clone())),
            Native::Field(field) => field.read(event),
            Native::Compare(a, operator, b) => {
                let (a, b) = (a.read(event)?, b.read(event)?);
                let order = Scalar::of(&a)?.compare(&Scalar::of(&b)?)?;
                Some(truth(match operator {
                    Cmp::Lt => order.is_lt(),
                    Cmp::Le => order.is_le(),
                    Cmp::Gt => order.is_gt(),
                    Cmp::Ge => order.is_ge(),
                    Cmp::Eq => order.is_eq(),
                    Cmp::Ne => order.is_ne(),
                }))
            }
            Native::Math(a, operator, b) => compute(a.read(event)?, *operator, b.read(event)?),
            Native::And(a, b) => Some(truth(a.holds(event)? && b.holds(event)?)),
            Native::Or(a, b) => Some(truth(a.holds(event)? || b.holds(event)?)),
            Native::Not(a) => Some(truth(!a.holds(event)?)),
            Native::Negate(a) => match Scalar::of(&a.read(event)?)? {
                Scalar::Number(number) => Some(exact(number.negate())),
                _ => None,
            },
            Native::Otherwise(a, b) => {
                let first = a.read(event)?;
                if is_true(&first) { Some(first) } else { b.read(event) }
            }
            Native::If(branches, otherwise) => {
                for (condition, then) in branches {
                    if condition.holds(event)? {
                        return then.read(event);
                    }
                }
                otherwise.read(event)
            }
            Native::Test(a, test, part) => {
                let datum = a.read(event)?;
                let Scalar::Text(text) = Scalar::of(&datum)? else { return None };
                Some(truth(match test {
                    StringTest::StartsWith => text.starts_with(part),
                    StringTest::EndsWith => text.ends_with(part),
                    StringTest::Contains => memchr::memmem::find(text, part).is_some(),
                }))
            }
        }
    }

    /// Whether the output is true to jq.
    #[inline]
    pub fn holds(&self, event: &Event<'_>) -> Option<bool> {
        Some(is_true(&self.read(event)?))
    }
}

impl Field {
    #[inline]
    fn read<'a>(&self, event: &Event<'a>) -> Option<Datum<'a>> {
        match event.field(self.slot) {
            Some(text) => Some(Datum::Text(text)),
            None => match self.ancestors.iter().find_map(|&slot| event.field(slot)) {
                None | Some([b'{', ..] | b"null") => Some(Datum::Value(Value::Null)),
                // To ask an array or a string for a key is an error.
                Some(_) => None,
            },
        }
    }
}

fn truth<'a>(value: bool) -> Datum<'a> {
    Datum::Value(Value::Bool(value))
}

fn exact<'a>(decimal: Decimal) -> Datum<'a> {
    Datum::Value(Value::Number(Number::Exact(decimal)))
}

fn is_true(datum: &Datum<'_>) -> bool {
    match datum {
        Datum::Missing => false,
        Datum::Text(text) => *text != b"null" && *text != b"false",
        Datum::Value(value) => value.is_true(),
    }
}

/// A value that is neither array nor object, as compared and computed with.
enum Scalar<'a> {
    Null,
    Bool(bool),
    Number(Decimal),
    /// A string without its quotes.
    Text(&'a [u8]),
}

impl<'a> Scalar<'a> {
    /// What is no scalar, or a string with escapes, is not known here.
    #[inline]
    fn of(datum: &'a Datum<'_>) -> Option<Scalar<'a>> {
        match datum {
            Datum::Missing | Datum::Value(Value::Null) => Some(Scalar::Null),
            Datum::Value(Value::Bool(value)) => Some(Scalar::Bool(*value)),
            Datum::Value(Value::Number(number)) => number.decimal().ok().map(Scalar::Number),
            Datum::Value(Value::String(text)) => Some(Scalar::Text(text)),
            Datum::Value(_) => None,
            Datum::Text(text) => match *text {
                [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => Some(Scalar::Text(inner)),
                [b'-' | b'0'..=b'9', ..] => Decimal::parse(text).map(Scalar::Number),
                b"null" => Some(Scalar::Null),
                b"true" => Some(Scalar::Bool(true)),
                b"false" => Some(Scalar::Bool(false)),
                _ => None,
            },
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Scalar::Null => 0,
            Scalar::Bool(value) => 1 + u8::from(*value),
            Scalar::Number(_) => 3,
            Scalar::Text(_) => 4,
        }
    }

    #[inline]
    fn compare(&self, other: &Scalar<'_>) -> Option<Ordering> {
        Some(match (self, other) {
            (Scalar::Number(a), Scalar::Number(b)) => a.compare(b),
            (Scalar::Text(a), Scalar::Text(b)) => a.cmp(b),
            (a, b) => a.rank().cmp(&b.rank()),
        })
    }
}

/// Arithmetic on numbers; null is nothing to add.
fn compute<'a>(a: Datum<'a>, operator: Math, b: Datum<'a>) -> Option<Datum<'a>> {
    match (Scalar::of(&a)?, operator, Scalar::of(&b)?) {
        (Scalar::Null, Math::Add, _) => Some(b),
        (_, Math::Add, Scalar::Null) => Some(a),
        (Scalar::Number(a), Math::Add, Scalar::Number(b)) => a.add(&b).map(exact),
        (Scalar::Number(a), Math::Sub, Scalar::Number(b)) => a.add(&b.negate()).map(exact),
        (Scalar::Number(a), Math::Mul, Scalar::Number(b)) => a.multiply(&b).map(exact),
        (Scalar::Number(a), Math::Div, Scalar::Number(b)) if !b.is_zero() => a.divide(&b).map(exact),
        (Scalar::Number(a), Math::Rem, Scalar::Number(b)) => {
            a.truncate()?.remainder(&b.truncate()?).map(exact)
        }
        _ => None,
    }
}

fn from_term(term: &Term<&str>, projection: &mut Projection) -> Option<Native> {
    let mut boxed = |term: &Term<&str>| from_term(term, projection).map(Box::new);
    match term {
        Term::Num(text) => Number::parse_decimal(text).map(|number| Native::Literal(Value::Number(number))),
        Term::Str(None, parts) => literal(parts).map(|text| Native::Literal(Value::string(text))),
        Term::Call("null", arguments) if arguments.is_empty() => Some(Native::Literal(Value::Null)),
        Term::Call("true", arguments) if arguments.is_empty() => Some(Native::Literal(Value::Bool(true))),
        Term::Call("false", arguments) if arguments.is_empty() => Some(Native::Literal(Value::Bool(false))),
        Term::Path(from, path) if matches!(**from, Term::Id) => field(&path.0, projection),
        Term::Neg(inner) => Some(Native::Negate(boxed(inner)?)),
        Term::BinOp(a, operator, b) => match operator {
            BinaryOp::Cmp(operator) => Some(Native::Compare(boxed(a)?, *operator, boxed(b)?)),
            BinaryOp::Math(operator) => Some(Native::Math(boxed(a)?, *operator, boxed(b)?)),
            BinaryOp::And => Some(Native::And(boxed(a)?, boxed(b)?)),
            BinaryOp::Or => Some(Native::Or(boxed(a)?, boxed(b)?)),
            BinaryOp::Alt => Some(Native::Otherwise(boxed(a)?, boxed(b)?)),
            BinaryOp::Pipe(None) => from_call(boxed(a)?, b),
            _ => None,
        },
        Term::IfThenElse(branches, Some(otherwise)) => {
            let otherwise = boxed(otherwise)?;
            let branch = |(condition, then): &(Term<&str>, Term<&str>)| {
                Some((from_term(condition, projection)?, from_term(then, projection)?))
            };
            Some(Native::If(branches.iter().map(branch).collect::<Option<_>>()?, otherwise))
        }
        _ => None,
    }
}

/// `… | not`, `… | startswith("x")` and the like.
fn from_call(input: Box<Native>, term: &Term<&str>) -> Option<Native> {
    let Term::Call(name, arguments) = term else { return None };
    match (*name, arguments.as_slice()) {
        ("not", []) => Some(Native::Not(input)),
        (name, [Term::Str(None, parts)]) => {
            let test = match name {
                "startswith" => StringTest::StartsWith,
                "endswith" => StringTest::EndsWith,
                "contains" => StringTest::Contains,
                _ => return None,
            };
            Some(Native::Test(input, test, literal(parts)?.into_bytes()))
        }
        _ => None,
    }
}

/// The text of a string without interpolation.
pub(super) fn literal(parts: &[StrPart<&str, Term<&str>>]) -> Option<String> {
    let mut text = String::new();
    for part in parts {
        match part {
            StrPart::Str(part) => text.push_str(part),
            StrPart::Char(part) => text.push(*part),
            StrPart::Term(_) => return None,
        }
    }
    Some(text)
}

fn field(parts: &[(Part<Term<&str>>, Opt)], projection: &mut Projection) -> Option<Native> {
    let key = |(part, opt): &(Part<Term<&str>>, Opt)| match (part, opt) {
        (Part::Index(Term::Str(None, parts)), Opt::Essential) => literal(parts).map(Step::Key),
        _ => None,
    };
    let steps = parts.iter().map(key).collect::<Option<Vec<Step>>>()?;
    let slot = projection.slot(&Path { steps: steps.clone() });
    let ancestors =
        (1..steps.len()).rev().map(|length| projection.slot(&Path { steps: steps[..length].to_vec() }));
    Some(Native::Field(Field { slot, ancestors: ancestors.collect() }))
}
