//! Several inputs in one run: their events are taken interleaved by event time, ties in the order of the
//! inputs, so that a join sees both sides as they happened.

use std::time::{Duration, Instant};

use super::account::Account;
use super::cursor::{Cursor, Step};
use super::{AtEnd, Run, WAIT};
use crate::error::Result;
use crate::operator::Results;

/// What stands at the head of one input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Head {
    /// Nobody has looked yet.
    Unknown,
    /// An event.
    Event,
    /// Nothing since then, while following; `told` when the operator knows that it is idle.
    Waiting { since: Instant, told: bool },
    /// Nothing any more.
    Ended,
}

impl Run<'_> {
    /// Drives several inputs; gives whether a signal ended the run.
    pub(super) fn drive_merged(
        &mut self,
        inputs: &mut [Cursor],
        account: &mut Account,
        results: &mut Results,
    ) -> Result<bool> {
        let mut heads = vec![Head::Unknown; inputs.len()];
        loop {
            for (at, head) in heads.iter_mut().enumerate() {
                match self.look(&mut inputs[at], at, head, account, results)? {
                    Step::Interrupted => return Ok(true),
                    Step::End if self.at_end == AtEnd::Keep => return Ok(false),
                    _ => {}
                }
            }
            if heads.iter().all(|head| *head == Head::Ended) || self.operator.is_done() {
                return Ok(false);
            }
            // By the time of arrival nobody has to be waited for.
            let must_wait = self.clock.is_none()
                && heads.iter().any(|head| matches!(head, Head::Waiting { told: false, .. }));
            match earliest(inputs, &heads) {
                Some(at) if !must_wait => {
                    self.take_event(&mut inputs[at], account, results)?;
                    heads[at] = Head::Unknown;
                    // The head of the others stays the same until one of its own is due.
                    let other = earliest(inputs, &heads).map(|other| (inputs[other].time(), other));
                    let is_next = |time| other.is_none_or(|other| (time, at) < other);
                    if self.take_ready(&mut inputs[at], false, is_next, account, results)? {
                        heads[at] = Head::Event;
                    }
                    self.write_when_full(results)?;
                }
                _ => self.wait_for(inputs, &heads, results)?,
            }
        }
    }

    /// Finds out what stands at the head of an input where that is not known.
    fn look(
        &mut self,
        input: &mut Cursor,
        at: usize,
        head: &mut Head,
        account: &mut Account,
        results: &mut Results,
    ) -> Result<Step> {
        if matches!(head, Head::Event | Head::Ended) {
            return Ok(Step::Event);
        }
        let step = input.advance(account, self.monitor)?;
        match (step, *head) {
            (Step::Event, _) => *head = Head::Event,
            (Step::Waiting, Head::Waiting { since, told: false }) => {
                if self.idle.is_some_and(|idle| since.elapsed() >= idle) {
                    *head = Head::Waiting { since, told: true };
                    self.operator.on_idle(at, results)?;
                }
            }
            (Step::Waiting, Head::Waiting { .. }) | (Step::Interrupted, _) => {}
            (Step::Waiting, _) => *head = Head::Waiting { since: Instant::now(), told: false },
            (Step::End, _) if self.at_end == AtEnd::Keep => {}
            (Step::End, _) => {
                *head = Head::Ended;
                self.operator.on_input_end(at, results)?;
            }
        }
        Ok(step)
    }

    fn wait_for(&mut self, inputs: &mut [Cursor], heads: &[Head], results: &mut Results) -> Result<()> {
        self.tell_time(results)?;
        self.hand_on(results, inputs)?;
        let waiting = heads.iter().filter(|head| matches!(head, Head::Waiting { .. })).count() as u32;
        // Each silent input gets its share of the time, so that none is looked at too late.
        let share = (WAIT / waiting.max(1)).max(Duration::from_millis(1));
        for (input, head) in inputs.iter_mut().zip(heads) {
            if matches!(head, Head::Waiting { .. }) {
                input.wait(share)?;
            }
        }
        Ok(())
    }
}

/// The input whose event is the earliest; the first of equals.
fn earliest(inputs: &[Cursor], heads: &[Head]) -> Option<usize> {
    let at_event = |at: &usize| heads[*at] == Head::Event;
    (0..inputs.len()).filter(at_event).min_by_key(|&at| inputs[at].time())
}
