//! What the quantizer will do to a network, done to it while it is trained.

use std::collections::BTreeMap;
use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use featherlite_ir::Model;
use featherlite_quant::calibrate;
use featherlite_quant::observer::Observer;
use featherlite_quant::params::{Levels, Params};
use featherlite_quant::quantize::{Options, activations, least_scales};
use featherlite_quant::recipe::{Fit, Grain, Recipe, Scheme};
use featherlite_quant::statistics::Statistics;
use featherlite_quant::weights::{Granularity, integers};
use featherlite_schema::BuiltinOperator;
use featherlite_train_kernels::{FakeQuantize, Requantize, Rounding};

use super::Qat;
use super::learned::Ends;
use crate::forward::{Mode, constant};
use crate::graph::{Convolve, Exported, Kind, Step};
use crate::group::Among;
use crate::parameters::{Source, numbers};
use crate::{Error, ErrorKind, Result};

/// Steps after which the best scales of weights in few bits are sought again.
const REFIT: u64 = 100;

/// Quantization of a graph that [`from_model`](crate::graph::from_model) made.
///
/// Activations are rounded where and as the quantizer will round them: it is asked, with the ranges so far. Weights are
/// rounded as they will be behind batch normalization: a channel that it multiplies by `f` gets the `f`-th part of the scale.
#[derive(Clone, Debug)]
pub(crate) struct Simulation {
    quantizer: Arc<Quantizer>,
    /// The least and greatest value that each step gave, as running averages.
    pub(super) ranges: Vec<Option<(f32, f32)>>,
    /// The ends of ranges that the last pass had, where they are learned.
    pub(super) ends: Vec<Ends>,
    /// What each step's values are rounded to.
    forms: Vec<Option<(Levels, Params)>>,
    /// For weights in few bits: the shares of the whole range that cost least, by step and channel.
    shares: BTreeMap<usize, Vec<f32>>,
    /// For layers with weights, what their sums are rounded to before they are shifted to integers, by step and channel.
    grids: BTreeMap<usize, Vec<f32>>,
    phase: Phase,
}

/// What does not change.
#[derive(Debug)]
struct Quantizer {
    model: Model,
    recipe: Recipe,
    options: Options,
    scheme: Scheme,
    weights: Levels,
    qat: Qat,
    /// What values are called in statistics, and which step gives them.
    names: Vec<(String, usize)>,
    exported: Exported,
}

/// What happens in a step of training.
#[derive(Clone, Copy, Debug, Default)]
struct Phase {
    step: u64,
    rounds: bool,
    observes: bool,
    learns: bool,
    freezes_norms: bool,
}

impl Simulation {
    /// Of a float network and the graph made of it.
    pub(crate) fn new(model: Model, exported: Exported, qat: &Qat) -> Result<Self> {
        let scheme = qat.scheme()?;
        let weights = Levels::weights(scheme.weight_bits)
            .ok_or_else(|| Error::recipe(format!("weights of {} bits", scheme.weight_bits)))?;
        let keys = model.graphs.first().map(calibrate::keys).unwrap_or_default();
        let values = exported.values.iter().zip(0..).map(|(&value, step)| (value, step));
        let values = values.chain(exported.aliases.iter().copied());
        let names = values.filter_map(|(value, step)| Some((keys.get(&value)?.clone(), step))).collect();
        let steps = exported.graph.steps.len();
        let options = Options { observer: Observer::MinMax, ..Options::default() };
        let recipe = Recipe::all(scheme).map_err(|error| Error::recipe(error.to_string()))?;
        let quantizer =
            Quantizer { model, recipe, options, scheme, weights, qat: qat.clone(), names, exported };
        Ok(Self {
            quantizer: Arc::new(quantizer),
            ranges: vec![None; steps],
            ends: Vec::new(),
            forms: vec![None; steps],
            shares: BTreeMap::new(),
            grids: BTreeMap::new(),
            phase: Phase::default(),
        })
    }

    /// The same with all ranges known: this one.
    pub(crate) fn supposing(&self, range: (f32, f32)) -> Self {
        Self { ranges: vec![Some(range); self.ranges.len()], ..self.clone() }
    }

