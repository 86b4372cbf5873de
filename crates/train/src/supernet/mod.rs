//! A network of which others are parts (once-for-all, arXiv 1908.09791): all are trained together, the large ones first.

mod calibration;
mod deploy;
mod files;
mod part;
mod recipe;

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor};
use featherlite_arch::{Tensor as Values, Weights};
use featherlite_data::resize::bilinear;
use featherlite_data::{Batch, Dataset, Loader, Part as Half, Random, Split};
use featherlite_ofa::{Choice, Space};
use serde::{Deserialize, Serialize};

use calibration::BATCH;
pub use calibration::Statistics;
pub use deploy::Tuning;
pub(crate) use part::Part;
pub use recipe::{Phase, SupernetRecipe};

use crate::forward::{Mode, Pass, constant};
use crate::loss::{cross_entropy, smoothed, softened};
use crate::optimizer::Memory;
use crate::parameters::{Fixed, Parameters, numbers};
use crate::trainer::{Event, History, Line, Progress, Settings, Sums, loaders, right};
use crate::{Error, ErrorKind, Result};

/// A supernet on its way.
pub struct Supernet {
    recipe: SupernetRecipe,
    settings: Settings,
    space: Space,
    classes: Vec<String>,
    parameters: Parameters,
    sizes: BTreeMap<String, Vec<usize>>,
    memory: Memory,
    /// The full network at the end of the first phase, which the others learn from.
    teacher: Option<Parameters>,
    train: Loader,
    /// Images by which the statistics of batch normalization are taken.
    calibration: Loader,
    validation: Option<Loader>,
    place: Place,
    history: History,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Place {
    /// Steps done, of all phases.
    step: u64,
    phase: usize,
    /// Steps done of the phase.
    phase_step: u64,
    /// The epoch of the next batch, of all phases.
    epoch: u64,
    /// Its place in the epoch.
    batch: usize,
    sums: Sums,
}

impl Supernet {
    /// A run from the beginning.
    ///
    /// # Errors
    /// If the recipe, the space and the data do not fit each other.
    pub fn new(recipe: SupernetRecipe, space: Space, dataset: &Dataset, settings: Settings) -> Result<Self> {
        let weights = space.initialize(recipe.seed)?;
        Self::begin(recipe, space, dataset, weights, settings)
    }

    fn begin(
        recipe: SupernetRecipe,
        space: Space,
        dataset: &Dataset,
        weights: Weights,
        settings: Settings,
    ) -> Result<Self> {
        let parameters = Parameters::of_all(&weights, &settings.device);
        let sizes = weights.iter().map(|(name, tensor)| (name.to_owned(), tensor.shape.clone())).collect();
        let split = dataset.train().map_err(|error| Error::recipe(error.to_string()))?;
        let side = space.full.resolution;
        let wanted = [side, side, space.full.channels];
        let train = loaders::training(&recipe.data, (recipe.batch, recipe.seed), split, &settings)?;
        loaders::check(&train, wanted, &space.name)?;
        let look = |batch: usize, seed: Option<u64>, split: &Split| {
            loaders::looking(&recipe.data, (batch, seed), split, &settings)
        };
        let calibration = look(BATCH.min(recipe.calibration), Some(recipe.seed), split)?;
        let validation = dataset.part(Half::Validation);
        let validation = validation.map(|split| look(BATCH, None, split)).transpose()?;
        Ok(Self {
            recipe,
            settings,
            space,
            classes: dataset.classes.clone(),
            parameters,
            sizes,
            memory: Memory::default(),
            teacher: None,
            train,
            calibration,
            validation,
            place: Place::default(),
            history: History::default(),
        })
    }

    /// The space that is trained.
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// The record so far.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Steps done.
    pub fn done(&self) -> u64 {
        self.place.step
    }

    /// Steps of the whole run.
    pub fn steps(&self) -> u64 {
        self.recipe.phases.iter().map(|phase| self.steps_of(phase)).sum()
    }

    /// Steps of a phase: at least one.
    fn steps_of(&self, phase: &Phase) -> u64 {
        ((phase.epochs * self.train.batches_per_epoch() as f64).round() as u64).max(1)
    }

    /// The weights that all networks share.
    ///
    /// # Errors
    /// If they can not be read back.
    pub fn weights(&self) -> Result<Weights> {
        shared_weights(&self.parameters, &self.sizes)
    }

