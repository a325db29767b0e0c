//! Looks at every state that writers and readers can come to, once, and judges it.
//!
//! Readers change nothing, so one is enough: at every state another is let run to its end at once, and what that one sees,
//! and what the slow one sees in whatever time it takes, must fit to all that was seen before. A slow one goes with the
//! writers, or, where that are too many states, over the views that they leave behind ([`super::readers`]).

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use super::machine::Locks;
use super::readers::Views;
use super::script::{Next, Script};
use super::world::{self, Budget, Stage, Taken, World};
use super::{Ended, Role, STREAM, append_alone, append_one};
use crate::log::{INSIDE, Stream};
use crate::sys::simulated::SimulatedDisk;
use crate::sys::storage::{Open, Storage};

/// A process that makes more calls than this while nobody else makes any comes to no end.
const CALLS_MAX: usize = 500;

pub type Verdict = Result<(), String>;

/// How a disk or its locks are broken, to test the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    Nothing,
    /// Flushes do nothing.
    Flushes,
    /// Nobody is seen to hold a lock.
    Holders,
    /// Locks exclude nobody.
    Locks,
}

/// What an exploration found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// How many different states there are.
    pub states: usize,
    /// How many steps lead from one to another.
    pub steps: usize,
    /// At how many of them the power went, and how many different disks came of it.
    pub power_losses: usize,
    pub disks: usize,
    /// At how many ends somebody went on.
    pub ends: usize,
    pub nodes: usize,
    /// How many views the writers bring about, with a digest of them, and at how many places readers are on them.
    pub views: usize,
    pub all_views: u128,
    pub readings: usize,
    /// At how many views more was seen by a slow reader than by those who looked at once.
    pub ahead: usize,
    /// What went wrong first, and how it came to that.
    pub wrong: Option<String>,
}

/// How to look.
#[derive(Clone, Copy, Debug, Default)]
pub struct How {
    /// A slow reader goes with the writers.
    pub is_read: bool,
    /// A slow reader goes over the views.
    pub is_overtaken: bool,
    /// The views are counted.
    pub keeps_views: bool,
    /// Nothing is left out that needs a reason to be left out.
    pub is_plain: bool,
}

/// The processes and what is known of them.
pub struct Explorer {
    roles: Vec<Role>,
    pub(super) scripts: Vec<Script<Ended>>,
    /// The number of the reader, and of the writer that comes when all is over.
    pub(super) reader: usize,
    last: usize,
    /// Where the reader begins.
    pub(super) first_of_reader: usize,
    how: How,
    views: Option<Views>,
    broken: Broken,
    pub(super) found: Found,
    known: HashSet<u128>,
    cut: HashSet<u128>,
    cuts: HashSet<u128>,
    ends: HashSet<u128>,
    /// What readers see, by what there is to see.
    looks: HashMap<u128, Result<Option<Vec<u8>>, String>>,
}

impl Explorer {
    /// For some writers and a kind of reader.
    pub fn new(writers: &[Role], reads: Role, how: How, broken: Broken) -> Explorer {
        let (reader, last) = (writers.len(), writers.len() + 1);
        let roles = [writers, &[reads, Role::Batch(b'x', b'y')]].concat();
        let scripts = roles.iter().map(|&role| Script::new(move |storage| role.play(storage))).collect();
        let views = (how.is_overtaken || how.keeps_views).then(Views::default);
        let (known, cut, cuts, ends, looks) = Default::default();
        Explorer {
            roles,
            scripts,
            reader,
            last,
            first_of_reader: 0,
            how,
            views,
            broken,
            found: Found::default(),
            known,
            cut,
            cuts,
            ends,
            looks,
        }
    }

    /// Looks at all states.
    pub fn explore(mut self, budget: Budget) -> Found {
        let mut open = vec![self.begin(budget)];
        while let Some(world) = open.pop() {
            if !self.known.insert(world.digest()) {
                continue;
            }
            self.found.states += 1;
            if let Err(wrong) = self.successors(&world, &mut open) {
                self.found.wrong = Some(format!("{wrong}\n{}", self.steps(&world)));
                break;
            }
        }
        if let Some(views) = self.views.take() {
            (self.found.views, self.found.all_views) = (views.count(), views.digest());
            if self.found.wrong.is_none() && self.how.is_overtaken {
                self.found.wrong = self.overtake_readers(&views).err();
            }
        }
        self.found.disks = self.cuts.len();
        self.found.ends = self.ends.len();
        self.found.nodes = self.scripts.iter().map(Script::size).sum();
        self.found
    }

