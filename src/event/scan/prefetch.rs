//! Asks for memory before it is needed. Where a table is larger than the caches, whoever knows what it will look at some
//! events later need not wait for it then.

/// How long a cache line is.
const LINE_BYTES: usize = 64;

/// Asks for the cache lines of `value`; changes nothing but the time that it takes to look at it.
#[inline(always)]
pub fn prefetch<T>(value: &T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let start: *const i8 = std::ptr::from_ref(value).cast();
        for offset in (0..size_of::<T>()).step_by(LINE_BYTES) {
            // SAFETY: every processor of this kind has the instruction, and it neither reads nor faults; the address lies
            // in what the reference is for.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(start.add(offset)) };
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}
