//! Verifies a stream against everything that is kept beside its lines: seals, their chain, the head, and the log of
//! redactions; and against states that were kept elsewhere.

use sha2::{Digest, Sha256};

use super::Stream;
use super::audit::walk::{Finding, Known, Mismatch, Redacted, Walk};
use super::files::for_each_piece;
use super::head::{self, Head, Slot};
use super::merkle::{self, Frontier};
use super::recovery::{Others, extent};
use super::seal::KeptSeal;
use super::segment::Segment;
use crate::error::Result;
use crate::event::scan;
use crate::sys::storage::{File, Open};

/// What a stream was found to be.
#[derive(Debug)]
pub struct Report {
    /// The tree over all committed lines.
    pub tree: Frontier,
    /// How many segments there are.
    pub segments: u64,
    /// How many of them have a seal.
    pub seals: u64,
    /// How many lines the head does not know: others added them.
    pub foreign: u64,
    /// How many bytes at the end are a torn append, which the next one sets aside.
    pub torn: u64,
    /// What is not as it should be.
    pub findings: Vec<Finding>,
    /// The redacted events.
    pub redacted: Vec<Redacted>,
}

/// What the verification of the segments shares.
struct State<'s> {
    stream: &'s Stream,
    head: Head,
    walk: Walk,
    findings: Vec<Finding>,
    /// The seal of the segment before: its SHA-256.
    previous: Option<String>,
    seals: u64,
    torn: u64,
    /// By how much the offsets in the names of segments are off, as already told.
    shift: i128,
}

/// Adds what the states beside the lines and elsewhere say. Every state behind a difference differs, so of those
/// beside the lines one is told, and none when a file was found to be wrong before.
fn explain(findings: &mut Vec<Finding>, mismatches: &[Mismatch]) {
    let located = findings.iter().filter_map(|finding| finding.offset).min();
    let beside = mismatches.iter().find(|mismatch| !mismatch.is_kept_elsewhere);
    if located.is_none() {
        findings.extend(beside.map(|mismatch| mismatch.finding(None)));
    }
    let located = located.or(beside.map(|mismatch| mismatch.first));
    let elsewhere = mismatches.iter().filter(|mismatch| mismatch.is_kept_elsewhere);
    findings.extend(elsewhere.map(|mismatch| mismatch.finding(located)));
}

impl Stream {
    /// Reads every line and holds it against seals, head and the states in `kept`.
    pub fn verify(&self, kept: Vec<Known>) -> Result<Report> {
        let head_path = self.inside("head");
        let head = head::read(&*self.storage, &head_path)
            .map_err(|cause| self.failed("read", &head_path, &cause))?;
        let done = head::read_done(&*self.storage, &head_path)
            .map_err(|cause| self.failed("read", &head_path, &cause))?;
        let segments = self.segments()?;
        let mut known = kept;
        known.extend(done.iter().map(|slot| self.known_by_head(slot)));
        let mut findings = Vec::new();
        if head == Head::Damaged {
            findings.push(self.finding(&head_path, Some(0), None, "the head fails its checksum"));
        }
        for segment in &segments {
            match self.kept_seal(segment.first)? {
                Some(Ok(seal)) => known.push(seal.known(format!("the seal of {}", self.show(&segment.path)))),
                Some(Err(path)) => findings.push(self.finding(&path, Some(0), None, "this seal is damaged")),
                None => {}
            }
        }
        let walk = Walk::new(known);
        let mut state =
            State { stream: self, head, walk, findings, previous: None, seals: 0, torn: 0, shift: 0 };
        for (at, segment) in segments.iter().enumerate() {
            state.segment(segment, at + 1 == segments.len())?;
        }
        let State { walk, mut findings, seals, torn, .. } = state;
        let (tree, mismatches, redacted) = walk.finish();
        explain(&mut findings, &mismatches);
        self.check_redactions(&redacted, &mut findings)?;
        let foreign = tree.size().saturating_sub(done.map_or(0, |slot| slot.next().0));
        Ok(Report { tree, segments: segments.len() as u64, seals, foreign, torn, findings, redacted })
    }

