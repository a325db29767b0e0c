//! Where lines go: standard output in its format is the command layer's; files and streams are here.

use std::path::Path;
use std::sync::Arc;

use super::source::cannot_open;
use crate::error::{Error, Result};
use crate::log::Stream;
use crate::log::writer::Sync;
use crate::operator::shape::Shape;
use crate::sys::storage::{File, FileKind, Open, Patience, Storage};

/// Takes lines of JSON, each ended by a newline.
pub trait Sink {
    /// Takes some whole lines.
    fn write(&mut self, lines: &[u8]) -> Result<()>;

    /// Hands everything on; after it returns, a consumer may commit.
    fn flush(&mut self) -> Result<()>;

    /// The run is over: what a format holds back (a table's columns) comes out now.
    fn finish(&mut self) -> Result<()> {
        self.flush()
    }

    /// A signal has ended the run before its results were complete.
    fn interrupt(&mut self) -> Result<()> {
        self.finish()
    }

    /// How much stands in the target after a flush, where a later run can go on behind it: bytes of a file, events of
    /// a stream.
    fn place(&self) -> Option<u64> {
        None
    }
}

/// Counts lines away: for results that nobody asked to keep.
pub struct Nowhere;

impl Sink for Nowhere {
    fn write(&mut self, _: &[u8]) -> Result<()> {
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// A plain file that is written anew.
struct FileSink {
    file: Box<dyn File>,
    name: String,
    end: u64,
}

impl FileSink {
    /// Creates or empties the file called `name`.
    fn create(storage: &Arc<dyn Storage>, name: &str) -> Result<Self> {
        let file = storage.open(Path::new(name), Open::Create, false);
        let file = file.map_err(|cause| cannot_open(name, &cause))?;
        file.truncate(0).map_err(|cause| Error::system(format!("cannot empty {name}"), &cause))?;
        Ok(FileSink { file, name: name.to_owned(), end: 0 })
    }
}

impl Sink for FileSink {
    fn write(&mut self, lines: &[u8]) -> Result<()> {
        let failed = |cause| Error::system(format!("cannot write {}", self.name), &cause);
        self.file.write_all_at(lines, self.end).map_err(failed)?;
        self.end += lines.len() as u64;
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// A table in a file, which is replaced as a whole when the table is complete.
struct TableFile {
    storage: Arc<dyn Storage>,
    name: String,
    rows: Vec<u8>,
}

impl Sink for TableFile {
    fn write(&mut self, lines: &[u8]) -> Result<()> {
        self.rows.extend_from_slice(lines);
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        let written = crate::log::files::replace(&self.storage, Path::new(&self.name), &self.rows);
        written.map_err(|cause| Error::system(format!("cannot write {}", self.name), &cause))
    }

    fn interrupt(&mut self) -> Result<()> {
        // Half a table does not replace a whole one.
        Ok(())
    }
}

/// A table goes into a file, old or new as a whole at every moment; a stream only grows, so it takes none.
pub fn open_table(storage: &Arc<dyn Storage>, name: &str) -> Result<Box<dyn Sink>> {
    match storage.metadata(Path::new(name)) {
        Ok(found) if found.kind == FileKind::Directory => Err(Error::usage(format!(
            "{name} is a stream, which only grows, and a table is written anew by each run"
        ))
        .hint("append the changes with --emit updates, or write the table to a file")),
        _ => Ok(Box::new(TableFile { storage: storage.clone(), name: name.to_owned(), rows: Vec::new() })),
    }
}

/// Leaves out, sorts, limits and shapes rows before another sink gets them.
struct ShapedSink {
    shape: Shape,
    inner: Box<dyn Sink>,
    shaped: Vec<u8>,
}

/// Rows through `shape` into `inner`; just `inner` when there is nothing to shape.
pub fn shaped(shape: Shape, inner: Box<dyn Sink>) -> Box<dyn Sink> {
    if shape.is_plain() { inner } else { Box::new(ShapedSink { shape, inner, shaped: Vec::new() }) }
}

impl ShapedSink {
    fn pass_on(&mut self) -> Result<()> {
        self.inner.write(&self.shaped)?;
        self.shaped.clear();
        Ok(())
    }
}

impl Sink for ShapedSink {
    fn write(&mut self, lines: &[u8]) -> Result<()> {
        self.shape.push_all(lines, &mut self.shaped)?;
        self.pass_on()
    }

    fn flush(&mut self) -> Result<()> {
        self.shape.flush(&mut self.shaped)?;
        self.pass_on()?;
        self.inner.flush()
    }

    fn finish(&mut self) -> Result<()> {
        self.shape.finish(&mut self.shaped)?;
        self.pass_on()?;
        self.inner.finish()
    }

    fn interrupt(&mut self) -> Result<()> {
        self.shape.finish(&mut self.shaped)?;
        self.pass_on()?;
        self.inner.interrupt()
    }

    fn place(&self) -> Option<u64> {
        self.inner.place()
    }
}

/// A stream directory: each flush is one batch.
struct StreamSink {
    stream: Stream,
    lines: Vec<u8>,
}

/// How many bytes of lines make a batch.
const BATCH_BYTES: usize = 4 << 20;

impl Sink for StreamSink {
    fn write(&mut self, lines: &[u8]) -> Result<()> {
        self.lines.extend_from_slice(lines);
        if self.lines.len() > BATCH_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let (mut writer, _) = self.stream.writer(Patience::Forever, Sync::End)?;
        writer.append(&self.lines, memchr::memchr_iter(b'\n', &self.lines).count() as u64)?;
        self.lines.clear();
        writer.finish().map(|_| ())
    }
}

/// What stands behind a name on the command line: a stream that is appended to, or a file that is written anew.
pub fn open(storage: &Arc<dyn Storage>, name: &str) -> Result<Box<dyn Sink>> {
    let path = Path::new(name);
    match storage.metadata(path) {
        Ok(found) if found.kind == FileKind::Directory => {
            Ok(Box::new(StreamSink { stream: Stream::open(storage.clone(), path)?, lines: Vec::new() }))
        }
        _ => Ok(Box::new(FileSink::create(storage, name)?)),
    }
}
