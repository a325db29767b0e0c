//! `stream.toml`: what a stream says about itself.

use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::files::read_range;
use crate::error::{Error, Result};
use crate::event::envelope::Choice;
use crate::sys::storage::{Open, Storage};

/// The size at which a segment is sealed, unless the settings say otherwise: 256 MiB.
const SEGMENT_BYTES: u64 = 256 << 20;

/// The settings of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where its events keep their parts.
    pub fields: Choice,
    /// The size at which a segment is sealed, in bytes.
    pub segment_bytes: u64,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    #[serde(default)]
    fields: WrittenFields,
    segment_bytes: Option<u64>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenFields {
    preset: Option<String>,
    id: Option<String>,
    r#type: Option<String>,
    time: Option<String>,
    key: Option<String>,
    time_unit: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { fields: Choice::default(), segment_bytes: SEGMENT_BYTES }
    }
}

impl Settings {
    /// Reads the settings in `directory`; the defaults when there is no `stream.toml`.
    pub fn read(storage: &Arc<dyn Storage>, directory: &Path) -> Result<Settings> {
        let path = directory.join("stream.toml");
        let name = path.display().to_string();
        let bytes = match storage.open(&path, Open::Read, false) {
            Ok(file) => {
                file.metadata().and_then(|metadata| read_range(&*file, 0, metadata.bytes.min(1 << 20)))
            }
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Settings::default()),
            Err(cause) => Err(cause),
        };
        let bytes = bytes.map_err(|cause| Error::system(format!("cannot read {name}"), &cause))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| Error::usage("not valid UTF-8").source(&name))?;
        let written: Written = toml::from_str(text).map_err(|cause| wrong(&name, text, &cause))?;
        let fields = written.fields;
        Ok(Settings {
            fields: Choice {
                preset: fields.preset,
                id: fields.id,
                kind: fields.r#type,
                time: fields.time,
                key: fields.key,
                time_unit: fields.time_unit,
            },
            segment_bytes: written.segment_bytes.unwrap_or(SEGMENT_BYTES).max(1),
        })
    }
}

fn wrong(name: &str, text: &str, cause: &toml::de::Error) -> Error {
    let line = cause.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    Error::usage(cause.message().replace('\n', " "))
        .hint("settings are segment-bytes and [fields] preset, id, type, time, key, time-unit")
        .at(name, line as u64)
}
