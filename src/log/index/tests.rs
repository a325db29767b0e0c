//! Searches against a slow model of the lines, with indexes whole, missing, damaged, swapped and lying.

use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;

use super::super::writer::Sync;
use super::file::{Block as Indexed, Index, texts};
use super::*;
use crate::event::line::Block;
use crate::sys::simulated::SimulatedDisk;
use crate::sys::storage::{Open, Patience, Storage};
use crate::time::timestamp::Timestamp;

/// 2024-01-01T00:00:00Z, in seconds.
const START: i128 = 1_704_067_200;

/// A line, and what is meant by it.
#[derive(Clone, Debug)]
struct Known {
    text: String,
    /// Seconds since the start.
    time: Option<i128>,
    entity: Option<&'static str>,
    is_event: bool,
}

/// The same entity in JSON: twice as a string, once as it stands.
const ENTITIES: [(&str, &str); 7] = [
    ("a-1", "\"a-1\""),
    ("a-1", "\"a\\u002d1\""),
    ("a-2", "\"a-2\""),
    ("7", "7"),
    ("7", "\"7\""),
    ("he said \"no\"", "\"he said \\\"no\\\"\""),
    ("[1]", "[1]"),
];

fn known(time: i128, form: u8, entity: usize, fill: usize) -> Known {
    let instant = Timestamp((START + time) * 1_000_000_000);
    let (has_time, said) = match form {
        0 => (false, String::new()),
        1 => (false, "\"timestamp\":\"soon\",".to_owned()),
        2 => (true, format!("\"timestamp\":{},", (START + time) * 1000)),
        _ => (true, format!("\"timestamp\":\"{instant}\",")),
    };
    let named = ENTITIES.get(entity);
    let streamed = named.map_or(String::new(), |(_, json)| format!("\"streamId\":{json},"));
    let is_event = form != 3;
    let end = if is_event { "}" } else { "" };
    let text = format!("{{{said}{streamed}\"fill\":\"{}\"{end}\n", "x".repeat(fill));
    Known {
        text,
        time: (has_time && is_event).then_some(time),
        entity: named.map(|(name, _)| *name).filter(|_| is_event),
        is_event,
    }
}

fn lines() -> impl Strategy<Value = Vec<Known>> {
    let form = prop_oneof![1 => 0..4u8, 60 => Just(9u8)];
    let line = (0..10i128, form, 0..ENTITIES.len() + 1, 0..150usize);
    prop::collection::vec(line, 1..150).prop_map(|lines| {
        let each = lines.into_iter().enumerate();
        each.map(|(at, (late, form, entity, fill))| known(at as i128 - late, form, entity, fill)).collect()
    })
}

/// What is asked for.
#[derive(Clone, Debug)]
struct Question {
    from: u64,
    search: Search,
    between: (Option<i128>, Option<i128>),
}

fn questions() -> impl Strategy<Value = Question> {
    let time = || prop::option::of(-10..160i128);
    let entity = prop::option::of(0..ENTITIES.len());
    let end = prop_oneof![Just(u64::MAX), 0..150u64];
    let last = prop_oneof![3 => Just(None), 1 => (0..60u64).prop_map(Some)];
    let longest = prop_oneof![4 => Just(1 << 20), 1 => 100..230u64];
    (0..150u64, time(), time(), entity, end, last, longest).prop_map(
        |(from, first, to, entity, end, last, longest)| {
            let at = |time: i128| Timestamp((START + time) * 1_000_000_000);
            let range = Between { from: first.map(at), to: to.map(at) };
            let is_whole = last.is_some();
            let search = Search {
                time: (!is_whole).then(|| (".timestamp".to_owned(), range)),
                entity: entity
                    .filter(|_| !is_whole)
                    .map(|entity| (".streamId".to_owned(), ENTITIES[entity].0.as_bytes().to_vec())),
                end: Offset(end),
                last,
                max_line: longest,
                as_stored: from % 2 == 0,
            };
            Question { from: if from < 75 { 0 } else { from }, search, between: (first, to) }
        },
    )
}

