//! The events whose fields are taken out already and of which nothing is asked but their time and what the conditions ask: to
//! go from one to the next within one loop costs less than to find out for each what there is to ask. What does not fit
//! here is left to [`Cursor::advance`], which does the same for any event.

use super::{Cursor, TimeSource};
use crate::event::Event;
use crate::event::line::{Line, Offset};
use crate::event::scan::extracted::Extracted;
use crate::event::scan::seek::Seeker;

/// What becomes of an event that is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ready {
    /// It is taken; the next one may come.
    Taken,
    /// It is taken, and no other is wanted now.
    Last,
    /// It is not taken, and stands at the cursor as if [`Cursor::advance`] had found it.
    Left,
}

/// What became of the events that were ready.
#[derive(Clone, Copy, Debug)]
pub struct Handed {
    /// How many of them the conditions left out.
    pub filtered: u64,
    /// Whether the last one was left at the cursor.
    pub is_left: bool,
}

/// What stands behind an event that is ready.
#[derive(Clone, Copy)]
pub struct Behind<'a> {
    extracted: &'a Extracted,
    bytes: &'a [u8],
    /// Which of the lines that were taken apart the event is, and where it begins.
    at: usize,
    start: usize,
}

impl<'a> Behind<'a> {
    /// The event so many places behind this one, if it is known already; without its time.
    #[inline]
    pub fn upcoming(&self, event: &Event<'a>, behind: usize) -> Option<Event<'a>> {
        let (start, length, fields) = self.extracted.behind(self.at, behind)?;
        let (start, further) = (self.start + start, behind as u64);
        let line = Line {
            bytes: &self.bytes[start..start + length],
            number: event.line.number.wrapping_add(further),
            offset: Offset(event.line.offset.0.wrapping_add(further)),
            ..event.line
        };
        let mut upcoming = Event::new(line, event.input, fields);
        upcoming.ordinal = event.ordinal.wrapping_add(further);
        Some(upcoming)
    }
}

impl Cursor {
    /// The event so many places behind the one at hand, if it is known already and nothing but a range or a condition may leave
    /// it out; without its time.
    #[inline]
    pub fn upcoming(&self, behind: usize) -> Option<Event<'_>> {
        let (at, _) = self.extracted.place()?;
        let (extracted, bytes) = (&self.extracted, &self.block.bytes[..]);
        Behind { extracted, bytes, at, start: self.line.start }.upcoming(&self.event(), behind)
    }

