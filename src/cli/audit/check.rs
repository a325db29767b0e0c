//! `bourn audit check SOURCE…`: one pass, one verdict.

use clap::Args;

use super::report::{Format, Report};
use super::rules::Rules;
use crate::cli::args::{FieldArgs, InputBuilder, ReadingArgs, SourceArgs, parse_bytes};
use crate::cli::progress::Reporter;
use crate::cli::{Answer, Context};
use crate::error::Result;
use crate::event::envelope::{Field, Part};
use crate::event::value::budget;
use crate::operator::check::ids::{Confirm, Fingerprints, OneWalk, Suspects};
use crate::operator::check::{Check, Findings, Rule};
use crate::pipeline::check::{End, walk};
use crate::pipeline::source::can_be_read_again;

/// Hold rules against every event: ids, order, versions, required fields, conditions, double entry, a schema.
///
/// One pass, one verdict: exit 0 when every rule holds, 1 when one does not, with each finding at its place. Lines
/// that are no events, ids that are used again and times that go back are always looked for; --skip leaves them out.
/// Nothing is written to the sources.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn audit check ledger --entity-version .metadata.version --require .eventId,.data.amount
  bourn audit check journal.jsonl --balanced .data.txnId,.data.currency=.data.amount --assert '.data.amount != 0'
  bourn audit check events/*.jsonl --tolerance 5s --not-after now --format github
  bourn audit check --rules audit.toml --format sarif > audit.sarif")]
pub struct Arguments {
    /// Streams, files (.jsonl, .csv; also .gz and .zst) or - for standard input; several are read in order as one
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Take the rules from this TOML file; flags go before it, and lists are put together
    #[arg(long = "rules", value_name = "FILE", help_heading = "Rules")]
    file: Option<String>,
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    fields: FieldArgs,
    /// Path of the event type, as in --type .kind
    #[arg(long = "type", value_name = "PATH", help_heading = "Event fields")]
    kind: Option<String>,
    /// How the verdict is told
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, help_heading = "Output")]
    format: Format,
    /// How many findings of each rule are shown; 0 shows all. All are counted
    #[arg(long, value_name = "N", default_value_t = 100, help_heading = "Output")]
    limit: u64,
    /// The longest line, as in 1024, 64KiB or 256MiB
    #[arg(long, value_name = "BYTES", default_value = "64MiB", value_parser = parse_bytes, help_heading = "Reading")]
    max_line: usize,
    /// How many steps a condition may take for one event
    #[arg(long, value_name = "N", default_value_t = budget::DEFAULT_STEPS, help_heading = "Reading")]
    max_steps: u64,
}

/// Checks and tells the verdict.
pub fn run(arguments: Arguments, context: &Context) -> Result<Answer> {
    let file = arguments.file.as_deref().map(|name| Rules::read(context, name)).transpose()?;
    let rules = arguments.rules.over(file.unwrap_or_default());
    rules.check_names()?;
    let sources = if arguments.sources.is_empty() { rules.sources.clone() } else { arguments.sources };
    let (fields, kind) = rules.fields(&arguments.fields, arguments.kind.as_deref());
    let mut input = InputBuilder::new(context, &sources, &fields, &kind)?;
    let mut families = rules.families(context, &mut input)?;
    let id = rules.has(Rule::Ids).then(|| input.bind(Part::Id));
    let two_walks = can_be_read_again(&context.storage, &sources);
    if let (Some(id), false) = (&id, two_walks) {
        families.push(Box::new(OneWalk::new(id.clone())));
    }
    let limit = if arguments.limit == 0 { u64::MAX } else { arguments.limit };
    let mut check = Check::new(families, rules.has(Rule::Lines), limit);
    if let (Some(id), true) = (&id, two_walks) {
        check = check.with_fingerprints(Fingerprints::new(id.clone()));
    }
    let reading = ReadingArgs {
        max_line: arguments.max_line,
        max_steps: arguments.max_steps,
        ..ReadingArgs::default()
    };
    let source = SourceArgs { sources, reading };
    let mut reporter = Reporter::new();
    let (end, lines) =
        walk(&mut *input.open(context, &source, false)?, &input.projection, &mut check, &mut reporter)?;
    if let End::Unreadable(error) = &end {
        check.on_end_of_reading(error, lines);
    }
    let (mut findings, suspects) = check.finish();
    let mut is_interrupted = matches!(end, End::Interrupted);
    if let (Some(id), false, false) = (id, suspects.is_empty(), is_interrupted) {
        let walk = SecondWalk { context, input: &input, source: &source, id, suspects, lines };
        is_interrupted = walk.run(&mut findings, &mut reporter)?;
    }
    reporter.finish();
    if is_interrupted {
        return Ok(Answer::Interrupted);
    }
    let report = Report { sources: &source.sources, lines, findings: &findings };
    super::print(&report.render(arguments.format))?;
    match end {
        // The report tells it too, but a source that could not be read to its end is more than a broken rule.
        End::Unreadable(error) => Err(error),
        _ if findings.total() > 0 => Ok(Answer::No),
        _ => Ok(Answer::Yes),
    }
}

/// The walk that compares suspect ids.
struct SecondWalk<'a> {
    context: &'a Context,
    input: &'a InputBuilder,
    source: &'a SourceArgs,
    id: Field,
    suspects: Suspects,
    lines: u64,
}

impl SecondWalk<'_> {
    /// Compares them; gives whether a signal ended it.
    fn run(self, findings: &mut Findings, reporter: &mut Reporter) -> Result<bool> {
        let mut reader = self.input.open(self.context, self.source, false)?;
        let mut confirm = Confirm::new(self.id, self.suspects, self.lines, findings);
        let (end, _) = walk(&mut *reader, &self.input.projection, &mut confirm, reporter)?;
        Ok(matches!(end, End::Interrupted))
    }
}
