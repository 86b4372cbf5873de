//! What all runs have in common: their data, their options, their files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use featherlite_arch::{Arch, Weights};
use featherlite_data::{Dataset, Holdout, Part, Split};
use featherlite_train::{
    CHECKPOINT, Device, Evaluation, Fidelity, Recipe, Settings, Trainer, device, processor, write_file,
};

use super::processes::Processes;
use crate::interrupt;
use crate::page;
use crate::progress::Display;
use crate::terminal::{note, result};

/// The weights that a run ends with, in its folder.
pub(crate) const WEIGHTS: &str = "weights.safetensors";
/// The network that a run ends with, in its folder.
pub(crate) const MODEL: &str = "model.tflite";
/// The page about a run, in its folder.
pub(crate) const REPORT: &str = "report.html";

#[derive(Args)]
pub(crate) struct Run {
    /// The recipe: a TOML file
    recipe: PathBuf,
    /// The dataset: a folder with a folder of images for each class, a folder of IDX files, or an .npz file
    dataset: PathBuf,
    /// The folder of the run: checkpoint, record, weights, model
    #[arg(long, short, value_name = "FOLDER")]
    pub(crate) output: PathBuf,
    /// Go on with the run in the folder, exactly as if it had not been interrupted
    #[arg(long)]
    pub(crate) resume: bool,
    /// Steps from one checkpoint to the next; 0 for one in an epoch
    #[arg(long, value_name = "N", default_value = "200")]
    interval: u64,
    /// Threads that compute [default: as many as there are processors, shared by --processes]
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true)]
    threads: usize,
    /// Threads that prepare images
    #[arg(long, value_name = "N", default_value = "1")]
    workers: usize,
    /// What computes: cpu, wgpu, cuda, cuda:1, metal; others than cpu need a program that was built with the feature of that name
    #[arg(long, value_name = "NAME", default_value = "cpu")]
    device: String,
    /// Look at the test part in the end
    #[arg(long)]
    pub(crate) test: bool,
    #[command(flatten)]
    pub(crate) processes: Processes,
}

impl Run {
    /// Reads the recipe and the dataset.
    pub(crate) fn open(&self) -> Result<(Recipe, Dataset)> {
        self.open_as(Recipe::from_toml, |recipe| (recipe.data.holdout, recipe.seed))
    }

    /// Reads a recipe of some kind, and the dataset, of whose training images as many are held out as `held_out` says, drawn by the seed that
    /// it gives.
    pub(crate) fn open_as<R>(
        &self,
        read: impl Fn(&str) -> featherlite_train::Result<R>,
        held_out: impl Fn(&R) -> (usize, u64),
    ) -> Result<(R, Dataset)> {
        self.device()?;
        let threads = if self.threads > 0 { self.threads } else { self.processes.threads() };
        if threads > 0 {
            rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
        }
        let named = || self.recipe.display().to_string();
        let text = fs::read_to_string(&self.recipe).with_context(named)?;
        let recipe = read(&text).with_context(named)?;
        let mut dataset = Dataset::open(&self.dataset)?;
        dataset.notes.iter().for_each(note);
        let (count, seed) = held_out(&recipe);
        if dataset.part(Part::Validation).is_none() && count > 0 {
            dataset.hold_out(Holdout::Random(count, seed))?;
        }
        interrupt::watch()?;
        let images = dataset.part(Part::Train).map_or(0, Split::len);
        self.processes.meet(&format!("{text}\n{images} images, {} classes", dataset.classes.len()))?;
        Ok((recipe, dataset))
    }

    /// The recipe's architecture.
    pub(crate) fn arch(&self, recipe: &Recipe, dataset: &Dataset) -> Result<Arch> {
        Ok(recipe.arch(self.folder(), dataset.classes.len())?)
    }

    /// Where the recipe lies.
    pub(crate) fn folder(&self) -> &Path {
        self.recipe.parent().unwrap_or(Path::new("."))
    }

