//! What the lines of a source have in common: the bytes between their values, learned from lines that were
//! walked. A line of a known layout needs no grammar: the learned bytes are compared, 32 in one step, and only
//! the values between them are looked at. A line of another layout is no fault; the walk takes it.
//!
//! The layouts are a tree, since lines that differ in one field share what comes before it. Every path from the
//! root is the beginning of a line that was one JSON object, so what matches a whole path is one as well.

use std::cell::Cell;

use super::chunk::{CHUNK, Chunks, Task, Text};
use super::learn::Draft;
use super::walk::{Walk, Walked};
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

/// The place of a piece among all; `NONE` if there is none.
type Place = u32;

const NONE: Place = Place::MAX;

/// Bytes that stand between two values, or before the first or behind the last one, there with the newline.
#[derive(Clone, Debug)]
#[repr(align(128))]
struct Piece {
    /// The first bytes, filled up with zeros.
    start: [u8; CHUNK],
    /// Which bytes of `start` count.
    mask: u32,
    /// The first of the pieces that can follow the value.
    next: Place,
    /// Another piece that can stand in this one's place.
    other: Place,
    /// The bit of the byte at which the strings that followed so far all ended, counted in the chunk that it ends in;
    /// 0 when they had different lengths.
    usual_end: Cell<u32>,
    /// Whether there is more to do than to compare `start`: one question for what is seldom.
    is_special: bool,
    /// Whether the line ends with the piece; otherwise a value follows.
    is_last: bool,
    /// Which byte `usual_end` is the bit of.
    usual_length: usize,
    length: usize,
    /// The bytes that did not fit into `start`.
    rest: Box<[u8]>,
    marks: Box<[Mark]>,
    /// What is wanted of the value, for arrays.
    node: Option<Box<Node>>,
    /// How deep the value is nested.
    depth: usize,
}

/// The layouts that were learned.
#[derive(Clone, Debug)]
pub struct Layouts {
    pieces: Vec<Piece>,
    first: Place,
}

impl Default for Layouts {
    fn default() -> Self {
        Layouts { pieces: Vec::new(), first: NONE }
    }
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
    /// Learns the layout that `drafts` describe, as far as there is room.
    pub fn learn(&mut self, drafts: Vec<Draft<'_>>) {
        let mut before = NONE;
        for draft in drafts {
            let Some(at) = self.place(before, draft) else { return };
            before = at;
        }
    }

    /// The piece like `draft` behind the piece `before`; a new one if there is none and there is room.
    fn place(&mut self, before: Place, draft: Draft<'_>) -> Option<Place> {
        let new = Piece::new(draft);
        let slot = self.pieces.get(before as usize).map_or(self.first, |piece| piece.next);
        let (mut at, mut choices) = (slot, 0);
        while let Some(piece) = self.pieces.get(at as usize) {
            if piece.is(&new) {
                return Some(at);
            }
            (at, choices) = (piece.other, choices + 1);
        }
        if choices == CHOICES_MAX || self.pieces.len() == PIECES_MAX {
            return None;
        }
        let at = self.pieces.len() as Place;
        match self.pieces.get_mut(before as usize) {
            Some(piece) => piece.next = at,
            None => self.first = at,
        }
        self.pieces.push(Piece { other: slot, ..new });
        Some(at)
    }
}

impl Piece {
    fn new(draft: Draft<'_>) -> Piece {
        let mut bytes = draft.bytes.to_vec();
        if draft.is_last {
            bytes.push(b'\n');
        }
        let (head, rest) = bytes.split_at(bytes.len().min(CHUNK));
        let mut start = [0; CHUNK];
        start[..head.len()].copy_from_slice(head);
        Piece {
            start,
            mask: ((1u64 << head.len()) - 1) as u32,
            next: NONE,
            other: NONE,
            usual_end: Cell::new(draft.string_end.map_or(0, |end| 1 << (end % CHUNK))),
            usual_length: draft.string_end.map_or(0, |end| end % CHUNK),
            is_special: draft.is_last || !rest.is_empty() || !draft.marks.is_empty(),
            is_last: draft.is_last,
            length: bytes.len(),
            rest: rest.into(),
            marks: draft.marks.into(),
            node: draft.node.cloned().map(Box::new),
            depth: draft.depth,
        }
    }

    /// Whether the bytes are the same, and so all that was learned with them.
    fn is(&self, other: &Piece) -> bool {
        self.length == other.length && self.start == other.start && self.rest == other.rest
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
        let Reading { layouts, text, fields } = self;
        match read::<C>(layouts, Text::new(text), fields) {
            Ok((length, 0)) => Match::Line(length),
            Ok((length, _)) if std::str::from_utf8(&text[..length]).is_ok() => Match::Line(length),
            Ok(_) => Match::Other,
            Err(miss) => miss,
        }
    }
}

/// What is found, or why there is nothing. The functions below take the place that is looked at and give the place
/// behind what they found, so that it stays in a register all the way.
type Found<T> = Result<T, Match>;

