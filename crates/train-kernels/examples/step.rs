//! Times training steps of a small MobileNetV2: forward, cross-entropy, backward, SGD with momentum, on these kernels alone.
//!
//! `cargo run --release -p featherlite-train-kernels --example step -- RESOLUTION BATCH THREADS SECONDS`
//!
//! `tools/train_step_torch.py` times the same network in PyTorch.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use featherlite_base::{Error, Result};
use featherlite_simd::Level;
use featherlite_testkit::Random;
use featherlite_train_kernels::{
    Activation, Conv2d, ConvBatchNorm, ConvBatchNormGradients, Convolution, DepthwiseConv2d, Nhwc, Norm,
    Statistics, Window,
};

const CLASSES: usize = 10;
const STEM: usize = 16;
const HEAD: usize = 256;

/// Expansion, channels, repeats, first stride.
fn blocks(resolution: usize) -> [(usize, usize, usize, usize); 5] {
    let stride = if resolution >= 64 { 2 } else { 1 };
    [(1, 16, 1, 1), (6, 24, 2, stride), (6, 32, 2, 2), (6, 64, 3, 2), (6, 96, 2, 1)]
}

/// Memory that begins at a cache line.
struct Buffer {
    memory: Vec<f32>,
    start: usize,
    len: usize,
}

impl Buffer {
    fn new(len: usize) -> Self {
        let memory = vec![0.0; len + 16];
        let start = memory.as_ptr().align_offset(64).min(16);
        Self { memory, start, len }
    }

    fn get(&self) -> &[f32] {
        &self.memory[self.start..self.start + self.len]
    }

