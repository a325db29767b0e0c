//! The one error type. Every error says what failed, where, and what to do next; its [`Kind`] picks
//! the exit code. This module knows nothing of the layers above it and prints nothing.

use std::fmt;

/// The result of everything in bourn that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What sort of failure it was; each has its documented exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The work was done and the answer is no: a check failed, lines were set aside. Exit 1.
    Answer,
    /// The command line, an expression, a duration or a setting is wrong. Exit 2.
    Usage,
    /// The data is bad or damaged. Exit 3.
    Data,
    /// Somebody else was first: an expected version or a lock. Exit 4.
    Conflict,
    /// The system refused: disk full, permission, a failed flush. Exit 5.
    System,
    /// Nobody reads the output any more; the program ends quietly. Exit 0.
    ClosedPipe,
    /// A signal asked the program to stop; what was in hand is finished. Exit 130.
    Interrupted,
}

impl Kind {
    /// The process exit code that stands for this kind.
    pub fn exit_code(self) -> u8 {
        match self {
            Kind::Answer => 1,
            Kind::Usage => 2,
            Kind::Data => 3,
            Kind::Conflict => 4,
            Kind::System => 5,
            Kind::ClosedPipe => 0,
            Kind::Interrupted => 130,
        }
    }
}

/// Where in the data an error is: `source:line:column`. Line and column count from 1; the column is
/// in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file, stream segment or `-`; empty while the layer that knows it has not been reached.
    pub source: String,
    /// The line number within `source`, from 1.
    pub line: Option<u64>,
    /// The byte column within the line, from 1.
    pub column: Option<u64>,
}

/// An error: one sentence of what, where and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Parts>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    kind: Kind,
    what: String,
    place: Place,
    hint: Option<String>,
}

impl Error {
    /// An error of `kind` whose sentence begins with `what` (lower case, no full stop).
    pub fn new(kind: Kind, what: impl Into<String>) -> Self {
        Error(Box::new(Parts { kind, what: what.into(), place: Place::default(), hint: None }))
    }

    /// A wrong command line, expression or setting (exit 2).
    pub fn usage(what: impl Into<String>) -> Self {
        Self::new(Kind::Usage, what)
    }

    /// Bad or damaged data (exit 3).
    pub fn data(what: impl Into<String>) -> Self {
        Self::new(Kind::Data, what)
    }

    /// A conflict with somebody else's write or lock (exit 4).
    pub fn conflict(what: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, what)
    }

    /// The system refused (exit 5); `doing` says what was tried, as in "cannot open x".
    pub fn system(doing: impl fmt::Display, cause: &std::io::Error) -> Self {
        match cause.kind() {
            std::io::ErrorKind::BrokenPipe => Self::new(Kind::ClosedPipe, doing.to_string()),
            _ => Self::new(Kind::System, format!("{doing}: {}", plain_cause(cause))),
        }
    }

    /// Adds what the user can do about it; replaces an earlier hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Adds to the sentence in what the failure was: "in 'sum(.x)'".
    #[must_use]
    pub fn within(mut self, context: impl fmt::Display) -> Self {
        self.0.what = format!("{} {context}", self.0.what);
        self
    }

    /// Says in which byte column (from 1) of the line it is, unless that is known already.
    #[must_use]
    pub fn column(mut self, column: u64) -> Self {
        self.0.place.column.get_or_insert(column);
        self
    }

    /// Says in which source and line (from 1) it is, unless that is known already.
    #[must_use]
    pub fn at(mut self, source: &str, line: u64) -> Self {
        if self.0.place.source.is_empty() {
            self.0.place.source = source.to_owned();
            self.0.place.line = Some(line);
        }
        self
    }

    /// Says in which source it is when no line is concerned.
    #[must_use]
    pub fn source(mut self, source: &str) -> Self {
        if self.0.place.source.is_empty() {
            self.0.place.source = source.to_owned();
        }
        self
    }

    /// The kind, which picks the exit code.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The sentence without place and hint.
    pub fn what(&self) -> &str {
        &self.0.what
    }

    /// Where it is, as far as known.
    pub fn place(&self) -> &Place {
        &self.0.place
    }
}

/// The system's own words without Rust's "(os error N)".
fn plain_cause(cause: &std::io::Error) -> String {
    let text = cause.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = &self.0.place;
        if !place.source.is_empty() {
            escape(f, &place.source)?;
            if let Some(line) = place.line {
                write!(f, ":{line}")?;
            }
            if let Some(column) = place.column {
                write!(f, ":{column}")?;
            }
            f.write_str(": ")?;
        }
        escape(f, &self.0.what)?;
        if let Some(hint) = &self.0.hint {
            f.write_str("; ")?;
            escape(f, hint)?;
        }
        Ok(())
    }
}

/// Control characters from data must not reach a terminal.
fn escape(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for c in text.chars() {
        if c.is_control() { write!(f, "{}", c.escape_default())? } else { write!(f, "{c}")? }
    }
    Ok(())
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_sentence_of_where_what_and_what_to_do() {
        let error = Error::data("expected ':'").column(17).at("ledger.jsonl", 1204).hint("fix the line");
        assert_eq!(error.to_string(), "ledger.jsonl:1204:17: expected ':'; fix the line");
        assert_eq!(error.kind().exit_code(), 3);
    }

    #[test]
    fn bytes_from_data_are_escaped() {
        let error = Error::data("unknown \u{1b}[31mtype");
        assert_eq!(error.to_string(), "unknown \\u{1b}[31mtype");
    }
}
