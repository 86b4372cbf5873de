//! Sums as integer kernels bring them to 8 or 16 bits, in floating point.

use featherlite_base::Result;
use featherlite_simd::Level;

use crate::activation::bounded;
use crate::batch_norm::Period;
use crate::parallel;
use crate::shape::{check, product};

/// Elements `[rows, channels]` that are rounded to `scale * (q - zero_point)` with `least <= q <= greatest`, in the way of
/// TensorFlow Lite: a sum is multiplied by a fixed-point number and rounded, then shifted right and rounded again. So each channel
/// is rounded to a grid of `1 / grid` first, with halves going up, then to integers, with halves going away from zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Requantize {
    /// Pixels of the batch.
    pub rows: usize,
    /// Channels of a pixel.
    pub channels: usize,
    /// What an integer stands for.
    pub scale: f32,
    /// The integer that stands for 0.
    pub zero_point: i32,
    /// The least integer.
    pub least: i32,
    /// The greatest integer.
    pub greatest: i32,
}

/// Elements that a thread takes at once.
const CHUNK: usize = 32 * 1024;

impl Requantize {
    /// `grids`: for each channel the power of two that is shifted by.
    ///
    /// # Errors
    /// If slices do not have the lengths that the sizes say.
    pub fn forward(&self, level: Level, x: &[f32], grids: &[f32], y: &mut [f32]) -> Result<()> {
        let Self { rows, channels, scale, zero_point, .. } = *self;
        let elements = product(&[rows, channels])?;
        check(
            "requantization",
            &[("x", x.len(), elements), ("y", y.len(), elements), ("grids", grids.len(), channels)],
        )?;
        let (least, greatest) = ((self.least - zero_point) as f32, (self.greatest - zero_point) as f32);
        if elements == 0 {
            return Ok(());
        }
        let period = Period::new(channels);
        let (mut repeated, mut inverse) = (vec![0.0; period.len], vec![0.0; period.len]);
        period.fill(&mut repeated, |channel| grids[channel]);
        // Powers of two have exact inverses.
        period.fill(&mut inverse, |channel| 1.0 / grids[channel]);
        let chunk = period.chunk(CHUNK);
        let chunks = x.chunks(chunk).zip(y.chunks_mut(chunk)).collect();
        parallel::for_each(chunks, |(x, y): (&[f32], &mut [f32])| {
            level.vectorize(
                #[inline(always)]
                || {
                    for (x, y) in x.chunks(period.len).zip(y.chunks_mut(period.len)) {
                        let len = x.len();
                        let (y, grids, inverse) = (&mut y[..len], &repeated[..len], &inverse[..len]);
                        for at in 0..len {
                            let fine = (x[at] / scale * grids[at] + 0.5).floor() * inverse[at];
                            y[at] = scale * bounded(fine.round(), least, greatest);
                        }
                    }
                },
            );
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use featherlite_base::fixed_point::Multiplier;

    use super::*;

    #[test]
    fn sums_become_what_integer_kernels_make_of_them() {
        for real in [0.0031, 0.021, 0.25, 0.731] {
            let multiplier = Multiplier::from_real(real);
            let (scale, exponent) = (0.5f32, real.log2().floor() as i32 + 1);
            let grids = [2f32.powi(-exponent)];
            let requantize =
                Requantize { rows: 4001, channels: 1, scale, zero_point: -3, least: -128, greatest: 127 };
            let sums: Vec<i32> = (-2000..=2000).collect();
            let x: Vec<f32> =
                sums.iter().map(|&sum| (f64::from(sum) * real * f64::from(scale)) as f32).collect();
            let mut y = vec![0.0; x.len()];
            requantize.forward(Level::detect(), &x, &grids, &mut y).unwrap();
            for (sum, y) in sums.iter().zip(&y) {
                let expected = (multiplier.apply(*sum) - 3).clamp(-128, 127);
                assert_eq!((y / scale).round() as i32 - 3, expected, "{sum} times {real}");
            }
        }
    }
}
