//! What 32 bytes of a line are, as bitmaps: bit n speaks of byte n. With AVX2 where the processor has it, and
//! with plain code that gives the same bitmaps elsewhere. With [`super::prefetch`] this is the one file with `unsafe` in it.

/// How many bytes are looked at in one step.
pub const CHUNK: usize = 32;

/// A text whose chunks can be looked at, at any place.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    /// The text.
    pub bytes: &'a [u8],
    /// From how many places on there is a whole chunk.
    places: usize,
}

impl<'a> Text<'a> {
    /// The chunks of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Text<'a> {
        Text { bytes, places: bytes.len().saturating_sub(CHUNK - 1) }
    }

    /// The chunk that begins at `at`; nothing if the text ends before it does.
    #[inline(always)]
    pub fn chunk(&self, at: usize) -> Option<&'a [u8; CHUNK]> {
        // SAFETY: `places` is `bytes.len() - (CHUNK - 1)` or 0, so that the last of the 32 bytes, at `at + CHUNK - 1`,
        // still lies in `bytes`; a chunk is bytes, which need no alignment.
        (at < self.places).then(|| unsafe { &*self.bytes.as_ptr().add(at).cast::<[u8; CHUNK]>() })
    }
}

/// Bitmaps of 32 bytes.
pub trait Chunks {
    /// What ends a run of plain bytes in a string: a quote, a backslash or a control character.
    fn stops(chunk: &[u8; CHUNK]) -> u32;
    /// The same, and the bytes that are not ASCII.
    fn stops_and_high(chunk: &[u8; CHUNK]) -> u32;
    /// The digits.
    fn digits(chunk: &[u8; CHUNK]) -> u32;
    /// The bytes that are not ASCII.
    fn high(chunk: &[u8; CHUNK]) -> u32;
    /// Where two chunks are equal.
    fn equal(left: &[u8; CHUNK], right: &[u8; CHUNK]) -> u32;
    /// Where both pairs of chunks are equal.
    fn equal_both(pair: [&[u8; CHUNK]; 2], other: [&[u8; CHUNK]; 2]) -> u32;
}

/// Work that is done with either kind of bitmaps.
pub trait Task {
    /// What comes of it.
    type Output;

    /// Does it. Must be inlined, so that the instructions of `C` are inlined into it.
    fn run<C: Chunks>(self) -> Self::Output;
}

/// The fastest bitmaps that the processor has; to find that out once is enough.
#[derive(Clone, Copy, Debug)]
pub struct Fastest {
    /// Whether [`avx2::is_there`]; nobody else sets it.
    #[cfg(target_arch = "x86_64")]
    has_avx2: bool,
}

impl Fastest {
    /// Finds out.
    pub fn find() -> Fastest {
        Fastest {
            #[cfg(target_arch = "x86_64")]
            has_avx2: avx2::is_there(),
        }
    }

    /// Does `task` with them.
    #[inline]
    pub fn run<T: Task>(self, task: T) -> T::Output {
        #[cfg(target_arch = "x86_64")]
        if self.has_avx2 {
            // SAFETY: the processor was found to have the instructions that the function is compiled for.
            return unsafe { avx2::run(task) };
        }
        task.run::<Portable>()
    }
}

/// Plain code, eight bytes at a time.
pub struct Portable;

