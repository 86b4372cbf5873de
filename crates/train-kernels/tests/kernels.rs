//! The kernels compute what the references compute in `f64`, at every instruction-set level and any number of threads.

use featherlite_simd::Level;
use featherlite_testkit::Random;
use featherlite_train_kernels::batch_norm::{self, BatchNorm, Norm, Statistics};
use featherlite_train_kernels::{
    Activation, Conv2d, ConvBatchNorm, ConvBatchNormGradients, Convolution, DepthwiseConv2d, Nhwc, Padding,
    Window, conv_2d, depthwise_conv_2d,
};

const CASES: usize = 60;

fn levels() -> Vec<Level> {
    Level::detect().isas().map(|isa| Level::named(isa.name()).unwrap()).collect()
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&x| f64::from(x)).collect()
}

#[track_caller]
fn assert_close(what: &str, case: &dyn std::fmt::Debug, found: &[f32], expected: &[f64]) {
    let scale = expected.iter().fold(1.0f64, |scale, x| scale.max(x.abs()));
    for (index, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(found) - expected).abs();
        assert!(error <= 1e-5 * scale, "{what}[{index}]: {found} for {expected}; {case:?}");
    }
}

/// Runs `kernel` at every level with one and three threads; it fills slices of the lengths of `expected`.
#[track_caller]
fn compare(
    names: &[&str],
    case: &(dyn std::fmt::Debug + Sync),
    expected: &[Vec<f64>],
    kernel: impl Fn(Level, &mut [Vec<f32>]) + Sync,
) {
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let (one, three) = (pool(1), pool(3));
    for level in levels() {
        let run = |pool: &rayon::ThreadPool| {
            let mut found: Vec<Vec<f32>> = expected.iter().map(|x| vec![f32::NAN; x.len()]).collect();
            pool.install(|| kernel(level, &mut found));
            found
        };
        let found = run(&one);
        for ((name, found), expected) in names.iter().zip(&found).zip(expected) {
            assert_close(name, &(level.best(), case), found, expected);
        }
        assert_eq!(found, run(&three), "numbers of threads differ: {case:?}");
    }
}

fn random_window(random: &mut Random) -> Window {
    if random.once_in(2) {
        return Window::symmetric(random.pick(&[1, 3, 3, 5, 7]), random.pick(&[1, 1, 2, 3]));
    }
    let mut pad = || random.below(3);
    let padding = Padding { top: pad(), left: pad(), bottom: pad(), right: pad() };
    Window {
        kernel: [random.size(1..=5), random.size(1..=5)],
        stride: [random.size(1..=3), random.size(1..=3)],
        padding,
    }
}

fn random_input(random: &mut Random, channels: usize) -> Nhwc {
    Nhwc { batch: random.size(1..=3), height: random.size(1..=13), width: random.size(1..=13), channels }
}

#[test]
fn conv_2d() {
    let mut random = Random::new(11);
    let mut cases = 0;
    while cases < CASES {
        let groups = random.pick(&[1, 1, 1, 2, 3]);
        let channels = groups * random.pick(&[1, 2, 3, 5, 8, 16, 17, 33]);
        let out_channels = groups * random.pick(&[1, 2, 4, 7, 13, 16, 35, 70]);
        let window = if random.once_in(3) { Window::symmetric(1, 1) } else { random_window(&mut random) };
        let conv = Conv2d { input: random_input(&mut random, channels), out_channels, window, groups };
        let Ok(output) = conv.output() else { continue };
        cases += 1;
        let x = random.reals(conv.input.len().unwrap());
        let w = random.reals(conv.weights_len().unwrap());
        let dy = random.reals(output.len().unwrap());
        let (wide_x, wide_w, wide_dy) = (wide(&x), wide(&w), wide(&dy));
        let mut expected = [vec![0.0; dy.len()], vec![0.0; x.len()], vec![0.0; w.len()]];
        conv_2d::reference::forward(&conv, &wide_x, &wide_w, &mut expected[0]).unwrap();
        conv_2d::reference::input_gradient(&conv, &wide_dy, &wide_w, &mut expected[1]).unwrap();
        conv_2d::reference::weight_gradient(&conv, &wide_x, &wide_dy, &mut expected[2]).unwrap();
        compare(&["y", "dx", "dw"], &conv, &expected, |level, found| {
            conv.forward(level, &x, &w, &mut found[0]).unwrap();
            conv.input_gradient(level, &dy, &w, &mut found[1]).unwrap();
            conv.weight_gradient(level, &x, &dy, &mut found[2]).unwrap();
        });
    }
}

