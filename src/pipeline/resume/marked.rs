//! Sources that are read on from where the last run left them. A mark names the last line that was read and what
//! it said, so that a history that changed since then is told instead of skipped.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::event::line::Block;
use crate::log::place::hash;
use crate::pipeline::source::{self, BlockReader, Next, Options};

/// How far one source was read: up to and with its last line that counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The source as it was named.
    pub source: String,
    /// How many lines of it were read, the last one included.
    pub lines: u64,
    /// The byte at which that line begins; used where the source can be sought.
    pub bytes: u64,
    /// The XXH3 hash of that line, in hex.
    pub last: String,
}

/// Several sources as one, each read on from its mark.
pub struct MarkedReader {
    options: Options,
    /// The sources in their order, each with what was read of it.
    sources: Vec<Source>,
    /// Marks of sources that are not named this time; they are kept for a run that names them again.
    others: Vec<Mark>,
    /// Which source is being read.
    at: usize,
    current: Option<Box<dyn BlockReader>>,
    /// Whether the next line must be the one of the mark.
    is_unchecked: bool,
    /// The offset at which the current source begins.
    base: u64,
    /// Where the block begins that was given last, in lines and bytes of its source.
    given: (u64, u64),
}

struct Source {
    name: String,
    mark: Option<Mark>,
}

impl MarkedReader {
    /// Reads `names` on from `marks`; nothing is opened yet.
    pub fn new(names: &[String], marks: &[Mark], options: &Options) -> Result<MarkedReader> {
        let mut sources: Vec<Source> = Vec::new();
        for name in names {
            if sources.iter().any(|source| source.name == *name) {
                return Err(Error::usage(format!(
                    "{name} is named twice, and --resume keeps one place in it"
                ))
                .hint("name it once"));
            }
            source::check_there(&options.storage, name)?;
            let mark = marks.iter().find(|mark| mark.source == *name).cloned();
            sources.push(Source { name: name.clone(), mark });
        }
        let is_other = |mark: &&Mark| !names.contains(&mark.source);
        let others = marks.iter().filter(is_other).cloned().collect();
        let from = if names.len() > 1 { Default::default() } else { options.from };
        // A mark tells the last line that was read, so that none is passed over for what it holds.
        let options = Options { from, search: None, bisection: None, ..options.clone() };
        let (at, current, base) = (0, None, 0);
        Ok(MarkedReader { options, sources, others, at, current, is_unchecked: false, base, given: (0, 0) })
    }

    /// The mark that stands when `read` is all that was read of the last block.
    fn mark_behind(&self, read: &[u8]) -> Option<Mark> {
        let source = self.sources.get(self.at)?;
        if read.is_empty() || source.name == "-" {
            return source.mark.clone();
        }
        let text = read.strip_suffix(b"\n").unwrap_or(read);
        let start = memchr::memrchr(b'\n', text).map_or(0, |before| before + 1);
        Some(Mark {
            source: source.name.clone(),
            lines: self.given.0 + memchr::memchr_iter(b'\n', text).count() as u64 + 1,
            bytes: self.given.1 + start as u64,
            last: hash(&text[start..]),
        })
    }

    /// Opens the source at hand where its mark stands.
    fn open(&self) -> Result<Box<dyn BlockReader>> {
        let source = &self.sources[self.at];
        source::open_at(&source.name, &self.options, source.mark.as_ref())
    }

    /// Holds the first line of the block against the mark, and takes it off.
    fn check(&self, block: &mut Block) -> Result<()> {
        let Some(mark) = &self.sources[self.at].mark else { return Ok(()) };
        let line = block.lines().next().map(|line| (hash(line.bytes), line.offset.0 + 1));
        if line != Some((mark.last.clone(), mark.lines)) {
            return Err(mark.changed());
        }
        block.skip(1);
        Ok(())
    }
}

impl Mark {
    /// The error of a history that is not what was read.
    #[cold]
    pub fn changed(&self) -> Error {
        Error::data("this line is not the one that the last run read: the history was changed, cut or replaced since then")
        .hint("bring it back, or start from the beginning with --rebuild")
        .at(&self.source, self.lines)
    }
}

