//! What is due when: instants with what they are for, taken out in their order as time goes on. Nearly all that is put
//! in lies a similar stretch ahead, so that it is only sorted into stretches of time first, and ordered when its
//! stretch comes: a calendar queue (R. Brown, "Calendar queues", 1988) whose days are as many as are needed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;

/// Into how many stretches the usual distance of a deadline is cut at least.
const STRETCHES: i128 = 256;

/// How many stretches are kept side by side; what lies further ahead is looked up.
const AHEAD: usize = 1024;

/// A deadline: when it is, which of all it is in the order of arrival, and the slot of what it is for.
pub type Deadline = (Timestamp, u64, usize);

/// Deadlines in the order of time and arrival.
pub struct Deadlines {
    /// How long a stretch is: a power of two of nanoseconds, so that no division is needed.
    bits: u32,
    /// The deadlines of the stretch that has come, the first one last.
    near: Vec<Deadline>,
    /// Those that came for stretches that had come.
    late: BinaryHeap<Reverse<Deadline>>,
    /// The first stretch that is not ordered yet.
    later: i128,
    /// That stretch and those that follow it, as far as something was put there.
    ahead: VecDeque<Vec<Deadline>>,
    /// Stretches that are too far ahead for that.
    far: BTreeMap<i128, Vec<Deadline>>,
    /// Room for the next stretches.
    spare: Vec<Vec<Deadline>>,
}

impl Deadlines {
    /// No deadlines yet; most will lie `distance` ahead of those that are due.
    pub fn new(distance: Duration) -> Deadlines {
        Deadlines {
            bits: (distance.0 / STRETCHES).clamp(1, i128::from(u64::MAX)).ilog2(),
            near: Vec::new(),
            late: BinaryHeap::new(),
            later: i128::MIN,
            ahead: VecDeque::new(),
            far: BTreeMap::new(),
            spare: Vec::new(),
        }
    }

    /// How far ahead a stretch lies, if it is one that is kept beside others.
    #[inline]
    fn place(&self, stretch: i128) -> Option<usize> {
        usize::try_from(stretch.saturating_sub(self.later)).ok().filter(|&place| place < AHEAD)
    }

    /// Puts a deadline in.
    #[inline]
    pub fn push(&mut self, deadline: Deadline) {
        let stretch = deadline.0.0 >> self.bits;
        match self.place(stretch).and_then(|place| self.ahead.get_mut(place)) {
            Some(deadlines) => deadlines.push(deadline),
            None => self.push_elsewhere(stretch, deadline),
        }
    }

    #[inline(never)]
    fn push_elsewhere(&mut self, stretch: i128, deadline: Deadline) {
        if self.ahead.is_empty() {
            // Some that come later are due a little earlier.
            let first_far = self.far.first_key_value().map_or(i128::MAX, |(&first, _)| first);
            self.later = self.later.max(stretch.saturating_sub(STRETCHES).min(first_far));
        }
        match self.place(stretch) {
            Some(place) => {
                while self.ahead.len() <= place {
                    self.ahead.push_back(self.spare.pop().unwrap_or_default());
                }
                self.ahead[place].push(deadline);
            }
            None if stretch < self.later => self.late.push(Reverse(deadline)),
            None => {
                let spare = &mut self.spare;
                self.far.entry(stretch).or_insert_with(|| spare.pop().unwrap_or_default()).push(deadline);
            }
        }
    }

    /// Whether [`Deadlines::pop`] may give something; false is certain. Mostly it is, and known in few steps.
    #[inline]
    pub fn may_pop(&self, is_due: impl Fn(Timestamp) -> bool) -> bool {
        match self.near.last() {
            Some(&(near, ..)) if self.late.is_empty() => is_due(near),
            _ => true,
        }
    }

