//! The worked examples of all aggregates, and what holds for every aggregate: a state can be saved anywhere,
//! and the parts of a session can be joined.

use super::*;
use crate::error::Kind;
use crate::event::Event;
use crate::event::line::{Line, Offset};
use crate::event::scan::{Extractor, Projection};
use crate::operator::table::{GroupTable, States};

/// What the aggregates of one group give for lines.
struct Run {
    specs: Vec<AggregateSpec>,
    extractor: Extractor,
    table: GroupTable,
}

impl Run {
    fn new(expressions: &[&str]) -> Run {
        let mut projection = Projection::default();
        let specs = AggregateSpec::parse_all(expressions, &mut projection).expect("aggregates");
        let table = GroupTable::new(&specs);
        Run { specs, extractor: Extractor::new(&projection), table }
    }

    fn add(&mut self, group: &[u8], line: &str, order: u64) -> Result<()> {
        let mut fields = Vec::new();
        self.extractor.extract(line.as_bytes(), &mut fields)?;
        let line =
            Line { bytes: line.as_bytes(), source: "in.jsonl", number: order + 1, offset: Offset(order) };
        let slot = self.table.slot(group);
        self.table.add(slot, &Event::new(line, 0, &fields), &self.specs, order)
    }

    fn add_to(&mut self, states: &mut States, slot: usize, line: &str, order: u64) -> Result<()> {
        let mut fields = Vec::new();
        self.extractor.extract(line.as_bytes(), &mut fields)?;
        let line =
            Line { bytes: line.as_bytes(), source: "in.jsonl", number: order + 1, offset: Offset(order) };
        states.add(slot, &Event::new(line, 0, &fields), &self.specs, order)
    }

    fn add_all(&mut self, lines: &[&str]) {
        for (order, line) in (0..).zip(lines) {
            self.add(b"", line, order).expect(line);
        }
    }

    fn results(&mut self) -> String {
        let slot = self.table.slot(b"");
        let mut out = Vec::new();
        self.table.write_results(slot, &self.specs, &mut out).expect("results");
        String::from_utf8(out).expect("UTF-8")
    }
}

fn result(expression: &str, lines: &[&str]) -> String {
    let mut run = Run::new(&[&format!("r={expression}")]);
    run.add_all(lines);
    run.results().strip_prefix("\"r\":").expect("the label").to_owned()
}

fn usage_error(expression: &str) -> String {
    let error = AggregateSpec::parse(expression, &mut Projection::default()).err().expect(expression);
    assert_eq!(error.kind(), Kind::Usage, "{expression}");
    error.to_string()
}

#[test]
fn every_worked_example_is_true() {
    for aggregate in AGGREGATES {
        let Example { lines, expression, result: expected } = &aggregate.example;
        assert_eq!(result(expression, lines), *expected, "{expression}");
        assert!(aggregate.signature.starts_with(aggregate.name), "{}", aggregate.signature);
    }
}

