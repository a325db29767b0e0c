//! `--speed`: rows come out with the gaps between their event times, scaled. Knows how long to wait; how waiting is
//! done is the timer's.

use std::time::Duration;

use crate::sys::clock::Timer;
use crate::time::timestamp::Timestamp;

/// The longest wait before signals are looked at.
const SLICE: Duration = Duration::from_millis(50);

/// Keeps rows back until their time has come.
pub struct Pace {
    timer: Box<dyn Timer>,
    /// How many seconds of event time pass in one of the wall clock, times a million.
    millionfold: i128,
    /// The event time of the first row, and when it came out.
    first: Option<(Timestamp, Duration)>,
}

impl Pace {
    /// Rows at a speed of so many millionths of the event time's own.
    pub fn new(timer: Box<dyn Timer>, millionths: u64) -> Pace {
        Pace { timer, millionfold: i128::from(millionths.max(1)), first: None }
    }

    /// Waits until a row of this event time is due; false when `is_interrupted` says so before. A row that lies before
    /// the first one, or is overdue, comes at once.
    pub fn wait(&mut self, time: Timestamp, is_interrupted: impl Fn() -> bool) -> bool {
        let (first, begun) = *self.first.get_or_insert_with(|| (time, self.timer.elapsed()));
        let gap = (time.0 - first.0).saturating_mul(1_000_000) / self.millionfold;
        let due = begun.saturating_add(Duration::from_nanos(u64::try_from(gap.max(0)).unwrap_or(u64::MAX)));
        while let Some(rest) = due.checked_sub(self.timer.elapsed()).filter(|rest| !rest.is_zero()) {
            if is_interrupted() {
                return false;
            }
            self.timer.sleep(rest.min(SLICE));
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;
    use crate::time::timestamp::SECOND;

    struct Pretended(Rc<Cell<Duration>>);

    impl Timer for Pretended {
        fn elapsed(&self) -> Duration {
            self.0.get()
        }

        fn sleep(&self, duration: Duration) {
            self.0.set(self.0.get() + duration);
        }
    }

    #[test]
    fn rows_come_with_their_gaps_scaled() {
        let now = Rc::new(Cell::new(Duration::from_secs(100)));
        let mut pace = Pace::new(Box::new(Pretended(now.clone())), 10_000_000);
        let mut came = Vec::new();
        for second in [50, 60, 55, 60, 80, 30] {
            assert!(pace.wait(Timestamp(second * SECOND), || false));
            came.push(now.get().as_millis() - 100_000);
        }
        assert_eq!(came, [0, 1000, 1000, 1000, 3000, 3000]);
        assert!(!pace.wait(Timestamp(1000 * SECOND), || true), "a signal ends the wait");
    }
}
