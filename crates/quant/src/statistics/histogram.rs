//! Histograms that grow with their data.

use serde::{Deserialize, Serialize};

/// Most bins that a histogram has.
const BINS: usize = 2048;

/// Bins are numbered from zero upwards and downwards; numbers stay so small that `f32` tells neighbours apart.
const FURTHEST: i64 = 1 << 22;
const EXPONENTS: std::ops::RangeInclusive<i32> = -100..=118;

/// Counts of values in bins of equal width.
///
/// The width is a power of two and bins begin at its multiples, so the bins of a wider histogram are unions of those of a
/// narrower one. The width is the least for which all values fit `BINS` bins: it depends on the values alone, not
/// on their order, and merging histograms gives that of all their values exactly.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram {
    /// Bins are `2^exponent` wide.
    exponent: i32,
    /// The number of the first bin, which begins at `first * 2^exponent`.
    first: i32,
    counts: Vec<u64>,
}

impl Histogram {
    /// Counts the finite values of `values`, which lie from `min` to `max`.
    pub fn add(&mut self, values: &[f32], (min, max): (f32, f32)) {
        if min > max {
            return;
        }
        self.cover((min, max));
        let scale = power_of_two(-self.exponent);
        for value in values.iter().filter(|value| value.is_finite()) {
            let bin = (value * scale).floor() as i64 - i64::from(self.first);
            if let Some(count) = usize::try_from(bin).ok().and_then(|bin| self.counts.get_mut(bin)) {
                *count += 1;
            }
        }
    }

    /// Adds the counts of another histogram.
    pub fn merge(&mut self, other: &Self) {
        let Some((low, high)) = other.ends() else { return };
        if self.counts.is_empty() {
            *self = other.clone();
            return;
        }
        let (own_low, own_high) = self.ends().unwrap_or((low, high));
        let exponent = self.exponent.max(other.exponent);
        let shift = |numbers: (i64, i64), from: i32| {
            let by = (exponent - from).clamp(0, 62);
            (numbers.0 >> by, numbers.1 >> by)
        };
        let (own, its) = (shift((own_low, own_high), self.exponent), shift((low, high), other.exponent));
        let (first, last) = (own.0.min(its.0), own.1.max(its.1));
        let mut wider = 0;
        while (last >> wider) - (first >> wider) >= BINS as i64 {
            wider += 1;
        }
        self.rebin(exponent + wider, (first >> wider, last >> wider));
        for (number, &count) in (low..).zip(&other.counts) {
            let bin = (number >> (self.exponent - other.exponent).clamp(0, 62)) - i64::from(self.first);
            self.counts[bin as usize] += count;
        }
    }

    /// Whether the parts fit each other, for histograms from files.
    pub(super) fn is_sound(&self) -> bool {
        self.counts.len() <= BINS
            && EXPONENTS.contains(&self.exponent)
            && i64::from(self.first).abs() <= FURTHEST
            && self.counts.iter().try_fold(0u64, |sum, &count| sum.checked_add(count)).is_some()
    }

    /// The width of a bin.
    pub fn width(&self) -> f64 {
        f64::from(power_of_two(self.exponent))
    }

