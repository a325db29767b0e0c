//! Where lines come from: stream directories, files (plain, gzip, zstd, CSV) and standard input, each
//! told by its content. Opens sources and chains several to one; the parsing is done elsewhere.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::bisection::Bisection;
use super::csv::CsvReader;
use super::follow::{FollowedFile, find, lost};
use super::lines::{LineReader, READ_BYTES};
use super::pipe::PipeReader;
use super::resume::{Mark, MarkedReader};
use crate::error::{Error, Result};
use crate::event::buffer::Buffer;
use crate::event::line::{Block, Offset};
use crate::log;
use crate::log::index::Search;
use crate::log::place::Place;
use crate::log::reader::Passed;
use crate::sys::storage::{File, FileKind, Open, Storage};

/// What a [`BlockReader`] gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The block holds the next lines.
    Block,
    /// Nothing new at the moment; only when following.
    Waiting,
    /// The source has ended.
    End,
}

/// Blocks of whole lines, in order.
pub trait BlockReader {
    /// Fills `block` with the next lines; on [`Next::Waiting`] and [`Next::End`] its content is undefined. An error with a
    /// block that is damaged is about the lines in it, and the next call goes on behind them.
    fn next_block(&mut self, block: &mut Block) -> Result<Next>;

    /// The same for whoever walks all lines of each block, and begins with this call: of the last block they were `lines`,
    /// so that the reader need not count them.
    fn next_block_behind(&mut self, lines: u64, block: &mut Block) -> Result<Next> {
        let _ = lines;
        self.next_block(block)
    }

    /// Waits until there may be something new, but no longer than `at_most`.
    fn wait(&mut self, at_most: Duration) -> Result<()> {
        let _ = at_most;
        Ok(())
    }

    /// Where the next line stands when `read` is what was read of the last block; only for files that are followed
    /// through their rotation.
    fn place(&self, read: &[u8]) -> Option<Place> {
        let _ = read;
        None
    }

    /// The lines before the last block, or at the end, that were left unread since nobody wants them; told once.
    fn passed(&mut self) -> Option<Passed> {
        None
    }

    /// How many lines the last block has, when the source knows that each is an event.
    fn vouched(&self) -> Option<u64> {
        None
    }

    /// What somebody should hear of the source, once.
    fn notice(&mut self) -> Option<String> {
        None
    }

    /// How far the sources are read when `read` is what was read of the last block; only those that can be read on
    /// later have marks.
    fn marks(&self, read: &[u8]) -> Vec<Mark> {
        let _ = read;
        Vec::new()
    }
}

/// How sources are opened.
#[derive(Clone)]
pub struct Options {
    /// The disk.
    pub storage: Arc<dyn Storage>,
    /// The longest line, in bytes.
    pub max_line: usize,
    /// How many bytes of a plain file are read at a time.
    pub read_bytes: usize,
    /// The first offset that is wanted of a single stream; earlier blocks need not be read.
    pub from: Offset,
    /// Whether to wait for more at the end.
    pub follow: bool,
    /// Whether a last line without its end counts, where a source is read on later; it always does elsewhere.
    pub takes_partial: bool,
    /// What is looked for: other lines of a stream may be passed over.
    pub search: Option<Search>,
    /// Finds the part of a file that may hold what is looked for, where that is known of its order.
    pub bisection: Option<Bisection>,
}

impl Options {
    /// Everything from the first line to the last one, with lines as long as they may be by default.
    pub fn whole(storage: Arc<dyn Storage>) -> Options {
        let max_line = crate::event::line::MAX_LINE_BYTES;
        Options {
            storage,
            max_line,
            read_bytes: READ_BYTES,
            from: Offset(0),
            follow: false,
            takes_partial: true,
            search: None,
            bisection: None,
        }
    }
}

/// Opens the sources named on the command line as one source; none means standard input.
pub fn open(names: &[String], options: &Options) -> Result<Box<dyn BlockReader>> {
    match names {
        [] => open_one("-", options),
        [name] => open_one(name, options),
        several if options.follow => Err(follows_one(several.len())),
        several => Ok(Box::new(Chain::new(several, options)?)),
    }
}

