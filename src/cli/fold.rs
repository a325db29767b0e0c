//! `bourn fold SOURCE…`: state from history.

use std::rc::Rc;

use clap::{Args, ValueEnum};

use super::args::{AggregateArgs, FieldArgs, FilterArgs, InputBuilder, ShapeArgs, SourceArgs};
use super::job::{self, Job, Summary, SummaryArgs, Targets};
use super::output::OutputArgs;
use super::range::RangeArgs;
use super::resume::ResumeArgs;
use super::state;
use super::{Answer, Context};
use crate::error::{Error, Result};
use crate::event::expression::Program;
use crate::event::scan::Projection;
use crate::operator::Operator;
use crate::operator::aggregate::AggregateSpec;
use crate::operator::fold::{self, Fold};
use crate::operator::grouping::Grouping;
use crate::operator::shape::Shape;
use crate::pipeline::read_model::{self, ReadModel};
use crate::time::timestamp::{Moment, Timestamp};

/// Fold history into state: aggregates, or a reducer of your own, per key.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn fold ledger --by .streamId -a 'balance=sum(.data.amount)'
  bourn fold ledger --until 2024-01-15T12:00:00Z -a 'paid=sum(.data.amount) where .eventType == \"FeePaid\"'
  bourn fold ledger --by .streamId -a 'balance=sum(.data.amount)' --at 2024-01-31,2024-02-29,now
  bourn fold ledger --by .streamId -a 'balance=sum(.data.amount)' --into sqlite:shop.db#accounts
  bourn fold users --by .streamId --init '{}' --reduce '. + $e.data'\n\nAggregates:\n  count() count(x) sum(x) min(x) max(x) avg(x) first(x) last(x) distinct(x) approx_distinct(x)\n  quantile(p; x) list(x) set(x) top(n; x) at_max(x; y) at_min(x; y) merge(x)")]
pub struct Arguments {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    aggregates: AggregateArgs,
    /// The first state of --reduce, as JSON
    #[arg(
        long,
        value_name = "JSON",
        default_value = "null",
        requires = "reducer",
        allow_hyphen_values = true
    )]
    init: String,
    /// A reducer in jq: . is the state, $e the event, the result the next state
    #[arg(long, value_name = "EXPR", group = "reducer", conflicts_with = "aggregates")]
    reduce: Option<String>,
    /// A file that holds the reducer
    #[arg(
        short = 'f',
        long = "file",
        value_name = "FILE.jq",
        group = "reducer",
        conflicts_with = "aggregates"
    )]
    file: Option<String>,
    /// The states as they were at each of these moments, in one pass; events may be out of order
    #[arg(long, value_name = "TIME,…", value_delimiter = ',', allow_hyphen_values = true, conflicts_with_all = ["emit", "table", "until", "before"])]
    at: Vec<String>,
    /// What comes out: the final states, or every change
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    emit: Emit,
    /// Read a changelog (rows with a "key") and keep the latest row of each key: the inverse of --emit updates
    #[arg(long, conflicts_with_all = ["aggregates", "reducer", "by"])]
    table: bool,
    /// A condition that every state on the way must meet; exit 1 with the event that broke it
    #[arg(long, value_name = "EXPR")]
    assert: Option<String>,
    /// A condition that the last states must meet
    #[arg(long, value_name = "EXPR")]
    assert_final: Option<String>,
    #[command(flatten)]
    shape: ShapeArgs,
    #[command(flatten)]
    range: RangeArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    fields: FieldArgs,
    #[command(flatten)]
    resume: ResumeArgs,
    #[command(flatten)]
    summary: SummaryArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// What a fold prints.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Emit {
    /// Each key's state once, at the end
    #[default]
    Final,
    /// The state after each event: the table's changelog
    Updates,
}

/// Folds and prints the states.
pub fn run(arguments: Arguments, context: &Context) -> Result<Answer> {
    let sources = &arguments.source.sources;
    let mut input = InputBuilder::new(context, sources, &arguments.fields, &arguments.filter.types)?;
    input.filter(&arguments.filter)?;
    input.stretch(&arguments.range, context)?;
    let moments = moments(&arguments, context)?;
    if !moments.is_empty() {
        input.need_time();
    }
    let specs = AggregateSpec::parse_all(&arguments.aggregates.aggregates, &mut input.projection)?;
    let shape = Shape::parse(&arguments.shape.wanted(specs.first().map(AggregateSpec::name)))?;
    let model = read_model(&arguments)?;
    let mut operator = operator(&arguments, context, &moments, &mut input.projection)?;
    let mut resume = match &model {
        Some(model) => Some(arguments.resume.open_read_model(context, sources, model)?),
        None => arguments.resume.open(context, sources)?,
    };
    let last = resume.as_ref().map(|resume| (resume, 0));
    let reader = input.open_resumed(context, &arguments.source, false, last)?;
    let cursor = input.build(reader, &arguments.source.reading, 0)?;
    let mut job = Job::new(&mut *operator, vec![cursor], &arguments.output);
    let is_table = arguments.table || arguments.emit == Emit::Final;
    let targets = Targets {
        inputs: std::slice::from_ref(sources),
        fields: &arguments.fields,
        results: &arguments.resume,
        late_to: None,
        is_table,
        read_model: model,
    };
    job.direct(context, &targets, &arguments.output, resume.as_mut())?;
    job.shape(shape)?;
    job.summary = arguments.summary.summary.unwrap_or(Summary::None);
    Ok(job::answer(&job.run()?))
}

