//! Rules over a few lines: what each finds and what it lets pass; ids and balances held against the obvious way.

use std::collections::{HashMap, HashSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::ids::{Confirm, Fingerprints, OneWalk};
use super::*;
use crate::event::envelope::{Choice, Envelope, Part};
use crate::event::line::Offset;
use crate::event::scan::{Extractor, Projection};
use crate::time::duration::Duration;

/// The fields of the native envelope.
fn bind(part: Part, projection: &mut Projection) -> crate::event::envelope::Field {
    Envelope::new(&Choice::default()).expect("native").bind(part, projection)
}

/// Tells lines to an inspector.
fn tell<T: AsRef<str>>(lines: &[T], projection: &Projection, inspector: &mut dyn Inspector) {
    let mut extractor = Extractor::new(projection);
    let mut fields = Vec::new();
    for (at, text) in lines.iter().enumerate() {
        let (bytes, number) = (text.as_ref().as_bytes(), at as u64 + 1);
        let line = Line { bytes, source: "in.jsonl", number, offset: Offset(at as u64) };
        match extractor.extract(bytes, &mut fields) {
            Ok(()) => inspector.on_event(&Event::new(line, 0, &fields)),
            Err(error) => inspector.on_bad_line(&line, &error),
        }
    }
}

/// What a family finds, as `line:column what`.
fn found<T: AsRef<str>>(family: impl Examine + 'static, projection: &Projection, lines: &[T]) -> Vec<String> {
    let mut check = Check::new(vec![Box::new(family)], true, 100);
    tell(lines, projection, &mut check);
    let (findings, _) = check.finish();
    let told = |finding: &&Finding| {
        let place = &finding.place;
        format!("{}:{} {}", place.line, place.column.unwrap_or(0), finding.what)
    };
    findings.sorted().iter().map(told).collect()
}

#[test]
fn a_bad_line_is_a_finding_and_the_check_goes_on() {
    let mut projection = Projection::default();
    let required = Required::new(&[".a".to_owned()], &mut projection).expect("a path");
    let lines = [r#"{"a":1}"#, "{", "", r#"{"a":null}"#, r#"{"b":1}"#, "[]"];
    let expected = [
        "2:2 not JSON: the line ends inside an object",
        "3:1 an empty line is not an event",
        "4:6 .a is null",
        "5:0 this event has no .a",
        "6:1 an event is a JSON object, but this is an array",
    ];
    assert_eq!(found(required, &projection, &lines), expected);
}

fn times(projection: &mut Projection, adjust: impl Fn(&mut Times)) -> Times {
    let mut times = Times::new(bind(Part::Time, projection));
    adjust(&mut times);
    times
}

fn at(second: u8) -> String {
    format!(r#"{{"timestamp":"2024-01-01T00:00:{second:02}Z"}}"#)
}

#[test]
fn a_time_may_go_back_by_the_tolerance_and_no_further() {
    let mut projection = Projection::default();
    let order = times(&mut projection, |times| times.tolerance = Some(Duration::parse("5s").expect("5s")));
    let lines = [at(10), at(5), at(4), at(12), at(7), at(6), at(12)];
    let expected = [
        "3:14 event time 2024-01-01T00:00:04Z goes back by 6s behind 2024-01-01T00:00:10Z",
        "6:14 event time 2024-01-01T00:00:06Z goes back by 6s behind 2024-01-01T00:00:12Z",
    ];
    assert_eq!(found(order, &projection, &lines), expected);
}

#[test]
fn both_ends_of_the_range_are_in_it() {
    let moment = |text: &str| Some(crate::time::timestamp::Timestamp::parse(text).expect(text));
    let mut projection = Projection::default();
    let range = times(&mut projection, |times| {
        times.not_before = moment("2024-01-01T00:00:05Z");
        times.not_after = moment("2024-01-01T00:00:07Z");
        times.is_required = true;
    });
    let lines = [at(5), at(7), at(4), at(8), "{}".to_owned(), r#"{"timestamp":true}"#.to_owned()];
    let expected = [
        "3:14 event time 2024-01-01T00:00:04Z lies before 2024-01-01T00:00:05Z",
        "4:14 event time 2024-01-01T00:00:08Z lies after 2024-01-01T00:00:07Z",
        "5:0 this event has no event time at .timestamp",
        "6:14 'true' is no time",
    ];
    assert_eq!(found(range, &projection, &lines), expected);
}

fn versions(first: First, lines: &[&str]) -> Vec<String> {
    let mut projection = Projection::default();
    let entity = bind(Part::Key, &mut projection);
    let rule = Versions::new(entity, ".v", first, &mut projection).expect("a path");
    found(rule, &projection, lines)
}

#[test]
fn versions_count_up_by_one_for_each_entity() {
    let lines = [
        r#"{"streamId":"a","v":1}"#,
        r#"{"streamId":"b","v":0}"#,
        r#"{"streamId":"a","v":3}"#,
        r#"{"streamId":"\u0061","v":4}"#,
        r#"{"streamId":"b","v":0}"#,
        r#"{"streamId":"a","v":2}"#,
        r#"{"streamId":"a","v":5.0}"#,
        r#"{"streamId":"c","v":2}"#,
        r#"{"streamId":"c","v":"x"}"#,
        r#"{"streamId":"c"}"#,
        r#"{"v":1}"#,
    ];
    let expected = [
        "3:21 version 3 of \"a\" leaves a gap",
        "5:21 version 0 of \"b\" comes twice",
        "6:21 version 2 of \"a\" goes back",
        "8:21 the history of \"c\" begins with version 2",
        "9:21 \"x\" at .v is no version",
        "10:0 this event has no .v",
        "11:0 this event has no entity at .streamId",
    ];
    assert_eq!(versions(First::ZeroOrOne, &lines), expected);
    assert_eq!(versions(First::Any, &lines[7..8]), [""; 0]);
    assert_eq!(versions(First::Is(0), &lines[..1]), ["1:21 the history of \"a\" begins with version 1"]);
}

#[test]
fn types_are_compared_by_value() {
    let mut projection = Projection::default();
    let field = bind(Part::Type, &mut projection);
    let rule = KnownTypes::new(field, vec![b"\"Paid\"".to_vec()]);
    let lines = [r#"{"eventType":"Paid"}"#, r#"{"eventType":"\u0050aid"}"#, r#"{"eventType":"paid"}"#, "{}"];
    let expected = ["3:14 unknown event type \"paid\"", "4:0 this event has no event type at .eventType"];
    assert_eq!(found(rule, &projection, &lines), expected);
}

#[test]
fn a_condition_that_fails_is_a_finding_too() {
    let mut projection = Projection::default();
    let compile = |text: &str, projection: &mut Projection| {
        crate::event::expression::Operand::compile(text, projection).expect(text)
    };
    let conditions = vec![compile(".x > 0", &mut projection), compile(".y + 1 == 2", &mut projection)];
    let lines = [r#"{"x":1,"y":1}"#, r#"{"x":0,"y":1}"#, r#"{"x":1,"y":"a"}"#];
    let found = found(Assert::new(conditions), &projection, &lines);
    assert_eq!(found[0], "2:0 '.x > 0' does not hold");
    assert!(found[1].starts_with("3:0 '.y + 1 == 2' fails for this event"), "{found:?}");
}

fn balanced(rule: &str, lines: &[&str]) -> Vec<String> {
    let mut projection = Projection::default();
    let rule = Balanced::parse(rule, &mut projection).expect(rule);
    found(rule, &projection, lines)
}

#[test]
fn groups_balance_to_the_cent() {
    let lines = [
        r#"{"t":1,"c":"EUR","x":0.1}"#,
        r#"{"t":1,"c":"EUR","x":0.2}"#,
        r#"{"t":2,"c":"USD","x":5}"#,
        r#"{"t":1,"c":"EUR","x":-0.3}"#,
        r#"{"t":2,"c":"EUR","x":-5}"#,
        r#"{"x":7}"#,
        r#"{"t":3}"#,
        r#"{"t":4,"c":"EUR","x":"1"}"#,
    ];
    let expected = ["6:6 the amount 7 belongs to no group", "8:22 \"1\" is no number"];
    assert_eq!(balanced(".t=.x", &lines), expected);
    let found = balanced(".t,.c=.x", &lines);
    assert_eq!(found[0], "3:0 the amounts of {\"t\":2,\"c\":\"USD\"} add up to 5");
    assert_eq!(found[1], "5:0 the amounts of {\"t\":2,\"c\":\"EUR\"} add up to -5");
    for text in ["", ".t", ".t=", "=.x", "t=.x", ".t=.x +"] {
        assert!(Balanced::parse(text, &mut Projection::default()).is_err(), "{text}");
    }
}

/// The lines whose id was used before, as two walks find them.
fn used_again(lines: &[String]) -> Vec<u64> {
    let mut projection = Projection::default();
    let field = bind(Part::Id, &mut projection);
    let mut check =
        Check::new(Vec::new(), true, u64::MAX).with_fingerprints(Fingerprints::new(field.clone()));
    tell(lines, &projection, &mut check);
    let (mut findings, suspects) = check.finish();
    tell(lines, &projection, &mut Confirm::new(field, suspects, lines.len() as u64, &mut findings));
    findings.sorted().iter().map(|finding| finding.place.line).collect()
}

/// Likewise, as one walk finds them.
fn used_again_in_one(lines: &[String]) -> Vec<u64> {
    let mut projection = Projection::default();
    let walk = OneWalk::new(bind(Part::Id, &mut projection));
    let mut check = Check::new(vec![Box::new(walk)], true, u64::MAX);
    tell(lines, &projection, &mut check);
    check.finish().0.sorted().iter().map(|finding| finding.place.line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn ids_are_used_again_exactly_when_a_set_has_them(ids in vec("[ab]{1,3}|[0-9]", 0..40)) {
        let lines: Vec<String> = ids.iter().map(|id| format!(r#"{{"eventId":"{id}"}}"#)).collect();
        let mut set = HashSet::new();
        let again = ids.iter().enumerate().filter(|(_, id)| !set.insert(*id));
        let again: Vec<u64> = again.map(|(at, _)| at as u64 + 1).collect();
        prop_assert_eq!(&used_again(&lines), &again);
        prop_assert_eq!(&used_again_in_one(&lines), &again);
    }

    #[test]
    fn a_group_is_open_exactly_when_its_sum_is_not_zero(amounts in vec((0u8..4, -3i64..4), 0..40)) {
        let lines: Vec<String> =
            amounts.iter().map(|(group, amount)| format!(r#"{{"t":{group},"x":{:.1}}}"#, *amount as f64 / 10.0)).collect();
        let mut sums: HashMap<u8, i64> = HashMap::new();
        amounts.iter().for_each(|(group, amount)| *sums.entry(*group).or_default() += amount);
        let open = sums.values().filter(|sum| **sum != 0).count();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        prop_assert_eq!(balanced(".t=.x", &lines).len(), open);
    }
}
