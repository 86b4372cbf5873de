//! The second pass of the gradient behind a normalization: that of each element, from the sums over all pixels.

use featherlite_simd::Level;

use super::sums::{GradientSums, gradient};
use super::{BatchNorm, Norm, Scale, Statistics};
use crate::Place;
use crate::activation::{Function, Visit};
use crate::rounding::{Exact, Round};

/// What turns inputs `y` and gradients `dz` of outputs into gradients of inputs: with
/// `g = dz * activation'(scale * y + offset)`, `dy = scale * g + slope * y + constant`.
pub(crate) struct InputGradient<'a> {
    scale: &'a Scale,
    slope: Vec<f32>,
    constant: Vec<f32>,
}

impl<'a> InputGradient<'a> {
    /// Writes the gradients of `gamma` and `beta`, and keeps what follows for those of the inputs. These depend on all parts of the
    /// batch.
    pub(crate) fn new(
        place: &Place<'_>,
        batch_norm: &BatchNorm,
        norm: &Norm<'_>,
        scale: &'a Scale,
        sums: &GradientSums,
        dgamma: &mut [f32],
        dbeta: &mut [f32],
    ) -> Self {
        let &BatchNorm { rows, channels, epsilon, statistics, .. } = batch_norm;
        let period = scale.period;
        let mut this = Self { scale, slope: vec![0.0; period.len], constant: vec![0.0; period.len] };
        let variance = |channel: usize| f64::from(norm.variance[channel]) + f64::from(epsilon);
        for channel in 0..channels {
            dgamma[channel] = (sums.products[channel] / variance(channel).sqrt()) as f32;
            dbeta[channel] = sums.gradients[channel] as f32;
        }
        if statistics == Statistics::Batch && channels > 0 {
            let sums = sums.shared(place);
            let rows = rows * place.parts();
            let factor = |channel: usize| -norm.scale(epsilon, channel).0 / rows.max(1) as f64;
            let slope = |channel: usize| factor(channel) * sums.products[channel] / variance(channel);
            period.fill(&mut this.slope, |channel| slope(channel) as f32);
            period.fill(&mut this.constant, |channel| {
                let at_mean = slope(channel) * f64::from(norm.mean[channel]);
                (factor(channel) * sums.gradients[channel] - at_mean) as f32
            });
        }
        this
    }

    /// Writes the gradient of `y`, whole pixels.
    pub(crate) fn apply(&self, level: Level, y: &[f32], dz: &[f32], dy: &mut [f32]) {
        self.scale.activation.visit(Apply { of: self, level, y, dz, dy });
    }
}

struct Apply<'a> {
    of: &'a InputGradient<'a>,
    level: Level,
    y: &'a [f32],
    dz: &'a [f32],
    dy: &'a mut [f32],
}

impl Visit for Apply<'_> {
    type Output = ();

    fn visit<F: Function>(self) {
        match &self.of.scale.levels {
            None => self.run::<F>(Exact),
            Some(levels) => self.run::<F>(levels.by_place()),
        }
    }
}

impl Apply<'_> {
    fn run<F: Function>(self, rounding: impl Round) {
        let Self { of: InputGradient { scale, slope, constant }, level, y, dz, dy } = self;
        let Scale { period, scale, offset, .. } = scale;
        level.vectorize(
            #[inline(always)]
            || {
                let chunks = y.chunks(period.len).zip(dz.chunks(period.len)).zip(dy.chunks_mut(period.len));
                for ((y, dz), dy) in chunks {
                    let len = y.len();
                    let (dz, dy) = (&dz[..len], &mut dy[..len]);
                    let (scale, offset) = (&scale[..len], &offset[..len]);
                    let (slope, constant) = (&slope[..len], &constant[..len]);
                    for at in 0..len {
                        let gradient = gradient::<F>(rounding, scale[at] * y[at] + offset[at], dz[at]);
                        dy[at] = scale[at] * gradient + (slope[at] * y[at] + constant[at]);
                    }
                }
            },
        );
    }
}
