//! Threads for a piece of work: one with a deep stack, or one beside this.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// The stack that is set apart, in bytes; of it the system gives only what is used. An expression may build values that
/// are nested as often as it may take steps, and letting go of one descends as deep.
const STACK_BYTES: [usize; 3] = [4 << 30, 1 << 30, 128 << 20];

/// Does the work on a deep stack; an error when it panicked.
pub fn deep<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> thread::Result<T> {
    let work = Arc::new(Mutex::new(Some(work)));
    let start = |bytes| {
        let work = work.clone();
        let begin = move || take(&work).map(|work| work());
        thread::Builder::new().stack_size(bytes).spawn(begin).ok()
    };
    let done = match STACK_BYTES.into_iter().find_map(start) {
        Some(running) => running.join()?,
        // A system that gives little memory has small stacks, too.
        None => take(&work).map(|work| work()),
    };
    Ok(done.expect("one of those who could take the work has taken it"))
}

/// Does both at once, as far as the system has a thread for it.
pub fn both<A: Send, B>(one: impl Fn() -> A + Sync, other: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let running = thread::Builder::new().spawn_scoped(scope, &one);
        let of_other = other();
        let of_one = match running {
            Ok(running) => running.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(_) => one(),
        };
        (of_one, of_other)
    })
}

/// Does the work in a thread that nobody waits for; false when the system has none.
pub fn beside(work: impl FnOnce() + Send + 'static) -> bool {
    thread::Builder::new().spawn(work).is_ok()
}

fn take<W>(work: &Mutex<Option<W>>) -> Option<W> {
    work.lock().unwrap_or_else(PoisonError::into_inner).take()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_deep_has_room_and_what_panics_is_told() {
        fn descend(left: u64) -> u64 {
            let frame = std::hint::black_box([left; 64]);
            if left == 0 { 0 } else { 1 + descend(frame[7] - 1) }
        }
        assert_eq!(deep(|| descend(100_000)).ok(), Some(100_000));
        assert!(deep(|| assert!(std::hint::black_box(false))).is_err());
    }

    #[test]
    fn both_are_done() {
        let text = "a text of the caller".to_owned();
        assert_eq!(both(|| text.len(), || text.as_str()), (20, "a text of the caller"));
    }
}
