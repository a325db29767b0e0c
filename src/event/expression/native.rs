//! The common shapes of expressions, run straight on the bytes of the line: paths, literals, comparisons,
//! arithmetic, and/or/not, if, `//` and string tests. Where the values at hand leave these shapes (an escape, an
//! array, an error), the answer is "not known here", and the interpreter decides: it gives the same answer wherever
//! both know one.

use std::cmp::Ordering;

use jaq_core::load;
use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Term};
use jaq_core::ops::{Cmp, Math};

use super::Datum;
use super::construct::Construct;
use super::functions::{seconds, seconds_of};
use super::pipe;
use crate::event::Event;
use crate::event::number::{Amount, Decimal, Number};
use crate::event::path::{Path, Step};
use crate::event::scan::Projection;
use crate::event::value::{Value, is_plain, write_string};
use crate::time::timestamp::recent::RecentMinute;

/// A compiled expression of a common shape.
pub enum Native {
    /// A value, and the number that it is if it is one of moderate size.
    Literal(Value, Option<Amount>),
    Field(Field),
    Compare(Box<Native>, Cmp, Box<Native>),
    /// Whether a field is a string, or is not, if the last is false.
    IsText(Field, Text, bool),
    Math(Box<Native>, Math, Box<Native>),
    And(Box<Native>, Box<Native>),
    Or(Box<Native>, Box<Native>),
    Not(Box<Native>),
    Negate(Box<Native>),
    Otherwise(Box<Native>, Box<Native>),
    If(Vec<(Native, Native)>, Box<Native>),
    Test(Box<Native>, StringTest, Vec<u8>),
    Floor(Box<Native>),
    /// The seconds since 1970 of a time.
    Seconds(Box<Native>, RecentMinute),
    Construct(Construct),
}

/// A path of keys, with its ancestors to tell a missing field from a path that leads through no object.
pub struct Field {
    slot: usize,
    /// From the parent up.
    ancestors: Vec<usize>,
}

/// A string that is compared with, as it stands in a line when nothing in it is escaped.
pub struct Text(Box<[u8]>);

impl Text {
    /// Nothing for a string that JSON must write with escapes.
    fn new(text: &[u8]) -> Option<Text> {
        let mut quoted = Vec::new();
        write_string(text, &mut quoted);
        (quoted.len() == text.len() + 2).then(|| Text(quoted.into()))
    }

    /// Whether a value is this string; nothing where an escape must be read to know. A string with escapes is longer
    /// than what it stands for, so that only longer ones can be the same.
    #[inline]
    fn is(&self, value: &[u8]) -> Option<bool> {
        if is_same(value, &self.0) {
            return Some(true);
        }
        let may_be = value.len() > self.0.len() && value[0] == b'"' && !is_plain(value);
        (!may_be).then_some(false)
    }
}

/// Whether two texts are equal; most are short, and compared without a call.
#[inline(always)]
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && match one.len() {
            8..16 => ends::<8>(one) == ends::<8>(other),
            16..=32 => ends::<16>(one) == ends::<16>(other),
            _ => one == other,
        }
}

/// The first and the last bytes.
#[inline(always)]
fn ends<const N: usize>(text: &[u8]) -> Option<(&[u8; N], &[u8; N])> {
    Some((text.first_chunk()?, text.last_chunk()?))
}

/// A question about a string.
#[derive(Clone, Copy)]
pub enum StringTest {
    StartsWith,
    EndsWith,
    Contains,
}

