//! Tests of keys and their order.

use super::*;
use crate::event::line::{Line, Offset};
use crate::event::scan::Extractor;

fn key(by: &str, line: &str) -> (Vec<u8>, bool) {
    let mut projection = Projection::default();
    let grouping = Grouping::parse(Some(by), &mut projection).expect(by);
    let mut fields = Vec::new();
    Extractor::new(&projection).extract(line.as_bytes(), &mut fields).expect(line);
    let line = Line { bytes: line.as_bytes(), source: "-", number: 1, offset: Offset(0) };
    let mut key = Key::default();
    let has_null = grouping.key(&Event::new(line, 0, &fields), &mut key).expect("a key");
    (key.text().to_vec(), has_null)
}

fn object(by: &str, line: &str) -> String {
    let grouping = Grouping::parse(Some(by), &mut Projection::default()).expect(by);
    let mut out = Vec::new();
    grouping.write_object(&key(by, line).0, &mut out);
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn keys_are_equal_exactly_when_the_parts_are_equal_by_value() {
    for (a, b) in [
        (r#"{"k":"A"}"#, r#"{"k":"\u0041"}"#),
        (r#"{"k":1}"#, r#"{"k":1.00}"#),
        (r#"{"k":100}"#, r#"{"k":1e2}"#),
        (r#"{"k":0}"#, r#"{"k":-0.0}"#),
        (r#"{"k":null}"#, "{}"),
        ("{\"k\":\"\u{7f}\"}", r#"{"k":"\u007f"}"#),
        (r#"{"k":{"a":1,"b":[2]}}"#, r#"{"k":{ "b" : [2.0], "a":1 }}"#),
    ] {
        assert_eq!(key(".k", a), key(".k", b), "{a} {b}");
    }
    for (a, b) in [(r#"{"k":1}"#, r#"{"k":"1"}"#), (r#"{"k":"null"}"#, "{}"), (r#"{"k":false}"#, "{}")] {
        assert_ne!(key(".k", a).0, key(".k", b).0, "{a} {b}");
    }
    assert_ne!(key(".a,.b", r#"{"a":"x","b":"yz"}"#).0, key(".a,.b", r#"{"a":"xy","b":"z"}"#).0);
}

#[test]
fn a_missing_part_is_null_and_said_so() {
    assert_eq!(object(".a,.b", r#"{"b":1}"#), r#"{"a":null,"b":1}"#);
    assert!(key(".a,.b", r#"{"b":1}"#).1);
    assert!(key(".a,.b", r#"{"a":null,"b":1}"#).1);
    assert!(!key(".a,.b", r#"{"a":0,"b":1}"#).1);
}

#[test]
fn parts_are_named_by_their_last_key_unless_that_collides() {
    let line = r#"{"data":{"id":1},"meta":{"id":2},"x y":[7]}"#;
    assert_eq!(object(".data.id", line), r#"{"id":1}"#);
    assert_eq!(object(".data.id,.meta.id", line), r#"{"data.id":1,"meta.id":2}"#);
    assert_eq!(object("who=.data.id,.meta.id", line), r#"{"who":1,"id":2}"#);
    assert_eq!(object(".\"x y\"[0]", line), r#"{"x y":7}"#);
}

#[test]
fn a_wrong_grouping_is_a_usage_error_with_an_example() {
    for by in ["", ".a,", "a", ".a,.a", "x=.a,x=.b", ".a | length"] {
        let error = Grouping::parse(Some(by), &mut Projection::default()).err().expect(by);
        assert_eq!(error.kind(), crate::error::Kind::Usage, "{by}");
    }
}

#[test]
fn keys_are_ordered_as_jq_orders_values() {
    let lines = [
        "{}",
        r#"{"k":false}"#,
        r#"{"k":-1}"#,
        r#"{"k":2}"#,
        r#"{"k":10}"#,
        r#"{"k":"2"}"#,
        r#"{"k":"a"}"#,
        r#"{"k":"\n"}"#,
        r#"{"k":[]}"#,
    ];
    let grouping = Grouping::parse(Some(".k"), &mut Projection::default()).expect("a path");
    let mut sorted: Vec<_> = lines.map(|line| key(".k", line).0).to_vec();
    sorted.sort_by(|a, b| grouping.compare(b, a));
    sorted.sort_by(|a, b| grouping.compare(a, b));
    let expected = [0, 1, 2, 3, 4, 7, 5, 6, 8].map(|at| key(".k", lines[at]).0);
    assert_eq!(sorted, expected);
}

proptest::proptest! {
    #[test]
    fn a_smaller_prefix_is_a_smaller_key(a in any_key(), b in any_key()) {
        let grouping = Grouping::parse(Some(".a,.b"), &mut Projection::default()).expect("paths");
        if let (Some(of_a), Some(of_b)) = (Grouping::order_prefix(&a), Grouping::order_prefix(&b)) {
            let order = of_a.cmp(&of_b);
            proptest::prop_assert!(order.is_eq() || order == grouping.compare(&a, &b), "{a:?} {b:?}");
        }
    }
}

/// Keys of two parts that are often alike.
fn any_key() -> impl proptest::strategy::Strategy<Value = Vec<u8>> {
    use proptest::prelude::*;
    let part = || {
        prop_oneof![
            "(null|false|true|\\[\\]|\\{\\}|\\[1\\])",
            "-?[0-9]{1,3}(\\.[0-9]{1,2})?(e-?[0-9]{1,3})?",
            "900719925474099[0-9]{1,4}",
            "\"[ab\u{e9}\u{1f600}]{0,4}\"",
            "\"user-0000000000[12]{0,3}\"",
            "\"\\\\n[ab]\"",
        ]
    };
    (part(), part()).prop_filter_map("numbers as JSON has them", |(a, b)| {
        let mut key = Vec::new();
        for text in [a, b] {
            write_canonical(&Value::parse(text.as_bytes()).ok()?, &mut key);
            key.push(END);
        }
        Some(key)
    })
}

#[test]
fn a_key_comes_back_from_its_object() {
    let (by, line) = (".a,.b.c", r#"{"a":1.50,"b":{"c":"x"}}"#);
    let grouping = Grouping::parse(Some(by), &mut Projection::default()).expect(by);
    let mut again = Vec::new();
    let object = Value::parse(object(by, line).as_bytes()).expect("JSON");
    grouping.key_of_object(&object, &mut again).expect("names are JSON");
    assert_eq!(again, key(by, line).0);
}
