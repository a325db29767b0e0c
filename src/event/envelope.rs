//! Where an event keeps its id, type, time and entity: the native envelope, presets for other shapes,
//! and single paths from options or a stream's settings. Reads fields; changes nothing.

use super::Event;
use super::path::{Path, Step};
use super::scan::{Projection, Span};
use crate::error::{Error, Result};
use crate::time::timestamp::recent::RecentMinute;
use crate::time::timestamp::{Timestamp, Unit};

/// The parts of the envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What makes the event unique.
    Id,
    /// What sort of event it is.
    Type,
    /// When it happened.
    Time,
    /// The entity it is about.
    Key,
}

impl Part {
    /// What it is called in messages, and the option that sets it.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Part::Id => ("event id", "--id"),
            Part::Type => ("event type", "--type"),
            Part::Time => ("event time", "--time"),
            Part::Key => ("entity", "--key"),
        }
    }
}

/// A known shape of events: for each part the paths to try, in order.
struct Preset {
    name: &'static str,
    id: &'static [&'static str],
    kind: &'static [&'static str],
    time: &'static [&'static str],
    key: &'static [&'static str],
}

/// The presets, one row each.
const PRESETS: &[Preset] = &[
    Preset {
        name: "native",
        id: &[".eventId"],
        kind: &[".eventType"],
        time: &[".timestamp"],
        key: &[".streamId"],
    },
    Preset {
        name: "cloudevents",
        id: &[".id"],
        kind: &[".type"],
        time: &[".time"],
        key: &[".subject", ".source"],
    },
    Preset {
        name: "debezium",
        id: &[".payload.source.lsn", ".source.lsn", ".payload.source.pos", ".source.pos"],
        kind: &[".payload.op", ".op"],
        time: &[".payload.source.ts_ms", ".source.ts_ms", ".payload.ts_ms", ".ts_ms"],
        key: &[".payload.source.table", ".source.table"],
    },
    Preset {
        name: "cloudtrail",
        id: &[".eventID"],
        kind: &[".eventName"],
        time: &[".eventTime"],
        key: &[".userIdentity.arn", ".userIdentity.principalId"],
    },
    Preset {
        name: "journald",
        id: &[".__CURSOR"],
        kind: &[".SYSLOG_IDENTIFIER"],
        time: &["._SOURCE_REALTIME_TIMESTAMP", ".__REALTIME_TIMESTAMP"],
        key: &["._SYSTEMD_UNIT"],
    },
    Preset { name: "docker", id: &[], kind: &[".stream"], time: &[".time"], key: &[".attrs.tag"] },
    Preset {
        name: "otel",
        id: &[".spanId"],
        kind: &[".severityText", ".name"],
        time: &[".timeUnixNano", ".startTimeUnixNano", ".observedTimeUnixNano"],
        key: &[".traceId"],
    },
];

/// Paths that options or settings name; what is left out comes from the preset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The name of a preset.
    pub preset: Option<String>,
    /// Path of the event id.
    pub id: Option<String>,
    /// Path of the event type.
    pub kind: Option<String>,
    /// Path of the event time.
    pub time: Option<String>,
    /// Path of the entity.
    pub key: Option<String>,
    /// Unit of numeric times.
    pub time_unit: Option<String>,
}

impl Choice {
    /// This choice, with the gaps filled from `settings`.
    #[must_use]
    pub fn or(self, settings: Choice) -> Choice {
        Choice {
            preset: self.preset.or(settings.preset),
            id: self.id.or(settings.id),
            kind: self.kind.or(settings.kind),
            time: self.time.or(settings.time),
            key: self.key.or(settings.key),
            time_unit: self.time_unit.or(settings.time_unit),
        }
    }
}

/// Where the parts of an event are.
#[derive(Clone, Debug)]
pub struct Envelope {
    id: Vec<Path>,
    kind: Vec<Path>,
    time: Vec<Path>,
    key: Vec<Path>,
    unit: Option<Unit>,
}

impl Envelope {
    /// The members of the event itself that hold a part.
    pub fn members(&self) -> Vec<String> {
        let paths = [&self.id, &self.kind, &self.time, &self.key].into_iter().flatten();
        let name = |path: &Path| match &path.steps[..] {
            [Step::Key(name)] => Some(name.clone()),
            _ => None,
        };
        paths.filter_map(name).collect()
    }

