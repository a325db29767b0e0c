//! Small duties on files that several parts of the log share.

use std::io;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::INSIDE;
use super::merkle;
use crate::event::buffer::Buffer;
use crate::sys::storage::{File, Open, Storage};

/// Makes a directory and its missing parents, and flushes the names so that they survive a power cut. Within
/// `.bourn` a link is refused: nothing is written to where somebody else points.
pub fn make_directory(storage: &Arc<dyn Storage>, path: &Path) -> io::Result<()> {
    if let Some(depth) = path.iter().rev().position(|name| name == INSIDE)
        && let Some(link) = path.ancestors().take(depth + 1).find(|path| storage.is_link(path))
    {
        let name = link.file_name().unwrap_or_default().display();
        let why = format!("{name} is a link, and links within a stream are not followed");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    if storage.metadata(path).is_ok() {
        return Ok(());
    }
    let parent = parent_of(path);
    if storage.metadata(parent).is_err_and(|cause| cause.kind() == io::ErrorKind::NotFound) {
        make_directory(storage, parent)?;
    }
    match storage.create_directory(path) {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => Err(cause),
        _ => storage.sync_directory(parent),
    }
}

/// Removes a file; gives whether it was there.
pub fn remove_if_there(storage: &Arc<dyn Storage>, path: &Path) -> io::Result<bool> {
    match storage.remove(path) {
        Ok(()) => Ok(true),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(cause),
    }
}

/// The directory that holds `path`.
pub fn parent_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Writes a whole file by a temporary one and a rename, so that at every moment, also after a power cut, the name
/// stands for the old content or for the new one.
pub fn replace(storage: &Arc<dyn Storage>, target: &Path, content: &[u8]) -> io::Result<()> {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let temporary = target.with_file_name(name);
    let file = storage.open(&temporary, Open::Create, true)?;
    file.truncate(0)?;
    file.write_all_at(content, 0)?;
    file.sync()?;
    storage.rename(&temporary, target)?;
    storage.sync_directory(parent_of(target))
}

/// Reads `length` bytes at `position`; fewer when the file ends before.
pub fn read_range(file: &dyn File, position: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes =
        vec![0; usize::try_from(length).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?];
    let filled = fill(file, position, &mut bytes)?;
    bytes.truncate(filled);
    Ok(bytes)
}

/// Reads `length` bytes at `position` to the end of `buffer`; fewer when the file ends before.
pub fn read_onto(file: &dyn File, position: u64, length: u64, buffer: &mut Buffer) -> io::Result<()> {
    let length = usize::try_from(length).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    let filled = fill(file, position, buffer.room(length))?;
    buffer.grow(filled);
    Ok(())
}

/// Fills `bytes` with what stands at `position`; gives how many there are.
fn fill(file: &dyn File, position: u64, bytes: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < bytes.len() {
        match file.read_at(&mut bytes[filled..], position + filled as u64)? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

/// Hands the bytes from `start` to `end` to `take`, in pieces; stops where the file does.
pub fn for_each_piece(file: &dyn File, start: u64, end: u64, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut buffer = vec![0; 256 << 10];
    let mut position = start;
    while position < end {
        let want = buffer.len().min((end - position) as usize);
        match file.read_at(&mut buffer[..want], position)? {
            0 => break,
            count => {
                take(&buffer[..count]);
                position += count as u64;
            }
        }
    }
    Ok(())
}

/// The SHA-256 of the first `bytes` of a file, in hexadecimal.
pub fn sha256(file: &dyn File, bytes: u64) -> io::Result<String> {
    let mut sha256 = Sha256::new();
    for_each_piece(file, 0, bytes, |piece| sha256.update(piece))?;
    Ok(merkle::to_hex(&sha256.finalize().into()))
}

/// Writes the bytes from `start` to `end` once more as they stand. A flush that failed may have left them in memory only,
/// taken for flushed; when its process died of it, nothing else tells.
pub fn write_again(file: &dyn File, start: u64, end: u64) -> io::Result<()> {
    let (mut position, mut written) = (start, Ok(()));
    for_each_piece(file, start, end, |piece| {
        if written.is_ok() {
            written = file.write_all_at(piece, position);
            position += piece.len() as u64;
        }
    })?;
    written
}
