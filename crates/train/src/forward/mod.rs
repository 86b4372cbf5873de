//! One pass of a graph over a batch.

mod chain;

use burn::tensor::module::max_pool2d;
use burn::tensor::ops::MaxPoolOptions;
use burn::tensor::{Device, Tensor, TensorData};
use featherlite_data::Random;
use featherlite_train_kernels::{
    Conv2d, Convolution, DepthwiseConv2d, Nhwc, Padding, Statistics as Of, Window,
};

use crate::backend::{self, sizes};
use crate::graph::{Convolve, Graph, Kind, Role, Step, chains};
use crate::group::Among;
use crate::parameters::Source;
use crate::qat::Simulation;
use crate::{Error, Result};

/// What a pass is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mode {
    /// Batch statistics, dropout, stochastic depth; the seed is the step's own.
    Train { seed: u64 },
    /// Batch statistics, and nothing is dropped.
    Observe,
    /// As the network will run.
    Evaluate,
}

/// Statistics of a batch that running ones take in.
pub(crate) struct Moved {
    /// The layer that they are of.
    pub(crate) layer: String,
    /// Mean and biased variance, `[2 * channels]`.
    pub(crate) statistics: Tensor<1>,
    /// Elements of a channel, in all parts of the batch.
    pub(crate) count: usize,
    /// Their share in the running statistics.
    pub(crate) momentum: f32,
}

/// A pass on its way.
pub(crate) struct Pass<'a> {
    pub(crate) source: &'a dyn Source,
    pub(crate) mode: Mode,
    /// What quantization does, where it is simulated.
    pub(crate) simulation: Option<&'a mut Simulation>,
    /// Who has the other parts of the batch.
    pub(crate) among: Among,
    /// Batch statistics, in the order of layers.
    pub(crate) moved: Vec<Moved>,
    /// What every step gives, by its name, if that is asked for.
    pub(crate) trace: Option<Vec<(String, Tensor<4>)>>,
}

impl<'a> Pass<'a> {
    pub(crate) fn new(source: &'a dyn Source, mode: Mode) -> Self {
        Self { source, mode, simulation: None, among: Among::default(), moved: Vec::new(), trace: None }
    }

    /// The scores `[n, classes]` of images `[n, h, w, c]`.
    pub(crate) fn run(&mut self, graph: &Graph, images: Tensor<4>) -> Result<Tensor<2>> {
        let batch = images.dims()[0];
        let last_use = last_uses(graph);
        let roles = self.roles(graph, &images);
        let mut values: Vec<Option<Tensor<4>>> = vec![None; graph.steps.len()];
        let mut images = Some(images);
        for (index, step) in graph.steps.iter().enumerate() {
            if roles[index] == Role::Inner {
                continue;
            }
            let (inputs, value) = match &roles[index] {
                Role::End(chain) => {
                    let first = &graph.steps[chain.steps[0]];
                    (&first.inputs, self.chain(graph, chain, read(first, &values)?)?)
                }
                _ => (
                    &step.inputs,
                    match &step.kind {
                        Kind::Input => images.take().ok_or_else(|| defect(step, "is a second input"))?,
                        _ => self.step(index, step, read(step, &values)?)?,
                    },
                ),
            };
            for &input in inputs.iter().filter(|&&input| last_use[input] <= index) {
                values[input] = None;
            }
            let is_rounded = matches!(&roles[index], Role::End(chain) if chain.sum.is_none());
            let value = if is_rounded { value } else { self.quantized(index, value)? };
            if let Some(trace) = &mut self.trace {
                trace.push((step.name.clone(), value.clone()));
            }
            values[index] = Some(value);
        }
        let scores = values.pop().flatten().ok_or_else(|| Error::unsupported("a network without layers"))?;
        let classes = scores.shape().num_elements() / batch.max(1);
        Ok(scores.reshape([batch, classes]))
    }

    /// Chains save memory traffic in training. They have no gradients of ranges.
    fn roles(&self, graph: &Graph, images: &Tensor<4>) -> Vec<Role> {
        let trains = matches!(self.mode, Mode::Train { .. } | Mode::Observe);
        let learns = self.simulation.as_ref().is_some_and(|simulation| simulation.learns());
        if trains && !learns && self.trace.is_none() && backend::is_fast(&images.device()) {
            return chains(graph);
        }
        vec![Role::Single; graph.steps.len()]
    }