    /// Takes the first deadline out, if it `is_due`; what is due at an instant must be due before it, too.
    #[inline]
    pub fn pop(&mut self, is_due: impl Fn(Timestamp) -> bool) -> Option<Deadline> {
        while self.near.is_empty() && self.late.is_empty() {
            self.come(&is_due)?;
        }
        let (near, late) = (self.near.last(), self.late.peek().map(|Reverse(late)| late));
        let is_late = near.is_none_or(|near| late.is_some_and(|late| late < near));
        let &(time, ..) = if is_late { late? } else { near? };
        if !is_due(time) {
            return None;
        }
        if is_late { self.late.pop().map(|Reverse(deadline)| deadline) } else { self.near.pop() }
    }

    /// The slot of the deadline so many places behind the first one, if that is known already and nothing comes between.
    #[inline]
    pub fn upcoming(&self, behind: usize) -> Option<usize> {
        let at = self.near.len().checked_sub(behind + 1)?;
        Some(self.near[at].2)
    }

    /// Orders the next stretch that holds something, if it may hold what is due.
    fn come(&mut self, is_due: impl Fn(Timestamp) -> bool) -> Option<()> {
        loop {
            let first_far = self.far.first_key_value().map(|(&first, _)| first);
            let first = if self.ahead.is_empty() { first_far? } else { self.later };
            if !is_due(Timestamp(first << self.bits)) {
                return None;
            }
            if first_far == Some(first) {
                self.take_from_far();
            }
            self.later += 1;
            let came = self.ahead.pop_front()?;
            let empty = std::mem::replace(&mut self.near, came);
            self.spare.push(empty);
            if !self.near.is_empty() {
                order(&mut self.near, first << self.bits);
                return Some(());
            }
        }
    }

    /// It is the turn of what lay far ahead.
    fn take_from_far(&mut self) {
        let Some((stretch, mut deadlines)) = self.far.pop_first() else { return };
        self.later = stretch;
        match self.ahead.front_mut() {
            Some(here) => here.append(&mut deadlines),
            None => self.ahead.push_back(deadlines),
        }
    }
}

/// Orders the deadlines of the stretch that begins at `start`, the first one last. A stretch is shorter than 2^64 nanoseconds, so
/// that instant and arrival are compared as one number.
fn order(deadlines: &mut [Deadline], start: i128) {
    let place =
        |&(time, arrival, _): &Deadline| ((time.0 - start) as u128) << u64::BITS | u128::from(arrival);
    deadlines.sort_unstable_by_key(|deadline| Reverse(place(deadline)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn room_is_used_again_however_far_apart_they_are() {
        for (distance, ahead) in [(0, 0), (0, 5_000), (1_000, 10), (1_000_000, 1_000_000)] {
            let mut deadlines = Deadlines::new(Duration(distance));
            for number in 0..20_000 {
                let now = i128::from(number) * 1_000_000;
                deadlines.push((Timestamp(now + ahead), number, 0));
                while deadlines.pop(|time| time.0 < now).is_some() {}
            }
            let vectors = deadlines.spare.len() + deadlines.ahead.len() + deadlines.far.len();
            assert!(vectors <= 2 * AHEAD, "{vectors} for {distance} and {ahead}");
        }
    }

    proptest! {
        #[test]
        fn they_come_in_order_and_when_they_are_due(
            distance in 0i128..1000,
            steps in prop::collection::vec((prop_oneof![-500i128..500, 0i128..5000], 0i128..300), 0..100),
        ) {
            let mut deadlines = Deadlines::new(Duration(distance));
            let (mut model, mut now) = (std::collections::BTreeSet::new(), -1000);
            for (number, (ahead, elapsed)) in (0..).zip(steps) {
                let deadline = (Timestamp(now + ahead), number, number as usize % 7);
                deadlines.push(deadline);
                model.insert(deadline);
                now += elapsed;
                while let Some(first) = deadlines.pop(|time| time.0 < now) {
                    prop_assert!(first.0.0 < now);
                    prop_assert_eq!(Some(first), model.pop_first());
                }
                prop_assert!(model.first().is_none_or(|first| first.0.0 >= now));
            }
            let rest: Vec<Deadline> = std::iter::from_fn(|| deadlines.pop(|_| true)).collect();
            prop_assert_eq!(rest, model.into_iter().collect::<Vec<_>>());
        }
    }
}
