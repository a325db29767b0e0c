//! The program: hands the arguments to [`bourn::cli`] and its exit code to the system.

use std::process::ExitCode;

/// The stack that is set apart, in bytes; of it the system gives only what is used. An expression may build values that
/// are nested as often as it may take steps, and letting go of one descends as deep.
const STACK_BYTES: [usize; 3] = [4 << 30, 1 << 30, 128 << 20];

fn main() -> ExitCode {
    let start = |bytes| {
        std::thread::Builder::new().stack_size(bytes).spawn(|| bourn::cli::run(std::env::args_os())).ok()
    };
    match STACK_BYTES.into_iter().find_map(start) {
        // What a panic of that thread has to say was said by it.
        Some(running) => running.join().unwrap_or(ExitCode::from(101)),
        // A system that gives little memory has small stacks, too.
        None => bourn::cli::run(std::env::args_os()),
    }
}
