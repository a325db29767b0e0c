//! What is on a simulated disk, and what changes it.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use xxhash_rust::xxh3::xxh3_128;

/// What a device writes as a whole, in bytes.
pub(super) const SECTOR_BYTES: usize = 512;

/// What the system writes back as a whole, in bytes.
const PAGE_BYTES: usize = 4096;

/// One change that was not flushed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Change {
    /// At most a sector of a write.
    Write { file: usize, position: usize, bytes: Arc<[u8]> },
    /// A file cut or grown to a size.
    Resize { file: usize, bytes: usize },
    /// A name that stands for a file, or for nothing any more.
    Name { path: PathBuf, file: Option<usize> },
    /// A new directory.
    Directory { path: PathBuf },
}

impl Change {
    /// The file whose content it changes.
    pub(super) fn file(&self) -> Option<usize> {
        match self {
            Change::Write { file, .. } | Change::Resize { file, .. } => Some(*file),
            Change::Name { .. } | Change::Directory { .. } => None,
        }
    }

    /// The page of 4096 bytes that it writes to.
    pub(super) fn page(&self) -> Option<(usize, usize)> {
        match self {
            Change::Write { file, position, .. } => Some((*file, position / PAGE_BYTES)),
            _ => None,
        }
    }

    /// The sector that it writes to.
    pub(super) fn sector(&self) -> Option<(usize, usize)> {
        match self {
            Change::Write { file, position, .. } => Some((*file, position / SECTOR_BYTES)),
            _ => None,
        }
    }

    /// The name that it changes.
    pub(super) fn name(&self) -> Option<&Path> {
        match self {
            Change::Name { path, .. } | Change::Directory { path } => Some(path),
            Change::Write { .. } | Change::Resize { .. } => None,
        }
    }
}

/// The bytes of a file, and their hash once it was asked for. Copies share them until they change.
#[derive(Clone, Debug, Default)]
pub(super) struct Stored {
    pub(super) bytes: Arc<Vec<u8>>,
    hash: OnceLock<u128>,
}

impl Stored {
    pub(super) fn change(&mut self) -> &mut Vec<u8> {
        self.hash = OnceLock::new();
        Arc::make_mut(&mut self.bytes)
    }
}

impl Hash for Stored {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.hash.get_or_init(|| xxh3_128(&self.bytes)).hash(hasher);
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    pub(super) files: Vec<Stored>,
    pub(super) names: Arc<BTreeMap<PathBuf, usize>>,
    pub(super) directories: Arc<BTreeSet<PathBuf>>,
    /// Files that nobody may write to any more.
    pub(super) read_only: BTreeSet<usize>,
}

impl Content {
    pub(super) fn apply(&mut self, change: &Change) {
        match change {
            Change::Write { file, position, bytes } => {
                let content = self.files[*file].change();
                let end = position + bytes.len();
                content.resize(content.len().max(end), 0);
                content[*position..end].copy_from_slice(bytes);
            }
            Change::Resize { file, bytes } => self.files[*file].change().resize(*bytes, 0),
            Change::Name { path, file: Some(file) } => {
                Arc::make_mut(&mut self.names).insert(path.clone(), *file);
            }
            Change::Name { path, file: None } => {
                Arc::make_mut(&mut self.names).remove(path);
            }
            Change::Directory { path } => {
                Arc::make_mut(&mut self.directories).insert(path.clone());
            }
        }
    }
}

impl Content {
    /// What stands in a directory whose own name was lost cannot be reached.
    pub(super) fn forget_unreachable(&mut self) {
        let known = self.directories.clone();
        let is_reachable = |path: &Path| {
            path.ancestors().skip(1).all(|above| above == Path::new("") || known.contains(above))
        };
        Arc::make_mut(&mut self.directories).retain(|path| is_reachable(path));
        Arc::make_mut(&mut self.names).retain(|path, _| is_reachable(path));
    }
}

/// Whether a change would be seen at all; rewriting the same bytes is not.
pub(super) fn changes_anything(flushed: &Content, change: &Change) -> bool {
    match change {
        Change::Write { file, position, bytes } => {
            let old =
                flushed.files.get(*file).and_then(|file| file.bytes.get(*position..position + bytes.len()));
            old != Some(bytes)
        }
        Change::Resize { .. } | Change::Name { .. } | Change::Directory { .. } => true,
    }
}

impl Hash for Content {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.files.hash(hasher);
        // Paths as a whole: part by part is slow.
        self.names.iter().for_each(|(path, file)| (path.as_os_str(), file).hash(hasher));
        self.directories.iter().for_each(|path| path.as_os_str().hash(hasher));
        self.read_only.hash(hasher);
    }
}