    /// Runs to the end, or until `stops` says so between two steps; whether it came to the end. Either way a checkpoint is there.
    ///
    /// # Errors
    /// If the loss is no number any more, data can not be read, or a file can not be written.
    pub fn run(&mut self, stops: &dyn Fn() -> bool, watch: &mut dyn FnMut(Event<'_>)) -> Result<bool> {
        std::fs::create_dir_all(&self.settings.folder)
            .map_err(|error| Error::file(&self.settings.folder, error))?;
        let steps = self.steps();
        let mut batches = self.train.from(self.place.epoch, self.place.batch);
        while self.place.step < steps {
            if self.settings.among().agreed(stops())? {
                self.save()?;
                return Ok(false);
            }
            let batch = batches.next().ok_or_else(|| Error::new(ErrorKind::Internal, "the batches ended"))?;
            let batch = batch.map_err(|error| Error::new(ErrorKind::File, error.to_string()))?;
            batch.skipped.iter().for_each(|skipped| watch(Event::Skipped(skipped.error.to_string())));
            let loss = self.step(&batch)?;
            let is_last = batch.index + 1 == self.train.batches_per_epoch();
            self.place.epoch = batch.epoch + u64::from(is_last);
            self.place.batch = if is_last { 0 } else { batch.index + 1 };
            watch(Event::Step(Progress { step: self.place.step, steps, loss, batch: self.recipe.batch }));
            let interval = self.settings.interval;
            let ends = is_last || self.place.phase_step == self.steps_of(self.phase());
            if ends || (interval > 0 && self.place.step.is_multiple_of(interval)) {
                let line = self.line(ends)?;
                watch(Event::Line(&line));
                self.end_phase()?;
                self.save()?;
            }
        }
        Ok(true)
    }

    fn phase(&self) -> &Phase {
        &self.recipe.phases[self.place.phase.min(self.recipe.phases.len() - 1)]
    }

    /// One step on a batch, of all networks that are drawn; the mean of their losses.
    fn step(&mut self, batch: &Batch) -> Result<f64> {
        let mut random = Random::of(&[self.recipe.seed, self.place.phase as u64, self.place.phase_step]);
        let resolution = self.space.resolutions[random.below(self.space.resolutions.len())];
        let device = self.parameters.device().clone();
        let (pixels, shape) = resized(batch, resolution);
        let images = || constant(pixels.clone(), shape, &device);
        let classes = self.classes.len();
        let targets = || constant(batch.targets(classes, 0.0), [batch.len(), classes], &device);
        let wanted = |targets: Tensor<2>| smoothed(targets, self.recipe.label_smoothing);
        let among = self.settings.among();
        let lesson = self.lesson(images().inner(), resolution, &device)?;
        let phase = self.phase().clone();
        let drawn = phase.of(&self.space);
        let mut all: BTreeMap<String, (bool, Tensor<1>, Tensor<1>)> = BTreeMap::new();
        let (mut losses, mut rights, mut images_seen) = (0.0, 0, 0);
        for network in 0..phase.networks {
            let choice = match self.place.phase {
                0 if phase.networks == 1 && drawn.size() == 1.0 => phase.largest(&self.space, resolution),
                _ => drawn.draw_at(resolution, &mut random),
            };
            let part = Part::new(&self.space, (&self.parameters, &self.sizes), &choice)?;
            let mut pass = Pass::new(&part, Mode::Train { seed: random.branch(network as u64).bits() });
            pass.among = among.clone();
            let scores = pass.run(&part.graph(), images())?;
            let mut loss = cross_entropy(scores.clone(), wanted(targets()));
            if let Some(lesson) = &lesson {
                loss = loss + cross_entropy(scores.clone(), lesson.clone()) * self.recipe.teacher;
            }
            let own = f64::from(loss.clone().inner().into_scalar::<f32>());
            let (value, right, count) =
                among.joint(own, right(scores.inner(), &batch.labels)?, batch.len())?;
            self.check_loss(value, &phase)?;
            (losses, rights, images_seen) = (losses + value, rights + right, images_seen + count);
            for (name, decays, value, gradient) in self.parameters.gradients(loss.backward()) {
                match all.remove(&name) {
                    Some((_, _, sum)) => all.insert(name, (decays, value, sum + gradient)),
                    None => all.insert(name, (decays, value, gradient)),
                };
            }
        }
        let gradients =
            all.into_iter().map(|(name, (decays, value, gradient))| (name, decays, value, gradient));
        let mut gradients: Vec<_> = gradients.collect();
        among.average_gradients(&mut gradients)?;
        let (rate, clip) = (self.learning_rate() as f32, self.recipe.clip);
        self.memory.step(&self.recipe.optimizer, gradients, (rate, clip), &mut self.parameters)?;
        self.place.step += 1;
        self.place.phase_step += 1;
        let loss = losses / phase.networks as f64;
        self.place.sums.add(loss, rights, images_seen);
        Ok(loss)
    }

    /// What the full network of the first phase says of images, by the statistics of the batch.
    fn lesson(&self, images: Tensor<4>, resolution: usize, device: &Device) -> Result<Option<Tensor<2>>> {
        let Some(teacher) = self.teacher.as_ref().filter(|_| self.recipe.teacher > 0.0) else {
            return Ok(None);
        };
        let largest = Choice { resolution, ..self.space.largest() };
        let fixed = Fixed(teacher);
        let part = Part::new(&self.space, (&fixed, &self.sizes), &largest)?;
        let mut pass = Pass::new(&part, Mode::Observe);
        pass.among = self.settings.among();
        let scores = pass.run(&part.graph(), images)?;
        let lesson = numbers(softened(scores, 1.0))?;
        let classes = self.classes.len();
        Ok(Some(constant(lesson.clone(), [lesson.len() / classes.max(1), classes], device)))
    }

    fn check_loss(&self, value: f64, phase: &Phase) -> Result<()> {
        if value.is_finite() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Diverged,
            format!(
                "step {} in the phase {:?}: the loss is {value}; lower its learning rate ({}) or set clip",
                self.place.step, phase.name, phase.learning_rate
            ),
        ))
    }

