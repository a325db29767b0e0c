//! The Merkle tree, its proofs and signed notes against the published vectors in tests/data/cases, those that
//! must be refused included.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bourn::log::audit::key::{SignerKey, VerifierKey};
use bourn::log::audit::note::Note;
use bourn::log::audit::proof::{self, Gatherer};
use bourn::log::merkle::{self, Frontier, Hash};
use serde_json::Value;

const CASES: &str = include_str!("data/cases/merkle.json");

/// Runs every case of an operator; `count` says how many there are, so that none is lost.
fn hold(operator: &str, count: usize, check: impl Fn(&Value)) {
    let file: Value = serde_json::from_str(CASES).expect("the case file is JSON");
    let cases = file["cases"].as_array().expect("it has cases");
    let mut chosen = cases.iter().filter(|case| case["operator"]["op"] == operator).peekable();
    assert!(chosen.peek().is_some());
    assert_eq!(chosen.inspect(|case| check(case)).count(), count, "{operator}");
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is text"));
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hexadecimal"))
        .collect()
}

fn hash(value: &Value) -> Hash {
    bytes(value).try_into().expect("32 bytes")
}

fn number(case: &Value, name: &str) -> u64 {
    case["operator"][name].as_u64().unwrap_or_else(|| panic!("{case} has the number {name}"))
}

/// The hashes of a proof; nothing when one has the wrong length, which is a reason to refuse it.
fn hashes(value: &Value) -> Option<Vec<Hash>> {
    value.as_array().expect("a proof").iter().map(|hash| bytes(hash).try_into().ok()).collect()
}

