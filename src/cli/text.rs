//! Reads small text files that flags name.

use std::path::Path;

use super::Context;
use crate::error::{Error, Result};
use crate::pipeline::source::cannot_open;
use crate::sys::storage::Open;

/// The most bytes that such a file may have.
const MAX_BYTES: usize = 1 << 20;

/// The text of the file called `name`.
pub fn read(context: &Context, name: &str) -> Result<String> {
    let mut file = context
        .storage
        .open(Path::new(name), Open::Read, false)
        .map_err(|cause| cannot_open(name, &cause))?;
    let mut text = vec![0; MAX_BYTES + 1];
    let mut length = 0;
    loop {
        match file.read(&mut text[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(cause) => return Err(Error::system(format!("cannot read {name}"), &cause)),
        }
    }
    if length > MAX_BYTES {
        return Err(Error::usage(format!("{name} is larger than {MAX_BYTES} bytes")));
    }
    text.truncate(length);
    String::from_utf8(text).map_err(|_| Error::usage("not valid UTF-8").source(name))
}
