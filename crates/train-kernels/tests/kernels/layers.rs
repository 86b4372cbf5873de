//! Layers of a convolution with normalization, and chains of them, against the references of their parts.

use std::sync::{Barrier, Mutex};

use featherlite_testkit::Random;
use featherlite_train_kernels::batch_norm::{self, Norm, Statistics};
use featherlite_train_kernels::{
    Activation, Conv2d, ConvBatchNorm, ConvBatchNormGradients, ConvChain, Convolution, DepthwiseConv2d,
    LayerGradients, LayerParameters, LayerState, Nhwc, PackedParameters, Peers, Place, Rounding,
    SavedLayerState, Window, conv_2d, depthwise_conv_2d,
};

use crate::compare::{compare, wide};
use crate::{CASES, random_input};

/// Parameters and state of a layer, in `f64` where a reference computes.
#[derive(Clone, Debug)]
struct Numbers<F> {
    w: Vec<F>,
    gamma: Vec<F>,
    beta: Vec<F>,
}

/// What a layer computes: y, mean, variance, dw, dgamma, dbeta.
const RESULTS: [&str; 6] = ["y", "mean", "variance", "dw", "dgamma", "dbeta"];

impl Numbers<f32> {
    fn parameters(&self) -> LayerParameters<'_> {
        LayerParameters { w: &self.w, gamma: &self.gamma, beta: &self.beta, rounding: None }
    }
}

fn convolve(convolution: &Convolution, x: &[f64], w: &[f64], y: &mut [f64]) {
    match convolution {
        Convolution::Full(conv) => conv_2d::reference::forward(conv, x, w, y).unwrap(),
        Convolution::Depthwise(conv) => depthwise_conv_2d::reference::forward(conv, x, w, y).unwrap(),
    }
}

fn differentiate(
    convolution: &Convolution,
    (x, w, dy): (&[f64], &[f64], &[f64]),
    dx: &mut [f64],
    dw: &mut [f64],
) {
    match convolution {
        Convolution::Full(conv) => {
            conv_2d::reference::input_gradient(conv, dy, w, dx).unwrap();
            conv_2d::reference::weight_gradient(conv, x, dy, dw).unwrap();
        }
        Convolution::Depthwise(conv) => {
            depthwise_conv_2d::reference::input_gradient(conv, dy, w, dx).unwrap();
            depthwise_conv_2d::reference::weight_gradient(conv, x, dy, dw).unwrap();
        }
    }
}

/// What the references compute for a chain: z and dx, then [`RESULTS`] of each layer.
fn reference(chain: &ConvChain, x: &[f64], dz: &[f64], numbers: &[Numbers<f64>]) -> Vec<Vec<f64>> {
    let mut results = Vec::new();
    let mut inputs = vec![x.to_vec()];
    for (layer, numbers) in chain.layers.iter().zip(numbers) {
        let batch_norm = layer.batch_norm().unwrap();
        let mut y = vec![0.0; batch_norm.rows * batch_norm.channels];
        let (mut mean, mut variance) = (vec![0.25; batch_norm.channels], vec![0.5; batch_norm.channels]);
        convolve(&layer.convolution, inputs.last().unwrap(), &numbers.w, &mut y);
        if layer.statistics == Statistics::Batch {
            batch_norm::reference::statistics(&batch_norm, &y, &mut mean, &mut variance).unwrap();
        }
        let norm = Norm { gamma: &numbers.gamma, beta: &numbers.beta, mean: &mean, variance: &variance };
        let mut z = vec![0.0; y.len()];
        batch_norm::reference::forward(&batch_norm, &y, norm, &mut z).unwrap();
        inputs.push(z);
        results.push([y, mean, variance]);
    }
    let mut z = inputs.pop().unwrap();
    let mut gradient = dz.to_vec();
    let mut all = Vec::new();
    for (index, layer) in chain.layers.iter().enumerate().rev() {
        let ([y, mean, variance], numbers) = (&results[index], &numbers[index]);
        let batch_norm = layer.batch_norm().unwrap();
        let norm = Norm { gamma: &numbers.gamma, beta: &numbers.beta, mean, variance };
        let mut dy = vec![0.0; y.len()];
        let (mut dgamma, mut dbeta) = (vec![0.0; batch_norm.channels], vec![0.0; batch_norm.channels]);
        let operands = (&y[..], norm, &gradient[..]);
        batch_norm::reference::backward(&batch_norm, operands, &mut dy, &mut dgamma, &mut dbeta).unwrap();
        let (mut dx, mut dw) = (vec![0.0; inputs[index].len()], vec![0.0; numbers.w.len()]);
        differentiate(&layer.convolution, (&inputs[index], &numbers.w, &dy), &mut dx, &mut dw);
        all.push([y.clone(), mean.clone(), variance.clone(), dw, dgamma, dbeta]);
        gradient = dx;
    }
    if chain.is_residual {
        z.iter_mut().zip(x).for_each(|(z, x)| *z += x);
        gradient.iter_mut().zip(dz).for_each(|(dx, dz)| *dx += dz);
    }
    [vec![z, gradient], all.into_iter().rev().flatten().collect()].concat()
}

