//! What training computes: a list of steps on activations `[n, h, w, c]`.
//!
//! It is made of an architecture's [`Network`](featherlite_arch::Network), or of a float network as it would be exported, whose tensors are then
//! those that quantization gives scales to.

mod chains;
mod from_model;
mod from_network;

pub(crate) use chains::{Chain, Role, chains};
pub(crate) use from_model::{Exported, from_model};

use featherlite_train_kernels::{Activation, Padding, Window};

/// Steps in order; each reads earlier ones. The first is the input, the last one gives the scores.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Graph {
    pub(crate) name: String,
    pub(crate) steps: Vec<Step>,
}

/// A computation on activations.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    /// What its result is called.
    pub(crate) name: String,
    /// The layer that it is, or is part of: parameters are called after it.
    pub(crate) layer: String,
    pub(crate) kind: Kind,
    /// Which earlier steps it reads.
    pub(crate) inputs: Vec<usize>,
    /// Height, width and channels of the result.
    pub(crate) output: [usize; 3],
}

/// What a step computes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Input,
    /// `x * scale + offset`, by channel or with one value for all, and a function of that.
    Rescale {
        scale: Vec<f32>,
        offset: Vec<f32>,
        activation: Activation,
    },
    /// A convolution or a dense layer (a convolution of 1 by 1), with what follows it.
    Convolve(Convolve),
    MaxPool(Window),
    AveragePool {
        window: Window,
        /// Whether padding counts as elements.
        counts_padding: bool,
    },
    /// The mean of every channel, `[n, 1, 1, c]`.
    Mean,
    Add {
        /// How often the second operand is left out in training (stochastic depth, arXiv 1603.09382).
        drop_rate: f64,
        activation: Activation,
    },
    /// The first operand times the second, which may be `[n, 1, 1, c]`.
    Multiply,
    /// Channels one behind the other.
    Concat,
    /// Channels from `start` on.
    Slice {
        start: usize,
    },
    /// Channels as a matrix of `groups` rows, transposed.
    Shuffle {
        groups: usize,
    },
    Activate(Activation),
    Dropout {
        rate: f64,
    },
}

/// A convolution, batch normalization and an activation function.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Convolve {
    pub(crate) window: Window,
    pub(crate) groups: usize,
    pub(crate) is_depthwise: bool,
    /// A dense layer: integer kernels round its sums once, those of convolutions twice.
    pub(crate) is_dense: bool,
    pub(crate) has_bias: bool,
    /// Constants that are part of the exported bias beside what is learned, by channel; none if empty.
    pub(crate) shift: Vec<f32>,
    /// Epsilon, and the share of a batch in the running statistics.
    pub(crate) norm: Option<(f32, f32)>,
    pub(crate) activation: Activation,
    /// Whether its parameters, and the statistics of its batch normalization, stay as they are.
    pub(crate) is_frozen: bool,
}

impl Graph {
    /// Convolutions whose parameters `is_frozen` names stay as they are.
    pub(crate) fn freeze(&mut self, is_frozen: impl Fn(&str) -> bool) {
        for step in &mut self.steps {
            let name = step.parameter("kernel");
            if let Kind::Convolve(convolve) = &mut step.kind {
                convolve.is_frozen = is_frozen(&name);
            }
        }
    }
}

impl Step {
    /// The name of one of its parameters.
    pub(crate) fn parameter(&self, role: &str) -> String {
        format!("{}.{role}", self.layer)
    }
}

/// A filter of 1 by 1.
pub(crate) fn pointwise() -> Window {
    Window { kernel: [1, 1], stride: [1, 1], padding: Padding::default() }
}
