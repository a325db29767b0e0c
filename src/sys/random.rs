//! Random bytes from the system, for keys.

use std::io;

/// Fills `bytes` with random ones that nobody can guess.
pub fn fill(bytes: &mut [u8]) -> io::Result<()> {
    getrandom::fill(bytes).map_err(|cause| io::Error::other(cause.to_string()))
}