    fn device(&self) -> Result<Device> {
        let device = device(&self.device)?;
        ensure!(
            device == processor() || self.processes.are_one(),
            "--processes shares batches among processors: it does not go with --device {}",
            self.device
        );
        Ok(device)
    }

    /// How a run in a folder takes place.
    ///
    /// # Errors
    /// If there is no such device.
    pub(crate) fn settings(&self, folder: &Path) -> Result<Settings> {
        Ok(Settings {
            folder: folder.to_owned(),
            interval: self.interval,
            workers: self.workers,
            device: self.device()?,
            group: self.processes.group(),
        })
    }

    /// The run that is to be gone on with in a folder, or the one that `begin` makes.
    pub(crate) fn trainer(
        &self,
        folder: &Path,
        dataset: &Dataset,
        begin: impl FnOnce(Settings) -> Result<Trainer>,
    ) -> Result<Trainer> {
        let has_run = folder.join(CHECKPOINT).exists();
        match (has_run, self.resume) {
            (true, true) => Ok(Trainer::resume(dataset, self.settings(folder)?)?),
            (true, false) => {
                bail!(
                    "{} holds a run: --resume goes on with it, another --output begins anew",
                    folder.display()
                )
            }
            (false, _) => begin(self.settings(folder)?),
        }
    }

    /// Runs to the end and writes what came out; whether it came to the end.
    pub(crate) fn complete(&self, trainer: &mut Trainer, folder: &Path, dataset: &Dataset) -> Result<bool> {
        let mut display = Display::new(trainer.done(), trainer.steps());
        let finished = trainer.run(&interrupt::is_asked, &mut |event| display.show(&event));
        display.finish();
        if !finished? {
            note("interrupted; to go on: the same command with --resume");
            return Ok(false);
        }
        if !self.processes.leads() {
            return Ok(true);
        }
        trainer.write_weights(&folder.join(WEIGHTS))?;
        trainer.write_model(&folder.join(MODEL))?;
        note(format!("wrote {}", folder.join(MODEL).display()));
        let part = if self.test { Part::Test } else { Part::Validation };
        let confusion = match dataset.part(part) {
            None => None,
            Some(_) => {
                let Evaluation { score, confusion, skipped } = trainer.evaluate(dataset, part)?;
                if part == Part::Test {
                    skipped.iter().for_each(|skipped| note(format!("skipped: {skipped}")));
                }
                result(format!("{}: {:.2} % of {} images", part.name(), 100.0 * score.top_1, score.images));
                Some(confusion)
            }
        };
        if trainer.simulates() {
            self.compare(trainer, dataset.part(part))?;
        }
        let page = folder.join(REPORT);
        write_file(&page, page::html(trainer, &dataset.classes, confusion.as_deref()).as_bytes())?;
        Ok(true)
    }

    /// Says how near what was simulated is to what the exported network computes.
    fn compare(&self, trainer: &Trainer, split: Option<&Split>) -> Result<()> {
        let Some(split) = split else { return Ok(()) };
        let Fidelity { images, same_class, scores, same, near } =
            Fidelity::measure(trainer, split, COMPARED)?;
        let share = |part: usize, all: usize| 100.0 * part as f64 / all.max(1) as f64;
        result(format!(
            "simulated beside computed, {images} images: {:.2} % have the same class; of their scores {:.2} % are the same integer, \
             {:.2} % at most one apart",
            share(same_class, images),
            share(same, scores),
            share(near, scores)
        ));
        Ok(())
    }
}

/// Images on which what is simulated is compared with the integer network.
const COMPARED: usize = 1000;

/// Weights of a file.
pub(crate) fn weights(path: &Path) -> Result<(Weights, Option<Arch>)> {
    let named = || path.display().to_string();
    Weights::from_safetensors(&fs::read(path).with_context(named)?).with_context(named)
}
