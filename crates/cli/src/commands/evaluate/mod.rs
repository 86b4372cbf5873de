//! `featherlite evaluate`: how often classifiers are right, and how long they take.

mod candidate;
mod classes;
mod images;
mod page;
mod show;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use featherlite_data::{Batch, Dataset, Loader, LoaderOptions, Skipped};

use crate::files;
use crate::picture::Pixels;
use crate::session::RunOptions;
use crate::terminal::Terminal;
use candidate::Candidate;
use images::{Framing, ImageOptions};

pub(super) const EXAMPLES: &str = "\
A dataset is a folder with a folder of pictures for each class, or with train, validation and test folders of such; a folder
with files of the MNIST family (…images-idx3-ubyte, plain or .gz); an .npz file or a folder of .npy files (x_test, y_test, …).
Classes are found among the model's labels by name; classes that are numbers are outputs; otherwise the order decides.
Pictures become numbers as for classify. Several models run side by side on the same images.

Examples:
  featherlite evaluate model.tflite photos/
  featherlite evaluate float.tflite int8.tflite fashion-mnist/ --range -1,1 --report accuracy.html
  featherlite evaluate m.tflite imagenet/ --labels labels.txt --crop 0.875 --mean 127 --std 128 --limit 5000 --json";

/// Measure the accuracy and latency of classifiers on a dataset
#[derive(Args)]
pub(crate) struct Evaluate {
    /// The .tflite files
    #[arg(required = true, value_name = "MODEL")]
    models: Vec<PathBuf>,
    /// Images with classes
    #[arg(value_name = "DATASET")]
    dataset: PathBuf,
    #[command(flatten)]
    images: ImageOptions,
    #[command(flatten)]
    pixels: Pixels,
    /// A file with the names of the models' classes, one a line [default: those in each model's metadata]
    #[arg(long, short, value_name = "FILE", help_heading = "Classes")]
    labels: Option<PathBuf>,
    /// The output of the first class, where classes are found by their number or order [default: 0; 1 if there is one output more
    /// than classes]
    #[arg(long, value_name = "N", help_heading = "Classes")]
    label_offset: Option<usize>,
    /// The output with the scores: its name or number [default: one with as many scores as classes]
    #[arg(long, value_name = "NAME", help_heading = "Classes")]
    output: Option<String>,
    /// Show each class, also for several models
    #[arg(long, help_heading = "Results")]
    per_class: bool,
    /// Write JSON
    #[arg(long, help_heading = "Results")]
    json: bool,
    /// Write an HTML page with plots
    #[arg(long, value_name = "FILE", help_heading = "Results")]
    report: Option<PathBuf>,
    #[command(flatten)]
    run: RunOptions,
}

/// What was evaluated on what.
struct Evaluation {
    dataset: String,
    part: &'static str,
    /// The names of the dataset's classes.
    classes: Vec<String>,
    notes: Vec<String>,
    skipped: Vec<String>,
    candidates: Vec<Candidate>,
}

impl Evaluate {
    pub(crate) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        let dataset = Dataset::open(&self.dataset)?;
        let (part, split) = self.images.split(&dataset)?;
        let mut candidates = Vec::new();
        for path in &self.models {
            candidates.push(Candidate::open(path, self, &dataset, split.size())?);
        }
        let bar = terminal.silent_progress(split.len() * candidates.len());
        let mut skipped = Vec::new();
        for (framing, members) in groups(&candidates) {
            let multiple = members.iter().map(|&member| candidates[member].batch()).max().unwrap_or(1);
            let options = LoaderOptions {
                batch: multiple * self.images.batches(multiple),
                workers: self.images.workers,
                transform: self.images.transform(&framing, self.pixels.are_blue_first()),
                ..LoaderOptions::default()
            };
            let mut unreadable = Vec::new();
            for batch in Loader::new(&split, options)?.epoch(0) {
                let batch = batch?;
                for &member in &members {
                    candidates[member].take(&batch)?;
                    bar.inc(batch.joint as u64);
                }
                unreadable.extend(batch.skipped.iter().map(|Skipped { error, .. }| error.to_string()));
            }
            skipped = unreadable;
        }
        bar.finish_and_clear();
        let classes =
            candidates.first().map_or(dataset.classes.clone(), |first| first.class_names(&dataset.classes));
        let mut notes = dataset.notes.clone();
        notes.extend(candidates.iter().flat_map(|candidate| candidate.notes.iter().cloned()));
        let dataset = self.dataset.display().to_string();
        let evaluation = Evaluation { dataset, part: part.name(), classes, notes, skipped, candidates };
        self.write(&evaluation, terminal)?;
        Ok(ExitCode::SUCCESS)
    }

    fn write(&self, evaluation: &Evaluation, terminal: &mut Terminal) -> Result<()> {
        evaluation.notes.iter().for_each(|note| terminal.note(note));
        if let Some(first) = evaluation.skipped.first() {
            let count = evaluation.skipped.len();
            terminal.note(format!("{count} images can not be read and do not count; the first: {first}"));
        }
        if let Some(path) = &self.report {
            let page = page::page(evaluation, self.run.threads);
            files::write(path, |file| file.write_all(page.as_bytes()))?;
        }
        match self.json {
            true => Ok(terminal.json(&show::json(evaluation, self.run.threads))?),
            false => show::print(evaluation, self.per_class, terminal),
        }
    }
}

/// The candidates that take the same images.
fn groups(candidates: &[Candidate]) -> Vec<(Framing, Vec<usize>)> {
    let mut groups: Vec<(Framing, Vec<usize>)> = Vec::new();
    for (index, candidate) in candidates.iter().enumerate() {
        let framing = candidate.framing();
        match groups.iter_mut().find(|(known, _)| *known == framing) {
            Some((_, members)) => members.push(index),
            None => groups.push((framing, vec![index])),
        }
    }
    groups
}

impl Candidate {
    /// Runs the model on the images of a batch.
    fn take(&mut self, batch: &Batch) -> Result<()> {
        let (elements, most) = (batch.size.elements(), self.batch());
        for (pixels, labels) in batch.images.chunks(most * elements).zip(batch.labels.chunks(most)) {
            self.classify(pixels, labels)?;
        }
        Ok(())
    }
}