/// A chain that fits an input: up to three layers, the last as wide as the input if it can be added to it.
fn random_chain(random: &mut Random, mut input: Nhwc) -> ConvChain {
    let first = input;
    let mut layers = Vec::new();
    let count = random.size(1..=3);
    for index in 0..count {
        let window = Window::symmetric(random.pick(&[1, 3, 5]), random.pick(&[1, 1, 2]));
        let out_channels = if index + 1 == count { first.channels } else { random.pick(&[4, 16, 20, 40]) };
        let convolution = match random.below(5) {
            0 | 1 => Convolution::Depthwise(DepthwiseConv2d { input, window }),
            2 | 3 => {
                Convolution::Full(Conv2d { input, out_channels, window: Window::symmetric(1, 1), groups: 1 })
            }
            _ => Convolution::Full(Conv2d { input, out_channels, window, groups: 1 }),
        };
        layers.push(ConvBatchNorm {
            convolution,
            epsilon: 1e-1,
            activation: random.pick(&[Activation::None, Activation::Swish, Activation::Sigmoid]),
            statistics: random.pick(&[Statistics::Batch, Statistics::Batch, Statistics::Frozen]),
        });
        input = convolution.output().unwrap();
    }
    ConvChain { layers, is_residual: input == first }
}

fn random_numbers(random: &mut Random, layer: &ConvBatchNorm) -> Numbers<f32> {
    let channels = layer.convolution.output().unwrap().channels;
    Numbers {
        w: random.reals(layer.convolution.weights_len().unwrap()),
        gamma: random.reals(channels),
        beta: random.reals(channels),
    }
}

fn wide_numbers(numbers: &Numbers<f32>) -> Numbers<f64> {
    Numbers { w: wide(&numbers.w), gamma: wide(&numbers.gamma), beta: wide(&numbers.beta) }
}

#[test]
fn conv_batch_norm() {
    let mut random = Random::new(15);
    for _ in 0..CASES {
        let channels = random.pick(&[1, 3, 8, 16, 24, 40]);
        let input = Nhwc { batch: random.size(2..=5), ..random_input(&mut random, channels) };
        let mut chain = random_chain(&mut random, input);
        chain.layers.truncate(1);
        chain.is_residual = false;
        let layer = ConvBatchNorm { statistics: Statistics::Batch, ..chain.layers[0] };
        chain.layers[0] = layer;
        let numbers = random_numbers(&mut random, &layer);
        let x = random.reals(input.len().unwrap());
        let dz = random.reals(layer.convolution.output().unwrap().len().unwrap());
        let expected = reference(&chain, &wide(&x), &wide(&dz), &[wide_numbers(&numbers)]);
        let names = [&["dx"], &RESULTS[..]].concat();
        compare(&names, &layer, &expected[1..], |level, found| {
            let [dx, y, mean, variance, dw, dgamma, dbeta] = found else { unreachable!() };
            layer.convolve(level, (&x, &numbers.w), y, mean, variance).unwrap();
            let norm = Norm { gamma: &numbers.gamma, beta: &numbers.beta, mean, variance };
            let gradients = ConvBatchNormGradients { dx: Some(dx), dw: Some(dw), dgamma, dbeta };
            layer.backward(level, (&x, &numbers.w), (y, norm, &dz), gradients).unwrap();
        });
    }
}

