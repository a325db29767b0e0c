//! The most frequent of any number of values in bounded memory (Misra and Gries 1982, many at a time): exact
//! while there are at most 2048 different ones.

use std::collections::HashMap;

/// So many values are kept when there are too many.
const KEPT: usize = 1024;

/// Longer values are told by their beginning.
const LONGEST: usize = 512;

/// How often values came, given as JSON text.
#[derive(Default)]
pub struct Frequent {
    counts: HashMap<Box<[u8]>, u64>,
    /// How much was taken off every count when there were too many: no value came more often than its count and this.
    error: u64,
}

impl Frequent {
    /// Counts a value.
    pub fn add(&mut self, text: &[u8]) {
        let key = if text.len() > LONGEST { shortened(text) } else { None };
        let text = key.as_deref().unwrap_or(text);
        match self.counts.get_mut(text) {
            Some(count) => *count += 1,
            None => {
                self.counts.insert(text.into(), 1);
                if self.counts.len() > 2 * KEPT {
                    self.compact();
                }
            }
        }
    }

    /// Takes the count of the first one that goes off all counts; what has nothing left goes.
    fn compact(&mut self) {
        let mut counts: Vec<u64> = self.counts.values().copied().collect();
        let (_, &mut off, _) = counts.select_nth_unstable_by(KEPT, |a, b| b.cmp(a));
        self.error += off;
        self.counts.retain(|_, count| {
            *count = count.saturating_sub(off);
            *count > 0
        });
    }

    /// By how much the true counts may be larger; 0 when they are exact.
    pub fn error(&self) -> u64 {
        self.error
    }

    /// The most frequent values, with their counts; of equally frequent ones the smaller first. Counts that are no
    /// larger than their error say nothing and are left out.
    pub fn top(&self, count: usize) -> Vec<(&[u8], u64)> {
        let told = self.counts.iter().filter(|(_, count)| **count > self.error);
        let mut all: Vec<_> = told.map(|(text, &count)| (&**text, count)).collect();
        all.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        all.truncate(count);
        all
    }
}

/// The beginning of a long JSON text, as a string.
#[cold]
fn shortened(text: &[u8]) -> Option<Vec<u8>> {
    let beginning: String = String::from_utf8_lossy(text).chars().take(100).collect();
    serde_json::to_vec(&format!("{}…", beginning.trim_start_matches('"'))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_exact() {
        let mut frequent = Frequent::default();
        for text in ["b", "a", "c", "c", "a"] {
            frequent.add(text.as_bytes());
        }
        assert_eq!(frequent.top(2), [(&b"a"[..], 2), (&b"c"[..], 2)]);
        assert_eq!(frequent.error(), 0);
    }

    #[test]
    fn what_is_frequent_is_found_among_many_that_are_not() {
        let mut frequent = Frequent::default();
        for number in 0..50_000u64 {
            frequent.add(number.to_string().as_bytes());
            if number % 10 == 0 {
                frequent.add(b"\"often\"");
            }
        }
        let top = frequent.top(10);
        let (text, count) = top[0];
        assert_eq!(text, b"\"often\"");
        assert!(count <= 5000 && count + frequent.error() >= 5000, "{count} and {}", frequent.error());
        assert_eq!(top.len(), 1, "the others are as rare as the error");
        assert!(frequent.counts.len() <= 2 * KEPT);
    }

    #[test]
    fn a_long_value_is_told_by_its_beginning() {
        let mut frequent = Frequent::default();
        frequent.add(format!("\"{}\"", "x".repeat(5000)).as_bytes());
        let shown = String::from_utf8_lossy(frequent.top(1)[0].0).into_owned();
        assert!(shown.len() < 120 && shown.ends_with("x…\""), "{shown}");
    }
}
