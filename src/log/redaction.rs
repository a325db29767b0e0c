//! Redaction: a tombstone takes the place of an event, and a line in `.bourn/redactions.jsonl` says so. The line is
//! written first, so that a redaction which died half-way is told and can be done again.

use std::io;
use std::path::Path;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::Stream;
use super::audit::tombstone::Tombstone;
use super::files::{for_each_piece, parent_of, read_range, remove_if_there};
use super::merkle;
use super::segment::Segment;
use super::writer::{Sync, Writer};
use crate::error::{Error, Result};
use crate::event::line::Offset;
use crate::sys::storage::{File, Open, Patience};

/// A redaction that was logged.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The offset of the event.
    pub(super) offset: u64,
    /// The leaf hash of the line that stood there.
    pub(super) leaf: String,
    reason: String,
    /// The first offset of the segment, and what the segment is afterwards.
    pub(super) segment: u64,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// The entry as the event that it is written as.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(rename = "eventId")]
    event_id: String,
    #[serde(rename = "eventType")]
    event_type: String,
    timestamp: String,
    data: Entry,
}

/// What a redaction is.
pub struct Redaction<'r> {
    /// The event.
    pub offset: Offset,
    /// Why.
    pub reason: &'r str,
    /// When, in RFC 3339.
    pub at: &'r str,
    /// A new id for the entry in the log of redactions.
    pub event_id: &'r str,
    /// The members of the event that stay.
    pub keep: &'r [String],
}

/// A line within a segment.
struct Spot {
    start: u64,
    line: Vec<u8>,
}

