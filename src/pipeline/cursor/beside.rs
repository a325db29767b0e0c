//! A second thread that takes the fields out of the later part of each block while the first one is still at the
//! earlier part. The events come in their order, from the first thread alone, and are the same as without the second:
//! it only spares the first one some looking. A line that is no event is left to the first.

use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};

use crate::event::buffer::Buffer;
use crate::event::scan::Extractor;
use crate::event::scan::extracted::Extracted;
use crate::sys::thread;

/// From how many bytes on an input is worth a thread.
const WORTH_BYTES: usize = 4 << 20;

/// From how many bytes on a block is worth a message.
const BLOCK_BYTES: usize = 64 << 10;

/// In so many shares a block is cut.
const SHARES: usize = 16;

/// What stands for no place in a block.
const NOWHERE: usize = usize::MAX;

/// The part of the block at hand that is looked at beside.
pub(super) struct Beside {
    /// Looks at lines in the second thread; given away when that begins.
    extractor: Option<Extractor>,
    helper: Option<Helper>,
    /// How many bytes came before there was a thread.
    seen: usize,
    /// How many shares of a block are not given away.
    own: usize,
    /// Where the lines begin whose fields come from beside.
    at: usize,
    /// Whether it is still being looked at.
    is_pending: bool,
    extracted: Extracted,
}

/// The ways to the second thread and back; it ends when they do.
struct Helper {
    tasks: Sender<Task>,
    done: Receiver<Extracted>,
}

/// The part of a block from `start` on.
struct Task {
    block: Buffer,
    start: usize,
    /// Takes what is found.
    extracted: Extracted,
}

impl Beside {
    /// With an extractor a second thread takes part, once the input is long enough.
    pub(super) fn new(extractor: Option<Extractor>) -> Beside {
        Beside {
            extractor,
            helper: None,
            seen: 0,
            own: SHARES / 2,
            at: NOWHERE,
            is_pending: false,
            extracted: Extracted::default(),
        }
    }

    /// The block at hand is done with; call it before it is filled again.
    pub(super) fn end(&mut self) {
        if self.is_pending {
            self.receive();
        }
        self.at = NOWHERE;
    }

    /// A block is at hand.
    pub(super) fn begin(&mut self, block: &Buffer) {
        if block.len() < BLOCK_BYTES || !self.is_there(block.len()) {
            return;
        }
        let Some(helper) = &self.helper else { return };
        let own = &block[..block.len() / SHARES * self.own];
        let Some(newline) = memchr::memrchr(b'\n', own) else { return };
        let extracted = std::mem::take(&mut self.extracted);
        let task = Task { block: block.clone(), start: newline + 1, extracted };
        if helper.tasks.send(task).is_ok() {
            (self.at, self.is_pending) = (newline + 1, true);
        }
    }

    /// Whether there is a second thread; it begins when the input is long enough.
    fn is_there(&mut self, bytes: usize) -> bool {
        if self.helper.is_none() && self.extractor.is_some() {
            self.seen += bytes;
            if self.seen >= WORTH_BYTES {
                self.helper = self.extractor.take().and_then(Helper::begin);
            }
        }
        self.helper.is_some()
    }

    /// Where the lines begin that are looked at beside.
    pub(super) fn from(&self) -> usize {
        self.at
    }

    /// Puts the lines that begin at `start` into `extracted`, if they were looked at beside; gives whether there are any.
    pub(super) fn take(&mut self, start: usize, extracted: &mut Extracted) -> bool {
        if start != self.at {
            return false;
        }
        self.at = NOWHERE;
        if self.is_pending {
            self.receive();
        }
        std::mem::swap(extracted, &mut self.extracted);
        true
    }

    /// Waits for what was found. Whoever has to wait gives away less the next time, and more when it was there.
    #[inline(never)]
    fn receive(&mut self) {
        self.is_pending = false;
        let Some(helper) = &self.helper else { return };
        let found = match helper.done.try_recv() {
            Err(TryRecvError::Empty) => {
                self.own = (self.own + 1).min(SHARES - 1);
                helper.done.recv().ok()
            }
            found => {
                self.own = (self.own - 1).max(1);
                found.ok()
            }
        };
        match found {
            Some(extracted) => self.extracted = extracted,
            None => self.helper = None,
        }
    }
}

impl Helper {
    /// Begins a thread, if the system has one.
    fn begin(mut extractor: Extractor) -> Option<Helper> {
        let (tasks, wanted) = channel::<Task>();
        let (found, done) = channel();
        let work = move || {
            for Task { block, start, mut extracted } in wanted {
                // The first thread comes to a line that is no event, too, and says so.
                let _ = extractor.extract_lines(&block[start..], usize::MAX, &mut extracted);
                // Whoever gets the answer fills the block again.
                drop(block);
                if found.send(extracted).is_err() {
                    return;
                }
            }
        };
        thread::beside(work).then_some(Helper { tasks, done })
    }
}
