//! A network as a flat list of primitive layers.

use crate::{Activation, BatchNorm, Padding, Rescale};

/// Layers in order; each reads earlier ones. The first is the input, the last one gives the scores.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// What it is called.
    pub name: String,
    /// The layers.
    pub layers: Vec<Layer>,
}

/// A primitive layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Its name, unique and stable: `stem.conv`, `blocks.2.0.expand` (the first block of the third stage), `classifier`.
    pub name: String,
    /// What it computes.
    pub kind: Kind,
    /// Which earlier layers it reads, by index.
    pub inputs: Vec<usize>,
    /// Rows, columns, channels of its result, for one image.
    pub output: [usize; 3],
}

/// What a layer computes.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// The images.
    Input,
    /// `x * scale + offset` by channel.
    Rescale(Rescale),
    /// A convolution, with batch normalization and activation.
    Conv(Conv),
    /// The maximum over windows; what is padded counts as lowest, which nothing here tells from 0.
    MaxPool(Pool),
    /// The average over windows.
    AveragePool(Pool),
    /// The average over the image: `[h, w, c]` to `[1, 1, c]`.
    GlobalAveragePool,
    /// A dense layer on `[1, 1, c]`.
    Dense(Dense),
    /// The sum of two layers, of which the first skipped a block.
    Add {
        /// The rate of stochastic depth: how often training leaves the second one out.
        drop_rate: f64,
        /// Its activation.
        activation: Activation,
    },
    /// The first layer, channels multiplied by the second, `[1, 1, c]`.
    Multiply,
    /// Channels of all layers, one behind the other.
    Concat,
    /// Some of the channels.
    Slice {
        /// The first of them; how many they are is that of [`Layer::output`].
        start: usize,
    },
    /// Channels as a matrix `[groups, c / groups]`, transposed.
    ChannelShuffle {
        /// Its rows.
        groups: usize,
    },
    /// A function of each element.
    Activation(Activation),
    /// Dropout while training, nothing otherwise.
    Dropout {
        /// How much is dropped.
        rate: f64,
    },
}

/// A convolution. It is depthwise if `groups` is the number of its input's channels and of its output's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conv {
    /// Rows and columns of its windows.
    pub kernel: usize,
    /// Its stride.
    pub stride: usize,
    /// What is padded around its input, in zeros.
    pub pads: Pads,
    /// Channels of a group see their own group of the input only.
    pub groups: usize,
    /// Whether it is depthwise: one window for each channel.
    pub depthwise: bool,
    /// Whether it has a bias.
    pub bias: bool,
    /// Batch normalization behind it.
    pub norm: Option<BatchNorm>,
    /// The activation at the end.
    pub activation: Activation,
}

/// Windows of a pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pool {
    /// Rows and columns of its windows.
    pub kernel: usize,
    /// Its stride.
    pub stride: usize,
    /// What is padded around its input.
    pub pads: Pads,
    /// Whether an average counts what is padded.
    pub counts_pads: bool,
}

/// A dense layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dense {
    /// Whether it has a bias.
    pub bias: bool,
    /// The activation at the end.
    pub activation: Activation,
}

/// Rows and columns padded around an image: no more than windows read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pads {
    /// Rows above.
    pub top: usize,
    /// Columns on the left.
    pub left: usize,
    /// Rows below.
    pub bottom: usize,
    /// Columns on the right.
    pub right: usize,
}

impl Pads {
    /// For square images of `size` rows; and how many rows the result has.
    pub fn of(padding: Padding, size: usize, kernel: usize, stride: usize) -> (Self, usize) {
        let out = match padding {
            Padding::Same => size.div_ceil(stride),
            Padding::Symmetric => (size + kernel / 2 * 2).saturating_sub(kernel) / stride + 1,
        };
        let needed = ((out - 1) * stride + kernel).saturating_sub(size);
        let before = match padding {
            Padding::Same => needed / 2,
            Padding::Symmetric => kernel / 2,
        };
        let after = needed.saturating_sub(before);
        (Self { top: before, left: before, bottom: after, right: after }, out)
    }
}

