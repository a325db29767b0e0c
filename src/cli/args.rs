//! Flag groups that several subcommands share, and how they become the parts of a job.

use std::sync::Arc;

use clap::Args;

use super::Context;
use super::job::refuse_same;
use super::range::RangeArgs;
use crate::error::{Error, Result};
use crate::event::envelope::{Choice, Envelope, Field, Part};
use crate::event::expression::Operand;
use crate::event::line::{MAX_LINE_BYTES, Offset};
use crate::event::path::Path;
use crate::event::scan::Projection;
use crate::event::value::budget;
use crate::log;
use crate::operator::shape::Wanted;
use crate::pipeline::OnError;
use crate::pipeline::bisection::Bisection;
use crate::pipeline::cursor::{Cursor, Horizon, TimeSource};
use crate::pipeline::filter::{Filter, StartAt, Until};
use crate::pipeline::lines::{READ_BYTES, READ_BYTES_FOR_TWO};
use crate::pipeline::quarantine::Quarantine;
use crate::pipeline::resume::Resume;
use crate::pipeline::source::{self, BlockReader};
use crate::sys::clock::Clock;
use crate::sys::storage::{Patience, Storage};
use crate::time::calendar;
use crate::time::duration::Duration;

/// Where events keep their parts.
#[derive(Args, Clone, Debug, Default)]
pub struct FieldArgs {
    /// Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel
    #[arg(long, value_name = "NAME", help_heading = "Event fields")]
    pub preset: Option<String>,
    /// Path of the event time, as in --time .ts
    #[arg(long, value_name = "PATH", help_heading = "Event fields")]
    pub time: Option<String>,
    /// Unit of numeric times: s, ms, us or ns; told from the magnitude if left out
    #[arg(long, value_name = "UNIT", help_heading = "Event fields")]
    pub time_unit: Option<String>,
    /// Path of the entity, as in --key .orderId
    #[arg(long, value_name = "PATH", help_heading = "Event fields")]
    pub key: Option<String>,
    /// Path of the event id, as in --id .uuid
    #[arg(long, value_name = "PATH", help_heading = "Event fields")]
    pub id: Option<String>,
}

impl FieldArgs {
    /// The choice that the flags make; a `--type` that is a path belongs to it too.
    pub fn choice(&self, kind: Option<String>) -> Choice {
        Choice {
            preset: self.preset.clone(),
            id: self.id.clone(),
            kind,
            time: self.time.clone(),
            key: self.key.clone(),
            time_unit: self.time_unit.clone(),
        }
    }
}

/// Where the lines come from and what is done with bad ones.
#[derive(Args, Clone, Debug, Default)]
pub struct SourceArgs {
    /// Streams, files (.jsonl, .csv; also .gz and .zst) or - for standard input; several are read in order as one
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// How lines are read.
#[derive(Args, Clone, Debug)]
pub struct ReadingArgs {
    /// What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also
    /// keep it in the file that --quarantine names)
    #[arg(long, value_name = "WHAT", default_value = "fail", help_heading = "Reading")]
    pub on_error: OnErrorArg,
    /// Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub quarantine: Option<String>,
    /// The longest line, as in 1024, 64KiB or 256MiB
    #[arg(long, value_name = "BYTES", default_value = "64MiB", value_parser = parse_bytes, help_heading = "Reading")]
    pub max_line: usize,
    /// How many steps an interpreted expression may take for one event
    #[arg(long, value_name = "N", default_value_t = budget::DEFAULT_STEPS, help_heading = "Reading")]
    pub max_steps: u64,
    /// How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The
    /// results are the same
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=2), help_heading = "Reading")]
    pub threads: u8,
}

impl Default for ReadingArgs {
    fn default() -> Self {
        ReadingArgs {
            on_error: OnErrorArg::Fail,
            quarantine: None,
            max_line: MAX_LINE_BYTES,
            max_steps: budget::DEFAULT_STEPS,
            threads: 1,
        }
    }
}

/// The values of `--on-error`.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnErrorArg {
    /// Stop at the first bad line
    Fail,
    /// Count bad lines and go on
    Skip,
    /// Keep them, too
    Quarantine,
}

impl ReadingArgs {
    fn on_error(&self) -> Result<OnError> {
        match (self.on_error, &self.quarantine) {
            (OnErrorArg::Quarantine, None) => {
                Err(Error::usage("--on-error quarantine needs a file for the bad lines")
                    .hint("name it with --quarantine FILE; reading writes nothing into a stream"))
            }
            (OnErrorArg::Skip, Some(_)) => Err(Error::usage("--on-error skip keeps no lines")
                .hint("leave it away: --quarantine FILE goes on, too, and keeps them")),
            (OnErrorArg::Fail, None) => Ok(OnError::Fail),
            (_, _) => Ok(OnError::Skip),
        }
    }
}

