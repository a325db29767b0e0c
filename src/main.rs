//! The program: hands the arguments to [`bourn::cli`] and its exit code to the system.

use std::process::ExitCode;

fn main() -> ExitCode {
    bourn::cli::run(std::env::args_os())
}
