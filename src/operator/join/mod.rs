//! Joins two inputs on equal keys within a distance of event time: a pair matches when
//! `left.time − before ≤ right.time ≤ left.time + after`. A row waits until nothing can match it any more
//! (`left.time + after < W`, `right.time + before < W`); then it goes, and comes out unmatched where the kind of
//! join wants that. A row that arrives when its own wait is over is late and joins nothing.

pub mod as_of;
pub mod row;
mod side;
pub mod tables;
#[cfg(test)]
mod tests;

use chrono_tz::Tz;

use super::grouping::Grouping;
use super::key::Key;
use super::saved::{put_integer, take_integer};
use super::{Fate, Operator, Results};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;
use crate::time::watermark::StreamTimes;
use row::{Joined, Remark, Shaping};
use side::{Row, Side};

/// The kinds of join.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Pairs.
    #[default]
    Inner,
    /// Pairs, and left rows without a partner.
    Left,
    /// Pairs, and right rows without a partner.
    Right,
    /// Pairs, and rows of both sides without a partner.
    Outer,
    /// Left rows with a partner, once each.
    Semi,
    /// Left rows without a partner.
    Anti,
}

impl Kind {
    fn shows_pairs(self) -> bool {
        !matches!(self, Kind::Semi | Kind::Anti)
    }

    /// Whether an unmatched row of the side (0 left, 1 right) comes out.
    fn shows_unmatched(self, side: usize) -> bool {
        match self {
            Kind::Left | Kind::Anti => side == 0,
            Kind::Right => side == 1,
            Kind::Outer => true,
            Kind::Inner | Kind::Semi => false,
        }
    }
}

/// A question for two inputs.
pub struct Job {
    /// Which rows come out.
    pub kind: Kind,
    /// The keys of the left and of the right side.
    pub on: [Grouping; 2],
    /// How far a right row may lie before its left one.
    pub before: Duration,
    /// How far a right row may lie behind its left one.
    pub after: Duration,
    /// D: how late the events of the left and of the right side may be.
    pub lateness: [Duration; 2],
    /// G: how much longer the left and the right rows wait for partners.
    pub grace: [Duration; 2],
    /// An event further than this in front of its side's stream time is set aside.
    pub max_ahead: Option<Duration>,
    /// What comes out of a row.
    pub shaping: Shaping,
    /// The time zone of printed times; UTC if there is none.
    pub zone: Option<Tz>,
}

/// The join operator.
pub struct Join {
    job: Job,
    times: StreamTimes,
    sides: [Side; 2],
    /// The key and what is kept of the event at hand.
    key: Key,
    kept: Vec<u8>,
    order: u64,
    missing_keys: u64,
    /// Whether it matters which rows have met a partner.
    tells_matched: bool,
    /// Whether rows come out unmatched at the moment because the other side is idle.
    is_idle: bool,
}

const LEFT: usize = 0;
const RIGHT: usize = 1;

/// The sides of a join have keys of as many parts.
fn check_sides([left, right]: &[Grouping; 2]) -> Result<()> {
    if !left.is_empty() && left.len() == right.len() {
        return Ok(());
    }
    let parts = format!("the sides of the join have {} and {} key parts", left.len(), right.len());
    Err(Error::usage(parts).hint("name as many paths with --on-right as with --on"))
}

/// D + G of each side.
fn patience(lateness: [Duration; 2], grace: [Duration; 2]) -> [Duration; 2] {
    [LEFT, RIGHT].map(|side| Duration(lateness[side].0 + grace[side].0))
}

impl Join {
    /// An operator for the job.
    pub fn new(mut job: Job) -> Result<Join> {
        check_sides(&job.on)?;
        job.shaping.name_key(&job.on[LEFT]);
        let patience = patience(job.lateness, job.grace);
        let tells_matched = job.kind != Kind::Inner;
        Ok(Join {
            times: StreamTimes::of_each(&patience).limit_ahead(job.max_ahead),
            sides: [Side::new(job.after, patience[RIGHT]), Side::new(job.before, patience[LEFT])],
            job,
            key: Key::default(),
            kept: Vec::new(),
            order: 0,
            missing_keys: 0,
            tells_matched,
            is_idle: false,
        })
    }

    /// How many rows had a key part that is null or missing; they join nothing.
    pub fn missing_keys(&self) -> u64 {
        self.missing_keys
    }

    /// Whether a right row at `right` may stand with a left row at `left`.
    fn is_within(&self, left: Timestamp, right: Timestamp) -> bool {
        left.0 - self.job.before.0 <= right.0 && right.0 <= left.0 + self.job.after.0
    }

    /// Prints every pair of the row at hand with the other side's rows, in their arrival order; gives whether there was
    /// one.
    fn meet(&mut self, time: Timestamp, side: usize, results: &mut Results) -> Result<bool> {
        let mut has_match = false;
        let Some(mut slot) = self.sides[1 - side].first_of(&self.key) else { return Ok(false) };
        while let Some(other) = self.sides[1 - side].row(slot) {
            let here = std::mem::replace(&mut slot, other.next);
            self.sides[1 - side].prefetch_row(slot);
            let ((left, left_kept), (right, right_kept)) = match side {
                LEFT => ((time, &*self.kept), (other.time, other.kept())),
                _ => ((other.time, other.kept()), (time, &*self.kept)),
            };
            if !self.is_within(left, right) {
                continue;
            }
            let is_first = if side == LEFT { !has_match } else { !other.is_matched };
            let (on, key) = (&self.job.on[LEFT], self.key.text());
            if self.job.kind.shows_pairs() {
                let gap = Some(Duration(right.0 - left.0));
                let sides = [Some(left_kept), Some(right_kept)];
                let pair = Joined { on, key, sides, gap, remark: Remark::None };
                self.job.shaping.write(&pair, &mut results.rows)?;
            } else if self.job.kind == Kind::Semi && is_first {
                single(&mut self.job, key, left_kept, Remark::None, &mut results.rows)?;
            }
            has_match = true;
            if self.tells_matched {
                self.sides[1 - side].mark_matched(here);
            }
        }
        Ok(has_match)
    }

