//! Where a string ends: the first quote or backslash, 32 bytes at a time. The only place with `unsafe`: vector
//! instructions that every processor of the kind has. Elsewhere, and for what is left of a line, words of eight bytes
//! do, and a test holds both against each other.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// How many bytes come before the first quote or backslash.
#[inline]
pub fn plain_run(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(chunk) = bytes[at..].first_chunk::<32>() {
        let found = quotes(chunk);
        if found != 0 {
            return at + found.trailing_zeros() as usize;
        }
        at += 32;
    }
    at + short_plain_run(&bytes[at..])
}

/// Which of 32 bytes are quotes or backslashes; the first byte is the lowest bit.
#[cfg(target_arch = "x86_64")]
#[inline]
fn quotes(chunk: &[u8; 32]) -> u32 {
    use std::arch::x86_64::{
        _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
    };
    let [low, high]: [u32; 2] = [0, 16].map(|at| {
        let half = chunk[at..at + 16].as_ptr().cast();
        // SAFETY: `half` points to 16 readable bytes, and the load asks for no alignment. SSE2 is part of x86-64.
        unsafe {
            let bytes = _mm_loadu_si128(half);
            let quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'"' as i8));
            let slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'\\' as i8));
            _mm_movemask_epi8(_mm_or_si128(quote, slash)) as u32
        }
    });
    low | high << 16
}

/// Which of 32 bytes are quotes or backslashes; the first byte is the lowest bit.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn quotes(chunk: &[u8; 32]) -> u32 {
    chunk.iter().rev().fold(0, |found, &byte| found << 1 | u32::from(byte == b'"' || byte == b'\\'))
}

/// The same, eight bytes at a time. The lowest byte that the borrow trick marks is always a true one.
#[inline]
fn short_plain_run(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(chunk) = bytes.get(at..at + 8) {
        let word = u64::from_le_bytes(chunk.try_into().expect("the chunk has eight bytes"));
        let quote = word ^ (ONES * b'"' as u64);
        let slash = word ^ (ONES * b'\\' as u64);
        let found = ((quote.wrapping_sub(ONES) & !quote) | (slash.wrapping_sub(ONES) & !slash)) & HIGHS;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while at < bytes.len() && bytes[at] != b'"' && bytes[at] != b'\\' {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_found_wherever_it_stands() {
        for length in 0..200 {
            let mut bytes = vec![b'x'; length];
            assert_eq!((plain_run(&bytes), short_plain_run(&bytes)), (length, length));
            for at in (0..length).rev() {
                bytes[at] = [b'"', b'\\', b'!' + 128, b'#'][at % 4];
                let first = bytes.iter().position(|&byte| byte == b'"' || byte == b'\\').unwrap_or(length);
                assert_eq!((plain_run(&bytes), short_plain_run(&bytes)), (first, first), "{length} {at}");
            }
        }
    }
}
