//! `bourn window SOURCE…`: aggregates per window of event time.

use clap::{Args, ValueEnum};

use super::args::{
    AggregateArgs, FieldArgs, FilterArgs, InputBuilder, LatenessArgs, ShapeArgs, SourceArgs, wall_time,
};
use super::job::{self, Job, Summary, SummaryArgs, Targets};
use super::output::OutputArgs;
use super::range::RangeArgs;
use super::resume::ResumeArgs;
use super::{Answer, Context};
use crate::error::{Error, Result};
use crate::operator::aggregate::AggregateSpec;
use crate::operator::grouping::Grouping;
use crate::operator::shape::{Shape, Wanted};
use crate::operator::window::{self, Kind, Windows};
use crate::pipeline::cursor::Cursor;
use crate::time::duration::{Duration, Step};
use crate::time::window::Raster;

/// Aggregate per window of event time; late events are told, never dropped in silence.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn window clicks --tumbling 5m --grace 2m --by .userId -a 'clicks=count()' --late-to late.jsonl
  bourn window clicks --session 30m --watermark 20m --by .userId -a 'pages=list(.page)'
  bourn window bids.jsonl.gz --hopping 10s/2s --by .auction -a 'bids=count()' --top 3")]
pub struct Arguments {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    kind: KindArgs,
    /// With --sliding, also the windows that begin just after an event
    #[arg(long, requires = "sliding", help_heading = "Windows")]
    sliding_all: bool,
    /// What makes an event late: its window being closed, or (stricter) being older than the watermark
    #[arg(long, value_name = "WHAT", value_enum, default_value_t, help_heading = "Time")]
    late_by: LateBy,
    /// Whether an event counts at its own time, or at the time at which it arrives
    #[arg(long, value_name = "CLOCK", value_enum, default_value_t, help_heading = "Time")]
    clock: ClockKind,
    /// Each source has its own stream time, and the smallest counts
    #[arg(long, help_heading = "Time")]
    merge: bool,
    /// With --merge and --follow: a source that is silent for so long is left out until it speaks again
    #[arg(long, value_name = "D", requires = "merge", requires = "follow", help_heading = "Time")]
    idle: Option<String>,
    /// What comes out: final (each window once, when it closes), updates (every change, numbered by rev), or, as in
    /// every:10s, what has changed at each 10 s of stream time, and each window once more when it closes
    #[arg(long, value_name = "WHAT", default_value = "final", value_parser = Emit::parse, help_heading = "Time")]
    emit: Emit,
    /// Also the empty windows between the first and the last result of each key
    #[arg(long, help_heading = "Windows")]
    fill: bool,
    /// How many empty windows in a row --fill writes; more are an error
    #[arg(long, value_name = "N", requires = "fill", default_value_t = window::FILL_LIMIT, help_heading = "Windows")]
    fill_limit: u64,
    /// Wait for new events at the end
    #[arg(long, help_heading = "Reading")]
    follow: bool,
    #[command(flatten)]
    lateness: LatenessArgs,
    #[command(flatten)]
    aggregates: AggregateArgs,
    #[command(flatten)]
    shape: ShapeArgs,
    /// --sort-by and --top order the rows of each window by themselves
    #[arg(long, help_heading = "Output")]
    per_window: bool,
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

/// The kind of window: exactly one.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct KindArgs {
    /// Windows of this size, side by side; 1d, 1w, 1mo, 1q and 1y are civil sizes in --tz
    #[arg(long, value_name = "D", help_heading = "Windows")]
    tumbling: Option<String>,
    /// Windows of a size that begin every so often, as in --hopping 5m/1m
    #[arg(long, value_name = "D/ADVANCE", help_heading = "Windows")]
    hopping: Option<String>,
    /// Windows that end after a gap without events
    #[arg(long, value_name = "GAP", help_heading = "Windows")]
    session: Option<String>,
    /// Windows per key that begin with the key's first event
    #[arg(long, value_name = "D", help_heading = "Windows")]
    anchored: Option<String>,
    /// For each event the window of this size that ends with it, both ends included
    #[arg(long, value_name = "D", help_heading = "Windows")]
    sliding: Option<String>,
}

/// The values of `--late-by`.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LateBy {
    /// Every window it belongs to is closed
    #[default]
    Window,
    /// It is older than the watermark
    Event,
}

/// The values of `--clock`.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockKind {
    /// The event's own time
    #[default]
    Event,
    /// The time at which it is read
    Processing,
}

/// What `--emit` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emit(window::Emit);

impl Emit {
    fn parse(text: &str) -> std::result::Result<Emit, String> {
        let emit = match text.split_once(':') {
            None if text == "final" => window::Emit::Final,
            None if text == "updates" => window::Emit::Updates,
            Some(("every", every)) => {
                window::Emit::Every(Duration::parse(every).map_err(|error| error.to_string())?)
            }
            _ => return Err("write final, updates, or every and a duration, as in every:10s".to_owned()),
        };
        Ok(Emit(emit))
    }
}