#[test]
fn depthwise_conv_2d() {
    let mut random = Random::new(12);
    let mut cases = 0;
    while cases < CASES {
        let channels = random.pick(&[1, 3, 4, 8, 15, 16, 17, 24, 32, 40]);
        let window = random_window(&mut random);
        let conv = DepthwiseConv2d { input: random_input(&mut random, channels), window };
        let Ok(output) = conv.output() else { continue };
        cases += 1;
        let x = random.reals(conv.input.len().unwrap());
        let w = random.reals(conv.weights_len().unwrap());
        let dy = random.reals(output.len().unwrap());
        let (wide_x, wide_w, wide_dy) = (wide(&x), wide(&w), wide(&dy));
        let mut expected = [vec![0.0; dy.len()], vec![0.0; x.len()], vec![0.0; w.len()]];
        depthwise_conv_2d::reference::forward(&conv, &wide_x, &wide_w, &mut expected[0]).unwrap();
        depthwise_conv_2d::reference::input_gradient(&conv, &wide_dy, &wide_w, &mut expected[1]).unwrap();
        depthwise_conv_2d::reference::weight_gradient(&conv, &wide_x, &wide_dy, &mut expected[2]).unwrap();
        compare(&["y", "dx", "dw"], &conv, &expected, |level, found| {
            conv.forward(level, &x, &w, &mut found[0]).unwrap();
            conv.input_gradient(level, &dy, &w, &mut found[1]).unwrap();
            conv.weight_gradient(level, &x, &dy, &mut found[2]).unwrap();
        });
    }
}

#[test]
fn batch_norm() {
    let mut random = Random::new(13);
    for case in 0..CASES {
        let batch_norm = BatchNorm {
            rows: random.pick(&[1, 2, 7, 64, 100, 1000]),
            channels: random.pick(&[1, 3, 8, 15, 16, 17, 24, 33, 70]),
            epsilon: 1e-3,
            activation: Activation::ALL[case % Activation::ALL.len()],
            statistics: random.pick(&[Statistics::Batch, Statistics::Frozen]),
        };
        let (rows, channels) = (batch_norm.rows, batch_norm.channels);
        let x: Vec<f32> = random.reals(rows * channels).iter().map(|x| x * 4.0 + 1.0).collect();
        let dy = random.reals(rows * channels);
        let (gamma, beta) = (random.reals(channels), random.reals(channels));
        let mut expected = [
            vec![0.0; channels],
            vec![0.0; channels],
            vec![0.0; x.len()],
            vec![0.0; x.len()],
            vec![0.0; channels],
            vec![0.0; channels],
        ];
        let [mean, variance, y, dx, dgamma, dbeta] = &mut expected;
        let (wide_x, wide_dy, wide_gamma, wide_beta) = (wide(&x), wide(&dy), wide(&gamma), wide(&beta));
        batch_norm::reference::statistics(&batch_norm, &wide_x, mean, variance).unwrap();
        let wide_norm = Norm { gamma: &wide_gamma, beta: &wide_beta, mean, variance };
        batch_norm::reference::forward(&batch_norm, &wide_x, wide_norm, y).unwrap();
        let inputs = (&wide_x[..], wide_norm, &wide_dy[..]);
        batch_norm::reference::backward(&batch_norm, inputs, dx, dgamma, dbeta).unwrap();
        let names = ["mean", "variance", "y", "dx", "dgamma", "dbeta"];
        compare(&names, &batch_norm, &expected, |level, found| {
            let [mean, variance, y, dx, dgamma, dbeta] = found else { unreachable!() };
            batch_norm.statistics(level, &x, mean, variance).unwrap();
            let norm = Norm { gamma: &gamma, beta: &beta, mean, variance };
            batch_norm.forward(level, &x, norm, y).unwrap();
            batch_norm.backward(level, (&x, norm, &dy), dx, dgamma, dbeta).unwrap();
        });
    }
}

#[test]
fn activation() {
    let mut random = Random::new(14);
    let x: Vec<f32> = random.reals(1000).iter().map(|x| x * 8.0).collect();
    let dy = random.reals(1000);
    for activation in Activation::ALL {
        use featherlite_train_kernels::activation::reference::{derivative, value};
        let y = wide(&x).into_iter().map(|x| value(activation, x)).collect();
        let dx =
            wide(&x).iter().zip(&dy).map(|(&x, &dy)| f64::from(dy) * derivative(activation, x)).collect();
        compare(&["y", "dx"], &activation, &[y, dx], |level, found| {
            activation.forward(level, &x, &mut found[0]).unwrap();
            activation.backward(level, &x, &dy, &mut found[1]).unwrap();
        });
    }
}

