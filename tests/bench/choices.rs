//! How the events that are measured with are drawn, and the values that all of them have. The same number of events is always the same bytes, on every
//! machine: nothing is drawn with floating point.

use std::fmt;

/// 2024-01-01T00:00:00Z in milliseconds.
pub const BEGIN: u64 = 1_704_067_200_000;

/// Where the drawing of ledgers, clicks and purchases begins.
pub const SEED: u64 = 20_240_101;

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014), by its state.
pub struct Choices(pub u64);

impl Choices {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, count: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(count)) >> 64) as u64
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }
}

/// Which of many things is drawn, and how often each.
pub struct Ranks {
    /// How often each rank is drawn, together with all before it.
    sums: Vec<u64>,
    /// What the ranks are multiplied with, so that a name does not tell how popular it is.
    spread: u64,
}

impl Ranks {
    /// Zipf's law: the second is drawn half as often as the first, the third a third as often.
    pub fn zipf(count: u64, spread: u64) -> Ranks {
        Ranks::new(count, spread, |rank| (1 << 40) / rank)
    }

    /// All are drawn equally often.
    pub fn even(count: u64, spread: u64) -> Ranks {
        Ranks::new(count, spread, |_| 1)
    }

    fn new(count: u64, spread: u64, weight: impl Fn(u64) -> u64) -> Ranks {
        let sums = (1..=count).scan(0, |sum, rank| {
            *sum += weight(rank);
            Some(*sum)
        });
        Ranks { sums: sums.collect(), spread }
    }

    pub fn count(&self) -> u64 {
        self.sums.len() as u64
    }

    pub fn draw(&self, choices: &mut Choices) -> u64 {
        let place = choices.below(self.sums.last().copied().unwrap_or(0));
        let rank = self.sums.partition_point(|sum| *sum <= place) as u64;
        rank * self.spread % self.count()
    }
}

/// An id in the shape of a UUID of version 7, though its time is drawn too.
#[derive(Clone, Copy)]
pub struct Id(u64, u64);

impl Id {
    pub fn draw(choices: &mut Choices) -> Id {
        Id(choices.next(), choices.next())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let Id(first, second) = self;
        let (head, middle, tail) = (first >> 32, first >> 16 & 0xffff, first & 0xfff);
        let (variant, node) = (second >> 48 & 0x3fff | 0x8000, second & 0xffff_ffff_ffff);
        write!(out, "{head:08x}-{middle:04x}-7{tail:03x}-{variant:04x}-{node:012x}")
    }
}

/// RFC 3339 in UTC with milliseconds (days to civil date after Howard Hinnant's "chrono-compatible low-level date
/// algorithms").
pub fn time_text(milliseconds: u64) -> String {
    let (days, rest) = ((milliseconds / 86_400_000) as i64 + 719_468, milliseconds % 86_400_000);
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (date, civil) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = year + era * 400 + i64::from(civil <= 2);
    let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60);
    format!("{year:04}-{civil:02}-{date:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", rest % 1000)
}

/// An amount of money: cents as a decimal number.
pub fn money(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
