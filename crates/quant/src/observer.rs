//! Which part of the values seen is to be represented: all of it, or less in finer steps.

use std::str::FromStr;

use crate::params::Levels;
use crate::statistics::{Histogram, TensorStatistics};
use crate::{Error, Result};

/// A rule for the range of an activation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Observer {
    /// From the least to the greatest value.
    #[default]
    MinMax,
    /// From the mean of the samples' least values to the mean of their greatest ones.
    MovingAverage,
    /// The middle of the values: this share of them, in percent.
    Percentile(f64),
    /// The range with the least mean squared error of rounding and cutting off, in what is made of the values.
    Mse,
    /// The range whose integers tell most about the values: least Kullback-Leibler divergence between the
    /// distributions before and after.
    Entropy,
}

/// A function of a single number.
pub type Function = fn(f64) -> f64;

/// What `percentile` alone means.
const PERCENTILE: f64 = 99.99;

/// In how many steps a range is tried smaller.
const STEPS: usize = 100;

impl Observer {
    /// The names, for help texts.
    pub const NAMES: &'static [&'static str] =
        &["min-max", "moving-average", "percentile[:P]", "mse", "entropy"];

    /// The range to represent with `levels` of a tensor that is only read through a function. `None` if the tensor never held a
    /// finite value.
    pub fn range(self, tensor: &TensorStatistics, levels: Levels, function: Function) -> Option<(f32, f32)> {
        let (low, high) = tensor.range?;
        let inside = |(from, to): (f64, f64)| ((from as f32).max(low), (to as f32).min(high));
        let samples = tensor.samples.max(1) as f64;
        Some(match self {
            Self::MinMax => (low, high),
            Self::MovingAverage => inside((tensor.sum_of_least / samples, tensor.sum_of_greatest / samples)),
            Self::Percentile(percent) => {
                let tail = (1.0 - percent / 100.0) / 2.0;
                let histogram = &tensor.histogram;
                inside((histogram.quantile(tail)?, histogram.quantile(1.0 - tail)?))
            }
            Self::Mse => {
                let bins = bins(tensor, function);
                least_error(tensor, levels, |range| squared_error(&bins, range, levels, function))
            }
            Self::Entropy => {
                let levels_count = (levels.greatest - levels.least + 1) as usize;
                least_error(tensor, levels, |range| divergence(&tensor.histogram, range, levels_count))
            }
        })
    }
}

impl FromStr for Observer {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let unknown = || {
            Error::recipe(format!(
                "{text:?} is no way to choose ranges; there are {}",
                Self::NAMES.join(", ")
            ))
        };
        match text.split_once(':').unwrap_or((text, "")) {
            ("min-max", "") => Ok(Self::MinMax),
            ("moving-average", "") => Ok(Self::MovingAverage),
            ("percentile", "") => Ok(Self::Percentile(PERCENTILE)),
            ("percentile", percent) => match percent.parse() {
                Ok(percent) if percent > 50.0 && percent <= 100.0 => Ok(Self::Percentile(percent)),
                _ => Err(Error::recipe(format!("percentile:{percent}: expected a number from 50 to 100"))),
            },
            ("mse", "") => Ok(Self::Mse),
            ("entropy", "") => Ok(Self::Entropy),
            _ => Err(unknown()),
        }
    }
}

/// The best of ranges that are smaller and smaller: both ends at once, then each alone.
fn least_error(tensor: &TensorStatistics, levels: Levels, error: impl Fn((f64, f64)) -> f64) -> (f32, f32) {
    let Some((low, high)) = tensor.range else { return (0.0, 0.0) };
    let whole = match levels.symmetric {
        true => (-f64::from(low.abs().max(high.abs())), f64::from(low.abs().max(high.abs()))),
        false => (f64::from(low).min(0.0), f64::from(high).max(0.0)),
    };
    let shares = || (1..=STEPS).rev().map(|step| step as f64 / STEPS as f64);
    let best = |start: (f64, f64), smaller: fn((f64, f64), f64) -> (f64, f64)| {
        let mut best = (error(start), start);
        for share in shares() {
            let range = smaller(start, share);
            let found = error(range);
            if found < best.0 {
                best = (found, range);
            }
        }
        best.1
    };
    let mut range = best(whole, |(low, high), share| (low * share, high * share));
    if !levels.symmetric && whole.0 < 0.0 && whole.1 > 0.0 {
        range = best(range, |(low, high), share| (low * share, high));
        range = best(range, |(low, high), share| (low, high * share));
    }
    ((range.0 as f32).max(low.min(0.0)), (range.1 as f32).min(high.max(0.0)))
}

/// Values of a tensor that are about equal.
struct Bin {
    value: f64,
    /// What the function makes of the value.
    image: f64,
    count: f64,
    /// The squares of the factors by which the function scales small errors, added up; exact zeros have none.
    gain: f64,
}

fn bins(tensor: &TensorStatistics, function: Function) -> Vec<Bin> {
    let width = tensor.histogram.width();
    let bin = |(start, count): (f64, u64)| {
        let value = start + width / 2.0;
        let slope = (function(start + width) - function(start)) / width;
        let zeros = if start <= 0.0 && 0.0 < start + width { tensor.zeros as f64 } else { 0.0 };
        let rounded = (count as f64 - zeros).max(0.0);
        Bin { value, image: function(value), count: count as f64, gain: rounded * slope * slope }
    };
    tensor.histogram.bins().filter(|(_, count)| *count > 0).map(bin).collect()
}

