//! What must hold for any bytes: nothing panics, and what is accepted is what was meant. Run by `cargo fuzz` (see
//! tests/fuzz/README.md), and over the corpus and small changes of it by tests/fuzz_corpus.rs.

use std::path::Path;
use std::sync::Arc;

use bourn::event::Event;
use bourn::event::expression::Select;
use bourn::event::line::{Line, Offset};
use bourn::event::number::Number;
use bourn::event::scan::{self, Extractor, Projection};
use bourn::event::value::{Value, budget};
use bourn::log::head::{self, Head};
use bourn::log::ids::table::Table;
use bourn::sys::simulated::SimulatedDisk;
use bourn::sys::storage::{Open, Storage};
use bourn::time::duration::{Duration, Step};
use bourn::time::timestamp::Timestamp;

/// Something that must hold for any bytes; it panics when it does not.
pub type Target = fn(&[u8]);

/// All targets, with their names.
pub const ALL: &[(&str, Target)] = &[
    ("line", line),
    ("extract", extract),
    ("head", head),
    ("ids", ids),
    ("time", time),
    ("number", number),
    ("expression", expression),
];

/// A line that is taken is an object to another parser, too.
pub fn line(data: &[u8]) {
    if scan::check(data).is_err() {
        return;
    }
    let depth = data.iter().filter(|byte| matches!(byte, b'[' | b'{')).count();
    // The other parser gives up at 128 levels.
    if depth < 128 {
        let other: Result<serde::de::IgnoredAny, _> = serde_json::from_slice(data);
        assert!(other.is_ok(), "only bourn takes this line");
    }
    assert!(data.trim_ascii_start().starts_with(b"{"));
    assert!(std::str::from_utf8(data).is_ok());
}

/// What is taken out of a line is a JSON value within it, and the same as a full parse finds.
pub fn extract(data: &[u8]) {
    let mut projection = Projection::default();
    for path in [".a", ".a.b", ".data.amount", ".list[0]", ".\"a b\""] {
        projection.slot(&bourn::event::path::Path::parse(path).expect("a path"));
    }
    let mut fields = Vec::new();
    if Extractor::new(&projection).extract(data, &mut fields).is_err() {
        assert!(scan::check(data).is_err(), "a good line can be read");
        return;
    }
    let whole = Value::parse(data).ok();
    for (path, span) in projection.paths().iter().zip(&fields) {
        let Some(span) = span else { continue };
        let value = Value::parse(span.of(data)).expect("a field is a JSON value");
        let Some(mut found) = whole.clone() else { continue };
        for step in &path.steps {
            found = match (&found, step) {
                (Value::Object(members), bourn::event::path::Step::Key(key)) => {
                    members.get(key.as_bytes()).cloned().unwrap_or_default()
                }
                (Value::Array(elements), bourn::event::path::Step::Index(index)) => {
                    usize::try_from(*index).ok().and_then(|at| elements.get(at)).cloned().unwrap_or_default()
                }
                _ => Value::Null,
            };
        }
        assert_eq!(found, value, "the field is where the path says");
    }
}

fn disk_with(data: &[u8]) -> Arc<dyn Storage> {
    let storage: Arc<dyn Storage> = Arc::new(SimulatedDisk::default());
    let file = storage.open(Path::new("x"), Open::CreateNew, true).expect("a file");
    file.write_all_at(data, 0).expect("it is written");
    storage
}

/// A head is a slot whose parts fit together, or nothing.
pub fn head(data: &[u8]) {
    if let Ok(Head::Last(slot)) = head::read(&*disk_with(data), Path::new("x")) {
        assert_eq!(slot.frontier.size(), slot.next().0);
    }
}

/// A file of ids can be read as a whole, or is refused.
pub fn ids(data: &[u8]) {
    let Some((table, _)) = Table::open(&disk_with(data), Path::new("x")) else { return };
    if let Ok((ids, entities)) = table.all() {
        for (hash, position) in ids.iter().take(3) {
            let found = table.positions(&[(*hash, 0)]).expect("the block was read just now");
            assert!(found.contains(&(0, *position)));
        }
        for (entity, _) in entities.iter().take(3) {
            table.count(entity).expect("the block was read just now");
        }
    }
}

/// Times and durations come back as they were meant.
pub fn time(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(time) = Timestamp::parse(text) {
        assert_eq!(Timestamp::parse(&time.to_string()).ok(), Some(time));
    }
    if let Ok(duration) = Duration::parse(text) {
        assert_eq!(Duration::parse(&duration.to_string()).ok(), Some(duration));
    }
    let _ = Step::parse(text);
}

/// A number comes back as the same number.
pub fn number(data: &[u8]) {
    let Some(number) = Number::parse(data) else { return };
    let mut text = Vec::new();
    number.write(&mut text);
    assert_eq!(Number::parse(&text), Some(number));
}

/// An expression is refused, fails, or gives values; it ends in any case.
pub fn expression(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut projection = Projection::default();
    budget::set_max_steps(10_000);
    let Ok(select) = Select::compile(text, &mut projection) else { return };
    let event = br#"{"a":{"b":[1.10,"x",null]},"n":9007199254740993,"s":"text"}"#;
    let mut fields = Vec::new();
    Extractor::new(&projection).extract(event, &mut fields).expect("an event");
    let line = Line { bytes: event, source: "x", number: 1, offset: Offset(0) };
    let event = Event::new(line, 0, &fields);
    let (mut native, mut interpreted) = (Vec::new(), Vec::new());
    let is_known = select.write_natively(&event, &mut native);
    let outcome = select.interpret(event.value().expect("JSON").clone(), &mut interpreted);
    assert!(!is_known || (outcome.is_ok() && native == interpreted), "{text}");
}
