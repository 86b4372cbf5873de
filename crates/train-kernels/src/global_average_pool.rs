//! Means of channels over images.

use featherlite_base::Result;
use featherlite_simd::Level;

use crate::batch_norm::Period;
use crate::shape::{check, product};
use crate::{Nhwc, parallel, scratch};

/// `y[n, c]` is the mean of `x[n, h, w, c]` over lines and pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GlobalAveragePool {
    /// Sizes of the input.
    pub input: Nhwc,
}

impl GlobalAveragePool {
    /// Writes the means.
    ///
    /// # Errors
    /// If the slices do not have the sizes.
    pub fn forward(&self, level: Level, x: &[f32], y: &mut [f32]) -> Result<()> {
        self.check(x.len(), y.len())?;
        if x.is_empty() {
            y.fill(0.0);
            return Ok(());
        }
        let channels = self.input.channels;
        let images = x.chunks(x.len() / self.input.batch).zip(y.chunks_mut(channels)).collect();
        parallel::for_each(images, |(x, y): (&[f32], &mut [f32])| {
            let pixels = (x.len() / channels) as f64;
            let mut sums = vec![0.0; channels];
            add_up(level, x, &mut sums);
            y.iter_mut().zip(sums).for_each(|(mean, sum)| *mean = (sum / pixels) as f32);
        });
        Ok(())
    }

    /// Writes the gradient of `x` that follows from the gradient `dy` of the means.
    ///
    /// # Errors
    /// If the slices do not have the sizes.
    pub fn backward(&self, level: Level, dy: &[f32], dx: &mut [f32]) -> Result<()> {
        self.check(dx.len(), dy.len())?;
        if dx.is_empty() {
            return Ok(());
        }
        let channels = self.input.channels;
        let image = dx.len() / self.input.batch;
        let images = dy.chunks(channels).zip(dx.chunks_mut(image)).collect();
        parallel::for_each(images, |(dy, dx): (&[f32], &mut [f32])| {
            let share = 1.0 / (image / channels) as f32;
            let (first, rest) = dx.split_at_mut(channels);
            level.vectorize(
                #[inline(always)]
                || first.iter_mut().zip(dy).for_each(|(dx, dy)| *dx = dy * share),
            );
            rest.chunks_mut(channels).for_each(|dx| dx.copy_from_slice(first));
        });
        Ok(())
    }

    fn check(&self, x: usize, y: usize) -> Result<()> {
        let means = product(&[self.input.batch, self.input.channels])?;
        check("global_average_pool", &[("x", x, self.input.len()?), ("y", y, means)])
    }
}

/// Adds the pixels of an image.
fn add_up(level: Level, x: &[f32], to: &mut [f64]) {
    let period = Period::new(to.len());
    scratch::with(period.len, |sums| {
        sums.fill(0.0);
        level.vectorize(
            #[inline(always)]
            || {
                for x in x.chunks(period.len) {
                    for (sum, x) in sums.iter_mut().zip(x) {
                        *sum += x;
                    }
                }
            },
        );
        period.fold(sums, to);
    });
}
