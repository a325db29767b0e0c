//! Results that go on behind what earlier runs have committed. A run that died may have written rows that it could
//! not commit any more; the next run gives the same rows again, so they are compared and not written twice.

use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::event::line::{Block, Offset};
use crate::log::Stream;
use crate::log::expect::ExpectedEnd;
use crate::log::files::read_range;
use crate::log::writer::Sync;
use crate::pipeline::follow::FollowedFile;
use crate::pipeline::sink::Sink;
use crate::pipeline::source::{self, BlockReader, Next, Options, cannot_open};
use crate::sys::storage::{File, FileKind, Open, Patience, Storage};

/// A file or stream that results are added to.
pub struct Continued {
    name: String,
    target: Target,
    /// What stands behind the commit and was not compared yet; nothing when all of it was.
    tail: Option<Tail>,
}

enum Target {
    /// A file, and where the next row goes in it.
    File { file: Box<dyn File>, end: u64, is_flushed: bool },
    /// A stream, the offset of the next row, and the rows that were not appended yet.
    Stream { stream: Box<Stream>, end: Offset, rows: Vec<u8> },
}

struct Tail {
    reader: Box<dyn BlockReader>,
    block: Block,
    /// How many bytes of the block were compared.
    compared: usize,
}

/// How many bytes of rows make a batch.
const BATCH_BYTES: usize = 4 << 20;

impl Continued {
    /// Opens `name` to go on behind `committed`, which is what [`Sink::place`] said when it was committed: bytes of a
    /// file, events of a stream. Without it a file begins anew, and a stream goes on at its end.
    pub fn open(storage: &Arc<dyn Storage>, name: &str, committed: Option<u64>) -> Result<Continued> {
        let path = Path::new(name);
        let options = Options {
            max_line: usize::MAX,
            from: Offset(committed.unwrap_or(0)),
            takes_partial: false,
            ..Options::whole(storage.clone())
        };
        let (target, reader) = match storage.metadata(path) {
            Ok(found) if found.kind == FileKind::Directory => {
                let stream = Stream::open(storage.clone(), path)?;
                let end = committed.map_or_else(|| stream.end(), |events| Ok(Offset(events)))?;
                let reader = committed.map(|_| source::open_at(name, &options, None)).transpose()?;
                (Target::Stream { stream: Box::new(stream), end, rows: Vec::new() }, reader)
            }
            _ => {
                let file = open_file(storage, name, committed)?;
                let end = committed.unwrap_or(0);
                let reader = committed.map(|bytes| -> Result<Box<dyn BlockReader>> {
                    let again =
                        storage.open(path, Open::Read, false).map_err(|cause| cannot_open(name, &cause))?;
                    Ok(Box::new(FollowedFile::new(again, name, &options)?.start_at(bytes, 1)?))
                });
                (Target::File { file, end, is_flushed: true }, reader.transpose()?)
            }
        };
        let tail = reader.map(|reader| Tail { reader, block: Block::default(), compared: 0 });
        Ok(Continued { name: name.to_owned(), target, tail })
    }

    /// Compares the first of `lines` with what a run that died has written; gives those that are new.
    fn compare<'l>(&mut self, mut lines: &'l [u8]) -> Result<&'l [u8]> {
        while let (Some(tail), false) = (&mut self.tail, lines.is_empty()) {
            let rest = &tail.block.bytes[tail.compared..];
            if rest.is_empty() {
                tail.compared = 0;
                if tail.reader.next_block(&mut tail.block)? != Next::Block {
                    self.tail = None;
                    self.cut(lines)?;
                }
                continue;
            }
            let length = rest.len().min(lines.len());
            if rest[..length] != lines[..length] {
                return Err(self.foreign());
            }
            tail.compared += length;
            let (known, new) = lines.split_at(length);
            self.target.advance(known);
            lines = new;
        }
        Ok(lines)
    }

    /// Takes away the begin of a row that a run that died could not finish; `lines` come next.
    fn cut(&mut self, lines: &[u8]) -> Result<()> {
        let Target::File { file, end, .. } = &self.target else { return Ok(()) };
        let failed = |cause| Error::system(format!("cannot write {}", self.name), &cause);
        let size = file.metadata().map_err(failed)?.bytes;
        // One byte more than could be ours is enough to tell that it is not.
        let length = size.saturating_sub(*end).min(lines.len() as u64 + 1);
        if !lines.starts_with(&read_range(&**file, *end, length).map_err(failed)?) {
            return Err(self.foreign());
        }
        file.truncate(*end).map_err(failed)
    }

    #[cold]
    fn foreign(&self) -> Error {
        let end = match &self.target {
            Target::File { end, .. } => format!("byte {end}"),
            Target::Stream { end, .. } => format!("offset {end}"),
        };
        Error::conflict(format!("{} holds lines from {end} on that this run did not write", self.name)).hint(
            "results go to a file or stream of their own: move those lines elsewhere, or take another one",
        )
    }
}

/// The file of results, with what was committed in it.
fn open_file(storage: &Arc<dyn Storage>, name: &str, committed: Option<u64>) -> Result<Box<dyn File>> {
    let how = if committed.is_some_and(|bytes| bytes > 0) { Open::Write } else { Open::Create };
    let failed = |cause| cannot_open(name, &cause);
    let file = storage.open(Path::new(name), how, false).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.bytes;
    match committed {
        None => file.truncate(0).map_err(failed)?,
        Some(bytes) if size < bytes => {
            return Err(Error::data(format!("{name} has {size} bytes, but {bytes} were written to it"))
                .hint("bring it back, or start from the beginning with --rebuild"));
        }
        Some(_) => {}
    }
    Ok(file)
}

