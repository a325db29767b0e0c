//! What expressions give, as a user would see it.

use super::*;
use crate::event::line::{Line, Offset};
use crate::event::scan::Extractor;
use crate::event::value::budget;

fn outputs(program: &str, input: &str) -> Result<Vec<String>> {
    let mut projection = Projection::default();
    let operand = Operand::compile(program, &mut projection)?;
    let select = Select::compile(program, &mut projection)?;
    let (mut fields, mut lines) = (Vec::new(), Vec::new());
    Extractor::new(&projection).extract(input.as_bytes(), &mut fields)?;
    let line = Line { bytes: input.as_bytes(), source: "x.jsonl", number: 3, offset: Offset(2) };
    let event = Event::new(line, 0, &fields);
    select.write(&event, &mut lines)?;
    let outputs: Vec<String> = String::from_utf8(lines).expect("UTF-8").lines().map(str::to_owned).collect();
    let mut first = Vec::new();
    operand.read(&event)?.write_json(&mut first);
    let first = String::from_utf8(first).expect("UTF-8");
    assert_eq!(first, outputs.first().cloned().unwrap_or_else(|| "null".to_owned()), "{program}");
    Ok(outputs)
}

fn output(program: &str, input: &str) -> String {
    outputs(program, input).map_or_else(|error| error.to_string(), |outputs| outputs.join(" "))
}

