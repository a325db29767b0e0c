//! What is due when: instants with what they are for, taken out in their order as time goes on. Nearly all that is put
//! in lies a similar stretch ahead, so that it is only sorted into stretches of time first, and ordered when its
//! stretch comes: a calendar queue (R. Brown, "Calendar queues", 1988) whose days are as many as are needed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;

/// Into how many stretches the usual distance of a deadline is cut at least.
const STRETCHES: i128 = 64;

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
    /// The latest stretch that was put into; most of what follows belongs there, too.
    open: (i128, Vec<Deadline>),
    /// The other stretches that are not ordered.
    stretches: BTreeMap<i128, Vec<Deadline>>,
}

impl Deadlines {
    /// No deadlines yet; most will lie `distance` ahead of those that are due.
    pub fn new(distance: Duration) -> Deadlines {
        Deadlines {
            bits: (distance.0 / STRETCHES).max(1).ilog2(),
            near: Vec::new(),
            late: BinaryHeap::new(),
            later: i128::MIN,
            open: (i128::MIN, Vec::new()),
            stretches: BTreeMap::new(),
        }
    }

    /// Puts a deadline in.
    #[inline]
    pub fn push(&mut self, deadline: Deadline) {
        let stretch = deadline.0.0 >> self.bits;
        if stretch == self.open.0 {
            self.open.1.push(deadline);
        } else {
            self.push_elsewhere(stretch, deadline);
        }
    }

    #[inline(never)]
    fn push_elsewhere(&mut self, stretch: i128, deadline: Deadline) {
        if stretch < self.later {
            self.late.push(Reverse(deadline));
            return;
        }
        if stretch > self.open.0 {
            let (closed, deadlines) = std::mem::replace(&mut self.open, (stretch, Vec::new()));
            if !deadlines.is_empty() {
                self.stretches.insert(closed, deadlines);
            }
            self.open.1.push(deadline);
        } else {
            self.stretches.entry(stretch).or_default().push(deadline);
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

    /// Orders the next stretch, if it may hold what is due.
    fn come(&mut self, is_due: impl Fn(Timestamp) -> bool) -> Option<()> {
        // The open one is the last.
        let first = self.stretches.first_key_value().map(|(&stretch, _)| stretch);
        let open = (!self.open.1.is_empty()).then_some(self.open.0);
        let stretch = first.or(open)?;
        if !is_due(Timestamp(stretch << self.bits)) {
            return None;
        }
        self.near = match first {
            Some(first) => self.stretches.remove(&first)?,
            None => std::mem::replace(&mut self.open, (i128::MIN, Vec::new())).1,
        };
        self.later = stretch + 1;
        self.near.sort_unstable_by(|a, b| b.cmp(a));
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_come_in_order_and_when_they_are_due(
            distance in 0i128..1000,
            steps in prop::collection::vec((-500i128..500, 0i128..300), 0..100),
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
