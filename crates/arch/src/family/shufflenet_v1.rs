//! ShuffleNetV1 (arXiv 1707.01083).

use super::{CLASSES, PYTORCH_NORM, RESOLUTION, stage, width_suffix};
use crate::arch::{Arch, Block, BlockKind, Head, HeadWidth, Middle, Padding, Scaling, Stem};
use crate::{Activation, Error, Result};

/// Groups, and the output channels of the first stage; each further stage has twice as many.
const OUTS: &[(usize, usize)] = &[(1, 144), (2, 200), (3, 240), (4, 272), (8, 384)];
const UNITS: [usize; 3] = [4, 8, 4];

/// ShuffleNetV1 with groups of 1×1 convolutions, its stages `width` times as wide as the published ones.
///
/// # Errors
/// If `groups` is none of 1, 2, 3, 4, 8.
pub fn shufflenet_v1(width: f64, groups: usize) -> Result<Arch> {
    let Some(&(_, out)) = OUTS.iter().find(|(number, _)| *number == groups) else {
        return Err(Error::argument(format!("ShuffleNetV1 has 1, 2, 3, 4 or 8 groups, not {groups}")));
    };
    let stages = UNITS.iter().enumerate().map(|(index, &units)| {
        let first = Block {
            kind: BlockKind::ShuffleV1,
            kernel: 3,
            stride: 2,
            out: out << index,
            middle: Middle::TimesOutput(0.25),
            groups: [if index == 0 { 1 } else { groups }, groups],
            se: None,
            activation: Activation::Relu,
        };
        stage(first, units)
    });
    let arch = Arch {
        name: format!("shufflenet_v1{}_g{groups}", width_suffix(width)),
        resolution: RESOLUTION,
        channels: 3,
        classes: CLASSES,
        rescale: None,
        padding: Padding::Symmetric,
        norm: PYTORCH_NORM,
        stem: Stem { kernel: 3, stride: 2, out: 24, activation: Activation::Relu, pool: true },
        stages: stages.collect(),
        head: Head::default(),
        drop_path: 0.0,
        // A quarter of the channels must be a multiple of the groups.
        scaling: Scaling { divisor: 4 * groups, stem: false, head: HeadWidth::Fixed, outer_depth: true },
    };
    Ok(arch.with_width(width))
}
