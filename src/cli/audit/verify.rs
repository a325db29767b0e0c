//! `bourn audit verify SOURCE`.

use clap::Args;

use super::source::Log;
use super::trust::{self, Kept, TrustArgs};
use crate::cli::output::{Output, OutputArgs, say};
use crate::cli::{Answer, Context};
use crate::error::{Error, Result};
use crate::event::line::Block;
use crate::log::audit::note::Verified;
use crate::log::audit::walk::{Finding, Known, Redacted, Walk};
use crate::log::merkle;
use crate::log::verify::Report;
use crate::pipeline::sink::Sink;
use crate::pipeline::source::Next;

/// Check a stream against its seals, their chain and its head, and any log against checkpoints and receipts.
///
/// Exit 1 when something is not as it should be: every finding is one sentence on standard error, with the file and
/// the first byte and offset that are bad or may be.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A stream, a file of lines (also .gz and .zst), or - for standard input
    source: String,
    /// The log must begin with the lines of this checkpoint or receipt (a file, or the receipt itself); several may be given
    #[arg(long, value_name = "FILE|RECEIPT")]
    checkpoint: Vec<String>,
    #[command(flatten)]
    trust: TrustArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Verifies and prints the verdict.
pub fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let log = Log::find(context, &arguments.source)?;
    let mut kept = Vec::new();
    for given in &arguments.checkpoint {
        kept.extend(trust::kept(context, given)?);
    }
    if kept.is_empty() && matches!(log, Log::File(_)) {
        return Err(Error::usage(format!(
            "{} is a file, and nothing is kept beside it to verify it against",
            log.name()
        ))
        .hint("give a checkpoint or receipt with --checkpoint"));
    }
    let verified = check_signatures(arguments, context, &kept)?;
    let known = kept.iter().map(known).collect();
    let report = match &log {
        Log::Stream(stream) => stream.verify(known)?,
        Log::File(_) => verify_file(&log, context, known)?,
    };
    report.findings.iter().for_each(|finding| say(&sentence(&log, finding)));
    let mut output = Output::new(&arguments.output);
    output.write(verdict(&log, &report, kept.len(), &verified).as_bytes())?;
    output.finish()?;
    Ok(if report.findings.is_empty() { Answer::Yes } else { Answer::No })
}

/// Every checkpoint must be signed by every key.
fn check_signatures(arguments: &Arguments, context: &Context, kept: &[Kept]) -> Result<Verified> {
    let keys = arguments.trust.keys(context)?;
    let mut all = Verified::default();
    for one in kept.iter().filter(|_| !keys.is_empty()) {
        let Some(note) = &one.note else {
            return Err(Error::usage(format!("{} is a receipt, and receipts are not signed", one.source))
                .hint("leave out --vkey, or give a signed checkpoint"));
        };
        all.known.extend(trust::check(note, &keys, &one.source)?.known);
    }
    if kept.is_empty() && !keys.is_empty() {
        return Err(
            Error::usage("--vkey is about checkpoints, and none is given").hint("give one with --checkpoint")
        );
    }
    Ok(all)
}

fn known(kept: &Kept) -> Known {
    Known {
        source: kept.source.clone(),
        size: kept.checkpoint.size,
        root: kept.checkpoint.root,
        peaks: Vec::new(),
        is_kept_elsewhere: true,
    }
}

fn verify_file(log: &Log, context: &Context, known: Vec<Known>) -> Result<Report> {
    let mut walk = Walk::new(known);
    let mut reader = log.open(context)?;
    let mut block = Block::default();
    while reader.next_block(&mut block)? == Next::Block {
        block.lines().for_each(|line| walk.line(line.bytes));
    }
    let (tree, mismatches, redacted) = walk.finish();
    let findings = mismatches.iter().map(|mismatch| mismatch.finding(None)).collect();
    let foreign = tree.size();
    Ok(Report { tree, segments: 0, seals: 0, foreign, torn: 0, findings, redacted })
}

/// What is wrong, where, and what to do.
fn sentence(log: &Log, finding: &Finding) -> String {
    let place = match (&finding.file, finding.byte) {
        (file, _) if file.is_empty() => log.name().to_owned(),
        (file, None) => file.clone(),
        (file, Some(byte)) => format!("{file}: byte {byte}"),
    };
    let offset = match finding.offset {
        Some(offset) if !finding.file.is_empty() => format!(" (event {offset})"),
        _ => String::new(),
    };
    format!("{place}{offset}: {}; bring it back from a copy, or find out who changed it", finding.what)
}

fn number(value: Option<u64>) -> String {
    value.map_or("null".to_owned(), |value| value.to_string())
}

fn text(value: &str) -> serde_json::Value {
    serde_json::Value::from(value)
}

/// The verdict as one object.
fn verdict(log: &Log, report: &Report, checkpoints: usize, verified: &Verified) -> String {
    let finding = |finding: &Finding| {
        let file = if finding.file.is_empty() { log.name() } else { &finding.file };
        let (byte, offset) = (number(finding.byte), number(finding.offset));
        format!(
            "{{\"file\":{},\"byte\":{byte},\"offset\":{offset},\"what\":{}}}",
            text(file),
            text(&finding.what)
        )
    };
    let redacted = |one: &Redacted| {
        let (reason, at) = (text(&one.tombstone.reason), text(&one.tombstone.at));
        format!("{{\"offset\":{},\"reason\":{reason},\"at\":{at}}}", one.offset)
    };
    let findings: Vec<String> = report.findings.iter().map(finding).collect();
    let redacted: Vec<String> = report.redacted.iter().map(redacted).collect();
    format!(
        "{{\"source\":{},\"ok\":{},\"events\":{},\"root\":\"{}\",\"segments\":{},\"seals\":{},\"foreign\":{},\"torn\":{},\"checkpoints\":{checkpoints},\"signed\":{},\"redacted\":[{}],\"findings\":[{}]}}\n",
        text(log.name()),
        findings.is_empty(),
        report.tree.size(),
        merkle::to_hex(&report.tree.root()),
        report.segments,
        report.seals,
        report.foreign,
        report.torn,
        trust::signed_json(verified),
        redacted.join(","),
        findings.join(","),
    )
}