/// Opens one file, or standard input, as the lines that it has, whatever they are: CSV is not read as events.
pub fn open_lines(name: &str, options: &Options) -> Result<Box<dyn BlockReader>> {
    let file = match name {
        "-" => crate::sys::disk::standard_input(),
        _ => {
            let opened = options.storage.open(Path::new(name), Open::Read, false);
            opened.map_err(|cause| cannot_open(name, &cause))?
        }
    };
    let reader = LineReader::new(open_plain(file, name)?, name, options.max_line);
    Ok(Box::new(reader.asking(options.read_bytes)))
}

fn follows_one(count: usize) -> Error {
    Error::usage(format!("--follow reads one source, but {count} are named"))
        .hint("name one; bourn window follows several with --merge")
}

/// Opens the sources to be read on from `marks`, and later from the marks that the reader gives.
pub fn open_marked(names: &[String], marks: &[Mark], options: &Options) -> Result<Box<dyn BlockReader>> {
    let input = ["-".to_owned()];
    let names = if names.is_empty() { &input } else { names };
    if options.follow && names.len() > 1 {
        return Err(follows_one(names.len()));
    }
    Ok(Box::new(MarkedReader::new(names, marks, options)?))
}

/// Opens one source so that the line of the mark is the first that it gives; from the start without one.
pub fn open_at(name: &str, options: &Options, mark: Option<&Mark>) -> Result<Box<dyn BlockReader>> {
    let from = mark.map_or(options.from, |mark| Offset(mark.lines.saturating_sub(1)));
    let path = Path::new(name);
    let is_file = |kind: FileKind| kind == FileKind::File;
    if name != "-" && options.storage.metadata(path).is_ok_and(|found| is_file(found.kind)) {
        let file =
            options.storage.open(path, Open::Read, false).map_err(|cause| cannot_open(name, &cause))?;
        if !starts_packed(&*file, name)? && separator_of(name).is_none() {
            let size = file.metadata().map_err(|cause| cannot_open(name, &cause))?.bytes;
            let file = FollowedFile::new(file, name, options)?;
            return Ok(Box::new(match mark {
                Some(mark) if size <= mark.bytes => return Err(mark.changed()),
                Some(mark) => file.start_at(mark.bytes, mark.lines)?,
                None => file,
            }));
        }
    }
    let reader = open_one(name, &Options { from, ..options.clone() })?;
    Ok(Box::new(Skipping { reader, wanted: from, skipped: Buffer::default() }))
}

/// Opens a file on a place that was kept, or on a rotated file that has what was read: the lines from there on, through
/// all newer files. Without a place, its first line is the first. Lines before the wanted offset are left out.
pub fn open_kept(name: &str, place: Option<&Place>, options: &Options) -> Result<Box<dyn BlockReader>> {
    let path = Path::new(name);
    if separator_of(name).is_some() {
        return Err(Error::usage(format!("{name} is a table, and consumers read lines"))
            .hint(format!("make a stream of it with bourn append STREAM {name}")));
    }
    let missing = || lost(path, place.unwrap_or(&Place::default()));
    let trail = find(&options.storage, path, place)?.ok_or_else(missing)?;
    let trail = if place.is_some_and(|place| place.next > options.from.0) { trail.at_start() } else { trail };
    let reader = Box::new(FollowedFile::along(trail, path, options)?);
    Ok(Box::new(Skipping { reader, wanted: options.from, skipped: Buffer::default() }))
}

/// Leaves out the lines before the wanted offset.
struct Skipping {
    reader: Box<dyn BlockReader>,
    wanted: Offset,
    /// What was left out of the last block.
    skipped: Buffer,
}

impl BlockReader for Skipping {
    fn next_block(&mut self, block: &mut Block) -> Result<Next> {
        loop {
            let next = self.reader.next_block(block)?;
            self.skipped.clear();
            if next == Next::Block && block.first_offset < self.wanted {
                std::mem::swap(&mut self.skipped, &mut block.bytes);
                block.bytes.extend_from_slice(&self.skipped);
                block.skip(self.wanted.0 - block.first_offset.0);
                self.skipped.truncate(self.skipped.len() - block.bytes.len());
                if block.bytes.is_empty() {
                    continue;
                }
            }
            return Ok(next);
        }
    }

