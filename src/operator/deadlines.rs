//! What is due when: instants with what they are for, taken out in their order as time goes on. Nearly all that is put
//! in lies a similar stretch ahead, so that it is only sorted into stretches of time first, and ordered when its
//! stretch comes: a calendar queue (R. Brown, "Calendar queues", 1988) whose days are as many as are needed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;
use crate::time::window::floor_to;

/// Into how many stretches the usual distance of a deadline is cut.
const STRETCHES: i128 = 64;

/// A deadline: when it is, which of all it is in the order of arrival, and the slot of what it is for.
pub type Deadline = (Timestamp, u64, usize);

/// Deadlines in the order of time and arrival.
pub struct Deadlines {
    /// How long a stretch is, in nanoseconds.
    length: i128,
    /// The deadlines before `later`.
    near: BinaryHeap<Reverse<Deadline>>,
    /// Where the stretches begin that are not ordered yet.
    later: Timestamp,
    /// Those stretches, by their begin.
    stretches: BTreeMap<i128, Vec<Deadline>>,
}

impl Deadlines {
    /// No deadlines yet; most will lie `distance` ahead of those that are due.
    pub fn new(distance: Duration) -> Deadlines {
        let length = (distance.0 / STRETCHES).max(1);
        Deadlines { length, near: BinaryHeap::new(), later: Timestamp(i128::MIN), stretches: BTreeMap::new() }
    }

    /// Puts a deadline in.
    #[inline]
    pub fn push(&mut self, deadline: Deadline) {
        if deadline.0 < self.later {
            self.near.push(Reverse(deadline));
        } else {
            self.stretches.entry(floor_to(deadline.0.0, self.length)).or_default().push(deadline);
        }
    }

    /// Takes the first deadline out, if it `is_due`; what is due at an instant must be due before it, too.
    #[inline]
    pub fn pop(&mut self, is_due: impl Fn(Timestamp) -> bool) -> Option<Deadline> {
        loop {
            if let Some(&Reverse((time, ..))) = self.near.peek() {
                return if is_due(time) { self.near.pop().map(|Reverse(deadline)| deadline) } else { None };
            }
            let stretch = self.stretches.first_entry()?;
            if !is_due(Timestamp(*stretch.key())) {
                return None;
            }
            let (start, deadlines) = stretch.remove_entry();
            self.later = Timestamp(start + self.length);
            self.near = deadlines.into_iter().map(Reverse).collect();
        }
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
