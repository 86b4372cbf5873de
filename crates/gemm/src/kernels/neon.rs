//! NEON: `f32` in tiles of 4 by 16, 8-bit products in tiles of 4 by 16.
//!
//! The 8-bit kernel widens both sides to 16 bits, so that it takes activations signed or not, and multiplies columns of
//! weights by one activation (`smlal` by element). Its finish is also that of the kernels with dot products.

use core::arch::aarch64::*;

use super::neon_requantize::{EightColumns, load};
use super::panel::{Panel, for_each_panel};
use super::{F32Block, F32Kernel, I8Block, I8Kernel, Layout, Sign, Store, row_block};

const LANES: usize = 4;
const VECTORS: usize = 4;

pub(crate) const F32: F32Kernel =
    F32Kernel { layout: Layout { lanes: LANES, vectors: VECTORS, group: 1, rows: 12 }, run: f32_block };

/// Columns that 8-bit kernels finish together: two vectors of accumulators.
pub(super) const COLUMNS: usize = 8;

pub(crate) const I8: I8Kernel = I8Kernel {
    layout: Layout { lanes: COLUMNS, vectors: 2, group: 1, rows: 4 },
    sign: Sign::Either,
    run: i8_block,
};

/// # Safety
/// The processor has NEON, and the block's pointers are valid for its sizes.
#[target_feature(enable = "neon")]
unsafe fn f32_block(block: &F32Block<'_>) {
    let step = row_block(block.k * size_of::<f32>());
    for first in (0..block.rows).step_by(step) {
        let end = block.rows.min(first + step);
        for column in (0..block.columns).step_by(LANES * VECTORS) {
            let columns = (LANES * VECTORS).min(block.columns - column);
            // SAFETY: the rows and columns lie in the block.
            unsafe {
                match columns.div_ceil(LANES) {
                    1 => f32_panel::<8, 1>(block, first, end, column, columns),
                    2 => f32_panel::<8, 2>(block, first, end, column, columns),
                    3 => f32_panel::<6, 3>(block, first, end, column, columns),
                    _ => f32_panel::<4, 4>(block, first, end, column, columns),
                }
            }
        }
    }
}

/// # Safety
/// As [`f32_block`]; rows and columns lie in the block and the columns are a panel of `T` vectors.
#[target_feature(enable = "neon")]
unsafe fn f32_panel<const M: usize, const T: usize>(
    block: &F32Block<'_>,
    mut row: usize,
    end: usize,
    column: usize,
    columns: usize,
) {
    // SAFETY: tiles of `M`, 4, 2 and 1 rows as long as there are so many.
    unsafe {
        while end - row >= M {
            f32_tile::<M, T>(block, row, column, columns);
            row += M;
        }
        if end - row >= 4 {
            f32_tile::<4, T>(block, row, column, columns);
            row += 4;
        }
        if end - row >= 2 {
            f32_tile::<2, T>(block, row, column, columns);
            row += 2;
        }
        if end > row {
            f32_tile::<1, T>(block, row, column, columns);
        }
    }
}

