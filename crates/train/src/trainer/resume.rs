//! Files of a run, and going on from them.

use std::path::Path;

use burn::tensor::{Tensor, TensorData};
use featherlite_arch::{Arch, Tensor as Values, Weights};
use featherlite_data::Dataset;

use super::checkpoint::{Checkpoint, State};
use super::{Average, Memory, Settings, Trainer};
use crate::files::write_file;
use crate::parameters::numbers;
use crate::recipe::Recipe;
use crate::subject::Subject;
use crate::{Error, Result};

/// Prefixes of tensors in a checkpoint.
const WEIGHTS: &str = "weights:";
const MEMORY: &str = "memory:";
const AVERAGE: &str = "average:";
const SIMULATION: &str = "simulation:";

/// The file, in the folder of a run, that it goes on from.
pub const CHECKPOINT: &str = "checkpoint.safetensors";

/// The network, in the folder of a run, that was trained on, if it is not an architecture.
pub(super) const SOURCE: &str = "source.tflite";

impl Trainer {
    /// Goes on with the run in `settings.folder`, exactly as if it had not been interrupted.
    ///
    /// # Errors
    /// If there is no checkpoint, it is damaged, or the dataset is another one.
    pub fn resume(dataset: &Dataset, settings: Settings) -> Result<Self> {
        let path = settings.folder.join(CHECKPOINT);
        let Checkpoint { state, tensors } = Checkpoint::<State>::read(&path)?;
        let recipe = Recipe::from_toml(&state.recipe)?;
        let subject = match &state.arch {
            Some(arch) => Subject::of_arch(Arch::from_json(arch)?)?,
            None => Subject::open(&settings.folder.join(SOURCE))?,
        };
        if state.classes != dataset.classes {
            return Err(Error::file(&path, "the run is on a dataset with other classes"));
        }
        let mut weights = Weights::default();
        for weight in subject.parameters() {
            let values = tensors.get(&format!("{WEIGHTS}{}", weight.name)).cloned().unwrap_or_default();
            weights.insert(weight.name, Values { shape: weight.shape, values });
        }
        let start = (Some(weights), state.simulates);
        let mut trainer = Self::begin(recipe, subject, dataset, start, settings)?;
        let of = |prefix: &'static str| {
            tensors.iter().filter_map(move |(name, values)| Some((name.strip_prefix(prefix)?, values)))
        };
        let device = trainer.settings.device.clone();
        let memory = of(MEMORY).map(|(name, values)| (name.to_owned(), values.clone()));
        trainer.memory = Memory::load(memory.collect(), state.place.step, &device);
        trainer.average = Average::new(trainer.recipe.average);
        for (name, values) in of(AVERAGE) {
            let data = TensorData::new(values.clone(), [values.len()]);
            trainer.average.set(name, Tensor::from_data(data, &device));
        }
        if let Some(simulation) = &mut trainer.simulation {
            simulation.load(of(SIMULATION))?;
        }
        (trainer.place, trainer.history) = (state.place, state.history);
        Ok(trainer)
    }

    /// Writes the checkpoint and the record.
    pub(super) fn save(&self) -> Result<()> {
        if !self.settings.leads() {
            return Ok(());
        }
        let folder = &self.settings.folder;
        let state = State {
            recipe: self.recipe.to_toml(),
            arch: self.arch().map(Arch::to_json),
            classes: self.classes.clone(),
            simulates: self.simulation.is_some(),
            place: self.place,
            history: self.history.clone(),
        };
        let mut checkpoint = Checkpoint { state, tensors: Default::default() };
        let mut put = |prefix: &str, name: &str, values: Vec<f32>| {
            checkpoint.tensors.insert(format!("{prefix}{name}"), values);
        };
        for (name, tensor) in self.parameters.iter() {
            put(WEIGHTS, name, numbers(tensor)?);
        }
        for (name, values) in self.memory.save()? {
            put(MEMORY, &name, values);
        }
        for (name, tensor) in self.average.iter() {
            put(AVERAGE, name, numbers(tensor.clone())?);
        }
        for (name, values) in self.simulation.iter().flat_map(|simulation| simulation.save()) {
            put(SIMULATION, &name, values);
        }
        checkpoint.write(&folder.join(CHECKPOINT))?;
        write_file(&folder.join("metrics.jsonl"), self.history.to_jsonl().as_bytes())?;
        write_file(&folder.join("metrics.csv"), self.history.to_csv().as_bytes())
    }

    /// Writes the weights as they are to be used, with their architecture.
    ///
    /// # Errors
    /// If the file can not be written.
    pub fn write_weights(&self, path: &Path) -> Result<()> {
        let contents = self.weights()?.to_safetensors(self.arch())?;
        write_file(path, &contents)
    }

    /// Writes the trained network: see [`Trainer::export`].
    ///
    /// # Errors
    /// If it can not be built, or the file not be written.
    pub fn write_model(&self, path: &Path) -> Result<()> {
        write_file(path, &self.export()?)
    }
}
