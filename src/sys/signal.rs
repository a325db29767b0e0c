//! Ctrl-C and SIGTERM: the first one asks the run to finish what is in hand, the second one ends it.

use std::io::PipeReader;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};

static INTERRUPTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Has something to read once a signal has come, whichever thread it came to.
static ARRIVAL: OnceLock<PipeReader> = OnceLock::new();

/// From now on the signals are noted instead of ending the process at once. A file that may not grow is an error of
/// the write, and no end without a word.
pub fn catch() {
    let flag = INTERRUPTED.get_or_init(Arc::default);
    for signal in [SIGINT, SIGTERM] {
        // Where a signal cannot be caught, it does what it always did.
        let _ = signal_hook::flag::register_conditional_default(signal, flag.clone());
        let _ = signal_hook::flag::register(signal, flag.clone());
    }
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
    if let Ok((reader, writer)) = std::io::pipe() {
        for signal in [SIGINT, SIGTERM] {
            if let Ok(writer) = writer.try_clone() {
                let _ = signal_hook::low_level::pipe::register(signal, std::os::fd::OwnedFd::from(writer));
            }
        }
        let _ = ARRIVAL.set(reader);
    }
}

/// What can be polled for a signal: it becomes readable with the first and stays so.
pub fn arrival() -> Option<BorrowedFd<'static>> {
    ARRIVAL.get().map(AsFd::as_fd)
}

/// Whether a signal has come.
pub fn interrupted() -> bool {
    INTERRUPTED.get().is_some_and(|flag| flag.load(Ordering::Relaxed))
}