    /// Hands the events behind the one at hand, which was taken, to `take`, as far as they are ready.
    pub fn each_ready(&mut self, mut take: impl FnMut(&Event<'_>, Behind<'_>) -> Ready) -> Handed {
        let mut handed = Handed { filtered: 0, is_left: false };
        let is_usual = self.takes_all_times && !self.block.is_damaged;
        let field = match &self.time_source {
            TimeSource::Field(field) if is_usual => Some(field),
            TimeSource::None if is_usual => None,
            _ => return handed,
        };
        let Some((mut at, origin)) = self.extracted.place() else { return handed };
        // The seeker looks again behind so many lines.
        let unsought = self.seeker.as_ref().map_or(usize::MAX, Seeker::resting);
        let (extracted, bytes) = (&self.extracted, &self.block.bytes[..]);
        let (first, mut start, mut end) = (at, self.line.start, self.line.end);
        let origin = start - origin;
        let mut event = self.event();
        let mut outcome = Ready::Taken;
        while let Some((from, to, fields)) = extracted.line(at + 1).filter(|_| at - first < unsought) {
            let line = &bytes[origin + from..origin + to];
            event.go_on(line, fields);
            // What is wrong, or not in the usual form, is looked at again alone.
            let passes = match self.has_conditions.then(|| self.filter.passes_fields(&event)) {
                None => true,
                Some(Ok(passes)) => passes,
                Some(Err(_)) => break,
            };
            let time = match field.filter(|_| passes).map(|field| field.recent_time(line, fields)) {
                None => None,
                Some(None) => break,
                Some(time) => time,
            };
            (at, start, end) = (at + 1, origin + from, origin + to);
            if !passes {
                handed.filtered += 1;
                continue;
            }
            event.time = time;
            outcome = take(&event, Behind { extracted, bytes, at, start });
            if outcome != Ready::Taken {
                break;
            }
        }
        let (passed, time) = ((at - first) as u64, event.time);
        if passed > 0 {
            self.time = time;
            self.line = start..end;
            self.rest = (end + 1).min(self.block.bytes.len());
            self.extracted.skip(at - first);
            self.go_on(passed);
            self.is_pending = outcome == Ready::Left;
            if let Some(seeker) = &mut self.seeker {
                seeker.rest(passed as usize);
            }
        }
        handed.is_left = self.is_pending;
        handed
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::super::account::Account;
    use super::super::super::filter::Filter;
    use super::super::super::lines::LineReader;
    use super::super::super::{Monitor, OnError};
    use super::super::Step;
    use super::*;
    use crate::error::Error;
    use crate::event::envelope::{Choice, Envelope, Part};
    use crate::event::expression::Operand;
    use crate::event::line::MAX_LINE_BYTES;
    use crate::event::scan::Projection;
    use crate::operator::Fate;

    /// Counts what is wrong.
    #[derive(Default)]
    struct Counting(Vec<String>);

    impl Monitor for Counting {
        fn set_aside(&mut self, why: &Error) {
            self.0.push(why.to_string());
        }
    }

    const TIMES: [&str; 6] = [
        r#""2024-01-15T10:30:01.250Z""#,
        r#""2024-01-15T10:30:59Z""#,
        r#""2024-01-15T11:30:01+01:00""#,
        r#""2024-01-16T00:00:00.000Z""#,
        r#""soon""#,
        "null",
    ];

    fn line() -> impl Strategy<Value = String> {
        let time = prop_oneof![9 => select(TIMES[..2].to_vec()), 1 => select(TIMES.to_vec())];
        let event =
            (time, 0..9u8).prop_map(|(time, v)| format!(r#"{{"timestamp":{time},"type":"t","v":{v}}}"#));
        prop_oneof![20 => event, 1 => select(vec!["", "broken", r#"{"v":"x"}"#]).prop_map(str::to_owned)]
    }

    /// Where an event stands, what its time is, and what the line says.
    type Seen = (u64, u64, u64, Option<i128>, Vec<u8>);

    fn seen(event: &Event<'_>) -> Seen {
        let time = event.time.map(|time| time.0);
        let texts = [event.line.bytes, event.field(0).unwrap_or_default()].concat();
        (event.line.number, event.line.offset.0, event.ordinal, time, texts)
    }

    /// What is seen of the events; `steps` say what becomes of those that are ready, if they are asked for.
    fn run(
        text: &str,
        (condition, is_timed): (Option<&str>, bool),
        steps: Option<&[Ready]>,
    ) -> (Vec<Seen>, Account, Vec<String>) {
        let mut projection = Projection::default();
        projection.slot(&crate::event::path::Path::parse(".v").expect("a path"));
        let condition = condition.map(|text| Operand::compile(text, &mut projection).expect("a condition"));
        let time = match is_timed {
            true => TimeSource::Field(
                Envelope::new(&Choice::default()).expect("the native one").bind(Part::Time, &mut projection),
            ),
            false => TimeSource::None,
        };
        let reader =
            LineReader::new(Box::new(std::io::Cursor::new(text.as_bytes().to_vec())), "x", MAX_LINE_BYTES);
        let filter = Filter { condition, ..Filter::default() };
        let mut cursor = Cursor::new(Box::new(reader), &projection, filter, time, OnError::Skip, 0);
        let (mut found, mut account, mut wrong) = (Vec::new(), Account::default(), Counting::default());
        let mut steps = steps.map(|steps| steps.iter().cycle());
        while cursor.advance(&mut account, &mut wrong).expect("lines are skipped") == Step::Event {
            found.push(seen(&cursor.event()));
            cursor.take_event();
            account.book(Fate::Used);
            let Some(steps) = &mut steps else { continue };
            let handed = cursor.each_ready(|event, behind| {
                let step = *steps.next().expect("they begin again");
                if step != Ready::Left {
                    found.push(seen(event));
                    account.book(Fate::Used);
                }
                let next = behind.upcoming(event, 1);
                assert!(next.is_none_or(|next| next.line.number == event.line.number + 1
                    && next.ordinal == event.ordinal + 1
                    && text.lines().nth(next.line.number as usize - 1)
                        == std::str::from_utf8(next.line.bytes).ok()));
                step
            });
            account.filtered += handed.filtered;
            if handed.is_left {
                found.push(seen(&cursor.event()));
                cursor.take_event();
                account.book(Fate::Used);
            }
        }
        (found, account, wrong.0)
    }

    proptest! {
        #[test]
        fn events_that_are_ready_are_those_that_come_one_by_one(
            lines in vec(line(), 0..150),
            condition in select(vec![None, Some(".v > 3"), Some(r#".type == "t""#), Some("if .v == 8 then error else true end")]),
            is_timed in any::<bool>(),
            steps in vec(prop_oneof![6 => Just(Ready::Taken), 1 => Just(Ready::Last), 1 => Just(Ready::Left)], 1..9),
        ) {
            let text = lines.join("\n");
            let one_by_one = run(&text, (condition, is_timed), None);
            prop_assert_eq!(one_by_one.1.read(), text.lines().count() as u64);
            prop_assert_eq!(run(&text, (condition, is_timed), Some(&steps)), one_by_one);
        }
    }
}