    /// Lets the rows go whose wait is over, and prints those of them that come out unmatched.
    fn evict(&mut self, is_over: impl Fn(Timestamp) -> bool, results: &mut Results) -> Result<()> {
        let mut gone: Vec<(usize, Row)> = Vec::new();
        for side in [LEFT, RIGHT] {
            let shows = self.job.kind.shows_unmatched(side);
            self.sides[side].evict(&is_over, |row| {
                if shows && !row.is_matched {
                    gone.push((side, row.clone()));
                }
            });
        }
        gone.sort_by_key(|(_, row)| (row.time, row.order));
        let remark = if self.is_idle { Remark::Idle } else { Remark::None };
        for (side, row) in &gone {
            if self.job.kind == Kind::Anti {
                single(&mut self.job, row.key(), row.kept(), remark, &mut results.rows)?;
                continue;
            }
            let mut sides = [None; 2];
            sides[*side] = Some(row.kept());
            let row = Joined { on: &self.job.on[LEFT], key: row.key(), sides, gap: None, remark };
            self.job.shaping.write(&row, &mut results.rows)?;
        }
        Ok(())
    }

    fn evict_by_watermark(&mut self, results: &mut Results) -> Result<()> {
        let (watermark, with_idle) = (self.times.watermark(), self.times.watermark_with_idle());
        self.evict(|end| with_idle.closes_inclusive(end), results)?;
        if with_idle != watermark {
            self.is_idle = true;
            self.evict(|end| watermark.closes_inclusive(end), results)?;
            self.is_idle = false;
        }
        Ok(())
    }
}

/// A late row: its wait ended at `end`, before the `limit`, which is the watermark or something newer.
fn put_late(
    event: &Event<'_>,
    end: Timestamp,
    (name, limit): (&str, Timestamp),
    zone: Option<Tz>,
    out: &mut Vec<u8>,
) {
    let side = if event.input == LEFT { "left" } else { "right" };
    let by = Duration(limit.0 - end.0);
    out.extend_from_slice(
        format!("{{\"late\":{{\"by\":\"{by}\",\"side\":\"{side}\",\"{name}\":\"").as_bytes(),
    );
    match zone {
        Some(zone) => limit.write_in(zone, out),
        None => limit.write_utc(out),
    }
    out.extend_from_slice(b"\"},\"event\":");
    out.extend_from_slice(event.line.trimmed());
    out.extend_from_slice(b"}\n");
}

/// A left row of a semi or anti join: its bytes as its author wrote them, so that it can be piped on, or what is selected
/// from it.
fn single(job: &mut Job, key: &[u8], kept: &[u8], remark: Remark, rows: &mut Vec<u8>) -> Result<()> {
    if job.shaping.is_plain() {
        rows.extend_from_slice(kept);
        rows.push(b'\n');
        return Ok(());
    }
    let sides = [Some(kept), None];
    job.shaping.write(&Joined { on: &job.on[LEFT], key, sides, gap: None, remark }, rows)
}

impl Operator for Join {
    fn on_event(&mut self, event: &Event<'_>, results: &mut Results) -> Result<Fate> {
        let (side, time) = (event.input, event.time());
        if self.times.is_too_far_ahead(side, time) {
            return Ok(Fate::SetAside);
        }
        let rose = self.times.observe(side, time);
        let end = self.sides[side].end_of_wait(time);
        if self.times.watermark().closes_inclusive(end) {
            let watermark = self.times.watermark().time().unwrap_or(end);
            put_late(event, end, ("watermark", watermark), self.job.zone, &mut results.late);
            return Ok(Fate::Late);
        }
        self.order += 1;
        let has_null = self.job.on[side].key(event, &mut self.key)?;
        self.job.shaping.keep(event, &mut self.kept);
        let mut is_matched = false;
        self.sides[side].prefetch_key(self.key.hash());
        if has_null {
            self.missing_keys += 1;
        } else {
            is_matched = self.meet(time, side, results)?;
        }
        if !has_null || self.job.kind.shows_unmatched(side) {
            self.sides[side].add((time, self.order, is_matched), &self.key, &self.kept);
        }
        if rose {
            self.evict_by_watermark(results)?;
        }
        Ok(Fate::Used)
    }

    fn times(&self) -> Option<&StreamTimes> {
        Some(&self.times)
    }

    fn on_idle(&mut self, input: usize, results: &mut Results) -> Result<()> {
        if self.times.leave_out(input) { self.evict_by_watermark(results) } else { Ok(()) }
    }

    fn on_input_end(&mut self, input: usize, results: &mut Results) -> Result<()> {
        if self.times.finish(input) { self.evict_by_watermark(results) } else { Ok(()) }
    }

    fn on_end(&mut self, results: &mut Results) -> Result<()> {
        self.evict(|_| true, results)
    }

    fn save(&self, state: &mut Vec<u8>) {
        super::window::save_times(&self.times, state);
        put_integer(self.order, state);
        self.sides.iter().for_each(|side| side.save(state));
    }

    fn load(&mut self, state: &[u8]) -> Result<()> {
        let mut rest = state;
        super::window::load_times(&mut self.times, &mut rest)?;
        self.order = take_integer(&mut rest)?;
        self.sides.iter_mut().try_for_each(|side| side.load(&mut rest))
    }
}
