//! Readers that are overtaken at any of their calls. A reader changes nothing, and takes no lock but the two that writers
//! wait for (each of its calls is held to that), so that writers do with it what they do without it, some of it later.
//! What it is told depends on nothing but what there is to see. So the steps of the writers are kept as steps from one view
//! to another, and a reader is let go over the views, with any number of steps between its calls. That there are more ways
//! over the views than the writers can go makes the judgement stricter, not weaker.

use std::collections::{HashMap, HashSet};
use std::io;

use xxhash_rust::xxh3::Xxh3;

use super::Ended;
use super::explorer::{Explorer, Verdict, check_kept, text};
use super::machine::Locks;
use super::script::{Call, Next, Told};
use super::world::World;
use crate::sys::simulated::SimulatedDisk;

/// All that readers can be told at a moment, and what they must be told.
pub struct View {
    disk: SimulatedDisk,
    locks: Locks,
    acknowledged: Vec<u8>,
    /// The most that anybody has seen who looked at once.
    seen: Vec<u8>,
    /// What a reader sees that looks at once.
    look: Option<Vec<u8>>,
    has_lost_power: bool,
    /// Whether what was seen may be taken back.
    may_go: bool,
    next: Vec<usize>,
}

/// The views that writers can bring about, and their steps from one to another.
#[derive(Default)]
pub struct Views {
    all: Vec<View>,
    known: HashMap<u128, usize>,
    /// Disks that look the same are kept once.
    disks: HashMap<u128, SimulatedDisk>,
    steps: HashSet<(usize, usize)>,
}

impl Views {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// A digest of them all, whatever their order.
    pub fn digest(&self) -> u128 {
        self.known.keys().fold(0, |all, one| all ^ one)
    }

    /// The view of a world in which `look` is seen.
    pub fn of(&mut self, world: &World, look: Option<Vec<u8>>) -> usize {
        let mut hasher = Xxh3::new();
        world.disk.hash_seen(&mut hasher);
        let disk = hasher.digest128();
        world.locks.hash_seen(&mut hasher);
        let may_go = world.has_crashed() && world.has_flush_failed();
        let names = (world.acknowledged.as_slice(), world.seen.as_slice());
        std::hash::Hash::hash(&(names, may_go, world.has_lost_power()), &mut hasher);
        let (disks, all) = (&mut self.disks, &mut self.all);
        *self.known.entry(hasher.digest128()).or_insert_with(|| {
            all.push(View {
                disk: disks.entry(disk).or_insert_with(|| world.disk.copied()).clone(),
                locks: world.locks.clone(),
                acknowledged: world.acknowledged.clone(),
                seen: world.seen.clone(),
                look,
                has_lost_power: world.has_lost_power(),
                may_go,
                next: Vec::new(),
            });
            all.len() - 1
        })
    }

    /// A step of a writer.
    pub fn step(&mut self, from: usize, to: usize) {
        if from != to && self.steps.insert((from, to)) {
            self.all[from].next.push(to);
        }
    }
}

/// A reader on its way.
struct Reading {
    view: usize,
    state: usize,
    /// The view at which it began.
    begun: usize,
    mine: Locks,
    /// Whether it has once waited for a lock in vain.
    was_late: bool,
}

/// What a reader saw that nobody had seen who looked at once; and who comes later.
struct Ahead {
    view: usize,
    lines: Vec<u8>,
}

impl Explorer {
    /// Lets a reader go over all views.
    pub fn overtake_readers(&mut self, views: &Views) -> Verdict {
        let (mut known, mut begins) = (HashSet::new(), HashMap::<&[u8], usize>::new());
        let mut ahead = Vec::new();
        for begun in 0..views.all.len() {
            let mut open = vec![self.begin_reading(&views.all[begun], begun)];
            while let Some(reading) = open.pop() {
                let before = &*views.all[reading.begun].acknowledged;
                let number = begins.len();
                let begin = *begins.entry(before).or_insert(number);
                if !known.insert((reading.view as u32, reading.state as u32, begin as u32)) {
                    continue;
                }
                let gone = self.read_on(views, &reading, &mut open, &mut ahead);
                gone.map_err(|wrong| format!("{wrong}\n{}", self.told_to(reading.state)))?;
            }
        }
        self.found.readings = known.len();
        self.look_behind(views, ahead)
    }

    fn begin_reading(&mut self, view: &View, begun: usize) -> Reading {
        let mine = view.locks.of(self.reader);
        self.go_on_reading(view, Reading { view: begun, state: 0, begun, mine, was_late: false })
    }

