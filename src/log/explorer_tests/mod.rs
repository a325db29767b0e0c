//! Every order in which writers and readers can make their calls to the lock, the head and the segment, with crashes
//! between any two calls and inside any write, a flush that fails, and a power loss at any moment. The code is that of the
//! program, not a model of it ([`script`]); the states are all there are ([`world`], [`explorer`]).

mod explorer;
mod machine;
mod readers;
mod script;
mod world;

use std::path::Path;
use std::sync::Arc;

use crate::error::Result;
use crate::event::line::{Block, Offset};
use crate::log::Stream;
use crate::log::files::read_range;
use crate::log::head::{self, Head, State};
use crate::log::index;
use crate::log::writer::Sync;
use crate::sys::storage::{Open, Patience, Storage};
use explorer::{Broken, Explorer, Found, How};
use world::Budget;

const STREAM: &str = "s";

/// What somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Appends a line that may share its flush with others.
    One(u8),
    /// Appends a batch that has the stream alone.
    Batch(u8, u8),
    /// Reads all, again and again.
    Reader,
    /// Reads in the wrong order, which is right only when nobody overtakes it: a broken reader, to test the tests.
    Hasty,
}

/// What one process ended with.
#[derive(Clone, Debug)]
pub enum Ended {
    Stored(std::result::Result<u64, String>),
    Read(std::result::Result<Vec<u8>, String>),
}

fn line(name: u8) -> String {
    // Long enough to lie in two sectors, and never the same twice.
    let name = char::from(name);
    format!("{{\"name\":\"{name}\",\"pad\":\"{}\"}}\n", name.to_string().repeat(520))
}

fn append_alone(stream: &Stream, names: &[u8]) -> Result<u64> {
    let (mut writer, _) = stream.writer(Patience::Forever, Sync::Batch)?;
    let lines: String = names.iter().map(|&name| line(name)).collect();
    writer.append(lines.as_bytes(), names.len() as u64)?;
    Ok(writer.finish()?.0.first.0)
}

fn append_one(stream: &Stream, name: u8) -> Result<u64> {
    match stream.append_one(line(name).as_bytes(), Patience::Forever)? {
        Some(waiting) => Ok(waiting.acknowledge()?.get().first.0),
        None => append_alone(stream, &[name]),
    }
}

/// The names of the lines that a reader sees; '?' for what nobody wrote.
fn read(stream: &Stream) -> Result<Vec<u8>> {
    let mut reader = stream.search_from(Offset(0), index::Search::new(1 << 20))?;
    let (mut block, mut names) = (Block::default(), Vec::new());
    // What comes in a second block is what another reader sees that begins there.
    if reader.next_block(&mut block)? {
        names.extend(block.lines().map(|found| {
            let name = found.bytes.get(9).map_or(b'?', |&byte| byte);
            if line(name).trim_end().as_bytes() == found.bytes { name } else { b'?' }
        }));
    }
    Ok(names)
}

/// Asks who shares a flush, and looks at the head, before it looks at the size.
fn read_hastily(stream: &Stream) -> Result<Vec<u8>> {
    let failed = |cause| stream.failed("read", stream.directory(), &cause);
    let is_shared = stream.is_flush_shared()?;
    let said = head::read(&**stream.storage(), &stream.inside("head")).map_err(failed)?;
    let Head::Last(slot) = said else { return read(stream) };
    if slot.state != State::Done || is_shared {
        return read(stream);
    }
    let path = stream.segments()?.pop().expect("there is a segment").path;
    let file = stream.storage().open(&path, Open::Read, true).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.bytes;
    let bytes = read_range(&*file, 0, size).map_err(failed)?;
    Ok(bytes.split(|&byte| byte == b'\n').filter_map(|line| line.get(9).copied()).collect())
}

impl Role {
    fn play(self, storage: Arc<dyn Storage>) -> Ended {
        let stream = Stream::open(storage, Path::new(STREAM));
        match self {
            Role::One(name) => Ended::Stored(told(stream.and_then(|stream| append_one(&stream, name)))),
            Role::Batch(one, two) => {
                Ended::Stored(told(stream.and_then(|stream| append_alone(&stream, &[one, two]))))
            }
            Role::Reader => Ended::Read(told(stream.and_then(|stream| read(&stream)))),
            Role::Hasty => Ended::Read(told(stream.and_then(|stream| read_hastily(&stream)))),
        }
    }

    fn names(self) -> Vec<u8> {
        match self {
            Role::One(name) => vec![name],
            Role::Batch(one, two) => vec![one, two],
            Role::Reader | Role::Hasty => Vec::new(),
        }
    }
}

fn told<T>(result: Result<T>) -> std::result::Result<T, String> {
    result.map_err(|error| format!("{error:?}"))
}

