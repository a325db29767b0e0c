//! Finds where reading goes on when a log file is rotated: renamed (`app.log` becomes `app.log.1`), copied and cut,
//! or compressed. Knows how rotated files are called and told apart; reads no lines.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::log::files::{parent_of, read_range};
use crate::log::place::{BEFORE_BYTES, HEAD_BYTES, Place, hash};
use crate::pipeline::source::{cannot_open, is_packed, unpacked};
use crate::sys::storage::{File, FileKind, Open, Storage};

/// How often the names are listed again when files move while they are looked at.
const TRIES: usize = 10;

/// One file of a log: the one that is written now, or an older one.
pub struct Generation {
    /// Its path.
    pub path: PathBuf,
    /// The open file.
    pub file: Box<dyn File>,
    /// Device and inode.
    pub identity: (u64, u64),
    /// Whether it is compressed.
    pub is_packed: bool,
}

/// The files that are still to be read, oldest first, and where the first of them is gone on with.
pub struct Trail {
    /// The files; the last one is what the name stands for now.
    pub generations: VecDeque<Generation>,
    /// The place in the first of them.
    pub place: Place,
    /// What stands before it, as [`said`] tells; nothing of a compressed file.
    pub said: Said,
}

/// The first bytes of a file and the last ones before a place, without a byte order mark.
pub type Said = (Vec<u8>, Vec<u8>);

impl Trail {
    /// From the first line of the first file on.
    #[must_use]
    pub fn at_start(mut self) -> Trail {
        let next = self.place.next.saturating_sub(self.place.lines);
        self.place = Place { next, file: self.place.file, ..Place::default() };
        self.said = Said::default();
        self
    }
}

/// Finds `place` in the file called `path` or in a rotated one beside it; nothing when it is in none of them. Without
/// a place, reading begins with the first line of the file.
pub fn find(storage: &Arc<dyn Storage>, path: &Path, place: Option<&Place>) -> Result<Option<Trail>> {
    let failed = |cause: io::Error| cannot_open(&path.display().to_string(), &cause);
    let Some(place) = place else {
        let file = open(storage, path).map_err(failed)?;
        let place = Place { file: file.identity, ..Place::default() };
        return Ok(Some(Trail { generations: VecDeque::from([file]), place, said: Said::default() }));
    };
    let mut newest_first = generations(storage, path).map_err(failed)?;
    let mut found = None;
    for (index, generation) in newest_first.iter().enumerate() {
        let is_it = generation.identity == place.file;
        // Nothing was read yet: only the file itself tells.
        let said = if place.bytes == 0 {
            is_it.then(Said::default)
        } else {
            has(generation, place).map_err(failed)?
        };
        if let Some(said) = said.filter(|_| found.is_none() || is_it) {
            found = Some((index, said));
        }
    }
    let is_new = place.bytes == 0 && place.next == 0 && !newest_first.is_empty();
    let Some((at, said)) = found.or(is_new.then(|| (0, Said::default()))) else { return Ok(None) };
    newest_first.truncate(at + 1);
    let mut at = at;
    if at > 1 && is_copy(&newest_first[1], &newest_first[0]).map_err(failed)? {
        newest_first.remove(1);
        at -= 1;
    }
    let mut generations: VecDeque<Generation> = VecDeque::new();
    for (age, generation) in newest_first.into_iter().enumerate() {
        if age == 0 || age == at || !is_empty(&generation).map_err(failed)? {
            generations.push_front(generation);
        }
    }
    let file = generations.front().map_or(place.file, |first| first.identity);
    Ok(Some(Trail { generations, place: Place { file, ..place.clone() }, said }))
}

/// The error of a place that is in no file any more.
#[cold]
pub fn lost(path: &Path, place: &Place) -> Error {
    let name = path.display();
    Error::data(format!(
        "what was read up to byte {} (line {}) is neither in {name} nor in a rotated file beside it: it was cut, changed or removed",
        place.bytes, place.lines
    ))
    .hint(format!("bring the file back; or begin with what is there now: bourn consumer reset {name} NAME --to earliest"))
}

