//! The limit of steps of an interpreted expression. The interpreter clones values wherever it goes, so a
//! clone is a step, and so is each call of a definition; when the budget is spent, or the stack nearly is, the
//! evaluation unwinds to [`limited`]. Outside of an evaluation clones are free.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::error::{Error, Result};

/// How many steps one evaluation may take unless `--max-steps` says otherwise.
pub const DEFAULT_STEPS: u64 = 10_000_000;

/// The stack that the interpreter may use, in bytes.
const STACK_BYTES: usize = 8 << 20;

/// The stack that must be left for the interpreter to go on, in bytes.
const STACK_RESERVE: usize = 256 << 10;

thread_local! {
    static LEFT: Cell<u64> = const { Cell::new(u64::MAX) };
    static LIMIT: Cell<u64> = const { Cell::new(DEFAULT_STEPS) };
    /// How much stack must be left, in bytes, for the evaluation in hand to go on.
    static STACK_FLOOR: Cell<usize> = const { Cell::new(STACK_RESERVE) };
}

/// Why an evaluation was given up.
enum Spent {
    Steps,
    Stack,
}

/// Sets the limit for the evaluations of this thread from now on.
pub fn set_max_steps(steps: u64) {
    LIMIT.set(steps);
}

/// Takes one step.
#[inline]
pub fn step() {
    let left = LEFT.get();
    if left != u64::MAX {
        spend(left);
    }
}

fn spend(left: u64) {
    if left == 0 {
        resume_unwind(Box::new(Spent::Steps));
    }
    LEFT.set(left - 1);
    if left.is_multiple_of(16) && stacker::remaining_stack().is_some_and(|left| left < STACK_FLOOR.get()) {
        resume_unwind(Box::new(Spent::Stack));
    }
}

/// Runs an evaluation under the limit.
pub fn limited<T>(evaluate: impl FnOnce() -> Result<T>) -> Result<T> {
    let outer = LEFT.replace(LIMIT.get());
    let floor = stacker::remaining_stack().unwrap_or(0).saturating_sub(STACK_BYTES).max(STACK_RESERVE);
    let outer_floor = STACK_FLOOR.replace(floor);
    // The values inside are dropped while unwinding, so nothing half done is seen afterwards.
    let outcome = catch_unwind(AssertUnwindSafe(evaluate));
    LEFT.set(outer);
    STACK_FLOOR.set(outer_floor);
    match outcome {
        Ok(result) => result,
        Err(payload) => match payload.downcast_ref::<Spent>() {
            Some(Spent::Steps) => Err(Error::data(format!(
                "the expression takes more than {} steps for this event",
                LIMIT.get()
            ))
            .hint("does it end? allow more with --max-steps")),
            Some(Spent::Stack) => {
                Err(Error::data("the expression calls itself too deeply for this event").hint("does it end?"))
            }
            None => resume_unwind(payload),
        },
    }
}
