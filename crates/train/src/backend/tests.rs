//! The kernels' results and gradients are those of burn's own operations.

use burn::tensor::{Device, Distribution, Tensor};
use featherlite_train_kernels::{
    Activation, Conv2d, ConvBatchNorm, ConvChain, Convolution, DepthwiseConv2d, FakeQuantize, LookUp, Nhwc,
    Padding, Requantize, Rounding, Statistics, Window,
};

use super::{
    Chain, activate, chain, composed, convolve, fake_quantize, look_up, mean, multiply, normalize,
    requantize, statistics,
};

use crate::group::Among;

fn device() -> Device {
    Device::flex().autodiff()
}

fn random<const D: usize>(shape: [usize; D]) -> Tensor<D> {
    Tensor::random(shape, Distribution::Normal(0.0, 1.0), &device()).require_grad()
}

fn check<const D: usize>(a: Tensor<D>, b: Tensor<D>, what: &str) {
    assert_eq!(a.dims(), b.dims(), "{what}");
    let scale = b.clone().abs().max().into_scalar::<f32>().max(1.0);
    let error = (a - b).abs().max().into_scalar::<f32>() / scale;
    assert!(error < 2e-5, "{what}: {error}");
}

/// Compares two functions of tensors `x` and `w`, and their gradients behind a product with random numbers.
fn compare<const D: usize, const E: usize>(
    (x, w): (Tensor<D>, Tensor<1>),
    ours: impl Fn(Tensor<D>, Tensor<1>) -> Tensor<E>,
    theirs: impl Fn(Tensor<D>, Tensor<1>) -> Tensor<E>,
    what: &str,
) {
    let (a, b) = (ours(x.clone(), w.clone()), theirs(x.clone(), w.clone()));
    check(a.clone().inner(), b.clone().inner(), what);
    let weights: Tensor<E> = Tensor::random(a.dims(), Distribution::Normal(0.0, 1.0), &device());
    let (a, b) = ((a * weights.clone()).sum().backward(), (b * weights).sum().backward());
    check(x.grad(&a).unwrap(), x.grad(&b).unwrap(), &format!("{what}: gradient of x"));
    if let (Some(a), Some(b)) = (w.grad(&a), w.grad(&b)) {
        check(a, b, &format!("{what}: gradient of w"));
    }
}

#[test]
fn convolutions() {
    for (size, channels, outputs, kernel, stride, groups) in [
        ([5, 6], 3, 4, 3, 2, 1),
        ([4, 4], 16, 24, 1, 1, 1),
        ([7, 5], 8, 12, 1, 1, 4),
        ([6, 6], 5, 2, 5, 1, 1),
        ([8, 8], 6, 6, 3, 2, 2),
    ] {
        let input = Nhwc { batch: 2, height: size[0], width: size[1], channels };
        let mut window = Window::symmetric(kernel, stride);
        if stride == 2 {
            window.padding = Padding { top: 0, left: 0, bottom: 1, right: 1 };
        }
        let conv = Conv2d { input, out_channels: outputs, window, groups };
        let w = random([conv.weights_len().unwrap()]);
        let x = random([2, size[0], size[1], channels]);
        let conv = Convolution::Full(conv);
        compare(
            (x, w),
            |x, w| convolve(x, w, conv),
            |x, w| composed::convolve(x, w, conv),
            &format!("{conv:?}"),
        );
    }
}

#[test]
fn depthwise_convolutions() {
    for (size, channels, kernel, stride) in [([5, 6], 3, 3, 1), ([8, 8], 24, 5, 2), ([9, 7], 16, 7, 1)] {
        let input = Nhwc { batch: 3, height: size[0], width: size[1], channels };
        let conv = DepthwiseConv2d { input, window: Window::symmetric(kernel, stride) };
        let w = random([kernel * kernel * channels]);
        let x = random([3, size[0], size[1], channels]);
        let conv = Convolution::Depthwise(conv);
        compare(
            (x, w),
            |x, w| convolve(x, w, conv),
            |x, w| composed::convolve(x, w, conv),
            &format!("{conv:?}"),
        );
    }
}

