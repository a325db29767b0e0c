//! Writers and a reader on one disk, and all that may happen next: any of them makes its next call, dies before it or
//! inside it, or its flush fails; and the power may go.

use std::hash::Hash;
use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use super::Ended;
use super::machine::Locks;
use super::script::{Call, Next, Script};
use crate::sys::simulated::SimulatedDisk;

/// Beyond so many unflushed changes not every subset of them is played at a power loss.
const POWER_LIMIT: u32 = 4;

/// What may still go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Budget {
    pub crashes: u32,
    pub failed_flushes: u32,
    pub power_losses: u32,
}

/// Where a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Not begun.
    Idle,
    /// At this state of its script; `half` of its write is done.
    Runs {
        state: usize,
        half: bool,
    },
    Over,
}

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Step,
    FailedFlush,
    Dies,
    /// Number so and so of the disks that a power loss may leave.
    PowerLoss(usize),
}

/// All processes, and what is between them.
#[derive(Clone)]
pub struct World {
    pub disk: SimulatedDisk,
    pub locks: Locks,
    pub stages: Vec<Stage>,
    /// Where processes begin: at their first calls that are not quiet.
    pub starts: Arc<[usize]>,
    pub budget: Budget,
    /// What was acknowledged to writers: the names of the lines by their offsets; a space where nothing was.
    pub acknowledged: Vec<u8>,
    /// The most that anybody has seen.
    pub seen: Vec<u8>,
    /// What was acknowledged when the reader began.
    pub before: Vec<u8>,
    /// What might go wrong at first.
    pub at_first: Budget,
    pub path: Option<Arc<Taken>>,
    /// What there is to see, when that is kept.
    pub view: usize,
    /// Whether all that differs counts as different, to test what is left out otherwise.
    pub is_plain: bool,
}

/// The steps that led to a world, the last one first.
pub struct Taken {
    pub actor: usize,
    pub state: usize,
    pub event: Event,
    pub before: Option<Arc<Taken>>,
}

impl World {
    /// Worlds with the same digest go on in the same way. What of the disk is flushed is told by a power loss only: when
    /// none is to come, it makes no difference.
    pub fn digest(&self) -> u128 {
        let mut hasher = Xxh3::new();
        match self.budget.power_losses > 0 || self.is_plain {
            true => self.disk.hash(&mut hasher),
            false => self.disk.hash_seen(&mut hasher),
        }
        (&self.stages, self.budget).hash(&mut hasher);
        for names in [&self.acknowledged, &self.seen, &self.before] {
            names.hash(&mut hasher);
        }
        hasher.digest128()
    }

    /// What a power loss can depend on.
    pub fn digest_of_disk(&self) -> u128 {
        let mut hasher = Xxh3::new();
        self.disk.hash(&mut hasher);
        self.stages.iter().for_each(|stage| (*stage == Stage::Idle).hash(&mut hasher));
        (&self.acknowledged, self.budget).hash(&mut hasher);
        hasher.digest128()
    }

    pub fn is_at_work(&self, actor: usize) -> bool {
        matches!(self.stages[actor], Stage::Runs { .. })
    }

    /// Whether a flush has failed on the way here.
    pub fn has_flush_failed(&self) -> bool {
        self.budget.failed_flushes < self.at_first.failed_flushes
    }

    /// Whether a writer has died.
    pub fn has_crashed(&self) -> bool {
        self.budget.crashes < self.at_first.crashes
    }

    /// Whether the power went.
    pub fn has_lost_power(&self) -> bool {
        self.budget.power_losses < self.at_first.power_losses
    }

    /// Whether nobody can tell whether something is flushed, nor can a flush fail.
    fn needs_no_flushes(&self) -> bool {
        self.budget.power_losses == 0 && self.budget.failed_flushes == 0 && !self.is_plain
    }