    fn step(&mut self, index: usize, step: &Step, mut inputs: Vec<Tensor<4>>) -> Result<Tensor<4>> {
        let first = |inputs: &mut Vec<Tensor<4>>| {
            if inputs.is_empty() { Err(defect(step, "reads nothing")) } else { Ok(inputs.remove(0)) }
        };
        if let (Some(simulation), Mode::Evaluate) = (&self.simulation, self.mode)
            && let Some(value) = simulation.by_kernel(index, step, &inputs, self.source)?
        {
            return Ok(value);
        }
        Ok(match &step.kind {
            Kind::Input => return Err(defect(step, "is no computation")),
            Kind::Concat => Tensor::cat(inputs, 3),
            Kind::Convolve(convolve) => {
                let x = first(&mut inputs)?;
                self.convolve(index, step, convolve, x)?
            }
            Kind::Rescale { scale, offset, activation } => {
                let x = first(&mut inputs)?;
                let y = backend::activate(rescale(x.clone(), scale, offset), *activation);
                self.looked_up(index, step, &x, y)?
            }
            Kind::MaxPool(window) => max_pool(first(&mut inputs)?, *window),
            Kind::AveragePool { window, counts_padding } => {
                let x = first(&mut inputs)?;
                let counts = counts(sizes(&x), step.output, *window, *counts_padding);
                let y = average_pool(x, *window, &counts);
                match &self.simulation {
                    Some(simulation) => simulation.averaged(index, step, y, &counts)?,
                    None => y,
                }
            }
            Kind::Mean => backend::mean(first(&mut inputs)?),
            Kind::Add { drop_rate, activation } => {
                let (x, y) = (first(&mut inputs)?, first(&mut inputs)?);
                let sum = x + self.dropped(index, y, *drop_rate, true);
                backend::activate(sum, *activation)
            }
            Kind::Multiply => backend::multiply(first(&mut inputs)?, first(&mut inputs)?),
            Kind::Slice { start } => first(&mut inputs)?.narrow(3, *start, step.output[2]),
            Kind::Shuffle { groups } => shuffle(first(&mut inputs)?, *groups),
            Kind::Activate(activation) => {
                let x = first(&mut inputs)?;
                let y = backend::activate(x.clone(), *activation);
                self.looked_up(index, step, &x, y)?
            }
            Kind::Dropout { rate } => self.dropped(index, first(&mut inputs)?, *rate, false),
        })
    }

    fn looked_up(&self, index: usize, step: &Step, x: &Tensor<4>, y: Tensor<4>) -> Result<Tensor<4>> {
        match &self.simulation {
            Some(simulation) => simulation.looked_up(index, step, x, y),
            None => Ok(y),
        }
    }

    fn convolve(
        &mut self,
        index: usize,
        step: &Step,
        convolve: &Convolve,
        x: Tensor<4>,
    ) -> Result<Tensor<4>> {
        let conv = convolution(step, sizes(&x)).ok_or_else(|| defect(step, "is no convolution"))?;
        let mut kernel = self.source.tensor(&step.parameter("kernel"))?;
        if let Some(simulation) = &mut self.simulation {
            kernel = simulation.kernel(index, step, kernel, self.source)?;
        }
        let device = x.device();
        let rounding = match &self.simulation {
            Some(simulation) => simulation.bias(index, step, self.source)?,
            None => None,
        };
        let mut y = backend::convolve(x, kernel, conv);
        let mut add = |bias: Tensor<1>| y = y.clone() + bias.reshape([1, 1, 1, step.output[2]]);
        if convolve.has_bias {
            add(self.source.tensor(&step.parameter("bias"))?);
        }
        if !convolve.shift.is_empty() {
            add(constant(convolve.shift.clone(), [convolve.shift.len()], &device));
        }
        match convolve.norm {
            None => {
                rounding.into_iter().for_each(add);
                Ok(backend::activate(y, convolve.activation))
            }
            Some(norm) => self.normalize(step, (norm, convolve), y, rounding),
        }
    }

    fn normalize(
        &mut self,
        step: &Step,
        ((epsilon, momentum), convolve): ((f32, f32), &Convolve),
        y: Tensor<4>,
        rounding: Option<Tensor<1>>,
    ) -> Result<Tensor<4>> {
        let [gamma, mut beta] = [self.parameter(step, "gamma")?, self.parameter(step, "beta")?];
        let activation = convolve.activation;
        if let Some(rounding) = rounding {
            beta = beta + rounding;
        }
        if matches!(self.mode, Mode::Evaluate) || self.is_frozen(convolve) {
            let running = vec![self.parameter(step, "mean")?, self.parameter(step, "variance")?];
            let running = Tensor::cat(running, 0).detach();
            let how = (epsilon, activation, Of::Frozen);
            return Ok(backend::normalize(y, (gamma, beta), running, how, self.among.clone()));
        }
        let statistics = backend::statistics(&y, self.among.clone());
        let [batch, height, width, _] = y.dims();
        let count = batch * height * width * self.among.part().1;
        let layer = step.layer.clone();
        self.moved.push(Moved { layer, statistics: statistics.clone(), count, momentum });
        let how = (epsilon, activation, Of::Batch);
        Ok(backend::normalize(y, (gamma, beta), statistics, how, self.among.clone()))
    }

    /// Whether batch normalization behind a convolution uses its running statistics in training.
    fn is_frozen(&self, convolve: &Convolve) -> bool {
        convolve.is_frozen || self.simulation.as_ref().is_some_and(|simulation| simulation.has_frozen_norms())
    }

    fn parameter(&self, step: &Step, role: &str) -> Result<Tensor<1>> {
        self.source.tensor(&step.parameter(role))
    }

