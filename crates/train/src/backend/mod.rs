//! The operations of mobile networks as operations of burn.
//!
//! On the processor ([`is_fast`]) they are the kernels of `featherlite-train-kernels`; on other devices they are
//! [`composed`] of burn's own operations. Activations are NHWC. Weights lie as `featherlite-train-kernels` has them, in one
//! dimension: the operations know their shape.

mod autodiff;
mod composed;
mod flex;
#[cfg(test)]
mod tests;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, backend_extension};
use burn::tensor::{Device, Tensor};

use crate::group::Among;
use featherlite_train_kernels::{
    Activation, BatchNorm, ChannelGate, ConvChain, Convolution, FakeQuantize, GlobalAveragePool, LookUp,
    Nhwc, Requantize, Rounding, Statistics,
};

/// Convolutions with batch normalization, one behind the other, and what is asked for beside their results.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    pub(crate) convolutions: ConvChain,
    /// For each layer what its results are rounded to, with the powers of two of all channels; empty if none are.
    pub(crate) roundings: Vec<Option<(Rounding, Vec<f32>)>>,
    /// Mean and variance of each layer, which count where they are not those of the batch.
    pub(crate) running: Vec<f32>,
    /// Whether the least and greatest result of each layer, before rounding, are wanted.
    pub(crate) is_observed: bool,
    pub(crate) among: Among,
}

/// Operations with kernels of our own, and gradients.
#[backend_extension(Autodiff, Flex)]
pub(crate) trait Extension: Backend {
    /// `[n, h, w, in]` to `[n, h', w', out]`.
    fn convolve(x: FloatTensor<Self>, w: FloatTensor<Self>, conv: Convolution) -> FloatTensor<Self>;

    /// Mean and biased variance of every channel, `[2 * channels]`; without gradient.
    fn statistics(x: FloatTensor<Self>, norm: BatchNorm, among: Among) -> FloatTensor<Self>;

    /// Normalized by [`Extension::statistics`], scaled, shifted and activated.
    fn normalize(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        norm: BatchNorm,
        among: Among,
    ) -> FloatTensor<Self>;

