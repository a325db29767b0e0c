//! What the lines of a source have in common: the bytes between their values, learned from lines that were
//! walked. A line of known pieces needs no grammar: the learned bytes are compared, 32 in one step, and only
//! the values between them are looked at. A line with anything else is no fault; the walk takes it.
//!
//! Which pieces can stand at a place depends on nothing but the objects that the value before it is in: their keys,
//! one in the other, are the *state* there. Each piece was once seen in the state it belongs to, and led to the state
//! it leads to, so that pieces one after the other are one JSON object in whatever order they come.

use std::cell::Cell;

use super::chunk::{CHUNK, Chunks, Text};
use super::learn::Draft;
use super::walk::{Walk, Walked};
use super::{Node, Span};

/// How many pieces are remembered; lines with ever new keys must not fill the memory.
const PIECES_MAX: usize = 1024;

/// How many states are remembered.
const STATES_MAX: usize = 64;

/// How many pieces are remembered of one state; each one that does not fit costs a comparison.
const CHOICES_MAX: usize = 32;

/// What happens to a slot on the way through a piece; objects begin and end so many bytes behind its begin.
#[derive(Clone, Copy, Debug)]
pub enum Mark {
    /// What it holds comes from an earlier one of duplicate keys.
    Forget(usize),
    /// The object that is wanted begins.
    Begin(usize, u32),
    /// The object that is wanted ends.
    End(usize, u32),
    /// There is an object, of which no more is asked.
    Object(usize, u32),
}

/// The place of a piece among all; `NONE` if there is none.
type Place = u32;

const NONE: Place = Place::MAX;

const NO_SLOT: u32 = u32::MAX;

/// What comes behind a value, or at the begin of a line.
#[derive(Clone, Debug)]
struct Next {
    /// The state.
    state: u32,
    /// The piece that followed the last time.
    usual: Cell<Place>,
}

/// Bytes that stand between two values, or before the first or behind the last one, there with the newline. The quote that
/// opens a string belongs to them.
#[derive(Clone, Debug)]
#[repr(align(128))]
struct Piece {
    /// The first bytes, filled up with zeros.
    start: [u8; CHUNK],
    /// Which bytes of `start` count.
    mask: u32,
    length: u32,
    /// What follows the value.
    next: Next,
    /// The next of the pieces of the same state.
    other: Place,
    /// The bit of the byte at which the strings that followed so far all ended, counted in the chunk that it ends in;
    /// 0 when they had different lengths.
    usual_end: Cell<u32>,
    /// Which byte that is.
    usual_length: u32,
    /// Whether the value is a string.
    is_string: bool,
    /// Whether there is more to do than to compare `start`: one question for what is seldom.
    is_special: bool,
    /// Whether `rest` has to be compared.
    has_rest: bool,
    /// Whether there are marks.
    has_marks: bool,
    /// The slot to forget first; `NO_SLOT` if there is none.
    forgotten: u32,
    /// The slot that takes the value; `NO_SLOT` if it is in none, or in several.
    slot: u32,
    /// Whether the line ends with the piece; otherwise a value follows.
    is_last: bool,
    /// The bytes that did not fit into `start`.
    rest: Box<[u8]>,
    marks: Box<[Mark]>,
    /// What is wanted of the value.
    node: Option<Box<Node>>,
    /// How deep the value is nested.
    depth: usize,
}

/// The pieces that were learned.
#[derive(Clone, Debug)]
pub struct Layouts {
    pieces: Vec<Piece>,
    /// The keys and the first piece of each state; the first state is that before the line.
    states: Vec<(Box<[u8]>, Place)>,
    first: Next,
}

