//! `bourn join LEFT RIGHT`: two sources within a distance of event time.

use clap::{Args, ValueEnum};

use super::args::{FieldArgs, FilterArgs, InputBuilder, LatenessArgs, ReadingArgs, SourceArgs, wall_time};
use super::job::{self, Job, Summary, SummaryArgs, Targets};
use super::output::OutputArgs;
use super::resume::ResumeArgs;
use super::{Answer, Context};
use crate::error::{Error, Result};
use crate::event::path::Path;
use crate::event::scan::Projection;
use crate::operator::Operator;
use crate::operator::grouping::Grouping;
use crate::operator::join::as_of::{self, AsOf, Tombstone};
use crate::operator::join::row::Shaping;
use crate::operator::join::tables::{self, Tables};
use crate::operator::join::{self, Join};
use crate::time::duration::Duration;

/// Join two sources on equal keys within a distance of event time.
///
/// A pair matches when left.time − before ≤ right.time ≤ left.time + after, both ends included.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn join clicks purchases --on .userId,.productId --after 1h
  bourn join orders payments --on .orderId --within 1h --kind anti > unpaid.jsonl
  bourn join orders rates --on .currency --as-of --max-age 1d
  bourn join users addresses --on .userId --tables --kind left | bourn fold - --table
  bourn join clicks purchases --on .userId --after 1h --select '{user: .key.userId, timeToPurchase: .gap}'")]
pub struct Arguments {
    /// The left source
    left: String,
    /// The right source
    right: String,
    /// The paths that must be equal, as in --on .userId,.productId
    #[arg(long, value_name = "PATH,…")]
    on: String,
    /// The paths of the right side, in the same order, where they differ
    #[arg(long, value_name = "PATH,…")]
    on_right: Option<String>,
    /// Which rows come out
    #[arg(long, value_name = "KIND", value_enum, default_value_t)]
    kind: Kind,
    /// The right side is a table: a left row meets the latest right row of its key at or before its own time
    #[arg(long, conflicts_with_all = ["within", "before", "after"])]
    as_of: bool,
    /// Both sides are tables (changelogs): every change of the joined table comes out, and deletions as "deleted":true
    #[arg(long, conflicts_with_all = ["as_of", "within", "before", "after"])]
    tables: bool,
    /// With --tables: the key of the left table, where --on names what refers to the right one
    #[arg(long, value_name = "PATH,…")]
    left_key: Option<String>,
    /// With --as-of: how old the right row may be
    #[arg(long, value_name = "D", help_heading = "Time")]
    max_age: Option<String>,
    /// The path whose being null deletes the key in a table; otherwise "deleted":true, "retracted":true, or null as
    /// state or data
    #[arg(long, value_name = "PATH")]
    table_value: Option<String>,
    /// How far apart the two may be, both ways
    #[arg(long, value_name = "D", help_heading = "Time", conflicts_with_all = ["before", "after"])]
    within: Option<String>,
    /// How far the right one may lie before the left one
    #[arg(long, value_name = "D", help_heading = "Time")]
    before: Option<String>,
    /// How far the right one may lie after the left one
    #[arg(long, value_name = "D", help_heading = "Time")]
    after: Option<String>,
    #[command(flatten)]
    lateness: LatenessArgs,
    /// How late events of the right side may be, where that differs
    #[arg(long, value_name = "D", help_heading = "Time")]
    watermark_right: Option<String>,
    /// How much longer right rows wait, where that differs
    #[arg(long, value_name = "D", help_heading = "Time")]
    grace_right: Option<String>,
    /// With --follow: a side that is silent for so long is left out until it speaks again
    #[arg(long, value_name = "D", requires = "follow", help_heading = "Time")]
    idle: Option<String>,
    /// Wait for new events at the end
    #[arg(long, help_heading = "Reading")]
    follow: bool,
    /// What comes out of a pair, in jq, from .left, .right, .key and .gap
    #[arg(long, value_name = "EXPR")]
    select: Option<String>,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    fields: FieldArgs,
    #[command(flatten)]
    resume: ResumeArgs,
    #[command(flatten)]
    summary: SummaryArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// The kinds of join.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Pairs
    #[default]
    Inner,
    /// Pairs, and left rows without a partner
    Left,
    /// Pairs, and right rows without a partner
    Right,
    /// Pairs, and rows of both sides without a partner
    Outer,
    /// Left rows with a partner, once each
    Semi,
    /// Left rows without a partner: what did not happen
    Anti,
}

