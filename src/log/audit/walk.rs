//! One walk over the lines of a log: grows the tree and holds it against every state that somebody kept.

use super::tombstone::Tombstone;
use crate::event::line::Offset;
use crate::log::merkle::{self, Frontier, Hash};

/// A state of the log that must be found again.
#[derive(Clone, Debug)]
pub struct Known {
    /// Who says so, as messages show it.
    pub source: String,
    /// How many lines it has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// The complete subtrees that make it up, largest first, when they are known: they narrow down what differs.
    pub peaks: Vec<Hash>,
    /// Whether it was kept by somebody else, and not beside the lines, where it could be changed with them.
    pub is_kept_elsewhere: bool,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file; empty when it is about the log as a whole.
    pub file: String,
    /// The first bad byte of the file, or the first that may be bad.
    pub byte: Option<u64>,
    /// The offset of the first bad line, or the first that may be bad.
    pub offset: Option<u64>,
    /// What is wrong.
    pub what: String,
}

/// A state that was not found again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Who says what it should be.
    pub source: String,
    /// Whether that was kept by somebody else.
    pub is_kept_elsewhere: bool,
    /// The first offset that may differ.
    pub first: u64,
    /// The offset behind the last that may be the first to differ; nothing when the end of the log is missing.
    pub end: Option<u64>,
    /// How many lines there should be.
    pub size: u64,
}

impl Mismatch {
    /// The sentence about it; `located` is where the first difference was found by other means.
    pub fn finding(&self, located: Option<u64>) -> Finding {
        let (first, what) = match self.end {
            None => (
                self.first,
                format!(
                    "{} events are there, but {} has {}: some are missing",
                    self.first, self.source, self.size
                ),
            ),
            Some(end) => {
                let is_inside = |offset: &u64| (self.first..self.size).contains(offset);
                let first = located.filter(is_inside).unwrap_or(self.first);
                let end = end.max(first + 1);
                let what = match first + 1 == end {
                    true => format!("event {first} is not what {} says", self.source),
                    false => format!("an event from {first} to {} is not what {} says", end - 1, self.source),
                };
                (first, what)
            }
        };
        Finding { file: String::new(), byte: None, offset: Some(first), what }
    }
}

/// A redacted event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redacted {
    /// Its offset.
    pub offset: Offset,
    /// What stands in its place.
    pub tombstone: Tombstone,
}

/// The walk.
pub struct Walk {
    tree: Frontier,
    known: Vec<Known>,
    next: usize,
    /// How many lines are as states kept beside the lines, and kept elsewhere, say.
    good: [u64; 2],
    mismatches: Vec<Mismatch>,
    redacted: Vec<Redacted>,
}

impl Walk {
    /// A walk that will meet these states.
    pub fn new(mut known: Vec<Known>) -> Walk {
        known.sort_by_key(|known| known.size);
        let tree = Frontier::default();
        let mut walk =
            Walk { tree, known, next: 0, good: [0; 2], mismatches: Vec::new(), redacted: Vec::new() };
        walk.compare();
        walk
    }

    /// The tree so far.
    pub fn tree(&self) -> &Frontier {
        &self.tree
    }

    /// Takes the next line.
    pub fn line(&mut self, line: &[u8]) {
        let leaf = match Tombstone::parse(line) {
            Some(tombstone) => {
                let leaf = tombstone.leaf;
                self.redacted.push(Redacted { offset: Offset(self.tree.size()), tombstone });
                leaf
            }
            None => merkle::leaf(line),
        };
        self.tree.push(leaf);
        self.compare();
    }

    fn compare(&mut self) {
        while let Some(known) = self.known.get(self.next).filter(|known| known.size == self.tree.size()) {
            let kind = usize::from(known.is_kept_elsewhere);
            if known.root == self.tree.root() {
                self.good[kind] = known.size;
            } else {
                let (first, end) = self.narrow(known);
                self.mismatches.push(Mismatch {
                    source: known.source.clone(),
                    is_kept_elsewhere: known.is_kept_elsewhere,
                    first,
                    end: Some(end),
                    size: known.size,
                });
            }
            self.next += 1;
        }
    }

