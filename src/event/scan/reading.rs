//! Reads lines of known layouts: one, or as many as stand one behind the other. How a line is compared with the layouts is in
//! [`super::layout`].

use super::Span;
use super::chunk::{Chunks, Task, Text};
use super::extracted::Extracted;
use super::layout::{Layouts, Match, read};

/// The first line of `text`, which goes on behind it.
pub struct Reading<'a> {
    pub layouts: &'a Layouts,
    pub text: &'a [u8],
    pub fields: &'a mut [Option<Span>],
}

impl Task for Reading<'_> {
    type Output = Match;

    #[inline(always)]
    fn run<C: Chunks>(self) -> Match {
        let Reading { layouts, text, fields } = self;
        first::<C>(layouts, text, fields)
    }
}

/// The lines that `text` begins with, as far as they are known.
pub struct ReadingAll<'a> {
    pub layouts: &'a Layouts,
    pub text: &'a [u8],
}

impl Task for ReadingAll<'_> {
    type Output = (usize, u64);

    #[inline(always)]
    fn run<C: Chunks>(self) -> (usize, u64) {
        let (mut at, mut lines) = (0, 0);
        while let Match::Line(length) = first::<C>(self.layouts, &self.text[at..], &mut []) {
            at += length + 1;
            lines += 1;
        }
        (at, lines)
    }
}

/// The same with their fields, at most so many lines.
pub struct ReadingLines<'a> {
    pub layouts: &'a Layouts,
    pub text: &'a [u8],
    pub at_most: usize,
    pub extracted: &'a mut Extracted,
}

impl Task for ReadingLines<'_> {
    /// The length of what is known, and what the line behind it is, or its last line if there are enough.
    type Output = (usize, Match);

    #[inline(always)]
    fn run<C: Chunks>(self) -> (usize, Match) {
        let mut at = 0;
        loop {
            let found = first::<C>(self.layouts, &self.text[at..], self.extracted.room());
            let Match::Line(length) = found else { return (at, found) };
            self.extracted.push(length);
            at += length + 1;
            if self.extracted.count() >= self.at_most {
                return (at, found);
            }
        }
    }
}

#[inline(always)]
fn first<C: Chunks>(layouts: &Layouts, text: &[u8], fields: &mut [Option<Span>]) -> Match {
    match read::<C>(layouts, Text::new(text), fields) {
        Ok((length, 0)) => Match::Line(length),
        Ok((length, _)) if std::str::from_utf8(&text[..length]).is_ok() => Match::Line(length),
        Ok(_) => Match::Other,
        Err(miss) => miss,
    }
}
