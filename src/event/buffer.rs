//! A buffer that is filled again and again. Knows bytes, and not what they mean.

use std::io::{self, Write};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// Bytes with room behind them. The room keeps what once stood there, so that reading into it costs nothing but the
/// reading: a vector would be filled with zeros before each time. A clone shares the bytes, until either is changed.
#[derive(Clone, Debug, Default)]
pub struct Buffer {
    store: Arc<Vec<u8>>,
    length: usize,
}

impl Buffer {
    /// Room for `count` more bytes; what is written there counts after [`Buffer::grow`].
    pub fn room(&mut self, count: usize) -> &mut [u8] {
        let end = self.length + count;
        let store = Arc::make_mut(&mut self.store);
        if store.len() < end {
            store.resize(end, 0);
        }
        &mut store[self.length..end]
    }

    /// The first `count` bytes of the room count from now on.
    pub fn grow(&mut self, count: usize) {
        assert!(self.length + count <= self.store.len(), "there was room for what was read");
        self.length += count;
    }

    /// Keeps the first `length` bytes.
    pub fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    /// Keeps nothing.
    pub fn clear(&mut self) {
        self.length = 0;
    }

    /// Takes `count` bytes off the front.
    pub fn skip(&mut self, count: usize) {
        Arc::make_mut(&mut self.store).copy_within(count..self.length, 0);
        self.length -= count;
    }

    /// Adds a byte.
    pub fn push(&mut self, byte: u8) {
        self.extend_from_slice(&[byte]);
    }

    /// Adds bytes.
    pub fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.room(bytes.len()).copy_from_slice(bytes);
        self.length += bytes.len();
    }

    /// Moves all of `bytes` to the end.
    pub fn append(&mut self, bytes: &mut Vec<u8>) {
        self.extend_from_slice(bytes);
        bytes.clear();
    }
}

impl Deref for Buffer {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.store[..self.length]
    }
}

impl DerefMut for Buffer {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut Arc::make_mut(&mut self.store)[..self.length]
    }
}

impl From<Vec<u8>> for Buffer {
    fn from(store: Vec<u8>) -> Buffer {
        Buffer { length: store.len(), store: Arc::new(store) }
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stood_there_before_is_not_seen() {
        let mut buffer = Buffer::from(b"abcdef".to_vec());
        buffer.truncate(1);
        buffer.room(10)[..2].copy_from_slice(b"xy");
        assert_eq!(*buffer, *b"a");
        buffer.grow(2);
        buffer.push(b'z');
        assert_eq!(*buffer, *b"axyz");
        buffer.skip(2);
        buffer.append(&mut b"12".to_vec());
        assert_eq!(*buffer, *b"yz12");
        buffer.clear();
        assert!(buffer.is_empty());
    }
}