    /// Before a step of so many: what happens in it.
    pub(crate) fn begin(&mut self, step: u64, steps: u64) -> Result<()> {
        let qat = &self.quantizer.qat;
        let way = step as f64 / steps.max(1) as f64;
        let observes = step < qat.delay || way < qat.freeze_ranges;
        self.phase = Phase {
            step,
            rounds: step >= qat.delay,
            observes,
            learns: qat.learn_ranges && !observes,
            freezes_norms: way >= qat.freeze_norms,
        };
        self.ends.clear();
        self.update()
    }

    /// For evaluation: what has been learned so far is used.
    pub(crate) fn finish(&mut self) -> Result<()> {
        self.phase = Phase { rounds: true, freezes_norms: true, ..self.phase };
        self.update()
    }

    /// What a step's values are rounded to, if they are.
    pub(crate) fn form(&self, index: usize) -> Option<(Levels, Params)> {
        self.forms.get(index).copied().flatten().filter(|_| self.phase.rounds)
    }

    /// The integers of weights.
    pub(super) fn weight_levels(&self) -> Levels {
        self.quantizer.weights
    }

    pub(crate) fn has_frozen_norms(&self) -> bool {
        self.phase.freezes_norms
    }

    /// Asks the quantizer, once all ranges are known.
    fn update(&mut self) -> Result<()> {
        if !self.phase.rounds || self.ranges.contains(&None) {
            return Ok(());
        }
        let Quantizer { model, recipe, options, exported, .. } = &*self.quantizer;
        let statistics = self.statistics(model);
        let forms = activations(model, recipe, &statistics, options)
            .map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?;
        self.forms = exported.values.iter().map(|value| forms.get(value).copied()).collect();
        Ok(())
    }

    /// The ranges as the quantizer takes them.
    pub(crate) fn statistics(&self, model: &Model) -> Statistics {
        let range = |(name, step): &(String, usize)| Some((name.clone(), self.ranges[*step]?));
        let ranges = self.quantizer.names.iter().filter_map(range);
        Statistics::of_ranges(calibrate::network(model), ranges.chain(probabilities(model)))
    }

    /// The weights of a step as they come out of integers.
    pub(crate) fn kernel(
        &mut self,
        index: usize,
        step: &Step,
        kernel: Tensor<1>,
        source: &dyn Source,
    ) -> Result<Tensor<1>> {
        let Kind::Convolve(convolve) = &step.kind else { return Ok(kernel) };
        if !self.phase.rounds {
            return Ok(kernel);
        }
        let factors = factors(step, convolve, source)?;
        let values = numbers(kernel.clone())?;
        let layout = Layout::of(step, convolve, values.len());
        let bias = folded_bias(step, convolve, source, &factors)?;
        let scales = self.scales(index, step, &layout, &values, (&factors, &bias));
        self.find_grids(index, step, &scales);
        let own: Vec<f32> = scales
            .iter()
            .zip(&factors)
            .map(|(scale, factor)| if *factor == 0.0 { *scale } else { scale / factor.abs() })
            .collect();
        let Levels { least, greatest, .. } = self.quantizer.weights;
        let quantize = FakeQuantize { least, greatest, ..layout.quantize };
        let device = kernel.device();
        let parameters = (of(own, &device), of(vec![0.0; layout.quantize.channels], &device));
        Ok(crate::backend::fake_quantize(kernel, parameters, quantize))
    }

    /// What the values of a step are rounded to, by channel, before they are shifted to integers of `scale`; nothing if they are not
    /// products with a fixed-point number.
    fn grids_of(&self, index: usize, scale: f32) -> Option<Vec<f32>> {
        let step = self.quantizer.exported.graph.steps.get(index)?;
        let input = |place: usize| Some(f64::from(self.forms[*step.inputs.get(place)?]?.1.scale));
        let grid = match &step.kind {
            Kind::Convolve(convolve) => {
                return self.grids.get(&index).filter(|_| !convolve.is_dense).cloned();
            }
            Kind::Multiply => grid(input(0)? * input(1)? / f64::from(scale)),
            Kind::Mean => {
                let [height, width, _] = self.quantizer.exported.graph.steps[*step.inputs.first()?].output;
                // The count goes into the multiplier, but for its power of two.
                grid(input(0)? / f64::from(scale)) * ((height * width) as f64).log2().floor().exp2()
            }
            _ => return None,
        };
        Some(vec![grid.max(1.0) as f32; step.output[2]])
    }