const ONES: u64 = 0x0101_0101_0101_0101;
const LOWS: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// Gathers the highest bits of the bytes that `test` gives for each eight bytes.
#[inline(always)]
fn gather(test: impl Fn(usize) -> u64) -> u32 {
    (0..CHUNK / 8).fold(0, |bits, part| {
        // The product moves bit 7 of byte n to bit 56 + n, and no two of its terms meet in one bit.
        let high = (test(part) >> 7) & ONES;
        bits | ((high.wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32) << (part * 8)
    })
}

#[inline(always)]
fn word(chunk: &[u8; CHUNK], part: usize) -> u64 {
    let (words, _) = chunk.as_chunks::<8>();
    u64::from_le_bytes(words[part])
}

/// The highest bit of each byte that is zero; exact, since nothing is carried from byte to byte.
#[inline(always)]
fn zeros(word: u64) -> u64 {
    !(((word & LOWS) + LOWS) | word | LOWS)
}

/// The highest bit of each byte that is less than `limit`, which is at most 0x80.
#[inline(always)]
fn less(word: u64, limit: u64) -> u64 {
    !(((word & LOWS) + ONES * (0x80 - limit)) | word) & !LOWS
}

impl Chunks for Portable {
    #[inline(always)]
    fn stops(chunk: &[u8; CHUNK]) -> u32 {
        gather(|part| {
            let word = word(chunk, part);
            zeros(word ^ (ONES * u64::from(b'"')))
                | zeros(word ^ (ONES * u64::from(b'\\')))
                | less(word, 0x20)
        })
    }

    #[inline(always)]
    fn stops_and_high(chunk: &[u8; CHUNK]) -> u32 {
        Self::stops(chunk) | Self::high(chunk)
    }

    #[inline(always)]
    fn digits(chunk: &[u8; CHUNK]) -> u32 {
        gather(|part| {
            let word = word(chunk, part);
            less(word, u64::from(b'9') + 1) & !less(word, u64::from(b'0'))
        })
    }

    #[inline(always)]
    fn high(chunk: &[u8; CHUNK]) -> u32 {
        gather(|part| word(chunk, part))
    }

    #[inline(always)]
    fn equal_both(pair: [&[u8; CHUNK]; 2], other: [&[u8; CHUNK]; 2]) -> u32 {
        Self::equal(pair[0], pair[1]) & Self::equal(other[0], other[1])
    }

    #[inline(always)]
    fn equal(left: &[u8; CHUNK], right: &[u8; CHUNK]) -> u32 {
        gather(|part| zeros(word(left, part) ^ word(right, part)))
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::*;

    use super::{CHUNK, Chunks, Task};

    /// Must be used in [`run`] only.
    struct Avx2;

    /// Whether the processor has what [`run`] needs.
    #[inline]
    pub fn is_there() -> bool {
        is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("popcnt")
    }

    /// Does `task` with the instructions of AVX2; unsafe, since the processor must have them: [`is_there`].
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    pub fn run<T: Task>(task: T) -> T::Output {
        task.run::<Avx2>()
    }

    #[inline(always)]
    fn load(chunk: &[u8; CHUNK]) -> __m256i {
        // SAFETY: the reference is good for 32 bytes, and the load asks for no alignment. The instruction is
        // there, because `Avx2` is private and used in `run` only.
        unsafe { _mm256_loadu_si256(chunk.as_ptr().cast()) }
    }

    impl Chunks for Avx2 {
        #[inline(always)]
        fn stops(chunk: &[u8; CHUNK]) -> u32 {
            let bytes = load(chunk);
            // SAFETY: arithmetic in registers, whose instructions are there as in `load`.
            unsafe {
                let quotes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(b'"' as i8));
                let slashes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(b'\\' as i8));
                let control = _mm256_set1_epi8(0x1f);
                let controls = _mm256_cmpeq_epi8(_mm256_max_epu8(bytes, control), control);
                _mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(quotes, slashes), controls)) as u32
            }
        }

        #[inline(always)]
        fn stops_and_high(chunk: &[u8; CHUNK]) -> u32 {
            let bytes = load(chunk);
            // SAFETY: arithmetic in registers, whose instructions are there as in `load`.
            unsafe {
                let quotes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(b'"' as i8));
                let slashes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(b'\\' as i8));
                // As signed numbers, the bytes that are not ASCII are below zero.
                let others = _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), bytes);
                _mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(quotes, slashes), others)) as u32
            }
        }

        #[inline(always)]
        fn digits(chunk: &[u8; CHUNK]) -> u32 {
            let bytes = load(chunk);
            // SAFETY: arithmetic in registers, whose instructions are there as in `load`.
            unsafe {
                let from_zero = _mm256_sub_epi8(bytes, _mm256_set1_epi8(b'0' as i8));
                let nine = _mm256_set1_epi8(9);
                _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(from_zero, nine), nine)) as u32
            }
        }

        #[inline(always)]
        fn high(chunk: &[u8; CHUNK]) -> u32 {
            // SAFETY: arithmetic in registers, whose instructions are there as in `load`.
            unsafe { _mm256_movemask_epi8(load(chunk)) as u32 }
        }

        #[inline(always)]
        fn equal_both(pair: [&[u8; CHUNK]; 2], other: [&[u8; CHUNK]; 2]) -> u32 {
            // SAFETY: arithmetic in registers, whose instructions are there as in `load`.
            unsafe {
                let first = _mm256_cmpeq_epi8(load(pair[0]), load(pair[1]));
                let second = _mm256_cmpeq_epi8(load(other[0]), load(other[1]));
                _mm256_movemask_epi8(_mm256_and_si256(first, second)) as u32
            }
        }

        #[inline(always)]
        fn equal(left: &[u8; CHUNK], right: &[u8; CHUNK]) -> u32 {
            // SAFETY: arithmetic in registers, whose instructions are there as in `load`.
            unsafe { _mm256_movemask_epi8(_mm256_cmpeq_epi8(load(left), load(right))) as u32 }
        }
    }
}
