//! Folds over a few lines: rows, changelogs, assertions; a state saved anywhere; and the duality of a table
//! and its changelog.

use proptest::collection::vec;
use proptest::prelude::*;

use super::latest::Latest;
use super::*;
use crate::event::line::{Line, Offset};
use crate::event::scan::{Extractor, Projection};

const BANK: [&str; 4] = [
    r#"{"streamId":"a","amount":1000}"#,
    r#"{"streamId":"b","amount":0.10}"#,
    r#"{"streamId":"a","amount":-200.5}"#,
    r#"{"amount":7}"#,
];

/// An operator with the fields it reads.
struct Run {
    operator: Box<dyn Operator>,
    extractor: Extractor,
    results: Results,
    line: u64,
}

impl Run {
    fn new(operator: impl Operator + 'static, projection: &Projection) -> Run {
        let extractor = Extractor::new(projection);
        Run { operator: Box::new(operator), extractor, results: Results::default(), line: 0 }
    }

    fn add(&mut self, line: &str) -> Result<()> {
        let mut fields = Vec::new();
        self.extractor.extract(line.as_bytes(), &mut fields)?;
        self.line += 1;
        let offset = Offset(self.line - 1);
        let line = Line { bytes: line.as_bytes(), source: "in.jsonl", number: self.line, offset };
        let fate = self.operator.on_event(&Event::new(line, 0, &fields), &mut self.results)?;
        assert_eq!(fate, Fate::Used);
        Ok(())
    }

    fn finish(mut self) -> Result<String> {
        self.operator.on_end(&mut self.results)?;
        Ok(String::from_utf8(self.results.rows).expect("rows are UTF-8"))
    }

    fn rows<T: AsRef<str>>(mut self, lines: &[T]) -> Result<String> {
        lines.iter().try_for_each(|line| self.add(line.as_ref()))?;
        self.finish()
    }
}

fn fold(by: Option<&str>, aggregates: &[&str], emit: Emit, adjust: impl Fn(Fold) -> Fold) -> Run {
    let mut projection = Projection::default();
    let grouping = Grouping::parse(by, &mut projection).expect("a grouping");
    let specs = AggregateSpec::parse_all(aggregates, &mut projection).expect("aggregates");
    Run::new(adjust(Fold::aggregates(grouping, specs, emit)), &projection)
}

fn reduce(by: Option<&str>, init: &str, reducer: &str, emit: Emit, adjust: impl Fn(Fold) -> Fold) -> Run {
    let mut projection = Projection::default();
    let grouping = Grouping::parse(by, &mut projection).expect("a grouping");
    let program = Program::compile(reducer, &["$e"]).expect("a reducer");
    let init = Value::parse(init.as_bytes()).expect("a state");
    Run::new(adjust(Fold::reducer(grouping, init, program, emit)), &projection)
}

fn condition(text: &str) -> Program {
    Program::compile(text, &[]).expect("a condition")
}

fn plain(fold: Fold) -> Fold {
    fold
}

#[test]
fn final_rows_are_sorted_by_key() {
    let rows = fold(Some(".streamId"), &["balance=sum(.amount)", "count()"], Emit::Final, plain).rows(&BANK);
    let expected = r#"{"key":{"streamId":null},"balance":7,"count":1}
{"key":{"streamId":"a"},"balance":799.5,"count":2}
{"key":{"streamId":"b"},"balance":0.10,"count":1}
"#;
    assert_eq!(rows.expect("rows"), expected);
    let rows = fold(None, &["balance=sum(.amount)"], Emit::Final, plain).rows(&BANK);
    assert_eq!(rows.expect("rows"), "{\"balance\":806.60}\n");
}

#[test]
fn updates_tell_the_state_after_each_event() {
    let rows = fold(Some(".streamId"), &["balance=sum(.amount)"], Emit::Updates, plain).rows(&BANK[..3]);
    let expected = r#"{"key":{"streamId":"a"},"balance":1000}
{"key":{"streamId":"b"},"balance":0.10}
{"key":{"streamId":"a"},"balance":799.5}
"#;
    assert_eq!(rows.expect("rows"), expected);
    let rows = reduce(None, "0", ". + $e.amount", Emit::Updates, plain).rows(&BANK[..3]);
    assert_eq!(rows.expect("rows"), "1000\n1000.10\n799.60\n");
}

#[test]
fn a_reducer_has_one_state_per_key_and_may_keep_it() {
    let reducer = "if $e.amount > 0 then . + [$e.amount] else empty end";
    let rows = reduce(Some(".streamId"), "[]", reducer, Emit::Final, plain).rows(&BANK[..3]);
    let expected =
        "{\"key\":{\"streamId\":\"a\"},\"state\":[1000]}\n{\"key\":{\"streamId\":\"b\"},\"state\":[0.10]}\n";
    assert_eq!(rows.expect("rows"), expected);
}

