//! The published families, one file each. Each function gives a network for 1,000 classes.

mod efficientnet;
mod mobilenet_v1;
mod mobilenet_v2;
mod mobilenet_v3;
mod shufflenet_v1;
mod shufflenet_v2;

pub use efficientnet::{efficientnet, efficientnet_lite};
pub use mobilenet_v1::mobilenet_v1;
pub use mobilenet_v2::mobilenet_v2;
pub use mobilenet_v3::{mobilenet_v3_large, mobilenet_v3_small};
pub use shufflenet_v1::shufflenet_v1;
pub use shufflenet_v2::shufflenet_v2;

use crate::arch::{BatchNorm, Block};

const CLASSES: usize = 1000;
const RESOLUTION: usize = 224;

/// Batch normalization as TensorFlow's networks have it.
const TENSORFLOW_NORM: BatchNorm = BatchNorm { epsilon: 1e-3, momentum: 0.01 };
/// Batch normalization as PyTorch has it.
const PYTORCH_NORM: BatchNorm = BatchNorm { epsilon: 1e-5, momentum: 0.1 };

/// What a stage repeats: the block without its stride.
pub(crate) fn repeated(block: Block) -> Block {
    let grouped = block.groups[1];
    // The first unit of ShuffleNetV1 is the one whose first convolution has no groups.
    let groups = if block.groups == [1, grouped] { [grouped; 2] } else { block.groups };
    Block { stride: 1, groups, ..block }
}

/// A stage: a block, and as many repetitions as make `blocks`.
fn stage(first: Block, blocks: usize) -> Vec<Block> {
    let mut stage = vec![repeated(first); blocks];
    if let Some(block) = stage.first_mut() {
        *block = first;
    }
    stage
}

/// The end of a name for a width: nothing for 1, otherwise `_0.35`.
fn width_suffix(width: f64) -> String {
    if width == 1.0 { String::new() } else { format!("_{width}") }
}
