//! The outside world behind small traits: storage, clock, signals. Used by `cli`, `pipeline` and
//! `log` only; the layers `operator`, `event` and `time` never see it.

pub mod clock;
pub mod disk;
pub mod process;
pub mod random;
pub mod signal;
pub mod simulated;
pub mod storage;
pub mod thread;
pub mod watch;
