//! Reading the case files, and feeding their rows to an operator as events.

use bourn::event::Event;
use bourn::event::line::{Line, Offset};
use bourn::event::scan::{Extractor, Projection};
use bourn::operator::{Fate, Operator, Results};
use bourn::time::timestamp::Timestamp;
use serde_json::{Map, Value};

/// Nanoseconds in a millisecond, the unit of the cases.
pub const MILLISECOND: i128 = 1_000_000;

/// The key of rows that stand for a watermark or only move the time.
pub const FILLER: &str = "(filler)";

/// One case: an operator, its input and what comes out.
pub struct Case {
    pub id: String,
    pub title: String,
    pub operator: Value,
    pub input: Vec<Value>,
    pub expected: Value,
}

/// The cases of a file.
pub fn cases(file: &str) -> Vec<Case> {
    let file: Value = serde_json::from_str(file).expect("a case file is JSON");
    let rows = file["cases"].as_array().expect("it has cases");
    assert_eq!(file["cases_in_file"].as_u64(), Some(rows.len() as u64), "no case is lost");
    rows.iter().map(case).collect()
}

fn case(row: &Value) -> Case {
    let text = |name: &str| row[name].as_str().expect("a case has an id and a title").to_owned();
    Case {
        id: text("id"),
        title: text("title"),
        operator: row["operator"].clone(),
        input: row["input"].as_array().expect("a case has input").clone(),
        expected: row["expected"].clone(),
    }
}

/// A parameter in milliseconds, or `otherwise`.
pub fn milliseconds(operator: &Value, name: &str, otherwise: i128) -> i128 {
    operator[name].as_i64().map_or(otherwise, i128::from)
}

/// What an operator gave, each row with the number of the input row that brought it out; nothing at the end.
#[derive(Default)]
pub struct Outcome {
    pub rows: Vec<(Option<u64>, Map<String, Value>)>,
    pub late: Vec<u64>,
}

/// Feeds events to an operator one by one.
pub struct Feed<'o> {
    operator: &'o mut dyn Operator,
    extractor: Extractor,
    results: Results,
    /// Nanoseconds in the unit of the case's times.
    unit: i128,
    pub outcome: Outcome,
}

impl<'o> Feed<'o> {
    pub fn new(operator: &'o mut dyn Operator, projection: &Projection, unit: i128) -> Self {
        Feed {
            operator,
            extractor: Extractor::new(projection),
            results: Results::default(),
            unit,
            outcome: Outcome::default(),
        }
    }

    /// Feeds one event at `time`, row number `n` of the case.
    pub fn event(&mut self, n: u64, input: usize, time: i128, event: &Value) -> Result<(), String> {
        let text = event.to_string();
        let mut fields = Vec::new();
        self.extractor.extract(text.as_bytes(), &mut fields).map_err(|error| error.to_string())?;
        let line = Line { bytes: text.as_bytes(), source: "case", number: n + 1, offset: Offset(n) };
        let mut event = Event::new(line, input, &fields);
        event.time = Some(Timestamp(time * self.unit));
        let fate = self.operator.on_event(&event, &mut self.results).map_err(|error| error.to_string())?;
        if fate == Fate::Late && !text.contains(FILLER) {
            self.outcome.late.push(n);
        }
        self.drain(Some(n))
    }

    /// Ends the input.
    pub fn end(mut self) -> Result<Outcome, String> {
        self.operator.on_end(&mut self.results).map_err(|error| error.to_string())?;
        self.drain(None)?;
        Ok(self.outcome)
    }

    fn drain(&mut self, n: Option<u64>) -> Result<(), String> {
        self.results.late.clear();
        for row in std::mem::take(&mut self.results.rows).split(|&byte| byte == b'\n') {
            if !row.is_empty() {
                let row = serde_json::from_slice(row).map_err(|error| error.to_string())?;
                self.outcome.rows.push((n, row));
            }
        }
        Ok(())
    }
}

/// Says how two lists differ, whatever their order.
pub fn compare(what: &str, ours: Vec<String>, theirs: Vec<String>) -> Result<(), String> {
    let sorted = |mut list: Vec<String>| {
        list.sort();
        list
    };
    let (ours, theirs) = (sorted(ours), sorted(theirs));
    if ours == theirs {
        return Ok(());
    }
    let without = |list: &[String], other: &[String]| {
        let only = list.iter().filter(|line| !other.contains(line));
        only.map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
    };
    Err(format!(
        "  {what}\n  only ours:\n{}\n  only theirs:\n{}",
        without(&ours, &theirs),
        without(&theirs, &ours)
    ))
}
