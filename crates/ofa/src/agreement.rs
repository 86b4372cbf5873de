//! How well what was predicted agrees with what was measured.

/// Measures of agreement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// Pairs.
    pub pairs: usize,
    /// The root of the mean squared difference.
    pub rmse: f64,
    /// The mean absolute difference, as a share of what was measured.
    pub relative: f64,
    /// Kendall's τ: the share of pairs of pairs in the same order, minus the share of those in the opposite order. Ties in either list count
    /// for less (τ-b).
    pub tau: f64,
    /// Spearman's ρ: the correlation of ranks; equal numbers have the mean of their ranks.
    pub rho: f64,
}

impl Agreement {
    /// Of pairs of a predicted and a measured number.
    pub fn of(pairs: &[(f64, f64)]) -> Self {
        let count = pairs.len().max(1) as f64;
        let squares: f64 = pairs.iter().map(|(predicted, measured)| (predicted - measured).powi(2)).sum();
        let shares = pairs
            .iter()
            .map(|(predicted, measured)| (predicted - measured).abs() / measured.abs().max(1e-12));
        Self {
            pairs: pairs.len(),
            rmse: (squares / count).sqrt(),
            relative: shares.sum::<f64>() / count,
            tau: kendall(pairs),
            rho: spearman(pairs),
        }
    }
}

fn kendall(pairs: &[(f64, f64)]) -> f64 {
    let (mut agreeing, mut first_differ, mut second_differ) = (0.0, 0.0, 0.0);
    for (at, a) in pairs.iter().enumerate() {
        for b in &pairs[at + 1..] {
            let order = |x: f64, y: f64| match x.total_cmp(&y) {
                std::cmp::Ordering::Less => -1.0,
                std::cmp::Ordering::Equal => 0.0,
                std::cmp::Ordering::Greater => 1.0,
            };
            let (first, second): (f64, f64) = (order(a.0, b.0), order(a.1, b.1));
            agreeing += first * second;
            first_differ += first.abs();
            second_differ += second.abs();
        }
    }
    let all: f64 = f64::sqrt(first_differ * second_differ);
    if all > 0.0 { agreeing / all } else { 0.0 }
}

fn spearman(pairs: &[(f64, f64)]) -> f64 {
    let (first, second): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let (first, second) = (ranks(&first), ranks(&second));
    let mean = (pairs.len() as f64 - 1.0) / 2.0;
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
    let all: f64 = f64::sqrt(product(&first, &first) * product(&second, &second));
    if all > 0.0 { product(&first, &second) / all } else { 0.0 }
}

/// For each number how many are smaller, and half as many as are equal beside it.
fn ranks(values: &[f64]) -> Vec<f64> {
    let rank = |value: &f64| {
        let below = values.iter().filter(|other| *other < value).count() as f64;
        let equal = values.iter().filter(|other| *other == value).count() as f64;
        below + (equal - 1.0) / 2.0
    };
    values.iter().map(rank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_compared() {
        let tau = |measured: [f64; 4]| {
            Agreement::of(&[1.0, 2.0, 3.0, 4.0].map(|x| (x, measured[x as usize - 1]))).tau
        };
        assert_eq!(tau([10.0, 20.0, 30.0, 40.0]), 1.0);
        assert_eq!(tau([4.0, 3.0, 2.0, 1.0]), -1.0);
        assert!((tau([1.0, 3.0, 2.0, 4.0]) - 4.0 / 6.0).abs() < 1e-12);
        // One tie among the measured: 5 of sqrt(6 * 5).
        assert!((tau([1.0, 1.0, 2.0, 3.0]) - 5.0 / 30f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn ranks_are_correlated() {
        let rho = |measured: [f64; 4]| {
            Agreement::of(&[1.0, 2.0, 3.0, 4.0].map(|x| (x, measured[x as usize - 1]))).rho
        };
        assert_eq!(rho([1.0, 2.0, 30.0, 400.0]), 1.0);
        assert_eq!(rho([4.0, 3.0, 2.0, 1.0]), -1.0);
        // 1 - 6 * (0 + 1 + 1 + 0) / (4 * 15).
        assert!((rho([1.0, 3.0, 2.0, 4.0]) - 0.8).abs() < 1e-12);
        // Ranks 0.5, 0.5, 2, 3.
        assert!((rho([1.0, 1.0, 2.0, 3.0]) - 4.5 / f64::sqrt(5.0 * 4.5)).abs() < 1e-12);
    }

    #[test]
    fn differences_are_measured() {
        let Agreement { pairs, rmse, relative, .. } = Agreement::of(&[(1.1, 1.0), (1.9, 2.0)]);
        assert_eq!(pairs, 2);
        assert!((rmse - 0.1).abs() < 1e-12 && (relative - 0.075).abs() < 1e-12);
    }
}
