//! Which windows an instant belongs to. Pure arithmetic, right before 1970 too.

use super::calendar;
use super::duration::{Duration, Step};
use super::timestamp::Timestamp;
use chrono_tz::Tz;

/// A window of event time; whether `end` belongs to it depends on its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// The end: the first instant behind a tumbling or hopping window, the last event of a session. First, so
    /// that windows sort by it.
    pub end: Timestamp,
    /// The first instant.
    pub start: Timestamp,
}

/// The largest multiple of `step` that is not above `value`.
#[inline]
pub fn floor_to(value: i128, step: i128) -> i128 {
    // The instants of some centuries around 1970 fit 64 bits, whose division is much faster.
    match (i64::try_from(value), i64::try_from(step)) {
        (Ok(value), Ok(step)) => i128::from(value) - i128::from(value.rem_euclid(step)),
        _ => value - value.rem_euclid(step),
    }
}

/// Windows of a fixed raster: tumbling, hopping and calendar windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raster {
    /// Every window whose start is a multiple of `advance` and lies in `(ts − size, ts]`.
    Fixed {
        /// The size of a window.
        size: Duration,
        /// From one start to the next.
        advance: Duration,
    },
    /// Civil days, weeks or months of a time zone, side by side.
    Calendar {
        /// The size of a window.
        step: Step,
        /// The time zone.
        zone: Tz,
    },
}

impl Raster {
    /// Calls `take` for each window that `time` belongs to, the earliest first.
    #[inline]
    pub fn each(&self, time: Timestamp, mut take: impl FnMut(Window)) {
        match *self {
            Raster::Fixed { size, advance } => {
                let last = floor_to(time.0, advance.0);
                // The first start behind `time − size`.
                let first = floor_to(time.0 - size.0, advance.0) + advance.0;
                let mut start = first;
                while start <= last {
                    take(Window { end: Timestamp(start + size.0), start: Timestamp(start) });
                    start += advance.0;
                }
            }
            Raster::Calendar { step, zone } => take(calendar::window(time, step, zone)),
        }
    }
    /// The window that begins after this one, next in order.
    pub fn next(&self, window: Window) -> Window {
        match *self {
            Raster::Fixed { size, advance } => {
                let start = Timestamp(window.start.0 + advance.0);
                Window { end: Timestamp(start.0 + size.0), start }
            }
            Raster::Calendar { step, zone } => calendar::window(window.end, step, zone),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(size: i128, advance: i128, time: i128) -> Vec<i128> {
        let mut starts = Vec::new();
        let raster = Raster::Fixed { size: Duration(size), advance: Duration(advance) };
        raster.each(Timestamp(time), |window| {
            assert_eq!(window.end.0 - window.start.0, size);
            starts.push(window.start.0);
        });
        starts
    }

    #[test]
    fn tumbling_windows_hold_their_start_and_not_their_end() {
        assert_eq!(starts(5, 5, 0), [0]);
        assert_eq!(starts(5, 5, 4), [0]);
        assert_eq!(starts(5, 5, 5), [5]);
        assert_eq!(starts(5, 5, -1), [-5]);
        assert_eq!(starts(5, 5, -5), [-5]);
        assert_eq!(starts(5, 5, -6), [-10]);
    }

    #[test]
    fn hopping_windows_are_all_that_hold_the_instant() {
        assert_eq!(starts(5, 1, 7), [3, 4, 5, 6, 7]);
        assert_eq!(starts(12, 5, 13), [5, 10]);
        assert_eq!(starts(12, 5, 11), [0, 5, 10]);
        assert_eq!(starts(3, 5, 4), [] as [i128; 0]);
        assert_eq!(starts(10, 5, -3), [-10, -5]);
        let huge = i128::from(i64::MAX) * 4;
        assert_eq!(starts(5, 5, huge), [huge - huge % 5]);
    }
}
