//! What a run tells a person on standard error: lines set aside, and progress on long work when a
//! terminal is there.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::output;
use crate::error::Error;
use crate::pipeline::Monitor;

/// How many bad lines are named before only their count is kept.
const NAMED: u64 = 10;

/// How long a run takes before it shows progress.
const PATIENCE: Duration = Duration::from_secs(1);

/// Tells a person what happens.
pub struct Reporter {
    begun: Instant,
    bytes: u64,
    bar: Option<ProgressBar>,
    shows_progress: bool,
    set_aside: u64,
}

impl Reporter {
    /// A reporter that shows progress only when standard error is a terminal.
    pub fn new() -> Self {
        let shows_progress = std::io::stderr().is_terminal() && !std::io::stdout().is_terminal();
        Reporter { begun: Instant::now(), bytes: 0, bar: None, shows_progress, set_aside: 0 }
    }

    /// Says how many bad lines were not named one by one; gives how many there were.
    pub fn finish(&mut self) -> u64 {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        if self.set_aside > NAMED {
            output::say(&format!("{} more bad lines were set aside", self.set_aside - NAMED));
        }
        self.set_aside
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Monitor for Reporter {
    fn set_aside(&mut self, why: &Error) {
        self.set_aside += 1;
        if self.set_aside <= NAMED {
            output::say(&format!("set aside: {why}"));
        }
    }

    fn notice(&mut self, what: &str) {
        output::say(what);
    }

    fn advanced(&mut self, bytes: u64) {
        if !self.shows_progress {
            return;
        }
        self.bytes += bytes;
        if self.bar.is_none() && self.begun.elapsed() > PATIENCE {
            let style = ProgressStyle::with_template("{spinner} {bytes} read, {bytes_per_sec}, {elapsed}");
            let bar = ProgressBar::new_spinner();
            self.bar = Some(match style {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            });
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.bytes);
        }
    }

    fn is_interrupted(&self) -> bool {
        crate::sys::signal::interrupted()
    }
}
