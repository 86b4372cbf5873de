use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Args;
use featherlite_ofa::{Agreement, Choice};
use featherlite_report::{Axis, Page, Plot, Point, Series};
use featherlite_train::{Fit, Predictor, Supernet, processor, write_file};

use super::sample::samples;
use crate::terminal::{note, result};

/// Learns to predict how accurate networks of a space are, from those that were looked at
#[derive(Args)]
#[command(after_help = "Examples:
  featherlite ofa fit-accuracy runs/ofa
  featherlite ofa fit-accuracy runs/ofa part-1.jsonl part-2.jsonl -o accuracy.safetensors --report accuracy.html")]
pub(crate) struct FitAccuracy {
    /// The folder of the supernet's run
    supernet: PathBuf,
    /// What `ofa sample` wrote [default: samples.jsonl in the folder of the run]
    samples: Vec<PathBuf>,
    /// Where the predictor goes [default: accuracy.safetensors in the folder of the run]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write a page with predictions and measurements
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Passes over the samples
    #[arg(long, value_name = "N", default_value_t = Fit::default().epochs)]
    epochs: usize,
    /// All draws follow from it
    #[arg(long, value_name = "N", default_value = "0")]
    seed: u64,
}

impl FitAccuracy {
    pub(crate) fn run(self) -> Result<bool> {
        let space = Supernet::space_of(&self.supernet)?;
        let files = match self.samples.is_empty() {
            true => vec![self.supernet.join("samples.jsonl")],
            false => self.samples.clone(),
        };
        let mut all: Vec<(Choice, f64)> = Vec::new();
        for file in &files {
            let read = samples(file)?;
            ensure!(
                !read.is_empty(),
                "{} holds no networks: `featherlite ofa sample` looks at some",
                file.display()
            );
            all.extend(read.into_iter().map(|sampled| (sampled.choice, sampled.accuracy)));
        }
        let fit = Fit { epochs: self.epochs, seed: self.seed, ..Fit::default() };
        let (predictor, pairs) = Predictor::fit(&space, &all, &fit, &processor())?;
        let Agreement { pairs: count, rmse, tau, .. } = Agreement::of(&pairs);
        result(format!(
            "{} networks; of {count} held out: root of mean squared error {:.2} %, Kendall's τ {tau:.3}",
            all.len(),
            100.0 * rmse
        ));
        let output = self.output.clone().unwrap_or_else(|| self.supernet.join("accuracy.safetensors"));
        predictor.write(&output)?;
        note(format!("wrote {}", output.display()));
        if let Some(path) = &self.report {
            write_file(path, page(&pairs).as_bytes())?;
        }
        Ok(true)
    }
}

fn page(pairs: &[(f64, f64)]) -> String {
    let mut page = Page::new("Predicted accuracy");
    let dot = |(predicted, measured): &(f64, f64)| Point {
        x: 100.0 * measured,
        y: 100.0 * predicted,
        area: 12.0,
        name: String::new(),
    };
    let plot = Plot::new(Axis::linear("measured, %"), Axis::linear("predicted, %"))
        .with(Series::dots("", pairs.iter().map(dot).collect()));
    page.figure(&plot.svg());
    page.finish()
}