    fn find_grids(&mut self, index: usize, step: &Step, scales: &[f32]) {
        let input = step.inputs.first().and_then(|&input| self.forms[input]);
        let (Some((_, input)), Some((_, output))) = (input, self.forms[index]) else { return };
        let factor = |scale: &f32| f64::from(input.scale) * f64::from(*scale) / f64::from(output.scale);
        let grids = scales.iter().map(|scale| grid(factor(scale)).max(1.0) as f32).collect();
        self.grids.insert(index, grids);
    }

    /// What rounding of a step's bias to the integers that sums are made of adds to it, by channel; nothing while batch normalization
    /// moves.
    pub(crate) fn bias(&self, index: usize, step: &Step, source: &dyn Source) -> Result<Option<Tensor<1>>> {
        let (Kind::Convolve(convolve), [input]) = (&step.kind, &step.inputs[..]) else { return Ok(None) };
        let Some((_, params)) = self.forms[*input] else { return Ok(None) };
        if !self.phase.rounds || (convolve.norm.is_some() && !self.phase.freezes_norms) {
            return Ok(None);
        }
        let kernel = source.tensor(&step.parameter("kernel"))?;
        let device = kernel.device();
        let (values, factors) = (numbers(kernel)?, factors(step, convolve, source)?);
        let bias = folded_bias(step, convolve, source, &factors)?;
        let layout = Layout::of(step, convolve, values.len());
        let scales = self.scales(index, step, &layout, &values, (&factors, &bias));
        let change = |(bias, scale): (&f32, &f32)| {
            let unit = f64::from(params.scale * scale);
            ((f64::from(*bias) / unit).round() * unit - f64::from(*bias)) as f32
        };
        Ok(Some(of(bias.iter().zip(&scales).map(change).collect(), &device)))
    }

    /// The scale of every channel behind batch normalization.
    pub(super) fn scales(
        &self,
        index: usize,
        step: &Step,
        layout: &Layout,
        values: &[f32],
        (factors, bias): (&[f32], &[f32]),
    ) -> Vec<f32> {
        let mut greatest = vec![0f32; layout.quantize.channels];
        for (index, value) in values.iter().enumerate() {
            let channel = layout.channel(index);
            greatest[channel] = greatest[channel].max((value * factors[channel]).abs());
        }
        let largest = greatest.iter().copied().fold(0.0, f32::max);
        let is_shared = self.quantizer.scheme.grain == Grain::Tensor;
        let range = |own: f32| if own > 0.0 && !is_shared { own } else { largest };
        let scale = |&own: &f32| self.quantizer.weights.params((0.0, range(own))).scale;
        let mut scales: Vec<f32> = greatest.iter().map(scale).collect();
        if let Some(shares) = self.shares.get(&index) {
            scales.iter_mut().zip(shares).for_each(|(scale, share)| *scale *= share);
        }
        if let Some((_, input)) = step.inputs.first().and_then(|&input| self.forms[input]) {
            let mut least = least_scales(bias, input.scale);
            if is_shared {
                let most = least.iter().copied().fold(0.0, f32::max);
                least.fill(most);
            }
            scales.iter_mut().zip(least).for_each(|(scale, least)| *scale = scale.max(least));
        }
        scales
    }

    /// Seeks the best scales of weights in few bits again, every now and then.
    pub(crate) fn refit(&mut self, source: &dyn Source) -> Result<()> {
        let Quantizer { scheme, weights, exported, .. } = &*self.quantizer.clone();
        if scheme.fit != Fit::Mse || !self.phase.rounds {
            return Ok(());
        }
        if !self.shares.is_empty() && !self.phase.step.is_multiple_of(REFIT) {
            return Ok(());
        }
        for (index, step) in exported.graph.steps.iter().enumerate() {
            let Kind::Convolve(convolve) = &step.kind else { continue };
            let values = numbers(source.tensor(&step.parameter("kernel"))?)?;
            let factors = factors(step, convolve, source)?;
            let layout = Layout::of(step, convolve, values.len());
            let folded: Vec<f32> = values
                .iter()
                .enumerate()
                .map(|(index, value)| value * factors[layout.channel(index)])
                .collect();
            let granularity = match scheme.grain {
                Grain::Tensor => Granularity::Tensor,
                _ => Granularity::Channel { axis: layout.axis },
            };
            let [whole, fitted] =
                [false, true].map(|fit| integers(&folded, &layout.dims, granularity, *weights, fit).scales);
            let mut shares: Vec<f32> =
                whole.iter().zip(&fitted).map(|(whole, fitted)| fitted / whole).collect();
            shares.resize(layout.quantize.channels, shares.first().copied().unwrap_or(1.0));
            self.shares.insert(index, shares);
        }
        Ok(())
    }

