//! The functions of jq that depend on the value type, and those that must be exact. What would reach
//! outside (files, environment, clock, other inputs) does not exist here.

use jaq_core::native::{Filter, Fun, bome, run, unary, v};
use jaq_core::{DataT, Error, RunPtr, ValR, load};

use super::metered;
use crate::event::number::{Amount, Decimal, Number};
use crate::event::value::{Value, budget, character_count};
use crate::time::timestamp::Timestamp;

type Fault = Error<Value>;

/// Functions of the interpreter's library that expressions do not get, since they reach outside.
const OUTSIDE: &[&str] = &[
    "now",
    "env",
    "input",
    "inputs",
    "debug",
    "debug_empty",
    "stderr",
    "stderr_empty",
    "halt",
    "halt_error",
    "input_filename",
    "input_line_number",
    "get_search_list",
    "localtime",
    "strflocaltime",
    "mktime_local",
];

/// Definitions and functions that are ours instead of the library's.
const OURS: &[&str] = &[
    "nan",
    "infinite",
    "isnan",
    "isinfinite",
    "isfinite",
    "isnormal",
    "floor",
    "round",
    "ceil",
    "abs",
    "length",
    "tojson",
    "fromjson",
    "contains",
    "has",
    "indices",
    "bsearch",
    "trunc",
    "fromdateiso8601",
];

/// What the library builds upon: every number of ours is finite.
const FOUNDATION: &str = r#"
def nan: error("NaN is no JSON number");
def infinite: error("infinity is no JSON number");
def isnan: false;
def isinfinite: false;
def isfinite: . > true and . < "";
def isnormal: isfinite and . != 0;
"#;

/// What completes the library.
const COMPLETION: &str = r#"
def tonumber: if isnumber then . else to_number end;
def toboolean: if . == true or . == false then . elif . == "true" then true elif . == "false" then false
  else error("\(tojson) cannot be read as a boolean") end;
def transpose: [range([.[] | length] | max) as $i | [.[][$i]]];
def in(xs): . as $x | xs | has($x);
def inside(xs): . as $x | xs | contains($x);
def index($i): indices($i)[0];
def rindex($i): indices($i)[-1];
def @json: tojson;
"#;

/// All definitions of the library.
pub fn definitions() -> impl Iterator<Item = load::parse::Def<&'static str>> {
    let is_kept =
        |def: &load::parse::Def<&'static str>| !OUTSIDE.contains(&def.name) && !OURS.contains(&def.name);
    let parse =
        |text| load::parse(text, |parser| parser.defs()).expect("the built-in definitions are valid jq");
    let library = jaq_core::defs().chain(parse(FOUNDATION)).chain(jaq_std::defs().filter(is_kept));
    library.chain(parse(COMPLETION)).map(metered::definition)
}

/// All native functions of the library.
pub fn functions<D: for<'a> DataT<V<'a> = Value>>() -> impl Iterator<Item = Fun<D>> {
    let is_kept = |(name, ..): &Fun<D>| !OUTSIDE.contains(name) && !OURS.contains(name);
    jaq_core::funs().chain(jaq_std::funs().filter(is_kept)).chain(own().into_vec().into_iter().map(run))
}

fn own<D: for<'a> DataT<V<'a> = Value>>() -> Box<[Filter<RunPtr<D>>]> {
    Box::new([
        (metered::STEP, v(0), |cv| {
            budget::step();
            bome(Ok(cv.1))
        }),
        ("to_number", v(0), |cv| bome(to_number(&cv.1))),
        ("tojson", v(0), |cv| bome(Ok(Value::string(cv.1.to_json())))),
        ("fromjson", v(0), |cv| bome(from_json(&cv.1))),
        ("length", v(0), |cv| bome(length(&cv.1))),
        ("abs", v(0), |cv| bome(absolute(cv.1))),
        ("fromdateiso8601", v(0), |cv| bome(from_date(&cv.1))),
        ("floor", v(0), |cv| bome(rounded(cv.1, Rounding::Floor))),
        ("ceil", v(0), |cv| bome(rounded(cv.1, Rounding::Ceil))),
        ("round", v(0), |cv| bome(rounded(cv.1, Rounding::HalfAway))),
        ("trunc", v(0), |cv| bome(rounded(cv.1, Rounding::Truncate))),
        ("contains", v(1), |cv| unary(cv, |value, part| contains(&value, &part).map(Value::Bool))),
        ("has", v(1), |cv| unary(cv, |value, key| has(&value, &key))),
        ("indices", v(1), |cv| unary(cv, |value, part| indices(&value, &part))),
        ("bsearch", v(1), |cv| unary(cv, |value, sought| bsearch(&value, &sought))),
    ])
}

fn fault(what: String) -> Fault {
    Fault::str(what)
}

fn to_number(value: &Value) -> ValR<Value> {
    let number = match value {
        Value::String(text) => {
            std::str::from_utf8(text).ok().and_then(|text| Number::parse_decimal(text.trim()))
        }
        _ => None,
    };
    number.map(Value::Number).ok_or_else(|| fault(format!("{value} cannot be read as a number")))
}

fn from_json(value: &Value) -> ValR<Value> {
    let Value::String(text) = value else { return Err(Fault::typ(value.clone(), "string")) };
    Value::parse(text).map_err(|error| fault(error.what().to_owned()))
}

fn length(value: &Value) -> ValR<Value> {
    Ok(match value {
        Value::Null => Value::from(0usize),
        Value::Bool(_) => return Err(fault(format!("{value} has no length"))),
        Value::Number(_) => return absolute(value.clone()),
        Value::String(text) => Value::from(character_count(text)),
        Value::Array(elements) => Value::from(elements.len()),
        Value::Object(members) => Value::from(members.len()),
    })
}

