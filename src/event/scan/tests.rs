//! What the scanner takes out of lines, and what it refuses.

use super::*;

fn key(name: &str) -> Step {
    Step::Key(name.to_owned())
}

fn fields_of(line: &str, paths: &[&[Step]]) -> Vec<Option<String>> {
    let mut projection = Projection::default();
    for steps in paths {
        projection.slot(&Path { steps: steps.to_vec() });
    }
    let mut fields = Vec::new();
    Extractor::new(&projection).extract(line.as_bytes(), &mut fields).expect("the line is an event");
    let text = |span: Span| String::from_utf8(span.of(line.as_bytes()).to_vec()).expect("UTF-8");
    fields.into_iter().map(|field| field.map(text)).collect()
}

#[test]
fn fields_come_out_whatever_the_order_spaces_escapes_and_nesting() {
    let amount = [key("data"), key("amount")];
    let paths: [&[Step]; 2] = [&amount, &[key("id")]];
    for line in [
        r#"{"id":"a","data":{"amount":1.10}}"#,
        r#" { "data" : { "x" : {"amount":2,"id":3} , "amount" : 1.10 } , "id" : "a" } "#,
        r#"{"\u0069d":"a","d\u0061ta":{"amount":1.10},"other":{"data":{"amount":9}}}"#,
        r#"{"id":"b","data":{"amount":7,"z":"\"}"},"id":"a","data":{"amount":1.10}}"#,
    ] {
        assert_eq!(fields_of(line, &paths), [Some("1.10".into()), Some("\"a\"".into())], "{line}");
    }
}

#[test]
fn the_last_of_duplicate_keys_hides_all_of_the_first() {
    let path = [key("a"), key("b")];
    assert_eq!(fields_of(r#"{"a":{"b":1},"a":{}}"#, &[&path]), [None]);
}

#[test]
fn elements_are_found_from_both_ends() {
    let paths: [&[Step]; 3] =
        [&[key("a"), Step::Index(0)], &[key("a"), Step::Index(-1)], &[key("a"), Step::Index(7)]];
    assert_eq!(fields_of(r#"{"a":[1,[2],3]}"#, &paths), [Some("1".into()), Some("3".into()), None]);
    assert_eq!(fields_of(r#"{"a":[5]}"#, &paths), [Some("5".into()), Some("5".into()), None]);
    assert_eq!(fields_of(r#"{"a":[]}"#, &paths), [None, None, None]);
}

#[test]
fn what_is_no_event_is_refused_with_its_column() {
    for (line, column, what) in [
        ("", 1, "empty line"),
        ("[1]", 1, "an array"),
        ("nope", 1, "not JSON"),
        (r#"{"a":1,}"#, 8, "a key"),
        (r#"{"a" 1}"#, 6, "':'"),
        (r#"{"a":01}"#, 7, "leading zero"),
        (r#"{"a":"x}"#, 6, "no end"),
        (r#"{"a":"\x"}"#, 7, "no such escape"),
        ("{\"a\":\"\t\"}", 7, "control character"),
        (r#"{"a":1} x"#, 9, "follows"),
        (r#"{"a":+1}"#, 6, "a value"),
        (r#"{"a":1"#, 7, "ends inside an object"),
    ] {
        let error = check(line.as_bytes()).expect_err(line);
        assert_eq!(error.place().column, Some(column), "{line}: {error}");
        assert!(error.to_string().contains(what), "{line}: {error}");
    }
    assert_eq!(check(b"{\"a\":\"\xff\"}").expect_err("not UTF-8").place().column, Some(7));
}

#[test]
fn deep_nesting_is_an_error_and_not_a_crash() {
    let deep = format!("{{\"a\":{}", "[".repeat(100_000));
    assert!(check(deep.as_bytes()).expect_err("too deep").what().contains("512"));
    let fine = format!("{{\"a\":{}{}}}", "[".repeat(500), "]".repeat(500));
    check(fine.as_bytes()).expect("500 levels are read");
}