#[test]
fn batch_normalization_with_activations() {
    let x = random([3, 4, 5, 7]);
    let (gamma, beta) = (random([7]), random([7]));
    check(statistics(&x, Among::default()).inner(), composed::statistics(x.clone()).inner(), "statistics");
    for activation in Activation::ALL {
        for of in [Statistics::Batch, Statistics::Frozen] {
            let by = match of {
                Statistics::Batch => statistics(&x, Among::default()),
                Statistics::Frozen => Tensor::random([14], Distribution::Uniform(0.5, 2.0), &device()),
            };
            let how = (1e-3, activation, of);
            compare(
                (x.clone(), gamma.clone()),
                |x, gamma| normalize(x, (gamma, beta.clone()), by.clone(), how, Among::default()),
                |x, gamma| composed::normalize(x, (gamma, beta.clone()), by.clone(), how),
                &format!("{how:?}"),
            );
        }
    }
}

#[test]
fn activation_functions() {
    for activation in Activation::ALL {
        compare(
            (random([2, 3, 4, 5]), random([1])),
            |x, _| activate(x, activation),
            |x, _| composed::activate(x, activation),
            &format!("{activation:?}"),
        );
    }
}

#[test]
fn fake_quantization() {
    let device = device();
    for (quantize, scales, zero_points) in [
        (FakeQuantize::of_tensor(120, -128, 127), vec![0.01], vec![-20.0]),
        (
            FakeQuantize { outer: 6, channels: 5, inner: 4, least: -7, greatest: 7 },
            vec![0.3; 5],
            vec![0.0; 5],
        ),
        (
            FakeQuantize { outer: 24, channels: 5, inner: 1, least: -7, greatest: 7 },
            vec![0.1; 5],
            vec![0.0; 5],
        ),
    ] {
        let of = |values: &[f32]| Tensor::<1>::from_floats(values, &device);
        let parameters = (of(&scales), of(&zero_points));
        compare(
            (random([2, 3, 4, 5]), random([1])),
            |x, _| fake_quantize(x, parameters.clone(), quantize),
            |x, _| composed::fake_quantize(x, parameters.clone(), quantize),
            &format!("{quantize:?}"),
        );
    }
}

#[test]
fn requantization() {
    let rounding = Rounding { scale: 0.01, zero_point: -7, least: -128, greatest: 127 };
    let how = Requantize { rows: 24, channels: 5, rounding };
    let grids = Tensor::<1>::from_floats([2.0, 4.0, 256.0, 1024.0, 16.0], &device());
    compare(
        (random([2, 3, 4, 5]), random([1])),
        |x, _| requantize(x, grids.clone(), how),
        |x, _| composed::requantize(x, grids.clone(), how),
        "requantization",
    );
}