    /// Elements, or whole images of the batch, are dropped at a rate, and the others scaled up.
    fn dropped(&self, index: usize, x: Tensor<4>, rate: f64, is_by_image: bool) -> Tensor<4> {
        let Mode::Train { seed } = self.mode else { return x };
        if rate <= 0.0 {
            return x;
        }
        let [batch, height, width, channels] = x.dims();
        let shape = if is_by_image { [batch, 1, 1, 1] } else { [batch, height, width, channels] };
        let mut random = Random::of(&[seed, index as u64]);
        let kept = (1.0 / (1.0 - rate)) as f32;
        let len: usize = shape.iter().product();
        // Drawn for the whole batch, so that it makes no difference who has which part of it.
        let start = self.among.part().0 * len;
        let mask = (0..start + len).map(|_| if random.is_drawn(rate as f32) { 0.0 } else { kept });
        let mask: Vec<f32> = mask.skip(start).collect();
        let mask = constant(mask, shape, &x.device());
        x * mask
    }

    fn quantized(&mut self, index: usize, value: Tensor<4>) -> Result<Tensor<4>> {
        match &mut self.simulation {
            None => Ok(value),
            Some(simulation) => simulation.activation(index, value, self.mode, &self.among),
        }
    }
}

/// The values that a step reads.
fn read(step: &Step, values: &[Option<Tensor<4>>]) -> Result<Vec<Tensor<4>>> {
    let inputs: Option<Vec<Tensor<4>>> = step.inputs.iter().map(|&input| values[input].clone()).collect();
    inputs.ok_or_else(|| defect(step, "reads what has no value"))
}

/// What a step computes on activations of these sizes.
fn convolution(step: &Step, input: Nhwc) -> Option<Convolution> {
    let Kind::Convolve(Convolve { window, groups, is_depthwise, .. }) = step.kind else { return None };
    Some(match is_depthwise {
        true => Convolution::Depthwise(DepthwiseConv2d { input, window }),
        false => Convolution::Full(Conv2d { input, out_channels: step.output[2], window, groups }),
    })
}

/// For each step the last that reads it.
fn last_uses(graph: &Graph) -> Vec<usize> {
    let mut last = vec![usize::MAX; graph.steps.len()];
    for (index, step) in graph.steps.iter().enumerate() {
        for &input in &step.inputs {
            last[input] = index;
        }
    }
    last
}

fn defect(step: &Step, what: &str) -> Error {
    Error::new(crate::ErrorKind::Internal, format!("the step {:?} {what}", step.name))
}

/// A tensor that has no gradient.
pub(crate) fn constant<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn rescale(x: Tensor<4>, scale: &[f32], offset: &[f32]) -> Tensor<4> {
    let device = x.device();
    let wide = |values: &[f32]| constant(values.to_vec(), [1, 1, 1, values.len()], &device);
    x * wide(scale) + wide(offset)
}

fn max_pool(x: Tensor<4>, window: Window) -> Tensor<4> {
    let Padding { top, left, bottom, right } = window.padding;
    let options = MaxPoolOptions::new(window.kernel)
        .with_stride(window.stride)
        .with_padding_pairs([(top, bottom), (left, right)]);
    max_pool2d(x.permute([0, 3, 1, 2]), options).permute([0, 2, 3, 1])
}

/// The sum over windows is a depthwise convolution by ones. `counts`: see [`counts`].
fn average_pool(x: Tensor<4>, window: Window, counts: &[f32]) -> Tensor<4> {
    let (input, device) = (sizes(&x), x.device());
    let ones = Tensor::full([window.kernel.iter().product::<usize>() * input.channels], 1.0, &device);
    let sums = backend::convolve(x, ones, Convolution::Depthwise(DepthwiseConv2d { input, window }));
    let [_, height, width, _] = sums.dims();
    let shares = counts.iter().map(|count| 1.0 / count).collect();
    sums * constant(shares, [1, height, width, 1], &device)
}

/// Over how many elements each pixel of an average is, `[h', w']`.
fn counts(input: Nhwc, output: [usize; 3], window: Window, counts_padding: bool) -> Vec<f32> {
    let along = |axis: usize| {
        let size = [input.height, input.width][axis];
        let before = [window.padding.top, window.padding.left][axis];
        let reads = move |position: usize| {
            let start = position * window.stride[axis];
            let taps = start..start + window.kernel[axis];
            let taps = taps.filter(|at| counts_padding || (before..before + size).contains(at));
            taps.count().max(1) as f32
        };
        (0..output[axis]).map(reads).collect::<Vec<f32>>()
    };
    let (rows, columns) = (along(0), along(1));
    rows.iter().flat_map(|row| columns.iter().map(move |column| row * column)).collect()
}

fn shuffle(x: Tensor<4>, groups: usize) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    let rows = channels / groups.max(1);
    let matrix: Tensor<5> = x.reshape([batch, height, width, groups, rows]);
    matrix.swap_dims(3, 4).reshape([batch, height, width, channels])
}