fn open(storage: &Arc<dyn Storage>, path: &Path) -> io::Result<Generation> {
    let file = storage.open(path, Open::Read, false)?;
    let found = file.metadata()?;
    if found.kind != FileKind::File {
        let why = "it is no regular file, so nobody can go on reading it later";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    let is_packed = is_packed(&read_range(&*file, 0, 4)?);
    Ok(Generation { path: path.to_owned(), file, identity: found.identity, is_packed })
}

/// The file and its older generations, newest first. They are opened in this order, so that one which is renamed
/// meanwhile is seen under one of its names, and listed anew when names have changed.
fn generations(storage: &Arc<dyn Storage>, path: &Path) -> io::Result<Vec<Generation>> {
    let mut names = older(storage, path)?;
    for _ in 0..TRIES {
        let mut found: Vec<Generation> = Vec::new();
        for path in std::iter::once(path).chain(names.iter().map(PathBuf::as_path)) {
            match open(storage, path) {
                Ok(one) if found.iter().all(|other| other.identity != one.identity) => found.push(one),
                Ok(_) => {}
                // Between two files the name is free for a moment; a directory beside the log is not of it.
                Err(cause)
                    if matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidInput) => {}
                Err(cause) => return Err(cause),
            }
        }
        let now = older(storage, path)?;
        let is_settled = now == names
            && found
                .iter()
                .all(|one| storage.metadata(&one.path).is_ok_and(|now| now.identity == one.identity));
        if is_settled {
            return Ok(found);
        }
        names = now;
    }
    Err(io::Error::other("the files beside it are renamed all the time"))
}

/// When a file of a log was set aside, as far as its name says: later ones first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Age {
    /// `app.log.3`: counted from the newest on.
    Counted(u64),
    /// `app.log-20240115`, `app-2024-01-15.log`: the later, the newer.
    Dated(std::cmp::Reverse<Vec<u8>>),
}

/// The rotated files beside `path`, newest first; of one that is there both plain and compressed, the plain one.
fn older(storage: &Arc<dyn Storage>, path: &Path) -> io::Result<Vec<PathBuf>> {
    let Some(own) = path.file_name() else { return Ok(Vec::new()) };
    let directory = parent_of(path);
    let mut found: Vec<(Age, bool, PathBuf)> = Vec::new();
    for name in storage.list(directory)? {
        let bytes = name.as_os_str().as_encoded_bytes();
        let plain = bytes.strip_suffix(b".gz").or_else(|| bytes.strip_suffix(b".zst")).unwrap_or(bytes);
        if let Some(age) = age(own.as_encoded_bytes(), plain) {
            found.push((age, plain.len() < bytes.len(), directory.join(&name)));
        }
    }
    found.sort();
    found.dedup_by(|later, first| later.0 == first.0);
    if found.iter().any(|one| matches!(one.0, Age::Counted(_)))
        && found.iter().any(|one| matches!(one.0, Age::Dated(_)))
    {
        // The way of calling them was changed, and names of two kinds do not tell which is older.
        let modified = |path: &Path| storage.metadata(path).map_or(0, |found| found.modified);
        found.sort_by_cached_key(|(_, _, path)| std::cmp::Reverse(modified(path)));
    }
    Ok(found.into_iter().map(|(_, _, path)| path).collect())
}

/// The age of a rotated file called `name`, without what says that it is compressed; nothing when it is no older
/// `own`.
fn age(own: &[u8], name: &[u8]) -> Option<Age> {
    let between = |start: &[u8], end: &[u8]| -> Option<Vec<u8>> {
        let rest = name.strip_prefix(start)?.strip_suffix(end)?;
        let (separator, rest) = rest.split_first()?;
        let is_mark = rest.first()?.is_ascii_digit()
            && rest.iter().all(|&byte| byte.is_ascii_alphanumeric() || b"-_.:+".contains(&byte));
        (b".-_".contains(separator) && is_mark).then(|| rest.to_vec())
    };
    let dot = memchr::memrchr(b'.', own).filter(|&dot| dot > 0).unwrap_or(own.len());
    let mark = between(own, b"")
        .or_else(|| if dot < own.len() { between(&own[..dot], &own[dot..]) } else { None })?;
    let count =
        std::str::from_utf8(&mark).ok().filter(|text| text.len() < 6).and_then(|text| text.parse().ok());
    Some(count.map_or(Age::Dated(std::cmp::Reverse(mark)), Age::Counted))
}