impl Kind {
    fn kind(self) -> join::Kind {
        match self {
            Kind::Inner => join::Kind::Inner,
            Kind::Left => join::Kind::Left,
            Kind::Right => join::Kind::Right,
            Kind::Outer => join::Kind::Outer,
            Kind::Semi => join::Kind::Semi,
            Kind::Anti => join::Kind::Anti,
        }
    }
}

impl Arguments {
    /// D and G of the left and of the right side.
    fn patience(&self) -> Result<([Duration; 2], [Duration; 2])> {
        let (lateness, grace) = self.lateness.durations()?;
        let right = |text: &Option<String>, left| text.as_deref().map_or(Ok(left), Duration::parse);
        Ok(([lateness, right(&self.watermark_right, lateness)?], [grace, right(&self.grace_right, grace)?]))
    }

    /// Refuses what belongs to another join than the one asked for. The parser would let it pass: a flag that another
    /// one requires is not asked for when it conflicts with one that is there.
    fn check(&self) -> Result<()> {
        let refused = |what: &str, hint: &str| Err(Error::usage(what.to_owned()).hint(hint.to_owned()));
        if self.left == "-" && self.right == "-" {
            return refused("both sides are standard input", "name a file or stream for one of them");
        }
        if self.max_age.is_some() && !self.as_of {
            return refused("--max-age bounds the right row of --as-of", "say --as-of, or leave it away");
        }
        if self.left_key.is_some() && !self.tables {
            return refused(
                "--left-key is the key of the left one of two tables",
                "say --tables, or leave it away",
            );
        }
        if self.table_value.is_some() && !self.tables && !self.as_of {
            return refused(
                "no side is a table, as --table-value needs one",
                "say --as-of or --tables, or leave it away",
            );
        }
        Ok(())
    }

    /// How far right rows may lie before and behind their left one.
    fn bounds(&self) -> Result<(Duration, Duration)> {
        let parse = |text: &Option<String>| text.as_deref().map(Duration::parse).transpose();
        match (parse(&self.within)?, parse(&self.before)?, parse(&self.after)?) {
            (Some(within), ..) => Ok((within, within)),
            (None, None, None) => Err(Error::usage("a join needs to know how far apart the two may be")
                .hint("say --within 1h, --after 1h or --before 1h, --as-of for the latest right row, or --tables")),
            (None, before, after) => Ok((before.unwrap_or_default(), after.unwrap_or_default())),
        }
    }
}

/// A join with what it counts.
enum Joined {
    Within(Box<Join>),
    AsOf(Box<AsOf>),
    Tables(Box<Tables>),
}

impl Joined {
    fn operator(&mut self) -> &mut dyn Operator {
        match self {
            Joined::Within(join) => &mut **join,
            Joined::AsOf(join) => &mut **join,
            Joined::Tables(join) => &mut **join,
        }
    }

    fn missing_keys(&self) -> u64 {
        match self {
            Joined::Within(join) => join.missing_keys(),
            Joined::AsOf(join) => join.missing_keys(),
            Joined::Tables(join) => join.missing_keys(),
        }
    }
}

/// What a join reads of its rows.
struct Fields {
    on: [Grouping; 2],
    left_key: Option<Grouping>,
    tombstone: Tombstone,
    shaping: Shaping,
}

/// The join that the flags ask for.
fn joined(arguments: &Arguments, fields: Fields) -> Result<Joined> {
    let Fields { on, left_key, tombstone, shaping } = fields;
    let (lateness, grace) = arguments.patience()?;
    let max_ahead = arguments.lateness.max_ahead()?;
    let zone = arguments.lateness.zone()?;
    let refused = |what: &str, hint: &str| Err(Error::usage(what.to_owned()).hint(hint.to_owned()));
    if arguments.tables {
        let kind = match arguments.kind {
            Kind::Inner => tables::Kind::Inner,
            Kind::Left => tables::Kind::Left,
            Kind::Outer if left_key.is_none() => tables::Kind::Outer,
            Kind::Outer => {
                return refused("a right row that nobody refers to has no left key", "take --kind left");
            }
            _ => {
                return refused(
                    "a join of tables is inner, left or outer",
                    "swap the sides for a right join",
                );
            }
        };
        let job = tables::Job { kind, on, left_key, tombstone, shaping, zone };
        return Tables::new(job).map(|join| Joined::Tables(Box::new(join)));
    }
    if arguments.as_of {
        let shows_unmatched = match arguments.kind {
            Kind::Inner => false,
            Kind::Left => true,
            _ => {
                let why = "an as-of join is inner or left, since only left rows ask";
                return refused(why, "take --kind inner or --kind left");
            }
        };
        let max_age = arguments.max_age.as_deref().map(Duration::parse).transpose()?;
        let job =
            as_of::Job { shows_unmatched, on, max_age, tombstone, lateness, grace, max_ahead, shaping, zone };
        return AsOf::new(job).map(|join| Joined::AsOf(Box::new(join)));
    }
    let ((before, after), kind) = (arguments.bounds()?, arguments.kind.kind());
    let job = join::Job { kind, on, before, after, lateness, grace, max_ahead, shaping, zone };
    Join::new(job).map(|join| Joined::Within(Box::new(join)))
}

