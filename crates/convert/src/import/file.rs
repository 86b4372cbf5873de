//! Files as bytes that stay where they are mapped.
#![allow(unsafe_code)]

use std::fs::File;
use std::path::Path;

use bytes::Bytes;
use memmap2::Mmap;

use crate::{Error, Result};

/// A file's contents, mapped; parts of it can be kept without copies.
///
/// # Errors
/// If it can not be opened or mapped.
pub(crate) fn map(path: &Path) -> Result<Bytes> {
    let failed = |error: std::io::Error| Error::io(path, &error);
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(Error::argument(format!("{}: it is a folder", path.display())));
    }
    if metadata.len() == 0 {
        return Ok(Bytes::new());
    }
    // SAFETY: the mapping is read-only, private, and kept alive by the bytes that are made of it. As for any program that maps
    // files, another process that truncates the file meanwhile can stop this one; it can not make it read other memory.
    let mapped = unsafe { Mmap::map(&file) }.map_err(failed)?;
    Ok(Bytes::from_owner(mapped))
}
