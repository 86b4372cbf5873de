use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use featherlite_train::Trainer;

use super::run::{Run, weights};

/// Trains a network by a recipe
#[derive(Args)]
#[command(after_help = "Examples:
  featherlite train recipe.toml photos/ -o runs/first
  featherlite train recipe.toml photos/ -o runs/first --resume
  featherlite train recipe.toml photos/ -o runs/first --qat     # then with quantization simulated: runs/first/qat")]
pub(crate) struct Train {
    #[command(flatten)]
    run: Run,
    /// Weights to begin with
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Go on with quantization simulated, by the section [qat] of the recipe
    #[arg(long)]
    qat: bool,
}

impl Train {
    pub(crate) fn run(self) -> Result<bool> {
        let (recipe, dataset) = self.run.open()?;
        if self.qat {
            recipe.for_qat()?;
        }
        let folder = &self.run.output;
        let mut trainer = self.run.trainer(folder, &dataset, |settings| {
            let start = self.weights.as_deref().map(weights).transpose()?.map(|(weights, _)| weights);
            let arch = self.run.arch(&recipe, &dataset)?;
            Ok(Trainer::new(recipe.clone(), arch, &dataset, start, settings)?)
        })?;
        if !self.run.complete(&mut trainer, folder, &dataset)? {
            return Ok(false);
        }
        if !self.qat {
            return Ok(true);
        }
        let arch = trainer.arch().cloned().map_or_else(|| self.run.arch(&recipe, &dataset), Ok)?;
        let start = trainer.weights()?;
        let folder = folder.join("qat");
        let mut trainer = self.run.trainer(&folder, &dataset, |settings| {
            Ok(Trainer::new_qat(recipe, arch, &dataset, start, settings)?)
        })?;
        self.run.complete(&mut trainer, &folder, &dataset)
    }
}
