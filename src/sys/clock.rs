//! The clock, behind a trait so that a run can be repeated byte for byte.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Tells the time.
pub trait Clock {
    /// Nanoseconds since 1970-01-01T00:00:00Z, negative before.
    fn now(&self) -> i128;
}

/// The system's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i128 {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => after.as_nanos() as i128,
            Err(before) => -(before.duration().as_nanos() as i128),
        }
    }
}

/// Measures time that passes, and lets it pass.
pub trait Timer {
    /// How long it has been since the timer was made; never goes back.
    fn elapsed(&self) -> Duration;

    /// Waits.
    fn sleep(&self, duration: Duration);
}

/// The system's timer.
pub struct SystemTimer(Instant);

impl SystemTimer {
    /// A timer that begins now.
    pub fn start() -> SystemTimer {
        SystemTimer(Instant::now())
    }
}

impl Timer for SystemTimer {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

/// A clock that stands still.
pub struct FixedClock(pub i128);

impl Clock for FixedClock {
    fn now(&self) -> i128 {
        self.0
    }
}
