//! Instants: RFC 3339 text and numbers since the epoch, both ways. One time parser for everything.

/// An instant in nanoseconds since 1970-01-01T00:00:00Z, negative before; covers the years 0000 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i128);