/// # Safety
/// As [`f32_panel`], for `M` rows from `row` on.
#[target_feature(enable = "neon")]
unsafe fn f32_tile<const M: usize, const T: usize>(
    block: &F32Block<'_>,
    row: usize,
    column: usize,
    columns: usize,
) {
    let stride = block.a_stride;
    let mut sums = [[vdupq_n_f32(0.0); T]; M];
    // SAFETY: the panel holds `k * T` vectors, each of the `M` rows `k` elements.
    unsafe {
        let a = block.a.add(row * stride);
        let mut b = block.b.add(column * block.k);
        let whole = block.piece / LANES * LANES;
        for &offset in block.offsets {
            let a = a.add(offset);
            for index in (0..whole).step_by(LANES) {
                let mut x = [vdupq_n_f32(0.0); M];
                for m in 0..M {
                    x[m] = vld1q_f32(a.add(m * stride + index));
                }
                f32_step::<0, M, T>(&mut sums, &x, b);
                f32_step::<1, M, T>(&mut sums, &x, b.add(T * LANES));
                f32_step::<2, M, T>(&mut sums, &x, b.add(2 * T * LANES));
                f32_step::<3, M, T>(&mut sums, &x, b.add(3 * T * LANES));
                b = b.add(4 * T * LANES);
            }
            for index in whole..block.piece {
                let mut x = [vdupq_n_f32(0.0); M];
                for m in 0..M {
                    x[m] = vld1q_dup_f32(a.add(m * stride + index));
                }
                f32_step::<0, M, T>(&mut sums, &x, b);
                b = b.add(T * LANES);
            }
        }
    }
    let (min, max) = (vdupq_n_f32(block.min), vdupq_n_f32(block.max));
    for t in 0..T {
        let (at, width) = (column + t * LANES, LANES.min(columns - t * LANES));
        let mut part = [0.0f32; LANES];
        if !block.bias.is_null() {
            // SAFETY: there is a bias for each column.
            part[..width].copy_from_slice(unsafe { core::slice::from_raw_parts(block.bias.add(at), width) });
        }
        // SAFETY: an array of four; results of the block, all four of a vector only where there are so many.
        unsafe {
            let bias = vld1q_f32(part.as_ptr());
            for (m, sums) in sums.iter().enumerate() {
                // NaN passes.
                let result = vminq_f32(max, vmaxq_f32(min, vaddq_f32(sums[t], bias)));
                let c = block.c.add((row + m) * block.c_stride + at);
                if width == LANES {
                    vst1q_f32(c, result);
                } else {
                    vst1q_f32(part.as_mut_ptr(), result);
                    core::slice::from_raw_parts_mut(c, width).copy_from_slice(&part[..width]);
                }
            }
        }
    }
}

/// Adds the products of element `LANE` of each row's activations and the `T` vectors of weights at `b`.
///
/// # Safety
/// The processor has NEON and there are so many weights.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn f32_step<const LANE: i32, const M: usize, const T: usize>(
    sums: &mut [[float32x4_t; T]; M],
    x: &[float32x4_t; M],
    b: *const f32,
) {
    for t in 0..T {
        // SAFETY: the caller's promise.
        let weights = unsafe { vld1q_f32(b.add(t * LANES)) };
        for m in 0..M {
            sums[m][t] = vfmaq_laneq_f32::<LANE>(sums[m][t], weights, x[m]);
        }
    }
}

/// # Safety
/// The processor has NEON, and the block's pointers are valid for its sizes.
#[target_feature(enable = "neon")]
unsafe fn i8_block(block: &I8Block<'_>) {
    // SAFETY: the caller's promise; a panel of more than eight columns has two times eight.
    unsafe {
        for_each_panel(block, (row_block(block.k), 2 * COLUMNS), |panel| {
            match (panel.columns > COLUMNS, block.signed) {
                (true, true) => i8_panel::<4, 2, true>(panel),
                (true, false) => i8_panel::<4, 2, false>(panel),
                (false, true) => i8_panel::<8, 1, true>(panel),
                (false, false) => i8_panel::<8, 1, false>(panel),
            }
        });
    }
}

