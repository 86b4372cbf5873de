//! Changes to a network that make it lose less when it is quantized: equalized channels, narrower ranges, better rounding of
//! weights, corrected biases.
//!
//! Each step is kept only if the results become better by it on samples that it did not learn from.

mod bias;
mod equalize;
mod moments;
mod patches;
mod rounding;

use featherlite_ir::{Code, Model, ValueId};
use featherlite_schema::BuiltinOperator;

use crate::calibrate::calibrate;
use crate::metrics::Noise;
use crate::observer::Observer;
use crate::params::Levels;
use crate::quantize::{self, Form, Layer, Options, Quantized, quantize};
use crate::recipe::{Grain, Recipe};
use crate::run::{Runner, Sample};
use crate::statistics::Statistics;
use crate::weights::Integers;
use crate::{Error, ErrorKind, Result};
use equalize::By;
use moments::Moments;

/// A change to a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Channels are brought to like ranges.
    Equalize,
    /// Ranges of activations give up rare values for finer steps.
    Ranges,
    /// Errors of rounding make up for each other, and biases for what is left of their means.
    Round,
    /// Biases take back mean errors.
    Bias,
}

impl Step {
    /// All steps, in the order in which they are done.
    pub const ALL: &'static [Step] = &[Step::Equalize, Step::Ranges, Step::Round, Step::Bias];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Equalize => "equalize",
            Self::Ranges => "ranges",
            Self::Round => "round",
            Self::Bias => "bias",
        }
    }
}

impl std::str::FromStr for Step {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.iter().copied().find(|step| step.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|step| step.name()).collect();
            Error::recipe(format!("no step {text:?}; there are {}", names.join(", ")))
        })
    }
}

/// What came of the steps.
#[derive(Clone, Debug)]
pub struct Improved {
    /// The quantized network.
    pub quantized: Quantized,
    /// The signal to noise ratio of the outputs in dB at first, and with each step whether or not it was kept.
    pub trials: Vec<(Option<Step>, f64, bool)>,
}

/// One sample of so many decides about the steps; they learn from the others.
const JUDGED: usize = 4;
/// Most samples that decide.
const JUDGES: usize = 48;
/// Ratios further from nothing, in dB, mean no more.
const GREATEST: f64 = 100.0;
/// Threads of calibrations.
const THREADS: usize = 2;
/// Of fewer samples none is held out.
const FEW: usize = 2 * JUDGED;

/// A network on the way, with what its quantization needs.
#[derive(Clone)]
struct Candidate {
    model: Model,
    statistics: Option<Statistics>,
    options: Options,
    is_equalized: bool,
    has_corrected_biases: bool,
}

/// Quantizes a network with those of `steps` that help.
///
/// # Errors
/// As [`quantize()`]; or if the network can not be run.
pub fn improve(
    model: &Model,
    recipe: &Recipe,
    statistics: Option<&Statistics>,
    samples: &[Sample],
    steps: &[Step],
    options: &Options,
    progress: &dyn Fn(&str),
) -> Result<Improved> {
    let (learned, held_out) = split(samples);
    let mut judge = Judge::new(model, &held_out)?;
    // Ranges that samples helped to choose would flatter what keeps ranges whole.
    let is_of_samples =
        |all: &&Statistics| all.samples.len() == samples.len() && learned.len() < samples.len();
    let mut best = Candidate {
        model: model.clone(),
        statistics: match statistics.filter(is_of_samples) {
            Some(_) => Some(calibrate(model, &learned, THREADS, &|_| {})?),
            None => statistics.cloned(),
        },
        options: options.clone(),
        is_equalized: false,
        has_corrected_biases: false,
    };
    let mut ratio = judge.ratio(&best.quantize(recipe)?)?;
    let mut trials = vec![(None, ratio, true)];
    for &step in Step::ALL.iter().filter(|step| steps.contains(step)) {
        progress(step.name());
        let Some(candidate) = best.with(step, recipe, &learned)? else { continue };
        let found = judge.ratio(&candidate.quantize(recipe)?)?;
        let is_better = found > ratio;
        trials.push((Some(step), found, is_better));
        if is_better {
            (best, ratio) = (candidate, found);
        }
    }
    best.statistics = match (statistics, best.is_equalized) {
        (Some(_), true) => Some(calibrate(&best.model, samples, THREADS, &|_| {})?),
        (statistics, _) => statistics.cloned(),
    };
    Ok(Improved { quantized: best.quantize(recipe)?, trials })
}

