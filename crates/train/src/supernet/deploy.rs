//! A network of a space on its own: how it is trained on, and made of integers.

use featherlite_arch::Arch;
use featherlite_data::{Sides, Step};

use super::SupernetRecipe;
use crate::qat::Qat;
use crate::recipe::{Changes, Data, Recipe};
use crate::schedule::Schedule;

/// How a network is trained on once it is on its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Tuning {
    /// Passes over the data in floats; 0 for none.
    pub epochs: usize,
    /// The peak of their learning rate.
    pub learning_rate: f64,
    /// Passes with quantization simulated.
    pub qat_epochs: usize,
    /// The peak of their learning rate.
    pub qat_learning_rate: f64,
    /// What integers there will be.
    pub scheme: String,
}

impl Default for Tuning {
    fn default() -> Self {
        let scheme = "int8".to_owned();
        Self { epochs: 0, learning_rate: 0.01, qat_epochs: 1, qat_learning_rate: 0.005, scheme }
    }
}

impl SupernetRecipe {
    /// The recipe by which one of its networks is trained on: the same data, images of the network's size.
    pub fn deployed(&self, arch: &Arch, tuning: &Tuning) -> Recipe {
        let sized = |steps: &[Step]| {
            let sides = Sides { height: arch.resolution, width: arch.resolution };
            let mut steps = steps.to_vec();
            // What follows pixel by pixel stays at the end, where models say how it is done.
            let is_scaling = |step: &Step| matches!(step, Step::Scale { .. } | Step::Normalize { .. });
            let place = steps.len() - usize::from(steps.last().is_some_and(is_scaling));
            steps.insert(place, Step::Resize { size: sides, antialias: false });
            steps
        };
        let data = Data {
            train: sized(&self.data.train),
            evaluate: sized(&self.data.evaluate),
            ..self.data.clone()
        };
        Recipe {
            arch: arch.name.clone(),
            network: Changes::default(),
            data,
            epochs: tuning.epochs.max(1),
            batch: self.batch,
            seed: self.seed,
            learning_rate: tuning.learning_rate,
            warmup: 0.1,
            schedule: Schedule::Cosine,
            optimizer: self.optimizer,
            zero_init_last: false,
            label_smoothing: self.label_smoothing,
            average: 0.0,
            clip: self.clip,
            name: None,
            probabilities: false,
            freeze: Vec::new(),
            distill: None,
            qat: Some(Qat {
                epochs: tuning.qat_epochs.max(1),
                learning_rate: tuning.qat_learning_rate,
                warmup: 0.1,
                scheme: tuning.scheme.clone(),
                ..Qat::default()
            }),
        }
    }
}