impl KindArgs {
    /// The kind of window that the flags ask for.
    fn kind(&self, zone: chrono_tz::Tz, is_all: bool) -> Result<Kind> {
        if let Some(size) = &self.tumbling {
            return Ok(Kind::Raster(match Step::parse(size)? {
                Step::Fixed(size) => Raster::Fixed { size: positive(size)?, advance: size },
                step => Raster::Calendar { step, zone },
            }));
        }
        if let Some(text) = &self.hopping {
            let (size, advance) = text.split_once('/').ok_or_else(|| {
                Error::usage(format!("'{text}' is no size and advance"))
                    .hint("write them like --hopping 5m/1m")
            })?;
            let (size, advance) = (positive(Duration::parse(size)?)?, positive(Duration::parse(advance)?)?);
            return Ok(Kind::Raster(Raster::Fixed { size, advance }));
        }
        match (&self.session, &self.anchored, &self.sliding) {
            (Some(gap), ..) => Ok(Kind::Session(Duration::parse(gap)?)),
            (.., Some(size)) if is_all => Ok(Kind::SlidingAll(Duration::parse(size)?)),
            (.., Some(size)) => Ok(Kind::Sliding(Duration::parse(size)?)),
            (_, Some(size), _) => Ok(Kind::Anchored(positive(Duration::parse(size)?)?)),
            _ => Err(Error::usage("a window needs a kind").hint("as in --tumbling 5m")),
        }
    }
}

fn positive(duration: Duration) -> Result<Duration> {
    if duration.0 > 0 {
        Ok(duration)
    } else {
        Err(Error::usage("a window of no size holds nothing").hint("as in --tumbling 5m"))
    }
}

/// Aggregates per window and prints the rows.
pub fn run(arguments: Arguments, context: &Context) -> Result<Answer> {
    let inputs = match arguments.merge {
        true => arguments.source.sources.iter().map(|name| vec![name.clone()]).collect(),
        false => vec![arguments.source.sources.clone()],
    };
    let mut resume = arguments.resume.open(context, &arguments.source.sources)?;
    let mut cursors: Vec<Cursor> = Vec::new();
    let mut question = None;
    for (number, sources) in inputs.iter().enumerate() {
        let mut input = InputBuilder::new(context, sources, &arguments.fields, &arguments.filter.types)?;
        input.filter(&arguments.filter)?;
        input.stretch(&arguments.range, context)?;
        input.need_time();
        if arguments.clock == ClockKind::Processing {
            input.take_arrival(context.clock.clone());
        }
        input.limit_ahead(context, arguments.lateness.max_ahead()?);
        let specs = AggregateSpec::parse_all(&arguments.aggregates.aggregates, &mut input.projection)?;
        let grouping = Grouping::parse(arguments.aggregates.by.as_deref(), &mut input.projection)?;
        // The same flags bind the same slots in every input.
        question.get_or_insert((specs, grouping));
        let source = SourceArgs { sources: sources.clone(), reading: arguments.source.reading.clone() };
        let last = resume.as_ref().map(|resume| (resume, number));
        let reader = input.open_resumed(context, &source, arguments.follow, last)?;
        cursors.push(input.build(reader, &source.reading, number)?);
    }
    let (specs, grouping) = question.ok_or_else(|| Error::usage("--merge needs sources"))?;
    if arguments.per_window && arguments.emit.0 != window::Emit::Final {
        return Err(Error::usage("with --emit a window's rows come out more than once, and never together")
            .hint("leave --per-window away, or --emit"));
    }
    let wanted = arguments.shape.wanted(specs.first().map(AggregateSpec::name));
    let wanted = Wanted { per_window: arguments.per_window, ..wanted };
    let (shape, largest) = (Shape::parse(&wanted)?, wanted.largest_of_window());
    let operator = Windows::new(job_of(&arguments, specs, grouping, cursors.len())?)?;
    let mut operator = operator.showing_largest(largest);
    let mut job = Job::new(&mut operator, cursors, &arguments.output);
    let targets = Targets {
        inputs: &inputs,
        fields: &arguments.fields,
        results: &arguments.resume,
        late_to: arguments.lateness.late_to.as_deref(),
        is_table: false,
        read_model: None,
    };
    job.direct(context, &targets, &arguments.output, resume.as_mut())?;
    job.shape(shape)?;
    job.idle = arguments.idle.as_deref().map(wall_time).transpose()?;
    job.clock = (arguments.clock == ClockKind::Processing).then(|| context.clock.clone());
    job.summary = arguments.summary.summary.unwrap_or(Summary::Text);
    Ok(job::answer_with_late(&job.run()?, arguments.lateness.fail_on_late))
}

fn job_of(
    arguments: &Arguments,
    specs: Vec<AggregateSpec>,
    grouping: Grouping,
    inputs: usize,
) -> Result<window::Job> {
    let (lateness, grace) = arguments.lateness.durations()?;
    let zone = arguments.lateness.zone()?;
    Ok(window::Job {
        kind: arguments.kind.kind(zone.unwrap_or(chrono_tz::UTC), arguments.sliding_all)?,
        grouping,
        specs,
        lateness,
        grace,
        late_by: match arguments.late_by {
            LateBy::Window => window::LateBy::Window,
            LateBy::Event => window::LateBy::Event,
        },
        emit: arguments.emit.0,
        fill: arguments.fill.then_some(arguments.fill_limit),
        max_ahead: arguments.lateness.max_ahead()?,
        inputs,
        zone,
    })
}