/// The leaves over which the proofs are: those of the root cases and an eighth, as in the vectors' source.
fn eight_leaves() -> Vec<Hash> {
    let eighth = b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f";
    let leaves: [&[u8]; 8] =
        [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43", b"PQRSTUVW", eighth];
    leaves.iter().map(|leaf| merkle::leaf(leaf)).collect()
}

fn gather(runs: Vec<std::ops::Range<u64>>) -> Vec<Hash> {
    let mut gatherer = Gatherer::new(runs);
    eight_leaves().into_iter().for_each(|leaf| gatherer.push(leaf));
    gatherer.finish().expect("eight leaves are enough")
}

#[test]
fn roots_are_those_of_rfc_6962() {
    hold("merkle-root", 4, |case| {
        let mut tree = Frontier::default();
        case["input"]
            .as_array()
            .expect("leaves")
            .iter()
            .for_each(|leaf| tree.push_line(&bytes(&leaf["leaf_hex"])));
        assert_eq!(tree.root(), hash(&case["expected"]["root_hex"]), "{}", case["id"]);
    });
    hold("merkle-hash", 2, |case| {
        let found = match case["operator"]["kind"].as_str() {
            Some("empty") => merkle::leaf(b""),
            // The vector's nodes are shorter than hashes, so the definition itself is asked.
            _ => {
                use sha2::{Digest, Sha256};
                let children = case["input"].as_array().expect("two nodes").iter();
                let mut hash = Sha256::new().chain_update([1]);
                children.for_each(|child| hash.update(bytes(&child["data_hex"])));
                hash.finalize().into()
            }
        };
        assert_eq!(found, hash(&case["expected"]["hash_hex"]), "{}", case["id"]);
    });
}

#[test]
fn proofs_are_made_as_published() {
    hold("inclusion-proof", 18, |case| {
        let (index, size) = (number(case, "index"), number(case, "size"));
        let expected = &case["expected"];
        let proof = gather(proof::inclusion_runs(index, size));
        assert_eq!(Some(&proof), hashes(&expected["proof_hex"]).as_ref(), "{}", case["id"]);
        let leaf = hash(&expected["leaf_hash_hex"]);
        assert!(proof::is_included(&leaf, index, size, &proof, &bytes(&expected["root_hex"])));
    });
    hold("consistency-proof", 18, |case| {
        let (old, new) = (number(case, "size1"), number(case, "size2"));
        let expected = &case["expected"];
        let proof = gather(proof::consistency_runs(old, new));
        assert_eq!(Some(&proof), hashes(&expected["proof_hex"]).as_ref(), "{}", case["id"]);
        let (before, after) = (bytes(&expected["root1_hex"]), bytes(&expected["root2_hex"]));
        assert!(proof::is_consistent((old, &before), (new, &after), &proof));
    });
}

#[test]
fn proofs_are_accepted_and_refused_as_published() {
    hold("verify-inclusion", 48, |case| {
        let input = &case["input"];
        let (index, size) = (number(case, "index"), number(case, "size"));
        let leaf: Option<Hash> = bytes(&input["leaf_hash_hex"]).try_into().ok();
        let holds = leaf.zip(hashes(&input["proof_hex"])).is_some_and(|(leaf, path)| {
            proof::is_included(&leaf, index, size, &path, &bytes(&input["root_hex"]))
        });
        assert_eq!(holds, case["expected"]["valid"] == true, "{}", case["id"]);
    });
    hold("verify-consistency", 49, |case| {
        let input = &case["input"];
        let (before, after) = (bytes(&input["root1_hex"]), bytes(&input["root2_hex"]));
        let (old, new) = ((number(case, "size1"), &before[..]), (number(case, "size2"), &after[..]));
        let holds = hashes(&input["proof_hex"]).is_some_and(|path| proof::is_consistent(old, new, &path));
        assert_eq!(holds, case["expected"]["valid"] == true, "{}", case["id"]);
    });
}

#[test]
fn keys_are_read_as_published() {
    hold("parse-verifier-key", 3, |case| {
        let key = VerifierKey::parse(case["input"]["key"].as_str().expect("a key"));
        assert_eq!(key.is_ok(), case["expected"]["valid"] == true, "{}", case["id"]);
    });
}

#[test]
fn notes_are_signed_and_checked_as_published() {
    hold("sign-note", 1, |case| {
        let key =
            SignerKey::parse(case["input"]["signer_key"].as_str().expect("a key")).expect("it is whole");
        let text = case["input"]["text"].as_str().expect("a text");
        let mut note = Note::unsigned(text);
        note.sign(&key, 0);
        let signed = format!("{text}\n{}", case["expected"]["signature_line"].as_str().expect("a line"));
        assert_eq!(note.text_with_signatures(), signed);
    });
    hold("verify-note", 7, |case| {
        let (input, expected) = (&case["input"], &case["expected"]);
        let note = STANDARD.decode(input["note_base64"].as_str().expect("a note")).expect("base64");
        let keys = input["keys"].as_array().expect("keys").iter();
        let keys = keys.map(|key| VerifierKey::parse(key.as_str().expect("a key")).expect("it is whole"));
        let keys: Vec<VerifierKey> = keys.collect();
        let parsed = Note::parse(&String::from_utf8(note).expect("UTF-8"));
        match expected["error"].as_str() {
            Some("malformed") => assert!(parsed.is_err(), "{}", case["id"]),
            Some(_) => {
                let error = parsed.expect("a note").verify(&keys).expect_err("nobody known signed");
                assert!(error.to_string().contains("none of the given keys"), "{}: {error}", case["id"]);
            }
            None => {
                let note = parsed.expect("a note");
                let verified = note.verify(&keys).expect("a known key signed");
                let known: Vec<String> = verified.known.iter().map(|signed| signed.by.to_string()).collect();
                let unknown: Vec<String> = verified.unknown.iter().map(ToString::to_string).collect();
                assert_eq!(Value::from(known), expected["verified"], "{}", case["id"]);
                assert_eq!(Value::from(unknown), expected["unverified"], "{}", case["id"]);
                assert_eq!(Value::from(note.text), expected["text"], "{}", case["id"]);
            }
        }
    });
}
