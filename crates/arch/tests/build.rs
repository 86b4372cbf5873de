//! Built networks run, and their layers have the shapes and values that the network says.

use std::collections::{HashMap, HashSet};

use featherlite_arch::{
    Activation, Arch, BuildOptions, Network, Padding, Role, Weights, build, build_tflite, find,
};
use featherlite_ops::core::OpSet;
use featherlite_runtime::{Model, SessionOptions};

/// One of each family, small.
const NAMES: &[&str] = &[
    "mobilenet_v1_0.25",
    "mobilenet_v2_0.35",
    "mobilenet_v3_large_0.35",
    "mobilenet_v3_small_0.5",
    "shufflenet_v1_0.25_g1",
    "shufflenet_v1_0.5_g3",
    "shufflenet_v1_0.25_g8",
    "shufflenet_v2_0.5",
    "efficientnet_b0",
    "efficientnet_lite0",
];

fn small(name: &str) -> Arch {
    find(name).unwrap().with_resolution(36).with_classes(5)
}

/// Normalization and biases that change something.
fn unsettled(network: &Network) -> Weights {
    let mut weights = network.initialize(3);
    for (number, weight) in network.weights().iter().enumerate() {
        let tensor = weights.get_mut(&weight.name).unwrap();
        for (index, value) in tensor.values.iter_mut().enumerate() {
            *value += ((index * 7 + number * 3) % 11) as f32 * 0.01;
        }
    }
    weights
}

fn pixels(len: usize) -> Vec<f32> {
    (0..len).map(|index| ((index * 37 % 101) as f32 - 50.0) / 50.0).collect()
}

#[test]
fn shapes_are_those_of_the_runtime() {
    for name in NAMES {
        for padding in [Padding::Same, Padding::Symmetric] {
            let network = small(name).with_padding(padding).network().unwrap();
            let model = build(&network, &network.initialize(1), BuildOptions::default()).unwrap();
            let graph = &model.graphs[0];
            let sizes = |value: &featherlite_ir::Value| -> Vec<usize> {
                value.shape.as_ref().unwrap().iter().map(|dim| dim.size().unwrap()).collect()
            };
            let shapes: HashMap<&str, Vec<usize>> =
                graph.values().map(|(_, value)| (value.name.as_str(), sizes(value))).collect();
            for layer in &network.layers[1..network.layers.len() - 1] {
                let Some(shape) = shapes.get(layer.name.as_str()) else {
                    assert_eq!(layer.name, "head.dropout");
                    continue;
                };
                let [rows, columns, channels] = layer.output;
                let is_equal = *shape == [1, rows, columns, channels]
                    || (*shape == [1, channels] && [rows, columns] == [1, 1]);
                assert!(is_equal, "{name} {}: {shape:?}, {:?}", layer.name, layer.output);
            }
        }
    }
}

#[test]
fn files_give_what_a_plain_interpreter_gives() {
    for name in NAMES {
        for padding in [Padding::Same, Padding::Symmetric] {
            let network = small(name).with_padding(padding).network().unwrap();
            let weights = unsettled(&network);
            let x = pixels(36 * 36 * 3);
            let file = build_tflite(&network, &weights, BuildOptions::default()).unwrap();
            let model = Model::from_bytes(file, &OpSet::new(featherlite_ops::ALL)).unwrap();
            let mut session = model.session_with(SessionOptions::default()).unwrap();
            session.input_mut::<f32>(0).unwrap().copy_from_slice(&x);
            session.run().unwrap();
            let found: Vec<f32> = session.output(0).unwrap().values::<f32>().unwrap().to_vec();
            let expected = plain::run(&network, &weights, &x);
            let largest = expected.iter().fold(0f32, |largest, value| largest.max(value.abs()));
            assert_eq!(found.len(), 5);
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found - expected).abs() <= 2e-5 * largest, "{name} {padding:?}: {found} {expected}");
            }
        }
    }
}

