//! Everything that decides how a network is trained, as a TOML file.

use std::path::Path;

use featherlite_arch::{self as arch, Arch};
use featherlite_data::{Mix, Step, Transform};
use serde::{Deserialize, Serialize};

use crate::optimizer::Optimizer;
use crate::qat::Qat;
use crate::schedule::Schedule;
use crate::{Error, Result};

/// How a network is trained. Two runs of a recipe on the same data and machine give the same weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// An architecture: its name, or a JSON file. Only networks of files can be trained without.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub arch: String,
    /// Changes to it.
    #[serde(default)]
    pub network: Changes,
    /// The data and what is done to images.
    #[serde(default)]
    pub data: Data,
    /// Passes over the data.
    pub epochs: usize,
    /// Images of a step.
    #[serde(default = "batch")]
    pub batch: usize,
    /// All random choices follow from it.
    #[serde(default)]
    pub seed: u64,
    /// The peak of the learning rate.
    pub learning_rate: f64,
    /// Epochs in which the rate rises to its peak.
    #[serde(default)]
    pub warmup: f64,
    /// How the rate goes down.
    #[serde(default)]
    pub schedule: Schedule,
    /// How gradients change weights.
    #[serde(default)]
    pub optimizer: Optimizer,
    /// Whether blocks that are added to what they read begin with nothing to add ([`featherlite_arch::Network::zero_init_last`]).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub zero_init_last: bool,
    /// The share of every label that all classes get.
    #[serde(default)]
    pub label_smoothing: f32,
    /// The share of old weights in the average of weights that is evaluated and kept; 0 keeps the weights themselves.
    #[serde(default)]
    pub average: f32,
    /// The greatest norm of all gradients together; 0 for no limit.
    #[serde(default)]
    pub clip: f32,
    /// What models that are written are called; as the architecture if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether models that are written give probabilities, by a softmax behind the logits.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub probabilities: bool,
    /// Layers whose names begin so keep their weights.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub freeze: Vec<String>,
    /// A teacher whose scores are learned too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distill: Option<Distill>,
    /// Training goes on with quantization simulated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qat: Option<Qat>,
}

/// Changes to an architecture, in the order in which they are made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// Channels, times this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
    /// Blocks of a stage, times this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<f64>,
    /// Blocks of every stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depths: Option<Vec<usize>>,
    /// Pixels of a side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<usize>,
    /// Channels of images: 1 for grey ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<usize>,
    /// Strides become 1, from the front, until images shrink by no more than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_stride: Option<usize>,
    /// Channels of the head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_channels: Option<usize>,
    /// What dropout drops before the classifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropout: Option<f64>,
    /// How often the last block is left out in training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drop_path: Option<f64>,
    /// The share of a batch in running statistics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub momentum: Option<f32>,
}

/// The data and what is done to images.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Images of the training part by which choices are made, if the dataset has no such part; drawn by the seed.
    #[serde(default)]
    pub holdout: usize,
    /// What is done to images that are learned from.
    #[serde(default)]
    pub train: Vec<Step>,
    /// What is done to images that are looked at.
    #[serde(default)]
    pub evaluate: Vec<Step>,
    /// Images mixed with each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mix: Option<Mix>,
}

/// A teacher (arXiv 1503.02531).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Distill {
    /// Its weights: a file that training wrote.
    pub teacher: String,
    /// What both scores are divided by.
    #[serde(default = "temperature")]
    pub temperature: f32,
    /// The share of the teacher in the loss; the rest is that of labels.
    #[serde(default = "share")]
    pub share: f32,
}

fn batch() -> usize {
    64
}

fn temperature() -> f32 {
    2.0
}

fn share() -> f32 {
    0.5
}

impl Recipe {
    /// Reads the text of a recipe.
    ///
    /// # Errors
    /// If it is no TOML, names what there is not, or asks for the impossible.
    pub fn from_toml(text: &str) -> Result<Self> {
        let recipe: Self = toml::from_str(text).map_err(|error| Error::recipe(error.to_string()))?;
        recipe.check()?;
        Ok(recipe)
    }

