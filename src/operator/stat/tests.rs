//! A look at a few lines, whatever parts they have.

use super::summary::share;
use super::*;
use crate::event::envelope::{Choice, Envelope, Part};
use crate::event::line::{Line, Offset};
use crate::event::scan::{Extractor, Projection};

fn summary(lines: &[String]) -> Summary {
    let mut projection = Projection::default();
    let envelope = Envelope::new(&Choice::default()).expect("the native envelope");
    let [kind, entity, time] =
        [Part::Type, Part::Key, Part::Time].map(|part| envelope.bind(part, &mut projection));
    let mut stat = Stat::new(Fields { kind, entity, time });
    let mut extractor = Extractor::new(&projection);
    let mut fields = Vec::new();
    for (number, text) in lines.iter().enumerate() {
        extractor.extract(text.as_bytes(), &mut fields).expect("an object");
        let offset = Offset(number as u64);
        let line = Line { bytes: text.as_bytes(), source: "x", number: offset.0 + 1, offset };
        let fate = stat.on_event(&Event::new(line, 0, &fields), &mut Results::default());
        assert_eq!(fate.expect("it is counted"), Fate::Used);
    }
    stat.summary(3)
}

fn at(seconds: &[i64]) -> Vec<String> {
    seconds.iter().map(|second| format!("{{\"timestamp\":{second}}}")).collect()
}

#[test]
fn lateness_is_the_distance_to_the_stream_time() {
    let found = summary(&at(&[10, 20, 15, 30, 12, 30, 31, 32, 33, 34]));
    let time = found.time.expect("there are times");
    assert_eq!((time.timed, time.out_of_order), (10, 2));
    let lateness = time.lateness.map(|duration| duration.to_string());
    assert_eq!(lateness, ["PT0S", "PT5S", "PT18S", "PT18S"]);
    assert_eq!(time.watermark.to_string(), "PT18S");
}

#[test]
fn the_watermark_keeps_all_but_one_in_a_thousand() {
    let mut seconds: Vec<i64> = (1000..3000).collect();
    // Two of 2003 are more than a minute late, and 2.003 may be left out.
    seconds.extend([2969, 2900, 1500]);
    let time = summary(&at(&seconds)).time.expect("there are times");
    assert_eq!(time.watermark.to_string(), "PT30S");
    assert_eq!(time.lateness[3].to_string(), "PT24M59S");
}

#[test]
fn every_part_may_be_missing_or_unreadable() {
    let lines = ["{}", r#"{"timestamp":"soon","eventType":null}"#, r#"{"eventType":"A","streamId":7}"#];
    let found = summary(&lines.map(str::to_owned));
    assert_eq!((found.events, found.without_time, found.unreadable_time), (3, 2, 1));
    assert!(found.time.is_none());
    assert_eq!((found.types.distinct, found.types.without), (1, 2));
    assert_eq!(found.entities.top, [("7".to_owned(), 1)]);
    assert!(found.to_json().contains(r#""first":null,"last":null"#));
}

#[test]
fn the_object_is_json_and_equal_values_count_together() {
    let lines = [r#"{"eventType":"A","timestamp":1}"#, r#"{"eventType":"\u0041","timestamp":2}"#];
    let found = summary(&lines.map(str::to_owned));
    let json: serde_json::Value = serde_json::from_str(&found.to_json()).expect("JSON");
    assert_eq!(json["types"]["top"][0]["type"], "A");
    assert_eq!(json["types"]["top"][0]["events"], 2);
    assert_eq!(json["overTime"]["counts"].as_array().map(Vec::len), Some(51));
    assert!(serde_json::from_str::<serde_json::Value>(&summary(&[]).to_json()).is_ok());
}

#[test]
fn shares_are_rounded_to_four_decimals() {
    assert_eq!(
        [(1, 3), (2, 3), (1, 1), (0, 5), (0, 0)].map(|(part, whole)| share(part, whole)),
        ["0.3333", "0.6667", "1", "0", "0"]
    );
}
