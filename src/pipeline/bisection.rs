//! Finds the part of a plain file that may hold a range of event times, where it is known how late events are at most. An
//! event that lies further before the range than that tells that all before it do; one that lies further behind it tells
//! the same of all that follow. So a few lines are looked at; of the rest only the ends are counted, since the account and
//! the offsets want them. Nothing rests on where the search looks: a file that is otherwise only has more read of it.

use std::io::{self, Read};

use super::lines::{LineReader, read_error};
use super::source::{BlockReader, Next};
use crate::error::Result;
use crate::event::Event;
use crate::event::envelope::Field;
use crate::event::line::{Block, Line, Offset};
use crate::event::scan::{Extractor, Projection};
use crate::log::index::Between;
use crate::log::reader::Passed;
use crate::sys::storage::File;
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;

/// How many bytes are looked at in one place, and in how few no place is searched for.
const PROBE_BYTES: u64 = if cfg!(test) { 256 } else { 64 << 10 };

/// How many bytes are read at a time to count lines.
const COUNT_BYTES: usize = 256 << 10;

/// A range of event times, and how late events are at most.
#[derive(Clone)]
pub struct Bisection {
    between: Between,
    lateness: Duration,
    projection: Projection,
    time: Field,
}

impl Bisection {
    /// A search for the events that lie `between`, of which none is later than `lateness`; `projection` has the fields of
    /// `time`.
    pub fn new(between: Between, lateness: Duration, projection: Projection, time: Field) -> Bisection {
        Bisection { between, lateness, projection, time }
    }

    /// The lines of a plain file that may lie in the range; the others are told as passed.
    pub fn reader(&self, file: Box<dyn File>, name: &str, max_line: usize) -> Result<Box<dyn BlockReader>> {
        let failed = |cause| read_error(name, 1, &cause);
        let size = file.metadata().map_err(failed)?.bytes;
        let (start, end) = self.part(&*file, size).map_err(failed)?;
        let before = count_lines(&*file, 0, start).map_err(failed)?;
        let file = std::sync::Arc::<dyn File>::from(file);
        let part = Part { file: file.clone(), position: start, end };
        let lines = LineReader::new(Box::new(part), name, max_line).behind(before);
        Ok(Box::new(Bisected {
            lines,
            name: name.to_owned(),
            file,
            end,
            before,
            is_told: before == 0,
            passed: None,
        }))
    }

    /// Where the part begins and ends; without an end it goes to that of the file.
    fn part(&self, file: &dyn File, size: u64) -> io::Result<(u64, Option<u64>)> {
        let (mut probe, late) = (Probe::new(self), self.lateness.0);
        let (mut start, mut high) = (0, size);
        if let Some(from) = self.between.from {
            while high > start + PROBE_BYTES {
                let middle = start + (high - start) / 2;
                match probe.look(file, middle)? {
                    Some(found) if found.time.0 + late < from.0 => start = found.end,
                    _ => high = middle,
                }
            }
        }
        let Some(to) = self.between.to else { return Ok((start, None)) };
        let (mut low, mut high, mut end) = (start, size, None);
        while high > low + PROBE_BYTES {
            let middle = low + (high - low) / 2;
            match probe.look(file, middle)? {
                Some(found) if found.time.0 - late > to.0 => {
                    high = middle;
                    end = Some(end.map_or(found.start, |end: u64| end.min(found.start)));
                }
                _ => low = middle,
            }
        }
        Ok((start, end))
    }
}

/// Looks at single places.
struct Probe<'a> {
    time: &'a Field,
    extractor: Extractor,
    bytes: Vec<u8>,
}

/// An event that was come upon.
struct Found {
    time: Timestamp,
    start: u64,
    /// Where the next line begins.
    end: u64,
}

