//! NEON with 8-bit matrix products: tiles of up to 6 by 16.
//!
//! An instruction (`smmla`) multiplies eight activations of each of two rows by eight weights of each of two columns, and has
//! four sums. It takes signed activations, as the one for dot products does.

use core::arch::aarch64::*;
use core::arch::asm;

use super::dotprod::signed;
use super::neon::{COLUMNS, store};
use super::panel::{Panel, for_each_panel};
use super::{I8Block, I8Kernel, Layout, Sign, last_bytes};

/// Inputs that an instruction sums up.
const GROUP: usize = 8;

pub(crate) const I8: I8Kernel = I8Kernel {
    layout: Layout { lanes: COLUMNS, vectors: 2, group: GROUP, rows: 6 },
    sign: Sign::Signed,
    run: i8_block,
};

/// # Safety
/// The processor has NEON with matrix products, and the block's pointers are valid for its sizes.
#[target_feature(enable = "neon,i8mm")]
unsafe fn i8_block(block: &I8Block<'_>) {
    // SAFETY: the caller's promise; a panel of more than eight columns has two times eight.
    unsafe {
        for_each_panel(block, 2 * COLUMNS, |panel| match (panel.columns > COLUMNS, block.signed) {
            (true, true) => i8_panel::<3, 2, true>(panel),
            (true, false) => i8_panel::<3, 2, false>(panel),
            (false, true) => i8_panel::<4, 1, true>(panel),
            (false, false) => i8_panel::<4, 1, false>(panel),
        });
    }
}

/// # Safety
/// As [`i8_block`]; the panel is `T` times eight columns wide.
#[target_feature(enable = "neon,i8mm")]
unsafe fn i8_panel<const P: usize, const T: usize, const SIGNED: bool>(panel: &Panel<'_>) {
    let (mut row, end) = (panel.rows.start, panel.rows.end);
    // SAFETY: tiles of `P`, 2 and 1 pairs of rows as long as there are so many, and one of what is left.
    unsafe {
        while end - row >= 2 * P {
            i8_tile::<P, T, SIGNED>(panel, row, 2 * P);
            row += 2 * P;
        }
        while end - row >= 3 {
            let rows = (end - row).min(4);
            i8_tile::<2, T, SIGNED>(panel, row, rows);
            row += rows;
        }
        if end > row {
            i8_tile::<1, T, SIGNED>(panel, row, end - row);
        }
    }
}

/// # Safety
/// As [`i8_panel`], for `rows` rows from `row` on, `2 * P` or one less.
#[target_feature(enable = "neon,i8mm")]
unsafe fn i8_tile<const P: usize, const T: usize, const SIGNED: bool>(
    panel: &Panel<'_>,
    row: usize,
    rows: usize,
) {
    let (a, k) = (&panel.block.a, panel.block.k);
    // Of each pair of rows and each of four pairs of columns.
    let mut sums = [[[vdupq_n_s32(0); 4]; T]; P];
    // SAFETY: the panel holds `k` rounded up to 8 times `T` times eight bytes, each of the rows `k` bytes in
    // pieces.
    unsafe {
        // Where there is no second row of a pair, the first is taken twice.
        let row_of = |pair: usize, second: usize| a.row(row + (2 * pair + second).min(rows - 1));
        let mut pairs = [[core::ptr::null(); 2]; P];
        for pair in 0..P {
            pairs[pair] = [row_of(pair, 0), row_of(pair, 1)];
        }
        let mut b = panel.b(GROUP);
        for first in a.pieces(k) {
            for index in (first..first + a.piece).step_by(GROUP) {
                let mut x = [vdupq_n_s8(0); P];
                for pair in 0..P {
                    let [one, other] = pairs[pair];
                    // The weights beyond `k` are 0, so it does not matter what their activations become.
                    let both = match index + GROUP <= first + a.piece {
                        true => vcombine_u8(vld1_u8(one.add(index)), vld1_u8(other.add(index))),
                        false => {
                            let last = |a| vcreate_u8(last_bytes(a, k, GROUP));
                            vcombine_u8(last(one), last(other))
                        }
                    };
                    x[pair] = signed::<SIGNED>(both);
                }
                for t in 0..T {
                    for columns in 0..4 {
                        let weights = vld1q_s8(b.add((4 * t + columns) * 16));
                        for pair in 0..P {
                            let sum = &mut sums[pair][t][columns];
                            *sum = multiply(*sum, x[pair], weights);
                        }
                    }
                }
                b = b.add(T * COLUMNS * GROUP);
            }
        }
        for t in 0..T {
            let mut part = [[[vdupq_n_s32(0); 2]; 2]; P];
            for pair in 0..P {
                part[pair] = rows_of(&sums[pair][t]);
            }
            store(panel, row, panel.column + t * COLUMNS, &part.as_flattened()[..rows]);
        }
    }
}

/// The sums of two rows from those of four pairs of columns.
#[inline]
#[target_feature(enable = "neon")]
fn rows_of(sums: &[int32x4_t; 4]) -> [[int32x4_t; 2]; 2] {
    let first = |a, b| vcombine_s32(vget_low_s32(a), vget_low_s32(b));
    let second = |a, b| vcombine_s32(vget_high_s32(a), vget_high_s32(b));
    let [a, b, c, d] = *sums;
    [[first(a, b), first(c, d)], [second(a, b), second(c, d)]]
}

/// `sum` and the products of two rows of activations and two columns of weights.
#[inline]
#[target_feature(enable = "neon,i8mm")]
fn multiply(mut sum: int32x4_t, x: int8x16_t, weights: int8x16_t) -> int32x4_t {
    // SAFETY: one instruction, on registers, that the processor has. Its intrinsic is not stable.
    unsafe {
        asm!(
            "smmla {sum:v}.4s, {x:v}.16b, {weights:v}.16b",
            sum = inout(vreg) sum,
            x = in(vreg) x,
            weights = in(vreg) weights,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    sum
}