    /// Its text.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// Whether numbers are possible.
    ///
    /// # Errors
    /// The first that is not.
    pub fn check(&self) -> Result<()> {
        let shares = [("label_smoothing", self.label_smoothing), ("average", self.average)];
        if let Some((name, value)) = shares.iter().find(|(_, value)| !(0.0..1.0).contains(value)) {
            return Err(Error::recipe(format!("{name} = {value}: it is a share, from 0 to below 1")));
        }
        if !(self.learning_rate > 0.0 && self.learning_rate.is_finite()) {
            return Err(Error::recipe(format!("learning_rate = {}: it is above 0", self.learning_rate)));
        }
        if self.batch == 0 || self.epochs == 0 {
            return Err(Error::recipe("epochs and batch are at least 1"));
        }
        if !(self.warmup >= 0.0 && self.warmup <= self.epochs as f64) {
            return Err(Error::recipe(format!(
                "warmup = {} of {} epochs: it is part of them",
                self.warmup, self.epochs
            )));
        }
        Ok(())
    }

    /// The architecture, for so many classes. Its file, if it is one, is looked for beside `folder`.
    ///
    /// # Errors
    /// If there is none of this name, or it can not be changed so.
    pub fn arch(&self, folder: &Path, classes: usize) -> Result<Arch> {
        if self.arch.is_empty() {
            return Err(Error::recipe("the recipe names no architecture: arch = \"…\""));
        }
        let found = if self.arch.ends_with(".json") {
            let path = folder.join(&self.arch);
            let text = std::fs::read_to_string(&path).map_err(|error| Error::file(&path, error))?;
            Arch::from_json(&text)?
        } else {
            arch::find(&self.arch)?
        };
        let arch = self.network.apply(found).with_classes(classes);
        arch.network()?;
        Ok(arch)
    }

    /// The recipe of the run that its section `qat` asks for.
    ///
    /// # Errors
    /// If there is no such section.
    pub fn for_qat(&self) -> Result<Self> {
        let Some(qat) = &self.qat else { return Err(Error::recipe("the recipe has no section [qat]")) };
        let (epochs, learning_rate, warmup) = (qat.epochs, qat.learning_rate, qat.warmup);
        let recipe = Self { epochs, learning_rate, warmup, ..self.clone() };
        recipe.check()?;
        Ok(recipe)
    }

    /// What is done to images that are looked at.
    pub fn evaluate_transform(&self) -> Transform {
        Transform::new(self.data.evaluate.clone())
    }
}

impl Changes {
    /// The architecture with the changes.
    pub fn apply(&self, mut arch: Arch) -> Arch {
        if let Some(width) = self.width {
            arch = arch.with_width(width);
        }
        if let Some(depth) = self.depth {
            arch = arch.with_depth(depth);
        }
        if let Some(depths) = &self.depths {
            arch = arch.with_depths(depths);
        }
        if let Some(resolution) = self.resolution {
            arch = arch.with_resolution(resolution);
        }
        if let Some(channels) = self.channels {
            arch = arch.with_channels(channels);
        }
        if let Some(stride) = self.total_stride {
            arch = arch.with_total_stride(stride);
        }
        if let Some(channels) = self.head_channels {
            arch = arch.with_head_channels(channels);
        }
        if let Some(rate) = self.dropout {
            arch.head.dropout = rate;
        }
        if let Some(rate) = self.drop_path {
            arch.drop_path = rate;
        }
        if let Some(momentum) = self.momentum {
            arch.norm.momentum = momentum;
        }
        arch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        arch = "mobilenet_v2_0.35"
        epochs = 3
        learning_rate = 0.1
        [network]
        channels = 1
        resolution = 28
        total_stride = 8
        [optimizer]
        kind = "rmsprop"
        [data]
        train = [{ random_crop = { size = 28, padding = 2 } }, { horizontal_flip = {} }]
    "#;

    #[test]
    fn recipes_are_read_and_written() {
        let recipe = Recipe::from_toml(TEXT).unwrap();
        assert_eq!(recipe.batch, 64);
        assert_eq!(Recipe::from_toml(&recipe.to_toml()), Ok(recipe.clone()));
        let arch = recipe.arch(Path::new("."), 10).unwrap();
        assert_eq!((arch.channels, arch.classes, arch.total_stride()), (1, 10, 8));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (from, to, says) in [
            ("epochs = 3", "epochs = 0", "at least 1"),
            ("learning_rate = 0.1", "learning_rate = -1.0", "above 0"),
            ("rmsprop", "rmspop", "rmspop"),
            ("epochs = 3", "epochs = 3\nepoch = 4", "epoch"),
            ("horizontal_flip", "horizontal_flop", "horizontal_flop"),
        ] {
            let error = Recipe::from_toml(&TEXT.replacen(from, to, 1)).unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}
