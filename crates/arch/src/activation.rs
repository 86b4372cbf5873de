use serde::{Deserialize, Serialize};

/// A function of each element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// `x`.
    #[default]
    Linear,
    /// `max(x, 0)`.
    Relu,
    /// `min(max(x, 0), 6)`.
    Relu6,
    /// `x * relu6(x + 3) / 6`.
    HardSwish,
    /// `relu6(x + 3) / 6`.
    HardSigmoid,
    /// `x / (1 + exp(-x))`.
    Silu,
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
}

impl Activation {
    /// Its name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Relu => "relu",
            Self::Relu6 => "relu6",
            Self::HardSwish => "hard_swish",
            Self::HardSigmoid => "hard_sigmoid",
            Self::Silu => "silu",
            Self::Sigmoid => "sigmoid",
        }
    }

    /// Whether no result is negative.
    pub fn is_non_negative(self) -> bool {
        matches!(self, Self::Relu | Self::Relu6 | Self::HardSigmoid | Self::Sigmoid)
    }

    /// Its value at `x`.
    pub fn apply(self, x: f32) -> f32 {
        let relu6 = |x: f32| x.clamp(0.0, 6.0);
        let sigmoid = |x: f32| 1.0 / (1.0 + (-x).exp());
        match self {
            Self::Linear => x,
            Self::Relu => x.max(0.0),
            Self::Relu6 => relu6(x),
            Self::HardSwish => x * relu6(x + 3.0) / 6.0,
            Self::HardSigmoid => relu6(x + 3.0) / 6.0,
            Self::Silu => x * sigmoid(x),
            Self::Sigmoid => sigmoid(x),
        }
    }
}
