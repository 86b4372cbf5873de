//! Training: steps over batches, with checkpoints from which it goes on exactly.

mod average;
mod checkpoint;
mod evaluate;
pub(crate) mod loaders;
mod metrics;
mod resume;
mod teacher;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use burn::tensor::Device;
use featherlite_arch::{Arch, BuildOptions, Weights};
use featherlite_convert::export::to_bytes;
use featherlite_data::{Batch, Dataset, Loader, Random};
use featherlite_ir::Model;
use featherlite_schema::metadata::NAME;
use serde::{Deserialize, Serialize};

use average::Average;
pub(crate) use checkpoint::Checkpoint;
pub use evaluate::Evaluation;
pub use metrics::{History, Line, Score};
pub(crate) use metrics::{Sums, right};
pub use resume::CHECKPOINT;
use resume::SOURCE;
use teacher::Teacher;

use crate::card;
use crate::files::write_file;
use crate::forward::{Mode, Pass, constant};
use crate::graph::Graph;
use crate::group::{Among, Group};
use crate::loss::{cross_entropy, smoothed};
use crate::optimizer::Memory;
use crate::parameters::{Fixed, Parameters, numbers};
use crate::qat::{self, Simulation};
use crate::recipe::Recipe;
use crate::subject::Subject;
use crate::{Error, ErrorKind, Result};

/// Where and how a run takes place; nothing in here changes its result.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the run keeps its files.
    pub folder: PathBuf,
    /// Steps from one checkpoint, and one line of the record, to the next; 0 for once in an epoch.
    pub interval: u64,
    /// Threads that prepare batches.
    pub workers: usize,
    /// What computes.
    pub device: Device,
    /// Processes that train on the other parts of each batch. The first of them keeps the files.
    pub group: Option<Arc<Group>>,
}

impl Settings {
    pub(crate) fn among(&self) -> Among {
        Among(self.group.clone())
    }

    /// Whether this process keeps the files of the run.
    pub(crate) fn leads(&self) -> bool {
        self.among().part().0 == 0
    }
}

/// How far a run is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Steps done.
    pub step: u64,
    /// Steps of the whole run.
    pub steps: u64,
    /// The loss of the last step.
    pub loss: f64,
    /// Images of a step.
    pub batch: usize,
}

/// What happens in a run.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// A step was done.
    Step(Progress),
    /// A line of the record is complete.
    Line(&'a Line),
    /// An image could not be read; training goes on without it.
    Skipped(String),
}

/// A network on its way.
pub struct Trainer {
    recipe: Recipe,
    settings: Settings,
    subject: Subject,
    graph: Graph,
    classes: Vec<String>,
    parameters: Parameters,
    memory: Memory,
    average: Average,
    simulation: Option<Simulation>,
    teacher: Option<Teacher>,
    train: Loader,
    validation: Option<Loader>,
    place: Place,
    history: History,
}

/// Where a run stands among its batches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Place {
    /// Steps done.
    step: u64,
    /// The epoch of the next batch.
    epoch: u64,
    /// Its place in the epoch.
    batch: usize,
    /// What the line of the record that has begun is made of.
    sums: Sums,
}

impl Trainer {
    /// A run from the beginning. `start` are weights to begin with; others are drawn.
    ///
    /// # Errors
    /// If the recipe, the data and the weights do not fit each other.
    pub fn new(
        recipe: Recipe,
        arch: Arch,
        dataset: &Dataset,
        start: Option<Weights>,
        settings: Settings,
    ) -> Result<Self> {
        Self::begin(recipe, Subject::of_arch(arch)?, dataset, (start, false), settings)
    }

    /// A run with quantization simulated, by the recipe's section `qat`.
    ///
    /// # Errors
    /// If there is no such section, or the recipe, the data and the weights do not fit each other.
    pub fn new_qat(
        recipe: Recipe,
        arch: Arch,
        dataset: &Dataset,
        start: Weights,
        settings: Settings,
    ) -> Result<Self> {
        Self::begin(recipe.for_qat()?, Subject::of_arch(arch)?, dataset, (Some(start), true), settings)
    }

    /// A run with quantization simulated, by the recipe's section `qat`, of the float network in a file of any format that
    /// can be converted. The folder of the run keeps a copy, for [`Trainer::resume`].
    ///
    /// # Errors
    /// If it can not be read, has an operator that can not be trained, or the recipe and the data do not fit it.
    pub fn import_qat(recipe: Recipe, network: &Path, dataset: &Dataset, settings: Settings) -> Result<Self> {
        let subject = Subject::open(network)?;
        let model = subject.float_model(&subject.initialize(&recipe)?, BuildOptions::default())?;
        let copy = to_bytes(&model).map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?;
        let trainer = Self::begin(recipe.for_qat()?, subject, dataset, (None, true), settings)?;
        let Settings { folder, .. } = &trainer.settings;
        if trainer.settings.leads() {
            std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
            write_file(&folder.join(SOURCE), &copy)?;
        }
        Ok(trainer)
    }

