//! The states at two moments compared, key by key. Both are made in one pass: an event that had happened by a
//! moment is part of the state at that moment.

use super::changes::{Change, Layout, changes};
use super::fold::reduction::Reduction;
use super::grouping::Grouping;
use super::key::Key;
use super::{Fate, Operator, Results};
use crate::error::Result;
use crate::event::Event;
use crate::event::value::Value;
use crate::time::timestamp::Moment;

/// Compares the states at two moments.
pub struct Difference {
    grouping: Grouping,
    before: Side,
    after: Side,
    layout: Layout,
    taken: u64,
    /// Where the key of the event in hand is made.
    key: Key,
}

/// The states at one moment.
struct Side {
    reduction: Reduction,
    /// The last moment that counts, included; nothing for the end of the history.
    moment: Option<Moment>,
    /// Whether a key has an event up to here, by slot.
    is_there: Vec<bool>,
}

impl Side {
    fn counts(&self, event: &Event<'_>) -> bool {
        match self.moment {
            None => true,
            Some(Moment::Time(time)) => event.time() <= time,
            Some(Moment::Offset(offset)) => event.line.offset.0 <= offset,
        }
    }

    /// Takes the event if it had happened; the key is known afterwards in any case.
    fn add(&mut self, key: &[u8], event: &Event<'_>, order: u64, counts: bool) -> Result<()> {
        let slot = self.reduction.slot(key);
        if slot >= self.is_there.len() {
            self.is_there.resize(slot + 1, false);
        }
        if counts {
            self.is_there[slot] = true;
            self.reduction.add(slot, event, order)?;
        }
        Ok(())
    }

    fn value(&self, slot: usize) -> Result<Option<Value>> {
        if self.is_there[slot] { self.reduction.value(slot) } else { Ok(None) }
    }
}

impl Difference {
    /// Compares the states that `reduction` makes of each group up to `from` and up to `to`, both included.
    pub fn new(
        grouping: Grouping,
        reduction: Reduction,
        (from, to): (Moment, Option<Moment>),
        layout: Layout,
    ) -> Difference {
        let other = reduction.new_like();
        let before = Side { reduction, moment: Some(from), is_there: Vec::new() };
        let after = Side { reduction: other, moment: to, is_there: Vec::new() };
        Difference { grouping, before, after, layout, taken: 0, key: Key::default() }
    }

    fn write(&self, slot: usize, old: Option<&Value>, new: Option<&Value>, out: &mut Vec<u8>) {
        let found = changes(old, new);
        let what = match (old, new) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        };
        if found.is_empty() {
            return;
        }
        let key = match self.before.reduction.key_text(slot, &self.grouping) {
            text if text.is_empty() => text,
            text => format!("\"key\":{text},"),
        };
        let head = format!("{{{key}\"change\":\"{what}\"");
        if self.layout == Layout::Nested {
            out.extend_from_slice(head.as_bytes());
            match (old, new) {
                (Some(_), Some(_)) => write_changes(&found, out),
                (old, new) => {
                    out.extend_from_slice(if old.is_some() { b",\"old\":" } else { b",\"new\":" });
                    old.or(new).unwrap_or(&Value::Null).write_json(out);
                }
            }
            out.extend_from_slice(b"}\n");
            return;
        }
        for change in found {
            out.extend_from_slice(head.as_bytes());
            out.push(b',');
            change.write_columns(out);
            out.extend_from_slice(b"}\n");
        }
    }
}

fn write_changes(found: &[Change], out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"changes\":[");
    for (at, change) in found.iter().enumerate() {
        out.extend_from_slice(if at > 0 { b",{" } else { b"{" });
        change.write_members(out);
        out.push(b'}');
    }
    out.push(b']');
}

impl Operator for Difference {
    fn on_event(&mut self, event: &Event<'_>, _: &mut Results) -> Result<Fate> {
        let (is_before, is_after) = (self.before.counts(event), self.after.counts(event));
        if !is_before && !is_after {
            return Ok(Fate::Filtered);
        }
        self.grouping.key(event, &mut self.key)?;
        // Both sides get every key, so that the slots of both are the same.
        self.before.add(self.key.text(), event, self.taken, is_before)?;
        self.after.add(self.key.text(), event, self.taken, is_after)?;
        self.taken += 1;
        Ok(Fate::Used)
    }