/// Reads a size in bytes: `4096`, `64KiB`, `256MiB`, `1GB`; at most 1 GiB.
pub fn parse_bytes(text: &str) -> std::result::Result<usize, String> {
    let wrong = || format!("'{text}' is no size; write it like 4096, 64KiB or 256MiB");
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().map_err(|_| wrong())?;
    let unit = match text[digits..].trim() {
        "" | "B" => 1,
        "k" | "kB" | "KB" => 1000,
        "K" | "KiB" => 1 << 10,
        "MB" => 1_000_000,
        "M" | "MiB" => 1 << 20,
        "GB" => 1_000_000_000,
        "G" | "GiB" => 1 << 30,
        _ => return Err(wrong()),
    };
    let bytes = number.checked_mul(unit).filter(|&bytes| (1..=1 << 30).contains(&bytes));
    bytes.map(|bytes| bytes as usize).ok_or_else(|| format!("'{text}' is not between 1 byte and 1 GiB"))
}

/// Which events are taken.
#[derive(Args, Clone, Debug, Default)]
pub struct FilterArgs {
    /// Only events for which this jq condition holds
    #[arg(long = "where", value_name = "EXPR", help_heading = "Which events")]
    pub condition: Option<String>,
    /// Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is
    #[arg(long = "type", value_name = "A,B|PATH", help_heading = "Which events")]
    pub types: Vec<String>,
    /// Only events of this entity (its streamId, or what --key names)
    #[arg(long = "stream", value_name = "ENTITY", help_heading = "Which events")]
    pub entity: Option<String>,
}

/// What is computed, and for which groups.
#[derive(Args, Clone, Debug, Default)]
pub struct AggregateArgs {
    /// One group per value of these paths, as in --by .userId,.data.currency or --by 'day=.timestamp[:10]'
    #[arg(long, value_name = "PATH,…", help_heading = "What is computed")]
    pub by: Option<String>,
    /// An aggregate, as in -a 'total=sum(.data.amount) where .eventType == "Paid"'; may be given several times
    #[arg(short = 'a', long = "aggregate", value_name = "NAME=AGG(EXPR)", help_heading = "What is computed")]
    pub aggregates: Vec<String>,
}

/// Which result rows come out, and in what order.
#[derive(Args, Clone, Debug, Default)]
pub struct ShapeArgs {
    /// Only rows for which this jq condition holds
    #[arg(long, value_name = "EXPR", help_heading = "Output")]
    pub having: Option<String>,
    /// Sort the rows by this jq expression; a leading - sorts the largest first
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true, help_heading = "Output")]
    pub sort_by: Option<String>,
    /// Only the N largest rows by --sort-by, or by the first aggregate
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub top: Option<usize>,
    /// With --top, also the rows that are equal to the last of them
    #[arg(long, requires = "top", help_heading = "Output")]
    pub ties: bool,
    /// What comes out of a row, in jq
    #[arg(long, value_name = "EXPR", help_heading = "Output")]
    pub select: Option<String>,
}

impl ShapeArgs {
    /// Whether rows are left out, sorted, limited or shaped.
    pub fn is_given(&self) -> bool {
        self.having.is_some() || self.sort_by.is_some() || self.top.is_some() || self.select.is_some()
    }

    /// What is wanted of the rows; `first_result` is the name of the first aggregate.
    pub fn wanted<'a>(&'a self, first_result: Option<&'a str>) -> Wanted<'a> {
        Wanted {
            having: self.having.as_deref(),
            sort_by: self.sort_by.as_deref(),
            top: self.top,
            ties: self.ties,
            per_window: false,
            select: self.select.as_deref(),
            first_result,
        }
    }
}

/// Windows of event time: how late events are treated, alike in window and join.
#[derive(Args, Clone, Debug)]
pub struct LatenessArgs {
    /// How late events may be: the watermark is the largest event time so far less this
    #[arg(long, value_name = "D", default_value = "0s", help_heading = "Time")]
    pub watermark: String,
    /// How much longer than that windows stay open, and rows wait for partners
    #[arg(long, value_name = "D", default_value = "0s", help_heading = "Time")]
    pub grace: String,
    /// An event further than this in front of the clock, or of the events before it, is set aside: one wrong clock
    /// must not close all
    #[arg(long, value_name = "D", help_heading = "Time")]
    pub max_ahead: Option<String>,
    /// Write late events to this file, or append them to this stream, with what they missed and by how much
    #[arg(long, value_name = "FILE|STREAM", help_heading = "Time")]
    pub late_to: Option<String>,
    /// Exit 1 when an event was late
    #[arg(long, help_heading = "Time")]
    pub fail_on_late: bool,
    /// Print times in this time zone, as in Europe/Vienna; UTC if left out
    #[arg(long, value_name = "ZONE", help_heading = "Time")]
    pub tz: Option<String>,
}

