//! Times training steps of a small MobileNetV2: forward, cross-entropy, backward, SGD with momentum, on these kernels alone.
//!
//! `cargo run --release -p featherlite-train-kernels --example step -- RESOLUTION BATCH THREADS SECONDS`
//!
//! `tools/train_step_torch.py` times the same network in PyTorch.
#![allow(clippy::print_stdout)]

use std::time::{Duration, Instant};

use featherlite_base::{Error, Result};
use featherlite_simd::Level;
use featherlite_testkit::Random;
use featherlite_train_kernels::{
    Activation, Buffer, Conv2d, ConvBatchNorm, ConvChain, Convolution, DepthwiseConv2d, LayerGradients,
    LayerParameters, LayerState, Nhwc, SavedLayerState, Statistics, Window,
};

const CLASSES: usize = 10;
const STEM: usize = 16;
const HEAD: usize = 256;

/// Expansion, channels, repeats, first stride.
fn table(resolution: usize) -> [(usize, usize, usize, usize); 5] {
    let stride = if resolution >= 64 { 2 } else { 1 };
    [(1, 16, 1, 1), (6, 24, 2, stride), (6, 32, 2, 2), (6, 64, 3, 2), (6, 96, 2, 1)]
}

fn pointwise(input: Nhwc, out_channels: usize) -> Convolution {
    Convolution::Full(Conv2d { input, out_channels, window: Window::symmetric(1, 1), groups: 1 })
}

/// A trained tensor.
struct Parameter {
    value: Vec<f32>,
    gradient: Vec<f32>,
    velocity: Vec<f32>,
}

impl Parameter {
    fn new(value: Vec<f32>) -> Self {
        let zeros = vec![0.0; value.len()];
        Self { value, gradient: zeros.clone(), velocity: zeros }
    }

    fn step(&mut self) {
        for ((value, gradient), velocity) in self.value.iter_mut().zip(&self.gradient).zip(&mut self.velocity)
        {
            *velocity = 0.9 * *velocity + gradient;
            *value -= 0.01 * *velocity;
        }
    }
}

/// A layer's parameters and what its forward pass leaves.
struct Layer {
    w: Parameter,
    gamma: Parameter,
    beta: Parameter,
    mean: Vec<f32>,
    variance: Vec<f32>,
    y: Buffer,
}

impl Layer {
    fn new(random: &mut Random, convolution: &Convolution) -> Result<Self> {
        let output = convolution.output()?;
        let weights = convolution.weights_len()?;
        let fan = (weights / output.channels) as f32;
        let values = random.reals(weights).iter().map(|x| x * (3.0 / fan).sqrt()).collect();
        Ok(Self {
            w: Parameter::new(values),
            gamma: Parameter::new(vec![1.0; output.channels]),
            beta: Parameter::new(vec![0.0; output.channels]),
            mean: vec![0.0; output.channels],
            variance: vec![0.0; output.channels],
            y: Buffer::new(output.len()?),
        })
    }
}

struct Block {
    chain: ConvChain,
    layers: Vec<Layer>,
    z: Buffer,
}

impl Block {
    fn new(
        random: &mut Random,
        convolutions: &[(Convolution, Activation)],
        is_residual: bool,
    ) -> Result<Self> {
        let layers: Result<Vec<_>> =
            convolutions.iter().map(|(convolution, _)| Layer::new(random, convolution)).collect();
        let ops = convolutions.iter().map(|&(convolution, activation)| ConvBatchNorm {
            convolution,
            epsilon: 1e-5,
            activation,
            statistics: Statistics::Batch,
        });
        let layers = layers?;
        let z = Buffer::new(layers.last().map_or(0, |layer| layer.y.len()));
        Ok(Self { chain: ConvChain { layers: ops.collect(), is_residual }, layers, z })
    }

