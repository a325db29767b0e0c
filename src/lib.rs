//! bourn: event streams over plain JSON-lines files.
//!
//! The layers, top to bottom; imports go strictly downward (held by `tests/tidy.rs`):
//! `cli` → `pipeline` → {`operator`, `log`} → `event` → `time`, with `sys` (the outside world behind
//! small traits) for `cli`, `pipeline` and `log`, and `error` below everything.

pub mod cli;
pub mod error;
pub mod event;
pub mod log;
pub mod operator;
pub mod pipeline;
pub mod sys;
pub mod time;
