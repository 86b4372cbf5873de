//! The kernels on burn's tensors of the processor.

use std::sync::{Arc, OnceLock};

use burn::backend::tensor::FloatTensor;
use burn::tensor::{Bytes, DType, Shape};
use burn_flex::{Flex, FlexTensor, Layout};
use featherlite_base::Result;
use featherlite_simd::Level;
use featherlite_train_kernels::{
    Activation, BatchNorm, Buffer, ChannelGate, Convolution, FakeQuantize, GlobalAveragePool, LookUp, Norm,
    PackedParameters, Peers, Place, Requantize, Rounding,
};

use super::{Chain, Extension};
use crate::group::Among;

/// What a chain leaves for its gradients.
pub(super) type Outputs = Arc<Vec<Buffer>>;

/// Gradients on the processor; see [`Extension`] for what they are of.
pub(super) trait Gradients: Extension {
    /// Of the input of a convolution.
    fn convolve_input(dy: FloatTensor<Self>, w: FloatTensor<Self>, conv: Convolution) -> FloatTensor<Self>;

    /// Of its weights.
    fn convolve_weights(x: FloatTensor<Self>, dy: FloatTensor<Self>, conv: Convolution) -> FloatTensor<Self>;

    /// Of the input, gamma and beta; `state` is what [`Extension::normalize`] read.
    fn normalize(
        state: [FloatTensor<Self>; 4],
        dy: FloatTensor<Self>,
        norm: BatchNorm,
        among: &Among,
    ) -> [FloatTensor<Self>; 3];

    /// As [`Extension::chain`], with what [`Gradients::chain`] needs.
    fn chain_forward(
        x: FloatTensor<Self>,
        parameters: FloatTensor<Self>,
        chain: &Chain,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, Outputs);

    /// Of the input, if it is wanted, and of the parameters; `state`: input, parameters and statistics.
    fn chain_backward(
        state: [FloatTensor<Self>; 3],
        dz: FloatTensor<Self>,
        written: (&Chain, &Outputs),
        wants_input: bool,
    ) -> (Option<FloatTensor<Self>>, FloatTensor<Self>);

    /// Of what is averaged.
    fn mean(dy: FloatTensor<Self>, pool: GlobalAveragePool) -> FloatTensor<Self>;

    /// Of both factors.
    fn gate(
        state: [FloatTensor<Self>; 2],
        dy: FloatTensor<Self>,
        gate: ChannelGate,
    ) -> [FloatTensor<Self>; 2];

    /// Of the argument of an activation function.
    fn activate(x: FloatTensor<Self>, dy: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self>;

    /// Straight through what was not clipped; `state` is what [`Extension::fake_quantize`] read.
    fn fake_quantize(
        state: [FloatTensor<Self>; 3],
        dy: FloatTensor<Self>,
        quantize: FakeQuantize,
    ) -> FloatTensor<Self>;

    /// Straight through what was not clipped.
    fn requantize(x: FloatTensor<Self>, dy: FloatTensor<Self>, requantize: Requantize) -> FloatTensor<Self>;
}

fn level() -> Level {
    static LEVEL: OnceLock<Level> = OnceLock::new();
    *LEVEL.get_or_init(Level::detect)
}

/// Here, and among other processes.
fn place(among: &Among) -> Place<'_> {
    Place { level: level(), peers: among.0.as_deref().map(|group| group as &dyn Peers) }
}

/// A tensor that `fill` writes. Sizes come from tensors that burn has checked, so that a refusal is a defect.
fn filled<const N: usize>(shape: [usize; N], fill: impl FnOnce(&mut [f32]) -> Result<()>) -> FlexTensor {
    let mut values = vec![0.0; shape.iter().product()];
    if let Err(error) = fill(&mut values) {
        panic!("{error}");
    }
    FlexTensor::new(Bytes::from_elems(values), Layout::contiguous(Shape::from(shape)), DType::F32)
}

fn vector(values: Vec<f32>) -> FlexTensor {
    let shape = Shape::from([values.len()]);
    FlexTensor::new(Bytes::from_elems(values), Layout::contiguous(shape), DType::F32)
}

/// Elements in a row.
fn dense(tensor: FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() { tensor } else { tensor.to_contiguous() }
}

/// The elements of a dense tensor, which may be part of a larger one.
fn elements(tensor: &FlexTensor) -> &[f32] {
    match tensor.as_slice() {
        Some(elements) => elements,
        None => panic!("elements are not in a row: {:?}", tensor.layout()),
    }
}

fn like(tensor: &FlexTensor, fill: impl FnOnce(&mut [f32]) -> Result<()>) -> FlexTensor {
    let shape = tensor.layout().shape().clone();
    let flat = filled([shape.iter().product()], fill);
    flat.reshape(shape)
}

fn statistics_len(chain: &Chain) -> usize {
    chain.convolutions.statistics_len().unwrap_or_else(|error| panic!("{error}"))
}