impl LatenessArgs {
    /// D and G.
    pub fn durations(&self) -> Result<(Duration, Duration)> {
        Ok((Duration::parse(&self.watermark)?, Duration::parse(&self.grace)?))
    }

    /// How far in front an event may lie.
    pub fn max_ahead(&self) -> Result<Option<Duration>> {
        self.max_ahead.as_deref().map(Duration::parse).transpose()
    }

    /// The time zone, if one is named.
    pub fn zone(&self) -> Result<Option<chrono_tz::Tz>> {
        self.tz.as_deref().map(calendar::parse_zone).transpose()
    }
}

/// A duration of the wall clock.
pub fn wall_time(text: &str) -> Result<std::time::Duration> {
    let nanoseconds = u64::try_from(Duration::parse(text)?.0);
    Ok(std::time::Duration::from_nanos(nanoseconds.unwrap_or(u64::MAX)))
}

/// How long `--lock-timeout` waits for another writer; for ever without it.
pub fn patience(text: Option<&str>) -> Result<Patience> {
    Ok(match text.map(wall_time).transpose()? {
        None => Patience::Forever,
        Some(std::time::Duration::ZERO) => Patience::None,
        Some(time) => Patience::For(time),
    })
}

/// Puts one input of a job together: fields, filter and reader.
pub struct InputBuilder {
    /// The fields that the job reads of every event.
    pub projection: Projection,
    envelope: Envelope,
    filter: Filter,
    needs_time: bool,
    arrival: Option<Arc<dyn Clock>>,
    horizon: Option<Horizon>,
    /// Where lines that are set aside are kept; nowhere when the run only answers a question.
    storage: Option<Arc<dyn Storage>>,
    last: Option<u64>,
    lateness: Option<Duration>,
    copies_lines: bool,
}

impl InputBuilder {
    /// An input over `sources`; a single stream's own settings fill what the flags leave out.
    pub fn new(context: &Context, sources: &[String], fields: &FieldArgs, types: &[String]) -> Result<Self> {
        let path = types.iter().find(|text| text.starts_with('.')).cloned();
        let settings = match sources {
            [name] => log::Stream::settings_of(&context.storage, std::path::Path::new(name))?,
            _ => None,
        };
        let choice = fields.choice(path).or(settings.unwrap_or_default());
        Ok(InputBuilder {
            projection: Projection::default(),
            envelope: Envelope::new(&choice)?,
            filter: Filter::default(),
            needs_time: false,
            arrival: None,
            horizon: None,
            storage: context.explain.is_none().then(|| context.storage.clone()),
            last: None,
            lateness: None,
            copies_lines: false,
        })
    }

    /// Takes only events that have `value` at `path`; a number stands for itself.
    pub fn require(&mut self, path: &Path, value: &str) {
        let slot = self.projection.slot(path);
        self.filter.values.push((json_string(value), slot));
    }

    /// Where the entity is, as a part of `--by`.
    pub fn entity_expression(&self) -> String {
        self.envelope.expression(Part::Key)
    }

    /// Binds a part of the envelope for the operator, which reads it where an event has it.
    pub fn bind(&mut self, part: Part) -> Field {
        self.envelope.bind(part, &mut self.projection)
    }

    /// The field of the event id, bound to `projection`.
    pub fn id(&self, projection: &mut Projection) -> Field {
        self.envelope.bind(Part::Id, projection)
    }

    /// The operator reads the event time.
    pub fn need_time(&mut self) {
        self.needs_time = true;
    }

    /// The event time is the time at which the event is read.
    pub fn take_arrival(&mut self, clock: Arc<dyn Clock>) {
        self.arrival = Some(clock);
    }

    /// The operator keeps so many of the last events that it is given, and looks into none of them.
    pub fn keep_last(&mut self, count: Option<u64>) {
        self.last = count;
    }

    /// Whether the operator hands lines on as they stand, and looks into none of them.
    pub fn copy_lines(&mut self, copies: bool) {
        self.copies_lines = copies;
    }

    /// Events whose time lies further than `limit` in front of the clock are set aside.
    pub fn limit_ahead(&mut self, context: &Context, limit: Option<Duration>) {
        self.horizon = limit.map(|limit| Horizon::new(context.clock.clone(), limit));
    }

    /// Adds the conditions of the flags.
    pub fn filter(&mut self, filter: &FilterArgs) -> Result<()> {
        let wanted = filter.types.iter().filter(|text| !text.starts_with('.'));
        self.filter.types = wanted.flat_map(|text| text.split(',')).map(json_string).collect();
        if !self.filter.types.is_empty() {
            self.filter.type_field = Some(self.envelope.bind(Part::Type, &mut self.projection));
        }
        if let Some(entity) = &filter.entity {
            let field = self.envelope.bind(Part::Key, &mut self.projection);
            self.filter.entity = Some((json_string(entity), field));
        }
        if let Some(condition) = &filter.condition {
            self.filter.condition = Some(Operand::compile(condition, &mut self.projection)?);
        }
        Ok(())
    }

