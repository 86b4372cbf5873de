//! The kernels compute what the references compute in `f64`, at every instruction-set level and any number of threads.

use featherlite_simd::Level;
use featherlite_testkit::Random;
use featherlite_train_kernels::batch_norm::{self, BatchNorm, Norm, Statistics};
use featherlite_train_kernels::{
    Activation, ChannelGate, Conv2d, DepthwiseConv2d, GlobalAveragePool, Nhwc, Padding, Window, conv_2d,
    depthwise_conv_2d,
};

use compare::{compare, wide};

mod compare;
mod layers;

const CASES: usize = 60;

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
        // Lines of one, two and three tiles.
        let input = Nhwc { width: random.size(1..=25), ..random_input(&mut random, channels) };
        let conv = DepthwiseConv2d { input, window };
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
fn channel_gate_and_global_average_pool() {
    let mut random = Random::new(19);
    for _ in 0..CASES {
        let channels = random.pick(&[1, 3, 16, 24, 70]);
        let input = random_input(&mut random, channels);
        let pixels = input.height * input.width;
        let (x, dy) = (random.reals(input.len().unwrap()), random.reals(input.len().unwrap()));
        let gate = random.reals(input.batch * channels);
        let of = |index: usize| index / (pixels * channels) * channels + index % channels;
        let mut expected = [
            vec![0.0; x.len()],
            vec![0.0; x.len()],
            vec![0.0; gate.len()],
            vec![0.0; gate.len()],
            vec![0.0; x.len()],
        ];
        for index in 0..x.len() {
            let (x, dy, gate) = (f64::from(x[index]), f64::from(dy[index]), f64::from(gate[of(index)]));
            expected[0][index] = x * gate;
            expected[1][index] = dy * gate;
            expected[2][of(index)] += x * dy;
            expected[3][of(index)] += x / pixels as f64;
            expected[4][index] = gate / pixels as f64;
        }
        let (gated, pool) = (ChannelGate { input }, GlobalAveragePool { input });
        compare(&["y", "dx", "dgate", "mean", "spread"], &input, &expected, |level, found| {
            let [y, dx, dgate, mean, spread] = found else { unreachable!() };
            gated.forward(level, &x, &gate, y).unwrap();
            gated.backward(level, (&x, &gate, &dy), dx, dgate).unwrap();
            pool.forward(level, &x, mean).unwrap();
            pool.backward(level, &gate, spread).unwrap();
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