    /// Keeps what there is to see in a world.
    fn keep_view(&mut self, world: &mut World) -> Verdict {
        if self.views.is_none() {
            return Ok(());
        }
        let look = self.read_now(world)?;
        world.view = self.views.as_mut().map_or(0, |views| views.of(world, look));
        Ok(())
    }

    fn begin(&mut self, budget: Budget) -> World {
        let disk = SimulatedDisk::default();
        let stream = Stream::create(Arc::new(disk.clone()), Path::new(STREAM)).expect("a stream");
        append_alone(&stream, b"12").expect("a batch");
        append_one(&stream, b'3').expect("a line");
        let next = Path::new(STREAM).join(INSIDE).join("next");
        disk.open(&next, Open::Create, true).expect("the file whose lock is the right to flush next");
        let disk = disk.after_shutdown();
        match self.broken {
            Broken::Flushes => disk.ignore_sync(),
            Broken::Holders => disk.hide_holders(),
            Broken::Nothing | Broken::Locks => {}
        }
        let locks = Locks::free(self.broken == Broken::Locks);
        let stages = vec![Stage::Idle; self.last];
        let (acknowledged, seen, before) = (b"123".to_vec(), b"123".to_vec(), Vec::new());
        let starts = Arc::new([]);
        let mut world = World {
            disk,
            locks,
            stages,
            starts,
            budget,
            acknowledged,
            seen,
            before,
            at_first: budget,
            path: None,
            view: 0,
            is_plain: self.how.is_plain,
        };
        let scripts = self.scripts[..self.last].iter_mut().enumerate();
        let starts: Arc<[usize]> =
            scripts.map(|(actor, script)| world::go_on(script, 0, &world, actor)).collect();
        self.first_of_reader = starts[self.reader];
        world.starts = starts;
        self.keep_view(&mut world).expect("a stream that was shut down in good order is read");
        world
    }

    fn steps(&self, world: &World) -> String {
        let (mut steps, mut path) = (Vec::new(), &world.path);
        while let Some(taken) = path {
            steps.push(self.step(taken));
            path = &taken.before;
        }
        steps.reverse();
        steps.join("\n")
    }

    fn step(&self, taken: &Taken) -> String {
        let call = self.scripts[taken.actor].next(taken.state);
        let call = if let Next::Asks(call) = call { format!("{call:?}") } else { String::new() };
        let call: String = call.chars().take(90).collect();
        format!("  {:?}: {:?} {call}", self.roles[taken.actor], taken.event)
    }

    /// Everything that may happen next.
    fn successors(&mut self, world: &World, open: &mut Vec<World>) -> Verdict {
        let (mut waiting, before) = (0, open.len());
        for actor in 0..self.reader {
            let Some(call) = world.next_call(actor, &self.scripts[actor]) else { continue };
            if self.is_later_twin(world, actor) {
                continue;
            }
            if world.budget.crashes > 0 && world.is_at_work(actor) && !call.only_looks() {
                let dead = world.after_crash(actor);
                self.add(dead, open)?;
            }
            if !world.locks.allow(&call) {
                waiting += 1;
                continue;
            }
            if world.budget.failed_flushes > 0 && call.flushes() {
                self.add_step(world, actor, true, open)?;
            }
            self.add_step(world, actor, false, open)?;
        }
        if open.len() == before && waiting > 0 && !world.is_at_work(self.reader) {
            return Err(format!("{waiting} processes wait for each other"));
        }
        if open.len() == before && !world.is_at_work(self.reader) {
            self.judge_end(world)?;
        }
        if self.how.is_read && (open.len() > before || world.is_at_work(self.reader)) {
            let call = world.next_call(self.reader, &self.scripts[self.reader]);
            if call.is_some_and(|call| world.locks.allow(&call)) {
                self.add_step(world, self.reader, false, open)?;
                // Last of all: what writers do alone is told in fewer steps.
                open[before..].rotate_right(1);
            }
        }
        if world.budget.power_losses > 0 && self.cut.insert(world.digest_of_disk()) {
            self.found.power_losses += 1;
            for mut cut in world.after_power_loss(self.reader) {
                if self.cuts.insert(cut.digest()) {
                    self.judge_power_loss(&cut).map_err(|wrong| format!("{wrong}\n{}", self.steps(&cut)))?;
                    self.keep_view(&mut cut)?;
                    open.push(cut);
                }
            }
        }
        Ok(())
    }

