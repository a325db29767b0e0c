//! A digit that changed in what was stored, so that every line is an event as before: commands that read say so, whatever
//! they are asked and whatever indexes are there, and no answer has the line.

#[path = "common/folder.rs"]
mod folder;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use folder::copy;

const LINES: usize = 120;
/// How many lines an append has.
const BATCH: usize = 10;

fn bourn(folder: &Path, words: &str, input: &str) -> (String, String, Option<i32>) {
    let given = folder.join("given");
    fs::write(&given, input).expect("written");
    let run = Command::new(env!("CARGO_BIN_EXE_bourn"))
        .current_dir(folder)
        .args(words.split(' '))
        .stdin(Stdio::from(fs::File::open(given).expect("it is there")))
        .output()
        .expect("bourn can be started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (text(run.stdout), text(run.stderr), run.status.code())
}

fn line(at: usize) -> String {
    format!(
        "{{\"eventId\":\"e-{at}\",\"streamId\":\"account-{}\",\"timestamp\":\"2024-01-01T{:02}:{:02}:00Z\",\"amount\":1{at:04}}}\n",
        at % 3,
        at / 60,
        at % 60
    )
}

/// Makes the stream `s`: sealed segments, and an active one of several appends, the begin of which has an index.
fn make(folder: &Path) {
    fs::create_dir_all(folder.join("s")).expect("a folder");
    fs::write(folder.join("s/stream.toml"), "segment-bytes = 4000\n").expect("written");
    for first in (0..LINES).step_by(BATCH) {
        let lines: String = (first..first + BATCH).map(line).collect();
        let (_, message, code) = bourn(folder, "append s --verbatim", &lines);
        assert_eq!(code, Some(0), "{message}");
    }
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == ending)).collect();
    paths.sort();
    paths
}

/// Changes a digit of the amount in line `at`; gives the name of the segment.
fn flip(folder: &Path, at: usize) -> String {
    let (old, new) = (format!("\"amount\":1{at:04}"), format!("\"amount\":7{at:04}"));
    for path in files(&folder.join("s"), "jsonl") {
        let text = fs::read_to_string(&path).expect("it can be read");
        if text.contains(&old) {
            fs::write(&path, text.replace(&old, &new)).expect("written");
            return format!("s/{}", path.file_name().expect("a name").to_string_lossy());
        }
    }
    panic!("line {at} is in no segment")
}

/// Without indexes, with damaged ones, or with all.
fn hurt(folder: &Path, way: &str) {
    for path in files(&folder.join("s/.bourn"), "index") {
        match way {
            "deleted" => fs::remove_file(path).expect("removed"),
            "damaged" => {
                let mut bytes = fs::read(&path).expect("it can be read");
                let last = bytes.len() - 4;
                bytes[last] ^= 1;
                fs::write(path, bytes).expect("written");
            }
            _ => {}
        }
    }
}

/// For a line of every sort of place, and for indexes of every sort: a stream in which its digit changed, the name of the
/// segment, and the number of the line.
fn each_rot(check: impl Fn(&Path, &str, usize)) {
    let folder = tempfile::tempdir().expect("a folder");
    let honest = folder.path().join("honest");
    make(&honest);
    assert!(files(&honest.join("s"), "jsonl").len() >= 3, "segments are sealed");
    assert_eq!(
        files(&honest.join("s"), "jsonl").len(),
        files(&honest.join("s/.bourn"), "index").len(),
        "each has an index"
    );
    let last = files(&honest.join("s"), "jsonl").pop().expect("the active one");
    let active = LINES - fs::read_to_string(last).expect("text").lines().count();
    assert!(active + BATCH < LINES, "the active one has several appends");
    for at in [1, 40, active + 1, LINES - 2] {
        for way in ["whole", "deleted", "damaged"] {
            let hurt_folder = folder.path().join(format!("{at}-{way}"));
            copy(&honest, &hurt_folder);
            copy(&honest.join("s"), &hurt_folder.join("t"));
            let name = flip(&hurt_folder, at);
            hurt(&hurt_folder, way);
            check(&hurt_folder, &name, at);
        }
    }
}

