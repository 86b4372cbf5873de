//! The same operations made of burn's own, for devices without kernels of ours; they also check the kernels.

use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Tensor, TensorData, activation};
use featherlite_train_kernels::{
    Activation, Convolution, FakeQuantize, LookUp, Requantize, Rounding, Statistics,
};

/// NHWC to NCHW and back; zeros are put around the image beforehand, so that they may differ from side to side.
pub(super) fn convolve(x: Tensor<4>, w: Tensor<1>, conv: Convolution) -> Tensor<4> {
    let window = match conv {
        Convolution::Full(conv) => conv.window,
        Convolution::Depthwise(conv) => conv.window,
    };
    let [height, width] = window.kernel;
    let channels = conv.input().channels;
    let (w, groups) = match conv {
        Convolution::Full(conv) => {
            let w = w.reshape([conv.out_channels, height, width, channels / conv.groups]);
            (w.permute([0, 3, 1, 2]), conv.groups)
        }
        Convolution::Depthwise(_) => {
            (w.reshape([1, height, width, channels]).permute([3, 0, 1, 2]), channels)
        }
    };
    let padding = window.padding;
    let x = x.permute([0, 3, 1, 2]);
    let x = match [padding.left, padding.right, padding.top, padding.bottom] {
        [0, 0, 0, 0] => x,
        [left, right, top, bottom] => x.pad((left, right, top, bottom), 0.0),
    };
    let options = ConvOptions::new(window.stride, [0, 0], [1, 1], groups);
    conv2d(x, w, None, options).permute([0, 2, 3, 1])
}

/// Mean and biased variance of the last dimension.
pub(super) fn statistics(x: Tensor<4>) -> Tensor<1> {
    let (mean, variance) = moments(x);
    Tensor::cat(vec![mean, variance], 0)
}

fn moments(x: Tensor<4>) -> (Tensor<1>, Tensor<1>) {
    let channels = x.dims()[3];
    let mean = x.clone().mean_dims(&[0, 1, 2]);
    let variance = (x - mean.clone()).square().mean_dims(&[0, 1, 2]);
    (mean.reshape([channels]), variance.reshape([channels]))
}

/// See [`super::normalize`].
pub(super) fn normalize(
    x: Tensor<4>,
    (gamma, beta): (Tensor<1>, Tensor<1>),
    statistics: Tensor<1>,
    (epsilon, activation, of): (f32, Activation, Statistics),
) -> Tensor<4> {
    let channels = x.dims()[3];
    let (mean, variance) = match of {
        Statistics::Batch => moments(x.clone()),
        Statistics::Frozen => {
            (statistics.clone().narrow(0, 0, channels), statistics.narrow(0, channels, channels))
        }
    };
    let wide = |values: Tensor<1>| values.reshape([1, 1, 1, channels]);
    let scale = gamma * (variance + epsilon).sqrt().recip();
    activate((x - wide(mean)) * wide(scale) + wide(beta), activation)
}

/// See [`super::activate`].
pub(super) fn activate<const D: usize>(x: Tensor<D>, activation: Activation) -> Tensor<D> {
    let gate = |x: Tensor<D>| (x + 3.0).clamp(0.0, 6.0) / 6.0;
    match activation {
        Activation::Relu => activation::relu(x),
        Activation::Relu6 => x.clamp(0.0, 6.0),
        Activation::HardSwish => x.clone() * gate(x),
        Activation::HardSigmoid => gate(x),
        Activation::Swish => activation::silu(x),
        Activation::Sigmoid => activation::sigmoid(x),
        _ => x,
    }
}

/// Results as usual, gradients as if nothing had been rounded.
pub(super) fn fake_quantize<const D: usize>(
    x: Tensor<D>,
    (scales, zero_points): (Tensor<1>, Tensor<1>),
    quantize: FakeQuantize,
) -> Tensor<D> {
    let shape = x.dims();
    let FakeQuantize { outer, channels, inner, least, greatest } = quantize;
    let wide = |values: Tensor<1>| values.reshape([1, channels, 1]);
    let (scales, zero_points) = (wide(scales), wide(zero_points));
    let levels = x.reshape([outer, channels, inner]) / scales.clone();
    let low = zero_points.clone().neg() + least as f32;
    let high = zero_points.neg() + greatest as f32;
    let rounded = away(levels.clone());
    let is_outside = rounded.clone().lower(low.clone()).bool_or(rounded.clone().greater(high.clone()));
    let clipped = rounded.max_pair(low).min_pair(high);
    let through = levels.clone() + (clipped.clone() - levels).detach();
    (through.mask_where(is_outside, clipped.detach()) * scales).reshape(shape)
}

/// See [`super::look_up`].
pub(super) fn look_up(x: Tensor<4>, y: Tensor<4>, table: &LookUp) -> Tensor<4> {
    let device = x.device();
    let values = Tensor::<1>::from_data(TensorData::new(table.table.to_vec(), [256]), &device);
    let places = (x.clone() / table.scale + (table.zero_point as f32 + 128.5)).floor().clamp(0.0, 255.0);
    let exact = values.select(0, places.reshape([-1]).int()).reshape(x.dims());
    y.clone() + (exact - y).detach()
}

/// Nearest integers, halves away from zero.
fn away<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    (x.clone().abs() + 0.5).floor() * x.sign()
}

/// See [`super::requantize`].
pub(super) fn requantize(x: Tensor<4>, grids: Tensor<1>, requantize: Requantize) -> Tensor<4> {
    let Requantize { channels, rounding: Rounding { scale, zero_point, least, greatest }, .. } = requantize;
    let grids = grids.reshape([1, 1, 1, channels]);
    let levels = x / scale;
    let fine = (levels.clone() * grids.clone() + 0.5).floor() / grids;
    let (low, high) = ((least - zero_point) as f32, (greatest - zero_point) as f32);
    let clipped = away(fine).clamp(low, high);
    let nearest = away(levels.clone());
    let is_outside = nearest.clone().lower_elem(low).bool_or(nearest.greater_elem(high));
    let through = levels.clone() + (clipped.clone() - levels).detach();
    through.mask_where(is_outside, clipped.detach()) * scale
}