/// Explores what is asked for as `WRITERS/CRASHES/FAILED FLUSHES/POWER LOSSES`. A small letter is the name of a line that
/// a writer appends, `D` and `F` are writers of a batch of two; `r` is a reader that may be overtaken at every call, `R`
/// one that is by way of the views, `V` counts the views, and `H` makes readers hasty.
fn explored(asked: &str, broken: Broken) -> Found {
    explored_as(asked, broken, false)
}

fn explored_as(asked: &str, broken: Broken, is_plain: bool) -> Found {
    let mut parts = asked.split('/');
    let roles = parts.next().unwrap_or_default();
    let mut number = || parts.next().and_then(|part| part.parse().ok()).expect("three numbers");
    let budget = Budget { crashes: number(), failed_flushes: number(), power_losses: number() };
    let writers = roles.bytes().filter(|name| !b"rRVH".contains(name)).map(|name| match name {
        b'D' | b'F' => Role::Batch(name.to_ascii_lowercase(), name.to_ascii_lowercase() + 1),
        name => Role::One(name),
    });
    let start = std::time::Instant::now();
    let writers: Vec<Role> = writers.collect();
    let reads = if roles.contains('H') { Role::Hasty } else { Role::Reader };
    let how = How {
        is_read: roles.contains('r'),
        is_overtaken: roles.contains('R'),
        keeps_views: roles.contains('V'),
        is_plain,
    };
    let found = Explorer::new(&writers, reads, how, broken).explore(budget);
    let counts = format!(
        "{} states, {} steps, {} power losses that leave {} disks, {} ends; {} views, {} readings, {} ahead",
        found.states,
        found.steps,
        found.power_losses,
        found.disks,
        found.ends,
        found.views,
        found.readings,
        found.ahead
    );
    let told = format!("{asked}: {counts}, {} s\n", start.elapsed().as_secs());
    let _ = rustix::io::write(rustix::stdio::stderr(), told.as_bytes());
    found
}

/// Nothing goes wrong in any of these.
fn hold(asked: &str) {
    for one in asked.split_whitespace() {
        if let Some(wrong) = explored(one, Broken::Nothing).wrong {
            panic!("{one}: {wrong}");
        }
    }
}

fn wrong_with(asked: &str, broken: Broken) -> String {
    explored(asked, broken).wrong.expect("it is noticed")
}

/// What the variable asks for, or this.
fn asked(gate: &str) -> String {
    std::env::var("BOURN_TEST_EXPLORE").unwrap_or_else(|_| gate.to_owned())
}

#[test]
fn two_writers_and_readers_with_a_crash_or_a_failed_flush() {
    hold(&asked("abr/0/1/0 abr/1/0/0"));
}

#[test]
fn three_writers_with_two_crashes_a_failed_flush_and_a_power_loss() {
    hold("abc/2/1/1");
}

#[test]
fn overtaken_readers_over_the_views_of_two_writers() {
    hold("abR/0/1/0");
}

#[test]
fn two_writers_with_two_crashes_a_failed_flush_and_a_power_loss() {
    hold("ab/2/1/1 aD/2/1/1 DF/2/1/1 Dr/2/1/1 ar/2/1/1");
}

#[test]
fn three_writers_with_batches_two_crashes_a_failed_flush_and_a_power_loss() {
    hold("abD/2/1/1 aDF/2/1/1");
}

#[test]
fn locks_that_exclude_nobody_are_noticed() {
    let wrong = wrong_with("ab/0/0/0", Broken::Locks);
    assert!(wrong.contains("acknowledged") || wrong.contains("seen"), "{wrong}");
}

#[test]
fn flushes_that_do_nothing_are_noticed() {
    let wrong = wrong_with("ab/0/0/1", Broken::Flushes);
    assert!(wrong.contains("was acknowledged") || wrong.contains("bytes were stored"), "{wrong}");
}

#[test]
fn readers_that_do_not_see_who_waits_are_noticed() {
    let wrong = wrong_with("abr/0/1/0", Broken::Holders);
    assert!(wrong.contains("was seen, but there is"), "{wrong}");
}

#[test]
fn readers_that_look_in_the_wrong_order_are_noticed_when_they_are_overtaken() {
    assert_eq!(explored("abH/0/1/0", Broken::Nothing).wrong, None, "nobody overtakes them");
    let wrong = wrong_with("abRH/0/1/0", Broken::Nothing);
    assert!(wrong.contains("was seen, but there is"), "{wrong}");
}

#[test]
fn readers_that_do_not_see_who_waits_are_noticed_over_the_views() {
    let wrong = wrong_with("abR/0/1/0", Broken::Holders);
    assert!(wrong.contains("was seen, but there is"), "{wrong}");
}

#[test]
fn what_is_left_out_makes_no_difference_to_what_there_is_to_see() {
    for asked in ["abV/1/1/1", "aDV/2/0/1", "abV/2/0/0"] {
        let [all, few] = [true, false].map(|is_plain| explored_as(asked, Broken::Nothing, is_plain));
        assert_eq!((all.wrong, all.views, all.all_views), (None, few.views, few.all_views), "{asked}");
        assert!(few.states < all.states, "{asked}");
    }
}
