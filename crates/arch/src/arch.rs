//! What a network is, as data.

use serde::{Deserialize, Serialize};

use crate::Activation;

/// A network: square images `[resolution, resolution, channels]` through a stem, stages of blocks and a head, to one score for
/// each class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arch {
    /// What it is called.
    pub name: String,
    /// Rows and columns of the images.
    pub resolution: usize,
    /// Channels of the images: 3 for colours, 1 for grey.
    pub channels: usize,
    /// How many scores it gives.
    pub classes: usize,
    /// What happens to pixels before the stem.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rescale: Option<Rescale>,
    /// How images are padded for windows at their borders.
    pub padding: Padding,
    /// Batch normalization, behind every convolution.
    pub norm: BatchNorm,
    /// The first layers.
    pub stem: Stem,
    /// Blocks in order; depth is scaled by stages.
    pub stages: Vec<Vec<Block>>,
    /// The last layers.
    pub head: Head,
    /// The rate of stochastic depth of the last block; it grows linearly from 0 at the first.
    #[serde(default)]
    pub drop_path: f64,
    /// How its sizes are scaled.
    #[serde(default)]
    pub scaling: Scaling,
}

/// `x * scale + offset` by channel; one value counts for all channels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rescale {
    /// Factors.
    pub scale: Vec<f32>,
    /// Summands.
    pub offset: Vec<f32>,
}

/// How images are padded for windows at their borders. Sizes of results are the same for odd kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Padding {
    /// TensorFlow's: as little as windows need, the larger half behind.
    Same,
    /// PyTorch's usual: half the kernel on each side.
    Symmetric,
}

/// Batch normalization: `(x - mean) / sqrt(variance + epsilon) * gamma + beta`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchNorm {
    /// What keeps the root from zero.
    pub epsilon: f32,
    /// The share of a new batch in the moving averages (PyTorch's convention: 1 minus TensorFlow's momentum).
    pub momentum: f32,
}

/// The first layers: a convolution with batch normalization, perhaps a maximum over 3×3 windows with stride 2.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stem {
    /// Rows and columns of the convolution's windows.
    pub kernel: usize,
    /// Its stride.
    pub stride: usize,
    /// Its output channels.
    pub out: usize,
    /// Its activation; must not be negative ahead of a pool.
    pub activation: Activation,
    /// Whether the maximum over windows follows.
    #[serde(default)]
    pub pool: bool,
}

/// A block: what stands between two places where the channels of the whole image are mixed and handed on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// How its layers are joined.
    pub kind: BlockKind,
    /// Rows and columns of the depthwise convolution's windows.
    pub kernel: usize,
    /// The stride of the depthwise convolution.
    pub stride: usize,
    /// Output channels.
    pub out: usize,
    /// Channels of the depthwise convolution. [`BlockKind::Separable`] has those of its input.
    #[serde(default)]
    pub middle: Middle,
    /// Groups of the first and of the last 1×1 convolution.
    #[serde(default = "ungrouped")]
    pub groups: [usize; 2],
    /// Squeeze and excitation behind the depthwise convolution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub se: Option<SqueezeExcite>,
    /// The activation inside of the block.
    pub activation: Activation,
}

fn ungrouped() -> [usize; 2] {
    [1, 1]
}

/// How a block's layers are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// MobileNetV1: depthwise, 1×1; an activation behind each.
    Separable,
    /// MobileNetV2, V3, EfficientNet: 1×1 expand (absent if it would not widen), depthwise, squeeze and excitation, 1×1 project without
    /// activation; plus the input where sizes agree.
    InvertedResidual,
    /// ShuffleNetV1: grouped 1×1, channel shuffle (by the groups of the last 1×1), depthwise, grouped 1×1; plus the input where sizes
    /// agree, otherwise joined with the input's average over 3×3 windows.
    ShuffleV1,
    /// ShuffleNetV2: one half of the channels stays, the other takes 1×1, depthwise, 1×1; where sizes do not agree both
    /// branches take the whole input. Then channel shuffle.
    ShuffleV2,
}

/// How many channels the middle of a block has.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Middle {
    /// So many times those of the block's input, rounded to a multiple of [`Scaling::divisor`].
    TimesInput(f64),
    /// So many times those of the block's output, rounded.
    TimesOutput(f64),
    /// So many.
    Channels(usize),
}

impl Default for Middle {
    fn default() -> Self {
        Self::TimesInput(1.0)
    }
}

/// Squeeze and excitation: channels are multiplied by gates computed of their averages.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SqueezeExcite {
    /// Channels of its middle, as a share.
    pub ratio: f64,
    /// Of what `ratio` is a share.
    pub of: SqueezeOf,
    /// What the number of channels of its middle is a multiple of.
    pub divisor: usize,
    /// The activation of its middle.
    pub activation: Activation,
    /// The gate.
    pub gate: Activation,
}

/// Whose channels count for those of squeeze and excitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SqueezeOf {
    /// The block's input.
    Input,
    /// The block's middle.
    Middle,
}

/// The last layers: perhaps a 1×1 convolution, the average over the image, perhaps a hidden layer, the scores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The 1×1 convolution ahead of the average.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conv: Option<HeadConv>,
    /// The layer between average and scores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Hidden>,
    /// The rate of dropout ahead of the scores.
    #[serde(default)]
    pub dropout: f64,
}

/// A 1×1 convolution with batch normalization.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadConv {
    /// Output channels.
    pub out: usize,
    /// Its activation.
    pub activation: Activation,
}

/// A dense layer without normalization.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hidden {
    /// Its size.
    pub out: usize,
    /// Its activation.
    pub activation: Activation,
    /// Whether it has a bias.
    pub bias: bool,
}

/// How the sizes of a family are scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scaling {
    /// What channels are multiples of.
    pub divisor: usize,
    /// Whether width counts for the stem.
    pub stem: bool,
    /// Whether width counts for the convolution of the head.
    pub head: HeadWidth,
    /// Whether depth counts for the first and the last stage.
    pub outer_depth: bool,
}

impl Default for Scaling {
    fn default() -> Self {
        Self { divisor: 8, stem: true, head: HeadWidth::Scaled, outer_depth: true }
    }
}

/// Whether width counts for the convolution of the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadWidth {
    /// Yes.
    Scaled,
    /// Only if it widens.
    Widened,
    /// No.
    Fixed,
}
