//! Snapshots: what a run has to remember until the next one, under a name. Whole and old, or whole and new, at
//! every moment; only one run at a time holds a name. What is in them is not known here.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::{make_directory, read_range, replace};
use super::{INSIDE, check_name};
use crate::error::{Error, Result};
use crate::sys::storage::{FileKind, Lock, Open, Patience, Storage};

/// The right to read and write one snapshot; other runs of its name are kept out as long as it lives.
pub struct Snapshot {
    storage: Arc<dyn Storage>,
    path: PathBuf,
    _lock: Box<dyn Lock>,
}

/// Where the snapshots of runs over `source` are kept: under `.bourn` of a stream; of a file in a directory beside
/// it, which is called like the file and ends in `.bourn`.
pub fn directory_of(storage: &Arc<dyn Storage>, source: &Path) -> io::Result<PathBuf> {
    let inside = match storage.metadata(source)?.kind {
        FileKind::Directory => source.join(INSIDE),
        FileKind::File | FileKind::Other => beside(source),
    };
    Ok(inside.join("snapshots"))
}

/// Where everything is kept that concerns a file which bourn does not write: `FILE.bourn`.
pub fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(INSIDE);
    file.with_file_name(name)
}

impl Snapshot {
    /// Opens the snapshot `name` in `directory`, which is made when it is missing. It is a conflict when another run
    /// holds it.
    pub fn open(storage: Arc<dyn Storage>, directory: &Path, name: &str) -> Result<Snapshot> {
        check_name("saved run", name)?;
        let directory = directory.join(name);
        let made = make_directory(&storage, &directory);
        made.map_err(|cause| Error::system(format!("cannot make {}", directory.display()), &cause))?;
        let lock = storage.lock(&directory, Patience::None).map_err(|cause| match cause.kind() {
            io::ErrorKind::WouldBlock => Error::conflict(format!("another run called '{name}' is at work"))
                .hint("wait until it has ended, or take another name"),
            _ => Error::system(format!("cannot lock {}", directory.display()), &cause),
        })?;
        Ok(Snapshot { storage, path: directory.join("state"), _lock: lock })
    }

    /// The file, as messages show it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What was written last; nothing when there never was anything.
    pub fn read(&self) -> Result<Option<Vec<u8>>> {
        let file = match self.storage.open(&self.path, Open::Read, true) {
            Ok(file) => file,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(Error::system(format!("cannot open {}", self.path.display()), &cause)),
        };
        let read = file.metadata().and_then(|metadata| read_range(&*file, 0, metadata.bytes));
        read.map(Some).map_err(|cause| Error::system(format!("cannot read {}", self.path.display()), &cause))
    }

    /// Replaces what is there, durably.
    pub fn write(&self, content: &[u8]) -> Result<()> {
        let written = replace(&self.storage, &self.path, content);
        written.map_err(|cause| Error::system(format!("cannot write {}", self.path.display()), &cause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::sys::disk::Disk;

    #[test]
    fn a_name_is_held_by_one_run_and_keeps_what_was_written_last() {
        let place = tempfile::tempdir().expect("a directory");
        let storage: Arc<dyn Storage> = Arc::new(Disk);
        let open = || Snapshot::open(storage.clone(), place.path(), "daily");
        let snapshot = open().expect("it is free");
        assert_eq!(open().err().map(|error| error.kind()), Some(Kind::Conflict));
        assert_eq!(snapshot.read().expect("readable"), None);
        for content in [&b"one"[..], b"two, which is longer", b""] {
            snapshot.write(content).expect("writable");
            assert_eq!(snapshot.read().expect("readable").as_deref(), Some(content));
        }
        drop(snapshot);
        assert!(open().is_ok(), "the name is free again");
        assert!(Snapshot::open(storage.clone(), place.path(), "../x").is_err());
    }

    #[test]
    fn a_snapshot_stands_inside_a_stream_and_beside_a_file() {
        let place = tempfile::tempdir().expect("a directory");
        let storage: Arc<dyn Storage> = Arc::new(Disk);
        let file = place.path().join("x.jsonl");
        storage.open(&file, Open::Create, true).expect("a file");
        let of = |source: &Path| directory_of(&storage, source).expect("it is there");
        assert_eq!(of(place.path()), place.path().join(".bourn/snapshots"));
        assert_eq!(of(&file), place.path().join("x.jsonl.bourn/snapshots"));
        assert!(directory_of(&storage, &place.path().join("none")).is_err());
    }
}
