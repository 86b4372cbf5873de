//! EfficientNet (arXiv 1905.11946), and the Lite ones for processors without fast sigmoids.

use super::{CLASSES, TENSORFLOW_NORM, stage};
use crate::Activation::{Relu6, Sigmoid, Silu};
use crate::arch::{
    Arch, Block, BlockKind, Head, HeadConv, HeadWidth, Middle, Padding, Scaling, SqueezeExcite, SqueezeOf,
    Stem,
};
use crate::{Error, Result};

/// Expansion, kernel, output channels, blocks, stride of the first.
const STAGES: &[(f64, usize, usize, usize, usize)] = &[
    (1.0, 3, 16, 1, 1),
    (6.0, 3, 24, 2, 2),
    (6.0, 5, 40, 2, 2),
    (6.0, 3, 80, 3, 2),
    (6.0, 5, 112, 3, 1),
    (6.0, 5, 192, 4, 2),
    (6.0, 3, 320, 1, 1),
];

/// Width, depth, resolution, dropout of B0 to B7.
const SIZES: &[(f64, f64, usize, f64)] = &[
    (1.0, 1.0, 224, 0.2),
    (1.0, 1.1, 240, 0.2),
    (1.1, 1.2, 260, 0.3),
    (1.2, 1.4, 300, 0.3),
    (1.4, 1.8, 380, 0.4),
    (1.6, 2.2, 456, 0.4),
    (1.8, 2.6, 528, 0.5),
    (2.0, 3.1, 600, 0.5),
];

/// Width, depth, resolution, dropout of Lite0 to Lite4.
const LITE_SIZES: &[(f64, f64, usize, f64)] = &[
    (1.0, 1.0, 224, 0.2),
    (1.0, 1.1, 240, 0.2),
    (1.1, 1.2, 260, 0.3),
    (1.2, 1.4, 280, 0.3),
    (1.4, 1.8, 300, 0.3),
];

/// The squeeze and excitation of EfficientNet.
const SE: SqueezeExcite =
    SqueezeExcite { ratio: 0.25, of: SqueezeOf::Input, divisor: 1, activation: Silu, gate: Sigmoid };

/// EfficientNet-B0 to B7.
///
/// # Errors
/// If there is none of this number.
pub fn efficientnet(number: usize) -> Result<Arch> {
    let size = SIZES.get(number);
    let size = size.ok_or_else(|| Error::argument(format!("EfficientNets are B0 to B7, not B{number}")))?;
    Ok(sized(base(false), size).with_name(format!("efficientnet_b{number}")))
}

/// EfficientNet-Lite0 to Lite4.
///
/// # Errors
/// If there is none of this number.
pub fn efficientnet_lite(number: usize) -> Result<Arch> {
    let size = LITE_SIZES.get(number);
    let none = || Error::argument(format!("EfficientNet-Lites are Lite0 to Lite4, not Lite{number}"));
    Ok(sized(base(true), size.ok_or_else(none)?).with_name(format!("efficientnet_lite{number}")))
}

fn sized(arch: Arch, &(width, depth, resolution, dropout): &(f64, f64, usize, f64)) -> Arch {
    let mut arch = arch.with_width(width).with_depth(depth).with_resolution(resolution);
    arch.head.dropout = dropout;
    arch
}

fn base(is_lite: bool) -> Arch {
    let activation = if is_lite { Relu6 } else { Silu };
    let stages = STAGES.iter().map(|&(expand, kernel, out, blocks, stride)| {
        let first = Block {
            kind: BlockKind::InvertedResidual,
            kernel,
            stride,
            out,
            middle: Middle::TimesInput(expand),
            groups: [1, 1],
            se: (!is_lite).then_some(SE),
            activation,
        };
        stage(first, blocks)
    });
    Arch {
        name: String::new(),
        resolution: 224,
        channels: 3,
        classes: CLASSES,
        rescale: None,
        padding: Padding::Same,
        norm: TENSORFLOW_NORM,
        stem: Stem { kernel: 3, stride: 2, out: 32, activation, pool: false },
        stages: stages.collect(),
        head: Head { conv: Some(HeadConv { out: 1280, activation }), hidden: None, dropout: 0.2 },
        drop_path: 0.2,
        scaling: Scaling {
            stem: !is_lite,
            head: if is_lite { HeadWidth::Fixed } else { HeadWidth::Scaled },
            outer_depth: !is_lite,
            ..Scaling::default()
        },
    }
}
