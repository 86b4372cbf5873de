use crate::params::Levels;

/// What shares a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granularity {
    /// The whole tensor.
    Tensor,
    /// Each index along a dimension.
    Channel {
        /// The dimension.
        axis: usize,
    },
}

/// A tensor as integers with symmetric scales.
#[derive(Clone, Debug, PartialEq)]
pub struct Integers {
    /// One for each element.
    pub values: Vec<i8>,
    /// One, or one for each index along the dimension.
    pub scales: Vec<f32>,
}

impl Integers {
    /// The real numbers that the integers stand for; `dims` and `granularity` as given to [`integers`].
    pub fn to_real(&self, dims: &[usize], granularity: Granularity) -> Vec<f32> {
        let channel = channel_of(dims, granularity);
        let real = |(index, &q): (usize, &i8)| f32::from(q) * self.scales[channel(index)];
        self.values.iter().enumerate().map(real).collect()
    }
}

/// Quantizes weights symmetrically. The range of each scale is that of the weights, or with `fit` the one with the least
/// squared error, which pays off below 8 bits.
///
/// A channel of zeros gets the greatest scale of the others, so that products of scales stay in the usual range.
pub fn integers(
    values: &[f32],
    dims: &[usize],
    granularity: Granularity,
    levels: Levels,
    fit: bool,
) -> Integers {
    let channel = channel_of(dims, granularity);
    let count = match granularity {
        Granularity::Tensor => 1,
        Granularity::Channel { axis } => dims.get(axis).copied().unwrap_or(1),
    };
    let mut greatest = vec![0f32; count];
    for (index, value) in values.iter().enumerate().filter(|(_, value)| value.is_finite()) {
        let own = &mut greatest[channel(index)];
        *own = own.max(value.abs());
    }
    if fit {
        fit_ranges(values, &channel, levels, &mut greatest);
    }
    let largest = greatest.iter().copied().fold(0.0, f32::max);
    let range = |own: f32| if own > 0.0 { own } else { largest };
    let scales: Vec<f32> = greatest.iter().map(|&own| levels.params((0.0, range(own))).scale).collect();
    Integers { values: nearest_integers(values, dims, granularity, &scales, levels), scales }
}

/// The integers of weights at given scales.
pub fn nearest_integers(
    values: &[f32],
    dims: &[usize],
    granularity: Granularity,
    scales: &[f32],
    levels: Levels,
) -> Vec<i8> {
    let channel = channel_of(dims, granularity);
    let quantize = |(index, value): (usize, &f32)| nearest(*value, scales[channel(index)], levels);
    values.iter().enumerate().map(quantize).collect()
}

/// The integer of a weight.
pub(crate) fn nearest(value: f32, scale: f32, levels: Levels) -> i8 {
    (value / scale).round().clamp(levels.least as f32, levels.greatest as f32) as i8
}

/// Which scale the element of an index has.
pub(crate) fn channel_of(dims: &[usize], granularity: Granularity) -> impl Fn(usize) -> usize + use<> {
    let (inner, count) = match granularity {
        Granularity::Tensor => (usize::MAX, 1),
        Granularity::Channel { axis } => {
            let inner = dims.iter().skip(axis + 1).product::<usize>();
            (inner.max(1), dims.get(axis).copied().unwrap_or(1).max(1))
        }
    };
    move |index| index / inner % count
}

/// Shrinks each channel's range to the one with the least squared error.
fn fit_ranges(values: &[f32], channel: &impl Fn(usize) -> usize, levels: Levels, greatest: &mut [f32]) {
    const STEPS: u32 = 60;
    const LEAST: f32 = 0.4;
    let whole = greatest.to_vec();
    let mut best = vec![f64::INFINITY; greatest.len()];
    for step in (1..=STEPS).rev() {
        let share = LEAST + (1.0 - LEAST) * step as f32 / STEPS as f32;
        let mut errors = vec![0f64; greatest.len()];
        for (index, &value) in values.iter().enumerate() {
            let own = channel(index);
            let scale = whole[own] * share / levels.greatest as f32;
            if scale > 0.0 {
                let error = value - f32::from(nearest(value, scale, levels)) * scale;
                errors[own] += f64::from(error * error);
            }
        }
        for (own, error) in errors.into_iter().enumerate() {
            if error < best[own] {
                (best[own], greatest[own]) = (error, whole[own] * share);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_channel_has_its_own_scale() {
        // [2, 3], channels along either dimension.
        let values = [1.27, -0.5, 0.0, 12.7, -6.35, 0.0];
        let rows = Granularity::Channel { axis: 0 };
        let by_row = integers(&values, &[2, 3], rows, Levels::WEIGHTS_INT8, false);
        assert_eq!(by_row.values, [127, -50, 0, 127, -64, 0]);
        assert!((by_row.scales[1] - 0.1).abs() < 1e-6);
        let columns = Granularity::Channel { axis: 1 };
        let by_column = integers(&values, &[2, 3], columns, Levels::WEIGHTS_INT8, false);
        assert_eq!(by_column.values, [13, -10, 0, 127, -127, 0]);
        assert_eq!(by_column.scales[2], by_column.scales[0]);
        let whole = integers(&values, &[2, 3], Granularity::Tensor, Levels::WEIGHTS_INT8, false);
        assert_eq!(whole.scales.len(), 1);
        for (real, value) in by_row.to_real(&[2, 3], rows).iter().zip(values) {
            assert!((real - value).abs() <= 0.0501);
        }
    }

    #[test]
    fn fitting_lowers_the_error_of_few_bits() {
        let values: Vec<f32> =
            (0..200).map(|index| ((index * 37 % 200) as f32 / 100.0 - 1.0).powi(3)).collect();
        let error = |fit| {
            let found = integers(&values, &[200], Granularity::Tensor, Levels::WEIGHTS_INT4, fit);
            let real = found.to_real(&[200], Granularity::Tensor);
            values.iter().zip(real).map(|(a, b)| (a - b) * (a - b)).sum::<f32>()
        };
        assert!(error(true) < 0.9 * error(false), "{} {}", error(true), error(false));
    }
}
