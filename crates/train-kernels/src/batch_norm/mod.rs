//! Batch normalization with the activation behind it.

mod gradient;
mod moments;
mod period;
mod range;
pub mod reference;
mod scale;
mod sums;

use featherlite_base::Result;
use featherlite_simd::Level;

pub(crate) use gradient::InputGradient;
pub(crate) use moments::Moments;
pub(crate) use period::Period;
pub(crate) use scale::Scale;
pub(crate) use sums::{GradientSums, Observer};

use crate::parallel;
use crate::shape::{check, product};
use crate::{Activation, Place};

/// Elements that a thread takes at once.
const CHUNK: usize = 32 * 1024;

/// Where the statistics of a normalization come from; the gradient depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Statistics {
    /// Of the very elements that are normalized, so that each of them moves all.
    #[default]
    Batch,
    /// Constants.
    Frozen,
}

/// `activation(gamma * (x - mean) / sqrt(variance + epsilon) + beta)` for rows of channels: the pixels of a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNorm {
    /// Pixels of the whole batch.
    pub rows: usize,
    /// Channels of a pixel.
    pub channels: usize,
    /// What keeps the divisor from 0.
    pub epsilon: f32,
    /// What follows.
    pub activation: Activation,
    /// Whether the gradient goes through the statistics.
    pub statistics: Statistics,
}

/// The numbers that a normalization uses, one for each channel.
#[derive(Clone, Copy, Debug)]
pub struct Norm<'a, F = f32> {
    /// Scale.
    pub gamma: &'a [F],
    /// Offset.
    pub beta: &'a [F],
    /// Mean of the inputs.
    pub mean: &'a [F],
    /// Variance of the inputs, biased: the mean of squared distances.
    pub variance: &'a [F],
}

impl Norm<'_> {
    /// Scale and offset that the normalization of a channel comes down to.
    fn scale(&self, epsilon: f32, channel: usize) -> (f64, f64) {
        let deviation = (f64::from(self.variance[channel]) + f64::from(epsilon)).sqrt();
        let scale = f64::from(self.gamma[channel]) / deviation;
        (scale, f64::from(self.beta[channel]) - scale * f64::from(self.mean[channel]))
    }
}

impl BatchNorm {
    /// Writes mean and biased variance of each channel, over all parts of the batch.
    ///
    /// # Errors
    /// If the slices do not have the sizes.
    pub fn statistics<'a>(
        &self,
        place: impl Into<Place<'a>>,
        x: &[f32],
        mean: &mut [f32],
        variance: &mut [f32],
    ) -> Result<()> {
        self.check_statistics(x.len(), mean.len(), variance.len())?;
        let place = place.into();
        Moments::of(place.level, x, self.channels).shared(&place).write(mean, variance);
        Ok(())
    }

    /// Writes the normalized and activated elements.
    ///
    /// # Errors
    /// If the slices do not have the sizes.
    pub fn forward(&self, level: Level, x: &[f32], norm: Norm<'_>, y: &mut [f32]) -> Result<()> {
        self.check(x.len(), &norm, &[("y", y.len(), x.len())])?;
        Scale::new(self, &norm).apply_all(level, x, y);
        Ok(())
    }

    /// Writes the gradients of `x`, `gamma` and `beta` that follow from the gradient `dy` of the output.
    ///
    /// # Errors
    /// If the slices do not have the sizes.
    pub fn backward<'a>(
        &self,
        place: impl Into<Place<'a>>,
        (x, norm, dy): (&[f32], Norm<'_>, &[f32]),
        dx: &mut [f32],
        dgamma: &mut [f32],
        dbeta: &mut [f32],
    ) -> Result<()> {
        self.check_backward(&(x, norm, dy), dx.len(), dgamma.len(), dbeta.len())?;
        let place = place.into();
        let level = place.level;
        let scale = Scale::new(self, &norm);
        let sums = Observer::new(x, &scale, norm.mean).total(level, dy);
        let gradient = InputGradient::new(&place, self, &norm, &scale, &sums, dgamma, dbeta);
        let chunk = Period::new(self.channels).chunk(CHUNK);
        let chunks = x.chunks(chunk).zip(dy.chunks(chunk)).zip(dx.chunks_mut(chunk)).collect();
        parallel::for_each(chunks, |((x, dy), dx)| gradient.apply(level, x, dy, dx));
        Ok(())
    }

    pub(crate) fn check_statistics(&self, x: usize, mean: usize, variance: usize) -> Result<()> {
        let len = product(&[self.rows, self.channels])?;
        let slices = [("x", x, len), ("mean", mean, self.channels), ("variance", variance, self.channels)];
        check("batch_norm", &slices)
    }

    pub(crate) fn check<F>(
        &self,
        x: usize,
        norm: &Norm<'_, F>,
        others: &[(&str, usize, usize)],
    ) -> Result<()> {
        self.check_statistics(x, norm.mean.len(), norm.variance.len())?;
        let affine = [("gamma", norm.gamma.len(), self.channels), ("beta", norm.beta.len(), self.channels)];
        check("batch_norm", &affine)?;
        check("batch_norm", others)
    }

    pub(crate) fn check_backward<F>(
        &self,
        (x, norm, dy): &(&[F], Norm<'_, F>, &[F]),
        dx: usize,
        dgamma: usize,
        dbeta: usize,
    ) -> Result<()> {
        let others = [
            ("dy", dy.len(), x.len()),
            ("dx", dx, x.len()),
            ("dgamma", dgamma, self.channels),
            ("dbeta", dbeta, self.channels),
        ];
        self.check(x.len(), norm, &others)
    }
}
