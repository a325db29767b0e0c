//! What joins give, as a user would see it.

use super::*;
use crate::event::line::{Line, Offset};
use crate::event::path::Path;
use crate::event::scan::{Extractor, Projection};

const MINUTE: i128 = 60_000_000_000;

fn run(kind: Kind, (before, after): (i128, i128), events: &[(usize, &str)]) -> Vec<String> {
    let mut projection = Projection::default();
    let time_slot = projection.slot(&Path::parse(".t").expect("a path"));
    let on = [(); 2].map(|()| Grouping::parse(Some(".k"), &mut projection).expect("a grouping"));
    let mut join = Join::new(Job {
        kind,
        on,
        before: Duration(before * MINUTE),
        after: Duration(after * MINUTE),
        lateness: [Duration(0); 2],
        grace: [Duration(0); 2],
        max_ahead: None,
        shaping: Shaping::default(),
        zone: None,
    })
    .expect("a job");
    let mut extractor = Extractor::new(&projection);
    let (mut results, mut fields) = (Results::default(), Vec::new());
    for (number, (input, text)) in events.iter().enumerate() {
        extractor.extract(text.as_bytes(), &mut fields).expect("an event");
        let line = Line { bytes: text.as_bytes(), source: "x", number: 1, offset: Offset(number as u64) };
        let mut event = Event::new(line, *input, &fields);
        event.time = Some(Timestamp(
            event
                .field(time_slot)
                .map_or(0, |text| String::from_utf8_lossy(text).parse::<i128>().expect("minutes") * MINUTE),
        ));
        join.on_event(&event, &mut results).expect("it runs");
    }
    join.on_end(&mut results).expect("it ends");
    assert_eq!(results.late, b"", "nothing is late here");
    let text = String::from_utf8(results.rows).expect("UTF-8");
    text.lines().map(|row| row.replace('"', "")).collect()
}

const SHOP: &[(usize, &str)] = &[
    (0, r#"{"t":0,"k":"a","c":1}"#),
    (0, r#"{"t":5,"k":"b","c":2}"#),
    (1, r#"{"t":12,"k":"a","p":1}"#),
    (0, r#"{"t":30,"k":null,"c":3}"#),
    (1, r#"{"t":60,"k":"a","p":2}"#),
    (1, r#"{"t":65,"k":"b","p":3}"#),
    (1, r#"{"t":66,"k":"b","p":4}"#),
    (0, r#"{"t":100,"k":"c","c":4}"#),
];

#[test]
fn pairs_lie_within_the_bounds_both_included() {
    assert_eq!(
        run(Kind::Inner, (0, 60), SHOP),
        [
            "{key:{k:a},left:{t:0,k:a,c:1},right:{t:12,k:a,p:1},gap:PT12M}",
            "{key:{k:a},left:{t:0,k:a,c:1},right:{t:60,k:a,p:2},gap:PT1H}",
            "{key:{k:b},left:{t:5,k:b,c:2},right:{t:65,k:b,p:3},gap:PT1H}",
        ]
    );
}

#[test]
fn the_anti_join_lists_what_did_not_happen_with_its_bytes() {
    assert_eq!(run(Kind::Anti, (0, 30), SHOP), ["{t:5,k:b,c:2}", "{t:30,k:null,c:3}", "{t:100,k:c,c:4}"]);
    assert_eq!(run(Kind::Semi, (0, 60), SHOP), ["{t:0,k:a,c:1}", "{t:5,k:b,c:2}"]);
}

#[test]
fn unmatched_rows_come_out_once_on_the_sides_that_want_them() {
    let unmatched = |kind| {
        let rows = run(kind, (0, 60), SHOP);
        rows.into_iter().filter(|row| row.contains("null,") || row.ends_with("null}")).collect::<Vec<_>>()
    };
    let left =
        ["{key:{k:null},left:{t:30,k:null,c:3},right:null}", "{key:{k:c},left:{t:100,k:c,c:4},right:null}"];
    let right = "{key:{k:b},left:null,right:{t:66,k:b,p:4}}";
    assert_eq!(unmatched(Kind::Left), left);
    assert_eq!(unmatched(Kind::Right), [right]);
    assert_eq!(unmatched(Kind::Outer), [left[0], right, left[1]]);
    assert_eq!(unmatched(Kind::Inner), [] as [&str; 0]);
}