impl Probe<'_> {
    fn new(bisection: &Bisection) -> Probe<'_> {
        let bytes = vec![0; PROBE_BYTES as usize];
        Probe { time: &bisection.time, extractor: Extractor::new(&bisection.projection), bytes }
    }

    /// The first event with a time whose line begins behind `position`, if it is near.
    fn look(&mut self, file: &dyn File, position: u64) -> io::Result<Option<Found>> {
        let count = read_full(file, &mut self.bytes, position)?;
        let text = &self.bytes[..count];
        let mut newlines = memchr::memchr_iter(b'\n', text);
        let Some(mut start) = newlines.next().map(|newline| newline + 1) else { return Ok(None) };
        let mut fields = Vec::new();
        for newline in newlines {
            let bytes = &text[start..newline];
            if self.extractor.extract(bytes, &mut fields).is_ok() {
                let line = Line { bytes, source: "", number: 0, offset: Offset(0) };
                if let Ok(time) = self.time.time(&Event::new(line, 0, &fields)) {
                    let at = |place: usize| position + place as u64;
                    return Ok(Some(Found { time, start: at(start), end: at(newline + 1) }));
                }
            }
            start = newline + 1;
        }
        Ok(None)
    }
}

/// Reads until the buffer is full or the file ends.
fn read_full(file: &dyn File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    let mut count = 0;
    while count < buffer.len() {
        match file.read_at(&mut buffer[count..], position + count as u64) {
            Ok(0) => break,
            Ok(read) => count += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

/// How many lines there are from `start` to `end`, or to the end of the file; a last one without newline counts.
fn count_lines(file: &dyn File, start: u64, end: u64) -> io::Result<u64> {
    let mut buffer = vec![0; COUNT_BYTES.min(usize::try_from(end - start).unwrap_or(COUNT_BYTES))];
    let (mut position, mut lines, mut last) = (start, 0, b'\n');
    while position < end {
        let wanted = buffer.len().min(usize::try_from(end - position).unwrap_or(usize::MAX));
        let count = read_full(file, &mut buffer[..wanted], position)?;
        let Some(&byte) = buffer[..count].last() else { break };
        lines += memchr::memchr_iter(b'\n', &buffer[..count]).count() as u64;
        (position, last) = (position + count as u64, byte);
    }
    Ok(lines + u64::from(last != b'\n'))
}

/// The bytes of a part of a file.
struct Part {
    file: std::sync::Arc<dyn File>,
    position: u64,
    end: Option<u64>,
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.end.map_or(u64::MAX, |end| end - self.position);
        let wanted = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let count = self.file.read_at(&mut buffer[..wanted], self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}

/// Reads the part.
struct Bisected {
    lines: LineReader,
    name: String,
    file: std::sync::Arc<dyn File>,
    /// Where the part ends, if lines follow that are passed over.
    end: Option<u64>,
    /// How many lines stand before the part.
    before: u64,
    is_told: bool,
    passed: Option<Passed>,
}

impl BlockReader for Bisected {
    fn next_block(&mut self, block: &mut Block) -> Result<Next> {
        let next = self.next_block_behind(0, block)?;
        if next == Next::Block {
            self.lines.go_on(block.line_count());
        }
        Ok(next)
    }

    fn next_block_behind(&mut self, lines: u64, block: &mut Block) -> Result<Next> {
        if !std::mem::replace(&mut self.is_told, true) {
            self.passed = Some(Passed { lines: self.before, end: Offset(self.before) });
        }
        let next = self.lines.next_block_behind(lines, block)?;
        if next == Next::End
            && let Some(end) = self.end.take()
        {
            let behind = count_lines(&*self.file, end, u64::MAX);
            let behind = behind.map_err(|cause| read_error(&self.name, self.lines.number(), &cause))?;
            let before = self.passed.map_or(0, |passed| passed.lines);
            let end = Offset(self.lines.number() - 1 + behind);
            self.passed = Some(Passed { lines: before + behind, end });
        }
        Ok(next)
    }

    fn passed(&mut self) -> Option<Passed> {
        self.passed.take()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::event::envelope::{Choice, Envelope, Part as EnvelopePart};
    use crate::sys::simulated::SimulatedDisk;
    use crate::sys::storage::{Open, Storage};

    fn bisection(between: Between, lateness: i128) -> Bisection {
        let mut projection = Projection::default();
        let (time, unit) = (Some(".t".to_owned()), Some("ns".to_owned()));
        let envelope =
            Envelope::new(&Choice { time, time_unit: unit, ..Choice::default() }).expect("an envelope");
        let time = envelope.bind(EnvelopePart::Time, &mut projection);
        Bisection::new(between, Duration(lateness), projection, time)
    }

    /// A file of these times, with lines between that have none, and its lines.
    fn lines_of(times: &[i128]) -> Vec<String> {
        let line = |(at, time): (usize, &i128)| match at % 7 {
            3 => vec!["no event".to_owned(), format!("{{\"t\":{time}}}")],
            5 => vec![format!("{{\"t\":{time},\"pad\":\"{}\"}}", "x".repeat(at % 90))],
            _ => vec![format!("{{\"t\":{time}}}")],
        };
        times.iter().enumerate().flat_map(line).collect()
    }

    /// What is read of a file, with the number of each line, how many lines were read or passed, and how many were read.
    fn read(text: &str, bisection: &Bisection) -> (Vec<(u64, String)>, u64, u64) {
        let disk = SimulatedDisk::default();
        let file = disk.open(Path::new("x"), Open::Create, false).expect("a file");
        file.write_all_at(text.as_bytes(), 0).expect("written");
        let mut reader = bisection.reader(file, "x", 1 << 20).expect("a reader");
        let (mut block, mut lines, mut all, mut passed) = (Block::default(), Vec::new(), 0, 0);
        loop {
            let next = reader.next_block(&mut block).expect("lines");
            if let Some(Passed { lines, end }) = reader.passed() {
                passed += lines;
                all += lines;
                assert_eq!(
                    end.0,
                    if next == Next::End { all } else { lines },
                    "the offset behind what was passed"
                );
            }
            if next != Next::Block {
                return (lines, all, passed);
            }
            all += block.line_count();
            for line in block.lines() {
                assert_eq!(line.number, line.offset.0 + 1);
                lines.push((line.number, String::from_utf8_lossy(line.bytes).into_owned()));
            }
        }
    }

    proptest! {
        #[test]
        fn every_line_of_the_range_is_read_and_all_are_counted(
            steps in prop::collection::vec((0i128..20, 0i128..50), 0..400),
            (from, to) in (prop::option::of(-100i128..4500), prop::option::of(-100i128..4500)),
            ends_with_newline: bool,
        ) {
            let mut newest = 0;
            let times: Vec<i128> = steps.iter().map(|(ahead, late)| { newest += ahead; newest - late }).collect();
            let lines = lines_of(&times);
            let mut text = lines.join("\n");
            if ends_with_newline && !text.is_empty() {
                text.push('\n');
            }
            let between = Between { from: from.map(Timestamp), to: to.map(Timestamp) };
            let (read, all, _) = read(&text, &bisection(between, 50 + 20));
            prop_assert_eq!(all, lines.len() as u64);
            for (number, line) in &read {
                prop_assert_eq!(line, &lines[*number as usize - 1]);
            }
            for (line, number) in lines.iter().zip(1..) {
                let time = line.strip_prefix("{\"t\":").and_then(|rest| rest.split([',', '}']).next()?.parse::<i128>().ok());
                let wanted = time.is_some_and(|time| from.is_none_or(|from| time >= from) && to.is_none_or(|to| time <= to));
                prop_assert!(!wanted || read.iter().any(|(read, _)| *read == number), "{} is missing", line);
            }
        }
    }

    #[test]
    fn little_is_read_of_a_file_in_order() {
        let times: Vec<i128> = (0..20_000).collect();
        let text = lines_of(&times).join("\n");
        let between = Between { from: Some(Timestamp(10_000)), to: Some(Timestamp(10_010)) };
        let (read, all, passed) = read(&text, &bisection(between, 0));
        assert!(read.len() < 100, "{} lines", read.len());
        assert_eq!(all, passed + read.len() as u64);
    }
}