impl Stream {
    /// The redactions that were logged, in order.
    pub(super) fn redactions(&self) -> Result<Vec<Entry>> {
        let path = self.inside("redactions.jsonl");
        let text = match self.storage.open(&path, Open::Read, true) {
            Ok(file) => {
                let read = file.metadata().and_then(|metadata| read_range(&*file, 0, metadata.bytes));
                read.map_err(|cause| self.failed("read", &path, &cause))?
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(self.failed("open", &path, &cause)),
        };
        // A line that a dead process left unfinished never counted.
        let whole = memchr::memrchr(b'\n', &text).map_or(0, |last| last + 1);
        let lines = text[..whole].split(|&byte| byte == b'\n').enumerate();
        lines
            .filter(|(_, line)| !line.is_empty())
            .map(|(number, line)| {
                let written: Result<Written, _> = serde_json::from_slice(line);
                written.map(|written| written.data).map_err(|_| {
                    Error::data("this is no entry of the log of redactions")
                        .hint("bring the file back from a copy")
                        .at(&self.show(&path), number as u64 + 1)
                })
            })
            .collect()
    }

    /// Whether `size` may be that of a segment which was sealed with `sealed` bytes: redactions change it, and one
    /// that died half-way has not.
    pub(super) fn is_sealed_size(&self, segment: Offset, sealed: u64, size: u64) -> Result<bool> {
        let is_redacted = |entry: &Entry| entry.segment == segment.0 && entry.bytes == size;
        Ok(size == sealed || self.redactions()?.iter().any(is_redacted))
    }

    /// Replaces an event by a tombstone; gives the tombstone, and what there is to say about the last append.
    pub fn redact(&self, redaction: &Redaction<'_>, patience: Patience) -> Result<(Tombstone, Vec<String>)> {
        let (mut writer, warnings) = self.writer(patience, Sync::Batch)?;
        let segment = self.sealed_segment_of(&mut writer, redaction.offset)?;
        let failed = |cause| self.failed("read", &segment.path, &cause);
        let file = self.storage.open(&segment.path, Open::Read, true).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.bytes;
        let spot = find(&*file, size, redaction.offset.0 - segment.first.0).map_err(failed)?;
        let Some(spot) = spot else {
            return Err(Error::data(format!("event {} is missing", redaction.offset))
                .hint(format!("bourn audit verify {} tells what is wrong", self.name))
                .source(&self.show(&segment.path)));
        };
        if Tombstone::parse(&spot.line).is_some() {
            return Err(Error::usage(format!(
                "event {} of {} is redacted already",
                redaction.offset, self.name
            )));
        }
        let tombstone = Tombstone {
            leaf: merkle::leaf(&spot.line),
            reason: redaction.reason.to_owned(),
            at: redaction.at.to_owned(),
        };
        let line = tombstone.line(&kept_members(&spot.line, redaction.keep));
        self.replace_line(redaction, &segment, (&*file, size), &spot, &line)?;
        Ok((tombstone, warnings))
    }

    /// The segment that holds an event, sealed first when it is the one that is appended to: only what is never
    /// written again can be replaced as a whole.
    fn sealed_segment_of(&self, writer: &mut Writer, offset: Offset) -> Result<Segment> {
        if offset >= writer.next() {
            return Err(Error::usage(format!(
                "{} has {} events, so there is no {offset}",
                self.name,
                writer.next()
            ))
            .hint("offsets count from 0"));
        }
        let segments = self.segments()?;
        let at = segments.iter().rposition(|segment| segment.first <= offset);
        let Some(at) = at else {
            return Err(Error::data(format!("{} has lost the segment of event {offset}", self.name))
                .hint("bring the segment files back"));
        };
        if at + 1 == segments.len() {
            writer.seal()?;
        }
        Ok(segments[at].clone())
    }

    fn replace_line(
        &self,
        redaction: &Redaction<'_>,
        segment: &Segment,
        (file, size): (&dyn File, u64),
        spot: &Spot,
        line: &str,
    ) -> Result<()> {
        let temporary = self.inside("redacted.new");
        let failed = |cause| self.failed("write", &temporary, &cause);
        let (bytes, sha256) = self.write_copy(&temporary, (file, size), spot, line).map_err(failed)?;
        let entry = Entry {
            offset: redaction.offset.0,
            leaf: merkle::to_hex(&merkle::leaf(&spot.line)),
            reason: redaction.reason.to_owned(),
            segment: segment.first.0,
            bytes,
            sha256,
        };
        self.drop_derived(segment)?;
        self.log_redaction(redaction, entry)?;
        let renamed = || {
            self.storage.rename(&temporary, &segment.path)?;
            self.storage.restrict(&segment.path, false)?;
            self.storage.sync_directory(&self.directory)
        };
        renamed().map_err(|cause| self.failed("replace", &segment.path, &cause))?;
        if let Ok(file) = self.storage.open(&segment.path, Open::Read, true) {
            self.make_index(segment, &*file, bytes);
        }
        Ok(())
    }

    /// Deletes what is derived from the segment and holds a hash of what goes away: the ids, which the next append that
    /// needs them makes again, and the indexes. The flush of the directory comes with the entry in the log.
    fn drop_derived(&self, segment: &Segment) -> Result<()> {
        let [index, entities] = self.index_paths(segment.first);
        for path in [self.inside(&format!("{:020}.ids", segment.first.0)), index, entities] {
            remove_if_there(&self.storage, &path).map_err(|cause| self.failed("delete", &path, &cause))?;
        }
        Ok(())
    }

    /// Writes the segment with the line replaced, flushed; gives its size and SHA-256.
    fn write_copy(
        &self,
        target: &Path,
        (file, size): (&dyn File, u64),
        spot: &Spot,
        line: &str,
    ) -> io::Result<(u64, String)> {
        // One that was left by a redaction that died may be read-only by now, or even be the segment itself.
        remove_if_there(&self.storage, target)?;
        let copy = self.storage.open(target, Open::CreateNew, true)?;
        let (mut position, mut sha256, mut written) = (0, Sha256::new(), Ok(()));
        let mut write = |bytes: &[u8]| {
            if written.is_ok() {
                written = copy.write_all_at(bytes, position);
                sha256.update(bytes);
                position += bytes.len() as u64;
            }
        };
        for_each_piece(file, 0, spot.start, &mut write)?;
        write(line.as_bytes());
        for_each_piece(file, spot.start + spot.line.len() as u64, size, &mut write)?;
        written?;
        copy.sync()?;
        Ok((position, merkle::to_hex(&sha256.finalize().into())))
    }

    fn log_redaction(&self, redaction: &Redaction<'_>, entry: Entry) -> Result<()> {
        let path = self.inside("redactions.jsonl");
        let written = Written {
            event_id: redaction.event_id.to_owned(),
            event_type: "EventRedacted".to_owned(),
            timestamp: redaction.at.to_owned(),
            data: entry,
        };
        let write = || {
            let mut line = serde_json::to_vec(&written).map_err(io::Error::other)?;
            line.push(b'\n');
            let file = self.storage.open(&path, Open::Create, true)?;
            let size = file.metadata()?.bytes;
            let text = read_range(&*file, 0, size)?;
            let whole = memchr::memrchr(b'\n', &text).map_or(0, |last| last + 1) as u64;
            file.write_all_at(&line, whole)?;
            file.truncate(whole + line.len() as u64)?;
            file.sync()?;
            self.storage.sync_directory(parent_of(&path))
        };
        write().map_err(|cause| self.failed("write", &path, &cause))
    }
}

/// Line `number` of a file.
fn find(file: &dyn File, size: u64, number: u64) -> io::Result<Option<Spot>> {
    let (mut newlines, mut start, mut line, mut is_over) = (0, 0, Vec::new(), false);
    for_each_piece(file, 0, size, |piece| {
        let mut rest = piece;
        while newlines < number {
            let Some(length) = memchr::memchr(b'\n', rest) else {
                start += rest.len() as u64;
                return;
            };
            newlines += 1;
            start += length as u64 + 1;
            rest = &rest[length + 1..];
        }
        if !is_over {
            let end = memchr::memchr(b'\n', rest);
            line.extend_from_slice(&rest[..end.unwrap_or(rest.len())]);
            is_over = end.is_some();
        }
    })?;
    Ok((newlines == number && (is_over || !line.is_empty())).then_some(Spot { start, line }))
}

/// The members of an event with these names, each as `"name":value`, the value as it stood.
fn kept_members(line: &[u8], names: &[String]) -> Vec<String> {
    let members: IndexMap<String, &RawValue> = serde_json::from_slice(line).unwrap_or_default();
    let kept = members.iter().filter(|(name, _)| names.contains(name));
    kept.map(|(name, value)| format!("{}:{value}", serde_json::Value::from(name.as_str()))).collect()
}
