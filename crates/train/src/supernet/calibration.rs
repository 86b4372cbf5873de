//! Networks of a space as they are used: with statistics of batch normalization of their own.

use std::collections::BTreeMap;

use burn::tensor::Tensor;
use featherlite_arch::{Arch, Weights};
use featherlite_data::{Batch, Dataset, Loader, Part as Half};
use featherlite_ofa::Choice;

use super::{Part, Supernet, resized};
use crate::computed::Computed;
use crate::forward::{Mode, Pass, constant};
use crate::parameters::{Fixed, numbers};
use crate::trainer::{Score, loaders};
use crate::{Error, ErrorKind, Result};

/// Images of a batch that is looked at.
pub(super) const BATCH: usize = 200;

/// Mean and variance of every batch normalization of a network, by name.
#[derive(Clone, Debug)]
pub struct Statistics(BTreeMap<String, Tensor<1>>);

impl Supernet {
    /// How good a network is on a part of a dataset, with statistics taken anew.
    ///
    /// # Errors
    /// If there is no such part, or the network is none of the space.
    pub fn evaluate(&self, choice: &Choice, dataset: &Dataset, part: Half) -> Result<Score> {
        self.evaluate_with(choice, &self.statistics(choice)?, dataset, part)
    }

    /// How good it is with the first of another network's statistics, say of the largest, in place of its own.
    ///
    /// # Errors
    /// As [`Supernet::evaluate`].
    pub fn evaluate_with(
        &self,
        choice: &Choice,
        statistics: &Statistics,
        dataset: &Dataset,
        part: Half,
    ) -> Result<Score> {
        let split =
            dataset.part(part).ok_or_else(|| Error::recipe(format!("there is no {} part", part.name())))?;
        let loader = loaders::looking(&self.recipe.data, (BATCH, None), split, &self.settings)?;
        self.score_with(choice, statistics, &loader)
    }

    /// A network of its own: architecture and weights, with statistics taken anew.
    ///
    /// # Errors
    /// If it is none of the space.
    pub fn extract(&self, choice: &Choice) -> Result<(Arch, Weights)> {
        self.extract_with(choice, &self.statistics(choice)?)
    }

    /// With other statistics, of which it gets the first.
    fn extract_with(&self, choice: &Choice, statistics: &Statistics) -> Result<(Arch, Weights)> {
        let mut weights = self.space.extract(&self.weights()?, choice)?;
        for (name, values) in &statistics.0 {
            // Statistics of a larger network may be of layers that this one does not have.
            if let Some(tensor) = weights.get_mut(name) {
                let len = tensor.values.len();
                tensor.values = numbers(values.clone())?;
                tensor.values.truncate(len);
            }
        }
        Ok((self.space.arch(choice)?, weights))
    }

    pub(super) fn score(&self, choice: &Choice, loader: &Loader) -> Result<Score> {
        self.score_with(choice, &self.statistics(choice)?, loader)
    }

    fn score_with(&self, choice: &Choice, statistics: &Statistics, loader: &Loader) -> Result<Score> {
        let (arch, weights) = self.extract_with(choice, statistics)?;
        let sized = |batch: &Batch| resized(batch, choice.resolution).0;
        Computed::of_arch(&arch, &weights)?.score(loader, &sized)
    }

    /// A network's statistics over the images for calibration: those of batches, averaged.
    ///
    /// # Errors
    /// If the network is none of the space, or images cannot be read.
    pub fn statistics(&self, choice: &Choice) -> Result<Statistics> {
        let fixed = Fixed(&self.parameters);
        let part = Part::new(&self.space, (&fixed, &self.sizes), choice)?;
        let graph = part.graph();
        let mut sums: BTreeMap<String, Tensor<1>> = BTreeMap::new();
        let mut images = 0;
        for batch in self.calibration.epoch(0) {
            let batch = batch.map_err(|error| Error::new(ErrorKind::File, error.to_string()))?;
            let (pixels, shape) = resized(&batch, choice.resolution);
            let mut pass = Pass::new(&part, Mode::Observe);
            pass.run(&graph, constant(pixels, shape, &self.settings.device))?;
            let weight = batch.len() as f32;
            for moved in pass.moved {
                let statistics = moved.statistics * weight;
                let sum = match sums.remove(&moved.layer) {
                    Some(sum) => sum + statistics,
                    None => statistics,
                };
                sums.insert(moved.layer, sum);
            }
            images += batch.len();
            if images >= self.recipe.calibration {
                break;
            }
        }
        let mut all = BTreeMap::new();
        for (layer, sum) in sums {
            let channels = sum.dims()[0] / 2;
            let mean = sum / images.max(1) as f32;
            all.insert(format!("{layer}.mean"), mean.clone().narrow(0, 0, channels));
            all.insert(format!("{layer}.variance"), mean.narrow(0, channels, channels));
        }
        Ok(Statistics(all))
    }
}
