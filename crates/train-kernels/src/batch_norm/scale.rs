use featherlite_simd::Level;

use super::period::Period;
use super::{BatchNorm, Norm};
use crate::activation::{Activation, Function, Visit};
use crate::parallel;

/// Elements that a thread takes at once.
const CHUNK: usize = 32 * 1024;

/// `activation(scale * x + offset)`, the normalization as one multiplication and one addition.
pub(crate) struct Scale {
    pub(super) period: Period,
    pub(super) activation: Activation,
    pub(super) scale: Vec<f32>,
    pub(super) offset: Vec<f32>,
}

impl Scale {
    pub(crate) fn new(batch_norm: &BatchNorm, norm: &Norm<'_>) -> Self {
        let period = Period::new(batch_norm.channels);
        let (mut scale, mut offset) = (vec![0.0; period.len], vec![0.0; period.len]);
        if batch_norm.channels > 0 {
            period.fill(&mut scale, |channel| norm.scale(batch_norm.epsilon, channel).0 as f32);
            period.fill(&mut offset, |channel| norm.scale(batch_norm.epsilon, channel).1 as f32);
        }
        Self { period, activation: batch_norm.activation, scale, offset }
    }

    /// Writes the results for `x`, whole pixels.
    pub(crate) fn apply(&self, level: Level, x: &[f32], y: &mut [f32]) {
        self.activation.visit(Apply { scale: self, level, x, y });
    }

    /// As [`Scale::apply`] to everything, spread over threads.
    pub(crate) fn apply_all(&self, level: Level, x: &[f32], y: &mut [f32]) {
        let chunk = self.period.chunk(CHUNK);
        let chunks = x.chunks(chunk).zip(y.chunks_mut(chunk)).collect();
        parallel::for_each(chunks, |(x, y)| self.apply(level, x, y));
    }
}

struct Apply<'a> {
    scale: &'a Scale,
    level: Level,
    x: &'a [f32],
    y: &'a mut [f32],
}

impl Visit for Apply<'_> {
    type Output = ();

    fn visit<F: Function>(self) {
        let Self { scale: Scale { period, scale, offset, .. }, level, x, y } = self;
        level.vectorize(
            #[inline(always)]
            || {
                for (x, y) in x.chunks(period.len).zip(y.chunks_mut(period.len)) {
                    let len = x.len();
                    let (y, scale, offset) = (&mut y[..len], &scale[..len], &offset[..len]);
                    for at in 0..len {
                        y[at] = F::value(scale[at] * x[at] + offset[at]);
                    }
                }
            },
        );
    }
}
