//! The fuzz targets over their corpus, and over many small changes of it, as an ordinary test.

#[path = "fuzz/targets.rs"]
mod targets;

use std::path::Path;

/// How many changed inputs each file of the corpus makes; `BOURN_TEST_CHANGES` says otherwise.
const CHANGES: u64 = 300;

/// A small generator of choices; the constants are Knuth's for MMIX.
struct Choices(u64);

impl Choices {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % count.max(1)
    }
}

/// Some bytes changed: one is another, some are gone, doubled, or come from another file.
fn change(bytes: &mut Vec<u8>, other: &[u8], choices: &mut Choices) {
    for _ in 0..=choices.below(3) {
        let at = choices.below(bytes.len() + 1);
        let end = (at + 1 + choices.below(8)).min(bytes.len());
        match choices.below(5) {
            0 if at < bytes.len() => bytes[at] ^= 1 << choices.below(8),
            1 if at < end => drop(bytes.drain(at..end)),
            2 if at < end => {
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            3 => {
                const TOKENS: &[&[u8]] = &[
                    b"\"", b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\xff", b"\\u0000", b"-", b"e", b"9",
                    b"\n", b".",
                ];
                bytes.splice(at..at, TOKENS[choices.below(TOKENS.len())].iter().copied());
            }
            _ if !other.is_empty() => {
                let from = choices.below(other.len());
                let to = (from + choices.below(40)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
            _ => {}
        }
    }
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let mut paths: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a file")).collect()
}

#[test]
fn the_corpus_and_small_changes_of_it_keep_what_the_targets_say() {
    let changes =
        std::env::var("BOURN_TEST_CHANGES").ok().and_then(|text| text.parse().ok()).unwrap_or(CHANGES);
    for (name, target) in targets::ALL {
        let files = corpus(name);
        assert!(files.len() > 2, "{name} has a corpus");
        let mut choices = Choices(7);
        for file in &files {
            target(file);
            for _ in 0..changes {
                let mut changed = file.clone();
                change(&mut changed, &files[choices.below(files.len())], &mut choices);
                target(&changed);
            }
        }
    }
}

#[test]
fn every_target_can_be_fuzzed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz");
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).expect("the manifest");
    for (name, _) in targets::ALL {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        let source =
            std::fs::read_to_string(folder.join("fuzz_targets").join(format!("{name}.rs"))).expect(name);
        assert!(source.contains(&format!("targets::{name}(data)")), "{name}");
    }
}
