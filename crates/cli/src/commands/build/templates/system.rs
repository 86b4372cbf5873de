//! The platform: files, what is said, the time.

use std::error::Error;
use std::fmt::Arguments;
use std::fs;
use std::io::{self, Write};
use std::sync::LazyLock;
use std::time::Instant;

use featherlite::{Model, OpSet};

pub fn open(path: &str, ops: &OpSet) -> featherlite::Result<Model> {
    Model::open(path, ops)
}

pub fn read(path: &str) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{path}: {error}"))
}

/// Writes a file, which is there whole or not at all, and makes its folder.
pub fn write(folder: &str, path: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let temporary = format!("{path}.tmp");
    fs::create_dir_all(folder).map_err(|error| format!("{folder}: {error}"))?;
    if let Err(error) = fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path)) {
        let _ = fs::remove_file(&temporary);
        return Err(format!("{path}: {error}").into());
    }
    Ok(())
}

pub fn say(text: Arguments<'_>) -> io::Result<()> {
    io::stdout().write_fmt(text)
}

pub fn complain(text: Arguments<'_>) {
    let _ = io::stderr().write_fmt(text);
}

/// Since the first call.
pub fn microseconds() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_secs_f64() * 1e6
}
