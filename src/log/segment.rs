//! Segments: the files that hold a stream's lines, named by the offset of their first one.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::event::line::Offset;
use crate::sys::storage::Storage;

/// One segment of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The offset of its first line.
    pub first: Offset,
    /// Where it is.
    pub path: PathBuf,
}

/// The file name of the segment that begins at `first`.
pub fn file_name(first: Offset) -> String {
    format!("{:020}.jsonl", first.0)
}

/// The first offset that a file name says; nothing when it names no segment.
pub fn first_offset(name: &Path) -> Option<Offset> {
    let digits = name.to_str()?.strip_suffix(".jsonl")?;
    let is_name = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_name { digits.parse().ok().map(Offset) } else { None }
}

/// The segments in `directory`, in order.
pub fn list(storage: &Arc<dyn Storage>, directory: &Path) -> io::Result<Vec<Segment>> {
    let names = storage.list(directory)?.into_iter();
    // Names of twenty digits sort by byte as they do by number.
    Ok(names
        .filter_map(|name| Some(Segment { first: first_offset(&name)?, path: directory.join(name) }))
        .collect())
}
