//! A plain file that is read on as it grows, through its rotation. A partial last line waits for its end.

use std::collections::VecDeque;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::rotation::{Generation, Said, Trail, find, keep_last, said};
use crate::error::Result;
use crate::event::line::{Block, Offset};
use crate::log::place::{HEAD_BYTES, Place, hash};
use crate::pipeline::lines::{begin, check_lengths, read_error, read_once, too_long};
use crate::pipeline::source::{BlockReader, Bytes, FileBytes, Next, Options, cannot_open, unpacked};
use crate::sys::storage::{File, Storage};
use crate::sys::watch::Watch;

/// How many bytes are read at a time.
const READ_BYTES: usize = 256 << 10;

/// How many bytes before the end must be the same when a file has grown; fewer would do, and more cost no time.
const CHECK_BYTES: usize = 64;

/// A file and the ones that follow it. When it is renamed, the rest of it is read and then the new one, as soon as
/// that has something; when it is copied and cut, the rest of the copy. When it is cut and there is no copy, that is
/// told, and reading goes on at its start.
pub struct FollowedFile {
    storage: Arc<dyn Storage>,
    path: PathBuf,
    options: Options,
    /// The file that is read now.
    current: Current,
    /// The files to read after it.
    newer: VecDeque<Generation>,
    /// Behind what was read, in bytes; an unfinished line is read, too.
    position: u64,
    partial: Vec<u8>,
    /// The line that comes next, but for the unfinished one: its number in the file, and its offset.
    number: u64,
    offset: u64,
    /// The first bytes of the file and the last ones before that line, without a byte order mark.
    head: Vec<u8>,
    recent: Vec<u8>,
    given: Given,
    /// The place of the next line before the block that was given last.
    standing: Place,
    /// The end of the file before, as long as no line of this one was read: an empty file has nothing to be known by.
    previous: Option<Place>,
    /// Whether the end was reached since the last look at what stands before it.
    is_rested: bool,
    /// Whether the name stands for another file now, and this one was looked at once more since.
    is_leaving: bool,
    notice: Option<String>,
    watch: Watch,
}

/// One open file, plain or unpacked on the way.
struct Current {
    content: Content,
    identity: (u64, u64),
    name: Arc<str>,
}

enum Content {
    Plain(Box<dyn File>),
    Packed(Bytes<'static>),
}

/// Where the block begins that was given last.
#[derive(Default)]
struct Given {
    offset: u64,
    bytes: u64,
    lines: u64,
    /// How much of the head was known there.
    head: usize,
    recent: Vec<u8>,
}

impl FollowedFile {
    /// Reads an open regular file from its start; at its end it waits for more when the options say so.
    pub fn new(file: Box<dyn File>, name: &str, options: &Options) -> Result<FollowedFile> {
        let identity = file.metadata().map_err(|cause| cannot_open(name, &cause))?.identity;
        let current = Current { content: Content::Plain(file), identity, name: name.into() };
        Ok(FollowedFile {
            storage: options.storage.clone(),
            path: Path::new(name).to_owned(),
            options: options.clone(),
            current,
            newer: VecDeque::new(),
            position: 0,
            partial: Vec::new(),
            number: 1,
            offset: 0,
            head: Vec::new(),
            recent: Vec::new(),
            given: Given::default(),
            standing: Place { file: identity, ..Place::default() },
            previous: None,
            is_rested: false,
            is_leaving: false,
            notice: None,
            watch: Watch::new(vec![PathBuf::from(name)]),
        })
    }

    /// Begins with line number `number` (from 1), which begins at the byte `position`.
    pub fn start_at(mut self, position: u64, number: u64) -> Result<FollowedFile> {
        let Content::Plain(file) = &self.current.content else { return Ok(self) };
        let said = said(&**file, position).map_err(|cause| cannot_open(&self.current.name, &cause))?;
        let place = Place {
            next: number.saturating_sub(1),
            bytes: position,
            lines: number.saturating_sub(1),
            ..Place::default()
        };
        self.stand(false, &place, said.unwrap_or_default())?;
        Ok(self)
    }

    /// Reads along a trail.
    pub fn along(trail: Trail, path: &Path, options: &Options) -> Result<FollowedFile> {
        let mut trail = trail;
        let Some(first) = trail.generations.pop_front() else {
            return Err(cannot_open(&path.display().to_string(), &std::io::ErrorKind::NotFound.into()));
        };
        let name = path.display().to_string();
        let mut reader = FollowedFile::new(first.file, &name, options)?;
        reader.newer = trail.generations;
        reader.current.name = first.path.display().to_string().into();
        reader.stand(first.is_packed, &trail.place, trail.said)?;
        Ok(reader)
    }

    /// Stands at `place` of the file that was just opened.
    fn stand(&mut self, is_packed: bool, place: &Place, said: Said) -> Result<()> {
        (self.position, self.number, self.offset) = (place.bytes, place.lines + 1, place.next);
        (self.head, self.recent) = said;
        self.partial.clear();
        if is_packed {
            self.unpack()?;
        }
        self.standing = self.here();
        Ok(())
    }

