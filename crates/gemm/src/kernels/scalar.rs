//! Plain Rust, four rows by eight columns; compilers vectorise it for the target's base instructions.

use featherlite_base::fixed_point::Multiplier;
use featherlite_simd::Copied;

use super::{F32Block, F32Kernel, I8Block, I8Kernel, Layout, Sign, Store, row_sum};

const LANES: usize = 8;
const ROWS: usize = 4;
const LAYOUT: Layout = Layout { lanes: LANES, vectors: 1, group: 1, rows: ROWS };

pub(crate) const F32: F32Kernel = F32Kernel { layout: LAYOUT, run: f32_block };
pub(crate) const I8: I8Kernel = I8Kernel { layout: LAYOUT, sign: Sign::Signed, run: i8_block };

/// # Safety
/// The block's pointers are valid for its sizes.
unsafe fn f32_block(block: &F32Block<'_>) {
    for column in (0..block.columns).step_by(LANES) {
        let width = LANES.min(block.columns - column);
        // SAFETY: panels lie one after the other, `k` times `LANES` elements each.
        let panel = unsafe { core::slice::from_raw_parts(block.b.add(column * block.k), block.k * LANES) };
        let mut bias = [0.0; LANES];
        if !block.bias.is_null() {
            // SAFETY: there is a bias for each column.
            bias[..width]
                .copy_from_slice(unsafe { core::slice::from_raw_parts(block.bias.add(column), width) });
        }
        for row in (0..block.rows).step_by(ROWS) {
            // Rows past the last repeat it, so that there is one loop for all.
            let count = ROWS.min(block.rows - row);
            let mut sums = [[0.0f32; LANES]; ROWS];
            let mut weights = panel.as_chunks::<LANES>().0;
            for &offset in block.offsets {
                let a: [&[f32]; ROWS] = core::array::from_fn(|index| {
                    let row = row + index.min(count - 1);
                    // SAFETY: that is a row of the block, and this one of its pieces.
                    unsafe {
                        core::slice::from_raw_parts(block.a.add(row * block.a_stride + offset), block.piece)
                    }
                });
                let (of_piece, rest) = weights.split_at(block.piece);
                for (index, weights) in of_piece.iter().enumerate() {
                    for (sums, a) in sums.iter_mut().zip(a) {
                        sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += a[index] * weight);
                    }
                }
                weights = rest;
            }
            for (index, sums) in sums.iter().enumerate().take(count) {
                // SAFETY: `width` results of this row belong to the block.
                let c = unsafe {
                    core::slice::from_raw_parts_mut(
                        block.c.add((row + index) * block.c_stride + column),
                        width,
                    )
                };
                for ((c, sum), bias) in c.iter_mut().zip(sums).zip(bias) {
                    let sum = sum + bias;
                    *c = if sum < block.min {
                        block.min
                    } else if sum > block.max {
                        block.max
                    } else {
                        sum
                    };
                }
            }
        }
    }
}

/// # Safety
/// The block's pointers are valid for its sizes.
unsafe fn i8_block(block: &I8Block<'_>) {
    let flip = if block.signed { 0 } else { 128 };
    for column in (0..block.columns).step_by(LANES) {
        let width = LANES.min(block.columns - column);
        // SAFETY: panels lie one after the other, `k` times `LANES` bytes each.
        let panel = unsafe { core::slice::from_raw_parts(block.b.add(column * block.k), block.k * LANES) };
        for row in (0..block.rows).step_by(ROWS) {
            let count = ROWS.min(block.rows - row);
            // SAFETY: `row + min(index, count - 1)` is a row of the block.
            let a: [*const u8; ROWS] =
                core::array::from_fn(|index| unsafe { block.a.row(row + index.min(count - 1)) });
            let mut sums = [[0i32; LANES]; ROWS];
            for (first, panel) in block.a.pieces(block.k).zip(panel.chunks(LANES * block.a.piece.max(1))) {
                // SAFETY: a piece of a row.
                let a: [&[u8]; ROWS] =
                    a.map(|a| unsafe { core::slice::from_raw_parts(a.add(first), block.a.piece) });
                for (index, weights) in panel.as_chunks::<LANES>().0.iter().enumerate() {
                    Copied::SMALL.round();
                    for (sums, a) in sums.iter_mut().zip(a) {
                        // Of two signed bytes the product fits 16 bits.
                        let a = i16::from((a[index] ^ flip) as i8);
                        for (sum, &weight) in sums.iter_mut().zip(weights) {
                            *sum = sum.wrapping_add(i32::from(a * i16::from(weight)));
                        }
                    }
                }
            }
            for (index, sums) in sums.iter_mut().enumerate().take(count) {
                let mut correction = 0;
                if block.weights_zero_point != 0 {
                    // SAFETY: the row has `k` bytes.
                    let sum = unsafe { row_sum(a[index], block.k, block.signed) };
                    correction = sum.wrapping_mul(block.weights_zero_point);
                }
                for (sum, constant) in sums.iter_mut().zip(&block.constants[column..]) {
                    *sum = sum.wrapping_add(*constant).wrapping_sub(correction);
                }
                // SAFETY: `width` results of this row belong to the block.
                unsafe { store(block, row + index, column, &sums[..width]) };
            }
        }
    }
}

/// Stores the sums of a row from `column` on as the block asks.
///
/// # Safety
/// They lie inside the block.
#[inline(never)]
unsafe fn store(block: &I8Block<'_>, row: usize, column: usize, sums: &[i32]) {
    match &block.store {
        // SAFETY: the caller's promise.
        Store::I32 { c, stride } => unsafe {
            core::slice::from_raw_parts_mut(c.add(row * stride + column), sums.len()).copy_from_slice(sums);
        },
        Store::Real { c, stride, real } => {
            // SAFETY: the caller's promise.
            let c = unsafe { core::slice::from_raw_parts_mut(c.add(row * stride + column), sums.len()) };
            real.finish(row, column, sums, c);
        }
        Store::Byte { c, stride, scale } => {
            // SAFETY: the caller's promise.
            let c = unsafe { core::slice::from_raw_parts_mut(c.add(row * stride + column), sums.len()) };
            for (index, (c, &sum)) in c.iter_mut().zip(sums).enumerate() {
                let index = column + index;
                let multiplier = Multiplier {
                    mantissa: scale.mantissa[index],
                    shift: scale.left[index] - scale.right[index],
                };
                *c = (multiplier.apply(sum).saturating_add(scale.zero_point)).clamp(scale.min, scale.max)
                    as u8;
            }
        }
    }
}
