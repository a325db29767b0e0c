//! Finds the lines that may be wanted, without parsing any: those that have one of some needles. Others are only
//! counted. Looks at 64 bytes in one step, for two bytes of each needle that are rare.

use super::chunk::{CHUNK, Chunks, Fastest, Task};
use super::needles::Needles;

/// How much of the first text is looked at to learn which bytes are rare.
const SAMPLE_BYTES: usize = 16 << 10;

/// The bytes of a needle that are looked for first are among so many.
const REACH: usize = 64;

/// How many searches tell whether it is worth while to search.
const TRIAL: u32 = 64;

/// How many lines a trial must leave out at least.
const WORTH: u64 = 24;

/// For how many lines nothing is searched when a trial was in vain.
const RESTED_FOR: u32 = 1024;

/// What is found in some lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sought {
    /// Where the first line begins that may be wanted; the length of the text when there is none.
    pub at: usize,
    /// How many lines stand before it.
    pub lines: u64,
}

/// A search for lines.
#[derive(Clone, Debug)]
pub struct Seeker {
    chunks: Fastest,
    needles: Vec<Needle>,
    is_aimed: bool,
    /// How many searches of the trial are still to come, and how many lines they have left out so far.
    trial: (u32, u64),
    /// How many lines are still to be taken unsearched.
    resting: u32,
}

/// One of the texts of which a wanted line has one.
#[derive(Clone, Debug)]
struct Needle {
    text: Box<[u8]>,
    /// Where two of its bytes stand that are rare.
    rare: [usize; 2],
    /// A chunk of each of them.
    chunks: [[u8; CHUNK]; 2],
}

impl Needle {
    fn new(text: &[u8]) -> Needle {
        Needle { text: text.into(), rare: [0; 2], chunks: [[0; CHUNK]; 2] }
    }

    /// Looks for those two bytes that are rarest by `counts`.
    fn aim(&mut self, counts: &[u32; 256]) {
        let mut places: Vec<usize> = (0..self.text.len().min(REACH)).collect();
        places.sort_by_key(|&place| counts[usize::from(self.text[place])]);
        let rarest = places.first().copied().unwrap_or_default();
        self.rare = [rarest, places.get(1).copied().unwrap_or(rarest)];
        self.chunks = self.rare.map(|place| [self.text[place]; CHUNK]);
    }
}

impl Seeker {
    /// A search for the lines that have one of `needles`, or `\u`.
    pub fn new(needles: &Needles) -> Seeker {
        let needles = needles.texts().map(Needle::new).collect();
        Seeker { chunks: Fastest::find(), needles, is_aimed: false, trial: (TRIAL, 0), resting: 0 }
    }

    /// The first line of `text`, which holds whole lines, that may be wanted: it has a needle or `\u`, or is a last
    /// line without its end, of which nobody knows what it lacks. Where nearly all lines have one, the next line is given
    /// without a look at it for a while; [`Seeker::may_want`] tells of it.
    #[inline]
    pub fn seek(&mut self, text: &[u8]) -> Sought {
        if self.resting > 0 {
            self.resting -= 1;
            return Sought { at: 0, lines: 0 };
        }
        let sought = self.search(text);
        self.judge(sought.lines);
        sought
    }

    /// How many lines are taken before it looks again.
    pub fn resting(&self) -> usize {
        self.resting as usize
    }

    /// So many lines were taken, which are no more than it rests.
    pub fn rest(&mut self, lines: usize) {
        self.resting = self.resting.saturating_sub(u32::try_from(lines).unwrap_or(u32::MAX));
    }

    /// Whether lines are left out at present, and not all taken because so many are wanted.
    pub fn is_searching(&self) -> bool {
        self.resting == 0
    }

    /// Whether `line`, with its end if it has one, may be wanted.
    #[cold]
    pub fn may_want(&self, line: &[u8]) -> bool {
        let (found, lines) = self.chunks.run(Seeking { needles: &self.needles, text: line });
        Seeker::line(line, found, lines).at < line.len()
    }

