//! The byte layout of saved operator states: variable-length integers and byte strings with their length
//! in front. Reading checks every length, since a saved state may be damaged.

use crate::error::{Error, Result};

/// The error of a saved state that cannot be read.
#[cold]
pub fn damaged() -> Error {
    Error::data("the saved state of this run is damaged")
        .hint("delete it, and the next run starts from the beginning")
}

/// Appends an integer, seven bits a byte, lowest first.
pub fn put_integer(mut integer: u64, state: &mut Vec<u8>) {
    while integer >= 0x80 {
        state.push(integer as u8 | 0x80);
        integer >>= 7;
    }
    state.push(integer as u8);
}

/// Appends bytes with their length in front.
pub fn put_bytes(bytes: &[u8], state: &mut Vec<u8>) {
    put_integer(bytes.len() as u64, state);
    state.extend_from_slice(bytes);
}

/// Takes an integer off the front of `state`.
pub fn take_integer(state: &mut &[u8]) -> Result<u64> {
    let mut integer = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = state.split_first().ok_or_else(damaged)?;
        *state = rest;
        let bits = u64::from(byte & 0x7f);
        if shift == 63 && bits > 1 {
            return Err(damaged());
        }
        integer |= bits << shift;
        if byte < 0x80 {
            return Ok(integer);
        }
    }
    Err(damaged())
}

/// Takes a byte string off the front of `state`.
pub fn take_bytes<'s>(state: &mut &'s [u8]) -> Result<&'s [u8]> {
    let length = usize::try_from(take_integer(state)?).map_err(|_| damaged())?;
    let (bytes, rest) = state.split_at_checked(length).ok_or_else(damaged)?;
    *state = rest;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_taken_back() {
        let mut state = Vec::new();
        for integer in [0, 1, 127, 128, 300, u64::MAX] {
            put_integer(integer, &mut state);
        }
        put_bytes(b"abc", &mut state);
        let mut rest = state.as_slice();
        for integer in [0, 1, 127, 128, 300, u64::MAX] {
            assert_eq!(take_integer(&mut rest).expect("saved above"), integer);
        }
        assert_eq!(take_bytes(&mut rest).expect("saved above"), b"abc");
        assert!(rest.is_empty());
    }

    #[test]
    fn damage_is_an_error_and_not_a_crash() {
        for mut state in [&b""[..], b"\x80", &[0xff; 12], b"\x05abc", &[0xff, 0xff, 0xff, 0xff, 0x7f, 1]] {
            assert!(take_bytes(&mut state).is_err());
        }
    }
}
