//! The key of a group, ready to be looked up: its bytes and their hash. A short key lies in place, filled up with zeros to a
//! fixed size, so that to copy it, to hash it and to compare it with others needs no loop. What the bytes mean is
//! [`super::grouping`]'s.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

/// As many bytes of a key lie in place.
pub const SHORT: usize = 31;

/// A short key, filled up with zeros, and its length in the last byte.
pub type Place = [u8; SHORT + 1];

/// What stands in the last byte instead of the length of a short key: this one is long.
pub const LONG: u8 = 0xff;

/// The place of every long key that is looked for.
const ELSEWHERE: Place = {
    let mut place = [0; SHORT + 1];
    place[SHORT] = LONG;
    place
};

/// From each place on as many bytes count as stand in front of the zeros.
const COUNTED: [u8; 2 * (SHORT + 1)] = {
    let mut counted = [0; 2 * (SHORT + 1)];
    let mut at = 0;
    while at <= SHORT {
        counted[at] = 0xff;
        at += 1;
    }
    counted
};

/// The key of a group.
#[derive(Clone, Debug)]
pub struct Key {
    place: Place,
    hash: u64,
    /// The bytes of a long key.
    long: Vec<u8>,
}

impl Default for Key {
    fn default() -> Key {
        Key::of(b"")
    }
}

impl Key {
    /// The key of these bytes.
    pub fn of(text: &[u8]) -> Key {
        let place = place_of(text);
        let long = if place[SHORT] == LONG { text.to_vec() } else { Vec::new() };
        Key { place, hash: hash_in(&place, text), long }
    }

    /// Makes it the key of the bytes that `write` appends to what it is given.
    pub fn set<E>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Result<(), E> {
        self.long.clear();
        write(&mut self.long)?;
        self.place = place_of(&self.long);
        self.hash = hash_in(&self.place, &self.long);
        Ok(())
    }

    /// Makes it the key of a draft.
    #[inline(always)]
    pub fn take(&mut self, draft: &Draft) {
        self.place = draft.place();
        self.hash = xxh3_64(&self.place);
    }

    /// The bytes.
    #[inline]
    pub fn text(&self) -> &[u8] {
        match self.place[SHORT] {
            LONG => &self.long,
            _ => text_of(&self.place),
        }
    }

    /// The bytes of a long key; nothing of a short one.
    #[inline(always)]
    pub fn long(&self) -> &[u8] {
        match self.place[SHORT] {
            LONG => &self.long,
            _ => &[],
        }
    }

    /// The hash under which things of the key are kept.
    #[inline(always)]
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// What a short key is to be compared with; that of a long one equals no other.
    #[inline(always)]
    pub fn place(&self) -> &Place {
        &self.place
    }
}

/// The bytes of the short key in a place.
#[inline(always)]
pub fn text_of(place: &Place) -> &[u8] {
    &place[..usize::from(place[SHORT]).min(SHORT)]
}

/// The place of a key of these bytes.
pub fn place_of(text: &[u8]) -> Place {
    if text.len() > SHORT {
        return ELSEWHERE;
    }
    let mut place = [0; SHORT + 1];
    place[..text.len()].copy_from_slice(text);
    place[SHORT] = text.len() as u8;
    place
}

/// Appends the bytes of the short key in a place.
#[inline(always)]
pub fn append_place(place: &Place, out: &mut Vec<u8>) {
    let end = out.len() + text_of(place).len();
    out.extend_from_slice(place);
    out.truncate(end);
}

/// The hash of a key that lies in a place, or of these bytes, if it is long.
#[inline(always)]
pub fn hash_in(place: &Place, long: &[u8]) -> u64 {
    match place[SHORT] {
        LONG => xxh3_64(long),
        _ => xxh3_64(place),
    }
}

/// The bytes of a place, the first one lowest.
type Halves = [u128; 2];

/// How many bytes a half has.
const HALF: usize = size_of::<u128>();

/// A short key that is put together from parts.
#[derive(Default)]
pub struct Draft {
    /// The bytes so far, and zeros behind them.
    halves: Halves,
    length: usize,
}

impl Draft {
    /// The draft with `part` of a line and a zero behind it; nothing if that is too long for a short key, or if one of the
    /// bytes is among the `forbidden` ones.
    #[inline(always)]
    pub fn with(self, line: &[u8], part: Range<usize>, forbidden: [u8; 2]) -> Option<Draft> {
        let (start, length) = (self.length, part.len());
        let end = start.wrapping_add(length).wrapping_add(1);
        if length > SHORT || end > SHORT {
            return None;
        }
        let counted = halves_of(COUNTED[SHORT + 1 - length..].first_chunk()?);
        let bytes = bytes_from(line, part.start)?;
        let part = [bytes[0] & counted[0], bytes[1] & counted[1]];
        if has_one(part, forbidden) {
            return None;
        }
        let halves = if start == 0 { part } else { put_behind(self.halves, start, part) };
        Some(Draft { halves, length: end })
    }