fn halves(statistics: &FlexTensor) -> (&[f32], &[f32]) {
    let values = elements(statistics);
    values.split_at(values.len() / 2)
}

fn norm<'a>(gamma: &'a FlexTensor, beta: &'a FlexTensor, statistics: &'a FlexTensor) -> Norm<'a> {
    let (mean, variance) = halves(statistics);
    Norm { gamma: elements(gamma), beta: elements(beta), mean, variance }
}

impl Extension for Flex {
    fn convolve(x: FlexTensor, w: FlexTensor, conv: Convolution) -> FlexTensor {
        let (x, w) = (dense(x), dense(w));
        let output = conv.output().unwrap_or_else(|error| panic!("{error}"));
        let shape = [output.batch, output.height, output.width, output.channels];
        filled(shape, |y| match &conv {
            Convolution::Full(conv) => conv.forward(level(), elements(&x), elements(&w), y),
            Convolution::Depthwise(conv) => conv.forward(level(), elements(&x), elements(&w), y),
        })
    }

    fn statistics(x: FlexTensor, norm: BatchNorm, among: Among) -> FlexTensor {
        let x = dense(x);
        filled([2 * norm.channels], |statistics| {
            let (mean, variance) = statistics.split_at_mut(norm.channels);
            norm.statistics(place(&among), elements(&x), mean, variance)
        })
    }

    fn normalize(
        x: FlexTensor,
        gamma: FlexTensor,
        beta: FlexTensor,
        statistics: FlexTensor,
        batch_norm: BatchNorm,
        _: Among,
    ) -> FlexTensor {
        let [x, gamma, beta, statistics] = [x, gamma, beta, statistics].map(dense);
        like(&x, |y| batch_norm.forward(level(), elements(&x), norm(&gamma, &beta, &statistics), y))
    }

    fn chain(x: FlexTensor, parameters: FlexTensor, chain: Chain) -> (FlexTensor, FlexTensor) {
        let (z, statistics, _) = Self::chain_forward(x, parameters, &chain);
        (z, statistics)
    }

    fn mean(x: FlexTensor, pool: GlobalAveragePool) -> FlexTensor {
        let x = dense(x);
        filled([pool.input.batch, 1, 1, pool.input.channels], |y| pool.forward(level(), elements(&x), y))
    }

    fn gate(x: FlexTensor, gates: FlexTensor, gate: ChannelGate) -> FlexTensor {
        let [x, gates] = [x, gates].map(dense);
        like(&x, |y| gate.forward(level(), elements(&x), elements(&gates), y))
    }

    fn activate(x: FlexTensor, activation: Activation) -> FlexTensor {
        let x = dense(x);
        like(&x, |y| activation.forward(level(), elements(&x), y))
    }

    fn fake_quantize(
        x: FlexTensor,
        scales: FlexTensor,
        zero_points: FlexTensor,
        quantize: FakeQuantize,
    ) -> FlexTensor {
        let [x, scales, zero_points] = [x, scales, zero_points].map(dense);
        like(&x, |y| quantize.forward(level(), elements(&x), elements(&scales), elements(&zero_points), y))
    }

    fn look_up(x: FlexTensor, _: FlexTensor, table: LookUp) -> FlexTensor {
        let x = dense(x);
        like(&x, |y| table.forward(level(), elements(&x), y))
    }

    fn requantize(x: FlexTensor, grids: FlexTensor, requantize: Requantize) -> FlexTensor {
        let [x, grids] = [x, grids].map(dense);
        like(&x, |y| requantize.forward(level(), elements(&x), elements(&grids), y))
    }
}

impl Gradients for Flex {
    fn convolve_input(dy: FlexTensor, w: FlexTensor, conv: Convolution) -> FlexTensor {
        let (dy, w) = (dense(dy), dense(w));
        let input = conv.input();
        filled([input.batch, input.height, input.width, input.channels], |dx| match &conv {
            Convolution::Full(conv) => conv.input_gradient(level(), elements(&dy), elements(&w), dx),
            Convolution::Depthwise(conv) => conv.input_gradient(level(), elements(&dy), elements(&w), dx),
        })
    }

    fn convolve_weights(x: FlexTensor, dy: FlexTensor, conv: Convolution) -> FlexTensor {
        let (x, dy) = (dense(x), dense(dy));
        let len = conv.weights_len();
        filled([len.unwrap_or_else(|error| panic!("{error}"))], |dw| match &conv {
            Convolution::Full(conv) => conv.weight_gradient(level(), elements(&x), elements(&dy), dw),
            Convolution::Depthwise(conv) => conv.weight_gradient(level(), elements(&x), elements(&dy), dw),
        })
    }

