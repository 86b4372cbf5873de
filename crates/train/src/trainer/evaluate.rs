//! What the network gives for images now.

use burn::tensor::Tensor;
use featherlite_data::{Dataset, Loader, Part, Split};

use super::loaders::evaluation_loader;
use super::{Score, Trainer, average};
use crate::computed::Computed;
use crate::forward::{Mode, Pass, constant};
use crate::loss::cross_entropy;
use crate::parameters::{Fixed, Source, numbers};
use crate::qat::Simulation;
use crate::{Error, ErrorKind, Result};

/// How good a network is on some images.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// In numbers.
    pub score: Score,
    /// How often which class (row) was taken for which (column).
    pub confusion: Vec<u64>,
    /// Images that could not be read, and why.
    pub skipped: Vec<String>,
}

/// Values of steps by name.
type Trace = Vec<(String, Tensor<4>)>;

impl Trainer {
    /// How good the network is on a part of a dataset.
    ///
    /// # Errors
    /// If there is no such part.
    pub fn evaluate(&self, dataset: &Dataset, part: Part) -> Result<Evaluation> {
        let split =
            dataset.part(part).ok_or_else(|| Error::recipe(format!("there is no {} part", part.name())))?;
        self.score(&evaluation_loader(&self.recipe, split, &self.settings)?)
    }

    /// How good a model file is on a part of a dataset, whose images are prepared as for this network.
    ///
    /// # Errors
    /// If there is no such part, or the file reads or gives something else.
    pub fn evaluate_file(&self, file: &[u8], dataset: &Dataset, part: Part) -> Result<Score> {
        let split =
            dataset.part(part).ok_or_else(|| Error::recipe(format!("there is no {} part", part.name())))?;
        Computed::new(file.to_vec())?.score(&self.evaluation_loader(split)?, &|batch| batch.images.clone())
    }

    /// The scores `[n, classes]` of images `[n, h, w, c]`, as the network gives them now.
    ///
    /// # Errors
    /// If the numbers do not make whole images.
    pub fn scores(&self, images: &[f32]) -> Result<Vec<f32>> {
        self.look(images, None).map(|(scores, _)| scores)
    }

    /// What every layer gives for images `[n, h, w, c]`, by its name. While quantization is simulated these are the
    /// tensors of the exported file.
    ///
    /// # Errors
    /// If the numbers do not make whole images.
    pub fn activations(&self, images: &[f32]) -> Result<Vec<(String, Vec<f32>)>> {
        let (_, trace) = self.look(images, Some(Vec::new()))?;
        trace.into_iter().map(|(name, value)| Ok((name, numbers(value)?))).collect()
    }

    fn look(&self, images: &[f32], trace: Option<Trace>) -> Result<(Vec<f32>, Trace)> {
        let [height, width, channels] = self.input();
        let pixels = height * width * channels;
        let count = images.len() / pixels.max(1);
        if count * pixels != images.len() {
            return Err(Error::mismatch(format!("{} numbers are no images", images.len())));
        }
        let images = constant(images.to_vec(), [count, height, width, channels], &self.settings.device);
        let mut simulation = self.simulation.clone();
        simulation.iter_mut().try_for_each(Simulation::finish)?;
        let fixed = Fixed(&self.parameters);
        let source = average::Averaged { average: &self.average, others: &fixed };
        let mut pass = Pass::new(&source, Mode::Evaluate);
        (pass.simulation, pass.trace) = (simulation.as_mut(), trace);
        let scores = numbers(pass.run(&self.graph, images)?)?;
        Ok((scores, pass.trace.unwrap_or_default()))
    }

    /// The images of a part, in order, as the network takes them.
    pub(crate) fn evaluation_loader(&self, split: &Split) -> Result<Loader> {
        evaluation_loader(&self.recipe, split, &self.settings)
    }

    pub(super) fn score(&self, loader: &Loader) -> Result<Evaluation> {
        let fixed = Fixed(&self.parameters);
        let source = average::Averaged { average: &self.average, others: &fixed };
        let device = self.settings.device.clone();
        let classes = self.classes();
        let mut simulation = self.simulation.clone();
        simulation.iter_mut().try_for_each(Simulation::finish)?;
        let (mut score, mut confusion) = (Score::default(), vec![0; classes * classes]);
        let mut skipped = Vec::new();
        for batch in loader.epoch(0) {
            let batch = batch.map_err(|error| Error::new(ErrorKind::File, error.to_string()))?;
            skipped.extend(batch.skipped.iter().map(|skipped| skipped.error.to_string()));
            let mut pass = Pass::new(&source as &dyn Source, Mode::Evaluate);
            pass.simulation = simulation.as_mut();
            let scores = pass.run(&self.graph, constant(batch.images.clone(), batch.shape(), &device))?;
            let targets = constant(batch.targets(classes, 0.0), [batch.len(), classes], &device);
            let loss = f64::from(cross_entropy(scores.clone(), targets).into_scalar::<f32>());
            score.add(loss, &numbers(scores)?, &batch.labels, &mut |label, class| {
                confusion[label * classes + class] += 1;
            });
        }
        let score = score.mean();
        Ok(Evaluation { score, confusion, skipped })
    }
}