    /// Between which offsets the first difference to a known state is.
    fn narrow(&self, known: &Known) -> (u64, u64) {
        let good = self.good[usize::from(known.is_kept_elsewhere)];
        let (mut start, mut rest) = (0, known.size);
        for (ours, theirs) in self.tree.peaks().iter().zip(&known.peaks) {
            let width = 1 << (63 - rest.leading_zeros());
            if ours != theirs {
                return (start.max(good), start + width);
            }
            (start, rest) = (start + width, rest - width);
        }
        (good, known.size)
    }

    /// Ends the walk: states of more lines than there are were cut off.
    pub fn finish(mut self) -> (Frontier, Vec<Mismatch>, Vec<Redacted>) {
        let first = self.tree.size();
        self.mismatches.extend(self.known.drain(self.next..).map(|known| Mismatch {
            source: known.source,
            is_kept_elsewhere: known.is_kept_elsewhere,
            first,
            end: None,
            size: known.size,
        }));
        (self.tree, self.mismatches, self.redacted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(lines: &[u64]) -> Frontier {
        let mut tree = Frontier::default();
        lines.iter().for_each(|line| tree.push_line(line.to_string().as_bytes()));
        tree
    }

    fn known(size: u64, has_peaks: bool) -> Known {
        let lines: Vec<u64> = (0..size).collect();
        let tree = tree(&lines);
        let peaks = if has_peaks { tree.peaks().to_vec() } else { Vec::new() };
        Known { source: "it".to_owned(), size, root: tree.root(), peaks, is_kept_elsewhere: !has_peaks }
    }

    fn walk(lines: &[u64], known: Vec<Known>) -> Vec<Option<u64>> {
        let mut walk = Walk::new(known);
        lines.iter().for_each(|line| walk.line(line.to_string().as_bytes()));
        walk.finish().1.into_iter().map(|mismatch| mismatch.finding(None).offset).collect()
    }

    #[test]
    fn every_change_is_found_not_behind_the_first_line_that_differs() {
        let lines: Vec<u64> = (0..21).collect();
        let states =
            || vec![known(21, true), known(21, false), known(5, false), known(12, true), known(0, false)];
        assert_eq!(walk(&lines, states()), []);
        for at in 0..21usize {
            let mut changed = lines.clone();
            changed[at] = 99;
            let mut removed = lines.clone();
            removed.remove(at);
            let mut inserted = lines.clone();
            inserted.insert(at, 99);
            let mut swapped = lines.clone();
            swapped.swap(at, (at + 1) % 21);
            for other in [changed, removed, inserted, swapped] {
                let found = walk(&other, states());
                let first = lines.iter().zip(&other).position(|(a, b)| a != b).unwrap_or(20) as u64;
                let told = found.iter().flatten().min();
                if other.len() < lines.len() && told == Some(&20) {
                    // No state is left between the gap and the end: that lines are missing is all there is to tell.
                    continue;
                }
                assert!(told.is_some_and(|told| *told <= first), "{other:?}: {found:?}, but {first}");
            }
        }
    }

    #[test]
    fn peaks_and_earlier_states_narrow_it_down() {
        let mut lines: Vec<u64> = (0..21).collect();
        lines[17] = 99;
        assert_eq!(walk(&lines, vec![known(21, true)]), [Some(16)]);
        assert_eq!(walk(&lines, vec![known(21, false)]), [Some(0)]);
        assert_eq!(walk(&lines, vec![known(21, false), known(7, false)]), [Some(7)]);
        assert_eq!(walk(&lines[..20], vec![known(21, false), known(17, false)]), [Some(20)]);
    }
}
