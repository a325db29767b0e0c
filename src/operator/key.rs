//! The key of a group, ready to be looked up: its bytes and their hash. A short key lies in place, filled up with zeros to a
//! fixed size, so that to copy it, to hash it and to compare it with others needs no loop. What the bytes mean is
//! [`super::grouping`]'s.

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

/// A short key that is put together from parts.
#[derive(Default)]
pub struct Draft {
    /// The bytes so far, eight in a word, and zeros behind them.
    words: [u64; WORDS],
    length: usize,
}

const WORDS: usize = (SHORT + 1) / 8;

impl Draft {
    /// The draft with the first `length` bytes of a chunk and a zero behind it; nothing if that is too long for a short key,
    /// or if one of the bytes is among the `forbidden` ones.
    #[inline(always)]
    pub fn with(self, chunk: &Place, length: usize, forbidden: [u8; 2]) -> Option<Draft> {
        let (start, end) = (self.length, self.length.wrapping_add(length).wrapping_add(1));
        if length > SHORT || end > SHORT {
            return None;
        }
        let part = first_bytes(chunk, length);
        if has_one(&part, forbidden) {
            return None;
        }
        let words = if start == 0 { part } else { put_behind(&self.words, start, &part) };
        Some(Draft { words, length: end })
    }

    #[inline(always)]
    fn place(&self) -> Place {
        let mut words = self.words;
        // The last byte is not among those of a short key.
        words[WORDS - 1] |= (self.length as u64) << 56;
        bytes_of(&words)
    }
}

/// The first `length` bytes of a chunk, with zeros behind them.
#[inline(always)]
fn first_bytes(chunk: &Place, length: usize) -> [u64; WORDS] {
    let counted = &COUNTED[SHORT + 1 - length..][..SHORT + 1];
    let ((chunk, _), (counted, _)) = (chunk.as_chunks(), counted.as_chunks());
    std::array::from_fn(|at| u64::from_le_bytes(chunk[at]) & u64::from_le_bytes(counted[at]))
}

/// Whether one of the bytes is one of these, which are not zero.
#[inline(always)]
fn has_one(words: &[u64; WORDS], bytes: [u8; 2]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // Not zero if and only if one of the bytes is zero.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
    let [first, second] = bytes.map(|byte| ONES * u64::from(byte));
    let found = words.iter().fold(0, |found, word| found | zeros(word ^ first) | zeros(word ^ second));
    found & (ONES << 7) != 0
}

#[inline(always)]
fn bytes_of(words: &[u64; WORDS]) -> Place {
    let mut bytes = [0; SHORT + 1];
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
    bytes
}

/// `part` behind the first `start` bytes of `words`.
#[inline]
fn put_behind(words: &[u64; WORDS], start: usize, part: &[u64; WORDS]) -> [u64; WORDS] {
    let mut bytes = [0; 2 * (SHORT + 1)];
    bytes[..SHORT + 1].copy_from_slice(&bytes_of(words));
    bytes[start..start + SHORT + 1].copy_from_slice(&bytes_of(part));
    let (bytes, _) = bytes.as_chunks();
    std::array::from_fn(|at| u64::from_le_bytes(bytes[at]))
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
            // Behind a part something else goes on.
            let mut used = other.clone();
            let draft = parts.iter().try_fold(Draft::default(), |draft, part| {
                let chunk = format!("{part}\\{other:-<40}").into_bytes();
                draft.with(chunk.first_chunk().expect("it is long enough"), part.len(), [b'\\', b'-'])
            });
            prop_assert_eq!(draft.is_some(), text.len() <= SHORT);
            if let Some(draft) = draft {
                used.push('x');
                let mut same = Key::of(used.as_bytes());
                same.take(&draft);
                prop_assert_eq!((same.text(), same.hash(), same.place()), (key.text(), key.hash(), key.place()));
            }
            let chunk = [b'a'; SHORT + 1];
            for forbidden in [[b'a', b'b'], [b'b', b'a']] {
                prop_assert_eq!(Draft::default().with(&chunk, other.len(), forbidden).is_some(), other.is_empty());
            }
            let different = Key::of(other.as_bytes());
            prop_assert_eq!(different.place() == key.place() && key.place() != &ELSEWHERE, other.as_bytes() == text && text.len() <= SHORT);
        }
    }
}