/// The samples that steps learn from, and those that decide about them.
fn split(samples: &[Sample]) -> (Vec<Sample>, Vec<Sample>) {
    if samples.len() < FEW {
        return (samples.to_vec(), samples.to_vec());
    }
    let numbered = samples.iter().cloned().enumerate();
    let (held_out, learned): (Vec<_>, Vec<_>) = numbered.partition(|(index, _)| index % JUDGED == JUDGED - 1);
    let samples = |numbered: Vec<(usize, Sample)>| numbered.into_iter().map(|(_, sample)| sample);
    (samples(learned).collect(), samples(held_out).take(JUDGES).collect())
}

impl Candidate {
    fn quantize(&self, recipe: &Recipe) -> Result<Quantized> {
        quantize(&self.model, recipe, self.statistics.as_ref(), &self.options)
    }

    /// The candidate after a step; `None` if there is nothing to do.
    fn with(&self, step: Step, recipe: &Recipe, learned: &[Sample]) -> Result<Option<Self>> {
        match step {
            Step::Equalize => self.equalized(recipe, learned),
            Step::Ranges => Ok(self.narrowed()),
            Step::Round => self.rounded(recipe, learned).map(Some),
            Step::Bias => self.corrected(recipe, learned),
        }
    }

    /// With the ranges of least error, unless another rule was asked for.
    fn narrowed(&self) -> Option<Self> {
        let mut changed = self.clone();
        changed.options.observer = Observer::Mse;
        (self.statistics.is_some() && self.options.observer == Observer::MinMax).then_some(changed)
    }

    fn equalized(&self, recipe: &Recipe, samples: &[Sample]) -> Result<Option<Self>> {
        let fresh;
        let statistics = match &self.statistics {
            Some(statistics) => statistics,
            None => {
                fresh = calibrate(&self.model, samples, THREADS, &|_| {})?;
                &fresh
            }
        };
        let layers = quantize::layers(&self.model.graphs[0], recipe, &self.options)?;
        let is_per_tensor = layers.iter().any(|layer| layer.scheme.grain == Grain::Tensor);
        let mut changed = self.clone();
        let by = if is_per_tensor { By::Weights } else { By::Results };
        if equalize::equalize(&mut changed.model.graphs[0], statistics, by)? == 0 {
            return Ok(None);
        }
        changed.is_equalized = true;
        if changed.statistics.is_some() {
            changed.statistics = Some(calibrate(&changed.model, samples, THREADS, &|_| {})?);
        }
        Ok(Some(changed))
    }

    /// Rounds with regard to each other, and takes back in the biases what that leaves of the means.
    fn rounded(&self, recipe: &Recipe, samples: &[Sample]) -> Result<Self> {
        let mut changed = self.clone();
        let moments = moments::gather(&self.model, samples, true)?;
        for layer in quantize::layers(&self.model.graphs[0], recipe, &self.options)? {
            let Some(own) = moments.get(&layer.node) else { continue };
            let Some((integers, levels)) = self.integers(&layer, own)? else { continue };
            let Some(rounded) = rounding::round(own, self.weights(own), &integers, levels) else { continue };
            self.correct(&mut changed, &layer, own, &rounded)?;
            changed.options.rounding.insert(own.linear.weights, rounded);
        }
        changed.has_corrected_biases = true;
        Ok(changed)
    }

