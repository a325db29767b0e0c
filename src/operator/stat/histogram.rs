//! Shares of a distribution in little memory: exact while there are at most 4096 different values, and in
//! buckets of a bounded relative width after that.

use std::collections::HashMap;

/// So many different values are kept as they are.
const EXACT: usize = 4096;

/// The leading bits of a value that choose its bucket, behind the highest one.
const BITS: u32 = 8;

/// By how much a quantile from buckets may be above the true one, as a share of it: 2⁻⁸.
pub const BUCKET_ERROR: &str = "0.00390625";

/// How often each value came.
pub struct Histogram {
    /// How often 0 came: in-order events are all this late, so it has a fast way of its own.
    zeros: u64,
    counts: Counts,
    total: u64,
    sum: u128,
    smallest: u128,
    largest: u128,
}

enum Counts {
    /// By value.
    Exact(HashMap<u128, u64>),
    /// By bucket.
    Buckets(Vec<u64>),
}

impl Default for Histogram {
    fn default() -> Self {
        let counts = Counts::Exact(HashMap::new());
        Histogram { zeros: 0, counts, total: 0, sum: 0, smallest: u128::MAX, largest: 0 }
    }
}

/// The bucket of a value: values up to 2⁸ have one each.
fn bucket_of(value: u128) -> usize {
    let shift = (u128::BITS - value.leading_zeros()).saturating_sub(BITS + 1);
    ((u128::from(shift) << BITS) + (value >> shift)) as usize
}

/// The largest value of a bucket.
fn end_of(bucket: usize) -> u128 {
    let shift = (bucket >> BITS).saturating_sub(1) as u32;
    let leading = bucket as u128 - (u128::from(shift) << BITS);
    ((leading + 1) << shift) - 1
}

fn put(buckets: &mut Vec<u64>, value: u128, count: u64) {
    let bucket = bucket_of(value);
    if bucket >= buckets.len() {
        buckets.resize(bucket + 1, 0);
    }
    buckets[bucket] += count;
}

impl Histogram {
    /// Counts a value.
    pub fn add(&mut self, value: u128) {
        self.total += 1;
        self.sum += value;
        self.smallest = self.smallest.min(value);
        self.largest = self.largest.max(value);
        if value == 0 {
            self.zeros += 1;
            return;
        }
        match &mut self.counts {
            Counts::Exact(counts) => {
                *counts.entry(value).or_default() += 1;
                if counts.len() > EXACT {
                    let mut buckets = Vec::new();
                    counts.iter().for_each(|(&value, &count)| put(&mut buckets, value, count));
                    self.counts = Counts::Buckets(buckets);
                }
            }
            Counts::Buckets(buckets) => put(buckets, value, 1),
        }
    }

    /// How many values there are.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How many values are not 0.
    pub fn above_zero(&self) -> u64 {
        self.total - self.zeros
    }

    /// Whether quantiles are exact; otherwise they may be too large by [`BUCKET_ERROR`] of the true value.
    pub fn is_exact(&self) -> bool {
        matches!(self.counts, Counts::Exact(_))
    }

    /// The smallest value; 0 when there is none.
    pub fn smallest(&self) -> u128 {
        if self.total == 0 { 0 } else { self.smallest }
    }

    /// The largest value.
    pub fn largest(&self) -> u128 {
        self.largest
    }

    /// The average, rounded to a whole number.
    pub fn average(&self) -> u128 {
        let total = u128::from(self.total.max(1));
        (self.sum + total / 2) / total
    }

    /// For each share in thousandths, in rising order, the smallest value that at least this share of all values does
    /// not exceed.
    pub fn quantiles<const N: usize>(&self, thousandths: [u64; N]) -> [u128; N] {
        let sorted: Vec<(u128, u64)> = match &self.counts {
            Counts::Exact(counts) => {
                let mut sorted: Vec<_> = counts.iter().map(|(&value, &count)| (value, count)).collect();
                sorted.sort_unstable();
                sorted
            }
            Counts::Buckets(buckets) => {
                buckets.iter().enumerate().map(|(bucket, &count)| (end_of(bucket), count)).collect()
            }
        };
        thousandths.map(|share| {
            let rank = (u128::from(self.total) * u128::from(share)).div_ceil(1000);
            let mut seen = u128::from(self.zeros);
            if seen >= rank {
                return 0;
            }
            let mut values = sorted.iter();
            let found = values.find(|(_, count)| {
                seen += u128::from(*count);
                seen >= rank
            });
            found.map_or(self.largest, |(value, _)| (*value).min(self.largest))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(values: impl IntoIterator<Item = u128>) -> Histogram {
        let mut histogram = Histogram::default();
        values.into_iter().for_each(|value| histogram.add(value));
        histogram
    }

    #[test]
    fn few_values_are_exact_by_nearest_rank() {
        let histogram = of([0, 0, 30, 60]);
        assert_eq!(histogram.quantiles([500, 501, 750, 751, 1000]), [0, 30, 30, 60, 60]);
        assert!(histogram.is_exact());
        assert_eq!((histogram.average(), histogram.above_zero()), (23, 2));
        assert_eq!(of([]).quantiles([500, 1000]), [0, 0]);
    }

    proptest! {
        #[test]
        fn a_bucket_ends_at_or_a_little_behind_each_of_its_values(value in 0u128..1 << 80) {
            let end = end_of(bucket_of(value));
            prop_assert!(end >= value && (end - value) << BITS <= value);
            prop_assert_eq!(bucket_of(end), bucket_of(value));
            prop_assert_eq!(bucket_of(end + 1), bucket_of(value) + 1);
        }
    }

    #[test]
    fn many_values_are_within_the_stated_error_and_never_too_small() {
        let histogram = of((1..=100_000).map(|value| value * 1_000_003));
        assert!(!histogram.is_exact());
        for (share, found) in
            [500u64, 900, 999, 1000].into_iter().zip(histogram.quantiles([500, 900, 999, 1000]))
        {
            let exact = u128::from(share) * 100 * 1_000_003;
            assert!(found >= exact && (found - exact) * 256 <= exact, "{share}: {found} for {exact}");
        }
    }
}