    /// The values of a step as they come out of integers; in training they are observed, or their range is learned.
    pub(crate) fn activation(
        &mut self,
        index: usize,
        value: Tensor<4>,
        mode: Mode,
        among: &Among,
    ) -> Result<Tensor<4>> {
        let trains = matches!(mode, Mode::Train { .. });
        if self.observes() && trains {
            let value = value.clone().detach();
            let range = (value.clone().min().into_scalar::<f32>(), value.max().into_scalar::<f32>());
            self.observe(index, among.range(range));
        }
        let Some((levels, params)) = self.form(index) else { return Ok(value) };
        let rounded = self.rounded(index, value.clone(), (levels, params));
        // What images are is known, and not learned.
        let is_learned = trains && self.learns() && index > 0;
        let Some(range) = self.ranges[index].filter(|_| is_learned) else { return Ok(rounded) };
        let ends = Ends::new(index, range, value.shape().num_elements(), &value.device());
        let limit = |level: i32, half: f32| params.scale * ((level - params.zero_point) as f32 + half);
        let limits = (limit(levels.least, -0.5), limit(levels.greatest, 0.5));
        let pulled = ends.pulled(&value, rounded, limits);
        self.ends.push(ends);
        Ok(pulled)
    }

    fn rounded(&self, index: usize, value: Tensor<4>, (levels, params): (Levels, Params)) -> Tensor<4> {
        let device = value.device();
        if let Some((rounding, grids)) = self.rounding(index) {
            let channels = grids.len();
            let rows = value.shape().num_elements() / channels.max(1);
            let requantize = Requantize { rows, channels, rounding };
            return crate::backend::requantize(value, of(grids, &device), requantize);
        }
        let quantize = FakeQuantize::of_tensor(value.shape().num_elements(), levels.least, levels.greatest);
        let parameters = (of(vec![params.scale], &device), of(vec![params.zero_point as f32], &device));
        crate::backend::fake_quantize(value, parameters, quantize)
    }

    /// What the values of a step are rounded to if they are sums, with the powers of two of all channels.
    pub(crate) fn rounding(&self, index: usize) -> Option<(Rounding, Vec<f32>)> {
        let (Levels { least, greatest, .. }, Params { scale, zero_point }) = self.form(index)?;
        Some((Rounding { scale, zero_point, least, greatest }, self.grids_of(index, scale)?))
    }

    /// Whether ranges move.
    pub(crate) fn observes(&self) -> bool {
        self.phase.observes
    }

    /// Whether gradients move ranges.
    pub(crate) fn learns(&self) -> bool {
        self.phase.learns
    }

    /// Takes in the least and greatest value that a step gave.
    pub(crate) fn observe(&mut self, index: usize, (low, high): (f32, f32)) {
        let share = self.quantizer.qat.momentum.max(1.0 / (self.phase.step + 1) as f32);
        let blend = |old: f32, new: f32| old + share * (new - old);
        let range = match self.ranges[index] {
            Some((least, greatest)) => (blend(least, low), blend(greatest, high)),
            None => (low, high),
        };
        self.ranges[index] = Some(range);
    }

    /// What a checkpoint keeps of it, by name.
    pub(crate) fn save(&self) -> Vec<(String, Vec<f32>)> {
        let ranges = self.ranges.iter().enumerate().filter_map(|(index, range)| {
            let (least, greatest) = (*range)?;
            Some((format!("range/{index}"), vec![least, greatest]))
        });
        let shares = self.shares.iter().map(|(index, shares)| (format!("share/{index}"), shares.clone()));
        ranges.chain(shares).collect()
    }