#[test]
fn slices_of_other_sizes_are_errors() {
    let level = Level::SCALAR;
    let input = Nhwc { batch: 1, height: 4, width: 4, channels: 2 };
    let conv = Conv2d { input, out_channels: 3, window: Window::symmetric(3, 1), groups: 1 };
    let error = conv.forward(level, &[0.0; 32], &[0.0; 54], &mut [0.0; 47]).unwrap_err();
    assert_eq!(error.to_string(), "conv_2d: y has 47 elements where 48 are expected");
    assert!(Conv2d { groups: 2, ..conv }.output().is_err());
    assert!(Conv2d { groups: 0, ..conv }.output().is_err());
    let depthwise = DepthwiseConv2d { input, window: conv.window };
    assert!(depthwise.weight_gradient(level, &[0.0; 32], &[0.0; 32], &mut [0.0; 17]).is_err());
}

/// What [`ConvBatchNorm`] computes, of the references of its parts: mean, variance, y, dx, dw, dgamma, dbeta.
fn conv_batch_norm_reference(
    layer: &ConvBatchNorm,
    (x, w, dz): (&[f64], &[f64], &[f64]),
    (gamma, beta): (&[f64], &[f64]),
) -> Vec<Vec<f64>> {
    let batch_norm = layer.batch_norm().unwrap();
    let zeros = || vec![0.0; batch_norm.channels];
    let (mut mean, mut variance, mut dgamma, mut dbeta) = (zeros(), zeros(), zeros(), zeros());
    let (mut y, mut dy) = (vec![0.0; dz.len()], vec![0.0; dz.len()]);
    let (mut dx, mut dw) = (vec![0.0; x.len()], vec![0.0; w.len()]);
    match &layer.convolution {
        Convolution::Full(conv) => conv_2d::reference::forward(conv, x, w, &mut y).unwrap(),
        Convolution::Depthwise(conv) => depthwise_conv_2d::reference::forward(conv, x, w, &mut y).unwrap(),
    }
    batch_norm::reference::statistics(&batch_norm, &y, &mut mean, &mut variance).unwrap();
    let norm = Norm { gamma, beta, mean: &mean, variance: &variance };
    batch_norm::reference::backward(&batch_norm, (&y, norm, dz), &mut dy, &mut dgamma, &mut dbeta).unwrap();
    match &layer.convolution {
        Convolution::Full(conv) => {
            conv_2d::reference::input_gradient(conv, &dy, w, &mut dx).unwrap();
            conv_2d::reference::weight_gradient(conv, x, &dy, &mut dw).unwrap();
        }
        Convolution::Depthwise(conv) => {
            depthwise_conv_2d::reference::input_gradient(conv, &dy, w, &mut dx).unwrap();
            depthwise_conv_2d::reference::weight_gradient(conv, x, &dy, &mut dw).unwrap();
        }
    }
    vec![mean, variance, y, dx, dw, dgamma, dbeta]
}

#[test]
fn conv_batch_norm() {
    let mut random = Random::new(15);
    for case in 0..CASES {
        let channels = random.pick(&[1, 3, 8, 16, 24, 40]);
        let input = Nhwc { batch: random.size(2..=5), ..random_input(&mut random, channels) };
        let window = Window::symmetric(random.pick(&[1, 3, 5]), random.pick(&[1, 2]));
        let convolution = match case % 3 {
            0 => Convolution::Depthwise(DepthwiseConv2d { input, window }),
            1 => Convolution::Full(Conv2d {
                input,
                out_channels: 20,
                window: Window::symmetric(1, 1),
                groups: 1,
            }),
            _ => Convolution::Full(Conv2d { input, out_channels: 7, window, groups: 1 }),
        };
        let layer = ConvBatchNorm {
            convolution,
            epsilon: 1e-2,
            activation: random.pick(&[Activation::None, Activation::Swish, Activation::Sigmoid]),
            statistics: random.pick(&[Statistics::Batch, Statistics::Frozen]),
        };
        let output = convolution.output().unwrap();
        let weights = match &convolution {
            Convolution::Full(conv) => conv.weights_len().unwrap(),
            Convolution::Depthwise(conv) => conv.weights_len().unwrap(),
        };
        let (x, w) = (random.reals(input.len().unwrap()), random.reals(weights));
        let dz = random.reals(output.len().unwrap());
        let (gamma, beta) = (random.reals(output.channels), random.reals(output.channels));
        let expected = conv_batch_norm_reference(
            &layer,
            (&wide(&x), &wide(&w), &wide(&dz)),
            (&wide(&gamma), &wide(&beta)),
        );
        let names = ["mean", "variance", "y", "dx", "dw", "dgamma", "dbeta"];
        compare(&names, &layer, &expected, |level, found| {
            let [mean, variance, y, dx, dw, dgamma, dbeta] = found else { unreachable!() };
            layer.convolve(level, (&x, &w), y, mean, variance).unwrap();
            let norm = Norm { gamma: &gamma, beta: &beta, mean, variance };
            let gradients = ConvBatchNormGradients { dx: Some(dx), dw: Some(dw), dgamma, dbeta };
            layer.backward(level, (&x, &w), (y, norm, &dz), gradients).unwrap();
        });
    }
}