#[test]
fn passes_keep_the_names_of_layers() {
    for name in NAMES {
        let network = small(name).network().unwrap();
        let mut model = build(&network, &network.initialize(1), BuildOptions::default()).unwrap();
        featherlite_convert::passes::run(&mut model, None, |_, _| {}).unwrap();
        let names: HashSet<&str> = model.graphs[0].values().map(|(_, value)| value.name.as_str()).collect();
        for (index, layer) in network.layers.iter().enumerate() {
            let is_renamed = index == 0 || index + 1 == network.layers.len() || layer.name == "head.dropout";
            assert!(is_renamed || names.contains(layer.name.as_str()), "{name}: {}", layer.name);
            for weight in network.weights_of(index) {
                let is_folded = !matches!(weight.role, Role::Kernel | Role::Bias);
                assert!(is_folded || names.contains(weight.name.as_str()), "{name}: {}", weight.name);
            }
        }
    }
}

#[test]
fn options_are_heeded() {
    let network = small("mobilenet_v3_small_0.5").network().unwrap();
    let options = BuildOptions { softmax: true, open_batch: true };
    let model = build(&network, &network.initialize(1), options).unwrap();
    assert_eq!(model.signatures[0].outputs, ["probabilities"]);
    let text = model.graphs[0].to_string();
    assert!(text.contains("image: FLOAT32[batch,36,36,3]"), "{text}");
    assert!(text.contains("probabilities: FLOAT32[batch,5]"), "{text}");
    let mut weights = network.initialize(1);
    let other = weights.get("classifier.bias").unwrap().clone();
    weights.insert("stem.conv.gamma", other);
    let message = build(&network, &weights, options).unwrap_err().to_string();
    assert!(message.contains("stem.conv.gamma"), "{message}");
}

/// What layers mean, in plain loops.
mod plain {
    use super::*;
    use featherlite_arch::{Conv, Kind, Pool};

    struct Image {
        size: [usize; 3],
        values: Vec<f64>,
    }

    impl Image {
        fn new(size: [usize; 3]) -> Self {
            Self { size, values: vec![0.0; size.iter().product()] }
        }

        fn at(&self, row: usize, column: usize, channel: usize) -> f64 {
            self.values[(row * self.size[1] + column) * self.size[2] + channel]
        }

        /// Visits every place of this image.
        fn fill(mut self, value: impl Fn(usize, usize, usize) -> f64) -> Self {
            let [_, columns, channels] = self.size;
            for (index, slot) in self.values.iter_mut().enumerate() {
                *slot = value(index / channels / columns, index / channels % columns, index % channels);
            }
            self
        }
    }

    /// Rows or columns that a window sees, by its tap; those in the padding are left out.
    fn taps(place: usize, stride: usize, kernel: usize, before: usize, size: usize) -> Vec<(usize, usize)> {
        (0..kernel)
            .map(|tap| (tap, (place * stride + tap).wrapping_sub(before)))
            .filter(|(_, at)| *at < size)
            .collect()
    }

