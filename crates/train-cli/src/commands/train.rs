use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use featherlite_arch::Weights;
use featherlite_data::{Dataset, Holdout, Part};
use featherlite_train::{CHECKPOINT, Recipe, Settings, Trainer};

use crate::interrupt;
use crate::progress::Display;
use crate::terminal::{note, result};

/// Trains a network by a recipe
#[derive(Args)]
pub(crate) struct Train {
    /// The recipe: a TOML file
    recipe: PathBuf,
    /// The dataset: a folder of images by class, a folder of IDX files, or an .npz file
    dataset: PathBuf,
    /// The folder of the run: checkpoint, record, weights
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
    /// Go on with the run in the folder, exactly as if it had not been interrupted
    #[arg(long)]
    resume: bool,
    /// Weights to begin with
    #[arg(long, value_name = "FILE", conflicts_with = "resume")]
    weights: Option<PathBuf>,
    /// Steps from one checkpoint to the next; 0 for one in an epoch
    #[arg(long, value_name = "N", default_value = "200")]
    interval: u64,
    /// Threads that compute [default: as many as there are processors]
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true)]
    threads: usize,
    /// Threads that prepare images
    #[arg(long, value_name = "N", default_value = "1")]
    workers: usize,
    /// Look at the test part in the end
    #[arg(long)]
    test: bool,
}

impl Train {
    pub(crate) fn run(self) -> Result<bool> {
        if self.threads > 0 {
            rayon::ThreadPoolBuilder::new().num_threads(self.threads).build_global()?;
        }
        let text = fs::read_to_string(&self.recipe).with_context(|| self.recipe.display().to_string())?;
        let recipe = Recipe::from_toml(&text).with_context(|| self.recipe.display().to_string())?;
        let mut dataset = Dataset::open(&self.dataset)?;
        if dataset.part(Part::Validation).is_none() && recipe.data.holdout > 0 {
            dataset.hold_out(Holdout::Last(recipe.data.holdout))?;
        }
        let mut trainer = self.trainer(recipe, &dataset)?;
        interrupt::watch()?;
        let mut display = Display::new(trainer.done(), trainer.steps());
        let finished = trainer.run(&interrupt::is_asked, &mut |event| display.show(&event));
        display.finish();
        if !finished? {
            note("to go on: add --resume");
            return Ok(false);
        }
        let path = self.output.join("weights.safetensors");
        trainer.write_weights(&path)?;
        note(format!("wrote {}", path.display()));
        if self.test {
            let (score, _) = trainer.evaluate(&dataset, Part::Test)?;
            result(format!("test: {:.2} % of {} images", 100.0 * score.top_1, score.images));
        }
        Ok(true)
    }

    fn trainer(&self, recipe: Recipe, dataset: &Dataset) -> Result<Trainer> {
        let settings = Settings {
            folder: self.output.clone(),
            interval: self.interval,
            workers: self.workers,
            device: featherlite_train::processor(),
        };
        let checkpoint = self.output.join(CHECKPOINT);
        if self.resume {
            return Ok(Trainer::resume(dataset, settings)?);
        }
        if checkpoint.exists() {
            bail!("{} holds a run: --resume goes on with it, or remove it", self.output.display());
        }
        let folder = self.recipe.parent().unwrap_or(Path::new("."));
        let arch = recipe.arch(folder, dataset.classes.len())?;
        let weights = match &self.weights {
            None => None,
            Some(path) => {
                let contents = fs::read(path).with_context(|| path.display().to_string())?;
                Some(Weights::from_safetensors(&contents).with_context(|| path.display().to_string())?.0)
            }
        };
        Ok(Trainer::new(recipe, arch, dataset, weights, settings)?)
    }
}