impl BlockReader for MarkedReader {
    fn next_block(&mut self, block: &mut Block) -> Result<Next> {
        loop {
            if let Some(mark) = self.mark_behind(&block.bytes) {
                self.sources[self.at].mark = Some(mark);
            }
            block.bytes.clear();
            if self.current.is_none() {
                if self.at == self.sources.len() {
                    return Ok(Next::End);
                }
                self.current = Some(self.open()?);
                self.is_unchecked = self.sources[self.at].mark.is_some();
            }
            let Some(reader) = &mut self.current else { continue };
            block.is_damaged = false;
            let next = reader.next_block(block);
            if matches!(next, Ok(Next::Block)) || block.is_damaged {
                if std::mem::take(&mut self.is_unchecked) {
                    self.check(block).inspect_err(|_| block.is_damaged = false)?;
                }
                self.given = (block.first_offset.0, block.first_byte);
                block.first_offset.0 += self.base;
                if !block.bytes.is_empty() {
                    return next;
                }
                continue;
            }
            let next = next?;
            block.bytes.clear();
            if let (true, Some(mark)) = (self.is_unchecked, &self.sources[self.at].mark) {
                return Err(mark.changed());
            }
            if next == Next::Waiting && self.options.follow {
                return Ok(Next::Waiting);
            }
            self.base += self.sources[self.at].mark.as_ref().map_or(0, |mark| mark.lines);
            self.current = None;
            self.at += 1;
        }
    }

    fn wait(&mut self, at_most: Duration) -> Result<()> {
        self.current.as_mut().map_or(Ok(()), |reader| reader.wait(at_most))
    }

    fn marks(&self, read: &[u8]) -> Vec<Mark> {
        let here = self.mark_behind(read);
        let mark =
            |(at, source): (usize, &Source)| if at == self.at { here.clone() } else { source.mark.clone() };
        self.sources.iter().enumerate().filter_map(mark).chain(self.others.iter().cloned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::sys::disk::Disk;

    fn options() -> Options {
        Options { max_line: 100, takes_partial: false, ..Options::whole(Arc::new(Disk)) }
    }

    type Lines = Vec<(u64, String)>;

    /// Reads on from `marks`; gives the lines with their offsets, and the marks behind them.
    fn read(names: &[String], marks: &[Mark]) -> Result<(Lines, Vec<Mark>)> {
        let mut reader = MarkedReader::new(names, marks, &options())?;
        let (mut block, mut lines) = (Block::default(), Vec::new());
        while reader.next_block(&mut block)? == Next::Block {
            lines.extend(
                block.lines().map(|line| (line.offset.0, String::from_utf8_lossy(line.bytes).into_owned())),
            );
        }
        Ok((lines, reader.marks(&[])))
    }

    #[test]
    fn each_source_goes_on_behind_its_last_whole_line() {
        let place = tempfile::tempdir().expect("a directory");
        let names = ["a", "b"].map(|name| place.path().join(name).to_string_lossy().into_owned());
        let write = |at: usize, text: &str| std::fs::write(&names[at], text).expect("written");
        write(0, "\u{feff}one\ntwo\nthr");
        write(1, "four\n");
        let (lines, marks) = read(&names, &[]).expect("readable");
        assert_eq!(lines, [(0, "one".into()), (1, "two".into()), (2, "four".into())]);
        write(0, "\u{feff}one\ntwo\nthree\n");
        let (lines, marks) = read(&names, &marks).expect("readable");
        assert_eq!(lines, [(2, "three".into())]);
        let (lines, marks) = read(&names[1..], &marks).expect("readable");
        assert_eq!((lines.len(), marks.len()), (0, 2), "the mark of the source that was left out is kept");
        write(1, "four\nfive\n");
        assert_eq!(read(&names, &marks).expect("readable").0, [(4, "five".into())]);
        for changed in ["fouR\nfive\n", "four", "", "\n\n"] {
            write(1, changed);
            let error = read(&names, &marks).expect_err("what was read is not there any more");
            assert!(error.to_string().contains("b:1:"), "{error}");
        }
    }

    #[test]
    fn compressed_files_and_tables_are_read_on_by_lines() {
        let place = tempfile::tempdir().expect("a directory");
        let gzip = |text: &str| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            std::io::Write::write_all(&mut encoder, text.as_bytes())
                .and_then(|()| encoder.finish())
                .expect("packed")
        };
        for (name, before, after) in [
            ("x.gz", gzip("1\n2\n"), gzip("1\n2\n3\n")),
            ("x.csv", b"a\n1\n2\n".to_vec(), b"a\n1\n2\n3\n".to_vec()),
        ] {
            let names = [place.path().join(name).to_string_lossy().into_owned()];
            std::fs::write(&names[0], before).expect("written");
            let (lines, marks) = read(&names, &[]).expect("readable");
            assert_eq!(lines.len(), 2, "{name}");
            std::fs::write(&names[0], after).expect("written");
            let (lines, _) = read(&names, &marks).expect("readable");
            assert_eq!((lines.len(), lines[0].0), (1, 2), "{name}");
            assert!(lines[0].1.contains('3'), "{name}");
        }
    }
}
