//! Proofs over the Merkle tree (RFC 6962, sections 2.1.1 and 2.1.2): that a line is in it, and that a tree
//! goes on from a smaller one. They are made in one pass over the leaves and checked without any.

use std::ops::Range;

use crate::log::merkle::{Frontier, Hash, node};

/// The runs of leaves whose roots prove that leaf `index` is in the tree of `size`, from the leaf to the root.
pub fn inclusion_runs(index: u64, size: u64) -> Vec<Range<u64>> {
    let (mut runs, mut whole) = (Vec::new(), 0..size);
    while whole.end - whole.start > 1 {
        let middle = whole.start + split(whole.end - whole.start);
        let (left, right) = (whole.start..middle, middle..whole.end);
        let (inside, outside) = if index < middle { (left, right) } else { (right, left) };
        runs.push(outside);
        whole = inside;
    }
    runs.reverse();
    runs
}

/// The runs of leaves whose roots prove that the tree of `new` leaves begins with the one of `old`.
pub fn consistency_runs(old: u64, new: u64) -> Vec<Range<u64>> {
    let (mut runs, mut whole) = (Vec::new(), 0..new);
    while whole.end != old {
        let middle = whole.start + split(whole.end - whole.start);
        if old <= middle {
            runs.push(middle..whole.end);
            whole.end = middle;
        } else {
            runs.push(whole.start..middle);
            whole.start = middle;
        }
    }
    // Who checks the proof knows the old root, and so this run, when it is all of the old tree.
    if whole.start > 0 {
        runs.push(whole);
    }
    runs.reverse();
    runs
}

/// The largest power of two below `count`, which is at least 2.
fn split(count: u64) -> u64 {
    1 << (63 - (count - 1).leading_zeros())
}

/// Gathers the roots of some runs in one pass over the leaves.
pub struct Gatherer {
    /// The runs in the order of their leaves, each with its place in the proof.
    runs: Vec<(Range<u64>, usize)>,
    next: usize,
    position: u64,
    run: Frontier,
    roots: Vec<Hash>,
}

impl Gatherer {
    /// Will gather the roots of `runs`, which do not overlap.
    pub fn new(runs: Vec<Range<u64>>) -> Gatherer {
        let roots = vec![[0; 32]; runs.len()];
        let mut runs: Vec<_> = runs.into_iter().enumerate().map(|(place, run)| (run, place)).collect();
        runs.sort_by_key(|(run, _)| run.start);
        Gatherer { runs, next: 0, position: 0, run: Frontier::default(), roots }
    }

    /// Takes the next leaf.
    pub fn push(&mut self, leaf: Hash) {
        if let Some((run, place)) = self.runs.get(self.next)
            && run.contains(&self.position)
        {
            self.run.push(leaf);
            if self.position + 1 == run.end {
                self.roots[*place] = std::mem::take(&mut self.run).root();
                self.next += 1;
            }
        }
        self.position += 1;
    }

    /// The proof; nothing when there were too few leaves.
    pub fn finish(self) -> Option<Vec<Hash>> {
        (self.next == self.runs.len()).then_some(self.roots)
    }
}

/// Whether `proof` shows that `leaf` is number `index` of the tree of `size` leaves with `root`.
pub fn is_included(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &[u8]) -> bool {
    index < size && inclusion_root(*leaf, index, size, proof).is_some_and(|found| found[..] == *root)
}

/// The root that follows from a leaf and its path; nothing when the path has another length.
fn inclusion_root(leaf: Hash, index: u64, size: u64, proof: &[Hash]) -> Option<Hash> {
    let (mut index, mut last) = (index, size - 1);
    let mut hash = leaf;
    for sibling in proof {
        if last == 0 {
            return None;
        }
        if index % 2 == 1 || index == last {
            hash = node(sibling, &hash);
            // At the right edge there are levels without a sibling.
            while index.is_multiple_of(2) {
                index /= 2;
                last /= 2;
            }
        } else {
            hash = node(&hash, sibling);
        }
        index /= 2;
        last /= 2;
    }
    (last == 0).then_some(hash)
}

