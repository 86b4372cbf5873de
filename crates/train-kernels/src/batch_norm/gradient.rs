//! The gradient behind a normalization in two passes: sums over all pixels, then the gradient of each element.

use featherlite_simd::Level;

use super::period::Period;
use super::{BatchNorm, Norm, Statistics};
use crate::activation::{Activation, Function, Visit};
use crate::{parallel, scratch};

/// Elements of a part that is added up in `f32`.
const CHUNK: usize = 16 * 1024;

/// What turns inputs and gradients of outputs into gradients of inputs: with `g = dy * activation'(scale * x + offset)`,
/// `dx = scale * g + slope * x + constant`.
pub(crate) struct InputGradient {
    period: Period,
    activation: Activation,
    scale: Vec<f32>,
    offset: Vec<f32>,
    slope: Vec<f32>,
    constant: Vec<f32>,
}

impl InputGradient {
    /// Writes the gradients of `gamma` and `beta`, sums over all pixels, and keeps what follows for those of `x`.
    pub(crate) fn new(
        batch_norm: &BatchNorm,
        level: Level,
        (x, norm, dy): (&[f32], Norm<'_>, &[f32]),
        dgamma: &mut [f32],
        dbeta: &mut [f32],
    ) -> Self {
        let &BatchNorm { rows, channels, epsilon, activation, statistics } = batch_norm;
        let period = Period::new(channels);
        let zeros = || vec![0.0; period.len];
        let mut this =
            Self { period, activation, scale: zeros(), offset: zeros(), slope: zeros(), constant: zeros() };
        if channels == 0 {
            return this;
        }
        period.fill(&mut this.scale, |channel| norm.scale(epsilon, channel).0 as f32);
        period.fill(&mut this.offset, |channel| norm.scale(epsilon, channel).1 as f32);
        let (gamma, beta) = this.sums(level, x, norm.mean, dy);
        let deviation = |channel: usize| (f64::from(norm.variance[channel]) + f64::from(epsilon)).sqrt();
        for channel in 0..channels {
            dgamma[channel] = (gamma[channel] / deviation(channel)) as f32;
            dbeta[channel] = beta[channel] as f32;
        }
        if statistics == Statistics::Batch {
            let rows = rows.max(1) as f64;
            let slope = |channel: usize| {
                let variance = deviation(channel) * deviation(channel);
                -norm.scale(epsilon, channel).0 * gamma[channel] / (variance * rows)
            };
            period.fill(&mut this.slope, |channel| slope(channel) as f32);
            period.fill(&mut this.constant, |channel| {
                let mean = f64::from(norm.mean[channel]);
                (-norm.scale(epsilon, channel).0 * beta[channel] / rows - slope(channel) * mean) as f32
            });
        }
        this
    }

    /// For each channel the sums of `g * (x - mean)` and of `g`.
    fn sums(&self, level: Level, x: &[f32], mean: &[f32], dy: &[f32]) -> (Vec<f64>, Vec<f64>) {
        let period = self.period;
        let mut means = vec![0.0; period.len];
        period.fill(&mut means, |channel| mean[channel]);
        let chunk = period.chunk(CHUNK);
        let chunks = x.chunks(chunk).zip(dy.chunks(chunk)).collect();
        let parts = parallel::map(chunks, |(x, dy)| {
            scratch::with(2 * period.len, |sums| {
                sums.fill(0.0);
                let (products, gradients) = sums.split_at_mut(period.len);
                self.activation.visit(Sums { of: self, level, x, dy, mean: &means, products, gradients });
                (period.fold(products), period.fold(gradients))
            })
        });
        let mut all = (vec![0.0; period.channels], vec![0.0; period.channels]);
        for (products, gradients) in parts {
            all.0.iter_mut().zip(products).for_each(|(sum, part)| *sum += part);
            all.1.iter_mut().zip(gradients).for_each(|(sum, part)| *sum += part);
        }
        all
    }

    /// Writes the gradient of `x`, whole pixels.
    pub(crate) fn apply(&self, level: Level, x: &[f32], dy: &[f32], dx: &mut [f32]) {
        self.activation.visit(Apply { of: self, level, x, dy, dx });
    }

    pub(crate) fn period(&self) -> Period {
        self.period
    }
}

struct Sums<'a> {
    of: &'a InputGradient,
    level: Level,
    x: &'a [f32],
    dy: &'a [f32],
    mean: &'a [f32],
    products: &'a mut [f32],
    gradients: &'a mut [f32],
}

impl Visit for Sums<'_> {
    type Output = ();

    fn visit<F: Function>(self) {
        let Self { of, level, x, dy, mean, products, gradients } = self;
        let len = of.period.len;
        level.vectorize(
            #[inline(always)]
            || {
                let (scale, offset, mean) = (&of.scale[..len], &of.offset[..len], &mean[..len]);
                let (products, gradients) = (&mut products[..len], &mut gradients[..len]);
                let (mut pairs, mut dy_pairs) = (x.chunks_exact(2 * len), dy.chunks_exact(2 * len));
                for (pair, dy_pair) in pairs.by_ref().zip(dy_pairs.by_ref()) {
                    let ((a, b), (da, db)) = (pair.split_at(len), dy_pair.split_at(len));
                    let (b, db) = (&b[..len], &db[..len]);
                    for at in 0..len {
                        let (scale, offset, mean) = (scale[at], offset[at], mean[at]);
                        let ga = da[at] * F::derivative(scale * a[at] + offset);
                        let gb = db[at] * F::derivative(scale * b[at] + offset);
                        products[at] += ga * (a[at] - mean) + gb * (b[at] - mean);
                        gradients[at] += ga + gb;
                    }
                }
                for (x, dy) in pairs.remainder().chunks(len).zip(dy_pairs.remainder().chunks(len)) {
                    let (len, dy) = (x.len(), &dy[..x.len()]);
                    let (scale, offset, mean) = (&scale[..len], &offset[..len], &mean[..len]);
                    let (products, gradients) = (&mut products[..len], &mut gradients[..len]);
                    for at in 0..len {
                        let gradient = dy[at] * F::derivative(scale[at] * x[at] + offset[at]);
                        products[at] += gradient * (x[at] - mean[at]);
                        gradients[at] += gradient;
                    }
                }
            },
        );
    }
}

struct Apply<'a> {
    of: &'a InputGradient,
    level: Level,
    x: &'a [f32],
    dy: &'a [f32],
    dx: &'a mut [f32],
}

impl Visit for Apply<'_> {
    type Output = ();

    fn visit<F: Function>(self) {
        let Self { of, level, x, dy, dx } = self;
        let period = of.period.len;
        level.vectorize(
            #[inline(always)]
            || {
                let chunks = x.chunks(period).zip(dy.chunks(period)).zip(dx.chunks_mut(period));
                for ((x, dy), dx) in chunks {
                    let len = x.len();
                    let (dy, dx) = (&dy[..len], &mut dx[..len]);
                    let (scale, offset) = (&of.scale[..len], &of.offset[..len]);
                    let (slope, constant) = (&of.slope[..len], &of.constant[..len]);
                    for at in 0..len {
                        let gradient = dy[at] * F::derivative(scale[at] * x[at] + offset[at]);
                        dx[at] = scale[at] * gradient + (slope[at] * x[at] + constant[at]);
                    }
                }
            },
        );
    }
}
