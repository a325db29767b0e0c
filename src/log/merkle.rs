//! The Merkle tree over the lines of a stream (RFC 6962, section 2.1): SHA-256, leaf = 0x00 and the line's
//! bytes without its newline, node = 0x01 and its two children. Only the frontier is kept: the roots of the
//! complete subtrees that make up the tree, largest first.

use super::audit::tombstone::leaf_of;
use sha2::{Digest, Sha256};

/// A hash of the tree.
pub type Hash = [u8; 32];

/// The frontier of a growing tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// One root for each bit that is set in `size`, the highest bit first.
    peaks: Vec<Hash>,
}

/// The hash of a line.
pub fn leaf(line: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(line).finalize().into()
}

/// The hash of two subtrees, the left one complete.
pub fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

impl Frontier {
    /// The frontier of `size` leaves with these peaks; nothing when their number does not fit.
    pub fn from_parts(size: u64, peaks: Vec<Hash>) -> Option<Frontier> {
        (peaks.len() == size.count_ones() as usize).then_some(Frontier { size, peaks })
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The peaks, largest first.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Adds a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        // Every trailing one bit of the size is a peak as high as what has grown so far.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node(&left, &hash);
            }
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// Adds a line, or the one that a tombstone stands for.
    pub fn push_line(&mut self, line: &[u8]) {
        self.push(leaf_of(line));
    }

    /// Adds every line of some whole lines.
    pub fn push_lines(&mut self, lines: &[u8]) {
        let mut rest = lines;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            self.push_line(&rest[..end]);
            rest = rest.get(end + 1..).unwrap_or_default();
        }
    }

    /// The root of the tree; the hash of nothing for no leaves.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(&last) = peaks.next() else { return Sha256::digest([]).into() };
        peaks.fold(last, |root, left| node(left, &root))
    }
}

/// A hash in hexadecimal.
pub fn to_hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A hash from hexadecimal.
pub fn from_hex(text: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of RFC 6962, word for word.
    fn slow_root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [leaf] => *leaf,
            leaves => {
                let split = leaves.len().next_power_of_two() / 2;
                node(&slow_root(&leaves[..split]), &slow_root(&leaves[split..]))
            }
        }
    }

    #[test]
    fn the_frontier_gives_the_root_of_the_definition() {
        let mut frontier = Frontier::default();
        let mut leaves = Vec::new();
        assert_eq!(
            to_hex(&frontier.root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        for number in 0..70u32 {
            let hash = leaf(number.to_string().as_bytes());
            frontier.push(hash);
            leaves.push(hash);
            assert_eq!(frontier.root(), slow_root(&leaves), "{number}");
            assert_eq!(
                Frontier::from_parts(frontier.size(), frontier.peaks().to_vec()).as_ref(),
                Some(&frontier)
            );
        }
        assert_eq!(from_hex(&to_hex(&leaves[0])), Some(leaves[0]));
    }
}