    fn normalize(
        state: [FlexTensor; 4],
        dy: FlexTensor,
        batch_norm: BatchNorm,
        among: &Among,
    ) -> [FlexTensor; 3] {
        let [x, gamma, beta, statistics] = state.map(dense);
        let dy = dense(dy);
        let mut gradients = [vec![0.0; batch_norm.channels], vec![0.0; batch_norm.channels]];
        let dx = like(&x, |dx| {
            let [dgamma, dbeta] = &mut gradients;
            let read = (elements(&x), norm(&gamma, &beta, &statistics), elements(&dy));
            batch_norm.backward(place(among), read, dx, dgamma, dbeta)
        });
        let [dgamma, dbeta] = gradients.map(vector);
        [dx, dgamma, dbeta]
    }

    fn chain_forward(
        x: FlexTensor,
        parameters: FlexTensor,
        chain: &Chain,
    ) -> (FlexTensor, FlexTensor, Outputs) {
        let (x, parameters) = (dense(x), dense(parameters));
        let Chain { convolutions, roundings, running, is_observed, among } = chain;
        let last = convolutions.layers.last().map(|layer| layer.convolution.output());
        let Some(Ok(output)) = last else { panic!("{chain:?} has no output") };
        let mut statistics = running.clone();
        let mut ranges = vec![[0.0; 2]; if *is_observed { convolutions.layers.len() } else { 0 }];
        let mut outputs = Vec::new();
        let z = filled([output.batch, output.height, output.width, output.channels], |z| {
            let parameters = PackedParameters { values: elements(&parameters), roundings };
            let written = (&mut statistics[..], &mut ranges[..]);
            outputs = convolutions.forward_packed(place(among), elements(&x), parameters, written, z)?;
            Ok(())
        });
        statistics.extend(ranges.as_flattened());
        (z, vector(statistics), Arc::new(outputs))
    }

    fn chain_backward(
        state: [FlexTensor; 3],
        dz: FlexTensor,
        (chain, outputs): (&Chain, &Outputs),
        wants_input: bool,
    ) -> (Option<FlexTensor>, FlexTensor) {
        let [x, parameters, statistics] = state.map(dense);
        let dz = dense(dz);
        let values = elements(&parameters);
        let mut gradients = vec![0.0; values.len()];
        let mut compute = |dx: Option<&mut [f32]>| {
            let parameters = PackedParameters { values, roundings: &chain.roundings };
            let read = (&outputs[..], &elements(&statistics)[..statistics_len(chain)]);
            chain.convolutions.backward_packed(
                place(&chain.among),
                (elements(&x), elements(&dz)),
                parameters,
                read,
                &mut gradients,
                dx,
            )
        };
        let dx = match wants_input {
            true => Some(like(&x, |dx| compute(Some(dx)))),
            false => {
                compute(None).unwrap_or_else(|error| panic!("{error}"));
                None
            }
        };
        (dx, vector(gradients))
    }

    fn mean(dy: FlexTensor, pool: GlobalAveragePool) -> FlexTensor {
        let (dy, input) = (dense(dy), pool.input);
        let shape = [input.batch, input.height, input.width, input.channels];
        filled(shape, |dx| pool.backward(level(), elements(&dy), dx))
    }

    fn gate(state: [FlexTensor; 2], dy: FlexTensor, gate: ChannelGate) -> [FlexTensor; 2] {
        let [x, gates] = state.map(dense);
        let dy = dense(dy);
        let mut dgates = vec![0.0; elements(&gates).len()];
        let dx = like(&x, |dx| {
            gate.backward(level(), (elements(&x), elements(&gates), elements(&dy)), dx, &mut dgates)
        });
        let shape = gates.layout().shape().clone();
        [dx, vector(dgates).reshape(shape)]
    }

    fn activate(x: FlexTensor, dy: FlexTensor, activation: Activation) -> FlexTensor {
        let (x, dy) = (dense(x), dense(dy));
        like(&x, |dx| activation.backward(level(), elements(&x), elements(&dy), dx))
    }

    fn fake_quantize(state: [FlexTensor; 3], dy: FlexTensor, quantize: FakeQuantize) -> FlexTensor {
        let [x, scales, zero_points] = state.map(dense);
        let dy = dense(dy);
        like(&x, |dx| {
            let read = (elements(&x), elements(&scales), elements(&zero_points));
            quantize.backward(level(), read, elements(&dy), dx)
        })
    }

    fn requantize(x: FlexTensor, dy: FlexTensor, requantize: Requantize) -> FlexTensor {
        let Requantize { rows, channels, rounding: Rounding { scale, zero_point, least, greatest } } =
            requantize;
        let (x, dy) = (dense(x), dense(dy));
        let quantize = FakeQuantize::of_tensor(rows * channels, least, greatest);
        let by = (&[scale][..], &[zero_point as f32][..]);
        like(&x, |dx| quantize.backward(level(), (elements(&x), by.0, by.1), elements(&dy), dx))
    }
}