/// A disk with a stream of these lines, in segments of about `segment` bytes.
fn disk_of(lines: &[Known], segment: u64) -> SimulatedDisk {
    let disk = SimulatedDisk::default();
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    Stream::create(storage.clone(), Path::new("s")).expect("a stream");
    put(&disk, Path::new("s/stream.toml"), format!("segment-bytes = {segment}\n").as_bytes());
    let stream = Stream::open(storage, Path::new("s")).expect("a stream");
    let (mut writer, _) = stream.writer(Patience::None, Sync::None).expect("a writer");
    for line in lines {
        writer.append(line.text.as_bytes(), 1).expect("it is stored");
    }
    writer.finish().expect("it is stored");
    disk
}

fn put(disk: &SimulatedDisk, path: &Path, bytes: &[u8]) {
    let file = disk.open(path, Open::Create, true).expect("a file");
    file.truncate(0).expect("it is empty");
    file.write_all_at(bytes, 0).expect("it is written");
}

fn open(disk: &SimulatedDisk) -> Stream {
    Stream::open(Arc::new(disk.clone()), Path::new("s")).expect("a stream")
}

/// Puts the question, and holds the answer against the lines; gives how many lines were passed over.
fn ask(disk: &SimulatedDisk, lines: &[Known], question: &Question) -> std::result::Result<u64, String> {
    let Question { from, search, between } = question;
    let told = |error: crate::error::Error| error.to_string();
    let mut reader = open(disk).search_from(Offset(*from), search.clone()).map_err(told)?;
    let (mut block, mut next, mut passed) = (Block::default(), *from, Vec::new());
    loop {
        let has_more = reader.next_block(&mut block).map_err(told)?;
        if let Some(over) = reader.take_passed() {
            let first = over.end.0 - over.lines;
            if first != next {
                return Err(format!("lines from {first} on were passed over where {next} stands"));
            }
            passed.extend(first..over.end.0);
            next = over.end.0;
        }
        if !has_more {
            break;
        }
        if let Some(count) = reader.vouched() {
            let stored = lines.iter().skip(next as usize).take(count as usize);
            if !search.as_stored || count != block.line_count() || !stored.clone().all(|line| line.is_event) {
                return Err(format!("{count} lines from {next} on are said to be events"));
            }
        }
        for line in block.lines() {
            let wanted = lines.get(next as usize).map(|known| known.text.trim_end().as_bytes());
            if line.offset.0 != next || wanted != Some(line.bytes) {
                return Err(format!("line {} was given where {next} stands", line.offset));
            }
            next += 1;
        }
    }
    if next != (lines.len() as u64).max(*from) {
        return Err(format!("the answer ends at {next}"));
    }
    let is_wanted = |at: &u64| {
        let line = &lines[*at as usize];
        let in_range = match line.time {
            Some(time) => {
                between.0.is_none_or(|first| time >= first) && between.1.is_none_or(|last| time <= last)
            }
            None => true,
        };
        let is_of = |entity: &[u8]| line.entity.map(str::as_bytes) == Some(entity);
        let is_late = |count: u64| {
            lines[*at as usize + 1..].iter().filter(|line| line.is_event).count() < count as usize
        };
        !line.is_event
            || *at >= search.end.0
            || search.last.is_some_and(is_late)
            || search.last.is_none()
                && in_range
                && search.entity.as_ref().is_none_or(|(_, entity)| is_of(entity))
    };
    match passed.iter().find(|at| is_wanted(at)) {
        Some(at) => Err(format!("line {at} is wanted, and was passed over")),
        None => Ok(passed.len() as u64),
    }
}

/// The files of all indexes.
fn files(disk: &SimulatedDisk) -> Vec<PathBuf> {
    let segments = open(disk).segments().expect("they are listed");
    let paths = segments.iter().flat_map(|segment| open(disk).index_paths(segment.first));
    paths.filter(|path| disk.content(path).is_some()).collect()
}