    /// Every bin: its lower end and its count.
    pub fn bins(&self) -> impl ExactSizeIterator<Item = (f64, u64)> + '_ {
        let (width, first) = (self.width(), i64::from(self.first));
        self.counts.iter().enumerate().map(move |(bin, &count)| ((first + bin as i64) as f64 * width, count))
    }

    /// How many values there are.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The value below which a share of the values lies, taking those of a bin as evenly spread. `None` if there are
    /// no values.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let total = self.total();
        if total == 0 {
            return None;
        }
        let wanted = share.clamp(0.0, 1.0) * total as f64;
        let mut below = 0.0;
        for (start, count) in self.bins() {
            let count = count as f64;
            if count > 0.0 && below + count >= wanted {
                return Some(start + self.width() * ((wanted - below) / count).clamp(0.0, 1.0));
            }
            below += count;
        }
        Some((f64::from(self.first) + self.counts.len() as f64) * self.width())
    }

    /// The share of values that two histograms have in common, from 0 (apart) to 1 (alike), in about `bins` bins.
    pub fn overlap(&self, other: &Self, bins: usize) -> f64 {
        let (total, other_total) = (self.total() as f64, other.total() as f64);
        if total == 0.0 || other_total == 0.0 {
            return f64::from(u8::from(total == other_total));
        }
        let mut both = self.clone();
        both.merge(other);
        let mut exponent = both.exponent;
        while (both.counts.len() >> (exponent - both.exponent)) > bins.max(1) {
            exponent += 1;
        }
        let shares = |histogram: &Self, total: f64| {
            let mut shares = std::collections::BTreeMap::<i64, f64>::new();
            for (number, &count) in (i64::from(histogram.first)..).zip(&histogram.counts) {
                let bin = number >> (exponent - histogram.exponent).clamp(0, 62);
                *shares.entry(bin).or_default() += count as f64 / total;
            }
            shares
        };
        let its = shares(other, other_total);
        shares(self, total).iter().map(|(bin, share)| share.min(its.get(bin).copied().unwrap_or(0.0))).sum()
    }

    /// The numbers of the first and last bin.
    fn ends(&self) -> Option<(i64, i64)> {
        let first = i64::from(self.first);
        (!self.counts.is_empty()).then(|| (first, first + self.counts.len() as i64 - 1))
    }

    /// Makes room for values of a range.
    fn cover(&mut self, (min, max): (f32, f32)) {
        let (mut low, mut high) = (f64::from(min), f64::from(max));
        let mut exponent = *EXPONENTS.start();
        let mut own = None;
        if let Some((first, last)) = self.ends() {
            exponent = self.exponent;
            own = Some((first, last));
            low = low.min(first as f64 * self.width());
            high = high.max(last as f64 * self.width());
        }
        let number = |value: f64, exponent: i32| (value / f64::from(power_of_two(exponent))).floor();
        let fits = |exponent: i32| {
            let (first, last) = (number(low, exponent), number(high, exponent));
            last - first < BINS as f64 && first.abs().max(last.abs()) <= FURTHEST as f64
        };
        while !fits(exponent) && exponent < *EXPONENTS.end() {
            exponent += 1;
        }
        let ends = (number(low, exponent) as i64, number(high, exponent) as i64);
        if own != Some(ends) || exponent != self.exponent {
            self.rebin(exponent, ends);
        }
    }

    /// Brings the counts into wider or more bins.
    fn rebin(&mut self, exponent: i32, (first, last): (i64, i64)) {
        let mut counts = vec![0; (last - first + 1) as usize];
        let shift = (exponent - self.exponent).clamp(0, 62);
        for (number, &count) in (i64::from(self.first)..).zip(&self.counts) {
            counts[((number >> shift) - first) as usize] += count;
        }
        *self = Self { exponent, first: first as i32, counts };
    }
}

fn power_of_two(exponent: i32) -> f32 {
    f32::from_bits(((exponent + 127) as u32) << 23)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[f32]) -> Histogram {
        let mut histogram = Histogram::default();
        let range = values.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), &value| {
            (low.min(value), high.max(value))
        });
        histogram.add(values, range);
        histogram
    }

    fn values() -> impl Strategy<Value = Vec<f32>> {
        prop::collection::vec(
            prop_oneof![
                -1f32..1.0,
                -1e4f32..1e4,
                -1e-3f32..1e-3,
                any::<i8>().prop_map(|x| f32::from(x) * 1e30)
            ],
            0..40,
        )
    }

    proptest! {
        #[test]
        fn order_and_grouping_do_not_matter(a in values(), b in values(), c in values()) {
            let all = of(&[&a[..], &b, &c].concat());
            let mut left = of(&a);
            left.merge(&of(&b));
            left.merge(&of(&c));
            let mut right = of(&c);
            right.merge(&of(&b));
            let mut first = of(&a);
            first.merge(&right);
            prop_assert_eq!(&left, &all);
            prop_assert_eq!(&first, &all);
            let mut grown = Histogram::default();
            for &value in c.iter().chain(&a).chain(&b) {
                grown.add(&[value], (value, value));
            }
            prop_assert_eq!(&grown, &all);
            prop_assert!(all.is_sound());
        }
    }

    #[test]
    fn quantiles_lie_where_the_values_do() {
        let values: Vec<f32> = (0..10_000).map(|x| x as f32 / 100.0).collect();
        let histogram = of(&values);
        for share in [0.0, 0.01, 0.5, 0.99, 1.0] {
            assert!((histogram.quantile(share).unwrap() - share * 100.0).abs() < 0.15, "{share}");
        }
        assert_eq!(Histogram::default().quantile(0.5), None);
    }

    #[test]
    fn overlap_is_one_for_the_same_and_zero_for_others() {
        let a = of(&[1.0, 2.0, 3.0, 4.0]);
        assert!((a.overlap(&a, 64) - 1.0).abs() < 1e-12);
        assert_eq!(a.overlap(&of(&[-1.0, -2.0]), 64), 0.0);
        assert!((a.overlap(&of(&[3.0, 4.0, 5.0, 6.0]), 64) - 0.5).abs() < 1e-12);
    }
}