    fn search(&mut self, text: &[u8]) -> Sought {
        if !self.is_aimed {
            self.aim(&text[..text.len().min(SAMPLE_BYTES)]);
        }
        let (found, lines) = self.chunks.run(Seeking { needles: &self.needles, text });
        Seeker::line(text, found, lines)
    }

    /// Whether to search costs more than it saves is known after some searches.
    #[inline]
    fn judge(&mut self, left_out: u64) {
        let (searches, lines) = (self.trial.0 - 1, self.trial.1 + left_out);
        self.trial = (searches, lines);
        if searches == 0 {
            self.resting = if lines < WORTH { RESTED_FOR } else { 0 };
            self.trial = (TRIAL, 0);
        }
    }

    /// Goes back to the begin of a line in which something was found, or that has no end.
    fn line(text: &[u8], found: usize, lines: u64) -> Sought {
        if found == text.len() && text.last().is_none_or(|&last| last == b'\n') {
            return Sought { at: found, lines };
        }
        Sought { at: memchr::memrchr(b'\n', &text[..found]).map_or(0, |before| before + 1), lines }
    }

    fn aim(&mut self, sample: &[u8]) {
        let mut counts = [0; 256];
        sample.iter().for_each(|&byte| counts[usize::from(byte)] += 1);
        self.needles.iter_mut().for_each(|needle| needle.aim(&counts));
        self.is_aimed = !sample.is_empty();
    }
}

/// Where the first needle begins in `text`, or the first `\u`, and how many newlines come before it.
struct Seeking<'a> {
    needles: &'a [Needle],
    text: &'a [u8],
}

/// As many bytes as are looked at in one step.
type Pair = [[u8; CHUNK]; 2];

/// The pairs of chunks from a place on.
fn pairs(text: &[u8], from: usize) -> &[Pair] {
    text.get(from..).unwrap_or_default().as_chunks::<CHUNK>().0.as_chunks::<2>().0
}

/// A bitmap for both chunks of a pair.
#[inline(always)]
fn both(first: u32, second: u32) -> u64 {
    u64::from(first) | u64::from(second) << CHUNK
}

impl Seeking<'_> {
    #[inline(never)]
    fn is_found(&self, at: usize) -> bool {
        let rest = &self.text[at..];
        rest.starts_with(b"\\u") || self.needles.iter().any(|needle| rest.starts_with(&needle.text))
    }

    /// Looks for `N` needles, 64 bytes in one step as far as there are so many.
    #[inline(always)]
    fn seek<C: Chunks, const N: usize>(&self) -> (usize, u64) {
        let pairs_from = |place| pairs(self.text, place);
        let plain = pairs_from(0);
        let rare: [[&[Pair]; 2]; N] = std::array::from_fn(|at| self.needles[at].rare.map(pairs_from));
        let count = rare.iter().flatten().map(|pairs| pairs.len()).min().unwrap_or(0);
        let plain = &plain[..count];
        let rare: [[&[Pair]; 2]; N] = std::array::from_fn(|at| rare[at].map(|pairs| &pairs[..count]));
        let chunks: [&[[u8; CHUNK]; 2]; N] = std::array::from_fn(|at| &self.needles[at].chunks);
        let (mut step, mut lines) = (0, 0);
        while step < count {
            let [first, second] = &plain[step];
            let mut found = both(C::equal(first, &[b'\\'; CHUNK]), C::equal(second, &[b'\\'; CHUNK]));
            for at in 0..N {
                let [one, other] = rare[at];
                found |= both(
                    C::equal_both([&one[step][0], &chunks[at][0]], [&other[step][0], &chunks[at][1]]),
                    C::equal_both([&one[step][1], &chunks[at][0]], [&other[step][1], &chunks[at][1]]),
                );
            }
            let newlines = both(C::equal(first, &[b'\n'; CHUNK]), C::equal(second, &[b'\n'; CHUNK]));
            while found != 0 {
                let place = found.trailing_zeros();
                let at = step * 2 * CHUNK + place as usize;
                if self.is_found(at) {
                    let before = newlines & ((1 << place) - 1);
                    return (at, lines + u64::from(before.count_ones()));
                }
                found &= found - 1;
            }
            lines += u64::from(newlines.count_ones());
            step += 1;
        }
        self.seek_slowly(step * 2 * CHUNK, lines)
    }

    /// Looks byte by byte, from `at` on, with `lines` before it.
    #[inline(never)]
    fn seek_slowly(&self, at: usize, mut lines: u64) -> (usize, u64) {
        for at in at..self.text.len() {
            if self.is_found(at) {
                return (at, lines);
            }
            lines += u64::from(self.text[at] == b'\n');
        }
        (self.text.len(), lines)
    }
}

