//! The fields of many lines that were taken out together, to be handed on line by line: to go from line to line within one
//! loop costs less than to begin with each anew.

use super::layout::Match;
use super::reading::ReadingLines;
use super::{Extractor, Span};
use crate::error::Result;

/// For how many lines room is made in one go.
const ROOM: usize = 32;

/// Lines one behind the other, each with its fields.
#[derive(Debug)]
pub struct Extracted {
    /// Where each line begins, and where one behind the last would.
    starts: Vec<usize>,
    /// The fields of the first line, of the second, and so on; and room for some more, with none set.
    fields: Vec<Option<Span>>,
    /// How many fields a line has.
    slots: usize,
    /// How many lines were handed on.
    taken: usize,
}

impl Default for Extracted {
    fn default() -> Extracted {
        Extracted { starts: vec![0], fields: Vec::new(), slots: 0, taken: 0 }
    }
}

impl Extracted {
    /// Goes on to the next line and gives its length without the newline; nothing behind the last one.
    #[inline(always)]
    pub fn go_on(&mut self) -> Option<usize> {
        let length = self.length_of(self.taken)?;
        self.taken += 1;
        Some(length)
    }

    #[inline(always)]
    fn length_of(&self, line: usize) -> Option<usize> {
        // One behind the newline.
        Some(*self.starts.get(line + 1)? - self.starts[line] - 1)
    }

    /// Which line was handed on last, and where it begins, counted from the first one.
    #[inline]
    pub fn place(&self) -> Option<(usize, usize)> {
        let here = self.taken.checked_sub(1)?;
        Some((here, *self.starts.get(here)?))
    }

    /// Where a line begins, where it ends, without the newline, and its fields.
    #[inline(always)]
    pub fn line(&self, at: usize) -> Option<(usize, usize, &[Option<Span>])> {
        let (&start, &next) = (self.starts.get(at)?, self.starts.get(at + 1)?);
        Some((start, next - 1, self.fields.get(at * self.slots..(at + 1) * self.slots)?))
    }

    /// The line so many places behind another one: where it begins, counted from where that one does, its length and its fields.
    #[inline]
    pub fn behind(&self, line: usize, behind: usize) -> Option<(usize, usize, &[Option<Span>])> {
        let (start, end, fields) = self.line(line + behind)?;
        Some((start - self.starts[line], end - start, fields))
    }

    /// So many lines more were handed on.
    #[inline]
    pub fn skip(&mut self, lines: usize) {
        self.taken += lines;
    }

    /// The fields of the line that was handed on last, or of the first one.
    #[inline(always)]
    pub fn fields(&self) -> &[Option<Span>] {
        &self.fields[self.taken.saturating_sub(1) * self.slots..][..self.slots]
    }

    /// There are no lines any more.
    pub fn clear(&mut self) {
        self.begin(0);
    }

    fn begin(&mut self, slots: usize) {
        self.starts.clear();
        self.starts.push(0);
        self.fields.clear();
        (self.slots, self.taken) = (slots, 0);
    }

    /// How many lines there are.
    #[inline(always)]
    pub(super) fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The place of the next line's fields.
    #[inline(always)]
    pub(super) fn room(&mut self) -> &mut [Option<Span>] {
        let start = self.count() * self.slots;
        if self.fields.len() < start + self.slots {
            self.fields.resize(start + self.slots * ROOM, None);
        }
        &mut self.fields[start..start + self.slots]
    }

    /// The line whose fields were put there is so long.
    #[inline(always)]
    pub(super) fn push(&mut self, length: usize) {
        let start = self.starts[self.starts.len() - 1];
        self.starts.push(start + length + 1);
    }
}

impl Extractor {
    /// Replaces `extracted` by the lines that `text`, which holds whole lines, begins with: at most so many, and none from the
    /// first one on that is no event. Gives the length of the first line, and why that is none, if it is not.
    pub fn extract_lines(
        &mut self,
        text: &[u8],
        at_most: usize,
        extracted: &mut Extracted,
    ) -> (usize, Result<()>) {
        extracted.begin(self.slots);
        let mut at = 0;
        while at < text.len() && extracted.count() < at_most {
            let found = self.extract_known(&text[at..], at_most, extracted, &mut at);
            if matches!(found, Match::Line(_)) || at == text.len() {
                break;
            }
            let (length, taken) = self.extract_other(&text[at..], found, extracted.room());
            if let Err(error) = taken {
                // Those before it are handed on first.
                let is_first = extracted.count() == 0;
                return if is_first {
                    (length, Err(error))
                } else {
                    (extracted.length_of(0).unwrap_or(0), Ok(()))
                };
            }
            extracted.push(length);
            at += length + 1;
        }
        (extracted.length_of(0).unwrap_or(0), Ok(()))
    }

    /// Adds the lines of known layouts that `text` begins with, and moves `at` behind them. Gives what the line behind them is,
    /// or the last one if no other is wanted.
    fn extract_known(
        &mut self,
        text: &[u8],
        at_most: usize,
        extracted: &mut Extracted,
        at: &mut usize,
    ) -> Match {
        if self.resting > 0 {
            return Match::Other;
        }
        let before = extracted.count();
        let reading = ReadingLines { layouts: &self.layouts, text, at_most, extracted };
        let (bytes, found) = self.chunks.run(reading);
        let lines = u32::try_from(extracted.count() - before).unwrap_or(u32::MAX);
        self.known = self.known.saturating_add(lines);
        *at += bytes;
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::path::Path;
    use crate::event::scan::Projection;

    #[test]
    fn lines_that_are_taken_together_have_the_fields_of_single_ones() {
        let mut projection = Projection::default();
        for path in [".a", ".b.c"] {
            projection.slot(&Path::parse(path).expect("a path"));
        }
        let mut lines: Vec<String> = (0..200).map(|n| format!(r#"{{"a":{n},"b":{{"c":"{n}"}}}}"#)).collect();
        lines.extend(
            [r#"{"b":{}}"#, "{}", r#"{"b":{"c":1},"a":2}"#, "broken", r#"{"a":1}"#].map(str::to_owned),
        );
        let mut extracted = Extracted::default();
        let text = lines.join("\n");
        let (first, found) =
            Extractor::new(&projection).extract_lines(text.as_bytes(), usize::MAX, &mut extracted);
        assert!(first == lines[0].len() && found.is_ok());
        let (mut single, mut alone) = (Extractor::new(&projection), Vec::new());
        for line in lines.iter().take_while(|line| *line != "broken") {
            single.extract(line.as_bytes(), &mut alone).expect("an event");
            assert_eq!(extracted.go_on(), Some(line.len()));
            assert_eq!(extracted.fields(), alone, "{line}");
        }
        assert_eq!(extracted.go_on(), None);
        let behind = &text[text.find("broken").expect("it is there")..];
        let (length, found) = single.extract_lines(behind.as_bytes(), 7, &mut extracted);
        assert!(length == "broken".len() && found.is_err() && extracted.go_on().is_none());
    }
}
