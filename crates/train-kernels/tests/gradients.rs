//! The gradients of the references are those of finite differences, in `f64`.

use featherlite_testkit::Random;
use featherlite_train_kernels::batch_norm::{self, BatchNorm, Norm, Statistics};
use featherlite_train_kernels::{
    Activation, Conv2d, DepthwiseConv2d, Nhwc, Padding, Window, conv_2d, depthwise_conv_2d,
};

const STEP: f64 = 1e-5;

fn reals(random: &mut Random, len: usize) -> Vec<f64> {
    (0..len).map(|_| random.real()).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Compares `gradient` with differences of `loss` around `at`.
#[track_caller]
fn check(what: &str, at: &[f64], gradient: &[f64], mut loss: impl FnMut(&[f64]) -> f64) {
    for (index, &expected) in gradient.iter().enumerate() {
        let mut moved = at.to_vec();
        moved[index] = at[index] + STEP;
        let above = loss(&moved);
        moved[index] = at[index] - STEP;
        let found = (above - loss(&moved)) / (2.0 * STEP);
        let error = (found - expected).abs();
        assert!(error < 1e-7 * (1.0 + expected.abs()), "{what}[{index}]: {expected}, difference {found}");
    }
}

fn windows() -> [Window; 5] {
    let uneven = Padding { top: 0, left: 2, bottom: 1, right: 0 };
    [
        Window::symmetric(1, 1),
        Window::symmetric(3, 1),
        Window::symmetric(3, 2),
        Window::symmetric(5, 2),
        Window { kernel: [2, 3], stride: [1, 2], padding: uneven },
    ]
}

#[test]
fn conv_2d_gradients() {
    let mut random = Random::new(1);
    for window in windows() {
        for (channels, out_channels, groups) in [(3, 2, 1), (4, 6, 2)] {
            let input = Nhwc { batch: 2, height: 4, width: 5, channels };
            let conv = Conv2d { input, out_channels, window, groups };
            let x = reals(&mut random, input.len().unwrap());
            let w = reals(&mut random, conv.weights_len().unwrap());
            let dy = reals(&mut random, conv.output().unwrap().len().unwrap());
            let loss = |x: &[f64], w: &[f64]| {
                let mut y = vec![0.0; dy.len()];
                conv_2d::reference::forward(&conv, x, w, &mut y).unwrap();
                dot(&y, &dy)
            };
            let (mut dx, mut dw) = (vec![0.0; x.len()], vec![0.0; w.len()]);
            conv_2d::reference::input_gradient(&conv, &dy, &w, &mut dx).unwrap();
            conv_2d::reference::weight_gradient(&conv, &x, &dy, &mut dw).unwrap();
            check("dx", &x, &dx, |x| loss(x, &w));
            check("dw", &w, &dw, |w| loss(&x, w));
        }
    }
}

#[test]
fn depthwise_conv_2d_gradients() {
    let mut random = Random::new(2);
    for window in windows() {
        let input = Nhwc { batch: 2, height: 4, width: 5, channels: 3 };
        let conv = DepthwiseConv2d { input, window };
        let x = reals(&mut random, input.len().unwrap());
        let w = reals(&mut random, conv.weights_len().unwrap());
        let dy = reals(&mut random, conv.output().unwrap().len().unwrap());
        let loss = |x: &[f64], w: &[f64]| {
            let mut y = vec![0.0; dy.len()];
            depthwise_conv_2d::reference::forward(&conv, x, w, &mut y).unwrap();
            dot(&y, &dy)
        };
        let (mut dx, mut dw) = (vec![0.0; x.len()], vec![0.0; w.len()]);
        depthwise_conv_2d::reference::input_gradient(&conv, &dy, &w, &mut dx).unwrap();
        depthwise_conv_2d::reference::weight_gradient(&conv, &x, &dy, &mut dw).unwrap();
        check("dx", &x, &dx, |x| loss(x, &w));
        check("dw", &w, &dw, |w| loss(&x, w));
    }
}

/// The loss behind a normalization: `dy` times its output.
fn normalized_loss(batch_norm: &BatchNorm, x: &[f64], norm: Norm<'_, f64>, dy: &[f64]) -> f64 {
    let (mut mean, mut variance) = (norm.mean.to_vec(), norm.variance.to_vec());
    if batch_norm.statistics == Statistics::Batch {
        batch_norm::reference::statistics(batch_norm, x, &mut mean, &mut variance).unwrap();
    }
    let mut y = vec![0.0; x.len()];
    let norm = Norm { mean: &mean, variance: &variance, ..norm };
    batch_norm::reference::forward(batch_norm, x, norm, &mut y).unwrap();
    dot(&y, dy)
}

#[test]
fn batch_norm_gradients() {
    let mut random = Random::new(3);
    let (rows, channels) = (7, 3);
    for activation in [Activation::None, Activation::Swish, Activation::Sigmoid] {
        for statistics in [Statistics::Batch, Statistics::Frozen] {
            let batch_norm = BatchNorm { rows, channels, epsilon: 1e-3, activation, statistics };
            let (x, dy) = (reals(&mut random, rows * channels), reals(&mut random, rows * channels));
            let (gamma, beta) = (reals(&mut random, channels), reals(&mut random, channels));
            let (mut mean, mut variance) = (vec![0.1; channels], vec![0.7; channels]);
            if statistics == Statistics::Batch {
                batch_norm::reference::statistics(&batch_norm, &x, &mut mean, &mut variance).unwrap();
            }
            let norm = Norm { gamma: &gamma, beta: &beta, mean: &mean, variance: &variance };
            let mut dx = vec![0.0; x.len()];
            let (mut dgamma, mut dbeta) = (vec![0.0; channels], vec![0.0; channels]);
            let inputs = (&x[..], norm, &dy[..]);
            batch_norm::reference::backward(&batch_norm, inputs, &mut dx, &mut dgamma, &mut dbeta).unwrap();
            check("dx", &x, &dx, |x| normalized_loss(&batch_norm, x, norm, &dy));
            check("dgamma", &gamma, &dgamma, |gamma| {
                normalized_loss(&batch_norm, &x, Norm { gamma, ..norm }, &dy)
            });
            check("dbeta", &beta, &dbeta, |beta| {
                normalized_loss(&batch_norm, &x, Norm { beta, ..norm }, &dy)
            });
        }
    }
}