#[test]
fn expressions_are_jq_with_exact_numbers() {
    for (program, input, wanted) in [
        (".a", r#"{"a":1.10}"#, "1.10"),
        (".a + .b", r#"{"a":0.1,"b":0.2}"#, "0.3"),
        (".a + 1", r#"{"a":9007199254740993}"#, "9007199254740994"),
        (".a.b", r#"{"a":{"b":[1]}}"#, "[1]"),
        (".a.b", r#"{"a":null}"#, "null"),
        (".a / 3", r#"{"a":1}"#, "0.3333333333333333333333333333"),
        ("[.l[] | . * 2] | add", r#"{"l":[1.5,2.25]}"#, "7.50"),
        (".l | length, keys", r#"{"l":{"b":1,"a":2}}"#, "2 [\"a\",\"b\"]"),
        ("if .t == \"x\" then -.v else .v end", r#"{"t":"x","v":5}"#, "-5"),
        (".t | startswith(\"ab\"), test(\"b+\"), ascii_upcase", r#"{"t":"abb"}"#, "true true \"ABB\""),
        ("{a, n: (.b // \"none\")}", r#"{"a":1}"#, "{\"a\":1,\"n\":\"none\"}"),
        ("[limit(3; range(10))]", "{}", "[0,1,2]"),
        ("to_entries | map(.key) | join(\"-\")", r#"{"x":1,"y":2}"#, "\"x-y\""),
        (".a | tonumber", r#"{"a":"0012.50"}"#, "12.50"),
        (
            "(.a | floor, round, ceil)",
            r#"{"a":9007199254740993.5}"#,
            "9007199254740993 9007199254740994 9007199254740994",
        ),
        (".a |= . + 1", r#"{"a":1,"b":2}"#, "{\"a\":2,\"b\":2}"),
        ("del(.a)", r#"{"a":1,"b":2}"#, "{\"b\":2}"),
        (".new.deep = 1", "{}", "{\"new\":{\"deep\":1}}"),
        (".s[1:3], (.s | length)", r#"{"s":"äöü€"}"#, "\"öü\" 4"),
        ("\"\\(.a) of \\(.b)\"", r#"{"a":1.50,"b":"x"}"#, "\"1.50 of x\""),
        (".t | fromdateiso8601", r#"{"t":"1970-01-01T00:01:00Z"}"#, "60"),
        (".t | fromdate", r#"{"t":"2024-01-15T10:30:00.123456789Z"}"#, "1705314600.123456789"),
        (".t | fromdate * 1000 | floor", r#"{"t":"2024-01-15T10:30:00.120+01:00"}"#, "1705311000120"),
        (".t | fromdate", r#"{"t":"1969-12-31T23:59:59.50Z"}"#, "-0.5"),
        ("[.l[] | select(. > 1.0)]", r#"{"l":[1,1.00,2]}"#, "[2]"),
        ("empty", "{}", ""),
        ("group_by(.k)?", r#"{"a":1}"#, ""),
        (".a == 1", r#"{"a":1.00}"#, "true"),
        ("tojson | fromjson", r#"{"a":1.00}"#, "{\"a\":1.00}"),
        ("[1,2,1] | unique, indices(1), index(2)", "{}", "[1,2] [0,2] 1"),
        ("(.a | split(\",\")), (.a / \",\")", r#"{"a":"x,y"}"#, "[\"x\",\"y\"] [\"x\",\"y\"]"),
        ("[.a, .b] | min, max", r#"{"a":2,"b":10}"#, "2 10"),
    ] {
        assert_eq!(output(program, input), wanted, "{program} over {input}");
    }
}

#[test]
fn a_failing_expression_names_the_line_and_the_way_out() {
    let error = output(".a.b", r#"{"a":"text"}"#);
    assert!(error.starts_with("x.jsonl:3: '.a.b' fails for this event"), "{error}");
    assert!(error.contains("use ? or //"), "{error}");
    assert!(output(".a / 0", r#"{"a":1}"#).contains("divided by zero"));
}

#[test]
fn a_wrong_expression_is_a_usage_error_with_its_place() {
    for (program, part) in [
        (".a +", "at character"),
        (".a ++ 1", "at character 4"),
        ("[.a", "no jq expression"),
        ("foo(1)", "uses foo"),
        ("$x", "uses $x"),
        ("now", "uses now"),
        ("env", "uses env"),
        ("$ENV", "uses $ENV"),
        ("input", "uses input"),
        ("\"\\u12\"", "no jq expression"),
        ("", "no jq expression"),
    ] {
        let error = Operand::compile(program, &mut Projection::default()).err().expect(program);
        assert_eq!(error.kind(), crate::error::Kind::Usage, "{program}");
        assert!(error.to_string().contains(part), "{program}: {error}");
    }
}

#[test]
fn endless_expressions_end_with_an_error() {
    budget::set_max_steps(100_000);
    for program in [
        "[range(1e12)]",
        "last(repeat(1))",
        "def f: 1 + f; f",
        "[recurse(. + 1)]",
        "\"x\" * 1e12",
        "def f: f; f",
        "def f: . | f; f",
        "def f: def g: f; g; f",
        "def f(a): a; def g: f(g); g",
        "repeat(empty)",
        "until(false; .)",
        "last(range(0; 1; 0))",
        "first(range(0; 1; 0) | empty)",
        "[limit(1; repeat(empty))]",
        "last(recurse(.))",
        "isempty(repeat(empty))",
    ] {
        let error = output(program, r#"{"a":1}"#);
        assert!(
            error.contains("fails for this event") || error.contains("steps") || error.contains("deeply"),
            "{program}: {error}"
        );
    }
}

#[test]
fn reducers_see_the_state_and_the_event() {
    let program = Program::compile(". + $e.v", &["$e"]).expect("jq");
    let event = Value::parse(br#"{"v":0.1}"#).expect("JSON");
    let mut state = Value::from(0usize);
    for _ in 0..10 {
        state = program.first(state, std::slice::from_ref(&event)).expect("a state").expect("one output");
    }
    assert_eq!(state.to_string(), "1.0");
}

/// A program of the common shapes, from numbers that choose: the same numbers give the same program.
fn generated(choices: &mut dyn Iterator<Item = u8>, depth: u8) -> String {
    let mut next = |count: u8| choices.next().unwrap_or(0) % count;
    const LEAVES: &[&str] = &[
        ".a",
        ".b",
        ".c.d",
        ".c.x",
        ".s",
        ".missing",
        ".a.d",
        "1",
        "0",
        "2.50",
        "-3",
        "1e2",
        "null",
        "true",
        "false",
        "\"x\"",
        "\"a\\nb\"",
        "\"\"",
        ".c",
        "0.1",
        ".",
        ".e",
        ".t",
        "[]",
        "{}",
    ];
    const BINARY: &[&str] = &["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "and", "or", "//"];
    if depth == 0 || next(4) == 0 {
        return LEAVES[usize::from(next(LEAVES.len() as u8))].to_owned();
    }
    let kind = next(20);
    let operator = BINARY[usize::from(next(BINARY.len() as u8))];
    let mut inner = || generated(choices, depth - 1);
    match kind {
        0 => format!("if {} then {} else {} end", inner(), inner(), inner()),
        1 => format!("({} | not)", inner()),
        2 => format!("({} | startswith(\"x\"))", inner()),
        3 => format!("({} | contains(\"b\"))", inner()),
        4 => format!("-({})", inner()),
        5 => format!("[{}, {}]", inner(), inner()),
        6 => format!("{{a, \"k\\n\": {}, (\"c\"): {}}}", inner(), inner()),
        7 => format!(r#""\({}): \"\({})\"\n""#, inner(), inner()),
        8 => format!("({} | tostring)", inner()),
        9 => format!("(.c | {})", inner()),
        10 => format!("(.c.d | {})", inner()),
        11 => format!("{{s, c: {}}}", inner()),
        12 => format!("({} | floor)", inner()),
        13 => format!("({} | fromdate * 1000 | floor)", inner()),
        _ => format!("({} {operator} {})", inner(), inner()),
    }
}

const EVENTS: &[&str] = &[
    r#"{"a":1,"b":2.50,"t":"2024-01-15T10:30:00.123456789Z","c":{"d":"x1","x":null},"s":"xb"}"#,
    r#"{"a":"text","b":-0.0,"c":null,"s":"a\nb"}"#,
    r#"{"a":null,"b":1e400,"c":"no object","s":""}"#,
    r#"{"a":[1],"b":{"x":1},"c":{"d":{"e":1}},"s":"\u0078","t":"1969-12-31T23:59:59.5+01:00"}"#,
    r#"{"a":true,"b":100000000000000000000000000000000000000000,"c":{"d":0},"s":"ä"}"#,
    r#" { "s" : "\"x\"\ud83d\ude00\/" , "b" : 1.10 , "e" : [ 1.0 , { "x" : 1 , "x" : 2 } ], "c" : {"d" : "x", "d" : [ ]}, "a":1E2 } "#,
    "{\"a\":\"\u{7f}\",\"s\":\"\\ud800\",\"e\":{\"\\u0061\":1,\"a\":2},\"c\":{\"d\":{\"a\":\"\u{7f}\"}}}",
    "{}",
];

/// The event with the number `which`, with the fields of `projection`.
fn with_event<T>(which: usize, projection: &Projection, then: impl FnOnce(&Event<'_>) -> T) -> T {
    let (mut fields, bytes) = (Vec::new(), EVENTS[which].as_bytes());
    Extractor::new(projection).extract(bytes, &mut fields).expect("an event");
    let line = Line { bytes, source: "x", number: 1, offset: Offset(0) };
    then(&Event::new(line, 0, &fields))
}

#[test]
fn what_is_selected_natively_is_known_for_the_usual_lines() {
    for text in [
        ".",
        ".a",
        "[.a, .b]",
        "{user: .s, a, \"b\": (.b + 1), n: .missing}",
        "\"\\(.s) of \\(.a)\"",
        ".c | {d, x}",
        ".c | [.d, \"\\(.x)\"]",
        "select(.a == 1) | .s, [.b, {c: []}]",
        "select(.a != 1) | .s",
        "if .b > 2 then {a} else [.a] end",
        "{} , [] , [[.a]]",
        "(.b | tostring | startswith(\"2.5\"))",
    ] {
        let mut projection = Projection::default();
        let select = Select::compile(text, &mut projection).expect(text);
        with_event(0, &projection, |event| {
            let (mut native, mut interpreted) = (Vec::new(), Vec::new());
            assert!(select.write_natively(event, &mut native), "{text}");
            select.interpret(event.value().expect("JSON").clone(), &mut interpreted).expect(text);
            assert_eq!(String::from_utf8_lossy(&native), String::from_utf8_lossy(&interpreted), "{text}");
        });
    }
}

proptest::proptest! {
    #[test]
    fn native_and_interpreted_answers_are_the_same(choices in proptest::collection::vec(0u8.., 1..60), which in 0..EVENTS.len()) {
        let text = generated(&mut choices.into_iter(), 4);
        let mut projection = Projection::default();
        let operand = Operand::compile(&text, &mut projection).expect("a generated program is jq");
        with_event(which, &projection, |event| {
            let native = operand.native.as_ref().and_then(|native| native.read(event));
            if let Some(native) = native {
                let interpreted = operand.interpret(event).expect("what is known natively is no error");
                // A field's text may be written in another way than the interpreter prints the same value.
                let shown = native.value().expect("JSON").to_json();
                let wanted = interpreted.value().expect("JSON").to_json();
                proptest::prop_assert!(shown == wanted, "{} over {}: {} and {}", text, EVENTS[which],
                    String::from_utf8_lossy(&shown), String::from_utf8_lossy(&wanted));
            }
            Ok(())
        })?;
    }

    #[test]
    fn native_and_interpreted_lines_are_the_same(choices in proptest::collection::vec(0u8.., 1..80), which in 0..EVENTS.len()) {
        let mut choices = choices.into_iter();
        let [first, second, condition] = [4, 3, 1].map(|depth| generated(&mut choices, depth));
        let text = match choices.next().unwrap_or(0) % 3 {
            0 => first,
            1 => format!("{first}, {second}"),
            _ => format!("select({condition}) | {first}, {second}"),
        };
        let mut projection = Projection::default();
        let select = Select::compile(&text, &mut projection).expect("a generated program is jq");
        with_event(which, &projection, |event| {
            let (mut native, mut interpreted) = (Vec::new(), Vec::new());
            if select.write_natively(event, &mut native) {
                let value = event.value().expect("JSON").clone();
                select.interpret(value, &mut interpreted).expect("what is known natively is no error");
                proptest::prop_assert!(native == interpreted, "{} over {}: {} and {}", text, EVENTS[which],
                    String::from_utf8_lossy(&native), String::from_utf8_lossy(&interpreted));
            }
            Ok(())
        })?;
    }
}