    /// Reads the file as an archive from here on, up to the position.
    fn unpack(&mut self) -> Result<()> {
        let none = Content::Packed(Box::new(std::io::empty()));
        let Content::Plain(file) = std::mem::replace(&mut self.current.content, none) else { return Ok(()) };
        let name = self.current.name.clone();
        let failed = |cause: std::io::Error| read_error(&name, 1, &cause);
        let mut bytes = unpacked(Box::new(FileBytes(file))).map_err(failed)?;
        (self.head, self.recent) = (Vec::new(), Vec::new());
        let mut skipped = Vec::new();
        let mut rest = self.position;
        while rest > 0 {
            skipped.clear();
            let count =
                (&mut bytes).take(rest.min(READ_BYTES as u64)).read_to_end(&mut skipped).map_err(failed)?;
            if count == 0 {
                return Err(failed(std::io::ErrorKind::UnexpectedEof.into()));
            }
            if rest == self.position {
                skipped.drain(..begin(&skipped, &name)?);
            }
            self.note(&skipped);
            rest -= count as u64;
        }
        self.current.content = Content::Packed(bytes);
        Ok(())
    }

    /// Notes lines that were read, so that they can be told again.
    fn note(&mut self, lines: &[u8]) {
        let wanted = HEAD_BYTES - self.head.len();
        self.head.extend_from_slice(&lines[..wanted.min(lines.len())]);
        keep_last(&mut self.recent, lines);
    }

    /// The place of the next line, unfinished or not.
    fn here(&self) -> Place {
        match &self.previous {
            Some(previous) if self.head.is_empty() => previous.clone(),
            _ => Place {
                next: self.offset,
                file: self.current.identity,
                bytes: self.position - self.partial.len() as u64,
                lines: self.number - 1,
                head: hash(&self.head),
                before: hash(&self.recent),
            },
        }
    }

    /// Reads once behind what is unfinished; gives the number of new bytes, or nothing when the file is not what it was.
    fn fill(&mut self, block: &mut Block) -> Result<Option<usize>> {
        block.bytes.clear();
        block.bytes.append(&mut self.partial);
        let have = block.bytes.len();
        block.bytes.room(READ_BYTES);
        block.bytes.grow(READ_BYTES);
        let (unfinished, buffer) = block.bytes.split_at_mut(have);
        let read = match &mut self.current.content {
            Content::Plain(file) if self.options.follow => {
                let known = [last(&self.recent), last(unfinished)].concat();
                read_behind(&**file, buffer, self.position, last(&known))
            }
            Content::Plain(file) => file.read_at(buffer, self.position).map(Some),
            Content::Packed(bytes) => read_once(bytes, buffer).map(Some),
        };
        let Some(count) = read.map_err(|cause| read_error(&self.current.name, self.number, &cause))? else {
            self.partial.extend_from_slice(unfinished);
            return Ok(None);
        };
        block.bytes.truncate(have + count);
        block.first_byte = self.position - have as u64;
        self.position += count as u64;
        if block.first_byte == 0 && block.bytes.len() > 2 {
            let mark = begin(&block.bytes, &self.current.name)?;
            block.bytes.skip(mark);
            block.first_byte += mark as u64;
        }
        Ok(Some(count))
    }

    /// Whether the file was taken up while it was empty: what it got since may have been copied and cut away again.
    fn is_unknown(&self) -> bool {
        self.position == 0 && self.previous.is_some()
    }

    /// Whether a file came between the one before and this one since this one was opened, empty as it was.
    fn has_missed_one(&self) -> Result<bool> {
        let Some(previous) = &self.previous else { return Ok(false) };
        let trail = find(&self.storage, &self.path, Some(previous))?;
        let next = trail.as_ref().and_then(|trail| trail.generations.get(1));
        Ok(next.is_some_and(|next| next.identity != self.current.identity))
    }

    /// There is nothing more at the moment.
    fn rest(&mut self) -> Next {
        self.is_rested = true;
        self.standing = self.here();
        if self.options.follow { Next::Waiting } else { Next::End }
    }

    /// Goes on with another file at the end of this one, if there is one.
    fn go_on(&mut self) -> Result<bool> {
        if let Some(next) = self.newer.pop_front() {
            self.take_up(next, None, Said::default())?;
            return Ok(true);
        }
        if !self.options.follow {
            return Ok(false);
        }
        match self.storage.metadata(&self.path) {
            Ok(now) if now.identity == self.current.identity => {
                let is_cut = matches!(self.current.content, Content::Plain(_)) && now.bytes < self.position;
                if is_cut { self.relocate() } else { Ok(false) }
            }
            // Whoever writes may not have noticed yet, and still write to the old file, as long as the new one is
            // empty; and the last of it may have come just now.
            Ok(now) if now.bytes > 0 => match std::mem::replace(&mut self.is_leaving, true) {
                false => Ok(true),
                true => self.relocate(),
            },
            // Between two files the name may be free for a moment.
            _ => Ok(false),
        }
    }

