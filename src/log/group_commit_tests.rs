//! Writers that share a flush, in every order of their steps, on a disk that fails, dies and loses power at every call:
//! what was acknowledged stays at its offset, and what was read once never changes. Two broken variants are caught.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::group_commit::Waiting;
use super::writer::{Receipt, Sync};
use super::*;
use crate::sys::simulated::{Failure, SimulatedDisk};
use crate::sys::storage::{Open, Patience};

const STREAM: &str = "s";

fn stream(disk: &SimulatedDisk) -> Result<Stream> {
    Stream::open(Arc::new(disk.clone()), Path::new(STREAM))
}

/// A line of a writer: long enough to lie in several sectors, never the same twice.
fn line(name: &str) -> String {
    format!("{{\"writer\":\"{name}\",\"pad\":\"{}\"}}\n", name.repeat(520 / name.len()))
}

/// A disk with a stream of one batch.
fn begun() -> SimulatedDisk {
    let disk = SimulatedDisk::default();
    let stream = Stream::create(Arc::new(disk.clone()), Path::new(STREAM)).expect("a stream");
    append_alone(&stream, &["first", "second"]).expect("a batch");
    disk
}

fn append_alone(stream: &Stream, names: &[&str]) -> Result<Receipt> {
    let (mut writer, _) = stream.writer(Patience::None, Sync::Batch)?;
    let lines: String = names.iter().map(|name| line(name)).collect();
    writer.append(lines.as_bytes(), names.len() as u64)?;
    Ok(writer.finish()?.0)
}

fn read(stream: &Stream) -> Result<Vec<String>> {
    let mut reader = stream.search_from(Offset(0), index::Search::new(1 << 20))?;
    let (mut block, mut lines) = (Block::default(), Vec::new());
    while reader.next_block(&mut block)? {
        lines.extend(block.lines().map(|line| String::from_utf8_lossy(line.bytes).into_owned() + "\n"));
    }
    Ok(lines)
}

/// What one of the actors does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Writer number n writes its line.
    Write(usize),
    /// Writer number n waits for its flush.
    Acknowledge(usize),
    /// Writer number n dies between the two.
    Die(usize),
    /// Somebody appends a batch alone.
    Alone,
}

