//! The walk over a block of an 8-bit product that kernels for vectors share.

use core::ops::Range;

use super::{I8Block, MAX_ROW_BLOCK, row_sum};

/// Rows of a panel of weights: what a kernel computes tile by tile.
pub(crate) struct Panel<'a> {
    pub(crate) block: &'a I8Block<'a>,
    /// The rows of the block.
    pub(crate) rows: Range<usize>,
    /// The first column of the block,
    pub(crate) column: usize,
    /// and how many there are.
    pub(crate) columns: usize,
    /// For each row: what the zero point of weights takes off its accumulators.
    corrections: &'a [i32; MAX_ROW_BLOCK],
}

/// Calls `task` with all panels of up to `width` columns, for `step` rows at a time, at most [`MAX_ROW_BLOCK`].
///
/// # Safety
/// The block's pointers are valid for its sizes.
#[inline]
pub(crate) unsafe fn for_each_panel(
    block: &I8Block<'_>,
    (step, width): (usize, usize),
    mut task: impl FnMut(&Panel<'_>),
) {
    let mut corrections = [0i32; MAX_ROW_BLOCK];
    for first in (0..block.rows).step_by(step) {
        let end = block.rows.min(first + step);
        if block.weights_zero_point != 0 {
            for row in first..end {
                // SAFETY: a row of the block.
                let sum = unsafe { row_sum(block.a.row(row), block.k, block.signed) };
                corrections[row - first] = sum.wrapping_mul(block.weights_zero_point);
            }
        }
        for column in (0..block.columns).step_by(width) {
            let columns = width.min(block.columns - column);
            task(&Panel { block, rows: first..end, column, columns, corrections: &corrections });
        }
    }
}

impl Panel<'_> {
    /// The activations of each row from `row` on.
    ///
    /// # Safety
    /// The rows lie in the panel.
    #[inline]
    pub(crate) unsafe fn a<const M: usize>(&self, row: usize) -> [*const u8; M] {
        let mut rows = [core::ptr::null(); M];
        for (index, a) in rows.iter_mut().enumerate() {
            // SAFETY: the caller's promise.
            *a = unsafe { self.block.a.row(row + index) };
        }
        rows
    }

    /// The panel's weights, packed in groups of `group` inputs.
    ///
    /// # Safety
    /// That is how they are packed.
    #[inline]
    pub(crate) unsafe fn b(&self, group: usize) -> *const i8 {
        // SAFETY: the panels before this one have so many weights.
        unsafe { self.block.b.add(self.column * self.block.k.next_multiple_of(group)) }
    }

    /// What the zero point of weights takes off the accumulators of `row`.
    #[inline]
    pub(crate) fn correction(&self, row: usize) -> i32 {
        self.corrections[row - self.rows.start]
    }
}
