//! Dead letters: events that a command could not take, with the reason, in a stream of their own.

use std::path::PathBuf;
use std::sync::Arc;

use super::Batch;
use super::attempt::Failed;
use crate::error::Result;
use crate::event::value::write_string;
use crate::log::Stream;
use crate::log::writer::Sync;
use crate::sys::clock::Clock;
use crate::sys::storage::{Patience, Storage};
use crate::time::timestamp::Timestamp;

/// How many of the last lines of standard error are kept.
const COMPLAINT_LINES: usize = 10;

/// The stream that takes them.
pub struct DeadLetters {
    /// The disk.
    pub storage: Arc<dyn Storage>,
    /// The directory of the stream; it is made for the first dead letter.
    pub path: PathBuf,
    /// Tells when.
    pub clock: Arc<dyn Clock>,
    /// The name of the stream that the events are from.
    pub source: String,
    /// The consumer.
    pub consumer: String,
}

impl DeadLetters {
    /// Appends every event of a batch, in one append; gives how many there are.
    pub fn put(&mut self, batch: &Batch, why: &Failed) -> Result<u64> {
        let now = Timestamp(self.clock.now());
        let mut lines = Vec::new();
        for (offset, event) in batch.each() {
            // The same event makes the same id, so that one that died twice can be told.
            lines.extend_from_slice(b"{\"eventId\":");
            write_string(format!("{}/{}/{offset}", self.source, self.consumer).as_bytes(), &mut lines);
            lines.extend_from_slice(
                format!(",\"eventType\":\"DeadLetter\",\"timestamp\":\"{now}\",\"streamId\":").as_bytes(),
            );
            write_string(self.source.as_bytes(), &mut lines);
            lines.extend_from_slice(b",\"data\":{\"consumer\":");
            write_string(self.consumer.as_bytes(), &mut lines);
            lines.extend_from_slice(format!(",\"offset\":{offset},\"reason\":").as_bytes());
            write_string(why.reason.as_bytes(), &mut lines);
            lines.extend_from_slice(format!(",\"attempts\":{},\"complaint\":", why.attempts).as_bytes());
            write_string(last_lines(&why.complaint).as_bytes(), &mut lines);
            lines.extend_from_slice(b",\"event\":");
            lines.extend_from_slice(event);
            lines.extend_from_slice(b"}}\n");
        }
        let stream = Stream::create(self.storage.clone(), &self.path)?;
        let (mut writer, _) = stream.writer(Patience::Forever, Sync::End)?;
        writer.append(&lines, batch.events.len() as u64)?;
        writer.finish()?;
        Ok(batch.events.len() as u64)
    }
}

fn last_lines(complaint: &[u8]) -> String {
    let text = String::from_utf8_lossy(complaint);
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(COMPLAINT_LINES)..].join("\n")
}
