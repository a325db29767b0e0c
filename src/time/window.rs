//! Which windows an instant belongs to. Pure arithmetic, right before 1970 too.

use super::calendar;
use super::duration::{Duration, Step};
use super::timestamp::{SECOND, Timestamp};
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
                if size == advance {
                    return take(Window { end: Timestamp(last + size.0), start: Timestamp(last) });
                }
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

    /// Whether each instant belongs to one window.
    #[inline]
    pub fn is_side_by_side(&self) -> bool {
        match self {
            Raster::Fixed { size, advance } => size == advance,
            Raster::Calendar { .. } => true,
        }
    }

    /// The window that begins next.
    pub fn next(&self, window: Window) -> Window {
        match *self {
            Raster::Fixed { advance, .. } => Window {
                end: Timestamp(window.end.0 + advance.0),
                start: Timestamp(window.start.0 + advance.0),
            },
            Raster::Calendar { step, zone } => calendar::window(window.end, step, zone),
        }
    }

    /// How many windows further the one is than the other.
    pub fn steps(&self, from: Window, to: Window) -> i128 {
        let distance = to.start.0 - from.start.0;
        let seconds = match *self {
            Raster::Fixed { advance, .. } => return distance.div_euclid(advance.0),
            Raster::Calendar { step: Step::Fixed(_), .. } => 86_400,
            Raster::Calendar { step: Step::Days(count), .. } => i128::from(count) * 86_400,
            Raster::Calendar { step: Step::Weeks(count), .. } => i128::from(count) * 7 * 86_400,
            // The mean of the Gregorian calendar, of which no month begins more than some days off.
            Raster::Calendar { step: Step::Months(count), .. } => i128::from(count) * 2_629_746,
        };
        let length = seconds * SECOND;
        (distance + length / 2).div_euclid(length)
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
    fn steps_lead_from_window_to_window() {
        let zone = chrono_tz::Europe::Vienna;
        let calendar = |step| Raster::Calendar { step, zone };
        let fixed = Raster::Fixed { size: Duration(5 * SECOND), advance: Duration(2 * SECOND) };
        let steps = [
            Step::Days(1),
            Step::Days(3),
            Step::Weeks(1),
            Step::Months(1),
            Step::Months(3),
            Step::Months(12),
        ];
        for raster in steps.into_iter().map(calendar).chain([fixed]) {
            let mut first = None;
            raster.each(Timestamp(1_700_000_000 * SECOND), |window| first = first.or(Some(window)));
            let first = first.expect("every instant is in a window");
            let mut window = first;
            for count in 0..500 {
                assert_eq!(raster.steps(first, window), count, "{raster:?}");
                let next = raster.next(window);
                assert!(next > window && next.start > window.start, "{raster:?}");
                window = next;
            }
        }
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
