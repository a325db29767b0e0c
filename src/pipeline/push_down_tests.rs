//! Lines that are left out unread against the plain filter, which looks at each: both let the same lines pass.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::account::Account;
use super::cursor::{Cursor, Step, TimeSource};
use super::filter::Filter;
use super::lines::LineReader;
use super::{Monitor, OnError};
use crate::error::Error;
use crate::event::Event;
use crate::event::envelope::{Choice, Envelope, Part};
use crate::event::expression::Operand;
use crate::event::line::{Block, Line, MAX_LINE_BYTES};
use crate::event::scan::{Extractor, Projection};

struct Nobody;

impl Monitor for Nobody {
    fn set_aside(&mut self, _: &Error) {}
}

/// A string of JSON, each character written in one of the ways that there are.
fn string() -> impl Strategy<Value = String> {
    let texts = ["FeePaid", "Fee", "FeePaid2", "a/FeePaid", "Fee\"Paid", "größer", "7", "", "x"];
    (select(texts.to_vec()), vec(0..8u8, 10)).prop_map(|(text, ways)| {
        let spell = |(at, character): (usize, char)| match (character, ways[at % ways.len()]) {
            ('"', _) => "\\\"".to_owned(),
            ('/', 0..4) => "\\/".to_owned(),
            (character, 0) => format!("\\u{:04x}", u32::from(character)),
            (character, _) => character.to_string(),
        };
        format!("\"{}\"", text.chars().enumerate().map(spell).collect::<String>())
    })
}

fn member() -> impl Strategy<Value = String> {
    let plain =
        prop_oneof![string(), select(vec!["7", "null", "[\"FeePaid\"]", "{}"]).prop_map(str::to_owned)];
    let nested =
        (select(KEYS.to_vec()), plain.clone()).prop_map(|(key, value)| format!("{{{key}: {value} }}"));
    let value = prop_oneof![4 => plain, 1 => nested];
    (select(KEYS.to_vec()), value).prop_map(|(key, value)| format!("{key}:{value}"))
}

const KEYS: [&str; 6] =
    ["\"eventType\"", "\"streamId\"", "\"data\"", "\"event\\u0054ype\"", "\"note\" ", "\"FeePaid\""];

fn line() -> impl Strategy<Value = String> {
    let event = vec(member(), 0..5).prop_map(|members| format!("{{ {} }}", members.join(", ")));
    prop_oneof![20 => event, 1 => select(vec!["", "no JSON", "{\"a\":\"FeePaid\"", "\\u"]).prop_map(str::to_owned)]
}

const CONDITIONS: [&str; 8] = [
    ".eventType == \"FeePaid\"",
    "\"a/FeePaid\" == .eventType",
    ".eventType == \"Fee\\\"Paid\" or .streamId == \"größer\"",
    ".data.eventType == \"FeePaid\"",
    "(.note | type) == \"string\" and (.note | startswith(\"Fee\"))",
    "(.eventType | contains(\"Paid\")) and .streamId != \"x\"",
    ".data == \"7\" or .eventType == \"7\"",
    ".eventType == \"FeePaid\" or .data == 7",
];

