use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use featherlite_train::Trainer;

use super::run::{Run, weights};

/// Trains a trained network on with quantization simulated, by the section [qat] of a recipe
#[derive(Args)]
#[command(
    after_help = "A network is either the weights of a run, or a model of floats in any format that can be converted.

Examples:
  featherlite qat recipe.toml photos/ --weights runs/first/weights.safetensors -o runs/first-int8
  featherlite qat recipe.toml photos/ --model mobilenet.keras -o runs/mobilenet-int8
  featherlite qat recipe.toml photos/ --model float.tflite --scheme int4 -o runs/mobilenet-int4"
)]
pub(crate) struct Qat {
    #[command(flatten)]
    run: Run,
    /// The trained network's weights
    #[arg(long, value_name = "FILE", required_unless_present = "model", conflicts_with = "model")]
    weights: Option<PathBuf>,
    /// The trained network: .tflite, .keras, .h5, .onnx, a SavedModel
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// What integers there will be: int8, int8-per-tensor, int4 (weights), int16x8 [default: as the recipe says]
    #[arg(long, value_name = "NAME")]
    scheme: Option<String>,
}

impl Qat {
    pub(crate) fn run(self) -> Result<bool> {
        let (mut recipe, dataset) = self.run.open()?;
        if let (Some(qat), Some(scheme)) = (&mut recipe.qat, &self.scheme) {
            qat.scheme.clone_from(scheme);
            qat.scheme()?;
        }
        let folder = &self.run.output;
        let mut trainer = self.run.trainer(folder, &dataset, |settings| {
            if let Some(model) = &self.model {
                return Ok(Trainer::import_qat(recipe, model, &dataset, settings)?);
            }
            let path = self.weights.as_deref().context("no --weights")?;
            let (start, arch) = weights(path)?;
            let arch = match arch {
                Some(arch) => arch,
                None => self.run.arch(&recipe, &dataset)?,
            };
            let named = || path.display().to_string();
            Trainer::new_qat(recipe, arch, &dataset, start, settings).with_context(named)
        })?;
        self.run.complete(&mut trainer, folder, &dataset)
    }
}