fn content(disk: &SimulatedDisk, path: &Path) -> Vec<u8> {
    disk.content(path).expect("the file is there")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn nothing_that_is_wanted_is_passed_over(
        lines in lines(), segment in 700..6000u64, questions in prop::collection::vec(questions(), 8),
    ) {
        let disk = disk_of(&lines, segment);
        for question in &questions {
            let asked = ask(&disk, &lines, question);
            prop_assert!(asked.is_ok(), "{asked:?} of {question:?}");
        }
    }

    #[test]
    fn an_index_that_is_damaged_swapped_or_gone_changes_no_answer(
        lines in lines(), segment in 700..6000u64, questions in prop::collection::vec(questions(), 4),
        hurts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..5u8, 0..8u8), 6),
    ) {
        let disk = disk_of(&lines, segment);
        let files = files(&disk);
        prop_assume!(!files.is_empty());
        for (which, place, how, bit) in &hurts {
            let path = which.get(&files);
            let before = content(&disk, path);
            let mut bytes = before.clone();
            match how {
                0 => bytes.truncate(place.index(before.len())),
                1 => bytes = content(&disk, &files[place.index(files.len())]),
                2 => bytes.clear(),
                _ => bytes[place.index(before.len())] ^= 1 << bit,
            }
            put(&disk, path, &bytes);
            for question in &questions {
                let asked = ask(&disk, &lines, question);
                prop_assert!(asked.is_ok(), "{asked:?} of {question:?}, with {} hurt", path.display());
            }
            put(&disk, path, &before);
        }
    }

    #[test]
    fn no_text_whatever_makes_a_search_panic(
        lines in lines(), question in questions(), first in any::<u64>(), events in any::<u64>(),
        numbers in prop::collection::vec(any::<u64>(), 8),
    ) {
        let disk = disk_of(&lines, 900);
        let Some(path) = files(&disk).into_iter().next() else { return Ok(()) };
        let (mut header, mut blocks, _) = parts(&disk, &path);
        let pick = |at: usize| numbers[at % numbers.len()] >> (numbers[(at + 1) % numbers.len()] % 64);
        if first % 3 > 0 {
            header.events = events >> (first % 64);
        }
        for (at, block) in blocks.iter_mut().enumerate() {
            block.first = block.first.wrapping_add(pick(3 * at));
            block.start = block.start.wrapping_add(pick(3 * at + 1));
        }
        let (text, _) = texts(header, &blocks, &[]).expect("a text");
        put(&disk, &path, text.as_bytes());
        let _ = ask(&disk, &lines, &question);
    }
}

fn parts(disk: &SimulatedDisk, path: &Path) -> (file::Header, Vec<Indexed>, Index) {
    let index = Index::open(disk.open(path, Open::Read, true).expect("it is there")).expect("an index");
    (index.header.clone(), index.blocks().expect("blocks"), index)
}

fn some_lines() -> Vec<Known> {
    (0..120).map(|at| known(at, 9, at as usize % 6, 40)).collect()
}

fn all_questions() -> Vec<Question> {
    let mut questions = Vec::new();
    for time in 0..120 {
        let at = Timestamp((START + time) * 1_000_000_000);
        let range = Between { from: Some(at), to: Some(at) };
        let search = Search { time: Some((".timestamp".to_owned(), range)), ..Search::new(1 << 20) };
        questions.push(Question { from: 0, search, between: (Some(time), Some(time)) });
    }
    for (entity, _) in ENTITIES {
        let entity = Some((".streamId".to_owned(), entity.as_bytes().to_vec()));
        let search = Search { entity, ..Search::new(1 << 20) };
        questions.push(Question { from: 0, search, between: (None, None) });
    }
    questions
}

fn is_right(disk: &SimulatedDisk, lines: &[Known]) -> bool {
    all_questions().iter().all(|question| ask(disk, lines, question).is_ok())
}

