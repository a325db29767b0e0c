//! One event from options.

use std::ops::Range;

use clap::Args;

use crate::cli::Context;
use crate::error::{Error, Result};
use crate::event::value::{Value, write_string};
use crate::time::timestamp::Moment;

/// The parts of one event.
#[derive(Args, Debug)]
pub struct EventArgs {
    /// What happened, as in MoneyDeposited
    #[arg(long = "type", value_name = "TYPE", help_heading = "One event from options")]
    kind: Option<String>,
    /// The entity it is about, as in account-1
    #[arg(
        long = "stream",
        value_name = "ENTITY",
        requires = "kind",
        help_heading = "One event from options"
    )]
    entity: Option<String>,
    /// Its data, as JSON
    #[arg(long, value_name = "JSON", requires = "kind", help_heading = "One event from options")]
    data: Option<String>,
    /// Metadata, as in --meta user=anna; may be given several times
    #[arg(long, value_name = "KEY=VALUE", requires = "kind", help_heading = "One event from options")]
    meta: Vec<String>,
    /// When it happened; now if left out
    #[arg(
        long,
        value_name = "TIME",
        requires = "kind",
        allow_hyphen_values = true,
        help_heading = "One event from options"
    )]
    at: Option<String>,
    /// Its id; a new UUIDv7 if left out. Without --type: the path of the event id, as in --id .orderId
    #[arg(long, value_name = "ID", help_heading = "One event from options")]
    id: Option<String>,
}

/// A new event id: UUIDv7, so that ids sort by time.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

impl EventArgs {
    /// Whether one event is given by options.
    pub fn is_given(&self) -> bool {
        self.kind.is_some()
    }

    /// The path of the event id, where `--id` is one.
    pub fn id_path(&self) -> Option<String> {
        self.id.clone().filter(|_| !self.is_given())
    }

    /// An event comes from options or from files, not from both.
    pub fn check(&self, files: &[String]) -> Result<()> {
        if self.id_path().is_some_and(|path| !path.starts_with('.')) {
            return Err(Error::usage("--id is the id of an event whose --type is not given")
                .hint("give --type as well, or a path like --id .orderId"));
        }
        if self.is_given() && !files.is_empty() {
            return Err(Error::usage("an event is given by options and by a file")
                .hint("append the file and the event one after the other"));
        }
        Ok(())
    }

    /// The event as a line, and where in it the time stands if it is only that of the append.
    pub fn to_line(&self, context: &Context) -> Result<(Vec<u8>, Option<Range<usize>>)> {
        let time = match self.at.as_deref().map(|text| context.moment(text)).transpose()? {
            None => context.now(),
            Some(Moment::Time(time)) => time,
            Some(Moment::Offset(_)) => return Err(Error::usage("--at takes a time, not an offset")),
        };
        let mut line = b"{\"eventId\":".to_vec();
        write_string(self.id.clone().unwrap_or_else(new_id).as_bytes(), &mut line);
        line.extend_from_slice(b",\"eventType\":");
        write_string(self.kind.as_deref().unwrap_or_default().as_bytes(), &mut line);
        line.extend_from_slice(b",\"timestamp\":");
        let start = line.len();
        line.push(b'"');
        time.write_utc(&mut line);
        line.push(b'"');
        let stamp = self.at.is_none().then_some(start..line.len());
        if let Some(entity) = &self.entity {
            line.extend_from_slice(b",\"streamId\":");
            write_string(entity.as_bytes(), &mut line);
        }
        if let Some(data) = &self.data {
            let value = Value::parse(data.as_bytes()).map_err(|error| {
                Error::usage(format!("--data is {}", error.what())).hint("as in --data '{\"amount\":1000}'")
            })?;
            line.extend_from_slice(b",\"data\":");
            value.write_json(&mut line);
        }
        self.write_metadata(&mut line)?;
        line.extend_from_slice(b"}\n");
        Ok((line, stamp))
    }

    fn write_metadata(&self, line: &mut Vec<u8>) -> Result<()> {
        for (at, pair) in self.meta.iter().enumerate() {
            let (key, value) = pair.split_once('=').ok_or_else(|| {
                Error::usage(format!("--meta '{pair}' has no '='")).hint("write it like --meta user=anna")
            })?;
            line.extend_from_slice(if at == 0 { b",\"metadata\":{" } else { b"," });
            write_string(key.as_bytes(), line);
            line.push(b':');
            write_string(value.as_bytes(), line);
        }
        if !self.meta.is_empty() {
            line.push(b'}');
        }
        Ok(())
    }
}