#[test]
fn conv_chain() {
    let mut random = Random::new(16);
    for _ in 0..CASES {
        let channels = random.pick(&[1, 3, 8, 16, 24, 40]);
        let input = Nhwc { batch: random.size(2..=5), ..random_input(&mut random, channels) };
        let chain = random_chain(&mut random, input);
        let numbers: Vec<_> = chain.layers.iter().map(|layer| random_numbers(&mut random, layer)).collect();
        let parameters: Vec<_> = numbers.iter().map(|numbers| numbers.parameters()).collect();
        let x = random.reals(input.len().unwrap());
        let output = chain.layers.last().unwrap().convolution.output().unwrap();
        let dz = random.reals(output.len().unwrap());
        let wide_numbers: Vec<_> = numbers.iter().map(wide_numbers).collect();
        let expected = reference(&chain, &wide(&x), &wide(&dz), &wide_numbers);
        let names = [vec!["z", "dx"], RESULTS.repeat(chain.layers.len())].concat();
        compare(&names, &chain, &expected, |level, found| {
            let (outputs, layers) = found.split_at_mut(2);
            let [z, dx] = outputs else { unreachable!() };
            let (mut states, mut gradients) = (Vec::new(), Vec::new());
            for results in layers.chunks_mut(RESULTS.len()) {
                let [y, mean, variance, dw, dgamma, dbeta] = results else { unreachable!() };
                mean.fill(0.25);
                variance.fill(0.5);
                states.push(LayerState { y, mean, variance, range: None });
                gradients.push(LayerGradients { dw: Some(dw), dgamma, dbeta });
            }
            chain.forward(level, &x, &parameters, &mut states, z).unwrap();
            let saved: Vec<_> = states
                .iter()
                .map(|state| SavedLayerState { y: state.y, mean: state.mean, variance: state.variance })
                .collect();
            chain.backward(level, (&x, &dz), &parameters, &saved, &mut gradients, Some(dx)).unwrap();
        });
    }
}

#[test]
fn packed_chains_are_the_same() {
    let mut random = Random::new(17);
    for _ in 0..CASES / 4 {
        let input = Nhwc { batch: 3, ..random_input(&mut random, 8) };
        let chain = random_chain(&mut random, input);
        let numbers: Vec<_> = chain.layers.iter().map(|layer| random_numbers(&mut random, layer)).collect();
        let packed: Vec<f32> = numbers
            .iter()
            .flat_map(|numbers| [&numbers.w[..], &numbers.gamma, &numbers.beta].concat())
            .collect();
        let x = random.reals(input.len().unwrap());
        let output = chain.layers.last().unwrap().convolution.output().unwrap();
        let dz = random.reals(output.len().unwrap());
        let wide_numbers: Vec<_> = numbers.iter().map(wide_numbers).collect();
        let all = reference(&chain, &wide(&x), &wide(&dz), &wide_numbers);
        let of_layers = |indices: &[usize]| -> Vec<f64> {
            let layers = all[2..].chunks(RESULTS.len());
            layers.flat_map(|results| indices.iter().flat_map(|&index| results[index].clone())).collect()
        };
        let expected = [all[0].clone(), all[1].clone(), of_layers(&[1, 2]), of_layers(&[3, 4, 5])];
        compare(&["z", "dx", "statistics", "gradients"], &chain, &expected, |level, found| {
            let [z, dx, statistics, gradients] = found else { unreachable!() };
            for pair in statistics_by_layer(&chain, statistics) {
                let (mean, variance) = pair.split_at_mut(pair.len() / 2);
                mean.fill(0.25);
                variance.fill(0.5);
            }
            let parameters = PackedParameters { values: &packed, roundings: &[] };
            let outputs = chain.forward_packed(level, &x, parameters, (statistics, &mut []), z).unwrap();
            let saved = (&outputs[..], &statistics[..]);
            chain.backward_packed(level, (&x, &dz), parameters, saved, gradients, Some(dx)).unwrap();
        });
    }
}

