//! What becomes of lines that cannot be events of the job: the error that says why, or the place where they are kept.

use super::Cursor;
use crate::error::{Error, Kind, Result};
use crate::pipeline::account::Account;
use crate::pipeline::source::Next;
use crate::pipeline::{Monitor, OnError};
use crate::time::duration::Duration;

impl Cursor {
    /// Sets all lines of the block aside: they are events, but not those that were stored, at least one of them.
    #[cold]
    pub(super) fn go_around(
        &mut self,
        rot: Error,
        account: &mut Account,
        monitor: &mut dyn Monitor,
    ) -> Result<Next> {
        if self.filter.is_past(self.block.first_offset) || self.on_error == OnError::Fail {
            self.block.bytes.clear();
            self.ended = self.filter.is_past(self.block.first_offset);
            return if self.ended { Ok(Next::End) } else { Err(rot) };
        }
        for line in self.block.lines() {
            let why = Error::data(rot.what()).at(line.source, line.number);
            self.quarantine.as_ref().map_or(Ok(()), |quarantine| quarantine.set_aside(line.bytes, &why))?;
        }
        let lines = self.block.line_count();
        self.go_on(lines);
        self.rest = self.block.bytes.len();
        account.set_aside += lines;
        // A large block comes in pieces.
        let is_same = |told: &Error| told.what() == rot.what() && told.place().source == rot.place().source;
        if !self.rot.as_ref().is_some_and(is_same) {
            monitor.set_aside(&rot);
            self.rot = Some(rot);
        }
        Ok(Next::Block)
    }

    /// The operator sets the event at hand aside.
    #[cold]
    pub fn set_aside(&self, monitor: &mut dyn Monitor) -> Result<()> {
        self.keep_aside(&self.too_far_ahead("the events before it"), monitor)
    }

    /// No event was to be so late; lines may have been passed over that are wanted, so that this is not tolerated.
    #[cold]
    pub(super) fn too_late(&self, late: Duration) -> Error {
        Error::usage(format!(
            "this event is {} behind one before it, and that is more than --lateness says",
            late.short()
        ))
        .hint("say what bourn stream stat shows as lateness for 100 %, or leave --lateness away")
        .at(&self.block.source, self.number)
    }

    /// Tells of a line that is set aside, and keeps it where that is wanted.
    #[cold]
    pub(super) fn keep_aside(&self, why: &Error, monitor: &mut dyn Monitor) -> Result<()> {
        if let Some(quarantine) = &self.quarantine {
            quarantine.set_aside(&self.block.bytes[self.line.clone()], why)?;
        }
        monitor.set_aside(why);
        Ok(())
    }

    #[cold]
    pub(super) fn too_far_ahead(&self, of: &str) -> Error {
        let limit = self.horizon.as_ref().map_or(Duration(0), |horizon| horizon.limit);
        let time = self.time.map(|time| time.to_string()).unwrap_or_default();
        Error::data(format!("the event's time {time} lies more than {limit} in front of {of}"))
            .hint("correct it, or allow more with --max-ahead")
            .at(&self.block.source, self.number)
    }

    /// The error of a line that is no event; a last line that was cut off says so.
    #[cold]
    pub(super) fn misread(&self, error: Error) -> Error {
        let is_cut = self.line.end == self.block.bytes.len();
        if self.block.is_committed {
            let byte = self.block.first_byte + self.line.start as u64;
            let where_it_is = format!("offset {}, byte {byte} of the segment", self.offset);
            return error
                .hint(format!("this is rot in what was stored ({where_it_is}): bring the segment back from a copy, or pass --on-error skip to go on without it"))
                .at(&self.block.source, self.number);
        }
        let hint = if is_cut {
            "the last line has no line end and seems cut off; finish or remove it, or pass --on-error skip"
        } else {
            "correct the line, or pass --on-error skip to go on without it"
        };
        error.hint(hint).at(&self.block.source, self.number)
    }

    #[cold]
    pub(super) fn tolerate(&self, error: Error, monitor: &mut dyn Monitor) -> Result<()> {
        if self.on_error == OnError::Fail || error.kind() != Kind::Data {
            return Err(error);
        }
        self.keep_aside(&error, monitor)
    }
}