    fn get_mut(&mut self) -> &mut [f32] {
        &mut self.memory[self.start..self.start + self.len]
    }
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

/// Time spent by kind of work.
#[derive(Default)]
struct Clock(BTreeMap<&'static str, Duration>);

impl Clock {
    fn time<R>(&mut self, what: &'static str, task: impl FnOnce() -> R) -> R {
        let start = Instant::now();
        let result = task();
        *self.0.entry(what).or_default() += start.elapsed();
        result
    }
}

/// Names of the parts of a layer's work, for the clock.
struct Names {
    convolve: &'static str,
    normalize: &'static str,
    backward: &'static str,
}

struct Layer {
    op: ConvBatchNorm,
    names: Names,
    w: Parameter,
    gamma: Parameter,
    beta: Parameter,
    mean: Vec<f32>,
    variance: Vec<f32>,
    y: Buffer,
    z: Buffer,
}

impl Layer {
    fn new(random: &mut Random, convolution: Convolution, activation: Activation) -> Result<Self> {
        let output = convolution.output()?;
        let (weights, names) = match &convolution {
            Convolution::Depthwise(conv) => (conv.weights_len()?, ("dw forward", "dw norm", "dw backward")),
            Convolution::Full(conv) if conv.window.is_pointwise() => {
                (conv.weights_len()?, ("pw forward", "pw norm", "pw backward"))
            }
            Convolution::Full(conv) => (conv.weights_len()?, ("stem forward", "stem norm", "stem backward")),
        };
        let fan = (weights / output.channels) as f32;
        let values = random.reals(weights).iter().map(|x| x * (3.0 / fan).sqrt()).collect();
        Ok(Self {
            op: ConvBatchNorm { convolution, epsilon: 1e-5, activation, statistics: Statistics::Batch },
            names: Names { convolve: names.0, normalize: names.1, backward: names.2 },
            w: Parameter::new(values),
            gamma: Parameter::new(vec![1.0; output.channels]),
            beta: Parameter::new(vec![0.0; output.channels]),
            mean: vec![0.0; output.channels],
            variance: vec![0.0; output.channels],
            y: Buffer::new(output.len()?),
            z: Buffer::new(output.len()?),
        })
    }

    fn forward(&mut self, level: Level, clock: &mut Clock, x: &[f32]) -> Result<()> {
        let (y, z) = (self.y.get_mut(), self.z.get_mut());
        clock.time(self.names.convolve, || {
            self.op.convolve(level, (x, &self.w.value), y, &mut self.mean, &mut self.variance)
        })?;
        let norm = Norm {
            gamma: &self.gamma.value,
            beta: &self.beta.value,
            mean: &self.mean,
            variance: &self.variance,
        };
        clock.time(self.names.normalize, || self.op.batch_norm()?.forward(level, y, norm, z))
    }

    fn backward(
        &mut self,
        level: Level,
        clock: &mut Clock,
        x: &[f32],
        dz: &[f32],
        dx: Option<&mut [f32]>,
    ) -> Result<()> {
        let norm = Norm {
            gamma: &self.gamma.value,
            beta: &self.beta.value,
            mean: &self.mean,
            variance: &self.variance,
        };
        let gradients = ConvBatchNormGradients {
            dx,
            dw: Some(&mut self.w.gradient),
            dgamma: &mut self.gamma.gradient,
            dbeta: &mut self.beta.gradient,
        };
        clock.time(self.names.backward, || {
            self.op.backward(level, (x, &self.w.value), (self.y.get(), norm, dz), gradients)
        })
    }
}

struct Network {
    layers: Vec<Layer>,
    /// For each layer, how many layers back the block began whose input is added to the layer's output.
    shortcuts: Vec<Option<usize>>,
    classifier: Parameter,
    features: Nhwc,
    /// Gradients of activations, three at a time.
    gradients: [Buffer; 3],
}

impl Network {
    fn new(resolution: usize, batch: usize) -> Result<Self> {
        let mut random = Random::new(1);
        let mut input = Nhwc { batch, height: resolution, width: resolution, channels: 3 };
        let (mut layers, mut shortcuts) = (Vec::new(), Vec::new());
        let mut push = |input: &mut Nhwc, convolution: Convolution, activation, shortcut| -> Result<()> {
            layers.push(Layer::new(&mut random, convolution, activation)?);
            shortcuts.push(shortcut);
            *input = convolution.output()?;
            Ok(())
        };
        let pointwise = |input: Nhwc, out_channels| {
            Convolution::Full(Conv2d { input, out_channels, window: Window::symmetric(1, 1), groups: 1 })
        };
        let stride = if resolution >= 64 { 2 } else { 1 };
        let stem = Conv2d { input, out_channels: STEM, window: Window::symmetric(3, stride), groups: 1 };
        push(&mut input, Convolution::Full(stem), Activation::Relu6, None)?;
        for (expansion, channels, repeats, first_stride) in blocks(resolution) {
            for repeat in 0..repeats {
                let stride = if repeat == 0 { first_stride } else { 1 };
                let block = input;
                if expansion != 1 {
                    let expand = pointwise(input, block.channels * expansion);
                    push(&mut input, expand, Activation::Relu6, None)?;
                }
                let depthwise = DepthwiseConv2d { input, window: Window::symmetric(3, stride) };
                push(&mut input, Convolution::Depthwise(depthwise), Activation::Relu6, None)?;
                let is_residual = stride == 1 && block.channels == channels;
                let back = if expansion == 1 { 2 } else { 3 };
                let project = pointwise(input, channels);
                push(&mut input, project, Activation::None, is_residual.then_some(back))?;
            }
        }
        let head = pointwise(input, HEAD);
        push(&mut input, head, Activation::Relu6, None)?;
        let classifier = Parameter::new(random.reals(CLASSES * HEAD).iter().map(|x| x * 0.06).collect());
        let largest = layers.iter().map(|layer| layer.z.len).max().unwrap_or(0);
        let gradients = [Buffer::new(largest), Buffer::new(largest), Buffer::new(largest)];
        Ok(Self { layers, shortcuts, classifier, features: input, gradients })
    }

    fn step(&mut self, level: Level, clock: &mut Clock, x: &[f32], labels: &[usize]) -> Result<f32> {
        for index in 0..self.layers.len() {
            let (before, layer) = self.layers.split_at_mut(index);
            layer[0].forward(level, clock, before.last().map_or(x, |layer| layer.z.get()))?;
            if let Some(back) = self.shortcuts[index] {
                let (input, z) = (before[index - back].z.get(), layer[0].z.get_mut());
                clock.time("add", || z.iter_mut().zip(input).for_each(|(z, x)| *z += x));
            }
        }
        let loss = self.classify(labels);
        let [mut dz, mut dx, mut shortcut] = self.gradients.each_mut();
        let mut begins = None;
        for index in (0..self.layers.len()).rev() {
            let (before, layer) = self.layers.split_at_mut(index);
            let layer = &mut layer[0];
            if let Some(back) = self.shortcuts[index] {
                let len = layer.z.len;
                clock.time("add", || shortcut.get_mut()[..len].copy_from_slice(&dz.get()[..len]));
                begins = Some(index + 1 - back);
            }
            let x = before.last().map_or(x, |layer| layer.z.get());
            let dx_part = (index > 0).then(|| &mut dx.get_mut()[..x.len()]);
            layer.backward(level, clock, x, &dz.get()[..layer.z.len], dx_part)?;
            if begins == Some(index) {
                let dx = &mut dx.get_mut()[..x.len()];
                clock.time("add", || dx.iter_mut().zip(shortcut.get()).for_each(|(dx, d)| *dx += d));
                begins = None;
            }
            std::mem::swap(&mut dz, &mut dx);
        }
        let _ = &mut shortcut;
        let layers = &mut self.layers;
        clock.time("sgd", || {
            layers
                .iter_mut()
                .flat_map(|layer| [&mut layer.w, &mut layer.gamma, &mut layer.beta])
                .for_each(Parameter::step);
            self.classifier.step();
        });
        Ok(loss)
    }

    /// Mean over pixels, classifier and cross-entropy; leaves the gradient of the features.
    fn classify(&mut self, labels: &[usize]) -> f32 {
        let pixels = self.features.height * self.features.width;
        let z = self.layers.last().map_or(&[][..], |layer| layer.z.get());
        let dz = self.gradients[0].get_mut();
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
            for class in 0..CLASSES {
                let target = if class == label { 1.0 } else { 0.0 };
                let error = (logits[class].exp() / sum - target) / labels.len() as f32;
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
        let mut clock = Clock::default();
        let start = Instant::now();
        while times.len() < 5 || start.elapsed() < Duration::from_secs(seconds as u64) {
            if times.len() == 2 {
                clock = Clock::default();
            }
            let start = Instant::now();
            loss = network.step(level, &mut clock, &x, &labels)?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        let steps = times.len() - 2;
        let measured = &mut times[2..];
        measured.sort_by(f64::total_cmp);
        println!(
            "{resolution}x{resolution} batch {batch}, {threads} threads: median {:.1} ms, least {:.1} ms, {steps} steps, loss {loss:.4}",
            measured[steps / 2], measured[0]
        );
        for (what, time) in &clock.0 {
            println!("  {what:14} {:6.1} ms", time.as_secs_f64() * 1e3 / steps as f64);
        }
        Ok(())
    })
}
