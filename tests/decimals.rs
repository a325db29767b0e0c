//! Exact sums and balances: the cases of General Decimal Arithmetic and of ledgers in tests/data/cases,
//! through numbers, running sums and folds.

use bourn::event::Event;
use bourn::event::line::{Line, Offset};
use bourn::event::number::{ExactSum, Number};
use bourn::event::scan::{Extractor, Projection};
use bourn::operator::aggregate::AggregateSpec;
use bourn::operator::fold::{Emit, Fold};
use bourn::operator::grouping::Grouping;
use bourn::operator::{Operator, Results};
use serde_json::Value;

const CASES: &str = include_str!("data/cases/decimals.json");

/// The cases of one operator, with how many there must be in all.
fn cases(operator: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(CASES).expect("the case file is JSON");
    let cases = file["cases"].as_array().expect("it has cases");
    assert_eq!(Some(cases.len() as u64), file["cases_in_file"].as_u64(), "no case is lost");
    let known = |case: &&Value| matches!(case["operator"]["op"].as_str(), Some("sum" | "balance"));
    assert_eq!(cases.iter().filter(known).count(), cases.len(), "every case has a known operator");
    cases.iter().filter(|case| case["operator"]["op"] == operator).cloned().collect()
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_else(|| panic!("{value} has the text {field}"))
}

fn rows(case: &Value) -> &[Value] {
    case["input"].as_array().expect("a case has input")
}

fn number(text: &str) -> Number {
    Number::parse_decimal(text).unwrap_or_else(|| panic!("{text} is a number"))
}

/// The values of a case, forwards and backwards: a sum does not depend on the order.
fn both_ways(case: &Value) -> [Vec<&str>; 2] {
    let values: Vec<&str> = rows(case).iter().map(|row| text(row, "value")).collect();
    let backwards = values.iter().rev().copied().collect();
    [values, backwards]
}

#[test]
fn numbers_add_up_digit_for_digit() {
    let cases = cases("sum");
    assert!(cases.len() > 60);
    for case in &cases {
        for values in both_ways(case) {
            let total = values.iter().try_fold(number("0"), |total, value| total.add(&number(value)));
            assert_eq!(
                total.expect("in range").to_string(),
                text(&case["expected"], "value"),
                "{}",
                case["id"]
            );
        }
    }
}

#[test]
fn running_sums_add_up_digit_for_digit() {
    for case in &cases("sum") {
        for values in both_ways(case) {
            let mut sum = ExactSum::default();
            for value in values {
                // Notations that are no JSON, like `.3`, are read as numbers first.
                if Number::parse(value.as_bytes()).is_none() {
                    sum.add(&number(value)).expect("in range");
                } else {
                    assert!(sum.add_text(value.as_bytes()).expect("in range"), "{value}");
                }
            }
            let total = sum.to_number().expect("in range").to_string();
            assert_eq!(total, text(&case["expected"], "value"), "{}", case["id"]);
        }
    }
}

/// The rows of a fold of `lines`.
fn fold(by: Option<&str>, aggregate: &str, lines: &[String]) -> Vec<Value> {
    let mut projection = Projection::default();
    let grouping = Grouping::parse(by, &mut projection).expect("a grouping");
    let spec = AggregateSpec::parse(aggregate, &mut projection).expect("an aggregate");
    let mut fold = Fold::aggregates(grouping, vec![spec], Emit::Final);
    let mut extractor = Extractor::new(&projection);
    let (mut fields, mut results) = (Vec::new(), Results::default());
    for (number, line) in (1..).zip(lines) {
        extractor.extract(line.as_bytes(), &mut fields).expect("an event");
        let line = Line { bytes: line.as_bytes(), source: "case", number, offset: Offset(number - 1) };
        fold.on_event(&Event::new(line, 0, &fields), &mut results).expect("an amount");
    }
    fold.on_end(&mut results).expect("results");
    let rows = String::from_utf8(results.rows).expect("UTF-8");
    // The amounts are put into quotes, so that reading the row does not bend them.
    let quoted = rows.lines().map(|row| {
        let (front, amount) = row.rsplit_once(':').expect("the amount is the last member");
        format!("{front}:\"{}\"}}", amount.trim_end_matches('}'))
    });
    quoted.map(|row| serde_json::from_str(&row).expect("a row is JSON")).collect()
}

fn line(row: &Value) -> String {
    let (account, currency) = (&row["account"], &row["currency"]);
    format!("{{\"account\":{account},\"currency\":{currency},\"amount\":{}}}", text(row, "amount"))
}

#[test]
fn balances_of_ledgers_are_right_to_the_cent() {
    let cases = cases("balance");
    assert!(!cases.is_empty());
    for case in &cases {
        let lines: Vec<String> = rows(case).iter().map(line).collect();
        let folded = fold(Some(".account,.currency"), "amount=sum(.amount)", &lines);
        let expected = case["expected"]["balances"].as_array().expect("a case has balances");
        // A ledger leaves accounts at zero out; a fold has a row for each key.
        let open: Vec<&Value> =
            folded.iter().filter(|row| number(text(row, "amount")) != number("0")).collect();
        assert_eq!(open.len(), expected.len(), "{}", case["id"]);
        for balance in expected {
            let is_it = |row: &&&Value| {
                row["key"]["account"] == balance["account"] && row["key"]["currency"] == balance["currency"]
            };
            let row = open.iter().find(is_it).unwrap_or_else(|| panic!("{balance} has a row"));
            assert_eq!(number(text(row, "amount")), number(text(balance, "amount")), "{}", case["id"]);
        }
        let totals = case["expected"]["totals"].as_object().expect("a case has totals");
        let folded = fold(Some(".currency"), "amount=sum(.amount)", &lines);
        assert_eq!(folded.len(), totals.len(), "{}", case["id"]);
        for row in &folded {
            let total = totals[text(&row["key"], "currency")].as_str().expect("a total");
            assert_eq!(text(row, "amount"), total, "{}", case["id"]);
        }
    }
}