/// An inverted residual as one operation, and as nine.
#[test]
fn chains_of_convolutions() {
    let input = Nhwc { batch: 2, height: 6, width: 6, channels: 8 };
    let wide = Nhwc { channels: 24, ..input };
    let one = |input, out_channels| {
        Convolution::Full(Conv2d { input, out_channels, window: Window::symmetric(1, 1), groups: 1 })
    };
    let depthwise = Convolution::Depthwise(DepthwiseConv2d { input: wide, window: Window::symmetric(3, 1) });
    let layers = [
        (one(input, 24), Activation::Relu6),
        (depthwise, Activation::Relu6),
        (one(wide, 8), Activation::None),
    ];
    let layers = layers.map(|(convolution, activation)| ConvBatchNorm {
        convolution,
        epsilon: 1e-3,
        activation,
        statistics: Statistics::Batch,
    });
    let rounding = Rounding { scale: 0.02, zero_point: 3, least: -128, greatest: 127 };
    let grids = |channels: usize| Tensor::<1>::from_floats(vec![64.0; channels].as_slice(), &device());
    for (is_residual, is_rounded, is_frozen) in
        [(false, false, false), (true, false, false), (true, true, false), (false, true, true)]
    {
        let of = if is_frozen { Statistics::Frozen } else { Statistics::Batch };
        let layers: Vec<_> = layers.iter().map(|layer| ConvBatchNorm { statistics: of, ..*layer }).collect();
        let convolutions = ConvChain { layers: layers.clone(), is_residual };
        let parameters = random([convolutions.parameters_len().unwrap()]);
        let statistics_len = convolutions.statistics_len().unwrap();
        let running = vec![0.7; statistics_len];
        let roundings = layers.iter().map(|layer| {
            let channels = layer.convolution.output().unwrap().channels;
            is_rounded.then(|| (rounding, vec![64.0; channels]))
        });
        let all = Chain {
            convolutions,
            roundings: roundings.collect(),
            running,
            is_observed: true,
            among: Among::default(),
        };
        let singly = |x: Tensor<4>, parameters: Tensor<1>| {
            let (mut z, mut start) = (x.clone(), 0);
            let mut take = |len: usize| {
                start += len;
                parameters.clone().narrow(0, start - len, len)
            };
            for layer in &layers {
                let channels = layer.convolution.output().unwrap().channels;
                let w = take(layer.convolution.weights_len().unwrap());
                let by = (take(channels), take(channels));
                let y = composed::convolve(z, w, layer.convolution);
                let by_what = if is_frozen {
                    Tensor::full([2 * channels], 0.7, &device())
                } else {
                    statistics(&y, Among::default())
                };
                z = composed::normalize(y, by, by_what, (layer.epsilon, layer.activation, of));
                if is_rounded {
                    let how = Requantize { rows: z.shape().num_elements() / channels, channels, rounding };
                    z = composed::requantize(z, grids(channels), how);
                }
            }
            if is_residual { z + x } else { z }
        };
        let x = random([2, 6, 6, 8]);
        let asked = chain(x.clone(), parameters.clone(), all.clone()).1;
        assert_eq!(asked.dims(), [statistics_len + 2 * layers.len()]);
        compare(
            (x, parameters),
            |x, parameters| chain(x, parameters, all.clone()).0,
            singly,
            &format!("a chain, {is_residual} {is_rounded} {is_frozen}"),
        );
    }
}

#[test]
fn operands_may_be_parts_of_larger_tensors() {
    let input = Nhwc { batch: 1, height: 3, width: 3, channels: 2 };
    let conv =
        Convolution::Full(Conv2d { input, out_channels: 2, window: Window::symmetric(1, 1), groups: 1 });
    let all = random([12]);
    compare(
        (random([1, 3, 3, 2]), all),
        |x, all| convolve(x, all.narrow(0, 5, 4), conv),
        |x, all| composed::convolve(x, all.narrow(0, 5, 4), conv),
        "a part",
    );
}

#[test]
fn means_and_gates() {
    compare((random([2, 3, 5, 6]), random([1])), |x, _| mean(x), |x, _| x.mean_dims(&[1, 2]), "means");
    let gates = |w: Tensor<1>| w.reshape([2, 1, 1, 6]);
    compare((random([2, 3, 5, 6]), random([12])), |x, w| multiply(x, gates(w)), |x, w| x * gates(w), "gates");
}

#[test]
fn tables_have_the_gradients_of_their_functions() {
    let table = std::array::from_fn(|place| (place as f32 - 100.0).sin());
    let table = LookUp { scale: 0.05, zero_point: -10, table: std::sync::Arc::new(table) };
    let function = |x: Tensor<4>| activate(x, Activation::HardSwish);
    compare(
        (random([2, 3, 5, 6]), random([1])),
        |x, _| look_up(x.clone(), function(x), table.clone()),
        |x, _| composed::look_up(x.clone(), function(x), &table),
        "a table",
    );
}
