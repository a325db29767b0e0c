//! Every event id is used once, exactly and in bounded memory. The first walk keeps 8 bytes of hash for each id, in a
//! row that is sorted at the end: a table would miss the cache at every event. Ids whose hash is there more than once
//! are only suspects. A second walk over the same lines compares the suspects themselves,
//! byte by byte, so that two ids that happen to share a hash are never taken for one. Input that cannot be walked
//! twice is told apart by 128 bits of SHA-256 instead, which nobody knows how to make collide.

use std::collections::{HashMap, HashSet};

use hashbrown::HashTable;
use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::xxh3_64;

use super::finding::shown;
use super::{Examine, Findings, Inspector, Place, Rule};
use crate::event::Event;
use crate::event::envelope::Field;
use crate::operator::grouping::write_canonical_text;

/// How many different suspects are compared byte by byte; so many ids used twice are no accident, and those beyond
/// are counted by their hashes.
const MOST_SUSPECTS: usize = 100_000;

/// What the first walk found, for the second.
#[derive(Debug, Default)]
pub struct Suspects {
    hashes: HashSet<u64>,
    /// Events whose hash was there before, of ids that are no suspects any more because there are too many.
    beyond: u64,
}

impl Suspects {
    /// Whether nothing is suspect, so that no second walk is needed.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }
}

/// The first walk, over input that can be walked again.
pub struct Fingerprints {
    field: Field,
    hashes: Vec<u64>,
    most: usize,
    canonical: Vec<u8>,
}

impl Fingerprints {
    /// The walk for the id in `field`.
    pub fn new(field: Field) -> Fingerprints {
        Fingerprints { field, hashes: Vec::new(), most: MOST_SUSPECTS, canonical: Vec::new() }
    }

    /// Looks at an event; gives whether it has an id.
    #[inline]
    pub fn take(&mut self, event: &Event<'_>) -> bool {
        let Some(text) = self.field.text(event) else { return false };
        self.hashes.push(xxh3_64(canonical(text, &mut self.canonical)));
        true
    }

    /// What it found.
    pub fn suspects(&mut self) -> Suspects {
        let mut hashes = std::mem::take(&mut self.hashes);
        hashes.sort_unstable();
        let mut suspects = Suspects::default();
        for same in hashes.chunk_by(|one, other| one == other).filter(|same| same.len() > 1) {
            match suspects.hashes.len() < self.most {
                true => drop(suspects.hashes.insert(same[0])),
                false => suspects.beyond += same.len() as u64 - 1,
            }
        }
        suspects
    }
}

/// The second walk: compares the suspects.
pub struct Confirm<'f> {
    field: Field,
    suspects: Suspects,
    /// The first event with each suspect id; several ids can share a hash.
    firsts: HashMap<u64, Vec<First>>,
    findings: &'f mut Findings,
    /// The offset behind the last line of the first walk: what came later is not looked at.
    end: u64,
    canonical: Vec<u8>,
}

struct First {
    id: Box<[u8]>,
    place: Place,
    content: u64,
}

impl<'f> Confirm<'f> {
    /// The walk up to `end` for the id in `field`.
    pub fn new(field: Field, suspects: Suspects, end: u64, findings: &'f mut Findings) -> Confirm<'f> {
        findings.add_unseen(Rule::Ids, suspects.beyond);
        Confirm { field, suspects, firsts: HashMap::new(), findings, end, canonical: Vec::new() }
    }
}

impl Inspector for Confirm<'_> {
    fn on_event(&mut self, event: &Event<'_>) {
        let Some(text) = self.field.text(event) else { return };
        let id = canonical(text, &mut self.canonical);
        let hash = xxh3_64(id);
        if !self.suspects.hashes.contains(&hash) {
            return;
        }
        let content = xxh3_64(event.line.trimmed());
        let firsts = self.firsts.entry(hash).or_default();
        match firsts.iter().find(|first| *first.id == *id) {
            None => firsts.push(First { id: id.into(), place: Place::at(event, text), content }),
            Some(first) => {
                let words = || {
                    let same = if first.content == content { "the same" } else { "another" };
                    let what = format!("event id {} is used again, by {same} event", shown(text));
                    (what, format!("{} has it", first.place.short()))
                };
                self.findings.add(Rule::Ids, || Place::at(event, text), words);
            }
        }
    }

    fn is_done(&self, next_offset: u64) -> bool {
        next_offset >= self.end
    }
}

/// The only walk, over input that cannot be walked again.
pub struct OneWalk {
    field: Field,
    seen: HashTable<[u64; 2]>,
    canonical: Vec<u8>,
}

impl OneWalk {
    /// The walk for the id in `field`.
    pub fn new(field: Field) -> OneWalk {
        OneWalk { field, seen: HashTable::new(), canonical: Vec::new() }
    }
}

impl Examine for OneWalk {
    fn rules(&self) -> Vec<Rule> {
        vec![Rule::Ids]
    }

    fn on_event(&mut self, event: &Event<'_>, findings: &mut Findings) {
        let Some(text) = self.field.text(event) else { return };
        findings.checked(Rule::Ids);
        let digest = Sha256::digest(canonical(text, &mut self.canonical));
        let mut hash = [0u64; 2];
        for (at, &byte) in digest.iter().take(16).enumerate() {
            hash[at / 8] = hash[at / 8] << 8 | u64::from(byte);
        }
        if self.seen.find(hash[0], |seen| *seen == hash).is_none() {
            self.seen.insert_unique(hash[0], hash, |seen| seen[0]);
            return;
        }
        let words = || {
            let what = format!("event id {} is used again", shown(text));
            (what, "an earlier event of this input has it".to_owned())
        };
        findings.add(Rule::Ids, || Place::at(event, text), words);
    }
}

/// The text that all equal ids share.
#[inline]
fn canonical<'t>(text: &'t [u8], buffer: &'t mut Vec<u8>) -> &'t [u8] {
    buffer.clear();
    match write_canonical_text(text, buffer) {
        Ok(()) => buffer,
        // A string that is no text (a lone surrogate) is itself.
        Err(_) => text,
    }
}
