//! ShuffleNetV2 (arXiv 1807.11164).

use super::{CLASSES, PYTORCH_NORM, RESOLUTION, stage, width_suffix};
use crate::Activation;
use crate::arch::{Arch, Block, BlockKind, Head, HeadConv, HeadWidth, Middle, Padding, Scaling, Stem};
use crate::scale::make_divisible;

/// Published widths: output channels of the first stage (each further stage has twice as many), and of the head.
const OUTS: &[(f64, usize, usize)] = &[(0.5, 48, 1024), (1.0, 116, 1024), (1.5, 176, 1024), (2.0, 244, 2048)];
const UNITS: [usize; 3] = [4, 8, 4];
const DIVISOR: usize = 4;

/// ShuffleNetV2 of a published width (0.5, 1, 1.5, 2); other widths are in proportion to the one of width 1.
pub fn shufflenet_v2(width: f64) -> Arch {
    let published = OUTS.iter().find(|(number, ..)| *number == width);
    let &(_, out, head) =
        published.unwrap_or(&(width, make_divisible(OUTS[1].1 as f64 * width, DIVISOR), OUTS[1].2));
    let stages = UNITS.iter().enumerate().map(|(index, &units)| {
        let first = Block {
            kind: BlockKind::ShuffleV2,
            kernel: 3,
            stride: 2,
            out: out << index,
            middle: Middle::TimesOutput(0.5),
            groups: [1, 1],
            se: None,
            activation: Activation::Relu,
        };
        stage(first, units)
    });
    Arch {
        name: format!("shufflenet_v2{}", width_suffix(width)),
        resolution: RESOLUTION,
        channels: 3,
        classes: CLASSES,
        rescale: None,
        padding: Padding::Symmetric,
        norm: PYTORCH_NORM,
        stem: Stem { kernel: 3, stride: 2, out: 24, activation: Activation::Relu, pool: true },
        stages: stages.collect(),
        head: Head {
            conv: Some(HeadConv { out: head, activation: Activation::Relu }),
            hidden: None,
            dropout: 0.0,
        },
        drop_path: 0.0,
        scaling: Scaling { divisor: DIVISOR, stem: false, head: HeadWidth::Fixed, outer_depth: true },
    }
}