#[test]
fn nothing_gives_the_empty_result_and_null_is_nothing() {
    for (expression, expected) in [
        ("count(.x)", "0"),
        ("sum(.x)", "0"),
        ("min(.x)", "null"),
        ("max(.x)", "null"),
        ("avg(.x)", "null"),
        ("first(.x)", "null"),
        ("last(.x)", "null"),
        ("distinct(.x)", "0"),
        ("approx_distinct(.x)", "0"),
        ("quantile(0.9; .x)", "null"),
        ("list(.x)", "[]"),
        ("set(.x)", "[]"),
        ("top(3; .x)", "[]"),
        ("at_max(.x; .x)", "[]"),
        ("at_min(.x; .x)", "[]"),
        ("merge(.x)", "null"),
    ] {
        assert_eq!(result(expression, &[]), expected, "{expression}");
        assert_eq!(result(expression, &["{}", r#"{"x":null}"#, r#"{"x": null }"#]), expected, "{expression}");
        assert_eq!(result(&expression.replace(".x", ".x|."), &["{}"]), expected, "{expression}");
    }
}

#[test]
fn a_condition_chooses_the_events() {
    let lines = [r#"{"t":"a","x":1}"#, r#"{"t":"b","x":2}"#, r#"{"t":"a","x":3}"#];
    assert_eq!(result(r#"sum(.x) where .t == "a""#, &lines), "4");
    assert_eq!(result(r#"count() where(.x > 1)"#, &lines), "2");
    assert_eq!(result(r#"list(if .t == "a" then .x else null end)"#, &lines), "[1,3]");
    assert_eq!(result(r#"count() where .t == "where" "#, &lines), "0");
}

#[test]
fn an_aggregate_without_a_name_has_its_own() {
    let spec = AggregateSpec::parse("count()", &mut Projection::default()).expect("an aggregate");
    assert_eq!((spec.name(), spec.label()), ("count", &b"\"count\":"[..]));
    let twice = AggregateSpec::parse_all(&["sum(.a)", "sum(.b)"], &mut Projection::default());
    assert!(twice.err().expect("one name twice").to_string().contains("'sum'"));
}

#[test]
fn wrong_aggregates_are_usage_errors_that_help() {
    let unknown = usage_error("x=summ(.a)");
    assert!(unknown.contains("did you mean sum?") && unknown.contains("quantile"), "{unknown}");
    assert!(!usage_error("nonsense()").contains("did you mean"));
    assert!(usage_error("sum()").contains("sum(x)"));
    assert!(usage_error("quantile(.x)").contains("quantile(p; x)"));
    assert!(usage_error("quantile(2; .x)").contains("between 0 and 1"));
    assert!(usage_error("top(0; .x)").contains("above 0"));
    for malformed in ["", "sum", "sum(.x", "a=", "sum(.x) wherever", "sum(.x) 1", ".x", "sum(.x|)"] {
        usage_error(malformed);
    }
}

#[test]
fn what_is_no_number_is_an_error_with_its_place() {
    for expression in ["sum(.x)", "avg(.x)", "quantile(0.5; .x)"] {
        let error = Run::new(&[expression]).add(b"", r#"{"x":"12"}"#, 6).expect_err(expression);
        assert_eq!(error.kind(), Kind::Data);
        let text = error.to_string();
        assert!(text.starts_with("in.jsonl:7:6: \"12\" is no number in '"), "{text}");
        let error = Run::new(&[&expression.replace(".x", ".x + []")]).add(b"", r#"{"x":[]}"#, 0);
        assert!(error.expect_err(expression).to_string().starts_with("in.jsonl:1: [] is no number"));
    }
}

#[test]
fn extremes_compare_values_and_keep_how_they_were_written() {
    let lines =
        [r#"{"x":1.0}"#, r#"{"x":1.00}"#, r#"{"x":9007199254740993}"#, r#"{"x":1e3}"#, r#"{"x":0.5}"#];
    assert_eq!(result("max(.x)", &lines), "9007199254740993");
    assert_eq!(result("min(.x)", &lines), "0.5");
    assert_eq!(result("min(.x)", &lines[..2]), "1.0");
    assert_eq!(result("top(3; .x)", &lines), "[9007199254740993,1e3,1.0]");
    assert_eq!(result("max(.x)", &[r#"{"x":5}"#, r#"{"x":"a"}"#, r#"{"x":"B"}"#]), "\"a\"");
    assert_eq!(result("min(.x)", &[r#"{"x":100000000000000000000}"#, r#"{"x":-1E+30}"#]), "-1E+30");
}

#[test]
fn quantiles_are_the_nearest_rank() {
    let lines = ["15", "20", "35", "40", "50"].map(|value| format!("{{\"x\":{value}}}"));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    for (share, expected) in [
        ("0", "15"),
        ("0.05", "15"),
        ("0.3", "20"),
        ("0.4", "20"),
        ("0.40001", "35"),
        ("0.5", "35"),
        ("1", "50"),
    ] {
        assert_eq!(result(&format!("quantile({share}; .x)"), &lines), expected, "{share}");
    }
    assert_eq!(result("quantile(1; .x)", &[r#"{"x":-0}"#, r#"{"x":-0.50}"#]), "-0");
}

#[test]
fn sets_tell_values_apart_as_jq_does() {
    let lines = [r#"{"x":"b"}"#, r#"{"x":1.10}"#, r#"{"x":1.1}"#, r#"{"x":[{"b":1,"a":2}]}"#];
    let more = [r#"{"x":"\u0062"}"#, r#"{"x":[{"a":2,"b":1.0}]}"#, r#"{"x":false}"#];
    let lines = [&lines[..], &more].concat();
    assert_eq!(result("set(.x)", &lines), r#"[false,1.10,"b",[{"b":1,"a":2}]]"#);
    assert_eq!(result("distinct(.x)", &lines), "4");
    assert_eq!(result("approx_distinct(.x)", &lines), "4");
}

#[test]
fn merge_follows_the_cases_of_rfc_7396() {
    for (target, patch, expected) in [
        (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
        (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
        (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
        (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
        (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
        (r#"["a","b"]"#, r#"["c","d"]"#, r#"["c","d"]"#),
        (r#"{"a":"b"}"#, r#"["c"]"#, r#"["c"]"#),
        (r#"{"a":"foo"}"#, r#""bar""#, r#""bar""#),
        (r#"[1,2]"#, r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
        ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
        (r#"{"a":{"b":1}}"#, r#"{"a":3}"#, r#"{"a":3}"#),
        (r#"{"a":3}"#, r#"{"a":{"c":1}}"#, r#"{"a":{"c":1}}"#),
    ] {
        let lines = [target, patch].map(|x| format!("{{\"x\":{x}}}"));
        assert_eq!(result("merge(.x)", &lines.each_ref().map(String::as_str)), expected, "{target} {patch}");
    }
}

/// An expression per aggregate, over values of all kinds where the aggregate takes them.
fn all_expressions() -> Vec<&'static str> {
    let mut expressions: Vec<&str> =
        AGGREGATES.iter().map(|aggregate| aggregate.example.expression).collect();
    expressions.extend([
        "c=count(.x)",
        "l=list(.m)",
        "s=set(.m)",
        "f=first(.m)",
        "z=last(.m)",
        "d=distinct(.m)",
    ]);
    expressions.extend([
        "a=approx_distinct(.m)",
        "lo=min(.m)",
        "hi=max(.m)",
        "t=top(4; .m)",
        "b=at_max(.m; .x)",
        "p=merge(.m)",
    ]);
    let merges = expressions.iter_mut().filter(|expression| **expression == "merge(.x)");
    merges.for_each(|expression| *expression = "merge(.m)");
    expressions
}

mod properties {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn number() -> impl Strategy<Value = String> {
        prop_oneof![
            (-50i64..50).prop_map(|number| number.to_string()),
            (-500i64..500, 0u32..4)
                .prop_map(|(number, scale)| format!("{:.*}", scale as usize, number as f64)),
            Just("1e30".to_owned()),
            Just("170141183460469231731687303715884105727".to_owned()),
            Just("null".to_owned()),
        ]
    }

    fn mixed() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![number(), "[ab]{0,2}".prop_map(|text| format!("\"{text}\""))];
        leaf.prop_recursive(3, 12, 3, |inner| {
            let member = ("[abc]", inner.clone()).prop_map(|(key, value)| format!("\"{key}\":{value}"));
            prop_oneof![
                vec(inner, 0..3).prop_map(|elements| format!("[{}]", elements.join(","))),
                vec(member, 0..3).prop_map(|members| format!("{{{}}}", members.join(","))),
            ]
        })
    }

    fn lines() -> impl Strategy<Value = Vec<(bool, String)>> {
        let line = (number(), mixed()).prop_map(|(x, m)| format!("{{\"x\":{x},\"m\":{m}}}"));
        vec((any::<bool>(), line), 0..25)
    }

    /// Results with their numbers and objects in canonical form: joining may show an equal one.
    fn canonical(results: &str) -> String {
        let value = crate::event::value::Value::parse(format!("{{{results}}}").as_bytes()).expect("JSON");
        let mut out = Vec::new();
        crate::operator::grouping::write_canonical(&value, &mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    /// The text of a member.
    fn member(results: &str, at: usize) -> String {
        let object = format!("{{{results}}}");
        let members: indexmap::IndexMap<String, &serde_json::value::RawValue> =
            serde_json::from_str(&object).expect("JSON");
        members[at].get().to_owned()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn a_state_saved_anywhere_goes_on_as_if_nothing_had_happened(lines in lines(), at in 0usize..25) {
            let at = at.min(lines.len());
            let (mut whole, mut before) = (Run::new(&all_expressions()), Run::new(&all_expressions()));
            for (order, (_, line)) in (0..).zip(&lines) {
                whole.add(b"", line, order).expect(line);
            }
            for (order, (_, line)) in (0..).zip(&lines[..at]) {
                before.add(b"", line, order).expect(line);
            }
            let (mut state, mut again) = (Vec::new(), Vec::new());
            before.table.save(&mut state);
            let mut after = Run::new(&all_expressions());
            let mut rest = state.as_slice();
            after.table.load(&mut rest).expect("saved above");
            prop_assert!(rest.is_empty());
            after.table.save(&mut again);
            prop_assert_eq!(&again, &state);
            for (order, (_, line)) in (at as u64..).zip(&lines[at..]) {
                after.add(b"", line, order).expect(line);
            }
            prop_assert_eq!(after.results(), whole.results());
        }

        #[test]
        fn the_joined_states_of_two_sessions_are_those_of_one(lines in lines()) {
            let (mut whole, mut parts) = (Run::new(&all_expressions()), Run::new(&all_expressions()));
            let mut states = States::new(&parts.specs);
            let (into, from) = (states.begin(), states.begin());
            for (order, (is_other, line)) in (0..).zip(&lines) {
                whole.add(b"", line, order).expect(line);
                parts.add_to(&mut states, if *is_other { from } else { into }, line, order).expect(line);
            }
            states.merge(into, from).expect("states can be joined");
            let mut joined = Vec::new();
            states.write_results(into, &parts.specs, &mut joined).expect("results");
            let joined = String::from_utf8_lossy(&joined).into_owned();
            prop_assert_eq!(canonical(&joined), canonical(&whole.results()));
            for (at, spec) in parts.specs.iter().enumerate().filter(|(_, spec)| spec.joins_exactly()) {
                prop_assert_eq!(member(&joined, at), member(&whole.results(), at), "{}", spec.text());
            }
        }

        #[test]
        fn a_damaged_state_is_an_error_or_another_state_but_no_crash(
            lines in lines(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
        ) {
            let mut run = Run::new(&all_expressions());
            for (order, (_, line)) in (0..).zip(&lines) {
                run.add(b"", line, order).expect(line);
            }
            let mut state = Vec::new();
            run.table.save(&mut state);
            let at = at.index(state.len());
            state[at] = byte;
            if run.table.load(&mut state.as_slice()).is_ok() {
                let slots: Vec<usize> = run.table.slots().collect();
                for slot in slots {
                    let mut out = Vec::new();
                    // A damaged number may be too large to compute with, which is an error of its own.
                    if let Err(error) = run.table.write_results(slot, &run.specs, &mut out) {
                        prop_assert_eq!(error.kind(), Kind::Data);
                    }
                }
            }
        }
    }
}
