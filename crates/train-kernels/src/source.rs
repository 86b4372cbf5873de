use std::ops::Range;

use featherlite_simd::Level;

use crate::batch_norm::{InputGradient, Scale};
use crate::scratch;

/// An operand of a convolution: at hand, or computed part by part, so that it never lies in memory as a whole.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    /// The elements.
    Given(&'a [f32]),
    /// `y` normalized and activated.
    Normalized { y: &'a [f32], scale: &'a Scale },
    /// The gradient of `y` behind whose normalization the gradient is `dz`.
    Gradient { y: &'a [f32], dz: &'a [f32], of: &'a InputGradient<'a> },
}

impl Source<'_> {
    /// The elements of `range`, whole pixels, which are written to the beginning of `memory` if they are not at hand.
    pub(crate) fn part<'s>(&'s self, level: Level, range: Range<usize>, memory: &'s mut [f32]) -> &'s [f32] {
        if let Self::Given(elements) = self {
            return &elements[range];
        }
        let part = &mut memory[..range.len()];
        self.write(level, range, part);
        part
    }

    /// Writes the elements of `range`, whole pixels.
    pub(crate) fn write(&self, level: Level, range: Range<usize>, to: &mut [f32]) {
        match self {
            Self::Given(elements) => to.copy_from_slice(&elements[range]),
            Self::Normalized { y, scale } => scale.apply(level, &y[range], to),
            Self::Gradient { y, dz, of } => of.apply(level, &y[range.clone()], &dz[range], to),
        }
    }

    /// Runs `task` with all `len` elements.
    pub(crate) fn whole<R>(&self, level: Level, len: usize, task: impl FnOnce(&[f32]) -> R) -> R {
        match self {
            Self::Given(elements) => task(elements),
            Self::Normalized { y, scale } => scratch::with(len, |memory| {
                scale.apply_all(level, y, memory);
                task(memory)
            }),
            Self::Gradient { .. } => scratch::with(len, |memory| {
                self.write(level, 0..len, memory);
                task(memory)
            }),
        }
    }

    /// Elements that [`Source::part`] needs memory for.
    pub(crate) fn memory(&self, len: usize) -> usize {
        if matches!(self, Self::Given(_)) { 0 } else { len }
    }
}