/// What a weight is to its layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `.kernel`: of a convolution `[out, kh, kw, in / groups]`, depthwise `[kh, kw, c]`, of a dense layer `[out, in]`.
    Kernel,
    /// `.bias` `[out]`.
    Bias,
    /// `.gamma` `[out]` of batch normalization.
    Gamma,
    /// `.beta` `[out]` of batch normalization.
    Beta,
    /// `.mean` `[out]`: the moving average; not trained.
    Mean,
    /// `.variance` `[out]`: the moving average; not trained.
    Variance,
}

impl Role {
    /// The end of a weight's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kernel => "kernel",
            Self::Bias => "bias",
            Self::Gamma => "gamma",
            Self::Beta => "beta",
            Self::Mean => "mean",
            Self::Variance => "variance",
        }
    }

    /// Whether gradients change it.
    pub fn is_trained(self) -> bool {
        !matches!(self, Self::Mean | Self::Variance)
    }
}

/// A weight that a network needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weight {
    /// `<layer>.<role>`.
    pub name: String,
    /// Which layer's, by index.
    pub layer: usize,
    /// What it is to the layer.
    pub role: Role,
    /// Its sizes.
    pub shape: Vec<usize>,
}

impl Weight {
    /// How many values it has.
    pub fn len(&self) -> usize {
        self.shape.iter().copied().fold(1, usize::saturating_mul)
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Network {
    /// Channels that a layer reads, of its first input.
    pub fn in_channels(&self, layer: usize) -> usize {
        let first = self.layers.get(layer).and_then(|layer| layer.inputs.first());
        first.and_then(|&input| self.layers.get(input)).map_or(0, |input| input.output[2])
    }

    /// The layer of this name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.layers.iter().position(|layer| layer.name == name)
    }

    /// All weights, in the order of layers.
    pub fn weights(&self) -> Vec<Weight> {
        (0..self.layers.len()).flat_map(|layer| self.weights_of(layer)).collect()
    }

    /// The weights of a layer.
    pub fn weights_of(&self, layer: usize) -> Vec<Weight> {
        let Some(Layer { name, kind, output, .. }) = self.layers.get(layer) else { return Vec::new() };
        let (channels, out) = (self.in_channels(layer), output[2]);
        let weight = |role: Role, shape: Vec<usize>| Weight {
            name: format!("{name}.{}", role.name()),
            layer,
            role,
            shape,
        };
        let mut weights = Vec::new();
        match kind {
            Kind::Conv(conv) => {
                let k = conv.kernel;
                weights.push(match conv.depthwise {
                    true => weight(Role::Kernel, vec![k, k, out]),
                    false => weight(Role::Kernel, vec![out, k, k, channels / conv.groups]),
                });
                if conv.bias {
                    weights.push(weight(Role::Bias, vec![out]));
                }
                if conv.norm.is_some() {
                    let roles = [Role::Gamma, Role::Beta, Role::Mean, Role::Variance];
                    weights.extend(roles.map(|role| weight(role, vec![out])));
                }
            }
            Kind::Dense(dense) => {
                weights.push(weight(Role::Kernel, vec![out, channels]));
                if dense.bias {
                    weights.push(weight(Role::Bias, vec![out]));
                }
            }
            _ => {}
        }
        weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pads_are_those_of_the_frameworks() {
        let cases = [
            (Padding::Same, 224, 3, 2, [0, 1, 112]),
            (Padding::Symmetric, 224, 3, 2, [1, 0, 112]),
            (Padding::Same, 15, 5, 2, [2, 2, 8]),
            (Padding::Symmetric, 15, 5, 2, [2, 2, 8]),
            (Padding::Same, 7, 3, 1, [1, 1, 7]),
            (Padding::Symmetric, 8, 1, 2, [0, 0, 4]),
        ];
        for (padding, size, kernel, stride, expected) in cases {
            let (pads, out) = Pads::of(padding, size, kernel, stride);
            assert_eq!([pads.top, pads.bottom, out], expected, "{padding:?} {size} {kernel} {stride}");
        }
    }
}