impl Task for Seeking<'_> {
    type Output = (usize, u64);

    #[inline(always)]
    fn run<C: Chunks>(self) -> (usize, u64) {
        match self.needles.len() {
            1 => self.seek::<C, 1>(),
            2 => self.seek::<C, 2>(),
            3 => self.seek::<C, 3>(),
            4 => self.seek::<C, 4>(),
            _ => self.seek_slowly(0, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::chunk::Portable;
    use super::super::needles::Ends;
    use super::*;

    /// The same, line by line.
    fn slow(needles: &[Box<[u8]>], text: &[u8]) -> Sought {
        let (mut at, mut lines) = (0, 0);
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            let has = |needle: &[u8]| line.windows(needle.len()).any(|part| part == needle);
            if has(b"\\u") || needles.iter().any(|needle| has(needle)) || !line.ends_with(b"\n") {
                break;
            }
            (at, lines) = (at + line.len(), lines + 1);
        }
        Sought { at, lines }
    }

    fn compare(needles: &Needles, text: &[u8]) {
        let mut seeker = Seeker::new(needles);
        let texts: Vec<Box<[u8]>> = needles.texts().map(Into::into).collect();
        // Nothing stands behind the last byte, so that memcheck sees whoever reads there.
        let text: Box<[u8]> = text.into();
        let mut rest = &*text;
        while !rest.is_empty() {
            let expected = slow(&texts, rest);
            assert_eq!(seeker.search(rest), expected, "{:?}", String::from_utf8_lossy(rest));
            let portable = Seeking { needles: &seeker.needles, text: rest }.run::<Portable>();
            assert_eq!(Seeker::line(rest, portable.0, portable.1), expected);
            let end = |at: usize| memchr::memchr(b'\n', &rest[at..]).map_or(rest.len(), |end| at + end + 1);
            assert!(expected.at == rest.len() || seeker.may_want(&rest[expected.at..end(expected.at)]));
            assert!(expected.at == 0 || !seeker.may_want(&rest[..end(0)]));
            // On behind the line that was found.
            rest = &rest[expected.at..];
            rest = &rest[memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1)..];
        }
    }

    proptest! {
        #[test]
        fn the_lines_that_are_found_are_those_that_have_a_needle(
            needles in vec(select(vec!["ab", "abc", "Paid", "a longer needle, of more than thirty-two bytes"]), 1..4),
            pieces in vec(
                select(vec!["a", "b", "ab", "aab", "Paid", "PaiPaid", "\\", "\\u", "\\n", "/", "\n", "\n\n", " plain text ",
                    "a longer needle, of more than thirty-two bytes", "a longer needle, of more than thirty-two byte"]),
                0..60,
            ),
        ) {
            let of = |text: &&str| Needles::of(text, Ends::NEITHER).expect("long enough");
            let all = needles.iter().map(of).reduce(|one, other| one.or(other).expect("few"));
            compare(&all.expect("at least one"), pieces.concat().as_bytes());
        }
    }
}
