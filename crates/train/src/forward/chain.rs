//! Convolutions that follow each other directly, computed as one operation.

use burn::tensor::Tensor;
use featherlite_train_kernels::{ConvBatchNorm, ConvChain, Nhwc, Rounding, Statistics};

use super::{Moved, Pass, convolution, defect};
use crate::Result;
use crate::backend::{self, sizes};
use crate::graph::{Chain, Graph, Kind, Step};
use crate::parameters::numbers;

/// The layers of a chain, with all that they are computed by.
#[derive(Default)]
struct Layers {
    layers: Vec<ConvBatchNorm>,
    /// For each layer kernel, gamma and beta.
    parameters: Vec<Tensor<1>>,
    roundings: Vec<Option<(Rounding, Vec<f32>)>>,
    /// For each layer mean and variance.
    running: Vec<f32>,
    /// For each layer the share of a batch in its running statistics.
    momenta: Vec<f32>,
}

impl Pass<'_> {
    pub(super) fn chain(
        &mut self,
        graph: &Graph,
        chain: &Chain,
        inputs: Vec<Tensor<4>>,
    ) -> Result<Tensor<4>> {
        let steps = || chain.steps.iter().map(|&index| (index, &graph.steps[index]));
        let [x] = &inputs[..] else { return Err(defect(&graph.steps[chain.steps[0]], "has several inputs")) };
        let (mut all, mut input) = (Layers::default(), sizes(x));
        for (index, step) in steps() {
            input = self.add_layer(index, step, input, &mut all)?;
        }
        let Layers { layers, parameters, roundings, running, momenta } = all;
        let convolutions = ConvChain { layers, is_residual: chain.sum.is_some() };
        let is_observed = self.simulation.as_ref().is_some_and(|simulation| simulation.observes());
        let convolutions =
            backend::Chain { convolutions, roundings, running, is_observed, among: self.among.clone() };
        let layers = convolutions.convolutions.layers.clone();
        let (z, written) = backend::chain(x.clone(), Tensor::cat(parameters, 0), convolutions);
        let mut start = 0;
        for (((_, step), layer), momentum) in steps().zip(layers).zip(momenta) {
            let output = layer.convolution.output().map_err(|error| defect(step, error.message()))?;
            let statistics = written.clone().narrow(0, start, 2 * output.channels);
            start += 2 * output.channels;
            if layer.statistics == Statistics::Batch {
                let count = output.batch * output.height * output.width * self.among.part().1;
                self.moved.push(Moved { layer: step.layer.clone(), statistics, count, momentum });
            }
        }
        if let (Some(simulation), true) = (&mut self.simulation, is_observed) {
            let written = numbers(written)?;
            for ((index, _), range) in steps().zip(written[start..].as_chunks::<2>().0) {
                simulation.observe(index, self.among.range((range[0], range[1])));
            }
        }
        Ok(z)
    }

    /// Adds a step that reads activations of the sizes of `input`; the sizes of its own.
    fn add_layer(&mut self, index: usize, step: &Step, input: Nhwc, all: &mut Layers) -> Result<Nhwc> {
        let (Kind::Convolve(convolve), Some(convolution)) = (&step.kind, convolution(step, input)) else {
            return Err(defect(step, "is no convolution"));
        };
        let Some((epsilon, momentum)) = convolve.norm else { return Err(defect(step, "has no norm")) };
        let read = |role: &str| self.parameter(step, role);
        let (mut kernel, gamma, mut beta) = (read("kernel")?, read("gamma")?, read("beta")?);
        all.running.extend([numbers(read("mean")?)?, numbers(read("variance")?)?].concat());
        if let Some(simulation) = &mut self.simulation {
            kernel = simulation.kernel(index, step, kernel, self.source)?;
            if let Some(rounding) = simulation.bias(index, step, self.source)? {
                beta = beta + rounding;
            }
            let rounding = simulation.rounding(index);
            if rounding.is_none() && simulation.form(index).is_some() {
                return Err(defect(step, "is rounded in another way than sums are"));
            }
            all.roundings.push(rounding);
        }
        all.parameters.extend([kernel, gamma, beta]);
        all.momenta.push(momentum);
        let statistics = if self.is_frozen(convolve) { Statistics::Frozen } else { Statistics::Batch };
        let activation = convolve.activation;
        all.layers.push(ConvBatchNorm { convolution, epsilon, activation, statistics });
        convolution.output().map_err(|error| defect(step, error.message()))
    }
}
