//! Weights rounded so that the errors of one make up for those of others.
//!
//! Weights are rounded one after the other along a row; the error that each makes in the operator's results, which is known
//! from the products of its inputs, is put on the weights that are still to come (E. Frantar et al., "GPTQ", 2022, after B.
//! Hassibi and D. Stork, "Optimal Brain Surgeon", 1993).

use super::moments::Moments;
use crate::params::Levels;
use crate::weights::{Integers, nearest};

/// How much of the mean square is added to every input: without it, inputs that never moved would be taken as free.
const DAMPING: f64 = 0.01;

/// Rounds the weights of an operator; `integers` has its scales and is of one scale for each channel or for all.
/// `None` if there are no products, or too few for it.
pub(super) fn round(
    moments: &Moments,
    weights: &[f32],
    integers: &Integers,
    levels: Levels,
) -> Option<Integers> {
    let linear = &moments.linear;
    let depth = linear.depth;
    if moments.products.is_empty() || moments.rows == 0 {
        return None;
    }
    let mut rounded = integers.clone();
    for group in 0..linear.groups {
        // Without a bias that could take them back, means count like everything else.
        let means: Vec<f64> = match linear.bias {
            Some(_) => moments.mean(group).collect(),
            None => vec![0.0; depth],
        };
        let products = &moments.products[group * depth * depth..][..depth * depth];
        let Some(factor) = factor(products, &means, moments.rows, depth) else { continue };
        for output in 0..linear.outputs {
            let channel = linear.channel(group, output);
            let scale = rounded.scales[if rounded.scales.len() == 1 { 0 } else { channel }];
            let mut row: Vec<f32> = (0..depth).map(|k| weights[linear.position(group, output, k)]).collect();
            for k in 0..depth {
                let integer = nearest(row[k], scale, levels);
                rounded.values[linear.position(group, output, k)] = integer;
                let own = &factor[k * depth..][..depth];
                let error = (row[k] - f32::from(integer) * scale) / own[k];
                let rest = row[k + 1..].iter_mut().zip(&own[k + 1..]);
                rest.for_each(|(weight, &influence)| *weight -= error * influence);
            }
        }
    }
    Some(rounded)
}

/// The upper Cholesky factor of the inverse of the inputs' mean products, less those of `means`; row by row.
fn factor(products: &[f32], means: &[f64], rows: usize, depth: usize) -> Option<Vec<f32>> {
    let mut matrix = vec![0f64; depth * depth];
    for row in 0..depth {
        for column in 0..=row {
            let mean = f64::from(products[row * depth + column]) / rows as f64;
            matrix[row * depth + column] = mean - means[row] * means[column];
        }
    }
    let trace: f64 = (0..depth).map(|index| matrix[index * depth + index]).sum();
    let damping = (DAMPING * trace / depth as f64).max(1e-12);
    (0..depth).for_each(|index| matrix[index * depth + index] += damping);
    // Reversed in both directions, the lower factor of the matrix is the upper one of its inverse, up to inversion.
    let reversed = |row: usize, column: usize| {
        let (row, column) = (depth - 1 - row, depth - 1 - column);
        matrix[row.max(column) * depth + row.min(column)]
    };
    let mut lower: Vec<f64> =
        (0..depth * depth).map(|index| reversed(index / depth, index % depth)).collect();
    cholesky(&mut lower, depth)?;
    let inverse = invert_lower(&lower, depth);
    let mut factor = vec![0f32; depth * depth];
    for row in 0..depth {
        for column in row..depth {
            factor[row * depth + column] = inverse[(depth - 1 - row) * depth + (depth - 1 - column)] as f32;
        }
    }
    Some(factor)
}

/// Turns the lower half of a symmetric matrix into its Cholesky factor. `None` if it is not positive.
fn cholesky(matrix: &mut [f64], size: usize) -> Option<()> {
    for row in 0..size {
        let (before, rest) = matrix.split_at_mut(row * size);
        let own = &mut rest[..size];
        for column in 0..row {
            let other = &before[column * size..][..size];
            let sum: f64 = own[..column].iter().zip(&other[..column]).map(|(a, b)| a * b).sum();
            own[column] = (own[column] - sum) / other[column];
        }
        let sum: f64 = own[..row].iter().map(|value| value * value).sum();
        let square = own[row] - sum;
        if square.is_nan() || square <= 0.0 {
            return None;
        }
        own[row] = square.sqrt();
    }
    Some(())
}

/// The inverse of a lower triangular matrix.
fn invert_lower(lower: &[f64], size: usize) -> Vec<f64> {
    let mut inverse = vec![0f64; size * size];
    for row in 0..size {
        let (before, rest) = inverse.split_at_mut(row * size);
        let own = &mut rest[..size];
        for (index, &factor) in
            lower[row * size..][..row].iter().enumerate().filter(|(_, factor)| **factor != 0.0)
        {
            let other = &before[index * size..][..=index];
            own.iter_mut().zip(other).for_each(|(value, &other)| *value -= factor * other);
        }
        let pivot = lower[row * size + row];
        own[..row].iter_mut().for_each(|value| *value /= pivot);
        own[row] = 1.0 / pivot;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_is_that_of_the_inverse() {
        // [[4, 2, 1], [2, 5, 3], [1, 3, 6]] as products of one row, without a mean.
        let products = [4.0, 0.0, 0.0, 2.0, 5.0, 0.0, 1.0, 3.0, 6.0];
        let factor = factor(&products, &[0.0; 3], 1, 3).unwrap();
        let matrix = [[4.05, 2.0, 1.0], [2.0, 5.05, 3.0], [1.0, 3.0, 6.05]];
        // The factor's own product times the matrix is the unit matrix.
        let inverse = |a: usize, b: usize| (0..3).map(|k| factor[k * 3 + a] * factor[k * 3 + b]).sum::<f32>();
        for index in 0..9 {
            let (row, column) = (index / 3, index % 3);
            let unit: f32 = (0..3).map(|k| inverse(row, k) * matrix[k][column]).sum();
            let expected = f32::from(u8::from(row == column));
            assert!((unit - expected).abs() < 1e-4, "{row} {column} {unit}");
        }
    }
}