    fn known_by_head(&self, slot: &Slot) -> Known {
        Known {
            source: "the head".to_owned(),
            size: slot.next().0,
            root: slot.frontier.root(),
            peaks: slot.frontier.peaks().to_vec(),
            is_kept_elsewhere: false,
        }
    }

    fn finding(&self, path: &std::path::Path, byte: Option<u64>, offset: Option<u64>, what: &str) -> Finding {
        Finding { file: self.show(path), byte, offset, what: what.to_owned() }
    }

    /// A tombstone that nobody logged is no redaction.
    fn check_redactions(&self, redacted: &[Redacted], findings: &mut Vec<Finding>) -> Result<()> {
        let logged = self.redactions()?;
        for one in redacted {
            let leaf = merkle::to_hex(&one.tombstone.leaf);
            if !logged.iter().any(|entry| entry.offset == one.offset.0 && entry.leaf == leaf) {
                let what = format!("event {} is a tombstone, but no redaction of it is logged", one.offset);
                findings.push(Finding { file: String::new(), byte: None, offset: Some(one.offset.0), what });
            }
        }
        for entry in &logged {
            if !redacted.iter().any(|one| one.offset.0 == entry.offset) {
                let what =
                    format!("the redaction of event {} is logged, but the event is there", entry.offset);
                findings.push(Finding { file: String::new(), byte: None, offset: Some(entry.offset), what });
            }
        }
        Ok(())
    }
}

impl State<'_> {
    fn segment(&mut self, segment: &Segment, is_last: bool) -> Result<()> {
        let first = self.walk.tree().size();
        let shift = i128::from(first) - i128::from(segment.first.0);
        if shift != self.shift {
            self.shift = shift;
            let what = format!(
                "by its name this segment begins at offset {}, but {first} events are before it: some are missing, or too many",
                segment.first
            );
            self.findings.push(self.stream.finding(
                &segment.path,
                Some(0),
                Some(first.min(segment.first.0)),
                &what,
            ));
        }
        let failed = |cause| self.stream.failed("read", &segment.path, &cause);
        let file = self.stream.storage.open(&segment.path, Open::Read, true).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.bytes;
        let end = if is_last { self.committed(segment, &*file, size)? } else { size };
        let mut sha256 = Sha256::new();
        let mut partial = Vec::new();
        for_each_piece(&*file, 0, end, |piece| {
            sha256.update(piece);
            let mut rest = piece;
            while let Some(length) = memchr::memchr(b'\n', rest) {
                partial.extend_from_slice(&rest[..length]);
                self.walk.line(&partial);
                partial.clear();
                rest = &rest[length + 1..];
            }
            partial.extend_from_slice(rest);
        })
        .map_err(failed)?;
        if !partial.is_empty() && !is_last {
            self.walk.line(&partial);
        }
        let sha256 = merkle::to_hex(&sha256.finalize().into());
        self.against_seal(segment, &*file, (first, size), &sha256)
    }

    /// How far the last segment is committed; notes what is missing or torn.
    fn committed(&mut self, segment: &Segment, file: &dyn File, size: u64) -> Result<u64> {
        let stream = self.stream;
        let others = Others {
            share_a_flush: stream.is_flush_shared()?,
            hold_the_lock: &|| stream.storage.is_locked(&stream.directory),
        };
        let found = extent(file, segment.first, (0, size), &self.head, &others);
        let found = found.map_err(|cause| stream.failed("read", &segment.path, &cause))?;
        if found.vouched > size || found.end > size {
            let what = format!("the file ends here, but {} bytes were stored", found.vouched.max(found.end));
            self.findings.push(stream.finding(&segment.path, Some(size), None, &what));
        } else if !found.is_pending {
            self.torn = size - found.end;
        }
        if let Head::Last(slot) = &self.head
            && slot.segment == segment.first
            && slot.state == head::State::Done
            && size >= slot.end
            && !super::recovery::matches(file, slot)
                .map_err(|cause| stream.failed("read", &segment.path, &cause))?
        {
            let what = format!("the last append (bytes {} to {}) fails its checksum", slot.start, slot.end);
            let byte = first_bad_byte(file, (slot.start, slot.end))
                .map_err(|cause| stream.failed("read", &segment.path, &cause))?;
            self.findings.push(stream.finding(
                &segment.path,
                Some(byte.unwrap_or(slot.start)),
                Some(slot.first.0),
                &what,
            ));
        }
        Ok(found.end.min(size))
    }

    /// Holds a segment against its seal, and the seal against the one before.
    fn against_seal(
        &mut self,
        segment: &Segment,
        file: &dyn File,
        (first, size): (u64, u64),
        sha256: &str,
    ) -> Result<()> {
        let stream = self.stream;
        let Some(Ok(seal)) = stream.kept_seal(segment.first)? else {
            self.previous = None;
            return Ok(());
        };
        self.seals += 1;
        if let (Some(said), Some(found)) = (&seal.previous, &self.previous)
            && said != found
        {
            let path = stream.seal_path(segment.first);
            let what = "the seal before this one is not the one it follows";
            self.findings.push(stream.finding(&path, Some(0), None, what));
        }
        self.previous = Some(seal.own_sha256.clone());
        let redacted = stream.redactions()?.into_iter().rfind(|entry| entry.segment == segment.first.0);
        let wanted = redacted.as_ref().map_or(&seal.sha256, |entry| &entry.sha256);
        // A redaction that was logged and not done leaves what was sealed; the log tells that by itself.
        if wanted == sha256 || seal.sha256 == sha256 {
            return Ok(());
        }
        let sealed = redacted.as_ref().map_or(seal.bytes, |entry| entry.bytes);
        let failed = |cause| stream.failed("read", &segment.path, &cause);
        let blocks = seal.blocks.as_ref().filter(|_| redacted.is_none());
        let range = match blocks {
            Some(blocks) => blocks.first_difference(file, size).map_err(failed)?,
            None => (0, size),
        };
        let byte = first_bad_byte(file, range).map_err(failed)?;
        let lines = lines_before(file, byte.unwrap_or(range.0)).map_err(failed)?;
        let mut what = match byte {
            Some(_) => "this segment is not what was sealed: here it is not JSON".to_owned(),
            None => format!("this segment is not what was sealed: bytes {} to {} differ", range.0, range.1),
        };
        if size != sealed {
            what.push_str(&format!("; it has {size} bytes, and {sealed} were sealed"));
        }
        let byte = byte.unwrap_or(range.0);
        self.findings.push(stream.finding(&segment.path, Some(byte), Some(first + lines), &what));
        Ok(())
    }
}