    fn begin(
        recipe: Recipe,
        subject: Subject,
        dataset: &Dataset,
        (start, simulates): (Option<Weights>, bool),
        settings: Settings,
    ) -> Result<Self> {
        let weights = match start {
            Some(weights) => weights,
            None => subject.initialize(&recipe)?,
        };
        let (mut graph, simulation) = match recipe.qat.as_ref().filter(|_| simulates) {
            Some(qat) => {
                let (graph, simulation) = qat::simulated(&subject, &weights, qat)?;
                (graph, Some(simulation))
            }
            None => (subject.graph(), None),
        };
        let mut parameters = Parameters::new(subject.parameters(), &weights, &settings.device)?;
        let is_frozen = |name: &str| recipe.freeze.iter().any(|prefix| name.starts_with(prefix.as_str()));
        parameters.freeze(is_frozen);
        graph.freeze(is_frozen);
        let (train, validation) = loaders::of(&recipe, &subject, dataset, &settings)?;
        let teacher = recipe.distill.as_ref().map(|distill| Teacher::open(distill, &settings.device));
        Ok(Self {
            graph,
            simulation,
            average: Average::new(recipe.average),
            classes: dataset.classes.clone(),
            memory: Memory::default(),
            teacher: teacher.transpose()?,
            place: Place::default(),
            history: History::default(),
            recipe,
            settings,
            subject,
            parameters,
            train,
            validation,
        })
    }

    /// The architecture that is trained, unless it is a network of a file.
    pub fn arch(&self) -> Option<&Arch> {
        self.subject.arch()
    }

    /// What the network is called.
    pub fn name(&self) -> &str {
        self.subject.name()
    }

    /// Height, width and channels of the images that it reads.
    pub fn input(&self) -> [usize; 3] {
        self.subject.input()
    }

    /// How many scores it gives.
    pub fn classes(&self) -> usize {
        self.subject.classes()
    }

    /// The record so far.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Whether quantization is simulated.
    pub fn simulates(&self) -> bool {
        self.simulation.is_some()
    }

    /// Steps done.
    pub fn done(&self) -> u64 {
        self.place.step
    }

    /// Steps of the whole run.
    pub fn steps(&self) -> u64 {
        (self.recipe.epochs * self.train.batches_per_epoch()) as u64
    }

    /// The weights as they are to be used: averaged if the recipe says so.
    ///
    /// # Errors
    /// If they can not be read back.
    pub fn weights(&self) -> Result<Weights> {
        let mut weights = self.parameters.to_weights()?;
        for (name, value) in self.average.iter() {
            if let Some(tensor) = weights.get_mut(name) {
                tensor.values = numbers(value.clone())?;
            }
        }
        Ok(weights)
    }

    /// What the step that gives the scores is called.
    pub(crate) fn scores_name(&self) -> &str {
        self.graph.steps.last().map_or("", |step| &step.name)
    }

    /// The trained network as the bytes of a `.tflite` file: in integers, with the learned scales, if these were simulated. It
    /// says how pixels become its input, and what its scores are called.
    ///
    /// # Errors
    /// If it can not be built.
    pub fn export(&self) -> Result<Vec<u8>> {
        let mut model = self.float_model()?;
        if let Some(simulation) = &self.simulation {
            model = qat::integer_model(&model, simulation)?;
        }
        self.file(model)
    }

    /// The trained network quantized afterwards, by what its layers give for `images` of the training part.
    ///
    /// # Errors
    /// If there is no such scheme, images can not be read, or the network can not be built.
    pub fn export_quantized(&self, scheme: &str, dataset: &Dataset, images: usize) -> Result<Vec<u8>> {
        let split = dataset.train().map_err(|error| Error::recipe(error.to_string()))?;
        let loader = self.evaluation_loader(&split.limit(images))?;
        self.file(qat::quantized_afterwards(&self.float_model()?, scheme, &loader)?)
    }

    fn float_model(&self) -> Result<Model> {
        let options = BuildOptions { softmax: self.recipe.probabilities, ..BuildOptions::default() };
        self.subject.float_model(&self.weights()?, options)
    }

