//! Orders of indices.

use core::cmp::Ordering;

/// Sorts indices of which no two are equal. It is there once for all orders: a sort for each would be more code than the operators that
/// need it.
pub fn sort_indices(indices: &mut [u32], order: &dyn Fn(u32, u32) -> Ordering) {
    indices.sort_unstable_by(|&a, &b| order(a, b));
}