/// A chain of two layers with rounded results is the same as two of one layer, and rounding behind each.
#[test]
fn rounded_chains_are_layers_and_rounding() {
    let mut random = Random::new(18);
    for _ in 0..CASES / 4 {
        let input = Nhwc { batch: 3, ..random_input(&mut random, 8) };
        let mut chain = random_chain(&mut random, input);
        chain.layers.iter_mut().for_each(|layer| layer.statistics = Statistics::Batch);
        chain.is_residual = false;
        let numbers: Vec<_> = chain.layers.iter().map(|layer| random_numbers(&mut random, layer)).collect();
        let rounding = Rounding { scale: 0.021, zero_point: -100, least: -128, greatest: -90 };
        let grids: Vec<f32> = (0..1000).map(|channel| [8.0, 256.0, 64.0][channel % 3]).collect();
        let x = random.reals(input.len().unwrap());
        let output = chain.layers.last().unwrap().convolution.output().unwrap();
        let dz = random.reals(output.len().unwrap());

        let parameters: Vec<_> = numbers
            .iter()
            .map(|numbers| {
                let rounding = Some((rounding, &grids[..numbers.gamma.len()]));
                LayerParameters { rounding, ..numbers.parameters() }
            })
            .collect();
        let joint = run(&chain, &x, &dz, &parameters);

        let (mut inputs, mut values) = (vec![x.clone()], Vec::new());
        let one = |layer: &ConvBatchNorm| ConvChain { layers: vec![*layer], is_residual: false };
        for (layer, numbers) in chain.layers.iter().zip(&numbers) {
            let result = run(&one(layer), inputs.last().unwrap(), &[], &[numbers.parameters()]);
            let grids = grids[..numbers.gamma.len()].iter().cycle();
            inputs.push(result.z.iter().zip(grids).map(|(&z, &grid)| rounded(rounding, grid, z)).collect());
            values.push(result.z);
        }
        assert_eq!(&joint.z, inputs.last().unwrap());
        let mut gradient = dz;
        for (index, layer) in chain.layers.iter().enumerate().rev() {
            let least = values[index].iter().copied().fold(f32::INFINITY, f32::min);
            let greatest = values[index].iter().copied().fold(f32::NEG_INFINITY, f32::max);
            assert_eq!(joint.ranges[index], [least, greatest], "{layer:?}");
            for (gradient, &value) in gradient.iter_mut().zip(&values[index]) {
                *gradient *= if passes(rounding, value) { 1.0 } else { 0.0 };
            }
            let result = run(&one(layer), &inputs[index], &gradient, &[numbers[index].parameters()]);
            for (joint, single) in joint.dw[index].iter().zip(&result.dw[0]) {
                assert!((joint - single).abs() < 1e-4 * (1.0 + single.abs()), "{joint} {single} {layer:?}");
            }
            gradient = result.dx;
        }
    }
}

/// Two threads that are a process each.
#[derive(Debug)]
struct Pair {
    barrier: Barrier,
    sent: Mutex<[Vec<f64>; 2]>,
}

#[derive(Debug)]
struct Half<'a>(&'a Pair, usize);