    fn copied(&self, actor: usize, event: Event) -> World {
        let state =
            if let Stage::Runs { state, .. } = self.stages[actor] { state } else { self.starts[actor] };
        let path = Some(Arc::new(Taken { actor, state, event, before: self.path.clone() }));
        World { disk: self.disk.copied(), path, ..self.clone() }
    }

    /// Process `actor` dies here.
    pub fn after_crash(&self, actor: usize) -> World {
        let mut world = self.copied(actor, Event::Dies);
        world.locks.free_all_of(actor);
        world.stages[actor] = Stage::Over;
        world.budget.crashes -= 1;
        world
    }

    /// Every world that a power loss may leave: whoever had begun is dead.
    pub fn after_power_loss(&self, reader: usize) -> Vec<World> {
        let cuts = self.disk.after_power_cut(POWER_LIMIT).into_iter().enumerate();
        let cut = |(number, disk)| {
            let mut world = World { disk, ..self.copied(reader, Event::PowerLoss(number)) };
            world.locks.free_all();
            let dead = world.stages.iter_mut().filter(|stage| matches!(stage, Stage::Runs { .. }));
            dead.for_each(|stage| *stage = Stage::Over);
            world.stages[reader] = Stage::Idle;
            world.before.clear();
            world.seen.clear();
            world.budget.power_losses -= 1;
            world
        };
        cuts.map(cut).collect()
    }

    /// Process `actor` makes its next call, or the first half of its next write; gives what it ended with when it did.
    pub fn after_step(
        &self,
        actor: usize,
        script: &mut Script<Ended>,
        fails: bool,
    ) -> Result<(World, Option<Ended>), String> {
        let mut world = self.copied(actor, if fails { Event::FailedFlush } else { Event::Step });
        let (state, half) = match self.stages[actor] {
            Stage::Runs { state, half } => (state, half),
            _ => (self.starts[actor], false),
        };
        let Next::Asks(call) = script.next(state) else { unreachable!("a process that ended is over") };
        let is_reader = actor + 1 == self.stages.len();
        if is_reader && !call.is_readers() {
            return Err(format!("a reader makes {call:?}"));
        }
        if !half && !is_reader {
            call.check_right(&world.disk, &world.locks, actor)?;
        }
        if let Some(first) = call.first_half(&world.disk).filter(|_| !half) {
            first.make(&world.disk, &mut world.locks, (actor, 0));
            world.stages[actor] = Stage::Runs { state, half: true };
            return Ok((world, None));
        }
        let told = match fails {
            true => {
                world.budget.failed_flushes -= 1;
                call.fail(&world.disk)
            }
            false => call.make(&world.disk, &mut world.locks, (actor, script.calls(state))),
        };
        let next = script.tell(state, told);
        let state = go_on(script, next, &world, actor);
        match script.next(state) {
            Next::Asks(_) => {
                world.stages[actor] = Stage::Runs { state, half: false };
                Ok((world, None))
            }
            Next::Ended(ended) => {
                world.stages[actor] = Stage::Over;
                world.locks.free_all_of(actor);
                Ok((world, Some(ended)))
            }
        }
    }

    /// The next call of a process.
    pub fn next_call(&self, actor: usize, script: &Script<Ended>) -> Option<Arc<Call>> {
        let state = match self.stages[actor] {
            Stage::Idle => self.starts[actor],
            Stage::Runs { state, .. } => state,
            Stage::Over => return None,
        };
        if let Next::Asks(call) = script.next(state) { Some(call) } else { None }
    }
}

/// Makes the calls of a process that might as well have been made earlier or later.
pub fn go_on(script: &mut Script<Ended>, mut state: usize, world: &World, actor: usize) -> usize {
    let (disk, mut locks) = (&world.disk, world.locks.clone());
    while let Next::Asks(call) = script.next(state)
        && (call.is_quiet(disk, &locks, actor) || call.flushes() && world.needs_no_flushes())
    {
        let told = call.make(disk, &mut locks, (actor, script.calls(state)));
        state = script.tell(state, told);
    }
    state
}
