use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use featherlite_train::Trainer;

use super::run::{Run, weights};

/// Trains a trained network on with quantization simulated, by the section [qat] of a recipe
#[derive(Args)]
#[command(after_help = "Example:
  featherlite qat recipe.toml photos/ --weights runs/first/weights.safetensors -o runs/first-int8")]
pub(crate) struct Qat {
    #[command(flatten)]
    run: Run,
    /// The trained network's weights
    #[arg(long, value_name = "FILE")]
    weights: PathBuf,
}

impl Qat {
    pub(crate) fn run(self) -> Result<bool> {
        let (recipe, dataset) = self.run.open()?;
        let folder = &self.run.output;
        let mut trainer = self.run.trainer(folder, &dataset, |settings| {
            let (start, arch) = weights(&self.weights)?;
            let arch = match arch {
                Some(arch) => arch,
                None => self.run.arch(&recipe, &dataset)?,
            };
            let named = || self.weights.display().to_string();
            Trainer::new_qat(recipe, arch, &dataset, start, settings).with_context(named)
        })?;
        self.run.complete(&mut trainer, folder, &dataset)
    }
}