    fn file(&self, mut model: Model) -> Result<Vec<u8>> {
        let name = self.recipe.name.as_deref().unwrap_or(self.name());
        let metadata = card::metadata(name, self.input()[2], &self.recipe.data.evaluate)?;
        model.metadata.retain(|(name, _)| name != NAME);
        model.metadata.push((NAME.to_owned(), metadata.into()));
        let file = to_bytes(&model).map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?;
        card::with_labels(file, &self.classes)
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
            let batch = batches.next().ok_or_else(|| defect("the batches ended"))?;
            let batch = batch.map_err(|error| Error::new(ErrorKind::File, error.to_string()))?;
            batch.skipped.iter().for_each(|skipped| watch(Event::Skipped(skipped.error.to_string())));
            let loss = self.step(&batch)?;
            let is_last = batch.index + 1 == self.train.batches_per_epoch();
            self.place.epoch = batch.epoch + u64::from(is_last);
            self.place.batch = if is_last { 0 } else { batch.index + 1 };
            watch(Event::Step(Progress { step: self.place.step, steps, loss, batch: self.recipe.batch }));
            let interval = self.settings.interval;
            if is_last || (interval > 0 && self.place.step.is_multiple_of(interval)) {
                let (line, skipped) = self.line(is_last)?;
                skipped.into_iter().for_each(|skipped| watch(Event::Skipped(skipped)));
                watch(Event::Line(&line));
                self.save()?;
            }
        }
        Ok(true)
    }

    /// One step on a batch; its loss.
    fn step(&mut self, batch: &Batch) -> Result<f64> {
        let device = self.parameters.device().clone();
        let images = constant(batch.images.clone(), batch.shape(), &device);
        let classes = self.classes();
        let targets = constant(batch.targets(classes, 0.0), [batch.len(), classes], &device);
        let seed = Random::of(&[self.recipe.seed, self.place.step]).bits();
        let steps = self.steps();
        if let Some(simulation) = &mut self.simulation {
            simulation.begin(self.place.step, steps)?;
            simulation.refit(&Fixed(&self.parameters))?;
        }
        let among = self.settings.among();
        let mut pass = Pass::new(&self.parameters, Mode::Train { seed });
        pass.among = among.clone();
        pass.simulation = self.simulation.as_mut();
        let scores = pass.run(&self.graph, images.clone())?;
        let moved = pass.moved;
        let wanted = smoothed(targets, self.recipe.label_smoothing);
        let mut loss = cross_entropy(scores.clone(), wanted);
        if let Some(teacher) = &self.teacher {
            loss = teacher.join(loss, scores.clone(), images.inner())?;
        }
        let own = f64::from(loss.clone().inner().into_scalar::<f32>());
        let (value, right, images) = among.joint(own, right(scores.inner(), &batch.labels)?, batch.len())?;
        if !value.is_finite() {
            return Err(Error::new(
                ErrorKind::Diverged,
                format!(
                    "step {}: the loss is {value}; lower the learning rate ({}) or set clip",
                    self.place.step, self.recipe.learning_rate
                ),
            ));
        }
        let gradients = loss.backward();
        let rate = self.learning_rate() as f32;
        if let Some(simulation) = &mut self.simulation {
            simulation.learn(&gradients, rate, &among)?;
        }
        let mut gradients = self.parameters.gradients(gradients);
        among.average_gradients(&mut gradients)?;
        let Recipe { optimizer, clip, .. } = &self.recipe;
        self.memory.step(optimizer, gradients, (rate, *clip), &mut self.parameters)?;
        for moved in moved {
            self.follow(&moved)?;
        }
        self.average.follow(&self.parameters, self.place.step);
        self.place.step += 1;
        self.place.sums.add(value, right, images);
        Ok(value)
    }

    /// Running statistics take in those of a batch: the variance as an estimate of that of all data.
    fn follow(&mut self, moved: &crate::forward::Moved) -> Result<()> {
        let channels = moved.statistics.dims()[0] / 2;
        let statistics = moved.statistics.clone().inner();
        let mean = statistics.clone().narrow(0, 0, channels);
        let unbiased = moved.count as f32 / (moved.count.max(2) - 1) as f32;
        let variance = statistics.narrow(0, channels, channels) * unbiased;
        self.parameters.blend(&format!("{}.mean", moved.layer), mean, moved.momentum)?;
        self.parameters.blend(&format!("{}.variance", moved.layer), variance, moved.momentum)
    }

    fn epochs_done(&self) -> f64 {
        self.place.step as f64 / self.train.batches_per_epoch() as f64
    }

    fn learning_rate(&self) -> f64 {
        let Recipe { schedule, epochs, warmup, learning_rate, .. } = &self.recipe;
        learning_rate * schedule.share(self.epochs_done(), *epochs as f64, *warmup)
    }

    /// Ends a line of the record; also what images the first look at the validation part had to leave out.
    fn line(&mut self, validates: bool) -> Result<(Line, Vec<String>)> {
        let sums = std::mem::take(&mut self.place.sums);
        let evaluation = match &self.validation {
            Some(loader) if validates && self.settings.leads() => Some(self.score(loader)?),
            _ => None,
        };
        let is_first = self.history.best().is_none();
        let (validation, skipped) =
            evaluation.map_or((None, Vec::new()), |evaluation| (Some(evaluation.score), evaluation.skipped));
        let skipped = if is_first { skipped } else { Vec::new() };
        let line = Line {
            step: self.place.step,
            epoch: self.epochs_done(),
            loss: sums.loss / sums.steps.max(1) as f64,
            accuracy: sums.right as f64 / sums.images.max(1) as f64,
            learning_rate: self.learning_rate(),
            validation,
        };
        self.history.lines.push(line);
        Ok((line, skipped))
    }
}

fn defect(what: &str) -> Error {
    Error::new(ErrorKind::Internal, what)
}
