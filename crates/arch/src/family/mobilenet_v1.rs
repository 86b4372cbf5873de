//! MobileNetV1 (arXiv 1704.04861).

use super::{CLASSES, RESOLUTION, TENSORFLOW_NORM, width_suffix};
use crate::Activation;
use crate::arch::{Arch, Block, BlockKind, Head, Middle, Padding, Scaling, Stem};

/// Stages of blocks with the same resolution: the stride of the first, the outputs.
const STAGES: &[(usize, &[usize])] =
    &[(1, &[64]), (2, &[128, 128]), (2, &[256, 256]), (2, &[512; 6]), (2, &[1024, 1024])];

/// MobileNetV1, `width` times as wide as the published one.
pub fn mobilenet_v1(width: f64) -> Arch {
    let block = |stride, out| Block {
        kind: BlockKind::Separable,
        kernel: 3,
        stride,
        out,
        middle: Middle::default(),
        groups: [1, 1],
        se: None,
        activation: Activation::Relu6,
    };
    let stage = |&(stride, outs): &(usize, &[usize])| {
        let strides = std::iter::once(stride).chain(std::iter::repeat(1));
        outs.iter().zip(strides).map(|(&out, stride)| block(stride, out)).collect()
    };
    let arch = Arch {
        name: format!("mobilenet_v1{}", width_suffix(width)),
        resolution: RESOLUTION,
        channels: 3,
        classes: CLASSES,
        rescale: None,
        padding: Padding::Same,
        norm: TENSORFLOW_NORM,
        stem: Stem { kernel: 3, stride: 2, out: 32, activation: Activation::Relu6, pool: false },
        stages: STAGES.iter().map(stage).collect(),
        head: Head { dropout: 0.001, ..Head::default() },
        drop_path: 0.0,
        scaling: Scaling::default(),
    };
    arch.with_width(width)
}
