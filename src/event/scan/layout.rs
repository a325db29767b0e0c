//! What the lines of a source have in common: the bytes between their values, learned from lines that were
//! walked. A line of a known layout needs no grammar: the learned bytes are compared, 32 in one step, and only
//! the values between them are looked at. A line of another layout is no fault; the walk takes it.
//!
//! The layouts are a tree, since lines that differ in one field share what comes before it. Every path from the
//! root is the beginning of a line that was one JSON object, so what matches a whole path is one as well.

use super::chunk::{CHUNK, Chunks, Task};
use super::learn::Draft;
use super::walk::Walk;
use super::{Node, Span};

/// How many pieces are remembered; lines with ever new keys must not fill the memory.
const PIECES_MAX: usize = 1024;

/// How many pieces can follow the same piece; each one that fits not costs a comparison.
const CHOICES_MAX: usize = 8;

/// Where a wanted field begins or ends within a piece.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// The slot of the field.
    pub slot: usize,
    /// How many bytes of the piece come before it.
    pub offset: u32,
    /// Whether the field ends here.
    pub is_end: bool,
}

/// Bytes that stand between two values, or before the first or behind the last one.
#[derive(Clone, Debug)]
struct Piece {
    /// The first bytes, filled up with zeros.
    start: [u8; CHUNK],
    /// Which bytes of `start` count.
    mask: u32,
    /// Whether the line ends behind the piece; otherwise a value follows.
    is_last: bool,
    length: usize,
    /// The bytes that did not fit into `start`.
    rest: Box<[u8]>,
    marks: Box<[Mark]>,
    /// What is wanted of the value, for arrays.
    node: Option<Box<Node>>,
    /// How deep the value is nested.
    depth: usize,
    /// The first of the pieces that can follow the value.
    next: Option<u32>,
    /// Another piece that can stand in this one's place.
    other: Option<u32>,
}

/// The layouts that were learned.
#[derive(Clone, Debug, Default)]
pub struct Layouts {
    pieces: Vec<Piece>,
    first: Option<u32>,
}

/// What a line is to the layouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// One JSON object in UTF-8 of so many bytes, ended by a newline; its fields are set.
    Line(usize),
    /// Nothing known, or no event. Some fields may be set.
    Other,
    /// There are not enough bytes behind the line to look at it.
    Short,
}

impl Layouts {
    /// Learns the layout that `draft` describes. Gives whether there was room.
    pub fn learn(&mut self, drafts: Vec<Draft<'_>>) -> bool {
        let mut before = None;
        for draft in drafts {
            let Some(at) = self.place(before, draft) else { return false };
            before = Some(at);
        }
        true
    }

    /// The piece like `draft` behind the piece `before`; a new one if there is none and there is room.
    fn place(&mut self, before: Option<u32>, draft: Draft<'_>) -> Option<u32> {
        let first = before.map_or(self.first, |before| self.pieces[before as usize].next);
        let (mut at, mut choices) = (first, 0);
        while let Some(known) = at {
            let piece = &self.pieces[known as usize];
            if piece.is_last == draft.is_last && piece.is(draft.bytes) {
                return Some(known);
            }
            (at, choices) = (piece.other, choices + 1);
        }
        if choices == CHOICES_MAX || self.pieces.len() == PIECES_MAX {
            return None;
        }
        let new = Some(self.pieces.len() as u32);
        self.pieces.push(Piece::new(draft, first));
        match before {
            Some(before) => self.pieces[before as usize].next = new,
            None => self.first = new,
        }
        new
    }
}

impl Piece {
    fn new(draft: Draft<'_>, other: Option<u32>) -> Piece {
        let (head, rest) = draft.bytes.split_at(draft.bytes.len().min(CHUNK));
        let mut start = [0; CHUNK];
        start[..head.len()].copy_from_slice(head);
        Piece {
            start,
            mask: ((1u64 << head.len()) - 1) as u32,
            is_last: draft.is_last,
            length: draft.bytes.len(),
            rest: rest.into(),
            marks: draft.marks.into(),
            node: draft.node.cloned().map(Box::new),
            depth: draft.depth,
            next: None,
            other,
        }
    }

    fn is(&self, bytes: &[u8]) -> bool {
        let (head, rest) = bytes.split_at(bytes.len().min(CHUNK));
        self.length == bytes.len() && self.start[..head.len()] == *head && *self.rest == *rest
    }
}

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
        let mut line = Line { text: self.text, at: 0, high: 0 };
        match line.read::<C>(self.layouts, self.fields) {
            Ok(()) if line.high == 0 || std::str::from_utf8(&line.text[..line.at]).is_ok() => {
                Match::Line(line.at)
            }
            Ok(()) => Match::Other,
            Err(miss) => miss,
        }
    }
}

/// How far a line was read.
struct Line<'a> {
    text: &'a [u8],
    at: usize,
    /// Not zero if one of the bytes that were looked at is not ASCII.
    high: u32,
}

type Known<T> = Result<T, Match>;