impl Target {
    /// So many rows more stand in it.
    fn advance(&mut self, rows: &[u8]) {
        match self {
            Target::File { end, .. } => *end += rows.len() as u64,
            Target::Stream { end, .. } => end.0 += memchr::memchr_iter(b'\n', rows).count() as u64,
        }
    }

    fn append(&mut self) -> Result<()> {
        let Target::Stream { stream, end, rows } = self else { return Ok(()) };
        if rows.is_empty() {
            return Ok(());
        }
        let count = memchr::memchr_iter(b'\n', rows).count() as u64;
        let (mut writer, _) = stream.writer(Patience::Forever, Sync::End)?;
        writer.expect_end(ExpectedEnd::Exactly(*end))?;
        writer.append(rows, count)?;
        writer.finish_durable()?;
        rows.clear();
        end.0 += count;
        Ok(())
    }
}

impl Sink for Continued {
    fn write(&mut self, lines: &[u8]) -> Result<()> {
        let new = self.compare(lines)?;
        match &mut self.target {
            Target::File { file, end, is_flushed } if !new.is_empty() => {
                let written = file.write_all_at(new, *end);
                written.map_err(|cause| Error::system(format!("cannot write {}", self.name), &cause))?;
                *end += new.len() as u64;
                *is_flushed = false;
            }
            Target::Stream { rows, .. } => rows.extend_from_slice(new),
            Target::File { .. } => {}
        }
        match &self.target {
            Target::Stream { rows, .. } if rows.len() > BATCH_BYTES => self.target.append(),
            _ => Ok(()),
        }
    }

    fn flush(&mut self) -> Result<()> {
        if let Target::File { file, is_flushed: is_flushed @ false, .. } = &mut self.target {
            file.sync().map_err(|cause| Error::system(format!("a flush of {} failed", self.name), &cause))?;
            *is_flushed = true;
        }
        self.target.append()
    }

    fn place(&self) -> Option<u64> {
        Some(match &self.target {
            Target::File { end, .. } => *end,
            Target::Stream { end, .. } => end.0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::sys::disk::Disk;

    fn storage() -> Arc<dyn Storage> {
        Arc::new(Disk)
    }

    /// Goes on behind `committed` with `rows`; gives the new place.
    fn go_on(name: &str, committed: Option<u64>, rows: &[u8]) -> Result<Option<u64>> {
        let mut output = Continued::open(&storage(), name, committed)?;
        for row in rows.split_inclusive(|&byte| byte == b'\n') {
            output.write(row)?;
        }
        output.flush()?;
        Ok(output.place())
    }

    #[test]
    fn rows_that_a_dead_run_left_in_a_file_are_not_written_twice() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("rows.jsonl");
        let name = path.to_string_lossy().into_owned();
        std::fs::write(&path, "old rows of something else\n").expect("written");
        assert_eq!(go_on(&name, None, b"1\n2\n").expect("it begins anew"), Some(4));
        for left in ["", "3", "3\n", "3\n4", "3\n44\n", "3\n44\n5\n"] {
            std::fs::write(&path, format!("1\n2\n{left}")).expect("written");
            assert_eq!(go_on(&name, Some(4), b"3\n44\n5\n").expect("the same rows"), Some(11), "{left:?}");
            assert_eq!(std::fs::read(&path).expect("readable"), b"1\n2\n3\n44\n5\n");
        }
        for foreign in ["x", "3\nx\n", "3\n44\n5\n6\n", "3\n4x"] {
            std::fs::write(&path, format!("1\n2\n{foreign}")).expect("written");
            let error = go_on(&name, Some(4), b"3\n44\n5\n7\n").expect_err("somebody else wrote there");
            assert_eq!(error.kind(), Kind::Conflict, "{foreign:?}");
            let kept = std::fs::read(&path).expect("readable");
            assert!(kept.starts_with(format!("1\n2\n{foreign}").as_bytes()), "{foreign:?} is kept");
        }
        std::fs::write(&path, "1\n").expect("written");
        assert_eq!(go_on(&name, Some(4), b"3\n").expect_err("it was cut").kind(), Kind::Data);
    }

    #[test]
    fn rows_that_a_dead_run_left_in_a_stream_are_not_appended_twice() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("rows");
        let name = path.to_string_lossy().into_owned();
        let append = |lines: &[u8], count| {
            let stream = Stream::create(storage(), &path).expect("a stream");
            let (mut writer, _) = stream.writer(Patience::Forever, Sync::End).expect("free");
            writer.append(lines, count).and_then(|()| writer.finish().map(|_| ())).expect("stored");
        };
        append(b"{\"n\":0}\n", 1);
        assert_eq!(go_on(&name, None, b"{\"n\":1}\n").expect("it goes on at the end"), Some(2));
        append(b"{\"n\":2}\n{\"n\":3}\n", 2);
        let rows = b"{\"n\":2}\n{\"n\":3}\n{\"n\":4}\n";
        assert_eq!(go_on(&name, Some(2), rows).expect("the same rows"), Some(5));
        assert_eq!(
            Stream::open(storage(), &path).and_then(|stream| stream.end()).expect("readable"),
            Offset(5)
        );
        let error = go_on(&name, Some(2), b"{\"n\":2}\n{\"n\":5}\n").expect_err("other rows");
        assert_eq!(error.kind(), Kind::Conflict);
    }
}