/// Rounding costs a twelfth of a squared step for each value, cutting off the squared distance. Zeros cost nothing.
fn squared_error(bins: &[Bin], (low, high): (f64, f64), levels: Levels, function: Function) -> f64 {
    let step = (high - low) / f64::from(levels.greatest - levels.least);
    let (least, greatest) = (function(low), function(high));
    let (mut inside, mut cut) = (0.0, 0.0);
    for bin in bins {
        match bin.value {
            value if value < low => cut += bin.count * (bin.image - least).powi(2),
            value if value > high => cut += bin.count * (bin.image - greatest).powi(2),
            _ => inside += bin.gain,
        }
    }
    cut + inside * step * step / 12.0
}

/// The divergence between the histogram and what is left of it in `levels` bins of a range: what lies outside goes to the
/// end bins of the reference, and is unknown to the approximation.
fn divergence(histogram: &Histogram, (low, high): (f64, f64), levels: usize) -> f64 {
    let step = (high - low) / levels as f64;
    let middle = histogram.width() / 2.0;
    let level_of = |value: f64| (((value - low) / step).floor().max(0.0) as usize).min(levels - 1);
    let (mut sums, mut bins) = (vec![0.0; levels], vec![0u32; levels]);
    let mut reference: Vec<(usize, f64)> = Vec::new();
    let (mut below, mut above, mut kept) = (0.0, 0.0, 0.0);
    for (start, count) in histogram.bins().filter(|(_, count)| *count > 0) {
        let (value, count) = (start + middle, count as f64);
        if value < low {
            below += count;
        } else if value > high {
            above += count;
        } else {
            let level = level_of(value);
            sums[level] += count;
            bins[level] += 1;
            kept += count;
            reference.push((level, count));
        }
    }
    if kept == 0.0 {
        return f64::INFINITY;
    }
    let total = kept + below + above;
    let last = reference.len() - 1;
    let mut sum = 0.0;
    for (index, &(level, count)) in reference.iter().enumerate() {
        let approximation = sums[level] / f64::from(bins[level]) / kept;
        let outside = if index == 0 { below } else { 0.0 } + if index == last { above } else { 0.0 };
        let share = (count + outside) / total;
        sum += share * (share / approximation).ln();
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bell of values with two far ones.
    fn bell_with_outliers(outlier: f32) -> TensorStatistics {
        let mut tensor = TensorStatistics::default();
        let bell: Vec<f32> = (1..20_000)
            .map(|index| {
                let share = index as f32 / 20_000.0;
                (share / (1.0 - share)).ln() * 0.5
            })
            .chain([outlier, -outlier])
            .collect();
        tensor.add(&bell, 1);
        tensor
    }

    #[test]
    fn outliers_are_cut_off_by_all_that_look_at_the_distribution() {
        let tensor = bell_with_outliers(100.0);
        let width = |name: &str| {
            let observer: Observer = name.parse().unwrap();
            let (low, high) = observer.range(&tensor, Levels::INT8, |x| x).unwrap();
            assert!(low < 0.0 && high > 0.0);
            high - low
        };
        assert_eq!(width("min-max"), 200.0);
        assert_eq!(width("moving-average"), 200.0);
        for name in ["percentile:99.9", "percentile", "entropy"] {
            assert!((2.0..40.0).contains(&width(name)), "{name}: {}", width(name));
        }
        let (low, high) = Observer::Mse.range(&tensor, Levels::INT8, |x| x).unwrap();
        assert!(high - low > 150.0, "two values far out cost more than finer steps gain");
        let (low, high) =
            Observer::Mse.range(&bell_with_outliers(12.0), Levels::WEIGHTS_INT4, |x| x).unwrap();
        assert!((3.0..16.0).contains(&(high - low)), "{low} {high}");
    }

    #[test]
    fn what_a_function_hides_is_given_up() {
        let tensor = bell_with_outliers(8.0);
        let (low, high) = Observer::Mse.range(&tensor, Levels::INT8, |x| x.max(0.0)).unwrap();
        assert!(low > -0.1 && high > 3.0, "{low} {high}");
        let (_, high) = Observer::Mse.range(&tensor, Levels::INT8, |x| x.min(1.0)).unwrap();
        assert!((0.9..1.2).contains(&high), "{high}");
    }

    #[test]
    fn an_even_distribution_is_kept_whole() {
        let mut tensor = TensorStatistics::default();
        let values: Vec<f32> = (0..10_000).map(|index| index as f32 / 10_000.0 * 6.0).collect();
        tensor.add(&values, 1);
        for name in ["min-max", "percentile:99.99", "mse"] {
            let (low, high) = name.parse::<Observer>().unwrap().range(&tensor, Levels::INT8, |x| x).unwrap();
            assert!(low < 0.01 && high > 5.9, "{name}: {low} {high}");
        }
    }

    #[test]
    fn the_average_is_over_samples() {
        let mut tensor = TensorStatistics::default();
        tensor.add(&[0.0, 1.0], 1);
        tensor.add(&[-1.0, 4.0], 1);
        assert_eq!(Observer::MovingAverage.range(&tensor, Levels::INT8, |x| x), Some((-0.5, 2.5)));
        assert_eq!(Observer::Mse.range(&TensorStatistics::default(), Levels::INT8, |x| x), None);
        assert!("percentile:20".parse::<Observer>().is_err());
        assert!("median".parse::<Observer>().is_err());
    }
}