    /// The envelope that a choice means; an unknown preset, path or unit is a usage error.
    pub fn new(choice: &Choice) -> Result<Envelope> {
        let name = choice.preset.as_deref().unwrap_or("native");
        let preset = PRESETS.iter().find(|preset| preset.name == name).ok_or_else(|| unknown_preset(name))?;
        let paths = |chosen: &Option<String>, preset: &[&str]| match chosen {
            Some(path) => Ok(vec![Path::parse(path)?]),
            None => preset.iter().map(|path| Path::parse(path)).collect(),
        };
        Ok(Envelope {
            id: paths(&choice.id, preset.id)?,
            kind: paths(&choice.kind, preset.kind)?,
            time: paths(&choice.time, preset.time)?,
            key: paths(&choice.key, preset.key)?,
            unit: choice.time_unit.as_deref().map(Unit::parse).transpose()?,
        })
    }

    fn paths(&self, part: Part) -> &[Path] {
        match part {
            Part::Id => &self.id,
            Part::Type => &self.kind,
            Part::Time => &self.time,
            Part::Key => &self.key,
        }
    }

    /// A part as a grouping names it: its path, or where it may stand in several places the first that is there.
    pub fn expression(&self, part: Part) -> String {
        match self.paths(part) {
            [path] => path.to_string(),
            paths => {
                let paths: Vec<String> = paths.iter().map(ToString::to_string).collect();
                format!("entity={}", paths.join(" // "))
            }
        }
    }

    /// Where a part is read and how, in words: two envelopes with the same words read the same.
    pub fn words(&self, part: Part) -> String {
        let paths: Vec<String> = self.paths(part).iter().map(ToString::to_string).collect();
        match (part, self.unit) {
            (Part::Time, Some(unit)) => format!("{} in {}", paths.join(" // "), unit.name()),
            _ => paths.join(" // "),
        }
    }

    /// Binds a part to slots of `projection`, so that it can be read from events.
    pub fn bind(&self, part: Part, projection: &mut Projection) -> Field {
        let paths = self.paths(part);
        let slots = paths.iter().map(|path| projection.slot(path)).collect();
        let shown = paths.first().map_or_else(|| "any field".to_owned(), ToString::to_string);
        Field { part, slots, shown, unit: self.unit, recent: RecentMinute::default() }
    }
}

fn unknown_preset(name: &str) -> Error {
    let known: Vec<_> = PRESETS.iter().map(|preset| preset.name).collect();
    Error::usage(format!("there is no preset {name}")).hint(format!("take one of {}", known.join(", ")))
}

/// One part of the envelope, bound to the slots of a projection.
#[derive(Clone, Debug)]
pub struct Field {
    part: Part,
    slots: Vec<usize>,
    shown: String,
    unit: Option<Unit>,
    recent: RecentMinute,
}

impl Field {
    /// The JSON text of the part, or nothing when the event has none or it is null.
    #[inline]
    pub fn text<'a>(&self, event: &Event<'a>) -> Option<&'a [u8]> {
        self.slots.iter().find_map(|&slot| event.field(slot).filter(|text| *text != b"null"))
    }

    /// The JSON text in the first of the places where the part may stand, whatever it is.
    #[inline]
    pub fn first_text<'a>(&self, event: &Event<'a>) -> Option<&'a [u8]> {
        event.field(*self.slots.first()?)
    }

    /// The JSON text of the part in a line whose `fields` were taken out by an extractor; like [`Field::text`].
    pub fn text_in<'a>(&self, line: &'a [u8], fields: &[Option<Span>]) -> Option<&'a [u8]> {
        let mut texts = self.slots.iter().filter_map(|&slot| fields[slot].map(|span| span.of(line)));
        texts.find(|text| *text != b"null")
    }

    /// The part of a line whose `fields` were taken out, if it is an instant in the minute of the one before, as most are;
    /// [`Field::time`] tells all others.
    #[inline(always)]
    pub fn recent_time(&self, line: &[u8], fields: &[Option<Span>]) -> Option<Timestamp> {
        let [slot] = self.slots[..] else { return None };
        self.recent.in_same_minute(fields[slot]?.of(line))
    }

    /// The part read as an instant; missing or unreadable is an error that names the option to set.
    #[inline]
    pub fn time(&self, event: &Event<'_>) -> Result<Timestamp> {
        let text = self.text(event).ok_or_else(|| self.missing(event))?;
        self.recent.read(text, self.unit).map_err(|error| self.misread(event, text, error))
    }

    /// The error for an event that lacks this part.
    #[cold]
    pub fn missing(&self, event: &Event<'_>) -> Error {
        let (what, option) = self.part.words();
        let error = Error::data(format!("this event has no {what} at {}", self.shown))
            .hint(format!("name its field with {option} PATH, or choose a --preset"));
        event.locate(error)
    }

    #[cold]
    fn misread(&self, event: &Event<'_>, text: &[u8], error: Error) -> Error {
        let column = text.as_ptr() as usize - event.line.bytes.as_ptr() as usize + 1;
        event.locate(error.column(column as u64))
    }
}