    /// Writers of one line are alike but for their names: it is enough that they begin in one order.
    fn is_later_twin(&self, world: &World, actor: usize) -> bool {
        let is_twin = |other: &usize| matches!(self.roles[*other], Role::One(_));
        let is_idle = |other: usize| world.stages[other] == Stage::Idle;
        is_twin(&actor) && is_idle(actor) && (0..actor).filter(is_twin).any(is_idle)
    }

    fn add_step(&mut self, world: &World, actor: usize, fails: bool, open: &mut Vec<World>) -> Verdict {
        let (mut next, ended) = world.after_step(actor, &mut self.scripts[actor], fails)?;
        if actor == self.reader && world.stages[actor] == Stage::Idle {
            next.before = world.acknowledged.clone();
        }
        if let Some(ended) = ended {
            let ended = self.end(&mut next, actor, ended);
            ended.map_err(|wrong| format!("{wrong}\n{}", self.steps(&next)))?;
        }
        match actor == self.reader {
            true => {
                self.found.steps += 1;
                open.push(next);
                Ok(())
            }
            false => self.add(next, open),
        }
    }

    /// A process has ended: what it tells must fit to what was told before.
    fn end(&self, world: &mut World, actor: usize, ended: Ended) -> Verdict {
        match ended {
            Ended::Stored(Ok(first)) => {
                for (offset, name) in (first as usize..).zip(self.roles[actor].names()) {
                    let length = world.acknowledged.len().max(offset + 1);
                    world.acknowledged.resize(length, b' ');
                    if std::mem::replace(&mut world.acknowledged[offset], name) != b' ' {
                        return Err(format!("two lines were acknowledged at offset {offset}"));
                    }
                }
            }
            // A flush failed, or another process' did.
            Ended::Stored(Err(_)) if world.has_flush_failed() => {}
            Ended::Stored(Err(error)) => return Err(error),
            Ended::Read(read) => {
                let lines = read?;
                if !world.has_lost_power() {
                    check_kept(&world.before, &lines)?;
                }
                if world.has_crashed() && world.has_flush_failed() {
                    world.seen.clear();
                }
                self.look(&mut world.seen, lines)?;
                world.stages[actor] = Stage::Idle;
                world.before.clear();
            }
        }
        Ok(())
    }

    /// A writer has done something: a reader looks at what came of it.
    fn add(&mut self, mut next: World, open: &mut Vec<World>) -> Verdict {
        self.found.steps += 1;
        let judged = self.read_now(&next).and_then(|lines| {
            let Some(lines) = lines else { return Ok(()) };
            // Whoever holds a lock may be about to take in what a dead one left, or a power loss: until then the head
            // does not vouch for it, and readers do not see it.
            let is_held = next.locks.is_any_held();
            if !(is_held && next.has_lost_power()) {
                check_kept(&next.acknowledged, &lines)?;
            }
            // A line whose writer died may be seen for a moment, be joined by another, and be taken back with it when
            // their flush fails.
            if next.has_crashed() && next.has_flush_failed() {
                next.seen.clear();
            }
            if lines.len() < next.seen.len() && !is_held {
                return Err(format!("{:?} was seen, but there is {:?}", text(&next.seen), text(&lines)));
            }
            self.look(&mut next.seen, lines)
        });
        judged.map_err(|wrong| format!("{wrong}\n{}", self.steps(&next)))?;
        let from = next.view;
        self.keep_view(&mut next)?;
        if let Some(views) = &mut self.views {
            views.step(from, next.view);
        }
        open.push(next);
        Ok(())
    }