#[test]
fn every_command_that_reads_tells_a_changed_digit() {
    each_rot(|folder, name, at| {
        let entity = format!("account-{}", at % 3);
        let questions = [
            "cat s".to_owned(),
            "cat s --with-offset".to_owned(),
            format!("cat s --stream {entity}"),
            "cat s --where .amount>0".to_owned(),
            format!("cat s --where .eventId==\"e-{at}\""),
            format!("cat s --from {at}"),
            "cat s --last 119".to_owned(),
            "cat s --reverse".to_owned(),
            "cat s --follow".to_owned(),
            "cat t s".to_owned(),
            "replay s".to_owned(),
            "replay s --sort".to_owned(),
            "fold s -a total=sum(.amount)".to_owned(),
            "fold s --by .streamId -a total=sum(.amount)".to_owned(),
            "fold s --resume r -a total=sum(.amount)".to_owned(),
            "window s --tumbling 1h -a total=sum(.amount)".to_owned(),
            "join s t --on .eventId --within 1m".to_owned(),
            "join t s --on .eventId --within 1m".to_owned(),
        ];
        let rotten = format!("7{at:04}");
        for question in &questions {
            let (out, message, code) = bourn(folder, question, "");
            assert_eq!(code, Some(3), "{question} in {}: {message}", folder.display());
            let told = message.lines().find(|line| line.starts_with(&format!("bourn: {name}:")));
            let told = told.unwrap_or_else(|| panic!("{question}: {message}"));
            let words = ["are not what was stored", "(from offset ", ", byte ", "bring the segment back"];
            assert!(words.iter().all(|word| told.contains(word)), "{question}: {told}");
            assert!(!out.contains(&rotten), "{question} gives the line");
        }
    });
}

#[test]
fn lines_that_are_not_what_was_stored_are_set_aside_together() {
    each_rot(|folder, name, at| {
        let honest: Vec<String> = (0..LINES).map(line).collect();
        let rotten = line(at).replace("\"amount\":1", "\"amount\":7");
        let (out, message, code) = bourn(folder, "cat s --quarantine aside", "");
        assert_eq!((code, message.lines().count()), (Some(1), 1), "{message}");
        assert!(message.starts_with(&format!("bourn: set aside: {name}:")), "{message}");
        let aside = fs::read_to_string(folder.join("aside")).expect("lines");
        assert!(aside.contains(&rotten), "the line is kept as it is");
        let count = aside.lines().count();
        let start = honest.iter().position(|line| !out.contains(&**line)).expect("one is missing");
        let others = [&honest[..start], &honest[start + count..]].concat().concat();
        assert_eq!(out, others, "the lines that are missing are those that were kept");
        assert_eq!(aside.replace(&rotten, &honest[at]), honest[start..start + count].concat());
        let reasons = fs::read_to_string(folder.join("aside.why")).expect("reasons");
        let of_line = reasons.lines().nth(at - start).expect("a reason for each line");
        assert_eq!(reasons.lines().count(), count);
        assert!(of_line.contains("are not what was stored"), "{of_line}");
        let question = "fold s --on-error skip -a n=count() -a total=sum(.amount) --summary json";
        let (out, message, code) = bourn(folder, question, "");
        let amounts = (0..LINES).filter(|at| !(start..start + count).contains(at)).map(|at| 10_000 + at);
        let wanted = format!("{{\"n\":{},\"total\":{}}}\n", LINES - count, amounts.sum::<usize>());
        assert_eq!((out, code), (wanted, Some(1)), "{message}");
        assert!(message.contains(&format!("\"setAside\":{count},")), "{message}");
    });
}

#[test]
fn redacted_segments_are_told_from_rotten_ones() {
    for (way, at) in [("whole", 3), ("deleted", 3), ("whole", 8), ("deleted", 8), ("damaged", 40)] {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        make(folder);
        for offset in [5, 7] {
            let words = format!("stream redact s {offset} --reason asked --yes");
            assert_eq!(bourn(folder, &words, "").2, Some(0));
        }
        hurt(folder, way);
        for question in ["cat s", "fold s -a n=count()"] {
            let (_, message, code) = bourn(folder, question, "");
            assert_eq!(code, Some(0), "{question} with indexes {way}: {message}");
        }
        let name = flip(folder, at);
        for question in ["cat s", "fold s -a n=count()"] {
            let (_, message, code) = bourn(folder, question, "");
            assert_eq!(code, Some(3), "{question} with indexes {way}: {message}");
            assert!(message.starts_with(&format!("bourn: {name}:")), "{message}");
        }
    }
}

#[test]
fn what_is_read_of_a_sound_part_is_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make(folder);
    flip(folder, LINES - 2);
    for way in ["whole", "deleted"] {
        hurt(folder, way);
        let (out, message, code) = bourn(folder, "cat s --limit 3", "");
        assert_eq!((out, code), ((0..3).map(line).collect(), Some(0)), "{message}");
        let (out, message, code) = bourn(folder, "cat s --from 10 --to 20", "");
        assert_eq!((out, code), ((10..=20).map(line).collect(), Some(0)), "{message}");
    }
}
