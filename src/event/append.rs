//! Appends short texts, of which most of what is printed is made: without a loop, and without a call for the bytes of each.

/// Appends `text` to `out`, as [`Vec::extend_from_slice`] does.
#[inline(always)]
pub fn append(text: &[u8], out: &mut Vec<u8>) {
    let is_appended = match text.len() {
        0 => true,
        1 => append_ends::<1>(text, out),
        2..4 => append_ends::<2>(text, out),
        4..8 => append_ends::<4>(text, out),
        8..16 => append_ends::<8>(text, out),
        16..32 => append_ends::<16>(text, out),
        32..=64 => append_ends::<32>(text, out),
        _ => false,
    };
    if !is_appended {
        out.extend_from_slice(text);
    }
}

/// Appends the first `N` bytes and the last `N`, which meet or overlap, and so are all.
#[inline(always)]
fn append_ends<const N: usize>(text: &[u8], out: &mut Vec<u8>) -> bool {
    let (Some(first), Some(last)) = (text.first_chunk::<N>(), text.last_chunk::<N>()) else { return false };
    let end = out.len() + text.len();
    out.extend_from_slice(first);
    out.truncate(end - N);
    out.extend_from_slice(last);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_any_length_are_appended_whole() {
        let text: Vec<u8> = (0..150).collect();
        for length in 0..=text.len() {
            let mut out = b"before".to_vec();
            append(&text[..length], &mut out);
            assert_eq!(out, [b"before", &text[..length]].concat());
        }
    }
}