/// How many newlines stand before a byte.
fn lines_before(file: &dyn File, byte: u64) -> std::io::Result<u64> {
    let mut lines = 0;
    for_each_piece(file, 0, byte, |piece| lines += memchr::memchr_iter(b'\n', piece).count() as u64)?;
    Ok(lines)
}

/// The first byte in a range that makes a line no event, if a line is none.
fn first_bad_byte(file: &dyn File, (start, end): (u64, u64)) -> std::io::Result<Option<u64>> {
    let (mut line, mut position, mut found) = (Vec::new(), 0, None);
    for_each_piece(file, 0, u64::MAX, |piece| {
        let mut rest = piece;
        while found.is_none()
            && position < end
            && let Some(length) = memchr::memchr(b'\n', rest)
        {
            line.extend_from_slice(&rest[..length]);
            let next = position + line.len() as u64 + 1;
            if next > start
                && let Err(error) = scan::check(&line)
            {
                found = Some(position + error.place().column.unwrap_or(1) - 1);
            }
            position = next;
            line.clear();
            rest = &rest[length + 1..];
        }
        if found.is_none() && position < end {
            line.extend_from_slice(rest);
        }
    })?;
    Ok(found)
}

impl KeptSeal {
    /// The state that it vouches for.
    fn known(&self, source: String) -> Known {
        Known {
            source,
            size: self.frontier.size(),
            root: self.frontier.root(),
            peaks: self.frontier.peaks().to_vec(),
            is_kept_elsewhere: false,
        }
    }
}
