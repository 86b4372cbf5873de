use std::fs;
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// Writes a file so that it is there as a whole or not at all: beside its place first.
///
/// # Errors
/// If it can not be written; nothing is left behind then.
pub fn write_file(path: &Path, contents: &[u8]) -> Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".part");
    let temporary = PathBuf::from(temporary);
    let written = fs::File::create(&temporary).and_then(|mut file| {
        std::io::Write::write_all(&mut file, contents)?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&temporary, path)).map_err(|error| {
        let _ = fs::remove_file(&temporary);
        Error::file(path, error)
    })
}
