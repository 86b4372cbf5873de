//! Files of a supernet, and going on from them.

use std::path::Path;

use featherlite_arch::{Tensor as Values, Weights};
use featherlite_data::Dataset;
use featherlite_ofa::Space;
use serde::{Deserialize, Serialize};

use super::{Place, Supernet, SupernetRecipe};
use crate::files::write_file;
use crate::optimizer::Memory;
use crate::parameters::{Parameters, numbers};
use crate::trainer::{CHECKPOINT, Checkpoint, History, Settings};
use crate::{Error, Result};

/// Prefixes of tensors in a checkpoint.
const WEIGHTS: &str = "weights:";
const MEMORY: &str = "memory:";
const TEACHER: &str = "teacher:";

/// Where a run stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct State {
    /// The recipe's text: a run goes on with the one that it began with.
    recipe: String,
    /// The space, as JSON.
    space: String,
    /// Classes of the dataset.
    classes: Vec<String>,
    place: Place,
    history: History,
}

impl Supernet {
    /// Goes on with the run in `settings.folder`, exactly as if it had not been interrupted.
    ///
    /// # Errors
    /// If there is no checkpoint, it is damaged, or the dataset is another one.
    pub fn resume(dataset: &Dataset, settings: Settings) -> Result<Self> {
        let path = settings.folder.join(CHECKPOINT);
        let Checkpoint { state, tensors } = Checkpoint::<State>::read(&path)?;
        let recipe = SupernetRecipe::from_toml(&state.recipe)?;
        let space = Space::from_json(&state.space)?;
        if state.classes != dataset.classes {
            return Err(Error::file(&path, "the run is on a dataset with other classes"));
        }
        let initial = space.initialize(0)?;
        let read = |prefix: &str| -> Result<Option<Weights>> {
            let mut weights = Weights::default();
            for (name, like) in initial.iter() {
                let Some(values) = tensors.get(&format!("{prefix}{name}")) else { return Ok(None) };
                if values.len() != like.values.len() {
                    return Err(Error::file(&path, format!("{name} has another size in the space")));
                }
                weights.insert(name, Values { shape: like.shape.clone(), values: values.clone() });
            }
            Ok(Some(weights))
        };
        let weights = read(WEIGHTS)?.ok_or_else(|| Error::file(&path, "weights are missing"))?;
        let teacher = read(TEACHER)?;
        let mut supernet = Self::begin(recipe, space, dataset, weights, settings)?;
        let device = supernet.settings.device.clone();
        supernet.teacher = teacher.map(|weights| Parameters::of_all(&weights, &device));
        let memory = tensors
            .iter()
            .filter_map(|(name, values)| Some((name.strip_prefix(MEMORY)?.to_owned(), values.clone())));
        supernet.memory = Memory::load(memory.collect(), state.place.phase_step, &device);
        (supernet.place, supernet.history) = (state.place, state.history);
        Ok(supernet)
    }

    /// The recipe of the run in a folder.
    ///
    /// # Errors
    /// If there is no checkpoint, or it is damaged.
    pub fn recipe_of(folder: &Path) -> Result<SupernetRecipe> {
        SupernetRecipe::from_toml(&Checkpoint::<State>::read(&folder.join(CHECKPOINT))?.state.recipe)
    }

    /// The space of the run in a folder.
    ///
    /// # Errors
    /// If there is no checkpoint, or it is damaged.
    pub fn space_of(folder: &Path) -> Result<Space> {
        Ok(Space::from_json(&Checkpoint::<State>::read(&folder.join(CHECKPOINT))?.state.space)?)
    }

    /// Writes the checkpoint, the space and the record.
    pub(super) fn save(&self) -> Result<()> {
        if !self.settings.leads() {
            return Ok(());
        }
        let folder = &self.settings.folder;
        let state = State {
            recipe: self.recipe.to_toml(),
            space: self.space.to_json(),
            classes: self.classes.clone(),
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
        for (name, tensor) in self.teacher.iter().flat_map(Parameters::iter) {
            put(TEACHER, name, numbers(tensor)?);
        }
        for (name, values) in self.memory.save()? {
            put(MEMORY, &name, values);
        }
        checkpoint.write(&folder.join(CHECKPOINT))?;
        write_file(&folder.join("space.json"), self.space.to_json().as_bytes())?;
        write_file(&folder.join("metrics.jsonl"), self.history.to_jsonl().as_bytes())?;
        write_file(&folder.join("metrics.csv"), self.history.to_csv().as_bytes())
    }

    /// Writes the weights that all networks share.
    ///
    /// # Errors
    /// If the file can not be written.
    pub fn write_weights(&self, path: &Path) -> Result<()> {
        write_file(path, &self.weights()?.to_safetensors(None)?)
    }
}
