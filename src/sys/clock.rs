//! The clock, behind a trait so that a run can be repeated byte for byte.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::time::timestamp::Timestamp;

/// Tells the time.
pub trait Clock {
    /// The instant that it is now.
    fn now(&self) -> Timestamp;
}

/// The system's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let nanoseconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => after.as_nanos() as i128,
            Err(before) => -(before.duration().as_nanos() as i128),
        };
        Timestamp(nanoseconds)
    }
}

/// A clock that stands still.
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}