    fn forward(&mut self, level: Level, x: &[f32]) -> Result<()> {
        let (mut parameters, mut states) = (Vec::new(), Vec::new());
        for Layer { w, gamma, beta, mean, variance, y } in &mut self.layers {
            parameters.push(LayerParameters {
                w: &w.value,
                gamma: &gamma.value,
                beta: &beta.value,
                rounding: None,
            });
            states.push(LayerState { y, mean, variance, range: None });
        }
        self.chain.forward(level, x, &parameters, &mut states, &mut self.z)
    }

    fn backward(&mut self, level: Level, x: &[f32], dz: &[f32], dx: Option<&mut [f32]>) -> Result<()> {
        let (mut parameters, mut states, mut gradients) = (Vec::new(), Vec::new(), Vec::new());
        for Layer { w, gamma, beta, mean, variance, y } in &mut self.layers {
            parameters.push(LayerParameters {
                w: &w.value,
                gamma: &gamma.value,
                beta: &beta.value,
                rounding: None,
            });
            states.push(SavedLayerState { y, mean, variance });
            gradients.push(LayerGradients {
                dw: Some(&mut w.gradient),
                dgamma: &mut gamma.gradient,
                dbeta: &mut beta.gradient,
            });
        }
        self.chain.backward(level, (x, dz), &parameters, &states, &mut gradients, dx)
    }
}

struct Network {
    blocks: Vec<Block>,
    classifier: Parameter,
    features: Nhwc,
    /// Gradients behind and before a block.
    gradients: [Buffer; 2],
}

impl Network {
    fn new(resolution: usize, batch: usize) -> Result<Self> {
        let mut random = Random::new(1);
        let mut input = Nhwc { batch, height: resolution, width: resolution, channels: 3 };
        let stride = if resolution >= 64 { 2 } else { 1 };
        let stem = Conv2d { input, out_channels: STEM, window: Window::symmetric(3, stride), groups: 1 };
        let mut blocks =
            vec![Block::new(&mut random, &[(Convolution::Full(stem), Activation::Relu6)], false)?];
        input = stem.output()?;
        for (expansion, channels, repeats, first_stride) in table(resolution) {
            for repeat in 0..repeats {
                let stride = if repeat == 0 { first_stride } else { 1 };
                let mut convolutions = Vec::new();
                let expand = pointwise(input, input.channels * expansion);
                if expansion != 1 {
                    convolutions.push((expand, Activation::Relu6));
                }
                let window = Window::symmetric(3, stride);
                let depthwise = Convolution::Depthwise(DepthwiseConv2d { input: expand.output()?, window });
                convolutions.push((depthwise, Activation::Relu6));
                let project = pointwise(depthwise.output()?, channels);
                convolutions.push((project, Activation::None));
                blocks.push(Block::new(&mut random, &convolutions, input == project.output()?)?);
                input = project.output()?;
            }
        }
        let head = pointwise(input, HEAD);
        blocks.push(Block::new(&mut random, &[(head, Activation::Relu6)], false)?);
        let classifier = Parameter::new(random.reals(CLASSES * HEAD).iter().map(|x| x * 0.06).collect());
        let largest = blocks.iter().map(|block| block.z.len()).max().unwrap_or(0);
        let gradients = [Buffer::new(largest), Buffer::new(largest)];
        Ok(Self { blocks, classifier, features: head.output()?, gradients })
    }

    /// Returns the loss, and how long the forward pass took.
    fn step(&mut self, level: Level, x: &[f32], labels: &[usize]) -> Result<(f32, Duration)> {
        let start = Instant::now();
        for index in 0..self.blocks.len() {
            let (before, block) = self.blocks.split_at_mut(index);
            block[0].forward(level, before.last().map_or(x, |block| &block.z[..]))?;
        }
        let loss = self.classify(labels);
        let forward = start.elapsed();
        let [mut dz, mut dx] = self.gradients.each_mut();
        for index in (0..self.blocks.len()).rev() {
            let (before, block) = self.blocks.split_at_mut(index);
            let x = before.last().map_or(x, |block| &block.z[..]);
            let dx_part = (index > 0).then(|| &mut dx[..x.len()]);
            let len = block[0].z.len();
            block[0].backward(level, x, &dz[..len], dx_part)?;
            std::mem::swap(&mut dz, &mut dx);
        }
        for layer in self.blocks.iter_mut().flat_map(|block| &mut block.layers) {
            [&mut layer.w, &mut layer.gamma, &mut layer.beta].into_iter().for_each(Parameter::step);
        }
        self.classifier.step();
        Ok((loss, forward))
    }