    fn learning_rate(&self) -> f64 {
        let phase = self.phase();
        let done = self.place.phase_step as f64 / self.train.batches_per_epoch() as f64;
        let schedule = crate::schedule::Schedule::Cosine;
        phase.learning_rate * schedule.share(done, phase.epochs, phase.warmup)
    }

    /// Ends a line of the record. What is looked at is the largest network of the phase.
    fn line(&mut self, validates: bool) -> Result<Line> {
        let sums = std::mem::take(&mut self.place.sums);
        let validation = match &self.validation {
            Some(loader) if validates && self.settings.leads() => {
                let largest = self.phase().largest(&self.space, self.space.full.resolution);
                Some(self.score(&largest, loader)?)
            }
            _ => None,
        };
        let line = Line {
            step: self.place.step,
            epoch: self.place.step as f64 / self.train.batches_per_epoch() as f64,
            loss: sums.loss / sums.steps.max(1) as f64,
            accuracy: sums.right as f64 / sums.images.max(1) as f64,
            learning_rate: self.learning_rate(),
            validation,
        };
        self.history.lines.push(line);
        Ok(line)
    }

    /// If a phase is over: the next one begins.
    fn end_phase(&mut self) -> Result<()> {
        if self.place.phase_step < self.steps_of(self.phase())
            || self.place.phase + 1 >= self.recipe.phases.len()
        {
            return Ok(());
        }
        let before = self.phase().narrow(&self.space);
        if self.place.phase == 0 {
            self.teacher = Some(Parameters::of_all(&self.weights()?, &self.settings.device));
        }
        (self.place.phase, self.place.phase_step) = (self.place.phase + 1, 0);
        if self.phase().narrow(&self.space) != before {
            let mut weights = self.weights()?;
            self.space.sort_channels(&mut weights, &before)?;
            self.parameters = Parameters::of_all(&weights, &self.settings.device);
        }
        self.memory = Memory::default();
        Ok(())
    }
}

fn shared_weights(parameters: &Parameters, sizes: &BTreeMap<String, Vec<usize>>) -> Result<Weights> {
    let mut weights = Weights::default();
    for (name, tensor) in parameters.iter() {
        let shape = sizes.get(name).cloned().unwrap_or_default();
        weights.insert(name, Values { shape, values: numbers(tensor)? });
    }
    Ok(weights)
}

/// The images of a batch with this many rows and columns, and their shape.
fn resized(batch: &Batch, side: usize) -> (Vec<f32>, [usize; 4]) {
    let [count, height, width, channels] = batch.shape();
    if [height, width] == [side, side] {
        return (batch.images.clone(), [count, height, width, channels]);
    }
    let (mut pixels, mut image) = (Vec::with_capacity(count * side * side * channels), Vec::new());
    for from in batch.images.chunks_exact((height * width * channels).max(1)) {
        bilinear(from, batch.size, (side, side), &mut image);
        pixels.append(&mut image);
    }
    (pixels, [count, side, side, channels])
}