impl<'a> Line<'a> {
    /// The chunk at the place that is looked at.
    #[inline(always)]
    fn chunk(&self) -> Known<&'a [u8; CHUNK]> {
        self.text.get(self.at..).and_then(<[u8]>::first_chunk).ok_or(Match::Short)
    }

    #[inline(always)]
    fn read<C: Chunks>(&mut self, layouts: &Layouts, fields: &mut [Option<Span>]) -> Known<()> {
        let mut next = layouts.first;
        loop {
            let piece = self.piece::<C>(layouts, next)?;
            for mark in &piece.marks {
                let place = self.at as u32 + mark.offset;
                match &mut fields[mark.slot] {
                    Some(span) if mark.is_end => span.end = place,
                    field => *field = Some(Span { start: place, end: place }),
                }
            }
            self.at += piece.length;
            if piece.is_last {
                return Ok(());
            }
            self.value::<C>(piece, fields)?;
            next = piece.next;
        }
    }

    /// The one of the pieces from `next` on that stands here.
    #[inline(always)]
    fn piece<'l, C: Chunks>(&self, layouts: &'l Layouts, mut next: Option<u32>) -> Known<&'l Piece> {
        let chunk = self.chunk()?;
        while let Some(at) = next {
            let piece = &layouts.pieces[at as usize];
            if C::equal(chunk, &piece.start) & piece.mask == piece.mask
                && (piece.rest.is_empty() || self.text[self.at + CHUNK..].starts_with(&piece.rest))
                && (!piece.is_last || self.text.get(self.at + piece.length) == Some(&b'\n'))
            {
                return Ok(piece);
            }
            next = piece.other;
        }
        Err(Match::Other)
    }

    #[inline(always)]
    fn value<C: Chunks>(&mut self, piece: &Piece, fields: &mut [Option<Span>]) -> Known<()> {
        let chunk = self.chunk()?;
        match chunk[0] {
            b'"' => self.string::<C>(chunk),
            b'-' | b'0'..=b'9' => self.number::<C>(chunk),
            b't' | b'f' | b'n' => self.word(chunk),
            b'[' => self.array(piece, fields),
            _ => Err(Match::Other),
        }
    }

    #[inline(always)]
    fn string<C: Chunks>(&mut self, mut chunk: &'a [u8; CHUNK]) -> Known<()> {
        // The first byte is the quote that opens the string.
        let mut stops = C::stops(chunk) & !1;
        loop {
            self.high |= C::high(chunk);
            if stops == 0 {
                self.at += CHUNK;
            } else {
                self.at += stops.trailing_zeros() as usize;
                match self.text[self.at] {
                    b'"' => {
                        self.at += 1;
                        return Ok(());
                    }
                    b'\\' => self.walked(Walk::escape)?,
                    // A control character: the string has no end on this line, or has what must be escaped.
                    _ => return Err(Match::Other),
                }
            }
            chunk = self.chunk()?;
            stops = C::stops(chunk);
        }
    }

    #[inline(always)]
    fn number<C: Chunks>(&mut self, chunk: &'a [u8; CHUNK]) -> Known<()> {
        let minus = u32::from(chunk[0] == b'-');
        let digits = C::digits(chunk) >> minus;
        let whole = digits.trailing_ones();
        let mut length = minus + whole;
        if length + 2 < CHUNK as u32 && chunk[length as usize] == b'.' {
            let fraction = (digits >> (whole + 1)).trailing_ones();
            if fraction == 0 {
                return Err(Match::Other);
            }
            length += 1 + fraction;
        }
        if length + 1 >= CHUNK as u32 || matches!(chunk[length as usize], b'e' | b'E' | b'.') {
            return self.walked(Walk::number);
        }
        if whole == 0 || (whole > 1 && chunk[minus as usize] == b'0') {
            return Err(Match::Other);
        }
        self.at += length as usize;
        Ok(())
    }

    #[inline(always)]
    fn word(&mut self, chunk: &'a [u8; CHUNK]) -> Known<()> {
        self.at += match chunk {
            [b't', b'r', b'u', b'e', ..] | [b'n', b'u', b'l', b'l', ..] => 4,
            [b'f', b'a', b'l', b's', b'e', ..] => 5,
            _ => return Err(Match::Other),
        };
        Ok(())
    }

    /// An array is walked: how many elements it has is not a matter of the layout.
    #[inline(never)]
    fn array(&mut self, piece: &Piece, fields: &mut [Option<Span>]) -> Known<()> {
        let start = self.at;
        self.walked(|walk| walk.value(piece.node.as_deref(), fields, piece.depth))?;
        let array = &self.text[start..self.at];
        self.high |= u32::from(!array.is_ascii());
        // To the walk a newline is white space, but here it ends the line.
        if memchr::memchr(b'\n', array).is_some() { Err(Match::Other) } else { Ok(()) }
    }

    #[cold]
    #[inline(never)]
    fn walked(&mut self, take: impl FnOnce(&mut Walk<'a>) -> super::walk::Walked<()>) -> Known<()> {
        let mut walk = Walk::inside(self.text, self.at);
        take(&mut walk).map_err(|_| Match::Other)?;
        self.at = walk.at;
        Ok(())
    }
}