    /// Adds the stretch of history that the flags name.
    pub fn stretch(&mut self, stretch: &RangeArgs, context: &Context) -> Result<()> {
        self.range(stretch.range(context)?);
        self.bound_lateness(stretch.lateness.as_deref())
    }

    /// No event is later than this.
    pub fn bound_lateness(&mut self, lateness: Option<&str>) -> Result<()> {
        self.lateness = lateness.map(Duration::parse).transpose()?;
        Ok(())
    }

    /// Adds the range of the flags.
    pub fn range(&mut self, (start, until): (StartAt, Until)) {
        self.filter.start = start;
        self.filter.until = until;
    }

    /// Opens the sources for reading.
    pub fn open(&self, context: &Context, source: &SourceArgs, follow: bool) -> Result<Box<dyn BlockReader>> {
        source::open(&source.sources, &self.options(context, source, follow, true)?)
    }

    /// Opens the sources of input number `input` for reading: where the last run stopped, if there is one to go on
    /// from.
    pub fn open_resumed(
        &self,
        context: &Context,
        source: &SourceArgs,
        follow: bool,
        resume: Option<(&Resume, usize)>,
    ) -> Result<Box<dyn BlockReader>> {
        let Some((resume, input)) = resume else { return self.open(context, source, follow) };
        let options = self.options(context, source, follow, resume.drains())?;
        source::open_marked(&source.sources, resume.marks(input), &options)
    }

    /// How the sources are opened; `takes_partial` says whether a last line without its end counts.
    pub fn options(
        &self,
        context: &Context,
        source: &SourceArgs,
        follow: bool,
        takes_partial: bool,
    ) -> Result<source::Options> {
        if source.sources.is_empty() && context.input_is_terminal {
            return Err(Error::usage("no SOURCE is given and standard input is a terminal")
                .hint("name a stream or a file, or pipe lines in"));
        }
        budget::set_max_steps(source.reading.max_steps);
        if let Some(target) = &source.reading.quarantine {
            refuse_same(context, &source.sources, target)?;
        }
        let from = match self.filter.start {
            StartAt::Offset(offset) => offset,
            _ => Offset(0),
        };
        let time = self.arrival.is_none().then(|| self.envelope.words(Part::Time));
        let places = (time, self.envelope.words(Part::Key));
        let mut search = self.filter.search(source.reading.max_line as u64, places);
        search.as_stored = self.copies_lines && self.filter.passes_rest();
        search.last = self.last.filter(|_| self.filter.passes_rest() && !self.needs_time);
        Ok(source::Options {
            storage: context.storage.clone(),
            max_line: source.reading.max_line,
            read_bytes: if source.reading.threads > 1 { READ_BYTES_FOR_TWO } else { READ_BYTES },
            from,
            follow,
            takes_partial,
            bisection: self.bisection(&search),
            search: Some(search),
        })
    }

    /// Finds the range in files, where it is one of event times alone: of events that are filtered out nobody has said how
    /// late they are, and behind a last offset no line is even counted.
    fn bisection(&self, search: &log::index::Search) -> Option<Bisection> {
        let (lateness, (_, between)) = (self.lateness?, search.time.as_ref()?);
        if self.filter.has_conditions() || search.end != Offset(u64::MAX) {
            return None;
        }
        let mut projection = Projection::default();
        let time = self.envelope.bind(Part::Time, &mut projection);
        Some(Bisection::new(*between, lateness, projection, time))
    }

    /// The finished input.
    pub fn build(
        mut self,
        reader: Box<dyn BlockReader>,
        reading: &ReadingArgs,
        input: usize,
    ) -> Result<Cursor> {
        let needs_time = self.needs_time || self.filter.needs_time() || self.lateness.is_some();
        let time = match self.arrival {
            Some(clock) => TimeSource::Arrival(clock),
            None if needs_time => TimeSource::Field(self.envelope.bind(Part::Time, &mut self.projection)),
            None => TimeSource::None,
        };
        let on_error = reading.on_error()?;
        let quarantine = reading.quarantine.as_ref().zip(self.storage);
        let quarantine = quarantine.map(|(path, storage)| Quarantine::new(storage, path));
        let cursor = Cursor::new(reader, &self.projection, self.filter, time, on_error, input);
        let cursor = cursor.within(self.horizon).keeping(quarantine).at_most_late(self.lateness);
        Ok(cursor.threaded(usize::from(reading.threads)))
    }
}

fn json_string(text: impl AsRef<str>) -> Vec<u8> {
    serde_json::to_vec(text.as_ref()).expect("a string always becomes JSON")
}