/// Whether `proof` shows that the tree of `new.0` leaves with the root `new.1` begins with the one of `old`. An
/// empty old tree says nothing and proves nothing.
pub fn is_consistent(old: (u64, &[u8]), new: (u64, &[u8]), proof: &[Hash]) -> bool {
    if old.0 == 0 || old.0 > new.0 {
        return false;
    }
    if old.0 == new.0 {
        return proof.is_empty() && old.1 == new.1;
    }
    let Ok(old_root) = Hash::try_from(old.1) else { return false };
    let path = match old.0.is_power_of_two() {
        // The old tree is one complete subtree of the new one: its root begins the path.
        true => [&[old_root], proof].concat(),
        false => proof.to_vec(),
    };
    match consistency_roots(old.0, new.0, &path) {
        Some((from, to)) => from[..] == *old.1 && to[..] == *new.1,
        None => false,
    }
}

/// The old and the new root that follow from a path (RFC 9162, section 2.1.4.2).
fn consistency_roots(old: u64, new: u64, path: &[Hash]) -> Option<(Hash, Hash)> {
    let (first, rest) = path.split_first()?;
    let (mut index, mut last) = (old - 1, new - 1);
    let complete = index.trailing_ones();
    (index, last) = (index >> complete, last >> complete);
    let (mut from, mut to) = (*first, *first);
    for hash in rest {
        if last == 0 {
            return None;
        }
        if index % 2 == 1 || index == last {
            from = node(hash, &from);
            to = node(hash, &to);
            while index.is_multiple_of(2) && index != 0 {
                index /= 2;
                last /= 2;
            }
        } else {
            to = node(&to, hash);
        }
        index /= 2;
        last /= 2;
    }
    (last == 0).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::log::merkle::leaf;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|number| leaf(number.to_string().as_bytes())).collect()
    }

    fn root(leaves: &[Hash]) -> Hash {
        let mut tree = Frontier::default();
        leaves.iter().for_each(|leaf| tree.push(*leaf));
        tree.root()
    }

    fn gather(runs: Vec<Range<u64>>, leaves: &[Hash]) -> Vec<Hash> {
        let mut gatherer = Gatherer::new(runs);
        leaves.iter().for_each(|leaf| gatherer.push(*leaf));
        gatherer.finish().expect("all the leaves are there")
    }

    #[test]
    fn every_leaf_of_every_small_tree_is_proven_to_be_where_it_is_and_nowhere_else() {
        for size in 1..40 {
            let leaves = leaves(size);
            let root = root(&leaves);
            for index in 0..size {
                let proof = gather(inclusion_runs(index, size), &leaves);
                for other in 0..=size {
                    let holds = is_included(&leaves[index as usize], other, size, &proof, &root);
                    assert_eq!(holds, other == index, "leaf {index} of {size} as {other}");
                }
            }
        }
    }

    #[test]
    fn every_small_tree_is_proven_to_go_on_from_every_smaller_one() {
        for new in 1..40 {
            let leaves = leaves(new);
            for old in 1..=new {
                let proof = gather(consistency_runs(old, new), &leaves);
                let before = root(&leaves[..old as usize]);
                let after = root(&leaves);
                assert!(is_consistent((old, &before), (new, &after), &proof), "{old} to {new}");
                assert_eq!(is_consistent((old, &after), (new, &after), &proof), old == new);
            }
        }
    }

    #[test]
    fn too_few_leaves_make_no_proof() {
        let mut gatherer = Gatherer::new(inclusion_runs(1, 3));
        leaves(2).into_iter().for_each(|leaf| gatherer.push(leaf));
        assert_eq!(gatherer.finish(), None);
    }

    proptest! {
        #[test]
        fn a_proof_with_any_bit_changed_proves_nothing(
            size in 2u64..300, index in any::<u64>(), place in any::<prop::sample::Index>(), bit in 0usize..256,
        ) {
            let (index, leaves) = (index % size, leaves(size));
            let mut proof = gather(inclusion_runs(index, size), &leaves);
            let changed = place.index(proof.len());
            proof[changed][bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!is_included(&leaves[index as usize], index, size, &proof, &root(&leaves)));
            if index > 0 {
                let before = root(&leaves[..index as usize]);
                let mut proof = gather(consistency_runs(index, size), &leaves);
                let changed = place.index(proof.len());
                proof[changed][bit / 8] ^= 1 << (bit % 8);
                prop_assert!(!is_consistent((index, &before), (size, &root(&leaves)), &proof));
            }
        }

        #[test]
        fn any_sizes_and_any_path_are_answered(
            index in any::<u64>(), size in any::<u64>(), path in prop::collection::vec(any::<Hash>(), 0..70),
        ) {
            let root = [0; 32];
            prop_assert!(!is_included(&[7; 32], index, size, &path, &root));
            prop_assert!(!is_consistent((index, &root), (size, &[1; 32]), &path));
        }
    }
}
