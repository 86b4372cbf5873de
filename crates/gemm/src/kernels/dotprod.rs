//! NEON with 8-bit dot products: tiles of up to 6 by 16.
//!
//! The instruction multiplies signed activations, so 128 is taken off unsigned ones (by flipping the top bit); the
//! constants of the columns put it back. It takes four activations of a row from one element of a vector (`sdot` by
//! element), so that a load brings those of four steps.

use core::arch::aarch64::*;
use core::arch::asm;

use super::neon::{COLUMNS, store};
use super::panel::{Panel, for_each_panel};
use super::{I8Block, I8Kernel, Layout, Sign, last_bytes};

/// Inputs that an instruction sums up.
const GROUP: usize = 4;

pub(crate) const I8: I8Kernel = I8Kernel {
    layout: Layout { lanes: COLUMNS, vectors: 2, group: GROUP, rows: 6 },
    sign: Sign::Signed,
    run: i8_block,
};

/// # Safety
/// The processor has NEON with dot products, and the block's pointers are valid for its sizes.
#[target_feature(enable = "neon,dotprod")]
unsafe fn i8_block(block: &I8Block<'_>) {
    // SAFETY: the caller's promise; a panel of more than eight columns has two times eight.
    unsafe {
        for_each_panel(block, 2 * COLUMNS, |panel| match (panel.columns > COLUMNS, block.signed) {
            (true, true) => i8_panel::<6, 2, true>(panel),
            (true, false) => i8_panel::<6, 2, false>(panel),
            (false, true) => i8_panel::<8, 1, true>(panel),
            (false, false) => i8_panel::<8, 1, false>(panel),
        });
    }
}

/// # Safety
/// As [`i8_block`]; the panel is `T` times eight columns wide.
#[target_feature(enable = "neon,dotprod")]
unsafe fn i8_panel<const M: usize, const T: usize, const SIGNED: bool>(panel: &Panel<'_>) {
    let (mut row, end) = (panel.rows.start, panel.rows.end);
    // SAFETY: tiles of `M`, 4, 2 and 1 rows as long as there are so many.
    unsafe {
        while end - row >= M {
            i8_tile::<M, T, SIGNED>(panel, row);
            row += M;
        }
        if end - row >= 4 {
            i8_tile::<4, T, SIGNED>(panel, row);
            row += 4;
        }
        if end - row >= 2 {
            i8_tile::<2, T, SIGNED>(panel, row);
            row += 2;
        }
        if end > row {
            i8_tile::<1, T, SIGNED>(panel, row);
        }
    }
}

/// # Safety
/// As [`i8_panel`], for `M` rows from `row` on.
#[target_feature(enable = "neon,dotprod")]
unsafe fn i8_tile<const M: usize, const T: usize, const SIGNED: bool>(panel: &Panel<'_>, row: usize) {
    let (a, k) = (&panel.block.a, panel.block.k);
    let mut sums = [[[vdupq_n_s32(0); 2]; T]; M];
    // SAFETY: the panel holds `k` rounded up to 4 times `T` times eight bytes, each of the `M` rows `k` bytes in pieces.
    unsafe {
        let rows: [_; M] = panel.a(row);
        let mut b = panel.b(GROUP);
        let step = T * COLUMNS * GROUP;
        for first in a.pieces(k) {
            let (whole, end) = (first + a.piece / 16 * 16, first + a.piece);
            for index in (first..whole).step_by(16) {
                let mut x = [vdupq_n_s8(0); M];
                for m in 0..M {
                    x[m] = signed::<SIGNED>(vld1q_u8(rows[m].add(index)));
                }
                i8_step::<0, M, T>(&mut sums, &x, b);
                i8_step::<1, M, T>(&mut sums, &x, b.add(step));
                i8_step::<2, M, T>(&mut sums, &x, b.add(2 * step));
                i8_step::<3, M, T>(&mut sums, &x, b.add(3 * step));
                b = b.add(4 * step);
            }
            for index in (whole..end).step_by(GROUP) {
                let mut x = [vdupq_n_s8(0); M];
                for m in 0..M {
                    // The weights beyond `k` are 0, so it does not matter what their activations become.
                    let word = match index + GROUP <= end {
                        true => rows[m].add(index).cast::<u32>().read_unaligned(),
                        false => last_bytes(rows[m], k, GROUP) as u32,
                    };
                    x[m] = signed::<SIGNED>(vreinterpretq_u8_u32(vdupq_n_u32(word)));
                }
                i8_step::<0, M, T>(&mut sums, &x, b);
                b = b.add(step);
            }
        }
        for t in 0..T {
            let mut part = [[vdupq_n_s32(0); 2]; M];
            for m in 0..M {
                part[m] = sums[m][t];
            }
            store(panel, row, panel.column + t * COLUMNS, &part);
        }
    }
}

/// Activations as the instruction takes them.
#[inline]
#[target_feature(enable = "neon")]
pub(super) fn signed<const SIGNED: bool>(x: uint8x16_t) -> int8x16_t {
    vreinterpretq_s8_u8(if SIGNED { x } else { veorq_u8(x, vdupq_n_u8(128)) })
}

/// Adds the products of four activations of each row, element `LANE`, and the `T` times eight groups of weights at `b`.
///
/// # Safety
/// The processor has the instructions and there are so many weights.
#[inline]
#[target_feature(enable = "neon,dotprod")]
unsafe fn i8_step<const LANE: i32, const M: usize, const T: usize>(
    sums: &mut [[[int32x4_t; 2]; T]; M],
    x: &[int8x16_t; M],
    b: *const i8,
) {
    for t in 0..T {
        for half in 0..2 {
            // SAFETY: the caller's promise.
            let weights = unsafe { vld1q_s8(b.add((2 * t + half) * 16)) };
            for m in 0..M {
                sums[m][t][half] = dot::<LANE>(sums[m][t][half], weights, x[m]);
            }
        }
    }
}

/// `sum` and, for each of its lanes, the products of four weights and the four activations of element `LANE`.
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn dot<const LANE: i32>(mut sum: int32x4_t, weights: int8x16_t, x: int8x16_t) -> int32x4_t {
    // SAFETY: one instruction, on registers, that the processor has. Its intrinsic is not stable.
    unsafe {
        asm!(
            "sdot {sum:v}.4s, {weights:v}.16b, {x:v}.4b[{lane}]",
            sum = inout(vreg) sum,
            weights = in(vreg) weights,
            x = in(vreg) x,
            lane = const LANE,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    sum
}