    /// Begins `next`: at its first line, or where the place says.
    fn take_up(&mut self, next: Generation, place: Option<&Place>, said: Said) -> Result<()> {
        let name = next.path.display().to_string();
        self.previous = place.is_none().then(|| self.here());
        self.current =
            Current { content: Content::Plain(next.file), identity: next.identity, name: name.into() };
        let start = Place { next: self.offset, ..Place::default() };
        self.stand(next.is_packed, place.unwrap_or(&start), said)?;
        (self.is_leaving, self.is_rested) = (false, false);
        self.watch = Watch::new(vec![self.path.clone()]);
        Ok(())
    }

    /// Finds where to go on when the file is not what it was.
    fn relocate(&mut self) -> Result<bool> {
        let here = self.here();
        let found = find(&self.storage, &self.path, Some(&here))?;
        let trail = match found {
            Some(trail) => Some(trail),
            None if self.storage.metadata(&self.path).is_err() => return Ok(false),
            None => {
                self.notice = Some(format!(
                    "{} was cut or replaced behind byte {} (line {}), and no copy of it is beside it; going on with what it holds now",
                    self.path.display(),
                    self.position,
                    self.number - 1,
                ));
                find(&self.storage, &self.path, None)?
            }
        };
        let Some(mut trail) = trail else { return Ok(false) };
        let Some(first) = trail.generations.pop_front() else { return Ok(false) };
        let place = Place { next: self.offset, ..trail.place };
        self.take_up(first, Some(&place), trail.said)?;
        self.newer = trail.generations;
        Ok(true)
    }
}

/// The last bytes of those that were read.
fn last(read: &[u8]) -> &[u8] {
    &read[read.len().saturating_sub(CHECK_BYTES)..]
}

/// Reads once at `position`, together with what stands before: nothing when that is not `known` any more, because the
/// file was cut and has grown again.
fn read_behind(
    file: &dyn File,
    buffer: &mut [u8],
    position: u64,
    known: &[u8],
) -> std::io::Result<Option<usize>> {
    let count = file.read_at(buffer, position - known.len() as u64)?;
    if !buffer[..count].starts_with(known) {
        return Ok(None);
    }
    buffer.copy_within(known.len()..count, 0);
    Ok(Some(count - known.len()))
}

impl BlockReader for FollowedFile {
    fn next_block(&mut self, block: &mut Block) -> Result<Next> {
        self.standing = self.here();
        if std::mem::take(&mut self.is_rested) && self.is_unknown() {
            self.relocate()?;
        }
        loop {
            let is_first = self.is_unknown();
            let Some(count) = self.fill(block)? else {
                match self.relocate()? {
                    true => continue,
                    false => return Ok(self.rest()),
                }
            };
            if is_first && count > 0 && self.has_missed_one()? && self.relocate()? {
                continue;
            }
            // What ends in the middle of a line goes on only in the file that is written now.
            let is_final =
                count == 0 && (!self.newer.is_empty() || self.options.takes_partial && !self.options.follow);
            let whole = match memchr::memrchr(b'\n', &block.bytes) {
                _ if is_final => block.bytes.len(),
                last => last.map_or(0, |last| last + 1),
            };
            self.partial.extend_from_slice(&block.bytes[whole..]);
            block.bytes.truncate(whole);
            if whole > 0 {
                break;
            }
            if self.partial.len() > self.options.max_line {
                return Err(too_long(&self.current.name, self.number, self.options.max_line));
            }
            if count == 0 && !self.go_on()? {
                return Ok(self.rest());
            }
        }
        block.source = self.current.name.clone();
        block.first_number = self.number;
        block.first_offset = Offset(self.offset);
        check_lengths(block, self.options.max_line)?;
        self.given = Given {
            offset: self.offset,
            // A byte order mark stands before the first line, and in no block.
            bytes: block.first_byte,
            lines: self.number - 1,
            head: self.head.len(),
            recent: self.recent.clone(),
        };
        self.note(&block.bytes);
        let count = block.line_count();
        self.number += count;
        self.offset += count;
        Ok(Next::Block)
    }

    fn wait(&mut self, at_most: Duration) -> Result<()> {
        self.watch.wait(at_most);
        Ok(())
    }

    fn place(&self, read: &[u8]) -> Option<Place> {
        if read.is_empty() {
            return Some(self.standing.clone());
        }
        let given = &self.given;
        let is_cut = usize::from(read.last() != Some(&b'\n'));
        let lines = (memchr::memchr_iter(b'\n', read).count() + is_cut) as u64;
        let mut recent = given.recent.clone();
        keep_last(&mut recent, read);
        Some(Place {
            next: given.offset + lines,
            file: self.current.identity,
            bytes: given.bytes + read.len() as u64,
            lines: given.lines + lines,
            head: hash(&self.head[..self.head.len().min(given.head + read.len())]),
            before: hash(&recent),
        })
    }

    fn notice(&mut self) -> Option<String> {
        self.notice.take()
    }
}