impl Default for Layouts {
    fn default() -> Self {
        Layouts { pieces: Vec::new(), states: vec![(Box::default(), NONE)], first: Next::new(0) }
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

impl Next {
    fn new(state: u32) -> Next {
        Next { state, usual: Cell::new(NONE) }
    }
}

impl Layouts {
    /// Learns the pieces of a line, as far as there is room.
    pub fn learn(&mut self, drafts: Vec<Draft<'_>>) {
        let (mut state, mut before) = (0, NONE);
        for draft in drafts {
            let Some(behind) = self.state(&draft) else { return };
            let Some(at) = self.place(state, Piece::new(draft, behind)) else { return };
            let next = self.pieces.get(before as usize).map_or(&self.first, |piece| &piece.next);
            next.usual.set(at);
            (state, before) = (behind, at);
        }
    }

    /// The state behind a piece, if there is room.
    fn state(&mut self, draft: &Draft<'_>) -> Option<u32> {
        let Some(value) = &draft.value else { return Some(0) };
        let behind_start = self.states.iter().enumerate().skip(1);
        let known = behind_start.into_iter().find(|(_, (keys, _))| **keys == *value.within);
        if let Some((known, _)) = known {
            return Some(known as u32);
        }
        if self.states.len() == STATES_MAX {
            return None;
        }
        self.states.push((value.within.as_slice().into(), NONE));
        Some(self.states.len() as u32 - 1)
    }

    /// The place of the piece like `new` in its state; if there is none, it is put there, if there is room.
    fn place(&mut self, state: u32, new: Piece) -> Option<Place> {
        let first = &mut self.states[state as usize].1;
        let (mut at, mut choices) = (*first, 0);
        while let Some(piece) = self.pieces.get(at as usize) {
            if piece.is(&new) {
                return Some(at);
            }
            (at, choices) = (piece.other, choices + 1);
        }
        if choices == CHOICES_MAX || self.pieces.len() == PIECES_MAX {
            return None;
        }
        self.pieces.push(Piece { other: *first, ..new });
        *first = self.pieces.len() as Place - 1;
        Some(*first)
    }

    /// The first of the pieces of a state that is longer than `length` and stands at `at`, where `chunk` is.
    #[inline(always)]
    fn find<C: Chunks>(
        &self,
        state: u32,
        length: u32,
        text: Text<'_>,
        at: usize,
        chunk: &[u8; CHUNK],
    ) -> Found<(Place, &Piece)> {
        let mut place = self.states[state as usize].1;
        while let Some(piece) = self.pieces.get(place as usize) {
            if piece.length > length && piece.stands::<C>(text, at, chunk) {
                return Ok((place, piece));
            }
            place = piece.other;
        }
        Err(Match::Other)
    }
}

impl Piece {
    fn new(draft: Draft<'_>, state: u32) -> Piece {
        let mut bytes = draft.bytes.to_vec();
        if draft.value.is_none() {
            bytes.push(b'\n');
        }
        let (head, rest) = bytes.split_at(bytes.len().min(CHUNK));
        let mut start = [0; CHUNK];
        start[..head.len()].copy_from_slice(head);
        // Most marks are one that forgets, since a wanted field is in an object; it is done without a look at the list.
        let (forgotten, marks) = match &draft.marks[..] {
            [Mark::Forget(slot), rest @ ..] => (*slot as u32, rest),
            marks => (NO_SLOT, marks),
        };
        let node = draft.value.as_ref().and_then(|value| value.node);
        let string_end = draft.value.as_ref().and_then(|value| value.string_end).map(|end| end % CHUNK);
        Piece {
            start,
            mask: ((1u64 << head.len()) - 1) as u32,
            length: bytes.len() as u32,
            next: Next::new(state),
            other: NONE,
            usual_end: Cell::new(string_end.map_or(0, |end| 1 << end)),
            usual_length: string_end.unwrap_or(0) as u32,
            is_string: string_end.is_some(),
            is_special: draft.value.is_none()
                || !rest.is_empty()
                || !draft.marks.is_empty()
                || node.is_some(),
            has_rest: !rest.is_empty(),
            has_marks: !marks.is_empty(),
            forgotten,
            slot: match node.map(|node| &node.slots[..]) {
                Some(&[slot]) => slot as u32,
                _ => NO_SLOT,
            },
            is_last: draft.value.is_none(),
            rest: rest.into(),
            marks: marks.into(),
            node: node.cloned().map(Box::new),
            depth: draft.value.map_or(0, |value| value.depth),
        }
    }

    /// Whether the bytes are the same, and so all that was learned with them.
    fn is(&self, other: &Piece) -> bool {
        self.length == other.length && self.start == other.start && self.rest == other.rest
    }

    #[inline(always)]
    fn stands<C: Chunks>(&self, text: Text<'_>, at: usize, chunk: &[u8; CHUNK]) -> bool {
        C::equal(chunk, &self.start) & self.mask == self.mask && (!self.has_rest || self.goes_on(text, at))
    }

    /// Whether the rest of a long piece stands here, too.
    #[inline(never)]
    fn goes_on(&self, text: Text<'_>, at: usize) -> bool {
        text.bytes[at + CHUNK..].starts_with(&self.rest)
    }

    #[inline(never)]
    fn mark(&self, fields: &mut [Option<Span>], at: usize) {
        for mark in &self.marks {
            match *mark {
                Mark::Forget(slot) => fields[slot] = None,
                Mark::Begin(slot, offset) => {
                    let start = at as u32 + offset;
                    fields[slot] = Some(Span { start, end: start });
                }
                Mark::Object(slot, offset) => {
                    let start = at as u32 + offset;
                    fields[slot] = Some(Span { start, end: start + 1 });
                }
                Mark::End(slot, offset) => {
                    if let Some(span) = &mut fields[slot] {
                        span.end = at as u32 + offset;
                    }
                }
            }
        }
    }

    /// Sets the fields whose value stands there.
    #[inline(always)]
    fn set(&self, fields: &mut [Option<Span>], start: usize, end: usize) {
        match fields.get_mut(self.slot as usize) {
            Some(field) => *field = Some(Span { start: start as u32, end: end as u32 }),
            None => self.set_all(fields, start, end),
        }
    }

    #[inline(never)]
    fn set_all(&self, fields: &mut [Option<Span>], start: usize, end: usize) {
        for &slot in self.node.iter().flat_map(|node| &node.slots) {
            fields[slot] = Some(Span { start: start as u32, end: end as u32 });
        }
    }
}

/// What is found, or why there is nothing. The functions below take the place that is looked at and give the place
/// behind what they found, so that it stays in a register all the way.
type Found<T> = Result<T, Match>;

/// Gives the length of the line, and not zero if one of the bytes that were looked at is not ASCII.
#[inline(always)]
pub(super) fn read<'a, C: Chunks>(
    layouts: &'a Layouts,
    text: Text<'a>,
    fields: &mut [Option<Span>],
) -> Found<(usize, u32)> {
    let (mut at, mut high) = (0, 0);
    let mut next = &layouts.first;
    loop {
        let here = text.chunk(at).ok_or(Match::Short)?;
        let mut piece = match layouts.pieces.get(next.usual.get() as usize) {
            Some(piece) if piece.stands::<C>(text, at, here) => piece,
            _ => {
                let (place, piece) = layouts.find::<C>(next.state, 0, text, at, here)?;
                next.usual.set(place);
                piece
            }
        };
        let (start, end) = loop {
            if piece.is_special {
                if let Some(field) = fields.get_mut(piece.forgotten as usize) {
                    *field = None;
                }
                if piece.has_marks {
                    piece.mark(fields, at);
                }
                if piece.is_last {
                    return Ok((at + piece.length as usize - 1, high));
                }
            }
            let start = at + piece.length as usize;
            let chunk = text.chunk(start).ok_or(Match::Short)?;
            if piece.is_string {
                break (start - 1, string::<C>(piece, chunk, text, start, &mut high)?);
            }
            match chunk[0] {
                b'-' | b'0'..=b'9' => break (start, number::<C>(chunk, text, start)?),
                b'[' => break (start, array(piece, text, start, fields, &mut high)?),
                // The piece may be the begin of another one that goes on into a string or an object, or with a space.
                b'"' | b'{' | b' ' | b'\t' | b'\r' => {
                    let (place, longer) = layouts.find::<C>(next.state, piece.length, text, at, here)?;
                    next.usual.set(place);
                    piece = longer;
                }
                _ => break (start, start + word(chunk)?),
            }
        };
        if piece.is_special {
            piece.set(fields, start, end);
        }
        (at, next) = (end, &piece.next);
    }
}

/// A string from behind the quote that opens it.
#[inline(always)]
fn string<'t, C: Chunks>(
    piece: &Piece,
    mut chunk: &'t [u8; CHUNK],
    text: Text<'t>,
    mut at: usize,
    high: &mut u32,
) -> Found<usize> {
    let usual_end = piece.usual_end.get();
    loop {
        let stops = C::stops_and_high(chunk);
        if stops == 0 {
            at += CHUNK;
            chunk = text.chunk(at).ok_or(Match::Short)?;
            continue;
        }
        let lowest = stops & stops.wrapping_neg();
        if lowest == usual_end && chunk[piece.usual_length as usize % CHUNK] == b'"' {
            // The same as below. But the processor, which foresees this branch, need not wait for `stops` to
            // go on with what follows.
            return Ok(at + piece.usual_length as usize + 1);
        }
        let stop = stops.trailing_zeros() as usize;
        if chunk[stop & (CHUNK - 1)] == b'"' {
            piece.usual_end.set(0);
            return Ok(at + stop + 1);
        }
        return special_string::<C>(text, at + stop, high);
    }
}

/// The rest of a string that has escapes, or bytes that are not ASCII.
#[inline(always)]
fn special_string<C: Chunks>(text: Text<'_>, mut at: usize, high: &mut u32) -> Found<usize> {
    loop {
        let chunk = text.chunk(at).ok_or(Match::Short)?;
        *high |= C::high(chunk);
        let stops = C::stops(chunk);
        if stops == 0 {
            at += CHUNK;
            continue;
        }
        let stop = stops.trailing_zeros() as usize;
        at += stop;
        match chunk[stop & (CHUNK - 1)] {
            b'"' => return Ok(at + 1),
            b'\\' => at = walked(text, at, Walk::escape)?,
            // A control character: the string has no end on this line, or has what must be escaped.
            _ => return Err(Match::Other),
        }
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
