//! The table that a changelog describes: the latest row of each key. Rows are those of `--emit updates`:
//! `{"key":…,…}`, with a `"window"` if they are a window's. `"deleted":true`, `"retracted":true` or a null
//! `"state"` deletes.

use std::cmp::Ordering;

use crate::error::Result;
use crate::event::Event;
use crate::event::path::Path;
use crate::event::scan::Projection;
use crate::event::value::Value;
use crate::operator::grouping::write_canonical;
use crate::operator::saved::{damaged, put_bytes, put_integer, take_bytes, take_integer};
use crate::operator::table::GroupTable;
use crate::operator::{Fate, Operator, Results};
use crate::time::timestamp::Timestamp;

/// Keeps the latest row of each key.
pub struct Latest {
    fields: Fields,
    rows: GroupTable,
    /// The row of each slot, and what it is sorted by.
    kept: Vec<Row>,
}

/// The slots of the fields that matter.
struct Fields {
    key: usize,
    window: usize,
    state: usize,
    deleted: usize,
    retracted: usize,
}

#[derive(Clone, Default)]
struct Row {
    key: Vec<Value>,
    window: Option<Window>,
    text: Vec<u8>,
}

/// The end and start of a row's window, by which windows are ordered.
type Window = [Timestamp; 2];

impl Latest {
    /// An empty table; the fields that it reads get slots in `projection`.
    pub fn new(projection: &mut Projection) -> Result<Latest> {
        let mut slot = |text: &str| Path::parse(text).map(|path| projection.slot(&path));
        let fields = Fields {
            key: slot(".key")?,
            window: slot(".window")?,
            state: slot(".state")?,
            deleted: slot(".deleted")?,
            retracted: slot(".retracted")?,
        };
        Ok(Latest { fields, rows: GroupTable::default(), kept: Vec::new() })
    }

    fn put(&mut self, identity: &[u8], row: Row) {
        let slot = self.rows.slot(identity);
        if slot >= self.kept.len() {
            self.kept.resize(slot + 1, Row::default());
        }
        self.kept[slot] = row;
    }

    fn take(&mut self, key: Value, window: Value, text: &[u8], is_deleted: bool) {
        let mut identity = Vec::new();
        write_canonical(&window, &mut identity);
        identity.push(0);
        write_canonical(&key, &mut identity);
        if is_deleted {
            if let Some(slot) = self.rows.find(&identity) {
                self.rows.remove(slot);
                self.kept[slot] = Row::default();
            }
            return;
        }
        let key = match &key {
            Value::Object(members) => members.iter().map(|(_, value)| value.clone()).collect(),
            _ => vec![key],
        };
        self.put(&identity, Row { key, window: window_of(&window), text: text.to_vec() });
    }

    fn sorted(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.rows.slots().filter_map(|slot| self.kept.get(slot)).collect();
        rows.sort_by(|a, b| compare(a, b));
        rows
    }
}

fn compare(a: &Row, b: &Row) -> Ordering {
    a.window.cmp(&b.window).then_with(|| a.key.cmp(&b.key))
}

/// The end and start of a window as it stands in a row.
fn window_of(window: &Value) -> Option<Window> {
    let Value::Object(members) = window else { return None };
    let time = |name: &str| match members.get(name.as_bytes()) {
        Some(Value::String(text)) => Timestamp::parse(std::str::from_utf8(text).ok()?).ok(),
        _ => None,
    };
    Some([time("end")?, time("start")?])
}

impl Operator for Latest {
    fn on_event(&mut self, event: &Event<'_>, _: &mut Results) -> Result<Fate> {
        let value = |slot: usize| event.field(slot).map_or(Ok(Value::Null), Value::parse);
        let key = value(self.fields.key).map_err(|error| event.locate(error))?;
        let window = value(self.fields.window).map_err(|error| event.locate(error))?;
        let is_true = |slot: usize| event.field(slot) == Some(b"true");
        let is_deleted = is_true(self.fields.deleted)
            || is_true(self.fields.retracted)
            || event.field(self.fields.state) == Some(b"null");
        self.take(key, window, event.line.trimmed(), is_deleted);
        Ok(Fate::Used)
    }

    fn on_end(&mut self, results: &mut Results) -> Result<()> {
        for row in self.sorted() {
            results.rows.extend_from_slice(&row.text);
            results.rows.push(b'\n');
        }
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        let rows = self.sorted();
        put_integer(rows.len() as u64, state);
        rows.iter().for_each(|row| put_bytes(&row.text, state));
    }

    fn load(&mut self, mut state: &[u8]) -> Result<()> {
        self.rows.clear();
        self.kept.clear();
        for _ in 0..take_integer(&mut state)? {
            let text = take_bytes(&mut state)?;
            let Value::Object(members) = Value::parse(text).map_err(|_| damaged())? else {
                return Err(damaged());
            };
            let member = |name: &str| members.get(name.as_bytes()).cloned().unwrap_or(Value::Null);
            self.take(member("key"), member("window"), text, false);
        }
        if state.is_empty() { Ok(()) } else { Err(damaged()) }
    }
}