/// What is asked: a condition, types, an entity, in any mixture.
type Question = (Option<&'static str>, Vec<&'static str>, Option<&'static str>);

fn question() -> impl Strategy<Value = Question> {
    (
        prop::option::of(select(CONDITIONS.to_vec())),
        prop_oneof![Just(vec![]), vec(select(vec!["FeePaid", "Fee", "a/FeePaid", "7"]), 1..3)],
        prop::option::of(select(vec!["FeePaid", "7", "größer", "x"])),
    )
}

fn filter((condition, types, entity): &Question, projection: &mut Projection) -> Filter {
    let envelope = Envelope::new(&Choice::default()).expect("the native envelope");
    let json = |text: &&str| serde_json::to_vec(text).expect("a string");
    Filter {
        type_field: (!types.is_empty()).then(|| envelope.bind(Part::Type, projection)),
        types: types.iter().map(json).collect(),
        entity: entity.as_ref().map(|entity| (json(entity), envelope.bind(Part::Key, projection))),
        condition: condition.map(|text| Operand::compile(text, projection).expect("a condition")),
        ..Filter::default()
    }
}

/// The offsets and bytes of the lines that pass, by a filter that looks at each.
fn plain(question: &Question, text: &str) -> Vec<(u64, Vec<u8>)> {
    let mut projection = Projection::default();
    let filter = filter(question, &mut projection);
    let mut extractor = Extractor::new(&projection);
    let block = Block { bytes: text.as_bytes().to_vec().into(), ..Block::default() };
    let mut fields = Vec::new();
    let mut passes = |line: &Line<'_>| {
        extractor.extract(line.bytes, &mut fields).is_ok()
            && filter.passes_fields(&Event::new(*line, 0, &fields)).unwrap_or(false)
    };
    let lines = block.lines().filter(|line| passes(line));
    lines.map(|line| (line.offset.0, line.bytes.to_vec())).collect()
}

/// A cursor over the same lines.
fn cursor(question: &Question, text: &str) -> Cursor {
    let mut projection = Projection::default();
    let filter = filter(question, &mut projection);
    let bytes = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
    let reader = Box::new(LineReader::new(bytes, "x", MAX_LINE_BYTES));
    Cursor::new(reader, &projection, filter, TimeSource::None, OnError::Skip, 0)
}

/// What becomes of lines that are no events does not depend on the lines around them.
#[test]
fn a_line_without_the_text_is_left_out_even_where_nothing_is_searched() {
    for (bad, set_aside) in
        [("no JSON", 0), (r#"{"eventType":"FeePaid""#, 1), (r#"{"eventType":"Fee\u0050aid""#, 1)]
    {
        let good = "{\"eventType\":\"FeePaid\"}\n".repeat(40);
        let text = format!("{good}{bad}\n").repeat(50);
        let mut cursor = cursor(&(None, vec!["FeePaid"], None), &text);
        let mut account = Account::default();
        while cursor.advance(&mut account, &mut Nobody).expect("lines are skipped") == Step::Event {
            cursor.take_event();
            account.used += 1;
        }
        let counts = (account.used, account.filtered, account.set_aside);
        assert_eq!(counts, (2000, 50 * (1 - set_aside), 50 * set_aside), "{bad}");
    }
}

proptest! {
    #[test]
    fn the_same_lines_pass_as_when_each_is_looked_at(
        question in question(),
        lines in vec(line(), 0..30),
        has_end in any::<bool>(),
    ) {
        let text = lines.join("\n") + if has_end { "\n" } else { "" };
        let expected = plain(&question, &text);
        let count = text.lines().count() as u64;

        let (mut one_by_one, mut account) = (cursor(&question, &text), Account::default());
        let mut found = Vec::new();
        while one_by_one.advance(&mut account, &mut Nobody).expect("lines are skipped") == Step::Event {
            let event = one_by_one.event();
            found.push((event.line.offset.0, event.line.bytes.to_vec()));
            one_by_one.take_event();
            account.used += 1;
        }
        prop_assert_eq!(&found, &expected);
        prop_assert_eq!((account.used, account.read()), (expected.len() as u64, count));

        let (mut together, mut account) = (cursor(&question, &text), Account::default());
        let mut found = Vec::new();
        while together.advance_run(&mut account, &mut Nobody).expect("lines are skipped") == Step::Event {
            found.extend_from_slice(together.run());
            if !found.ends_with(b"\n") {
                found.push(b'\n');
            }
        }
        let bytes: Vec<u8> = expected.iter().flat_map(|(_, line)| [line, &b"\n"[..]].concat()).collect();
        prop_assert_eq!(found, bytes);
        prop_assert_eq!((account.used, account.read()), (expected.len() as u64, count));
        prop_assert_eq!(together.next_offset().map(|offset| offset.0), (count > 0).then_some(count));
    }
}