/// All orders of the steps of some actors, each actor's in its own order.
fn orders(actors: &[Vec<Step>]) -> Vec<Vec<Step>> {
    if actors.iter().all(Vec::is_empty) {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (at, steps) in actors.iter().enumerate().filter(|(_, steps)| !steps.is_empty()) {
        let mut rest = actors.to_vec();
        rest[at].remove(0);
        all.extend(orders(&rest).into_iter().map(|behind| [vec![steps[0]], behind].concat()));
    }
    all
}

/// What was told to anybody: lines by their offsets.
#[derive(Default)]
struct Told {
    acknowledged: BTreeMap<usize, String>,
    read: BTreeMap<usize, String>,
}

impl Told {
    fn acknowledge(&mut self, receipt: &Receipt, names: &[&str]) {
        for (at, name) in names.iter().enumerate() {
            self.acknowledged.insert(receipt.first.0 as usize + at, line(name));
        }
    }

    /// Reads, and holds what is there against everything told before.
    fn look(&mut self, stream: &Stream) -> Result<(), String> {
        let lines = read(stream).map_err(|error| error.to_string())?;
        is_kept(&self.acknowledged, &lines, "acknowledged")?;
        is_kept(&self.read, &lines, "read before")?;
        self.read.extend(lines.into_iter().enumerate());
        Ok(())
    }
}

fn is_kept(told: &BTreeMap<usize, String>, lines: &[String], what: &str) -> Result<(), String> {
    for (&offset, line) in told {
        if lines.get(offset) != Some(line) {
            return Err(format!("offset {offset} was {what}, and is another now: {:?}", lines.get(offset)));
        }
    }
    Ok(())
}

/// Plays the steps, with a look at the stream behind each, and then at every disk that a power cut may leave.
fn play(disk: &SimulatedDisk, steps: &[Step], failure: Option<(usize, Failure)>) -> Result<(), String> {
    let names = ["a", "b", "c"];
    let stream_seen = stream(disk).map_err(|error| error.to_string())?;
    let mut told = Told::default();
    told.look(&stream_seen)?;
    if let Some((call, failure)) = failure {
        disk.fail_at(disk.calls() + call, failure);
    }
    let mut waiting: BTreeMap<usize, Waiting> = BTreeMap::new();
    for &step in steps {
        match step {
            Step::Write(number) => {
                if let Ok(Some(one)) = stream_seen.append_one(line(names[number]).as_bytes(), Patience::None)
                {
                    waiting.insert(number, one);
                }
            }
            Step::Acknowledge(number) => {
                if let Some(Ok(receipt)) = waiting.remove(&number).map(Waiting::acknowledge) {
                    told.acknowledge(receipt.get(), &names[number..=number]);
                }
            }
            Step::Die(number) => drop(waiting.remove(&number)),
            Step::Alone => {
                if let Ok(receipt) = append_alone(&stream_seen, &["d", "e"]) {
                    told.acknowledge(&receipt, &["d", "e"]);
                }
            }
        }
        told.look(&stream_seen)?;
    }
    drop(waiting);
    told.look(&stream_seen)?;
    for cut in disk.after_power_cut(5) {
        let lines = stream(&cut).and_then(|stream| read(&stream)).map_err(|error| error.to_string())?;
        is_kept(&told.acknowledged, &lines, "acknowledged before the power cut")?;
    }
    // A process that comes later settles everything, and appends.
    let after = disk.after_kill();
    let stream_after = stream(&after).map_err(|error| error.to_string())?;
    told.look(&stream_after)?;
    let receipt = append_alone(&stream_after, &["f", "g"]).map_err(|error| error.to_string())?;
    told.acknowledge(&receipt, &["f", "g"]);
    told.look(&stream_after)?;
    for cut in after.after_power_cut(5) {
        let lines = stream(&cut).and_then(|stream| read(&stream)).map_err(|error| error.to_string())?;
        is_kept(&told.acknowledged, &lines, "acknowledged before the second power cut")?;
    }
    Ok(())
}

/// Plays every order of the actors' steps with every failure at every call; gives how many plays there were, and the
/// first that went wrong.
fn play_all(actors: &[Vec<Step>], break_it: fn(&SimulatedDisk)) -> (usize, Option<String>) {
    let mut plays = 0;
    // The writers are alike but for their names: it is enough that they begin in one order.
    let is_first_of_its_kind = |steps: &Vec<Step>| {
        steps
            .iter()
            .filter_map(|step| if let Step::Write(number) = step { Some(*number) } else { None })
            .is_sorted()
    };
    for steps in orders(actors).into_iter().filter(is_first_of_its_kind) {
        let played = |failure| {
            let disk = begun();
            break_it(&disk);
            let before = disk.calls();
            let result = play(&disk, &steps, failure);
            (disk.calls() - before, result)
        };
        let (calls, result) = played(None);
        let mut results = vec![(None, result)];
        for call in 1..=calls {
            for failure in [Failure::Error(io::ErrorKind::StorageFull), Failure::Killed] {
                results.push((Some((call, failure)), played(Some((call, failure))).1));
            }
        }
        plays += results.len();
        let wrong = results.into_iter().find_map(|(failure, result)| Some((failure, result.err()?)));
        if let Some((failure, wrong)) = wrong {
            return (plays, Some(format!("{steps:?} with {failure:?}: {wrong}")));
        }
    }
    (plays, None)
}

fn whole(number: usize) -> Vec<Step> {
    vec![Step::Write(number), Step::Acknowledge(number)]
}

#[test]
fn three_writers_that_share_a_flush_lose_and_change_nothing_whatever_fails_when() {
    let (plays, wrong) = play_all(&[whole(0), whole(1), whole(2)], |_| {});
    assert_eq!(wrong, None);
    assert!(plays > 500, "{plays} plays");
}

#[test]
fn a_writer_that_dies_waiting_and_one_that_wants_the_stream_alone_do_not_disturb_the_others() {
    let dying = |number| vec![Step::Write(number), Step::Die(number)];
    let (plays, wrong) = play_all(&[whole(0), dying(1), vec![Step::Alone]], |_| {});
    assert_eq!(wrong, None);
    assert!(plays > 500, "{plays} plays");
    let (plays, wrong) = play_all(&[dying(0), whole(1), vec![Step::Alone]], |_| {});
    assert_eq!(wrong, None);
    assert!(plays > 500, "{plays} plays");
}

#[test]
fn a_disk_that_does_not_flush_is_caught() {
    let (_, wrong) = play_all(&[whole(0), whole(1)], SimulatedDisk::ignore_sync);
    assert!(wrong.expect("an acknowledged line is lost").contains("power cut"));
}

#[test]
fn readers_that_do_not_see_who_waits_are_caught() {
    let (_, wrong) = play_all(&[whole(0), whole(1)], SimulatedDisk::hide_holders);
    assert!(wrong.expect("a line changes after it was read").contains("read before"));
}

#[test]
fn a_head_that_is_half_written_shows_nobody_a_line_that_waits() {
    let disk = begun();
    let stream = stream(&disk).expect("a stream");
    let waiting = stream.append_one(line("a").as_bytes(), Patience::None).expect("it is written");
    let head =
        disk.open(&Path::new(STREAM).join(INSIDE).join("head"), crate::sys::storage::Open::Write, true);
    head.and_then(|head| head.write_all_at(b"{\"turn\":9", head::SLOT_BYTES)).expect("the head is there");
    // On a disk whose locks nobody waits for, a reader that has to wait fails.
    assert_eq!(read(&stream).map_err(|error| error.kind()), Err(crate::error::Kind::Conflict));
    drop(waiting);
    assert_eq!(read(&stream).expect("it reads"), [line("first"), line("second"), line("a")]);
}

#[test]
fn two_lines_share_one_flush() {
    let disk = begun();
    let stream = stream(&disk).expect("a stream");
    let write = |name| stream.append_one(line(name).as_bytes(), Patience::None).expect("it is written");
    let (a, b) = (write("a").expect("it joins"), write("b").expect("it joins"));
    assert_eq!(read(&stream).expect("it reads").len(), 2, "nothing is read before it is flushed");
    let first = a.acknowledge().expect("it is flushed");
    let calls = disk.calls();
    let second = b.acknowledge().expect("it was flushed");
    assert_eq!(disk.calls(), calls, "the second finds itself covered");
    assert_eq!((first.get().first, second.get().first), (Offset(2), Offset(3)));
    let mut frontier = merkle::Frontier::default();
    let lines = read(&stream).expect("it reads");
    lines[..3].iter().for_each(|line| frontier.push_lines(line.as_bytes()));
    assert_eq!(first.get().root, frontier.root());
    frontier.push_lines(lines[3].as_bytes());
    assert_eq!(second.get().root, frontier.root());
}

#[test]
fn a_stream_on_another_machine_is_read_though_nobody_can_tell_who_shares_a_flush() {
    let disk = begun();
    disk.move_away();
    let path = Path::new(STREAM).join("00000000000000000000.jsonl");
    let file = disk.open(&path, crate::sys::storage::Open::Write, true).expect("the segment");
    let end = file.metadata().expect("its size").bytes;
    file.write_all_at(line("foreign").as_bytes(), end).expect("it is written");
    let lines = stream(&disk).and_then(|stream| read(&stream)).expect("it reads");
    assert_eq!(lines, [line("first"), line("second"), line("foreign")]);
}

/// What a process tries that meets with an accident.
#[derive(Clone, Copy, Debug)]
enum Tried {
    Line,
    Batch,
    Run,
}

impl Tried {
    fn append(self, disk: &SimulatedDisk) -> Result<()> {
        let stream = stream(disk)?;
        match self {
            Tried::Line => append_alone(&stream, &["a"]).map(drop),
            Tried::Batch => append_alone(&stream, &["a", "b"]).map(drop),
            Tried::Run => {
                let (mut writer, _) = stream.writer(Patience::None, Sync::End)?;
                ["a", "b", "c"].iter().try_for_each(|name| writer.append(line(name).as_bytes(), 1))?;
                writer.finish().map(drop)
            }
        }
    }
}

/// Whatever the power leaves has `name` at the offset of its receipt.
fn check_power_cuts(disk: &SimulatedDisk, receipt: &Receipt, name: &str, told: &str) {
    for cut in disk.after_power_cut(7) {
        let lines = stream(&cut).and_then(|stream| read(&stream)).expect(told);
        assert_eq!(lines.get(receipt.first.0 as usize), Some(&line(name)), "{told}");
    }
}

/// One dies, or is failed, at any call; the next one dies at any call while it settles that; the third appends, and the
/// power goes.
fn two_accidents(tried: Tried, failure: Failure) {
    for first in 1.. {
        let disk = begun().after_shutdown();
        disk.fail_at(first, failure);
        let is_first_through = tried.append(&disk).is_ok();
        for second in 1.. {
            let disk = disk.after_kill();
            disk.fail_at(second, Failure::Killed);
            let settled = stream(&disk).and_then(|stream| append_alone(&stream, &["d"]));
            let disk = disk.after_kill();
            let told = format!("{tried:?}, {failure:?} at {first}, killed at {second}");
            let receipt = stream(&disk).and_then(|stream| append_alone(&stream, &["e"])).expect(&told);
            check_power_cuts(&disk, &receipt, "e", &told);
            if settled.is_ok() {
                break;
            }
        }
        if is_first_through {
            break;
        }
    }
}

#[test]
fn what_is_acknowledged_after_two_accidents_survives_a_power_cut() {
    for tried in [Tried::Line, Tried::Batch, Tried::Run] {
        two_accidents(tried, Failure::Killed);
        two_accidents(tried, Failure::Error(io::ErrorKind::Other));
    }
}

#[test]
fn a_call_that_fails_behind_a_damaged_head_takes_nothing_that_was_acknowledged() {
    for at in 1.. {
        let disk = begun().after_shutdown();
        let append =
            |name| stream(&disk).and_then(|stream| stream.append_one(line(name).as_bytes(), Patience::None));
        let waiting = |name| append(name).expect("it is written").expect("the line may follow");
        let (first, second) = (waiting("a"), waiting("b"));
        let receipt = second.acknowledge().expect("it is flushed").get().clone();
        // Whoever flushed after that died inside its write to the head.
        let head = disk.open(Path::new("s/.bourn/head"), Open::Write, true).expect("there is a head");
        head.write_all_at(b"{\"turn\":9", head::SLOT_BYTES).expect("it is written");
        disk.fail_at(disk.calls() + at, Failure::Error(io::ErrorKind::Other));
        // The power goes before anything more is flushed.
        disk.ignore_sync();
        let is_through = first.acknowledge().is_ok();
        check_power_cuts(&disk, &receipt, "b", &format!("call {at}"));
        if is_through {
            break;
        }
    }
}
