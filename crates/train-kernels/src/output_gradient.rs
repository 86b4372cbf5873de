use std::ops::Range;

use featherlite_simd::Level;

use crate::batch_norm::InputGradient;

/// The gradient of a convolution's output: at hand, or made part by part from that behind the normalization that follows.
#[derive(Clone, Copy)]
pub(crate) enum OutputGradient<'a> {
    Given(&'a [f32]),
    Normalized { y: &'a [f32], dz: &'a [f32], gradient: &'a InputGradient },
}

impl OutputGradient<'_> {
    /// The elements of `range`, whole pixels, which are written to the beginning of `memory` if they are not at hand.
    pub(crate) fn part<'s>(&'s self, level: Level, range: Range<usize>, memory: &'s mut [f32]) -> &'s [f32] {
        match self {
            Self::Given(dy) => &dy[range],
            Self::Normalized { .. } => {
                let part = &mut memory[..range.len()];
                self.write(level, range, part);
                part
            }
        }
    }

    /// Writes the elements of `range`, whole pixels.
    pub(crate) fn write(&self, level: Level, range: Range<usize>, to: &mut [f32]) {
        match self {
            Self::Given(dy) => to.copy_from_slice(&dy[range]),
            Self::Normalized { y, dz, gradient } => {
                gradient.apply(level, &y[range.clone()], &dz[range], to);
            }
        }
    }

    /// Elements that [`OutputGradient::part`] needs memory for.
    pub(crate) fn memory(&self, len: usize) -> usize {
        match self {
            Self::Given(_) => 0,
            Self::Normalized { .. } => len,
        }
    }
}
