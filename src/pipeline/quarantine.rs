//! Where lines are kept that are no events: byte for byte in one file, and why, a JSON object for each, in another
//! beside it. Lines are only added, so that one run never takes away what another has set aside. What append sets aside
//! goes into the stream's own quarantine ([`crate::log`]); reading writes nothing into a stream.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Error, Kind, Result};
use crate::sys::storage::{Open, Storage};

/// A file for lines and one, `FILE.why`, for the reasons, made when the first line comes.
pub struct Quarantine {
    storage: Arc<dyn Storage>,
    lines: PathBuf,
    reasons: PathBuf,
}

impl Quarantine {
    /// A quarantine in the file at `path`.
    pub fn new(storage: Arc<dyn Storage>, path: &str) -> Quarantine {
        Quarantine { storage, lines: PathBuf::from(path), reasons: PathBuf::from(format!("{path}.why")) }
    }

    /// Adds a line (without its newline), and what is wrong with it.
    pub fn set_aside(&self, line: &[u8], why: &Error) -> Result<()> {
        let place = why.place();
        let reason = serde_json::json!({
            "source": *place.source,
            "line": place.line,
            "column": place.column,
            "why": why.what(),
        });
        // The line first: of one without a reason nothing is lost.
        self.add(&self.lines, &[line, b"\n"].concat())?;
        self.add(&self.reasons, format!("{reason}\n").as_bytes())
    }

    fn add(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let write = || -> io::Result<()> {
            let file = self.storage.open(path, Open::Create, false)?;
            let end = file.metadata()?.bytes;
            if end == 0 {
                // Whoever may read the source may not be everybody.
                self.storage.restrict(path, true)?;
            }
            file.write_all_at(bytes, end)
        };
        let failed = |cause: io::Error| {
            Error::system(format!("cannot set a line aside in {}", path.display()), &cause)
                .hint("name another file with --quarantine")
        };
        write().map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => {
                Error::new(Kind::System, format!("there is no directory for {}", path.display()))
                    .hint("make it, or name another file with --quarantine")
            }
            _ => failed(cause),
        })
    }
}