/// Gives the length of the line, and not zero if one of the bytes that were looked at is not ASCII.
#[inline(always)]
fn read<C: Chunks>(layouts: &Layouts, text: Text<'_>, fields: &mut [Option<Span>]) -> Found<(usize, u32)> {
    let (mut at, mut next, mut high) = (0, layouts.first, 0);
    loop {
        let chunk = text.chunk(at).ok_or(Match::Short)?;
        let Some(mut piece) = layouts.pieces.get(next as usize) else { return Err(Match::Other) };
        if C::equal(chunk, &piece.start) & piece.mask != piece.mask {
            piece = other::<C>(layouts, piece.other, chunk)?;
        }
        while piece.is_special && !goes_on(piece, text, at) {
            piece = other::<C>(layouts, piece.other, chunk)?;
        }
        if piece.is_special {
            set(fields, &piece.marks, at as u32);
            if piece.is_last {
                return Ok((at + piece.length - 1, high));
            }
        }
        at += piece.length;
        let chunk = text.chunk(at).ok_or(Match::Short)?;
        at = match chunk[0] {
            b'"' => string::<C>(piece, chunk, text, at, &mut high)?,
            b'-' | b'0'..=b'9' => number::<C>(chunk, text, at)?,
            b'[' => array(piece, text, at, fields, &mut high)?,
            _ => at + word(chunk)?,
        };
        next = piece.next;
    }
}

/// The first of the pieces from `place` on that begins with `chunk`.
#[inline(always)]
fn other<'l, C: Chunks>(layouts: &'l Layouts, mut place: Place, chunk: &[u8; CHUNK]) -> Found<&'l Piece> {
    while let Some(piece) = layouts.pieces.get(place as usize) {
        if C::equal(chunk, &piece.start) & piece.mask == piece.mask {
            return Ok(piece);
        }
        place = piece.other;
    }
    Err(Match::Other)
}

/// Whether the rest of a long piece stands here, too.
#[inline(never)]
fn goes_on(piece: &Piece, text: Text<'_>, at: usize) -> bool {
    piece.rest.is_empty() || text.bytes[at + CHUNK..].starts_with(&piece.rest)
}

#[inline(never)]
fn set(fields: &mut [Option<Span>], marks: &[Mark], at: u32) {
    for mark in marks {
        let place = at + mark.offset;
        match &mut fields[mark.slot] {
            Some(span) if mark.is_end => span.end = place,
            field => *field = Some(Span { start: place, end: place }),
        }
    }
}

#[inline(always)]
fn string<'t, C: Chunks>(
    piece: &Piece,
    mut chunk: &'t [u8; CHUNK],
    text: Text<'t>,
    mut at: usize,
    high: &mut u32,
) -> Found<usize> {
    // The first byte is the quote that opens the string.
    let mut stops = C::stops(chunk) & !1;
    let usual_end = piece.usual_end.get();
    loop {
        *high |= C::high(chunk);
        if stops == 0 {
            at += CHUNK;
        } else {
            let lowest = stops & stops.wrapping_neg();
            if lowest == usual_end && chunk[piece.usual_length % CHUNK] == b'"' {
                // The same as below. But the processor, which foresees this branch, need not wait for `stops` to
                // go on with what follows.
                return Ok(at + piece.usual_length + 1);
            }
            let stop = stops.trailing_zeros() as usize;
            at += stop;
            match chunk[stop & (CHUNK - 1)] {
                b'"' => {
                    piece.usual_end.set(0);
                    return Ok(at + 1);
                }
                b'\\' => at = walked(text, at, Walk::escape)?,
                // A control character: the string has no end on this line, or has what must be escaped.
                _ => return Err(Match::Other),
            }
        }
        chunk = text.chunk(at).ok_or(Match::Short)?;
        stops = C::stops(chunk);
    }
}

#[inline(always)]
fn number<C: Chunks>(chunk: &[u8; CHUNK], text: Text<'_>, at: usize) -> Found<usize> {
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
        return walked(text, at, Walk::number);
    }
    if whole == 0 || (whole > 1 && chunk[minus as usize] == b'0') {
        return Err(Match::Other);
    }
    Ok(at + length as usize)
}

#[inline(always)]
fn word(chunk: &[u8; CHUNK]) -> Found<usize> {
    match chunk {
        [b't', b'r', b'u', b'e', ..] | [b'n', b'u', b'l', b'l', ..] => Ok(4),
        [b'f', b'a', b'l', b's', b'e', ..] => Ok(5),
        _ => Err(Match::Other),
    }
}

/// An array is walked: how many elements it has is not a matter of the layout.
#[inline(never)]
fn array(
    piece: &Piece,
    text: Text<'_>,
    at: usize,
    fields: &mut [Option<Span>],
    high: &mut u32,
) -> Found<usize> {
    let end = walked(text, at, |walk| walk.value(piece.node.as_deref(), fields, piece.depth))?;
    let array = &text.bytes[at..end];
    *high |= u32::from(!array.is_ascii());
    // To the walk a newline is white space, but here it ends the line.
    if memchr::memchr(b'\n', array).is_some() { Err(Match::Other) } else { Ok(end) }
}

#[cold]
#[inline(never)]
fn walked<'t>(text: Text<'t>, at: usize, take: impl FnOnce(&mut Walk<'t>) -> Walked<()>) -> Found<usize> {
    let mut walk = Walk::inside(text.bytes, at);
    take(&mut walk).map_err(|_| Match::Other)?;
    Ok(walk.at)
}