/// The branch of an `if` that is taken.
#[inline]
fn chosen<'n>(
    branches: &'n [(Native, Native)],
    otherwise: &'n Native,
    event: &Event<'_>,
) -> Option<&'n Native> {
    for (condition, then) in branches {
        if condition.holds(event)? {
            return Some(then);
        }
    }
    Some(otherwise)
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
        if let Some(amount) = self.computed(event) {
            return Some(Datum::Amount(amount));
        }
        match self {
            Native::Literal(value, _) => Some(Datum::Value(value.clone())),
            Native::Field(field) => field.read(event),
            Native::Math(a, operator, b) => {
                let (mut left, mut right) = (None, None);
                let is_left = match (a.scalar(event, &mut left)?, operator, b.scalar(event, &mut right)?) {
                    (Scalar::Number(a), _, Scalar::Number(b)) => {
                        return compute(&a, *operator, &b).map(exact);
                    }
                    // Null is nothing to add.
                    (Scalar::Null, Math::Add, _) => false,
                    (_, Math::Add, Scalar::Null) => true,
                    _ => return None,
                };
                let (operand, computed) = if is_left { (a, left) } else { (b, right) };
                computed.map_or_else(|| operand.read(event), Some)
            }
            Native::Negate(a) => match Scalar::of(&a.read(event)?)? {
                Scalar::Number(number) => Some(exact(number.negate())),
                _ => None,
            },
            Native::Otherwise(a, b) => {
                let first = a.read(event)?;
                if first.is_true() { Some(first) } else { b.read(event) }
            }
            Native::If(branches, otherwise) => chosen(branches, otherwise, event)?.read(event),
            Native::Compare(..)
            | Native::IsText(..)
            | Native::And(..)
            | Native::Or(..)
            | Native::Not(_)
            | Native::Test(..) => self.holds(event).map(truth),
            Native::Floor(a) => match a.scalar(event, &mut None)? {
                Scalar::Number(number) => number.floor().map(exact),
                _ => None,
            },
            Native::Seconds(a, _) => match a.scalar(event, &mut None)? {
                Scalar::Text(text) => seconds_of(text).map(exact),
                _ => None,
            },
            Native::Construct(construct) => construct.read(event).map(Datum::Value),
        }
    }

    /// Whether the output is true to jq.
    #[inline]
    pub fn holds(&self, event: &Event<'_>) -> Option<bool> {
        match self {
            Native::Compare(a, operator, b) => {
                let order = match compare_amounts(a, b, event) {
                    Some(order) => order,
                    None => {
                        let (mut left, mut right) = (None, None);
                        a.scalar(event, &mut left)?.compare(&b.scalar(event, &mut right)?)?
                    }
                };
                Some(match operator {
                    Cmp::Lt => order.is_lt(),
                    Cmp::Le => order.is_le(),
                    Cmp::Gt => order.is_gt(),
                    Cmp::Ge => order.is_ge(),
                    Cmp::Eq => order.is_eq(),
                    Cmp::Ne => order.is_ne(),
                })
            }
            Native::IsText(field, text, wanted) => {
                let is_it = match event.field(field.slot) {
                    Some(value) => text.is(value)?,
                    // Null is no string.
                    None => field.read(event).map(|_| false)?,
                };
                Some(is_it == *wanted)
            }
            Native::And(a, b) => Some(a.holds(event)? && b.holds(event)?),
            Native::Or(a, b) => Some(a.holds(event)? || b.holds(event)?),
            Native::Not(a) => Some(!a.holds(event)?),
            Native::Test(a, test, part) => {
                let mut computed = None;
                let Scalar::Text(text) = a.scalar(event, &mut computed)? else { return None };
                Some(match test {
                    StringTest::StartsWith => text.starts_with(part),
                    StringTest::EndsWith => text.ends_with(part),
                    StringTest::Contains => memchr::memmem::find(text, part).is_some(),
                })
            }
            _ => Some(self.read(event)?.is_true()),
        }
    }

    /// The output, if it is computed here and a number of moderate size: the fast way to what the exact numbers give.
    #[inline]
    pub fn computed(&self, event: &Event<'_>) -> Option<Amount> {
        match self {
            Native::Math(..) | Native::Negate(_) | Native::Floor(_) | Native::Seconds(..) => {
                self.amount(event)
            }
            _ => None,
        }
    }

    /// The output as it is computed with, if it is a number of moderate size.
    pub fn amount(&self, event: &Event<'_>) -> Option<Amount> {
        match self {
            Native::Field(field) => Amount::parse(event.field(field.slot)?),
            Native::Literal(_, amount) => *amount,
            Native::Math(a, operator, b) => {
                let (a, b) = (a.amount(event)?, b.amount(event)?);
                match operator {
                    Math::Add => a.plus(b),
                    Math::Sub => a.minus(b),
                    Math::Mul => a.times(b),
                    Math::Rem => a.remainder(b),
                    Math::Div => None,
                }
            }
            Native::Negate(a) => a.amount(event)?.negate(),
            Native::If(branches, otherwise) => chosen(branches, otherwise, event)?.amount(event),
            Native::Floor(a) => Some(a.amount(event)?.floor()),
            Native::Seconds(a, recent) => match &**a {
                Native::Field(field) => recent.read_utc(event.field(field.slot)?).and_then(seconds),
                _ => None,
            },
            _ => None,
        }
    }

    /// The output as it is compared. Literals and fields are looked at where they are; what has to be computed is put
    /// into `computed`.
    #[inline]
    fn scalar<'s, 'a: 's>(
        &'s self,
        event: &Event<'a>,
        computed: &'s mut Option<Datum<'a>>,
    ) -> Option<Scalar<'s>> {
        match self {
            Native::Literal(value, _) => Scalar::of_value(value),
            Native::Field(field) => match event.field(field.slot) {
                Some(text) => Scalar::of_text(text),
                None => Scalar::of(computed.insert(field.read(event)?)),
            },
            _ => Scalar::of(computed.insert(self.read(event)?)),
        }
    }
}