/// The table of a database that `--into` names.
fn read_model(arguments: &Arguments) -> Result<Option<Rc<ReadModel>>> {
    let Some(target) = arguments.resume.read_model() else { return Ok(None) };
    let shapes = arguments.shape.is_given();
    if arguments.table || arguments.emit == Emit::Updates || !arguments.at.is_empty() || shapes {
        return Err(Error::usage("a table of a database has the last state of every key")
            .hint("leave --emit, --table, --at, --having, --sort-by, --top and --select away, and select rows from the table"));
    }
    let mut nowhere = Projection::default();
    let specs = AggregateSpec::parse_all(&arguments.aggregates.aggregates, &mut nowhere)?;
    let grouping = Grouping::parse(arguments.aggregates.by.as_deref(), &mut nowhere)?;
    let columns: Vec<String> = match specs.is_empty() {
        true => vec!["state".to_owned()],
        false => specs.iter().map(|spec| spec.name().to_owned()).collect(),
    };
    let is_bare = specs.is_empty() && grouping.is_empty();
    let parts = grouping.names().collect();
    let shape = read_model::Shape { parts, columns, is_bare, ..read_model::Shape::parse(target)? };
    ReadModel::open(shape, arguments.resume.rebuild).map(Some)
}

/// The moments of `--at`.
fn moments(arguments: &Arguments, context: &Context) -> Result<Vec<Timestamp>> {
    let moment = |text: &String| match context.moment(text.trim())? {
        Moment::Time(time) => Ok(time),
        Moment::Offset(_) => Err(Error::usage(format!("'{text}' is an offset, and --at takes event times"))
            .hint("take --until @OFFSET for the state behind one event")),
    };
    arguments.at.iter().map(moment).collect()
}

/// The job that the flags ask for.
fn operator(
    arguments: &Arguments,
    context: &Context,
    moments: &[Timestamp],
    projection: &mut Projection,
) -> Result<Box<dyn Operator>> {
    if arguments.table {
        return Ok(Box::new(fold::latest::Latest::new(projection)?));
    }
    if moments.is_empty() {
        return Ok(Box::new(one_fold(arguments, context, projection)?));
    }
    let folds = moments.iter().map(|&moment| Ok((moment, one_fold(arguments, context, projection)?)));
    Ok(Box::new(fold::moments::Moments::new(folds.collect::<Result<_>>()?)))
}

/// The fold that the flags ask for.
fn one_fold(arguments: &Arguments, context: &Context, projection: &mut Projection) -> Result<Fold> {
    let specs = AggregateSpec::parse_all(&arguments.aggregates.aggregates, projection)?;
    let is_reducer = arguments.reduce.is_some() || arguments.file.is_some();
    if specs.is_empty() && !is_reducer {
        return Err(Error::usage("a fold needs an aggregate or a reducer").hint(
            "ask for one, as with -a 'total=sum(.data.amount)' or --init 0 --reduce '. + $e.data.amount'",
        ));
    }
    let grouping = Grouping::parse(arguments.aggregates.by.as_deref(), projection)?;
    let emit = match arguments.emit {
        Emit::Final if arguments.resume.read_model().is_some() => fold::Emit::Changed,
        Emit::Final => fold::Emit::Final,
        Emit::Updates => fold::Emit::Updates,
    };
    let mut operator = match is_reducer {
        true => Fold::reducer(
            grouping,
            state::init(&arguments.init)?,
            state::reducer(arguments.reduce.as_deref(), arguments.file.as_deref(), context)?,
            emit,
        ),
        false => Fold::aggregates(grouping, specs, emit),
    };
    if let Some(condition) = &arguments.assert {
        operator = operator.assert(Program::compile(condition, &[])?);
    }
    if let Some(condition) = &arguments.assert_final {
        operator = operator.assert_final(Program::compile(condition, &[])?);
    }
    Ok(operator)
}
