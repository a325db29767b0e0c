//! What becomes of rows, and that what is left out at once would have been left out anyway.

use super::*;
use crate::error::Kind;

const ROWS: [&str; 5] = [
    r#"{"user":"a","n":2,"total":1.5}"#,
    r#"{"user":"b","n":10,"total":1.50}"#,
    r#"{"user":"c","n":3,"total":-7}"#,
    r#"{"user":"d","n":null,"total":1e1}"#,
    r#"{"user":"e","n":10,"total":0}"#,
];

fn nothing() -> Shape {
    Shape::parse(&Wanted::default()).expect("nothing is asked")
}

/// The users of the rows that come out, in order.
fn shaped(having: Option<&str>, sort_by: Option<&str>, top: Option<usize>) -> String {
    users(&Wanted { having, sort_by, top, first_result: Some("n"), ..Wanted::default() })
}

fn users(wanted: &Wanted<'_>) -> String {
    let mut shape = Shape::parse(wanted).expect("the options are right");
    let mut out = Vec::new();
    for row in ROWS {
        shape.push_all(row.as_bytes(), &mut out).expect("the rows are objects");
    }
    shape.finish(&mut out).expect("objects");
    let lines = String::from_utf8(out).expect("UTF-8");
    lines.lines().filter_map(|line| line.strip_prefix(r#"{"user":""#)?.chars().next()).collect()
}

#[test]
fn rows_go_straight_through_when_nothing_is_asked() {
    assert_eq!(shaped(None, None, None), "abcde");
    let mut out = Vec::new();
    nothing().push(b"1300", &mut out).expect("nothing is read");
    assert_eq!(out, b"1300\n");
}

#[test]
fn having_keeps_the_rows_for_which_it_holds() {
    assert_eq!(shaped(Some(".total > 0 and .n > 2"), None, None), "b");
    assert_eq!(shaped(Some(".n"), None, None), "abce");
    assert_eq!(shaped(Some("empty"), None, None), "");
}

#[test]
fn rows_are_sorted_by_value_in_the_order_of_jq_and_equal_rows_stay_as_they_were() {
    assert_eq!(shaped(None, Some(".total"), None), "ceabd");
    assert_eq!(shaped(None, Some("-.total"), None), "dabec");
    assert_eq!(shaped(None, Some(".total,desc"), None), "dabec");
    assert_eq!(shaped(None, Some(".n"), None), "dacbe");
    assert_eq!(shaped(None, Some("-.n,-.user"), None), "ebcad");
    assert_eq!(shaped(None, Some("[.n,.user]"), None), "dacbe");
    assert_eq!(shaped(Some(".n"), Some("-.user"), None), "ecba");
}

#[test]
fn top_gives_the_largest_first_whichever_way_the_rows_are_sorted() {
    assert_eq!(shaped(None, None, Some(2)), "be");
    assert_eq!(shaped(None, None, Some(9)), "becad");
    assert_eq!(shaped(None, Some(".total"), Some(3)), "dab");
    assert_eq!(shaped(None, Some("-.total"), Some(3)), "dab");
    assert_eq!(shaped(None, Some(".n,-.user"), Some(1)), "e");
    assert_eq!(shaped(Some(".n < 10"), None, Some(1)), "c");
    assert_eq!(shaped(None, None, Some(0)), "");
}

#[test]
fn rows_equal_to_the_last_one_have_a_place_where_ties_count() {
    let tied = |sort_by, top| {
        users(&Wanted { sort_by: Some(sort_by), top: Some(top), ties: true, ..Wanted::default() })
    };
    assert_eq!(tied(".n", 1), "be");
    assert_eq!(tied(".n", 2), "be");
    assert_eq!(tied(".n", 3), "bec");
    assert_eq!(tied(".total < 2", 1), "abce");
    assert_eq!(tied("1", 0), "");
    assert_eq!(tied(".n > 2", 4), "bcead");
}

#[test]
fn what_is_selected_comes_out_of_the_rows_that_are_left() {
    let wanted = Wanted { top: Some(2), select: Some("[.user, .total], .n"), ..Wanted::default() };
    let mut shape =
        Shape::parse(&Wanted { sort_by: Some(".total"), ..wanted }).expect("the options are right");
    let mut out = Vec::new();
    ROWS.iter().for_each(|row| shape.push_all(row.as_bytes(), &mut out).expect("objects"));
    assert!(out.is_empty() && shape.holds_back());
    shape.finish(&mut out).expect("objects");
    assert_eq!(String::from_utf8_lossy(&out), "[\"d\",1e1]\nnull\n[\"a\",1.5]\n2\n");
    let mut shape = Shape::parse(&Wanted { select: Some(". + 1, length"), ..Wanted::default() }).expect("jq");
    let mut out = Vec::new();
    shape.push_all(b"1300", &mut out).expect("a state need not be an object");
    assert_eq!(out, b"1301\n1300\n");
}

#[test]
fn each_window_is_shaped_by_itself_when_that_is_wanted() {
    let wanted = Wanted { sort_by: Some(".n"), top: Some(1), per_window: true, ..Wanted::default() };
    let mut shape = Shape::parse(&Wanted { select: Some(".window.start, .n"), ..wanted }).expect("jq");
    let mut out = Vec::new();
    for (start, n) in [("a", 1), ("a", 3), ("b", 2), ("b", 1), ("c", 0)] {
        let row = format!(r#"{{"window":{{"start":"{start}"}},"n":{n}}}"#);
        shape.push_all(row.as_bytes(), &mut out).expect("objects");
    }
    assert_eq!(String::from_utf8_lossy(&out), "\"a\"\n3\n\"b\"\n2\n");
    shape.flush(&mut out).expect("objects");
    assert!(String::from_utf8_lossy(&out).ends_with("\"c\"\n0\n") && !shape.holds_back());
}

#[test]
fn each_finish_ends_one_set_of_rows() {
    let mut shape = Shape::parse(&Wanted { top: Some(1), first_result: Some("n"), ..Wanted::default() })
        .expect("the options are right");
    let mut out = Vec::new();
    for rows in ROWS.chunks(3) {
        for row in rows {
            shape.push_all(row.as_bytes(), &mut out).expect("the rows are objects");
        }
        shape.finish(&mut out).expect("objects");
    }
    assert_eq!(String::from_utf8(out).expect("UTF-8"), format!("{}\n{}\n", ROWS[1], ROWS[4]));
}

#[test]
fn a_result_of_any_name_can_be_the_first() {
    let mut shape =
        Shape::parse(&Wanted { top: Some(1), first_result: Some("a \"b\".c"), ..Wanted::default() })
            .expect("the options are right");
    let mut out = Vec::new();
    shape.push_all(br#"{"a \"b\".c":1}"#, &mut out).expect("an object");
    shape.push_all(br#"{"a \"b\".c":2}"#, &mut out).expect("an object");
    shape.finish(&mut out).expect("objects");
    assert_eq!(out, b"{\"a \\\"b\\\".c\":2}\n");
}

#[test]
fn wrong_options_are_usage_errors() {
    for (having, sort_by, top) in [
        (Some(".a =="), None, None),
        (None, Some(""), None),
        (None, Some(".a,"), None),
        (None, Some("-"), None),
        (None, Some("desc("), None),
        (None, None, Some(1)),
    ] {
        let error = Shape::parse(&Wanted { having, sort_by, top, ..Wanted::default() })
            .err()
            .expect("the options are wrong");
        assert_eq!(error.kind(), Kind::Usage, "{error}");
    }
}

#[test]
fn a_condition_that_fails_names_its_option_and_the_row() {
    let mut shape =
        Shape::parse(&Wanted { having: Some(".user + 1 > 2"), ..Wanted::default() }).expect("valid jq");
    let error = shape.push_all(ROWS[0].as_bytes(), &mut Vec::new()).expect_err("a string plus a number");
    assert!(error.what().contains(r#"in --having, for the row {"user":"a""#), "{error}");
}
