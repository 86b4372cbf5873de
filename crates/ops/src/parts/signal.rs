//! What the signal operators of TensorFlow Lite Micro share: audio front-ends in integers, from samples to the features
//! of a keyword spotter.

use alloc::format;

use featherlite_base::{Error, Result, Shape};

use crate::core::Node;

/// Values per channel, the most that an option may ask for.
pub const MAX_LENGTH: usize = 1 << 24;

/// The length of input `index`, which must have one dimension.
///
/// # Errors
/// If it has not.
pub fn vector(node: &Node<'_>, index: usize) -> Result<usize> {
    let tensor = node.input(index)?;
    match tensor.shape.dims() {
        &[length] => Ok(length),
        _ => Err(Error::invalid_shape(format!(
            "input {index} {:?} {} must have one dimension",
            tensor.name, tensor.shape
        ))),
    }
}

/// `shape` with its last dimension replaced by `dims`.
///
/// # Errors
/// If it has no dimension, or the result is too large.
pub fn with_last(shape: Shape, dims: &[usize]) -> Result<Shape> {
    let Some((_, outer)) = shape.dims().split_last() else {
        return Err(Error::invalid_shape("a scalar where there must be at least one dimension"));
    };
    Shape::new(&[outer, dims].concat())
}

/// The number of bits that `x` takes. None but the GNU version of the original is defined for 0, which it says takes
/// all 32.
pub fn bits(x: u32) -> u32 {
    if x == 0 { 32 } else { u32::BITS - x.leading_zeros() }
}

/// Copies what follows place `start` in `history` and, after it, `row` to `out`; as much as `out` holds.
pub fn copy_joined<T: Copy>(history: &[T], row: &[T], start: usize, out: &mut [T]) {
    let joined = history.iter().chain(row).skip(start);
    out.iter_mut().zip(joined).for_each(|(out, value)| *out = *value);
}

/// Appends `row` to `history`, whose oldest values drop out.
pub fn remember<T: Copy>(history: &mut [T], row: &[T]) {
    if let Some(kept) = history.len().checked_sub(row.len()) {
        history.copy_within(row.len().., 0);
        history[kept..].copy_from_slice(row);
    } else {
        history.copy_from_slice(&row[row.len() - history.len()..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histories_keep_the_newest() {
        let mut history = [1, 2, 3];
        let mut out = [0; 4];
        copy_joined(&history, &[4, 5], 1, &mut out);
        assert_eq!(out, [2, 3, 4, 5]);
        remember(&mut history, &[4]);
        assert_eq!(history, [2, 3, 4]);
        remember(&mut history, &[5, 6, 7, 8]);
        assert_eq!(history, [6, 7, 8]);
    }
}
