//! MobileNetV2 (arXiv 1801.04381).

use super::{CLASSES, RESOLUTION, TENSORFLOW_NORM, stage, width_suffix};
use crate::Activation;
use crate::arch::{Arch, Block, BlockKind, Head, HeadConv, HeadWidth, Middle, Padding, Scaling, Stem};

/// Expansion, output channels, blocks, stride of the first.
const STAGES: &[(f64, usize, usize, usize)] = &[
    (1.0, 16, 1, 1),
    (6.0, 24, 2, 2),
    (6.0, 32, 3, 2),
    (6.0, 64, 4, 2),
    (6.0, 96, 3, 1),
    (6.0, 160, 3, 2),
    (6.0, 320, 1, 1),
];

/// MobileNetV2, `width` times as wide as the published one.
pub fn mobilenet_v2(width: f64) -> Arch {
    let stages = STAGES.iter().map(|&(expand, out, blocks, stride)| {
        let first = Block {
            kind: BlockKind::InvertedResidual,
            kernel: 3,
            stride,
            out,
            middle: Middle::TimesInput(expand),
            groups: [1, 1],
            se: None,
            activation: Activation::Relu6,
        };
        stage(first, blocks)
    });
    let arch = Arch {
        name: format!("mobilenet_v2{}", width_suffix(width)),
        resolution: RESOLUTION,
        channels: 3,
        classes: CLASSES,
        rescale: None,
        padding: Padding::Same,
        norm: TENSORFLOW_NORM,
        stem: Stem { kernel: 3, stride: 2, out: 32, activation: Activation::Relu6, pool: false },
        stages: stages.collect(),
        head: Head {
            conv: Some(HeadConv { out: 1280, activation: Activation::Relu6 }),
            hidden: None,
            dropout: 0.2,
        },
        drop_path: 0.0,
        scaling: Scaling { head: HeadWidth::Widened, ..Scaling::default() },
    };
    arch.with_width(width)
}