    fn wait(&mut self, at_most: Duration) -> Result<()> {
        self.reader.wait(at_most)
    }

    fn place(&self, read: &[u8]) -> Option<Place> {
        if self.skipped.is_empty() {
            return self.reader.place(read);
        }
        self.reader.place(&[&*self.skipped, read].concat())
    }

    fn notice(&mut self) -> Option<String> {
        self.reader.notice()
    }

    fn passed(&mut self) -> Option<Passed> {
        self.reader.passed()
    }
}

/// The error of a source that is not there; standard input always is.
pub fn check_there(storage: &Arc<dyn Storage>, name: &str) -> Result<()> {
    match name {
        "-" => Ok(()),
        _ => storage.metadata(Path::new(name)).map(|_| ()).map_err(|cause| cannot_open(name, &cause)),
    }
}

/// Whether the sources give the same lines when they are opened again: streams and files do, pipes do not.
pub fn can_be_read_again(storage: &Arc<dyn Storage>, names: &[String]) -> bool {
    let is_lasting = |name: &String| {
        let kind = storage.metadata(Path::new(name)).map(|found| found.kind);
        name != "-" && matches!(kind, Ok(FileKind::File | FileKind::Directory))
    };
    !names.is_empty() && names.iter().all(is_lasting)
}

fn open_one(name: &str, options: &Options) -> Result<Box<dyn BlockReader>> {
    if name == "-" {
        let input = crate::sys::disk::standard_input();
        return match options.follow {
            true => Ok(Box::new(PipeReader::new(input, name, options.max_line))),
            false => open_bytes(input, name, options),
        };
    }
    let path = Path::new(name);
    let metadata = options.storage.metadata(path).map_err(|cause| cannot_open(name, &cause))?;
    if metadata.kind == FileKind::Directory {
        return open_stream(path, options);
    }
    let file = options.storage.open(path, Open::Read, false).map_err(|cause| cannot_open(name, &cause))?;
    match (options.follow, metadata.kind) {
        (true, FileKind::File) => return Ok(Box::new(FollowedFile::new(file, name, options)?)),
        (true, _) => return Ok(Box::new(PipeReader::new(file, name, options.max_line))),
        (false, FileKind::File) if separator_of(name).is_none() => {
            if let Some(bisection) = &options.bisection
                && !starts_packed(&*file, name)?
            {
                return bisection.reader(file, name, options.max_line);
            }
        }
        (false, _) => {}
    }
    open_bytes(file, name, options)
}

fn open_stream(path: &Path, options: &Options) -> Result<Box<dyn BlockReader>> {
    let stream = log::Stream::open(options.storage.clone(), path)?;
    let search = options.search.clone().unwrap_or_else(|| Search::new(options.max_line as u64));
    let reader = stream.search_from(options.from, search)?;
    Ok(Box::new(super::follow::StreamReader::new(reader, options)))
}

/// The error for a source that cannot be opened.
pub fn cannot_open(name: &str, cause: &std::io::Error) -> Error {
    match cause.kind() {
        std::io::ErrorKind::NotFound => {
            Error::usage(format!("cannot open {name}: there is no such file or stream"))
                .hint("check the name; - is standard input")
        }
        _ => Error::system(format!("cannot open {name}"), cause),
    }
}

/// Tells compressed from plain by the first bytes, and CSV by the name.
fn open_bytes(file: Box<dyn File>, name: &str, options: &Options) -> Result<Box<dyn BlockReader>> {
    let plain = open_plain(file, name)?;
    Ok(match separator_of(name) {
        Some(separator) => Box::new(CsvReader::new(plain, name, separator)),
        None => Box::new(LineReader::new(plain, name, options.max_line)),
    })
}

/// Whether a file that begins so is compressed.
pub fn is_packed(start: &[u8]) -> bool {
    matches!(start, [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..])
}

/// Whether a file is compressed.
fn starts_packed(file: &dyn File, name: &str) -> Result<bool> {
    let mut start = [0; 4];
    let count = file.read_at(&mut start, 0).map_err(|cause| cannot_open(name, &cause))?;
    Ok(is_packed(&start[..count]))
}