    /// Takes in what [`Simulation::save`] gave.
    pub(crate) fn load<'a>(&mut self, saved: impl Iterator<Item = (&'a str, &'a Vec<f32>)>) -> Result<()> {
        let damaged =
            |name: &str| Error::mismatch(format!("the checkpoint's {name:?} is not of this network"));
        for (name, values) in saved {
            let (kind, index) = name.split_once('/').ok_or_else(|| damaged(name))?;
            let index: usize = index.parse().map_err(|_| damaged(name))?;
            match (kind, &values[..], self.ranges.get_mut(index)) {
                ("range", &[least, greatest], Some(range)) => *range = Some((least, greatest)),
                ("share", _, Some(_)) => drop(self.shares.insert(index, values.clone())),
                _ => return Err(damaged(name)),
            }
        }
        Ok(())
    }

    /// The share of the whole range that the scales of a step's weights keep.
    pub(crate) fn shares(&self, index: usize) -> Option<&[f32]> {
        self.shares.get(&index).map(Vec::as_slice)
    }

    pub(crate) fn scheme(&self) -> Scheme {
        self.quantizer.scheme
    }

    pub(crate) fn recipe(&self) -> &Recipe {
        &self.quantizer.recipe
    }
}

/// The power of two that a fixed-point product with `factor` is shifted right by: the multiplier is a fraction of at least a half.
fn grid(factor: f64) -> f64 {
    (-(factor.log2().floor() + 1.0)).exp2()
}

/// What batch normalization will multiply the weights of every output channel by.
pub(super) fn factors(step: &Step, convolve: &Convolve, source: &dyn Source) -> Result<Vec<f32>> {
    let Some((epsilon, _)) = convolve.norm else { return Ok(vec![1.0; step.output[2]]) };
    let read = |role: &str| numbers(source.tensor(&step.parameter(role))?);
    let (gamma, variance) = (read("gamma")?, read("variance")?);
    Ok(gamma.iter().zip(variance).map(|(gamma, variance)| gamma / (variance + epsilon).sqrt()).collect())
}

/// What a softmax gives that an exported network has behind its scores: always the same range.
fn probabilities(model: &Model) -> Vec<(String, (f32, f32))> {
    let Some(graph) = model.graphs.first() else { return Vec::new() };
    let keys = calibrate::keys(graph);
    let behind = graph.outputs.iter().filter(|&&output| {
        graph.nodes().any(|(_, node)| node.op.is(BuiltinOperator::SOFTMAX) && node.outputs.contains(&output))
    });
    behind.filter_map(|output| Some((keys.get(output)?.clone(), (0.0, 1.0)))).collect()
}

/// The bias that a file holds: with what batch normalization adds.
pub(super) fn folded_bias(
    step: &Step,
    convolve: &Convolve,
    source: &dyn Source,
    factors: &[f32],
) -> Result<Vec<f32>> {
    let read = |role: &str| numbers(source.tensor(&step.parameter(role))?);
    let mut bias = if convolve.has_bias { read("bias")? } else { vec![0.0; factors.len()] };
    bias.iter_mut().zip(&convolve.shift).for_each(|(bias, shift)| *bias += shift);
    if convolve.norm.is_some() {
        let (beta, mean) = (read("beta")?, read("mean")?);
        for (channel, bias) in bias.iter_mut().enumerate() {
            *bias = beta[channel] + factors[channel] * (*bias - mean[channel]);
        }
    }
    Ok(bias)
}

/// Where the channels of weights lie.
pub(super) struct Layout {
    quantize: FakeQuantize,
    dims: Vec<usize>,
    axis: usize,
}

impl Layout {
    pub(super) fn of(step: &Step, convolve: &Convolve, elements: usize) -> Self {
        let channels = step.output[2];
        let rest = elements / channels.max(1);
        let (outer, inner) = if convolve.is_depthwise { (rest, 1) } else { (1, rest) };
        let quantize = FakeQuantize { outer, channels, inner, least: 0, greatest: 0 };
        Self { quantize, dims: vec![outer, channels, inner], axis: 1 }
    }

    pub(super) fn channel(&self, index: usize) -> usize {
        index / self.quantize.inner.max(1) % self.quantize.channels.max(1)
    }
}

fn of(values: Vec<f32>, device: &Device) -> Tensor<1> {
    let len = values.len();
    constant(values, [len], device)
}