impl Peers for Half<'_> {
    fn count(&self) -> usize {
        2
    }

    fn gather(&self, own: &[f64]) -> Vec<Vec<f64>> {
        let Pair { barrier, sent } = self.0;
        sent.lock().unwrap()[self.1] = own.to_vec();
        barrier.wait();
        let all = sent.lock().unwrap().to_vec();
        barrier.wait();
        all
    }
}

/// Halves of a batch, each in a process of its own, give what the batch gives.
#[test]
fn chains_among_processes_are_chains_of_the_whole_batch() {
    let mut random = Random::new(19);
    for _ in 0..CASES / 4 {
        let input = Nhwc { batch: 2, ..random_input(&mut random, 8) };
        let seed = random.below(1 << 30) as u64;
        let [half, whole] = [1, 2]
            .map(|times| random_chain(&mut Random::new(seed), Nhwc { batch: times * input.batch, ..input }));
        let numbers: Vec<_> = half.layers.iter().map(|layer| random_numbers(&mut random, layer)).collect();
        let parameters: Vec<_> = numbers.iter().map(Numbers::parameters).collect();
        let output = half.layers.last().unwrap().convolution.output().unwrap();
        let x = random.reals(2 * input.len().unwrap());
        let dz = random.reals(2 * output.len().unwrap());
        let joint = run(&whole, &x, &dz, &parameters);

        let pair = Pair { barrier: Barrier::new(2), sent: Mutex::default() };
        let [x, dz] = [&x, &dz].map(|all| all.split_at(all.len() / 2));
        let [first, second] = std::thread::scope(|scope| {
            let other = scope.spawn(|| run_among(Some(&Half(&pair, 1)), &half, x.1, dz.1, &parameters));
            [run_among(Some(&Half(&pair, 0)), &half, x.0, dz.0, &parameters), other.join().unwrap()]
        });
        let near = |joint: &[f32], parts: &[f32], what: &str| {
            assert_eq!(joint.len(), parts.len());
            let largest = joint.iter().fold(1f32, |largest, x| largest.max(x.abs()));
            for (joint, part) in joint.iter().zip(parts) {
                assert!((joint - part).abs() < 1e-4 * largest, "{what}: {joint} {part} {half:?}");
            }
        };
        let sum = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a + b).collect::<Vec<f32>>();
        near(&joint.z, &[first.z, second.z].concat(), "z");
        near(&joint.dx, &[first.dx, second.dx].concat(), "dx");
        for (at, dw) in joint.dw.iter().enumerate() {
            near(dw, &sum(&first.dw[at], &second.dw[at]), "dw");
        }
        for (at, affine) in joint.affine.iter().enumerate() {
            near(affine, &sum(&first.affine[at], &second.affine[at]), "dgamma or dbeta");
        }
    }
}

fn rounded(rounding: Rounding, grid: f32, value: f32) -> f32 {
    let fine = (value / rounding.scale * grid + 0.5).floor() / grid;
    let [least, greatest] = bounds(rounding);
    rounding.scale * fine.round().clamp(least, greatest)
}

fn passes(rounding: Rounding, value: f32) -> bool {
    let [least, greatest] = bounds(rounding);
    (least..=greatest).contains(&(value / rounding.scale).round())
}

fn bounds(rounding: Rounding) -> [f32; 2] {
    [rounding.least, rounding.greatest].map(|level| (level - rounding.zero_point) as f32)
}

struct Run {
    z: Vec<f32>,
    ranges: Vec<[f32; 2]>,
    dx: Vec<f32>,
    dw: Vec<Vec<f32>>,
    /// Gradients of the normalizations' scales, then of their offsets, by layer.
    affine: Vec<Vec<f32>>,
}