#[test]
fn a_growing_state_is_changed_in_place() {
    use crate::event::value::budget;
    // A copy of the state takes a step for each of its elements.
    budget::set_max_steps(500);
    for reducer in
        [". + [$e.amount]", ".[$e.streamId] += 1", "if $e.amount > 3 then .[$e.streamId].n += 1 end"]
    {
        let mut run = reduce(None, "null", reducer, Emit::Final, plain);
        for n in 0..2000 {
            run.add(&format!(r#"{{"streamId":"k{n}","amount":{n}}}"#)).expect(reducer);
        }
    }
    budget::set_max_steps(budget::DEFAULT_STEPS);
}

#[test]
fn a_reducer_with_several_outputs_is_refused_and_ends() {
    let error = reduce(None, "0", "repeat(1)", Emit::Final, plain).rows(&BANK).expect_err("several outputs");
    assert!(error.to_string().starts_with("in.jsonl:1: the reducer gives more than one state"), "{error}");
}

#[test]
fn a_history_without_events_has_the_first_state() {
    let none: [&str; 0] = [];
    let rows = fold(None, &["n=count()", "m=max(.x)"], Emit::Final, plain).rows(&none).expect("a row");
    assert_eq!(rows, "{\"n\":0,\"m\":null}\n");
    assert_eq!(reduce(None, "[1.0]", ".", Emit::Final, plain).rows(&none).expect("a row"), "[1.0]\n");
    assert_eq!(fold(Some(".k"), &["count()"], Emit::Final, plain).rows(&none).expect("no row"), "");
    assert_eq!(fold(None, &["count()"], Emit::Updates, plain).rows(&none).expect("no row"), "");
}

#[test]
fn a_broken_assertion_names_the_event_and_the_states() {
    let adjust = |fold: Fold| fold.assert(condition(".balance >= 0"));
    let lines = [r#"{"k":"a","x":5}"#, r#"{"k":"b","x":1}"#, r#"{"k":"a","x":-6}"#];
    let run = fold(Some(".k"), &["balance=sum(.x)"], Emit::Final, adjust);
    let error = run.rows(&lines).expect_err("the balance is below 0");
    assert_eq!(error.kind(), Kind::Answer);
    let expected = r#"in.jsonl:3: '.balance >= 0' does not hold for {"k":"a"} after event @2: "#.to_owned()
        + r#"{"key":{"k":"a"},"balance":5} became {"key":{"k":"a"},"balance":-1}"#;
    assert_eq!(error.to_string(), expected);
    let adjust = |fold: Fold| fold.assert(condition(". < 5"));
    let error =
        reduce(None, "0", ". + $e.x", Emit::Final, adjust).rows(&lines).expect_err("5 is not below 5");
    assert_eq!(error.to_string(), "in.jsonl:1: '. < 5' does not hold after event @0: 0 became 5");
}

#[test]
fn a_final_assertion_looks_at_the_last_states_only() {
    let adjust = |fold: Fold| fold.assert_final(condition(".s == 0"));
    let lines = [r#"{"x":0.1}"#, r#"{"x":0.2}"#, r#"{"x":-0.3}"#];
    let rows = fold(None, &["s=sum(.x)"], Emit::Final, adjust).rows(&lines).expect("it is 0 at the end");
    assert_eq!(rows, "{\"s\":0.0}\n");
    let error = fold(None, &["s=sum(.x)"], Emit::Final, adjust).rows(&lines[..2]).expect_err("0.3");
    assert_eq!(error.to_string(), "'.s == 0' does not hold at the end: the state is {\"s\":0.3}");
    assert_eq!(error.kind(), Kind::Answer);
}

#[test]
fn a_table_holds_the_latest_row_of_each_key_until_it_is_deleted() {
    let mut projection = Projection::default();
    let table = Latest::new(&mut projection).expect("paths");
    let lines = [
        r#"{"key":{"k":"b"},"n":1}"#,
        r#"{"key":{"k":"a"},"n":1}"#,
        r#"{"key":{"k":"b"},"n":2}  "#,
        r#"{"key":{"k":"c"},"state":3}"#,
        r#"{"key":{"k":"d"},"state":4}"#,
        r#"{"key":{"k":"d"},"state":null}"#,
        r#"{"key":{"k":"a"},"deleted":true}"#,
        r#"{"key":{"k":"c"},"deleted":false,"state":5}"#,
        r#"{"key":{"k":"e"},"state":6}"#,
    ];
    let expected = r#"{"key":{"k":"b"},"n":2}
{"key":{"k":"c"},"deleted":false,"state":5}
{"key":{"k":"e"},"state":6}
"#;
    assert_eq!(Run::new(table, &projection).rows(&lines).expect("rows"), expected);
}

#[test]
fn windows_of_a_changelog_are_ordered_by_their_end() {
    let mut projection = Projection::default();
    let table = Latest::new(&mut projection).expect("paths");
    let row = |start: &str, end: &str, n: u8| {
        format!("{{\"window\":{{\"start\":\"{start}\",\"end\":\"{end}\"}},\"key\":{{\"k\":1}},\"rev\":{n}}}")
    };
    let late = row("2024-01-01T00:00:00Z", "2024-01-01T00:00:00.500Z", 1);
    let early = row("2023-12-31T00:00:00Z", "2024-01-01T00:00:00Z", 1);
    let again = row("2024-01-01T00:00:00Z", "2024-01-01T00:00:00.500Z", 2);
    let rows = Run::new(table, &projection).rows(&[&late, &early, &again]).expect("rows");
    assert_eq!(rows, format!("{early}\n{again}\n"));
}

fn lines() -> impl Strategy<Value = Vec<String>> {
    let line = ("[abc]", 0u8..3, -300i64..300, 0usize..3);
    let line = line.prop_map(|(a, b, number, scale)| {
        let a = if a == "c" { "null".to_owned() } else { format!("\"{a}\"") };
        format!("{{\"a\":{a},\"b\":{b},\"x\":{:.*}}}", scale, number as f64 / 8.0)
    });
    vec(line, 0..20)
}

const AGGREGATES: [&str; 4] = ["s=sum(.x)", "n=count()", "l=last(.x) where .x > 0", "t=top(2; .x)"];
const REDUCER: &str = r#"{sum: (.sum + $e.x), seen: (.seen + [$e.b])}"#;

/// A fold of one of two kinds.
fn any_fold(is_reducer: bool, by: Option<&str>, emit: Emit) -> Run {
    match is_reducer {
        true => reduce(by, r#"{"sum":0,"seen":[]}"#, REDUCER, emit, plain),
        false => fold(by, &AGGREGATES, emit, plain),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_fold_saved_anywhere_goes_on_as_if_nothing_had_happened(
        lines in lines(), at in 0usize..20, is_reducer: bool, is_final: bool,
    ) {
        let emit = if is_final { Emit::Final } else { Emit::Updates };
        let at = at.min(lines.len());
        let whole = any_fold(is_reducer, Some(".a,.b"), emit).rows(&lines).expect("rows");
        let mut before = any_fold(is_reducer, Some(".a,.b"), emit);
        lines[..at].iter().for_each(|line| before.add(line).expect(line));
        let (mut state, mut after) = (Vec::new(), any_fold(is_reducer, Some(".a,.b"), emit));
        before.operator.save(&mut state);
        after.operator.load(&state).expect("saved above");
        after.results.rows = before.results.rows;
        prop_assert_eq!(after.rows(&lines[at..]).expect("rows"), whole);
        state.push(0);
        prop_assert!(any_fold(is_reducer, Some(".a,.b"), emit).operator.load(&state).is_err());
    }

    #[test]
    fn the_table_of_the_changelog_is_the_final_state(
        lines in lines(), is_reducer: bool, by in prop::sample::select(vec![".a", ".b,.a", "k=.x|floor,.a"]),
    ) {
        let last = any_fold(is_reducer, Some(by), Emit::Final).rows(&lines).expect("rows");
        let changelog = any_fold(is_reducer, Some(by), Emit::Updates).rows(&lines).expect("rows");
        let changes: Vec<&str> = changelog.lines().collect();
        let mut projection = Projection::default();
        let table = Latest::new(&mut projection).expect("paths");
        prop_assert_eq!(Run::new(table, &projection).rows(&changes).expect("rows"), last);
    }

    #[test]
    fn a_table_saved_anywhere_goes_on_as_if_nothing_had_happened(lines in lines(), at in 0usize..20) {
        let changelog = any_fold(false, Some(".a,.b"), Emit::Updates).rows(&lines).expect("rows");
        let changes: Vec<&str> = changelog.lines().collect();
        let at = at.min(changes.len());
        let mut projection = Projection::default();
        let mut table = || Run::new(Latest::new(&mut projection).expect("paths"), &projection);
        let (mut before, mut after, whole) = (table(), table(), table());
        changes[..at].iter().for_each(|line| before.add(line).expect(line));
        let mut state = Vec::new();
        before.operator.save(&mut state);
        after.operator.load(&state).expect("saved above");
        prop_assert_eq!(after.rows(&changes[at..]).expect("rows"), whole.rows(&changes).expect("rows"));
    }
}