    /// Takes back mean errors in the biases.
    fn corrected(&self, recipe: &Recipe, samples: &[Sample]) -> Result<Option<Self>> {
        if self.has_corrected_biases {
            return Ok(None);
        }
        let mut changed = self.clone();
        let moments = moments::gather(&self.model, samples, false)?;
        for layer in quantize::layers(&self.model.graphs[0], recipe, &self.options)? {
            let Some(own) = moments.get(&layer.node) else { continue };
            if let Some((integers, _)) = self.integers(&layer, own)? {
                self.correct(&mut changed, &layer, own, &integers)?;
            }
        }
        Ok(Some(changed))
    }

    fn correct(
        &self,
        changed: &mut Self,
        layer: &Layer,
        moments: &Moments,
        integers: &Integers,
    ) -> Result<()> {
        let Some(bias) = moments.linear.bias else { return Ok(()) };
        let correction = bias::correction(moments, self.weights(moments), integers);
        let before = quantize::constants::floats(&self.model.graphs[0], bias).unwrap_or_default();
        let after: Vec<f32> = before.iter().zip(&correction).map(|(bias, more)| bias + more).collect();
        equalize::set_constant(&mut changed.model.graphs[0], layer.node, bias, &after)
    }

    fn weights(&self, moments: &Moments) -> &[f32] {
        quantize::constants::floats(&self.model.graphs[0], moments.linear.weights).unwrap_or_default()
    }

    /// The integers that the weights of a layer become; `None` if they become none, or blocks.
    fn integers(&self, layer: &Layer, moments: &Moments) -> Result<Option<(Integers, Levels)>> {
        let dtype = match layer.form {
            Form::Integer { weights: Some(dtype), .. } | Form::Dynamic(dtype) | Form::WeightOnly(dtype) => {
                dtype
            }
            _ => return Ok(None),
        };
        if matches!(layer.scheme.grain, Grain::Block(_)) && layer.operator == "FULLY_CONNECTED" {
            return Ok(None);
        }
        let integers =
            quantize::integers(&self.model.graphs[0], layer, moments.linear.weights, dtype, &self.options)?;
        Ok(Levels::weights(dtype.bits() as u8).map(|levels| (integers, levels)))
    }
}

/// Compares results with those of the network as it was.
struct Judge<'a> {
    samples: &'a [Sample],
    /// What is compared: the outputs, or what the last activation is computed of.
    values: Vec<ValueId>,
    exact: Vec<Vec<Vec<f32>>>,
}

impl<'a> Judge<'a> {
    fn new(model: &Model, samples: &'a [Sample]) -> Result<Self> {
        let graph = &model.graphs[0];
        let before = |output: ValueId| {
            let node = graph.node(graph.producer(output)?);
            let is_last = [BuiltinOperator::SOFTMAX, BuiltinOperator::LOGISTIC, BuiltinOperator::LOG_SOFTMAX];
            match node.op.code {
                Code::Builtin(code) if is_last.contains(&code) => node.input(0),
                _ => None,
            }
        };
        let values: Vec<ValueId> =
            graph.outputs.iter().map(|&output| before(output).unwrap_or(output)).collect();
        let mut runner = Runner::new(model)?;
        let mut exact = Vec::new();
        for sample in samples {
            runner.run(sample)?;
            exact.push(values.iter().map(|&value| runner.real(value).unwrap_or_default()).collect());
        }
        if exact.is_empty() {
            return Err(Error::new(ErrorKind::Statistics, "better rounding and biases need samples"));
        }
        Ok(Self { samples, values, exact })
    }

    /// The mean over samples and outputs of the signal to noise ratios.
    fn ratio(&mut self, quantized: &Quantized) -> Result<f64> {
        let mut runner = Runner::new(&quantized.model)?;
        let (mut total, mut count) = (0.0, 0);
        for (sample, exact) in self.samples.iter().zip(&self.exact) {
            runner.run(sample)?;
            for (value, exact) in self.values.iter().zip(exact) {
                let now = quantized.values.get(value).copied().unwrap_or(*value);
                let mut noise = Noise::default();
                noise.add(exact, &runner.real(now).unwrap_or_default());
                total += noise.sqnr().clamp(-GREATEST, GREATEST);
                count += 1;
            }
        }
        Ok(total / f64::from(count.max(1)))
    }
}