/// What stands between the cells of a table, told by the name; nothing when it is no table.
fn separator_of(name: &str) -> Option<u8> {
    let stem = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(name);
    match stem.rsplit_once('.') {
        Some((_, "csv")) => Some(b','),
        Some((_, "tsv")) => Some(b'\t'),
        _ => None,
    }
}

/// The bytes of a file, unpacked when they are packed.
fn open_plain(file: Box<dyn File>, name: &str) -> Result<Bytes<'static>> {
    unpacked(Box::new(FileBytes(file))).map_err(|cause| Error::system(format!("cannot read {name}"), &cause))
}

/// The same bytes, unpacked when they are packed.
pub fn unpacked<'b>(bytes: Bytes<'b>) -> std::io::Result<Bytes<'b>> {
    let (start, bytes) = peek(bytes)?;
    Ok(match start[..] {
        [0x1f, 0x8b, ..] => Box::new(flate2::read::MultiGzDecoder::new(bytes)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(zstd::stream::read::Decoder::new(bytes)?),
        _ => bytes,
    })
}

/// An open file as a plain reader.
pub struct FileBytes(pub Box<dyn File>);

impl Read for FileBytes {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

/// Bytes that are read once.
pub type Bytes<'b> = Box<dyn Read + Send + 'b>;

/// The first four bytes, and the same bytes from the start again.
fn peek(mut bytes: Bytes<'_>) -> std::io::Result<(Vec<u8>, Bytes<'_>)> {
    let mut start = Vec::with_capacity(4);
    while start.len() < 4 {
        let mut more = [0; 4];
        let want = 4 - start.len();
        match bytes.read(&mut more[..want]) {
            Ok(0) => break,
            Ok(count) => start.extend_from_slice(&more[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let again = std::io::Cursor::new(start.clone()).chain(bytes);
    Ok((start, Box::new(again)))
}

/// Several sources, one after the other, with offsets that go on counting.
struct Chain {
    names: std::collections::VecDeque<String>,
    options: Options,
    current: Option<Box<dyn BlockReader>>,
    /// The offset at which the current source begins.
    base: u64,
    /// The offset behind the last line given.
    end: u64,
    /// The lines that were left unread and not told yet.
    passed: Option<Passed>,
}

impl Chain {
    /// Every source is opened once before the first line is given, so that a wrong name ends the run early.
    fn new(names: &[String], options: &Options) -> Result<Self> {
        for name in names {
            check_there(&options.storage, name)?;
        }
        // An end is an offset of all sources together, and the last events may stand in any of them.
        let is_of_each = |search: &Search| search.end == Offset(u64::MAX) && search.last.is_none();
        let search = options.search.clone().filter(is_of_each);
        let options = Options { from: Offset(0), search, ..options.clone() };
        let names = names.iter().cloned().collect();
        Ok(Chain { names, options, current: None, base: 0, end: 0, passed: None })
    }
}

impl BlockReader for Chain {
    fn next_block(&mut self, block: &mut Block) -> Result<Next> {
        loop {
            if self.current.is_none() {
                let Some(name) = self.names.pop_front() else { return Ok(Next::End) };
                self.base = self.end;
                self.current = Some(open_one(&name, &self.options)?);
            }
            let Some(reader) = &mut self.current else { continue };
            block.is_damaged = false;
            let next = reader.next_block(block);
            if let Some(passed) = reader.passed() {
                self.end = self.base + passed.end.0;
                let lines = passed.lines + self.passed.map_or(0, |before| before.lines);
                self.passed = Some(Passed { lines, end: Offset(self.end) });
            }
            if matches!(next, Ok(Next::Block)) || block.is_damaged {
                block.first_offset.0 += self.base;
                self.end = block.first_offset.0 + block.line_count();
                return next;
            }
            next?;
            self.current = None;
        }
    }

    fn vouched(&self) -> Option<u64> {
        self.current.as_ref().and_then(|reader| reader.vouched())
    }

    fn passed(&mut self) -> Option<Passed> {
        self.passed.take()
    }
}
