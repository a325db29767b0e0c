//! Runs a program and measures it: CPU seconds, wall seconds, peak memory. Its output goes into a pipe that is read,
//! since some programs do less when nobody reads.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4;

/// What a run has cost.
#[derive(Clone, Debug)]
pub struct Measured {
    /// User and system time in seconds.
    pub cpu: f64,
    /// Seconds from the start to the end.
    pub wall: f64,
    /// The largest resident set in MiB.
    pub memory: f64,
}

/// The word by which this program is asked to measure another one.
pub const MEASURE: &str = "--measure";

/// Measures a program in a process of its own: the system counts the memory of the process that starts a program as
/// the program's, and this one may hold a large answer. Nothing when it is not installed or fails.
pub fn measure(program: &str, words: &[String]) -> Option<Measured> {
    let this = std::env::current_exe().ok()?;
    let output = Command::new(this).arg(MEASURE).arg(program).args(words).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut numbers = text.split_whitespace().map(|number| number.parse::<f64>());
    let mut next = || numbers.next()?.ok();
    Some(Measured { cpu: next()?, wall: next()?, memory: next()? })
}

/// What [`measure`] has started: runs the program that is named and prints what it has cost.
pub fn answer_measure(words: &[String]) {
    let measured = words.split_first().and_then(|(program, words)| run(program, words, false));
    if let Some((Measured { cpu, wall, memory }, _)) = measured {
        println!("{cpu} {wall} {memory}");
    }
}

/// Runs a program once and gives its output if it `is_kept`; nothing when it is not installed or fails.
pub fn run(program: &str, words: &[String], is_kept: bool) -> Option<(Measured, Vec<u8>)> {
    let begun = Instant::now();
    let mut child = Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let (mut output, mut piece) = (Vec::new(), vec![0; 1 << 16]);
    let mut pipe = child.stdout.take()?;
    while let Ok(count @ 1..) = pipe.read(&mut piece) {
        if is_kept {
            output.extend_from_slice(&piece[..count]);
        }
    }
    let used = child.wait4().ok()?;
    let wall = begun.elapsed().as_secs_f64();
    let cpu = (used.rusage.utime + used.rusage.stime).as_secs_f64();
    let memory = used.rusage.maxrss as f64 / f64::from(1 << 20);
    used.status.success().then_some((Measured { cpu, wall, memory }, output))
}

/// The middle one.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
