//! Sums as integer kernels bring them to 8 or 16 bits, in floating point.

use featherlite_base::Result;
use featherlite_simd::Level;

use crate::batch_norm::Period;
use crate::rounding::Levels;
use crate::shape::{check, product};
use crate::{Rounding, parallel};

/// Elements `[rows, channels]` that are rounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Requantize {
    /// Pixels of the batch.
    pub rows: usize,
    /// Channels of a pixel.
    pub channels: usize,
    /// What they are rounded to.
    pub rounding: Rounding,
}

/// Elements that a thread takes at once.
const CHUNK: usize = 32 * 1024;

impl Requantize {
    /// `grids`: for each channel the power of two that is shifted by.
    ///
    /// # Errors
    /// If slices do not have the lengths that the sizes say.
    pub fn forward(&self, level: Level, x: &[f32], grids: &[f32], y: &mut [f32]) -> Result<()> {
        let Self { rows, channels, rounding } = *self;
        let elements = product(&[rows, channels])?;
        check("requantization", &[("x", x.len(), elements), ("y", y.len(), elements)])?;
        if elements == 0 {
            return Ok(());
        }
        let period = Period::new(channels);
        let levels = Levels::new(rounding, period, grids)?;
        let chunk = period.chunk(CHUNK);
        let chunks = x.chunks(chunk).zip(y.chunks_mut(chunk)).collect();
        parallel::for_each(chunks, |(x, y): (&[f32], &mut [f32])| {
            y.copy_from_slice(x);
            levels.apply(level, y);
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
            let rounding = Rounding { scale, zero_point: -3, least: -128, greatest: 127 };
            let requantize = Requantize { rows: 4001, channels: 1, rounding };
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