    /// The results, and without gradient: for each layer mean and variance, then for each layer the range if it is wanted.
    /// `parameters`: for each layer weights, gamma and beta.
    fn chain(
        x: FloatTensor<Self>,
        parameters: FloatTensor<Self>,
        chain: Chain,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// The mean of every channel of every image, `[n, 1, 1, c]`.
    fn mean(x: FloatTensor<Self>, pool: GlobalAveragePool) -> FloatTensor<Self>;

    /// Channels times `[n, 1, 1, c]`.
    fn gate(x: FloatTensor<Self>, gates: FloatTensor<Self>, gate: ChannelGate) -> FloatTensor<Self>;

    /// A function of every element.
    fn activate(x: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self>;

    /// Rounded to what integers can represent, with the straight-through gradient.
    fn fake_quantize(
        x: FloatTensor<Self>,
        scales: FloatTensor<Self>,
        zero_points: FloatTensor<Self>,
        quantize: FakeQuantize,
    ) -> FloatTensor<Self>;

    /// What a table says of `x`, with the gradient of `y`.
    fn look_up(x: FloatTensor<Self>, y: FloatTensor<Self>, table: LookUp) -> FloatTensor<Self>;

    /// Sums rounded as integer kernels do it, with the straight-through gradient.
    fn requantize(
        x: FloatTensor<Self>,
        grids: FloatTensor<Self>,
        requantize: Requantize,
    ) -> FloatTensor<Self>;
}

/// Whether a device has the kernels.
pub(crate) fn is_fast(device: &Device) -> bool {
    *device == Device::flex() || *device == Device::flex().autodiff()
}

/// Sizes of activations.
pub(crate) fn sizes(x: &Tensor<4>) -> Nhwc {
    let [batch, height, width, channels] = x.dims();
    Nhwc { batch, height, width, channels }
}

/// A convolution; `w` in one dimension.
pub(crate) fn convolve(x: Tensor<4>, w: Tensor<1>, conv: Convolution) -> Tensor<4> {
    if !is_fast(&x.device()) {
        return composed::convolve(x, w, conv);
    }
    let result = <Dispatch as Extension>::convolve(x.into_dispatch(), w.into_dispatch(), conv);
    Tensor::from_dispatch(result)
}

/// Mean and biased variance of every channel, `[2 * channels]`; without gradient.
pub(crate) fn statistics(x: &Tensor<4>, among: Among) -> Tensor<1> {
    let x = x.clone().detach();
    if !is_fast(&x.device()) {
        return composed::statistics(x);
    }
    let norm = batch_norm(&x, 0.0, Activation::None, Statistics::Batch);
    Tensor::from_dispatch(<Dispatch as Extension>::statistics(x.into_dispatch(), norm, among))
}

/// Batch normalization by `statistics`, which are those of `x` itself ([`Statistics::Batch`]: their gradient is taken into
/// account) or frozen ones, and an activation function. `gamma` and `beta`: `[channels]`.
pub(crate) fn normalize(
    x: Tensor<4>,
    (gamma, beta): (Tensor<1>, Tensor<1>),
    statistics: Tensor<1>,
    (epsilon, activation, of): (f32, Activation, Statistics),
    among: Among,
) -> Tensor<4> {
    if !is_fast(&x.device()) {
        return composed::normalize(x, (gamma, beta), statistics, (epsilon, activation, of));
    }
    let norm = batch_norm(&x, epsilon, activation, of);
    Tensor::from_dispatch(<Dispatch as Extension>::normalize(
        x.into_dispatch(),
        gamma.into_dispatch(),
        beta.into_dispatch(),
        statistics.into_dispatch(),
        norm,
        among,
    ))
}

/// See [`Extension::chain`]; for devices that are fast.
pub(crate) fn chain(x: Tensor<4>, parameters: Tensor<1>, chain: Chain) -> (Tensor<4>, Tensor<1>) {
    let (z, statistics) =
        <Dispatch as Extension>::chain(x.into_dispatch(), parameters.into_dispatch(), chain);
    (Tensor::from_dispatch(z), Tensor::from_dispatch(statistics))
}

/// The mean of every channel of every image, `[n, 1, 1, c]`.
pub(crate) fn mean(x: Tensor<4>) -> Tensor<4> {
    if !is_fast(&x.device()) {
        return x.mean_dims(&[1, 2]);
    }
    let pool = GlobalAveragePool { input: sizes(&x) };
    Tensor::from_dispatch(<Dispatch as Extension>::mean(x.into_dispatch(), pool))
}

/// Elementwise, or channels times `[n, 1, 1, c]`.
pub(crate) fn multiply(x: Tensor<4>, y: Tensor<4>) -> Tensor<4> {
    let input = sizes(&x);
    let is_gate = sizes(&y) == Nhwc { height: 1, width: 1, ..input };
    if !is_fast(&x.device()) || !is_gate {
        return x * y;
    }
    let gate = ChannelGate { input };
    Tensor::from_dispatch(<Dispatch as Extension>::gate(x.into_dispatch(), y.into_dispatch(), gate))
}

/// A function of every element.
pub(crate) fn activate<const D: usize>(x: Tensor<D>, activation: Activation) -> Tensor<D> {
    if activation == Activation::None {
        return x;
    }
    if !is_fast(&x.device()) {
        return composed::activate(x, activation);
    }
    Tensor::from_dispatch(<Dispatch as Extension>::activate(x.into_dispatch(), activation))
}

/// Rounded to what integers can represent: `scales` and `zero_points` for each of `quantize.channels`.
pub(crate) fn fake_quantize<const D: usize>(
    x: Tensor<D>,
    (scales, zero_points): (Tensor<1>, Tensor<1>),
    quantize: FakeQuantize,
) -> Tensor<D> {
    if !is_fast(&x.device()) {
        return composed::fake_quantize(x, (scales, zero_points), quantize);
    }
    Tensor::from_dispatch(<Dispatch as Extension>::fake_quantize(
        x.into_dispatch(),
        scales.into_dispatch(),
        zero_points.into_dispatch(),
        quantize,
    ))
}

/// What a table says of `x`, with the gradient of `y`, which is the same function before anything is rounded.
pub(crate) fn look_up(x: Tensor<4>, y: Tensor<4>, table: LookUp) -> Tensor<4> {
    if !is_fast(&x.device()) {
        return composed::look_up(x, y, &table);
    }
    let result = <Dispatch as Extension>::look_up(x.detach().into_dispatch(), y.into_dispatch(), table);
    Tensor::from_dispatch(result)
}

/// Sums of a convolution rounded as integer kernels do it: `grids` for each channel.
pub(crate) fn requantize(x: Tensor<4>, grids: Tensor<1>, requantize: Requantize) -> Tensor<4> {
    if !is_fast(&x.device()) {
        return composed::requantize(x, grids, requantize);
    }
    let result = <Dispatch as Extension>::requantize(x.into_dispatch(), grids.into_dispatch(), requantize);
    Tensor::from_dispatch(result)
}

fn batch_norm(x: &Tensor<4>, epsilon: f32, activation: Activation, statistics: Statistics) -> BatchNorm {
    let [batch, height, width, channels] = x.dims();
    BatchNorm { rows: batch * height * width, channels, epsilon, activation, statistics }
}