#[test]
fn an_index_that_lies_with_right_checksums_is_found_by_these_tests() {
    let lines = some_lines();
    let disk = disk_of(&lines, 4000);
    assert!(is_right(&disk, &lines));
    let [path, entities_path] = open(&disk).index_paths(Offset(0));
    let (header, blocks, index) = parts(&disk, &path);
    let hashes = |hash: u16| index.entities(&open(&disk).storage, &entities_path, hash).expect("entities");
    let honest: Vec<Vec<u16>> = (0..blocks.len())
        .map(|at| {
            (0..=u16::MAX)
                .filter(|&hash| {
                    ENTITIES.iter().any(|(name, _)| entity_hash(name.as_bytes()) == hash) && hashes(hash)[at]
                })
                .collect()
        })
        .collect();
    let write = |header: &file::Header, blocks: &[Indexed], entities: &[Vec<u16>]| {
        let (index, entities) = texts(header.clone(), blocks, entities).expect("texts");
        put(&disk, &path, index.as_bytes());
        put(&disk, &entities_path, entities.as_bytes());
    };
    write(&header, &blocks, &honest);
    assert!(is_right(&disk, &lines), "the same index, written again");

    let mut lying = blocks.clone();
    lying[1].times = lying[1].times.map(|(from, _)| (from, from));
    write(&header, &lying, &honest);
    assert!(!is_right(&disk, &lines), "a block has a later time than its index says");

    let mut lying = honest.clone();
    lying[1].pop();
    write(&header, &blocks, &lying);
    assert!(!is_right(&disk, &lines), "a block has an entity that its index does not have");

    let mut lying = header.clone();
    lying.from.clone_from(&lying.to);
    write(&lying, &blocks, &honest);
    assert!(!is_right(&disk, &lines), "a segment has an earlier time than its index says");

    let mut lying = blocks.clone();
    lying[2].first -= 1;
    write(&header, &lying, &honest);
    assert!(is_right(&disk, &lines), "that a block has other lines than its index says is noticed");
}

#[test]
fn a_search_passes_over_most_of_what_it_does_not_want() {
    let lines = some_lines();
    let disk = disk_of(&lines, 4000);
    let passed: Vec<u64> =
        all_questions().iter().map(|question| ask(&disk, &lines, question).expect("an answer")).collect();
    assert!(passed.iter().filter(|&&passed| passed >= 70).count() >= 100, "{passed:?}");
    let last = Search { last: Some(5), ..Search::new(1 << 20) };
    let question = Question { from: 0, search: last, between: (None, None) };
    assert!(ask(&disk, &lines, &question).expect("an answer") >= 70);
    files(&disk).iter().for_each(|path| disk.remove(path).expect("it is removed"));
    assert_eq!(ask(&disk, &lines, &question), Ok(0), "without an index all is read");
    assert_eq!(open(&disk).make_indexes().expect("they are made"), files(&disk).len() as u64 / 2);
    assert!(ask(&disk, &lines, &question).expect("an answer") >= 70);
    assert_eq!(open(&disk).make_indexes().expect("nothing to do"), 0);
}

#[test]
fn a_segment_that_is_not_what_was_indexed_is_read_from_its_start() {
    let lines = some_lines();
    let disk = disk_of(&lines, 4000);
    let [path, _] = open(&disk).index_paths(Offset(0));
    let (header, mut blocks, _) = parts(&disk, &path);
    // The index has the checksum of another block; the segment is what was sealed.
    blocks[2].sum ^= 1;
    let (text, _) = texts(header, &blocks, &[]).expect("a text");
    put(&disk, &path, text.as_bytes());
    let question = &all_questions()[blocks[2].first as usize];
    let passed = ask(&disk, &lines, question).expect("the lines as they stand");
    let others = lines.len() as u64 - parts(&disk, &path).0.events;
    assert!(passed > 0 && passed <= others, "{passed} of {others} in the other segments");
}

#[test]
fn a_redaction_makes_the_index_of_what_is_left() {
    use super::super::redaction::Redaction;
    let mut lines = some_lines();
    let disk = disk_of(&lines, 4000);
    let keep = ["timestamp".to_owned()];
    let redaction = Redaction {
        offset: Offset(3),
        reason: "asked for",
        at: "2024-02-01T00:00:00Z",
        event_id: "r-1",
        keep: &keep,
    };
    let before = content(&disk, &open(&disk).index_paths(Offset(0))[1]);
    open(&disk).redact(&redaction, Patience::None).expect("it is redacted");
    let text = String::from_utf8(content(&disk, Path::new("s/00000000000000000000.jsonl"))).expect("text");
    lines[3].text = text.lines().nth(3).expect("a line").to_owned() + "\n";
    lines[3].entity = None;
    assert!(lines[3].text.contains("bournRedacted"));
    assert!(is_right(&disk, &lines));
    let (header, ..) = parts(&disk, &open(&disk).index_paths(Offset(0))[0]);
    assert_eq!(header.bytes, text.len() as u64);
    assert_ne!(content(&disk, &open(&disk).index_paths(Offset(0))[1]), before);
    let question = &all_questions()[119];
    assert!(ask(&disk, &lines, question).expect("an answer") >= header.events, "the new index is used");
}
