//! Everything that decides how a supernet is trained, as a TOML file.

use std::path::Path;

use featherlite_ofa::{BlockChoice, Choice, Space, spaces};
use serde::{Deserialize, Serialize};

use crate::optimizer::Optimizer;
use crate::recipe::Data;
use crate::{Error, Result};

/// How the networks of a space are trained together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupernetRecipe {
    /// A space: its name, or a JSON file.
    pub space: String,
    /// Channels of images, if not those of the space.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<usize>,
    /// Resolutions, if not all of the space: one is drawn for every batch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolutions: Vec<usize>,
    /// The data; images are prepared for the greatest resolution.
    #[serde(default)]
    pub data: Data,
    /// Images of a step.
    #[serde(default = "batch")]
    pub batch: usize,
    /// All random choices follow from it.
    #[serde(default)]
    pub seed: u64,
    /// How gradients change weights.
    #[serde(default)]
    pub optimizer: Optimizer,
    /// The share of every label that all classes get.
    #[serde(default)]
    pub label_smoothing: f32,
    /// How much what the full network says counts beside labels, from the second phase on.
    #[serde(default = "one")]
    pub teacher: f32,
    /// The greatest norm of all gradients together; 0 for no limit.
    #[serde(default)]
    pub clip: f32,
    /// Training images by which the statistics of batch normalization are taken for a network.
    #[serde(default = "calibration")]
    pub calibration: usize,
    /// What is trained one after the other.
    pub phases: Vec<Phase>,
}

/// A part of training in which networks with these choices are drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// What it is called.
    pub name: String,
    /// Passes over the data; a part of one too.
    pub epochs: f64,
    /// The peak of the learning rate; it falls by a cosine.
    pub learning_rate: f64,
    /// Epochs in which the rate rises to its peak.
    #[serde(default)]
    pub warmup: f64,
    /// Kernels of blocks.
    pub kernels: Vec<usize>,
    /// Blocks of a stage.
    pub depths: Vec<usize>,
    /// How many times its input a block is wide.
    pub expands: Vec<f64>,
    /// Networks of a step, whose gradients are added.
    #[serde(default = "single")]
    pub networks: usize,
}

fn batch() -> usize {
    64
}

fn one() -> f32 {
    1.0
}

fn single() -> usize {
    1
}

fn calibration() -> usize {
    2000
}

impl SupernetRecipe {
    /// Reads the text of a recipe.
    ///
    /// # Errors
    /// If it is no TOML, names what there is not, or asks for the impossible.
    pub fn from_toml(text: &str) -> Result<Self> {
        let recipe: Self = toml::from_str(text).map_err(|error| Error::recipe(error.to_string()))?;
        if recipe.batch == 0 || recipe.calibration == 0 || recipe.phases.is_empty() {
            return Err(Error::recipe("there must be a batch, images for calibration, and a phase"));
        }
        for Phase { name, epochs, learning_rate, warmup, networks, .. } in &recipe.phases {
            let positive = |value: f64| value > 0.0 && value.is_finite();
            if !positive(*epochs) || *networks == 0 || !positive(*learning_rate) {
                return Err(Error::recipe(format!(
                    "the phase {name:?} needs epochs, networks and a learning rate"
                )));
            }
            if !(*warmup >= 0.0 && warmup <= epochs) {
                return Err(Error::recipe(format!(
                    "the phase {name:?}: warmup = {warmup} of {epochs} epochs: it is part of them"
                )));
            }
        }
        Ok(recipe)
    }

    /// Its text.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// The space, for so many classes. Its file, if it is one, is looked for beside `folder`.
    ///
    /// # Errors
    /// If there is none, or phases choose what it does not have.
    pub fn space(&self, folder: &Path, classes: usize) -> Result<Space> {
        let mut space = match self.space.ends_with(".json") {
            true => {
                let path = folder.join(&self.space);
                let text = std::fs::read_to_string(&path).map_err(|error| Error::file(&path, error))?;
                Space::from_json(&text)?
            }
            false => spaces::find(&self.space)?,
        };
        if let Some(unknown) =
            self.resolutions.iter().find(|resolution| !space.resolutions.contains(resolution))
        {
            return Err(Error::recipe(format!("the space {:?} has no resolution {unknown}", space.name)));
        }
        if !self.resolutions.is_empty() {
            space.resolutions.retain(|resolution| self.resolutions.contains(resolution));
        }
        let largest = space.resolutions.last().copied().unwrap_or(0);
        space.full = space.full.with_classes(classes).with_resolution(largest);
        if let Some(channels) = self.channels {
            space.full = space.full.with_channels(channels);
        }
        space.check()?;
        for phase in &self.phases {
            phase.check(&space)?;
        }
        Ok(space)
    }
}

impl Phase {
    fn check(&self, space: &Space) -> Result<()> {
        let fits = self.kernels.iter().all(|kernel| space.kernels.contains(kernel))
            && self.depths.iter().all(|depth| space.depths.contains(depth))
            && self.expands.iter().all(|expand| space.expands.contains(expand));
        let is_empty = self.kernels.is_empty() || self.depths.is_empty() || self.expands.is_empty();
        if !fits || is_empty {
            let Space { kernels, depths, expands, name, .. } = space;
            return Err(Error::recipe(format!(
                "the phase {:?} must choose among kernels {kernels:?}, depths {depths:?} and expansions {expands:?} of the space {name:?}",
                self.name
            )));
        }
        Ok(())
    }

    /// The space of this phase: what there is to draw.
    pub(crate) fn of(&self, space: &Space) -> Space {
        Space {
            kernels: self.kernels.clone(),
            depths: self.depths.clone(),
            expands: self.expands.clone(),
            ..space.clone()
        }
    }

    /// Expansions, but the greatest of the space, in order.
    pub(crate) fn narrow(&self, space: &Space) -> Vec<f64> {
        let greatest = space.expands.last();
        let mut narrow: Vec<f64> =
            self.expands.iter().copied().filter(|expand| Some(expand) != greatest).collect();
        narrow.sort_by(f64::total_cmp);
        narrow
    }

    /// The greatest network of the phase.
    pub(crate) fn largest(&self, space: &Space, resolution: usize) -> Choice {
        let own = self.of(space);
        let last = |list: &[usize]| list.iter().copied().max().unwrap_or(0);
        let expand = self.expands.iter().copied().fold(0.0, f64::max);
        let block = BlockChoice { kernel: last(&self.kernels), expand };
        let stages = 0..own.stages().count();
        let depths = stages.map(|stage| last(own.depths_of(stage))).collect();
        Choice { resolution, depths, blocks: vec![block; own.slots()] }
    }
}
