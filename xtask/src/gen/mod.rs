//! Generated files: written by `cargo xtask gen`, checked in, and checked for freshness.

mod operators;
mod schema;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::root;

/// A file and what it shall contain.
struct Generated {
    /// Path from the workspace's folder.
    path: PathBuf,
    contents: String,
}

/// Everything that is generated.
fn all() -> Result<Vec<Generated>> {
    let mut files = operators::generate(&root())?;
    files.extend(schema::generate(&root())?);
    for file in &mut files {
        if file.path.extension().is_some_and(|extension| extension == "rs") {
            file.contents = format(&file.contents).with_context(|| file.path.display().to_string())?;
        }
    }
    Ok(files)
}

/// Writes what has changed.
pub(crate) fn write() -> Result<()> {
    for file in all()? {
        let path = root().join(&file.path);
        if fs::read_to_string(&path).is_ok_and(|present| present == file.contents) {
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, &file.contents).with_context(|| path.display().to_string())?;
        println!("wrote {}", file.path.display());
    }
    Ok(())
}

/// Fails if a file is not what would be written.
pub(crate) fn check() -> Result<()> {
    let stale: Vec<String> = all()?
        .iter()
        .filter(|file| {
            !fs::read_to_string(root().join(&file.path)).is_ok_and(|present| present == file.contents)
        })
        .map(|file| file.path.display().to_string())
        .collect();
    if stale.is_empty() { Ok(()) } else { bail!("stale, run `cargo xtask gen`: {}", stale.join(", ")) }
}

/// Runs rustfmt over source text.
fn format(source: &str) -> Result<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("rustfmt")?;
    let mut input = rustfmt.stdin.take().context("rustfmt takes no input")?;
    let text = source.to_owned();
    // Written from a thread of its own, so that neither side waits for the other on full pipes.
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = rustfmt.wait_with_output()?;
    writer.join().map_err(|_| anyhow::anyhow!("writing to rustfmt failed"))??;
    ensure!(output.status.success(), "rustfmt refused the generated source");
    Ok(String::from_utf8(output.stdout)?)
}

/// The names in a folder, sorted.
fn names_in(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
