//! Reads models, writes them again and checks that nothing was lost.
//!
//! `cargo run --release -p featherlite-suite --bin roundtrip -- [--out FOLDER] MODEL-OR-FOLDER…`
//!
//! Each model is taken over as plain data and written with the contents of its buffers inside and outside of the
//! FlatBuffer. Both files must read as the same data, and writing what was read must give the same bytes. With
//! `--out` the files are kept, numbered, as `N_inside.tflite` and `N_outside.tflite`, for other programs to try.
#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use featherlite::schema::owned::{self, Placement};
use featherlite::schema::{Model, metadata};

fn main() -> Result<ExitCode> {
    let mut out: Option<PathBuf> = None;
    let mut models = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--out" {
            out = Some(arguments.next().context("--out needs a folder")?.into());
        } else {
            find_models(Path::new(&argument), &mut models)?;
        }
    }
    let mut failed = 0;
    for (number, path) in models.iter().enumerate() {
        if let Err(error) = check(path, number, out.as_deref()) {
            println!("{}: {error:#}", path.display());
            failed += 1;
        }
    }
    println!("{} of {} models come back as they were", models.len() - failed, models.len());
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn find_models(path: &Path, models: &mut Vec<PathBuf>) -> Result<()> {
    if !path.is_dir() {
        models.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for entry in entries {
        if entry.is_dir() || entry.extension().is_some_and(|extension| extension == "tflite") {
            find_models(&entry, models)?;
        }
    }
    Ok(())
}

fn check(path: &Path, number: usize, out: Option<&Path>) -> Result<()> {
    let file = std::fs::read(path)?;
    let view = Model::read(&file)?;
    let model = owned::Model::read(view)?;
    for (name, placement) in [("inside", Placement::Inside), ("outside", Placement::Outside)] {
        let written = model.write_with(placement)?;
        let again = owned::Model::read(Model::read(&written).context(name)?).context(name)?;
        ensure!(again == model, "contents differ when buffers are {name}");
        ensure!(again.write_with(placement)? == written, "bytes differ when buffers are {name}");
        if let Some(folder) = out {
            std::fs::write(folder.join(format!("{number}_{name}.tflite")), written)?;
        }
    }
    if let Some(bytes) = view.metadata_entry(metadata::NAME) {
        let model = metadata::owned::ModelMetadata::read(metadata::ModelMetadata::read(bytes)?)?;
        let written = model.write()?;
        let again = metadata::owned::ModelMetadata::read(metadata::ModelMetadata::read(&written)?)?;
        ensure!(again == model, "metadata differ");
    }
    Ok(())
}