    /// Mean over pixels, classifier and cross-entropy; leaves the gradient of the features.
    fn classify(&mut self, labels: &[usize]) -> f32 {
        let pixels = self.features.height * self.features.width;
        let z = self.blocks.last().map_or(&[][..], |block| &block.z[..]);
        let dz = &mut self.gradients[0];
        let mut loss = 0.0;
        self.classifier.gradient.fill(0.0);
        for (image, (z, &label)) in z.chunks(pixels * HEAD).zip(labels).enumerate() {
            let mut mean = [0.0; HEAD];
            for z in z.chunks(HEAD) {
                mean.iter_mut().zip(z).for_each(|(mean, z)| *mean += z / pixels as f32);
            }
            let weights = self.classifier.value.chunks(HEAD);
            let logits: Vec<f32> = weights.map(|w| w.iter().zip(&mean).map(|(w, x)| w * x).sum()).collect();
            let sum: f32 = logits.iter().map(|x| x.exp()).sum();
            loss += (sum.ln() - logits[label]) / labels.len() as f32;
            let mut gradient = [0.0; HEAD];
            for (class, logit) in logits.iter().enumerate() {
                let target = if class == label { 1.0 } else { 0.0 };
                let error = (logit.exp() / sum - target) / labels.len() as f32;
                for channel in 0..HEAD {
                    self.classifier.gradient[class * HEAD + channel] += error * mean[channel];
                    gradient[channel] +=
                        error * self.classifier.value[class * HEAD + channel] / pixels as f32;
                }
            }
            dz[image * pixels * HEAD..][..pixels * HEAD]
                .chunks_mut(HEAD)
                .for_each(|dz| dz.copy_from_slice(&gradient));
        }
        loss
    }
}

fn main() -> Result<()> {
    let arguments: Vec<usize> =
        std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let [resolution, batch, threads, seconds] = arguments[..] else {
        return Err(Error::invalid_value("usage: step RESOLUTION BATCH THREADS SECONDS"));
    };
    let level = match std::env::var("FEATHERLITE_ISA") {
        Ok(name) => Level::named(&name).map_err(|error| Error::unsupported(error.to_string()))?,
        Err(_) => Level::detect(),
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Error::invalid_value(error.to_string()))?;
    pool.install(|| {
        let mut random = Random::new(2);
        let mut network = Network::new(resolution, batch)?;
        let x = random.reals(batch * resolution * resolution * 3);
        let labels: Vec<usize> = (0..batch).map(|_| random.below(CLASSES)).collect();
        let (mut times, mut loss) = (Vec::new(), 0.0);
        let start = Instant::now();
        while times.len() < 5 || start.elapsed() < Duration::from_secs(seconds as u64) {
            let start = Instant::now();
            let (step_loss, forward) = network.step(level, &x, &labels)?;
            loss = step_loss;
            times.push([start.elapsed(), forward].map(|time| time.as_secs_f64() * 1e3));
        }
        let steps = times.len() - 2;
        let measured = &mut times[2..];
        measured.sort_by(|a, b| a[0].total_cmp(&b[0]));
        let [median, forward] = measured[steps / 2];
        println!(
            "{resolution}x{resolution} batch {batch}, {threads} threads: median {median:.1} ms (forward {forward:.1}), \
             least {:.1} ms, {steps} steps, loss {loss:.4}",
            measured[0][0]
        );
        Ok(())
    })
}