    pub(super) fn run(network: &Network, weights: &Weights, pixels: &[f32]) -> Vec<f32> {
        let mut images: Vec<Image> = Vec::new();
        for layer in &network.layers {
            let x = layer.inputs.first().map(|&input| &images[input]);
            let second = || &images[layer.inputs[1]];
            let weight = |role: &str| -> Vec<f64> {
                let values =
                    weights.get(&format!("{}.{role}", layer.name)).map(|tensor| tensor.values.clone());
                values.unwrap_or_default().iter().map(|&value| f64::from(value)).collect()
            };
            let out = Image::new(layer.output);
            let image = match (&layer.kind, x) {
                (Kind::Input, _) => {
                    Image { values: pixels.iter().map(|&pixel| f64::from(pixel)).collect(), ..out }
                }
                (Kind::Conv(conv), Some(x)) => convolve(conv, x, out, &weight),
                (Kind::MaxPool(pool), Some(x)) => pooled(pool, x, out, true),
                (Kind::AveragePool(pool), Some(x)) => pooled(pool, x, out, false),
                (Kind::GlobalAveragePool, Some(x)) => {
                    let area = (x.size[0] * x.size[1]) as f64;
                    let sum = |channel: usize| x.values.iter().skip(channel).step_by(x.size[2]).sum::<f64>();
                    out.fill(|_, _, channel| sum(channel) / area)
                }
                (Kind::Dense(dense), Some(x)) => {
                    let (kernel, bias) = (weight("kernel"), weight("bias"));
                    let len = x.values.len();
                    out.fill(|_, _, unit| {
                        let row = &kernel[unit * len..][..len];
                        let sum: f64 = row.iter().zip(&x.values).map(|(w, x)| w * x).sum();
                        activate(dense.activation, sum + bias.get(unit).unwrap_or(&0.0))
                    })
                }
                (Kind::Add { activation, .. }, Some(x)) => out.fill(|row, column, channel| {
                    activate(*activation, x.at(row, column, channel) + second().at(row, column, channel))
                }),
                (Kind::Multiply, Some(x)) => {
                    out.fill(|row, column, channel| x.at(row, column, channel) * second().at(0, 0, channel))
                }
                (Kind::Concat, Some(x)) => {
                    out.fill(|row, column, channel| match channel.checked_sub(x.size[2]) {
                        None => x.at(row, column, channel),
                        Some(channel) => second().at(row, column, channel),
                    })
                }
                (Kind::Slice { start }, Some(x)) => {
                    out.fill(|row, column, channel| x.at(row, column, start + channel))
                }
                (Kind::ChannelShuffle { groups }, Some(x)) => {
                    let each = x.size[2] / groups;
                    out.fill(|row, column, channel| {
                        x.at(row, column, channel % groups * each + channel / groups)
                    })
                }
                (Kind::Dropout { .. }, Some(x)) => Image { values: x.values.clone(), ..out },
                (kind, _) => panic!("{kind:?}"),
            };
            images.push(image);
        }
        images.pop().unwrap().values.iter().map(|&value| value as f32).collect()
    }

    fn activate(activation: Activation, x: f64) -> f64 {
        f64::from(activation.apply(x as f32))
    }

    fn convolve(conv: &Conv, x: &Image, out: Image, weight: &dyn Fn(&str) -> Vec<f64>) -> Image {
        let [rows, columns, channels] = x.size;
        let (outs, kernel) = (out.size[2], weight("kernel"));
        let norm = conv.norm.unwrap();
        let [gamma, beta, mean, variance] = ["gamma", "beta", "mean", "variance"].map(weight);
        let (k, each) = (conv.kernel, channels / conv.groups);
        out.fill(|row, column, channel| {
            let group = channel / (outs / conv.groups);
            let mut sum = 0.0;
            for (i, y) in taps(row, conv.stride, k, conv.pads.top, rows) {
                for (j, z) in taps(column, conv.stride, k, conv.pads.left, columns) {
                    for c in 0..each {
                        let index = match conv.depthwise {
                            true => (i * k + j) * outs + channel,
                            false => ((channel * k + i) * k + j) * each + c,
                        };
                        sum += kernel[index] * x.at(y, z, group * each + c);
                    }
                }
            }
            let root = (variance[channel] + f64::from(norm.epsilon)).sqrt();
            activate(conv.activation, (sum - mean[channel]) / root * gamma[channel] + beta[channel])
        })
    }

    fn pooled(pool: &Pool, x: &Image, out: Image, is_max: bool) -> Image {
        let [rows, columns, _] = x.size;
        out.fill(|row, column, channel| {
            let ys = taps(row, pool.stride, pool.kernel, pool.pads.top, rows);
            let zs = taps(column, pool.stride, pool.kernel, pool.pads.left, columns);
            let seen = ys.iter().flat_map(|(_, y)| zs.iter().map(move |(_, z)| x.at(*y, *z, channel)));
            let area = if pool.counts_pads { pool.kernel * pool.kernel } else { ys.len() * zs.len() };
            if is_max { seen.fold(f64::MIN, f64::max) } else { seen.sum::<f64>() / area as f64 }
        })
    }
}