/// Where a row says that it deletes; the fields that are read for it get slots.
fn tombstone(arguments: &Arguments, projection: &mut Projection) -> Result<Tombstone> {
    let mut slot = |text: &str| Path::parse(text).map(|path| projection.slot(&path));
    match &arguments.table_value {
        Some(path) => slot(path).map(Tombstone::Null),
        None => {
            let slots = [slot(".deleted")?, slot(".retracted")?, slot(".state")?, slot(".data")?];
            Ok(Tombstone::Changelog(slots))
        }
    }
}

/// Joins and prints the rows.
pub fn run(arguments: Arguments, context: &Context) -> Result<Answer> {
    arguments.check()?;
    let max_ahead = arguments.lateness.max_ahead()?;
    let paths = [&arguments.on, arguments.on_right.as_ref().unwrap_or(&arguments.on)];
    let names = [arguments.left.clone(), arguments.right.clone()];
    let mut resume = arguments.resume.open(context, &names)?;
    let (mut cursors, mut groupings) = (Vec::new(), Vec::new());
    let (mut left_key, mut deletes) = (None, Tombstone::Null(0));
    // Rows that are looked through for an event are left whole.
    let mut shaping = Shaping::compile(arguments.select.as_deref().filter(|_| context.explain.is_none()))?;
    let inputs = names.clone().map(|name| vec![name]);
    for (number, sources) in inputs.iter().enumerate() {
        let mut input = InputBuilder::new(context, sources, &arguments.fields, &arguments.filter.types)?;
        input.filter(&arguments.filter)?;
        input.need_time();
        input.limit_ahead(context, max_ahead);
        // Bound before the paths that differ, these have the same slots on both sides.
        if arguments.as_of || arguments.tables {
            deletes = tombstone(&arguments, &mut input.projection)?;
        }
        groupings.push(Grouping::parse(Some(paths[number]), &mut input.projection)?);
        if arguments.left_key.is_some() {
            let key = Grouping::parse(arguments.left_key.as_deref(), &mut input.projection)?;
            left_key.get_or_insert(key);
        }
        shaping.bind(number, &mut input.projection);
        let source = SourceArgs { sources: sources.clone(), reading: arguments.reading.clone() };
        let last = resume.as_ref().map(|resume| (resume, number));
        let reader = input.open_resumed(context, &source, arguments.follow, last)?;
        cursors.push(input.build(reader, &arguments.reading, number)?);
    }
    let on = <[Grouping; 2]>::try_from(groupings).map_err(|_| Error::usage("a join has two sides"))?;
    let mut joined = joined(&arguments, Fields { on, left_key, tombstone: deletes, shaping })?;
    let mut job = Job::new(joined.operator(), cursors, &arguments.output);
    let late_to = arguments.lateness.late_to.as_deref();
    let (results, fields) = (&arguments.resume, &arguments.fields);
    let targets = Targets { inputs: &inputs, fields, results, late_to, is_table: false, read_model: None };
    job.direct(context, &targets, &arguments.output, resume.as_mut())?;
    job.idle = arguments.idle.as_deref().map(wall_time).transpose()?;
    job.summary = arguments.summary.summary.unwrap_or(Summary::Text);
    let outcome = job.run()?;
    if joined.missing_keys() > 0 && arguments.summary.summary != Some(Summary::None) {
        super::output::say(&format!("{} events have no key and join nothing", joined.missing_keys()));
    }
    Ok(job::answer_with_late(&outcome, arguments.lateness.fail_on_late))
}