impl Field {
    /// The slot of the path.
    pub fn slot(&self) -> usize {
        self.slot
    }

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
            Datum::Missing => Some(Scalar::Null),
            Datum::Value(value) => Scalar::of_value(value),
            Datum::Text(text) => Scalar::of_text(text),
            Datum::Amount(amount) => Some(Scalar::Number(amount.decimal())),
        }
    }

    #[inline]
    fn of_value(value: &'a Value) -> Option<Scalar<'a>> {
        match value {
            Value::Null => Some(Scalar::Null),
            Value::Bool(value) => Some(Scalar::Bool(*value)),
            Value::Number(number) => number.decimal().ok().map(Scalar::Number),
            Value::String(text) => Some(Scalar::Text(text)),
            _ => None,
        }
    }

    #[inline]
    fn of_text(text: &'a [u8]) -> Option<Scalar<'a>> {
        match text {
            [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => Some(Scalar::Text(inner)),
            [b'-' | b'0'..=b'9', ..] => match Amount::parse(text) {
                Some(amount) => Some(Scalar::Number(amount.decimal())),
                None => Decimal::parse(text).map(Scalar::Number),
            },
            b"null" => Some(Scalar::Null),
            b"true" => Some(Scalar::Bool(true)),
            b"false" => Some(Scalar::Bool(false)),
            _ => None,
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

/// The order of two outputs that are both numbers of moderate size.
#[inline]
fn compare_amounts(a: &Native, b: &Native, event: &Event<'_>) -> Option<Ordering> {
    // Literals stand on the right, mostly, and tell at once.
    let b = b.amount(event)?;
    Some(a.amount(event)?.compare(b))
}

fn number_literal(number: Number) -> Native {
    let amount = number.amount();
    Native::Literal(Value::Number(number), amount)
}

/// Arithmetic; nothing where it is an error.
fn compute(a: &Decimal, operator: Math, b: &Decimal) -> Option<Decimal> {
    match operator {
        Math::Add => a.add(b),
        Math::Sub => a.add(&b.negate()),
        Math::Mul => a.multiply(b),
        Math::Div if b.is_zero() => None,
        Math::Div => a.divide(b),
        Math::Rem => a.truncate()?.remainder(&b.truncate()?),
    }
}

/// Compiles a term if it has a common shape.
pub fn from_term(term: &Term<&str>, projection: &mut Projection) -> Option<Native> {
    let mut boxed = |term: &Term<&str>| from_term(term, projection).map(Box::new);
    match term {
        Term::Num(text) => Number::parse_decimal(text).map(number_literal),
        Term::Str(None, parts) => match literal(parts) {
            Some(text) => Some(Native::Literal(Value::string(text), None)),
            None => Construct::compile(term, projection).map(Native::Construct),
        },
        Term::Call("null", arguments) if arguments.is_empty() => Some(Native::Literal(Value::Null, None)),
        Term::Call("true", arguments) if arguments.is_empty() => {
            Some(Native::Literal(Value::Bool(true), None))
        }
        Term::Call("false", arguments) if arguments.is_empty() => {
            Some(Native::Literal(Value::Bool(false), None))
        }
        Term::Id => Some(field(Vec::new(), projection)),
        Term::Path(from, path) if matches!(**from, Term::Id) => {
            pipe::keys(path).map(|keys| field(keys, projection))
        }
        Term::Neg(inner) => Some(Native::Negate(boxed(inner)?)),
        Term::BinOp(a, operator, b) => match operator {
            BinaryOp::Cmp(operator) => Some(comparison(*boxed(a)?, *operator, *boxed(b)?)),
            BinaryOp::Math(operator) => Some(Native::Math(boxed(a)?, *operator, boxed(b)?)),
            BinaryOp::And => Some(Native::And(boxed(a)?, boxed(b)?)),
            BinaryOp::Or => Some(Native::Or(boxed(a)?, boxed(b)?)),
            BinaryOp::Alt => Some(Native::Otherwise(boxed(a)?, boxed(b)?)),
            BinaryOp::Pipe(None) => from_pipe(a, b, projection),
            _ => None,
        },
        Term::IfThenElse(branches, Some(otherwise)) => {
            let otherwise = boxed(otherwise)?;
            let branch = |(condition, then): &(Term<&str>, Term<&str>)| {
                Some((from_term(condition, projection)?, from_term(then, projection)?))
            };
            Some(Native::If(branches.iter().map(branch).collect::<Option<_>>()?, otherwise))
        }
        _ => Construct::compile(term, projection).map(Native::Construct),
    }
}

/// A comparison; that of a field with a string is a matter of bytes.
fn comparison(a: Native, operator: Cmp, b: Native) -> Native {
    let text = match (&a, &b) {
        (Native::Field(_), Native::Literal(Value::String(text), _)) => Text::new(text),
        _ => None,
    };
    match (a, operator, text) {
        (Native::Field(field), Cmp::Eq, Some(text)) => Native::IsText(field, text, true),
        (Native::Field(field), Cmp::Ne, Some(text)) => Native::IsText(field, text, false),
        (a, operator, _) => Native::Compare(Box::new(a), operator, Box::new(b)),
    }
}

/// `… | not`, or `.a | …` with its paths made longer.
fn from_pipe(input: &Term<&str>, body: &Term<&str>, projection: &mut Projection) -> Option<Native> {
    match body {
        Term::Call(..) => from_call(Box::new(from_term(input, projection)?), body),
        _ => from_term(&pipe::joined(input, body)?, projection),
    }
}

/// `… | not`, `… | startswith("x")` and the like.
fn from_call(input: Box<Native>, term: &Term<&str>) -> Option<Native> {
    let Term::Call(name, arguments) = term else { return None };
    match (*name, arguments.as_slice()) {
        ("not", []) => Some(Native::Not(input)),
        ("floor", []) => Some(Native::Floor(input)),
        ("fromdate" | "fromdateiso8601", []) => Some(Native::Seconds(input, RecentMinute::default())),
        ("tostring", []) => Some(Native::Construct(Construct::shown(*input))),
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
pub fn literal(parts: &[StrPart<&str, Term<&str>>]) -> Option<String> {
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

/// The field that a path of keys leads to.
pub fn field(keys: Vec<String>, projection: &mut Projection) -> Native {
    let steps: Vec<Step> = keys.into_iter().map(Step::Key).collect();
    let slot = projection.slot(&Path { steps: steps.clone() });
    let ancestor = |length: usize| projection.slot_of_ancestor(&Path { steps: steps[..length].to_vec() });
    let ancestors = (1..steps.len()).rev().map(ancestor);
    Native::Field(Field { slot, ancestors: ancestors.collect() })
}