    /// Makes the calls that might as well have been made earlier or later.
    fn go_on_reading(&mut self, view: &View, mut reading: Reading) -> Reading {
        let script = &mut self.scripts[self.reader];
        let mut locks = view.locks.with(&reading.mine);
        while let Next::Asks(call) = script.next(reading.state)
            && call.is_quiet(&view.disk, &locks, self.reader)
        {
            let told = call.make(&view.disk, &mut locks, (self.reader, script.calls(reading.state)));
            reading.state = script.tell(reading.state, told);
        }
        reading
    }

    /// All that may come next: writers make steps, or the reader its call.
    fn read_on(
        &mut self,
        views: &Views,
        reading: &Reading,
        open: &mut Vec<Reading>,
        ahead: &mut Vec<Ahead>,
    ) -> Verdict {
        let view = &views.all[reading.view];
        let call = match self.scripts[self.reader].next(reading.state) {
            Next::Ended(Ended::Read(read)) => return self.judge_reading(views, reading, read?, ahead),
            Next::Ended(Ended::Stored(_)) => unreachable!("a reader stores nothing"),
            Next::Asks(call) => call,
        };
        if !call.is_readers() {
            return Err(format!("a reader makes {call:?}"));
        }
        // One that has not made its first call begins later as well.
        if self.scripts[self.reader].calls(reading.state)
            > self.scripts[self.reader].calls(self.first_of_reader)
        {
            let next = view.next.iter().filter(|&&next| views.all[next].locks.fit(&reading.mine));
            open.extend(next.map(|&view| Reading { view, mine: reading.mine.clone(), ..*reading }));
        }
        if reading.mine.hold_something() {
            self.look_beside(view, &reading.mine)?;
        }
        let mut locks = view.locks.with(&reading.mine);
        let (is_free, mut was_late) = (locks.allow(&call), reading.was_late);
        if !is_free && was_late {
            return Ok(());
        }
        let script = &mut self.scripts[self.reader];
        let told = match is_free {
            true => call.make(&view.disk, &mut locks, (self.reader, script.calls(reading.state))),
            false => Told::Failed(io::ErrorKind::TimedOut),
        };
        was_late |= !is_free;
        let (state, mine) = (script.tell(reading.state, told), locks.of(self.reader));
        open.push(self.go_on_reading(view, Reading { state, mine, was_late, ..*reading }));
        Ok(())
    }

    /// Another reader looks while one holds locks.
    fn look_beside(&mut self, view: &View, mine: &Locks) -> Verdict {
        let Some(lines) = self.read_at(&view.disk, &view.locks.with(mine))? else { return Ok(()) };
        if !view.has_lost_power {
            check_kept(&view.acknowledged, &lines)?;
        }
        let mut seen = if view.may_go { Vec::new() } else { view.seen.clone() };
        self.look(&mut seen, lines)
    }

    fn judge_reading(
        &mut self,
        views: &Views,
        reading: &Reading,
        lines: Vec<u8>,
        ahead: &mut Vec<Ahead>,
    ) -> Verdict {
        let view = &views.all[reading.view];
        if !view.has_lost_power {
            check_kept(&views.all[reading.begun].acknowledged, &lines)?;
        }
        let mut seen = if view.may_go { Vec::new() } else { view.seen.clone() };
        self.look(&mut seen, lines.clone())?;
        if !view.may_go && lines.len() > view.seen.len() {
            ahead.push(Ahead { view: reading.view, lines });
        }
        Ok(())
    }

    /// Whoever looks later must see what a slow reader has seen before all others.
    fn look_behind(&mut self, views: &Views, ahead: Vec<Ahead>) -> Verdict {
        let (mut open, mut known) = (ahead, HashSet::new());
        while let Some(Ahead { view: at, lines }) = open.pop() {
            let view = &views.all[at];
            if view.may_go || view.seen.starts_with(&lines) || !known.insert((at, lines.clone())) {
                continue;
            }
            let look = view.look.as_ref().unwrap_or(&lines);
            let is_less = look.len() < lines.len() && !view.locks.is_any_held();
            if !lines.starts_with(&view.seen)
                || !lines.starts_with(look) && !look.starts_with(&lines)
                || is_less
            {
                return Err(format!("{:?} was seen, but there is {:?}", text(&lines), text(look)));
            }
            open.extend(view.next.iter().map(|&view| Ahead { view, lines: lines.clone() }));
        }
        self.found.ahead = known.len();
        Ok(())
    }

    /// What a reader asked, and was told.
    fn told_to(&self, state: usize) -> String {
        let all = self.scripts[self.reader].history(state);
        let line = |(call, told): (&Call, &Told)| {
            let (call, told) = (format!("{call:?}"), format!("{told:?}"));
            format!("  Reader: {} {}", call, told.chars().take(90).collect::<String>())
        };
        all.into_iter().map(line).collect::<Vec<_>>().join("\n")
    }
}