fn absolute(value: Value) -> ValR<Value> {
    if value < Value::from(0usize) { -value } else { Ok(value) }
}

fn from_date(value: &Value) -> ValR<Value> {
    let Value::String(text) = value else { return Err(Fault::typ(value.clone(), "string")) };
    seconds_of(text)
        .map(|seconds| Value::Number(Number::Exact(seconds)))
        .ok_or_else(|| fault(format!("{value} is no time")))
}

/// The seconds since 1970 of a time as RFC 3339 has it, to the last digit.
pub(super) fn seconds_of(text: &[u8]) -> Option<Decimal> {
    let time = Timestamp::parse(std::str::from_utf8(text).ok()?).ok()?;
    Some(match seconds(time) {
        Some(amount) => amount.decimal(),
        None => Decimal::new(time.0, 9).normalize().plain_integer(),
    })
}

/// The same of an instant in some centuries around 1970.
#[inline]
pub(super) fn seconds(time: Timestamp) -> Option<Amount> {
    let mut digits = i64::try_from(time.0).ok()?;
    let mut scale = 9;
    for (zeros, places) in [(1_000_000, 6), (1000, 3), (100, 2), (10, 1)] {
        while scale >= places && digits % zeros == 0 {
            digits /= zeros;
            scale -= places;
        }
    }
    Amount::new(digits, scale)
}

enum Rounding {
    Floor,
    Ceil,
    HalfAway,
    Truncate,
}

/// An integer near a number, exactly: no detour through floats.
fn rounded(value: Value, rounding: Rounding) -> ValR<Value> {
    let Value::Number(number) = &value else { return Err(Fault::typ(value, "number")) };
    let integer = number.decimal().and_then(|decimal| {
        if matches!(rounding, Rounding::Floor) {
            return decimal.floor().map(Number::Exact).ok_or_else(crate::event::number::out_of_range);
        }
        let whole = decimal.truncate().ok_or_else(crate::event::number::out_of_range)?;
        let (whole, number) = (Number::Exact(whole), Number::Exact(decimal));
        let rest = number.subtract(&whole)?;
        let zero = Number::from(0usize);
        let half = Number::parse(b"0.5").expect("0.5 is a number");
        let step = match rounding {
            Rounding::Truncate | Rounding::Floor => 0,
            Rounding::Ceil => i64::from(rest > zero),
            Rounding::HalfAway if rest >= half => 1,
            Rounding::HalfAway => -i64::from(rest <= half.negate()?),
        };
        whole.add(&Number::from(step))
    });
    integer.map(Value::Number).map_err(|error| fault(error.what().to_owned()))
}

fn contains(value: &Value, part: &Value) -> Result<bool, Fault> {
    let mut all = true;
    match (value, part) {
        (Value::String(text), Value::String(part)) => all = memchr::memmem::find(text, part).is_some(),
        (Value::Array(elements), Value::Array(parts)) => {
            for part in parts.iter() {
                let found = |element: &Value| {
                    element.type_name() == part.type_name() && matches!(contains(element, part), Ok(true))
                };
                all &= elements.iter().any(found);
            }
        }
        (Value::Object(members), Value::Object(parts)) => {
            for (key, part) in parts.iter() {
                all &= members.get(key).is_some_and(|member| matches!(contains(member, part), Ok(true)));
            }
        }
        (a, b) if a.type_name() == b.type_name() => all = a == b,
        (a, b) => return Err(fault(format!("{} {a} cannot contain {} {b}", a.type_name(), b.type_name()))),
    }
    Ok(all)
}

fn has(value: &Value, key: &Value) -> ValR<Value> {
    match (value, key) {
        (Value::Object(_), Value::String(_)) | (Value::Array(_), Value::Number(_)) => {
            let is_negative = matches!(key, Value::Number(number) if number.to_f64() < 0.0);
            Ok(Value::Bool(!is_negative && value.child(key)?.is_some()))
        }
        _ => Err(fault(format!(
            "cannot check whether {} has a key of type {}",
            value.type_name(),
            key.type_name()
        ))),
    }
}

fn indices(value: &Value, part: &Value) -> ValR<Value> {
    match (value, part) {
        (Value::Null, _) => Ok(Value::Null),
        (Value::String(_), Value::String(part)) if part.is_empty() => Ok(Value::Null),
        (Value::String(text), Value::String(part)) => {
            // Overlapping occurrences count, and positions are in characters.
            let starts =
                (0..text.len().saturating_sub(part.len() - 1)).filter(|&at| text[at..].starts_with(part));
            Ok(starts.map(|at| Value::from(character_count(&text[..at]))).collect())
        }
        (Value::Array(_), Value::Array(part)) if part.is_empty() => Ok(Value::Null),
        (Value::Array(_), Value::Array(_)) => Ok(value.child(part)?.unwrap_or_default()),
        (Value::Array(elements), sought) => {
            let found = elements.iter().enumerate().filter(|(_, element)| *element == sought);
            Ok(found.map(|(at, _)| Value::from(at)).collect())
        }
        _ => Err(Fault::index(value.clone(), part.clone())),
    }
}

fn bsearch(value: &Value, sought: &Value) -> ValR<Value> {
    let Value::Array(elements) = value else { return Err(Fault::typ(value.clone(), "array")) };
    let at = elements.binary_search(sought).map_or_else(|at| -1 - at as isize, |at| at as isize);
    Ok(Value::from(at))
}
