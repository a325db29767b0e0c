//! `bourn history SOURCE…`: the timeline of one entity.

use clap::Args;

use super::args::{FieldArgs, FilterArgs, InputBuilder, SourceArgs};
use super::job::{self, Job};
use super::output::{self, OutputArgs};
use super::range::RangeArgs;
use super::state::{self, StateArgs};
use super::{Answer, Context};
use crate::error::{Error, Result};
use crate::event::envelope::Part;
use crate::event::path::Path;
use crate::operator::history::{History, View};
use crate::pipeline::filter::StartAt;

/// Show the timeline of one entity: what each of its events changed, and how long that lasted.
///
/// Events stand in the order of their time. A value lasts until its next change, a state until the next event. The
/// events of the entity are kept in memory until the end.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn history users --stream user-alice --format table
  bourn history ledger --stream account-1 -a 'balance=sum(.data.amount)'
  bourn history clicks.jsonl --by .userId=123 --merge '{page: .data.page}'")]
pub struct Arguments {
    #[command(flatten)]
    source: SourceArgs,
    /// Only events that have this value at this path, as in --by .userId=123; may be given several times
    #[arg(long, value_name = "PATH=VALUE", help_heading = "Which events")]
    by: Vec<String>,
    #[command(flatten)]
    state: StateArgs,
    /// Tell the whole state after each event, too
    #[arg(long, help_heading = "Output")]
    with_state: bool,
    #[command(flatten)]
    range: RangeArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    fields: FieldArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Shows the timeline.
pub fn run(arguments: Arguments, context: &Context) -> Result<Answer> {
    let sources = &arguments.source.sources;
    if arguments.filter.entity.is_none() && arguments.by.is_empty() {
        return Err(Error::usage("a history is that of one entity, and none is named")
            .hint("name it with --stream ENTITY, or with --by PATH=VALUE as in --by .userId=123"));
    }
    let mut input = InputBuilder::new(context, sources, &arguments.fields, &arguments.filter.types)?;
    input.filter(&arguments.filter)?;
    for text in &arguments.by {
        let (path, value) = parse_by(text)?;
        input.require(&path, value);
    }
    let (_, until) = arguments.range.range(context)?;
    // What was before the range still makes the state, so it is left out only when it is shown.
    input.range((StartAt::Earliest, until));
    input.bound_lateness(arguments.range.lateness.as_deref())?;
    input.need_time();
    let from = arguments.range.from.as_deref().map(|text| context.moment(text)).transpose()?;
    let reduction = arguments.state.reduction(context, &mut input.projection)?;
    let kind = input.bind(Part::Type);
    let layout = state::layout(arguments.output.format);
    let view = View { layout, from, with_state: arguments.with_state };
    let mut operator = History::new(reduction, kind, view);
    let reader = input.open(context, &arguments.source, false)?;
    let cursor = input.build(reader, &arguments.source.reading, 0)?;
    let outcome = Job::new(&mut operator, vec![cursor], &arguments.output).run()?;
    if outcome.account.used == 0 && job::answer(&outcome) == Answer::Yes {
        output::say("there is no such event");
        return Ok(Answer::No);
    }
    Ok(job::answer(&outcome))
}

/// A path and the value that must stand there.
fn parse_by(text: &str) -> Result<(Path, &str)> {
    let wrong = || {
        Error::usage(format!("'{text}' in --by is not PATH=VALUE"))
            .hint("write it like .userId=123 or .data.account=A-7")
    };
    // A quoted key may hold the sign, too: the first place that leaves a path in front of it counts.
    let mut places = text.match_indices('=').map(|(at, _)| at);
    let found = places.find_map(|at| Path::parse(&text[..at]).ok().map(|path| (path, &text[at + 1..])));
    found.filter(|(path, _)| !path.steps.is_empty()).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_and_a_value_stand_around_the_sign() {
        for (text, path, value) in
            [(".a=1", ".a", "1"), (".a.b=x=y", ".a.b", "x=y"), (".\"k=v\"=", ".\"k=v\"", "")]
        {
            let (found, rest) = parse_by(text).expect(text);
            assert_eq!((found.to_string().as_str(), rest), (path, value));
        }
        for text in ["", ".a", "a=1", ".=1", "=1"] {
            assert!(parse_by(text).is_err(), "{text}");
        }
    }
}