/// Whether there is nothing in a file, once it is unpacked.
fn is_empty(generation: &Generation) -> io::Result<bool> {
    match generation.is_packed {
        false => Ok(generation.file.metadata()?.bytes == 0),
        // What is no whole archive is read, and complained of, as what it is.
        true => Ok(unpack(&*generation.file)?.read(&mut [0]).is_ok_and(|count| count == 0)),
    }
}

/// Whether a rotated file is a copy of the start of the file that is written now, which will be cut soon.
fn is_copy(copy: &Generation, of: &Generation) -> io::Result<bool> {
    if copy.is_packed || of.is_packed {
        return Ok(false);
    }
    let (length, bytes) = (copy.file.metadata()?.bytes, of.file.metadata()?.bytes);
    let mut position = 0;
    while position < length.min(bytes) {
        let want = (length - position).min(256 << 10);
        let (copied, own) =
            (read_range(&*copy.file, position, want)?, read_range(&*of.file, position, want)?);
        if copied != own || copied.is_empty() {
            return Ok(false);
        }
        position += copied.len() as u64;
    }
    Ok(length <= bytes)
}

/// What stands before `place`, when a file begins with what was read up to there, as far as its hashes tell.
fn has(generation: &Generation, place: &Place) -> io::Result<Option<Said>> {
    if !generation.is_packed {
        let said = said(&*generation.file, place.bytes)?;
        return Ok(said.filter(|(head, before)| hash(head) == place.head && hash(before) == place.before));
    }
    let mut unpacked = unpack(&*generation.file)?;
    match is_said(&mut unpacked, place) {
        // An archive that is still being written, or is none, is not it.
        Err(cause) if cause.raw_os_error().is_none() => Ok(None),
        other => other.map(|is_it| is_it.then(Said::default)),
    }
}

/// What stands before byte `place` of a plain file: its first bytes and its last; nothing when the file is shorter.
pub fn said(file: &dyn File, place: u64) -> io::Result<Option<Said>> {
    if file.metadata()?.bytes < place {
        return Ok(None);
    }
    let mut head = read_range(file, 0, place.min(HEAD_BYTES as u64 + 3))?;
    let mark = if head.starts_with(MARK) { head.drain(..MARK.len()).len() as u64 } else { 0 };
    head.truncate(HEAD_BYTES);
    let start = mark.max(place.saturating_sub(BEFORE_BYTES as u64));
    let before = read_range(file, start, place.saturating_sub(start))?;
    Ok((start + before.len() as u64 >= place).then_some((head, before)))
}

/// A byte order mark.
const MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// The same question to the bytes of an archive.
fn is_said(bytes: &mut dyn Read, place: &Place) -> io::Result<bool> {
    let mut head = Vec::new();
    bytes.take(place.bytes.min(HEAD_BYTES as u64 + 3)).read_to_end(&mut head)?;
    let mut read = head.len() as u64;
    let mut before = head.clone();
    for text in [&mut head, &mut before] {
        if text.starts_with(MARK) {
            text.drain(..MARK.len());
        }
    }
    head.truncate(HEAD_BYTES);
    if hash(&head) != place.head {
        return Ok(false);
    }
    let mut buffer = vec![0; 64 << 10];
    while read < place.bytes {
        let want = buffer.len().min((place.bytes - read) as usize);
        match bytes.read(&mut buffer[..want]) {
            Ok(0) => return Ok(false),
            Ok(count) => {
                keep_last(&mut before, &buffer[..count]);
                read += count as u64;
            }
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
    keep_last(&mut before, b"");
    Ok(hash(&before) == place.before)
}

/// Adds `more` and keeps the last [`BEFORE_BYTES`].
pub fn keep_last(kept: &mut Vec<u8>, more: &[u8]) {
    if more.len() >= BEFORE_BYTES {
        kept.clear();
    }
    kept.extend_from_slice(&more[more.len().saturating_sub(BEFORE_BYTES)..]);
    kept.drain(..kept.len().saturating_sub(BEFORE_BYTES));
}

/// The content of a compressed file, from its start.
fn unpack<'f>(file: &'f dyn File) -> io::Result<Box<dyn Read + Send + 'f>> {
    unpacked(Box::new(At { file, position: 0 }))
}

/// Reads a file without moving its own position.
struct At<'f> {
    file: &'f dyn File,
    position: u64,
}

impl Read for At<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}