/// Forward and, if there is a gradient of the output, backward.
fn run(chain: &ConvChain, x: &[f32], dz: &[f32], parameters: &[LayerParameters<'_>]) -> Run {
    run_among(None, chain, x, dz, parameters)
}

fn run_among(
    peers: Option<&dyn Peers>,
    chain: &ConvChain,
    x: &[f32],
    dz: &[f32],
    parameters: &[LayerParameters<'_>],
) -> Run {
    let place = Place { level: featherlite_simd::Level::detect(), peers };
    let outputs: Vec<Nhwc> = chain.layers.iter().map(|layer| layer.convolution.output().unwrap()).collect();
    let zeros = |len: usize| vec![0.0f32; len];
    let by_layer = |len: &dyn Fn(&Nhwc) -> usize| outputs.iter().map(|output| zeros(len(output))).collect();
    let mut ys: Vec<Vec<f32>> = by_layer(&|output| output.len().unwrap());
    let [mut means, mut variances, mut dgammas, mut dbetas]: [Vec<Vec<f32>>; 4] =
        std::array::from_fn(|_| by_layer(&|output| output.channels));
    let mut dw: Vec<Vec<f32>> = parameters.iter().map(|parameters| zeros(parameters.w.len())).collect();
    let mut ranges = vec![[0.0; 2]; outputs.len()];
    let (mut z, mut dx) = (zeros(outputs.last().unwrap().len().unwrap()), zeros(x.len()));
    let states = ys.iter_mut().zip(&mut means).zip(&mut variances).zip(&mut ranges);
    let mut states: Vec<_> = states
        .map(|(((y, mean), variance), range)| LayerState { y, mean, variance, range: Some(range) })
        .collect();
    chain.forward(place, x, parameters, &mut states, &mut z).unwrap();
    if !dz.is_empty() {
        let saved = ys.iter().zip(&means).zip(&variances);
        let saved: Vec<_> =
            saved.map(|((y, mean), variance)| SavedLayerState { y, mean, variance }).collect();
        let gradients = dw.iter_mut().zip(&mut dgammas).zip(&mut dbetas);
        let mut gradients: Vec<_> =
            gradients.map(|((dw, dgamma), dbeta)| LayerGradients { dw: Some(dw), dgamma, dbeta }).collect();
        chain.backward(place, (x, dz), parameters, &saved, &mut gradients, Some(&mut dx)).unwrap();
    }
    Run { z, ranges, dx, dw, affine: [dgammas, dbetas].concat() }
}

/// Means and variances of each layer.
fn statistics_by_layer<'a>(chain: &ConvChain, mut statistics: &'a mut [f32]) -> Vec<&'a mut [f32]> {
    let mut layers = Vec::new();
    for layer in &chain.layers {
        let channels = layer.convolution.output().unwrap().channels;
        let (this, behind) = statistics.split_at_mut(2 * channels);
        layers.push(this);
        statistics = behind;
    }
    layers
}

#[test]
fn chains_that_do_not_fit_are_errors() {
    let input = Nhwc { batch: 1, height: 4, width: 4, channels: 2 };
    let pointwise = |input, out_channels| ConvBatchNorm {
        convolution: Convolution::Full(Conv2d {
            input,
            out_channels,
            window: Window::symmetric(1, 1),
            groups: 1,
        }),
        epsilon: 1e-3,
        activation: Activation::Relu6,
        statistics: Statistics::Batch,
    };
    let run = |layers: Vec<ConvBatchNorm>, is_residual| {
        let level = featherlite_simd::Level::SCALAR;
        let chain = ConvChain { layers, is_residual };
        chain.forward(level, &[0.0; 32], &[], &mut [], &mut [0.0; 48]).unwrap_err().to_string()
    };
    assert_eq!(run(vec![], false), "conv_chain: no layers");
    assert!(run(vec![pointwise(input, 3), pointwise(input, 3)], false).contains("behind"));
    assert!(run(vec![pointwise(input, 3)], true).contains("is added to"));
    assert!(run(vec![pointwise(input, 3)], false).contains("parameters has 0 elements where 1 are"));
}
