//! `stream.toml`: what a stream says about itself.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::files::{read_range, replace};
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
    /// Whether appends are done on a file system of another machine, too.
    pub unsafe_fs: bool,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    segment_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unsafe_fs: Option<bool>,
    #[serde(default, skip_serializing_if = "WrittenFields::is_empty")]
    fields: WrittenFields,
}

#[derive(Serialize, Deserialize, Default, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenFields {
    preset: Option<String>,
    id: Option<String>,
    r#type: Option<String>,
    time: Option<String>,
    key: Option<String>,
    time_unit: Option<String>,
}

impl WrittenFields {
    fn is_empty(&self) -> bool {
        *self == WrittenFields::default()
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings { fields: Choice::default(), segment_bytes: SEGMENT_BYTES, unsafe_fs: false }
    }
}

impl Settings {
    /// Reads the settings in `directory`; the defaults when there is no `stream.toml`.
    pub fn read(storage: &Arc<dyn Storage>, directory: &Path) -> Result<Settings> {
        let path = directory.join("stream.toml");
        let name = path.display().to_string();
        let bytes = match storage.open(&path, Open::Read, true) {
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
            unsafe_fs: written.unsafe_fs.unwrap_or_default(),
        })
    }

    /// Writes what differs from the defaults to `stream.toml` in `directory`, durably; nothing when nothing does.
    pub fn write(&self, storage: &Arc<dyn Storage>, directory: &Path) -> Result<()> {
        if *self == Settings::default() {
            return Ok(());
        }
        let Choice { preset, id, kind, time, key, time_unit } = self.fields.clone();
        let fields = WrittenFields { preset, id, r#type: kind, time, key, time_unit };
        let segment_bytes = Some(self.segment_bytes).filter(|&bytes| bytes != SEGMENT_BYTES);
        let path = directory.join("stream.toml");
        let name = path.display().to_string();
        let text =
            toml::to_string(&Written { segment_bytes, unsafe_fs: self.unsafe_fs.then_some(true), fields });
        let text = text.map_err(|cause| Error::usage(format!("{name} cannot be written: {cause}")))?;
        replace(storage, &path, text.as_bytes())
            .map_err(|cause| Error::system(format!("cannot write {name}"), &cause))
    }
}

fn wrong(name: &str, text: &str, cause: &toml::de::Error) -> Error {
    let line = cause.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    Error::usage(cause.message().replace('\n', " "))
        .hint("settings are segment-bytes, unsafe-fs and [fields] preset, id, type, time, key, time-unit")
        .at(name, line as u64)
}
