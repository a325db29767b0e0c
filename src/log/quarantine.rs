//! Quarantine: what recovery or a refused line sets aside, byte for byte.

use std::io;

use super::files::make_directory;
use super::{Stream, head};
use crate::error::Result;
use crate::sys::storage::Open;

impl Stream {
    /// Sets `bytes` aside in a private file and flushes it; gives the file's name as the user sees it. The same
    /// bytes with the same `label` always go to the same file, so doing it again changes nothing.
    pub fn quarantine(&self, label: &str, bytes: &[u8]) -> Result<String> {
        let directory = self.inside("quarantine");
        make_directory(&self.storage, &directory).map_err(|cause| self.failed("make", &directory, &cause))?;
        let target = directory.join(format!("{label}-{:016x}.jsonl", head::checksum(bytes)));
        let write = || -> io::Result<()> {
            let copy = self.storage.open(&target, Open::Create, true)?;
            self.storage.restrict(&target, true)?;
            copy.truncate(0)?;
            copy.write_all_at(bytes, 0)?;
            copy.sync()?;
            self.storage.sync_directory(&directory)
        };
        write().map_err(|cause| self.failed("write", &target, &cause))?;
        Ok(self.show(&target))
    }
}