    fn on_end(&mut self, results: &mut Results) -> Result<()> {
        for slot in self.before.reduction.sorted_slots(&self.grouping) {
            let (old, new) = (self.before.value(slot)?, self.after.value(slot)?);
            self.write(slot, old.as_ref(), new.as_ref(), &mut results.rows);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::expression::Program;
    use crate::event::line::{Line, Offset};
    use crate::event::scan::{Extractor, Projection};
    use crate::operator::aggregate::AggregateSpec;

    const LINES: [&str; 5] = [
        r#"{"k":"a","n":0.1}"#,
        r#"{"k":"b","n":1}"#,
        r#"{"k":"a","n":0.2}"#,
        r#"{"k":"c","n":5}"#,
        r#"{"k":"b","n":null}"#,
    ];

    fn between(from: u64, to: Option<u64>, layout: Layout, reducer: Option<&str>) -> Vec<String> {
        let mut projection = Projection::default();
        let grouping = Grouping::parse(Some(".k"), &mut projection).expect("a path");
        let reduction = match reducer {
            Some(text) => Reduction::reducer(Value::Null, Program::compile(text, &["$e"]).expect(text)),
            None => {
                let specs = AggregateSpec::parse_all(&["s=sum(.n)", "n=count()"], &mut projection);
                Reduction::aggregates(specs.expect("aggregates"))
            }
        };
        let moments = (Moment::Offset(from), to.map(Moment::Offset));
        let mut difference = Difference::new(grouping, reduction, moments, layout);
        let mut extractor = Extractor::new(&projection);
        let (mut fields, mut results) = (Vec::new(), Results::default());
        for (number, text) in LINES.iter().enumerate() {
            extractor.extract(text.as_bytes(), &mut fields).expect("an object");
            let offset = Offset(number as u64);
            let line = Line { bytes: text.as_bytes(), source: "x", number: offset.0 + 1, offset };
            difference.on_event(&Event::new(line, 0, &fields), &mut results).expect("it is taken");
        }
        difference.on_end(&mut results).expect("it ends");
        String::from_utf8_lossy(&results.rows).lines().map(str::to_owned).collect()
    }

    #[test]
    fn keys_are_added_and_changed_with_exact_differences() {
        assert_eq!(
            between(1, Some(3), Layout::Nested, None),
            [
                r#"{"key":{"k":"a"},"change":"changed","changes":[{"path":".s","old":0.1,"new":0.3,"difference":0.2},{"path":".n","old":1,"new":2,"difference":1}]}"#,
                r#"{"key":{"k":"c"},"change":"added","new":{"s":5,"n":1}}"#,
            ]
        );
    }

    #[test]
    fn a_state_that_becomes_null_is_removed() {
        assert_eq!(
            between(1, None, Layout::Nested, Some("$e.n")),
            [
                r#"{"key":{"k":"a"},"change":"changed","changes":[{"path":".","old":0.1,"new":0.2,"difference":0.1}]}"#,
                r#"{"key":{"k":"b"},"change":"removed","old":1}"#,
                r#"{"key":{"k":"c"},"change":"added","new":5}"#,
            ]
        );
    }

    #[test]
    fn the_other_way_round_is_the_inverse_and_equal_moments_do_not_differ() {
        assert_eq!(between(2, Some(2), Layout::Nested, None), [] as [&str; 0]);
        let back = between(3, Some(1), Layout::Nested, None);
        assert!(back[0].contains(r#""old":0.3,"new":0.1,"difference":-0.2"#), "{}", back[0]);
        assert!(back[1].contains(r#""change":"removed","old":{"s":5,"n":1}"#), "{}", back[1]);
    }

    #[test]
    fn in_columns_every_change_has_a_line() {
        let rows = between(1, Some(3), Layout::Flat, None);
        assert_eq!(rows.len(), 4);
        assert_eq!(
            rows[2],
            r#"{"key":{"k":"c"},"change":"added","path":".s","old":null,"new":5,"difference":null}"#
        );
    }
}