    #[inline(always)]
    fn place(&self) -> Place {
        let [low, high] = self.halves;
        let mut place = [0; SHORT + 1];
        place[..HALF].copy_from_slice(&low.to_le_bytes());
        // The last byte is not among those of a short key.
        place[HALF..].copy_from_slice(&(high | (self.length as u128) << 120).to_le_bytes());
        place
    }
}

#[inline(always)]
fn halves_of(bytes: &Place) -> Halves {
    let (halves, _) = bytes.as_chunks::<HALF>();
    [u128::from_le_bytes(halves[0]), u128::from_le_bytes(halves[1])]
}

/// As many bytes of a line from `start` on as a place has, and zeros behind the end of the line; nothing for a line that is
/// shorter than a place.
#[inline(always)]
fn bytes_from(line: &[u8], start: usize) -> Option<Halves> {
    match line.get(start..)?.first_chunk() {
        Some(bytes) => Some(halves_of(bytes)),
        None => last_bytes(line, start),
    }
}

/// The same near the end of the line.
fn last_bytes(line: &[u8], start: usize) -> Option<Halves> {
    let [low, high] = halves_of(line.last_chunk()?);
    let bits = 8 * (start + SHORT + 1 - line.len()) as u32;
    Some(match bits.checked_sub(u128::BITS) {
        None => [low >> bits | high.checked_shl(u128::BITS - bits).unwrap_or(0), high >> bits],
        Some(bits) => [high.checked_shr(bits).unwrap_or(0), 0],
    })
}

/// Whether one of the bytes is one of these, which are not zero.
#[inline(always)]
fn has_one(halves: Halves, bytes: [u8; 2]) -> bool {
    let [first, second] = bytes.map(|byte| ONES * u128::from(byte));
    let [low, high] = halves;
    let is_in_low = zeros(low ^ first) | zeros(low ^ second) != 0;
    // Most keys have no more than a half.
    is_in_low || (high != 0 && zeros(high ^ first) | zeros(high ^ second) != 0)
}

const ONES: u128 = u128::from_le_bytes([1; HALF]);

/// Not zero if and only if one of the bytes is zero.
#[inline(always)]
fn zeros(half: u128) -> u128 {
    half.wrapping_sub(ONES) & !half & (ONES << 7)
}

/// `part` behind the first `start` bytes of `halves`; at least one, and what is behind the last byte is left out.
#[inline(always)]
fn put_behind([low, high]: Halves, start: usize, part: Halves) -> Halves {
    let bits = 8 * start as u32;
    match bits.checked_sub(u128::BITS) {
        None => [low | part[0] << bits, high | part[1] << bits | part[0] >> (u128::BITS - bits)],
        Some(bits) => [low, high | part[0] << bits],
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_are_what_their_bytes_are(parts in prop::collection::vec("[ab\u{e9}]{0,12}", 0..5), other in "[ab]{0,40}") {
            let text: Vec<u8> = parts.iter().flat_map(|part| [part.as_bytes(), b"\0"].concat()).collect();
            let key = Key::of(&text);
            prop_assert_eq!(key.text(), &text[..]);
            // A part is followed by something else, or by the end of the line.
            let mut used = other.clone();
            let draft = parts.iter().try_fold(Draft::default(), |draft, part| {
                let line = format!("{:\\<32}{part}{other}", "");
                draft.with(line.as_bytes(), 32..32 + part.len(), [b'\\', b'-'])
            });
            prop_assert_eq!(draft.is_some(), text.len() <= SHORT);
            if let Some(draft) = draft {
                used.push('x');
                let mut same = Key::of(used.as_bytes());
                same.take(&draft);
                prop_assert_eq!((same.text(), same.hash(), same.place()), (key.text(), key.hash(), key.place()));
            }
            let line = [b'a'; SHORT + 1];
            for forbidden in [[b'a', b'b'], [b'b', b'a']] {
                let draft = Draft::default().with(&line, 1..1 + other.len(), forbidden);
                prop_assert_eq!(draft.is_some(), other.is_empty());
            }
            prop_assert!(Draft::default().with(&line[1..], 0..1, [b'b'; 2]).is_none());
            let different = Key::of(other.as_bytes());
            prop_assert_eq!(different.place() == key.place() && key.place() != &ELSEWHERE, other.as_bytes() == text && text.len() <= SHORT);
        }
    }
}
