//! How many events there are in each stretch of event time, without knowing the range beforehand: stretches
//! begin at a millisecond and grow whenever more than 4096 of them hold events.

use std::collections::BTreeMap;

use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;
use crate::time::window::floor_to;

const MILLISECOND: i128 = 1_000_000;
const SECOND: i128 = 1000 * MILLISECOND;
const MINUTE: i128 = 60 * SECOND;
const HOUR: i128 = 60 * MINUTE;
const DAY: i128 = 24 * HOUR;

/// How long the stretches are that are counted; each is a multiple of the one before.
const BASES: [i128; 15] = [
    MILLISECOND,
    10 * MILLISECOND,
    100 * MILLISECOND,
    SECOND,
    10 * SECOND,
    MINUTE,
    10 * MINUTE,
    HOUR,
    6 * HOUR,
    DAY,
    10 * DAY,
    100 * DAY,
    1000 * DAY,
    10_000 * DAY,
    100_000 * DAY,
];

/// How long the stretches are that are shown, as numbers of a unit.
const SHOWN: [(i128, &[i128]); 5] = [
    (MILLISECOND, &[1, 2, 5, 10, 20, 50, 100, 200, 500]),
    (SECOND, &[1, 2, 5, 10, 30]),
    (MINUTE, &[1, 2, 5, 10, 30]),
    (HOUR, &[1, 2, 3, 6, 12]),
    (DAY, &[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000]),
];

/// More stretches than this are not kept apart.
const KEPT: usize = 4096;

/// Counts by stretch of time.
#[derive(Default)]
pub struct OverTime {
    /// Which of [`BASES`] holds.
    base: usize,
    /// By the number of the stretch since 1970.
    counts: BTreeMap<i128, u64>,
    /// The stretch of the last event and how many came since it was looked up.
    run: (i128, u64),
}

/// Events over time, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Where the first stretch begins.
    pub start: Timestamp,
    /// How long each stretch is.
    pub step: Duration,
    /// The events in each, without gaps.
    pub counts: Vec<u64>,
}

impl OverTime {
    /// Counts an event.
    pub fn add(&mut self, time: Timestamp) {
        let stretch = floor_to(time.0, BASES[self.base]) / BASES[self.base];
        // Neighbours in the stream are mostly neighbours in time.
        if self.run.0 == stretch {
            self.run.1 += 1;
            return;
        }
        self.settle();
        self.run = (stretch, 1);
        while self.counts.len() > KEPT && self.base + 1 < BASES.len() {
            self.widen();
        }
    }

    fn settle(&mut self) {
        if self.run.1 > 0 {
            *self.counts.entry(self.run.0).or_default() += self.run.1;
            self.run.1 = 0;
        }
    }

    fn widen(&mut self) {
        self.settle();
        let factor = BASES[self.base + 1] / BASES[self.base];
        self.base += 1;
        for (stretch, count) in std::mem::take(&mut self.counts) {
            *self.counts.entry(stretch.div_euclid(factor)).or_default() += count;
        }
    }

    /// The chart in at most `columns` stretches of a round length; nothing without events.
    pub fn chart(&mut self, columns: i128) -> Option<Chart> {
        self.settle();
        let (first, last) = (*self.counts.first_key_value()?.0, *self.counts.last_key_value()?.0);
        let base = BASES[self.base];
        let lengths = SHOWN.iter().flat_map(|(unit, counts)| counts.iter().map(move |count| unit * count));
        let mut factors = lengths.filter(|length| length % base == 0).map(|length| length / base);
        let fits = |factor: &i128| last.div_euclid(*factor) - first.div_euclid(*factor) < columns;
        let factor = factors.find(fits).unwrap_or(last - first + 1);
        let start = first.div_euclid(factor);
        let mut counts = vec![0; (last.div_euclid(factor) - start + 1) as usize];
        for (stretch, count) in &self.counts {
            counts[(stretch.div_euclid(factor) - start) as usize] += count;
        }
        Some(Chart { start: Timestamp(start * factor * base), step: Duration(factor * base), counts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chart(times: impl IntoIterator<Item = i128>, columns: i128) -> Chart {
        let mut over_time = OverTime::default();
        times.into_iter().for_each(|time| over_time.add(Timestamp(time)));
        over_time.chart(columns).expect("there are events")
    }

    #[test]
    fn the_length_is_the_smallest_round_one_that_fits() {
        let found = chart([0, 59 * SECOND, 61 * SECOND, 600 * SECOND], 20);
        assert_eq!(found.step, Duration(MINUTE));
        assert_eq!(found.counts, [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(chart([5], 60).counts, [1]);
        assert_eq!(OverTime::default().chart(60), None);
    }

    #[test]
    fn before_1970_and_far_apart_is_right_too() {
        let found = chart([-DAY, -1, 0, DAY], 3);
        assert_eq!((found.start, found.step), (Timestamp(-DAY), Duration(DAY)));
        assert_eq!(found.counts, [2, 1, 1]);
        let ages = chart([-700_000 * DAY, 2_900_000 * DAY], 60);
        assert_eq!(ages.counts.iter().sum::<u64>(), 2);
        assert!(ages.counts.len() <= 60);
    }

    proptest! {
        #[test]
        fn no_event_is_lost_however_many_stretches_there_are(
            step in 1i128..100 * SECOND, count in 1i128..20_000, columns in 1i128..80,
        ) {
            let mut over_time = OverTime::default();
            (0..count).for_each(|number| over_time.add(Timestamp(number * step * 7)));
            prop_assert!(over_time.counts.len() <= KEPT + 1);
            let chart = over_time.chart(columns).expect("there are events");
            prop_assert_eq!(chart.counts.iter().sum::<u64>(), count as u64);
            prop_assert!(chart.counts.len() as i128 <= columns);
            prop_assert!(chart.counts[0] > 0 && chart.counts[chart.counts.len() - 1] > 0);
        }
    }
}
