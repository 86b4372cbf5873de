//! Numbers as they come out of integers, with the straight-through gradient (arXiv 1712.05877, section 3).

use featherlite_base::Result;
use featherlite_simd::Level;
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::activation::bounded;
use crate::shape::{check, product};

/// Elements `[outer, channels, inner]` that are rounded to `scale * (q - zero_point)` with `least <= q <= greatest`.
///
/// Every channel has its own scale and zero point; with one for all, there is one channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FakeQuantize {
    /// Blocks of all channels.
    pub outer: usize,
    /// Scales.
    pub channels: usize,
    /// Elements in a row of one channel.
    pub inner: usize,
    /// The least integer.
    pub least: i32,
    /// The greatest integer.
    pub greatest: i32,
}

/// Elements that a thread takes at once.
const CHUNK: usize = 1 << 14;

impl FakeQuantize {
    /// All elements by one scale.
    pub fn of_tensor(elements: usize, least: i32, greatest: i32) -> Self {
        Self { outer: 1, channels: 1, inner: elements, least, greatest }
    }

    /// `y = scale * (clamp(round(x / scale) + zero_point, least, greatest) - zero_point)`; halves are rounded away from zero.
    ///
    /// # Errors
    /// If slices do not have the lengths that the sizes say.
    pub fn forward(
        &self,
        level: Level,
        x: &[f32],
        scales: &[f32],
        zero_points: &[f32],
        y: &mut [f32],
    ) -> Result<()> {
        self.check(x.len(), y.len(), scales.len(), zero_points.len())?;
        self.rows(y, |channel, start, y| {
            let by = self.channel(scales[channel], zero_points[channel]);
            let x = &x[start..start + y.len()];
            level.vectorize(
                #[inline(always)]
                || {
                    for (y, &x) in y.iter_mut().zip(x) {
                        *y = by.scale * bounded(by.level(x), by.least, by.greatest);
                    }
                },
            );
        });
        Ok(())
    }

    /// `dx = dy` where the result was not clipped, otherwise 0.
    ///
    /// # Errors
    /// If slices do not have the lengths that the sizes say.
    pub fn backward(
        &self,
        level: Level,
        (x, scales, zero_points): (&[f32], &[f32], &[f32]),
        dy: &[f32],
        dx: &mut [f32],
    ) -> Result<()> {
        self.check(x.len(), dx.len(), scales.len(), zero_points.len())?;
        check("fake quantization", &[("dy", dy.len(), x.len())])?;
        self.rows(dx, |channel, start, dx| {
            let by = self.channel(scales[channel], zero_points[channel]);
            let (x, dy) = (&x[start..start + dx.len()], &dy[start..start + dx.len()]);
            level.vectorize(
                #[inline(always)]
                || {
                    for ((dx, &dy), &x) in dx.iter_mut().zip(dy).zip(x) {
                        let level = by.level(x);
                        *dx = if (level >= by.least) & (level <= by.greatest) { dy } else { 0.0 };
                    }
                },
            );
        });
        Ok(())
    }

    fn check(&self, x: usize, y: usize, scales: usize, zero_points: usize) -> Result<()> {
        let elements = product(&[self.outer, self.channels, self.inner])?;
        check(
            "fake quantization",
            &[
                ("x", x, elements),
                ("y", y, elements),
                ("scales", scales, self.channels),
                ("zero_points", zero_points, self.channels),
            ],
        )
    }

    /// Calls `run(channel, start, part)` for all parts of `y` that lie within a channel.
    fn rows(&self, y: &mut [f32], run: impl Fn(usize, usize, &mut [f32]) + Sync) {
        let (channels, inner) = (self.channels, self.inner);
        if inner == 0 || channels == 0 {
            return;
        }
        if inner > CHUNK {
            for (row, y) in y.chunks_mut(inner).enumerate() {
                y.par_chunks_mut(CHUNK)
                    .enumerate()
                    .for_each(|(part, y)| run(row % channels, row * inner + part * CHUNK, y));
            }
            return;
        }
        let rows = CHUNK / inner;
        y.par_chunks_mut(rows * inner).enumerate().for_each(|(chunk, y)| {
            for (row, y) in y.chunks_mut(inner).enumerate() {
                let row = chunk * rows + row;
                run(row % channels, row * inner, y);
            }
        });
    }

    /// Levels count from the zero point.
    fn channel(&self, scale: f32, zero_point: f32) -> Channel {
        Channel { scale, least: self.least as f32 - zero_point, greatest: self.greatest as f32 - zero_point }
    }
}

#[derive(Clone, Copy)]
struct Channel {
    scale: f32,
    least: f32,
    greatest: f32,
}

impl Channel {
    #[inline(always)]
    fn level(self, x: f32) -> f32 {
        (x / self.scale).round()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_levels_and_clipped_elements_have_no_gradient() {
        let quantize = FakeQuantize { outer: 1, channels: 2, inner: 4, least: -8, greatest: 7 };
        let (scales, zero_points) = ([0.5, 0.25], [0.0, -8.0]);
        let x = [0.3, -0.75, 9.0, -4.3, 0.3, -0.1, 3.75, 4.0];
        let (mut y, mut dx) = ([0.0; 8], [0.0; 8]);
        let level = Level::detect();
        quantize.forward(level, &x, &scales, &zero_points, &mut y).unwrap();
        assert_eq!(y, [0.5, -1.0, 3.5, -4.0, 0.25, 0.0, 3.75, 3.75]);
        let dy = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        quantize.backward(level, (&x, &scales, &zero_points), &dy, &mut dx).unwrap();
        assert_eq!(dx, [1.0, 2.0, 0.0, 0.0, 5.0, 6.0, 7.0, 0.0]);
    }

    #[test]
    fn channels_of_the_last_dimension_are_rows_of_one_element() {
        let quantize = FakeQuantize { outer: 30_000, channels: 3, inner: 1, least: -127, greatest: 127 };
        let x: Vec<f32> = (0..90_000).map(|i| (i as f32 * 0.37).sin()).collect();
        let scales = [0.01, 0.02, 0.001];
        let mut y = vec![0.0; x.len()];
        quantize.forward(Level::detect(), &x, &scales, &[0.0; 3], &mut y).unwrap();
        for (i, (&x, &y)) in x.iter().zip(&y).enumerate() {
            let scale = scales[i % 3];
            assert_eq!(y, scale * (x / scale).round().clamp(-127.0, 127.0));
        }
    }
}
