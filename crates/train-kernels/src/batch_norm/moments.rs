use featherlite_simd::Level;

use super::period::Period;
use crate::{Place, parallel, scratch};

/// Elements of a part whose moments are taken at once: few enough that sums of `f32` stay exact enough.
pub(crate) const CHUNK: usize = 16 * 1024;

/// Mean and squared distances from it of each channel of some pixels.
pub(crate) struct Moments {
    rows: f64,
    mean: Vec<f64>,
    squares: Vec<f64>,
}

impl Moments {
    /// Of `x`, pixels of `channels` channels.
    pub(crate) fn of(level: Level, x: &[f32], channels: usize) -> Self {
        let chunk = Period::new(channels).chunk(CHUNK);
        Self::merge(
            channels,
            parallel::map(x.chunks(chunk).collect(), |x| Self::of_chunk(level, x, channels)),
        )
    }

    /// Of a part of moderate size: in `f32`, around its first pixel.
    pub(crate) fn of_chunk(level: Level, x: &[f32], channels: usize) -> Self {
        let period = Period::new(channels);
        scratch::with(3 * period.len, |memory| {
            let (shift, sums) = memory.split_at_mut(period.len);
            period.fill(shift, |channel| x.get(channel).copied().unwrap_or(0.0));
            let (sum, square) = sums.split_at_mut(period.len);
            sum.fill(0.0);
            square.fill(0.0);
            add(level, x, shift, sum, square);
            let rows = (x.len() / period.channels) as f64;
            let (mut mean, mut squares) = (vec![0.0; channels], vec![0.0; channels]);
            period.fold(sum, &mut mean);
            period.fold(square, &mut squares);
            for (channel, (mean, squares)) in mean.iter_mut().zip(&mut squares).enumerate() {
                let distance = *mean / rows.max(1.0);
                *squares = (*squares - distance * *mean).max(0.0);
                *mean = distance + f64::from(shift[channel]);
            }
            Self { rows, mean, squares }
        })
    }

    /// Of the pixels of all `parts` together (Chan, Golub and LeVeque, 1983).
    pub(crate) fn merge(channels: usize, parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self { rows: 0.0, mean: vec![0.0; channels], squares: vec![0.0; channels] };
        for part in parts {
            let rows = all.rows + part.rows;
            if part.rows > 0.0 {
                for channel in 0..channels {
                    let distance = part.mean[channel] - all.mean[channel];
                    all.mean[channel] += distance * part.rows / rows;
                    all.squares[channel] +=
                        part.squares[channel] + distance * distance * all.rows * part.rows / rows;
                }
            }
            all.rows = rows;
        }
        all
    }

    /// Of the pixels of all parts of the batch.
    pub(crate) fn shared(self, place: &Place<'_>) -> Self {
        if place.peers.is_none() {
            return self;
        }
        let channels = self.mean.len();
        let own = [&[self.rows][..], &self.mean, &self.squares].concat();
        let parts = place.gather(own).into_iter().map(|part| {
            let (mean, squares) = part[1..].split_at(channels);
            Self { rows: part[0], mean: mean.to_vec(), squares: squares.to_vec() }
        });
        Self::merge(channels, parts)
    }

    /// Writes mean and biased variance.
    pub(crate) fn write(&self, mean: &mut [f32], variance: &mut [f32]) {
        for channel in 0..self.mean.len() {
            mean[channel] = self.mean[channel] as f32;
            variance[channel] = (self.squares[channel] / self.rows.max(1.0)) as f32;
        }
    }
}

/// Adds the distances of `x` from `shift`, and their squares, to the sums, which are a period long.
fn add(level: Level, x: &[f32], shift: &[f32], sum: &mut [f32], square: &mut [f32]) {
    let len = shift.len();
    level.vectorize(
        #[inline(always)]
        || {
            let mut fours = x.chunks_exact(4 * len);
            for four in fours.by_ref() {
                let (a, b, c, d) =
                    (&four[..len], &four[len..][..len], &four[2 * len..][..len], &four[3 * len..][..len]);
                let (sum, square) = (&mut sum[..len], &mut square[..len]);
                for at in 0..len {
                    let zero = shift[at];
                    let (a, b, c, d) = (a[at] - zero, b[at] - zero, c[at] - zero, d[at] - zero);
                    sum[at] += (a + b) + (c + d);
                    square[at] += (a * a + b * b) + (c * c + d * d);
                }
            }
            for x in fours.remainder().chunks(len) {
                for (at, x) in x.iter().enumerate() {
                    let distance = x - shift[at];
                    sum[at] += distance;
                    square[at] += distance * distance;
                }
            }
        },
    );
}
