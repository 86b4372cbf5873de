//! Networks of a space as they are used: with statistics of batch normalization of their own.

use std::collections::BTreeMap;

use burn::tensor::Tensor;
use featherlite_arch::{Arch, Weights};
use featherlite_data::{Dataset, Loader, Part as Half};
use featherlite_ofa::Choice;

use super::{Part, Supernet, resized};
use crate::forward::{Mode, Pass, constant};
use crate::loss::cross_entropy;
use crate::parameters::{Fixed, Source, numbers};
use crate::trainer::{Score, loaders};
use crate::{Error, ErrorKind, Result};

/// Images of a batch that is looked at.
pub(super) const BATCH: usize = 200;

/// Statistics of batch normalization by name, and the other parameters of a network.
struct Calibrated<'a> {
    statistics: BTreeMap<String, Tensor<1>>,
    others: &'a dyn Source,
}

impl Source for Calibrated<'_> {
    fn tensor(&self, name: &str) -> Result<Tensor<1>> {
        self.statistics.get(name).map_or_else(|| self.others.tensor(name), |tensor| Ok(tensor.clone()))
    }
}

impl Supernet {
    /// How good a network is on a part of a dataset, with statistics taken anew.
    ///
    /// # Errors
    /// If there is no such part, or the network is none of the space.
    pub fn evaluate(&self, choice: &Choice, dataset: &Dataset, part: Half) -> Result<Score> {
        let split =
            dataset.part(part).ok_or_else(|| Error::recipe(format!("there is no {} part", part.name())))?;
        self.score(choice, &loaders::looking(&self.recipe.data, (BATCH, None), split, &self.settings)?)
    }

    /// How good it is with the first of the largest network's statistics in place of its own, to compare.
    ///
    /// # Errors
    /// As [`Supernet::evaluate`].
    pub fn evaluate_uncalibrated(&self, choice: &Choice, dataset: &Dataset, part: Half) -> Result<Score> {
        let split =
            dataset.part(part).ok_or_else(|| Error::recipe(format!("there is no {} part", part.name())))?;
        let statistics = self.statistics(&self.space.largest())?;
        self.score_by(
            choice,
            statistics,
            &loaders::looking(&self.recipe.data, (BATCH, None), split, &self.settings)?,
        )
    }

    /// A network of its own: architecture and weights, with statistics taken anew.
    ///
    /// # Errors
    /// If it is none of the space.
    pub fn extract(&self, choice: &Choice) -> Result<(Arch, Weights)> {
        let mut weights = self.space.extract(&self.weights()?, choice)?;
        for (name, values) in self.statistics(choice)? {
            if let Some(tensor) = weights.get_mut(&name) {
                tensor.values = numbers(values)?;
            }
        }
        Ok((self.space.arch(choice)?, weights))
    }

    pub(super) fn score(&self, choice: &Choice, loader: &Loader) -> Result<Score> {
        self.score_by(choice, self.statistics(choice)?, loader)
    }

    fn score_by(
        &self,
        choice: &Choice,
        statistics: BTreeMap<String, Tensor<1>>,
        loader: &Loader,
    ) -> Result<Score> {
        let fixed = Fixed(&self.parameters);
        let part = Part::new(&self.space, (&fixed, &self.sizes), choice)?;
        // Statistics of a larger network may be of layers that this one does not have.
        let narrow = statistics.into_iter().filter_map(|(name, values)| {
            let len = part.tensor(&name).ok()?.dims()[0].min(values.dims()[0]);
            Some((name, values.narrow(0, 0, len)))
        });
        let source = Calibrated { statistics: narrow.collect(), others: &part };
        let (graph, classes) = (part.graph(), self.classes.len());
        let mut score = Score::default();
        for batch in loader.epoch(0) {
            let batch = batch.map_err(|error| Error::new(ErrorKind::File, error.to_string()))?;
            let (pixels, shape) = resized(&batch, choice.resolution);
            let scores = Pass::new(&source, Mode::Evaluate)
                .run(&graph, constant(pixels, shape, &self.settings.device))?;
            let targets =
                constant(batch.targets(classes, 0.0), [batch.len(), classes], &self.settings.device);
            let loss = f64::from(cross_entropy(scores.clone(), targets).into_scalar::<f32>());
            score.add(loss, &numbers(scores)?, &batch.labels, &mut |_, _| {});
        }
        Ok(score.mean())
    }

    /// Mean and variance of all batch normalizations of a network, over the images for calibration: those of batches, averaged.
    fn statistics(&self, choice: &Choice) -> Result<BTreeMap<String, Tensor<1>>> {
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
        Ok(all)
    }
}
