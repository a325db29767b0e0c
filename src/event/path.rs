//! A path to a field: `.a.b`, `."x y"`, `.["x"]`, `.a[0]`. Paths are the one jq shape that the scanner
//! answers straight from the bytes of a line.

use crate::error::{Error, Result};

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The value of a key, unescaped.
    Key(String),
    /// The element of an array; negative counts from the end.
    Index(i64),
}

/// A path from the event to one of its fields; the empty path is the event itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path {
    /// The steps, outermost first.
    pub steps: Vec<Step>,
}
