//! A running average of weights and statistics (Polyak), which is often better than the last of them.

use std::collections::BTreeMap;

use burn::tensor::Tensor;

use crate::Result;
use crate::parameters::{Parameters, Source};

/// Averages by name; none if nothing is averaged.
#[derive(Clone, Debug)]
pub(super) struct Average {
    decay: f32,
    tensors: BTreeMap<String, Tensor<1>>,
}

impl Average {
    /// With the share of the old average; 0 for none.
    pub(super) fn new(decay: f32) -> Self {
        Self { decay, tensors: BTreeMap::new() }
    }

    /// Takes in the parameters after a step. At first new ones count more, so that the beginning is soon forgotten.
    pub(super) fn follow(&mut self, parameters: &Parameters, step: u64) {
        if self.decay == 0.0 {
            return;
        }
        let step = step as f32;
        let decay = self.decay.min((1.0 + step) / (10.0 + step));
        for (name, value) in parameters.iter() {
            let average = match self.tensors.remove(name) {
                Some(average) => average * decay + value * (1.0 - decay),
                None => value,
            };
            self.tensors.insert(name.to_owned(), average);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Tensor<1>)> {
        self.tensors.iter().map(|(name, tensor)| (name.as_str(), tensor))
    }

    pub(super) fn set(&mut self, name: &str, value: Tensor<1>) {
        self.tensors.insert(name.to_owned(), value);
    }
}

/// Averages where there are any.
pub(super) struct Averaged<'a> {
    pub(super) average: &'a Average,
    pub(super) others: &'a dyn Source,
}

impl Source for Averaged<'_> {
    fn tensor(&self, name: &str) -> Result<Tensor<1>> {
        match self.average.tensors.get(name) {
            Some(tensor) => Ok(tensor.clone()),
            None => self.others.tensor(name),
        }
    }
}