/// # Safety
/// As [`i8_block`]; the panel is `T` times eight columns wide.
#[target_feature(enable = "neon")]
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
#[target_feature(enable = "neon")]
unsafe fn i8_tile<const M: usize, const T: usize, const SIGNED: bool>(panel: &Panel<'_>, row: usize) {
    let (a, k) = (&panel.block.a, panel.block.k);
    let mut sums = [[[vdupq_n_s32(0); 2]; T]; M];
    // SAFETY: the panel holds `k * T` times eight bytes, each of the `M` rows `k` bytes in pieces.
    unsafe {
        let rows: [_; M] = panel.a(row);
        let mut b = panel.b(1);
        for first in a.pieces(k) {
            let (whole, end) = (first + a.piece / 8 * 8, first + a.piece);
            for index in (first..whole).step_by(8) {
                let mut x = [vdupq_n_s16(0); M];
                for m in 0..M {
                    x[m] = widen::<SIGNED>(vld1_u8(rows[m].add(index)));
                }
                i8_step::<0, M, T>(&mut sums, &x, b);
                i8_step::<1, M, T>(&mut sums, &x, b.add(T * COLUMNS));
                i8_step::<2, M, T>(&mut sums, &x, b.add(2 * T * COLUMNS));
                i8_step::<3, M, T>(&mut sums, &x, b.add(3 * T * COLUMNS));
                i8_step::<4, M, T>(&mut sums, &x, b.add(4 * T * COLUMNS));
                i8_step::<5, M, T>(&mut sums, &x, b.add(5 * T * COLUMNS));
                i8_step::<6, M, T>(&mut sums, &x, b.add(6 * T * COLUMNS));
                i8_step::<7, M, T>(&mut sums, &x, b.add(7 * T * COLUMNS));
                b = b.add(8 * T * COLUMNS);
            }
            for index in whole..end {
                let mut x = [vdupq_n_s16(0); M];
                for m in 0..M {
                    let a = *rows[m].add(index);
                    x[m] = vdupq_n_s16(if SIGNED { i16::from(a as i8) } else { i16::from(a) });
                }
                i8_step::<0, M, T>(&mut sums, &x, b);
                b = b.add(T * COLUMNS);
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

/// Activations in 16 bits.
#[inline]
#[target_feature(enable = "neon")]
fn widen<const SIGNED: bool>(x: uint8x8_t) -> int16x8_t {
    if SIGNED { vmovl_s8(vreinterpret_s8_u8(x)) } else { vreinterpretq_s16_u16(vmovl_u8(x)) }
}

/// Adds the products of element `LANE` of each row's activations and the `T` times eight weights at `b`.
///
/// # Safety
/// The processor has NEON and there are so many weights.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn i8_step<const LANE: i32, const M: usize, const T: usize>(
    sums: &mut [[[int32x4_t; 2]; T]; M],
    x: &[int16x8_t; M],
    b: *const i8,
) {
    for t in 0..T {
        // SAFETY: the caller's promise.
        let weights = vmovl_s8(unsafe { vld1_s8(b.add(t * COLUMNS)) });
        for m in 0..M {
            let sums = &mut sums[m][t];
            sums[0] = vmlal_laneq_s16::<LANE>(sums[0], vget_low_s16(weights), x[m]);
            sums[1] = vmlal_high_laneq_s16::<LANE>(sums[1], weights, x[m]);
        }
    }
}

/// Finishes and stores the sums of eight columns, a row for each pair of vectors.
///
/// # Safety
/// The processor has NEON; the rows and the first column lie in the panel.
#[target_feature(enable = "neon")]
pub(super) unsafe fn store(panel: &Panel<'_>, row: usize, column: usize, sums: &[[int32x4_t; 2]]) {
    let block = panel.block;
    let width = COLUMNS.min(block.columns - column);
    let constants = load(block.constants, column);
    let finished = (row..).zip(sums).map(|(row, sums)| {
        let correction = vdupq_n_s32(panel.correction(row));
        let sum = |half: usize| vsubq_s32(vaddq_s32(sums[half], constants[half]), correction);
        (row, [sum(0), sum(1)])
    });
    match &block.store {
        Store::Byte { c, stride, scale } => {
            let scale = EightColumns::load(scale, column);
            for (row, sums) in finished {
                // SAFETY: `width` results of this row belong to the block.
                unsafe { store_bytes(c.add(row * stride + column), width, scale.apply(sums)) };
            }
        }
        Store::I32 { c, stride } => {
            for (row, sums) in finished {
                // SAFETY: as above.
                let c = unsafe { core::slice::from_raw_parts_mut(c.add(row * stride + column), width) };
                c.copy_from_slice(&array(sums)[..width]);
            }
        }
        Store::Real { c, stride, real } => {
            for (row, sums) in finished {
                // SAFETY: as above.
                let c = unsafe { core::slice::from_raw_parts_mut(c.add(row * stride + column), width) };
                match c.as_mut_array::<COLUMNS>() {
                    Some(c) => real.finish(row, column, &array(sums), c),
                    None => real.finish(row, column, &array(sums), c),
                }
            }
        }
    }
}

/// Stores the first `width` of eight bytes.
///
/// # Safety
/// The processor has NEON and there is room for so many.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn store_bytes(c: *mut u8, width: usize, bytes: uint8x8_t) {
    // SAFETY: the caller's promise.
    unsafe {
        if width == COLUMNS {
            vst1_u8(c, bytes);
        } else {
            let bytes = vget_lane_u64::<0>(vreinterpret_u64_u8(bytes)).to_le_bytes();
            (0..width).for_each(|index| *c.add(index) = bytes[index]);
        }
    }
}

#[inline]
#[target_feature(enable = "neon")]
fn array(halves: [int32x4_t; 2]) -> [i32; COLUMNS] {
    let mut array = [0; COLUMNS];
    // SAFETY: there is room for two vectors.
    unsafe { vst1q_s32_x2(array.as_mut_ptr(), int32x4x2_t(halves[0], halves[1])) };
    array
}