    /// What a reader sees that has all the time to itself; nothing when it has to wait.
    fn read_now(&mut self, world: &World) -> Result<Option<Vec<u8>>, String> {
        self.read_at(&world.disk, &world.locks)
    }

    /// The same for a disk and who holds what.
    pub(super) fn read_at(&mut self, disk: &SimulatedDisk, locks: &Locks) -> Result<Option<Vec<u8>>, String> {
        let mut hasher = Xxh3::new();
        disk.hash_seen(&mut hasher);
        locks.hash_seen(&mut hasher);
        let key = hasher.digest128();
        if let Some(read) = self.looks.get(&key) {
            return read.clone();
        }
        let read = match self.run(disk, &mut locks.clone(), self.reader) {
            Some(Ended::Read(read)) => read.map(Some),
            _ => Ok(None),
        };
        self.looks.insert(key, read.clone());
        read
    }

    /// Runs a process to its end, unless it has to wait or looks for ever.
    fn run(&mut self, disk: &SimulatedDisk, locks: &mut Locks, actor: usize) -> Option<Ended> {
        let (script, mut state) = (&mut self.scripts[actor], 0);
        loop {
            match script.next(state) {
                Next::Ended(ended) => return Some(ended),
                Next::Asks(call) if !locks.allow(&call) || script.calls(state) > CALLS_MAX => {
                    return None;
                }
                Next::Asks(call) => {
                    let told = call.make(disk, locks, (actor, script.calls(state)));
                    state = script.tell(state, told);
                }
            }
        }
    }

    /// Somebody has seen these lines: such as were written, each once, batches whole, and nothing else than was seen
    /// before.
    pub(super) fn look(&self, seen: &mut Vec<u8>, lines: Vec<u8>) -> Verdict {
        let is_once = |name: &u8| lines.iter().filter(|other| *other == name).count() == 1;
        let is_whole = |role: &Role| match role {
            Role::Batch(one, two) => {
                let at = |name| lines.iter().position(|other| *other == name);
                at(*one).map(|at| at + 1) == at(*two)
            }
            _ => true,
        };
        if lines.contains(&b'?') || !lines.iter().all(is_once) || !self.roles.iter().all(is_whole) {
            return Err(format!("nobody wrote {:?}", text(&lines)));
        }
        if !lines.starts_with(seen) && !seen.starts_with(&lines) {
            return Err(format!("{:?} was seen, but there is {:?}", text(seen), text(&lines)));
        }
        if lines.len() > seen.len() {
            *seen = lines;
        }
        Ok(())
    }

    fn judge_power_loss(&mut self, cut: &World) -> Verdict {
        let mut cut = cut.clone();
        let lines = self.read_now(&cut)?.ok_or("a reader waits for nobody")?;
        check_kept(&cut.acknowledged, &lines)?;
        cut.seen.clear();
        self.look(&mut cut.seen, lines)
    }

    /// Nobody is left: the stream goes on from what was seen.
    fn judge_end(&mut self, world: &World) -> Verdict {
        if !self.ends.insert(world.digest()) {
            return Ok(());
        }
        let mut world = World { disk: world.disk.copied(), ..world.clone() };
        let lines = self.read_now(&world)?.ok_or("a reader waits for nobody")?;
        check_kept(&world.acknowledged, &lines)?;
        let Some(Ended::Stored(stored)) = self.run(&world.disk, &mut world.locks, self.last) else {
            return Err("a writer waits for nobody".to_owned());
        };
        let first = stored? as usize;
        let more = self.read_now(&world)?.ok_or("a reader waits for nobody")?;
        match more.starts_with(&lines) && more.get(first..) == Some(b"xy") {
            true => Ok(()),
            false => Err(format!("{:?} became {:?} at the end", text(&lines), text(&more))),
        }
    }
}

pub fn text(names: &[u8]) -> String {
    String::from_utf8_lossy(names).into_owned()
}

/// Whether what was acknowledged is there.
pub fn check_kept(told: &[u8], lines: &[u8]) -> Verdict {
    let is_kept =
        told.iter().enumerate().all(|(offset, name)| *name == b' ' || lines.get(offset) == Some(name));
    match is_kept {
        true => Ok(()),
        false => Err(format!("{:?} was acknowledged, but there is {:?}", text(told), text(lines))),
    }
}
