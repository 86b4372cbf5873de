//! MobileNetV3 (arXiv 1905.02244).

use super::{CLASSES, RESOLUTION, TENSORFLOW_NORM, width_suffix};
use crate::Activation::{self, HardSigmoid, HardSwish, Relu};
use crate::arch::{
    Arch, Block, BlockKind, Head, HeadConv, Hidden, Middle, Padding, Scaling, SqueezeExcite, SqueezeOf, Stem,
};

/// A block: kernel, expansion, output channels, squeeze and excitation, activation, stride.
type Row = (usize, f64, usize, bool, Activation, usize);

const LARGE: &[&[Row]] = &[
    &[(3, 1.0, 16, false, Relu, 1)],
    &[(3, 4.0, 24, false, Relu, 2), (3, 3.0, 24, false, Relu, 1)],
    &[(5, 3.0, 40, true, Relu, 2), (5, 3.0, 40, true, Relu, 1), (5, 3.0, 40, true, Relu, 1)],
    &[
        (3, 6.0, 80, false, HardSwish, 2),
        (3, 2.5, 80, false, HardSwish, 1),
        (3, 2.3, 80, false, HardSwish, 1),
        (3, 2.3, 80, false, HardSwish, 1),
    ],
    &[(3, 6.0, 112, true, HardSwish, 1), (3, 6.0, 112, true, HardSwish, 1)],
    &[
        (5, 6.0, 160, true, HardSwish, 2),
        (5, 6.0, 160, true, HardSwish, 1),
        (5, 6.0, 160, true, HardSwish, 1),
    ],
];

const SMALL: &[&[Row]] = &[
    &[(3, 1.0, 16, true, Relu, 2)],
    &[(3, 72.0 / 16.0, 24, false, Relu, 2), (3, 88.0 / 24.0, 24, false, Relu, 1)],
    &[(5, 4.0, 40, true, HardSwish, 2), (5, 6.0, 40, true, HardSwish, 1), (5, 6.0, 40, true, HardSwish, 1)],
    &[(5, 3.0, 48, true, HardSwish, 1), (5, 3.0, 48, true, HardSwish, 1)],
    &[(5, 6.0, 96, true, HardSwish, 2), (5, 6.0, 96, true, HardSwish, 1), (5, 6.0, 96, true, HardSwish, 1)],
];

/// The squeeze and excitation of MobileNetV3.
const SE: SqueezeExcite =
    SqueezeExcite { ratio: 0.25, of: SqueezeOf::Middle, divisor: 8, activation: Relu, gate: HardSigmoid };

/// MobileNetV3-Large, `width` times as wide as the published one.
pub fn mobilenet_v3_large(width: f64) -> Arch {
    mobilenet_v3("mobilenet_v3_large", LARGE, 960, 1280, width)
}

/// MobileNetV3-Small, `width` times as wide as the published one.
pub fn mobilenet_v3_small(width: f64) -> Arch {
    mobilenet_v3("mobilenet_v3_small", SMALL, 576, 1024, width)
}

fn mobilenet_v3(name: &str, stages: &[&[Row]], conv: usize, hidden: usize, width: f64) -> Arch {
    let block = |&(kernel, expand, out, se, activation, stride): &Row| Block {
        kind: BlockKind::InvertedResidual,
        kernel,
        stride,
        out,
        middle: Middle::TimesInput(expand),
        groups: [1, 1],
        se: se.then_some(SE),
        activation,
    };
    let arch = Arch {
        name: format!("{name}{}", width_suffix(width)),
        resolution: RESOLUTION,
        channels: 3,
        classes: CLASSES,
        rescale: None,
        padding: Padding::Same,
        norm: TENSORFLOW_NORM,
        stem: Stem { kernel: 3, stride: 2, out: 16, activation: HardSwish, pool: false },
        stages: stages.iter().map(|stage| stage.iter().map(block).collect()).collect(),
        head: Head {
            conv: Some(HeadConv { out: conv, activation: HardSwish }),
            hidden: Some(Hidden { out: hidden, activation: HardSwish, bias: true }),
            dropout: 0.2,
        },
        drop_path: 0.0,
        scaling: Scaling::default(),
    };
    arch.with_width(width)
}
