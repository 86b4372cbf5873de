//! WebAssembly's 128-bit vectors: tiles of 4 by 8.
//!
//! The 8-bit kernel widens both sides to 16 bits, so that it takes activations signed or not, and multiplies and sums pairs
//! (`i32x4.dot_i16x8_s`), which is exact.

use core::arch::wasm32::*;

use super::panel::{Panel, for_each_panel};
use super::{F32Block, F32Kernel, I8Block, I8Kernel, Layout, Scale, Sign, Store, row_block};

const LANES: usize = 4;
const COLUMNS: usize = 2 * LANES;
const ROWS: usize = 4;

/// Inputs that an instruction of the 8-bit kernel sums up.
const GROUP: usize = 2;

pub(crate) const F32: F32Kernel =
    F32Kernel { layout: Layout { lanes: COLUMNS, vectors: 1, group: 1, rows: ROWS }, run: f32_block };

pub(crate) const I8: I8Kernel = I8Kernel {
    layout: Layout { lanes: COLUMNS, vectors: 1, group: GROUP, rows: ROWS },
    sign: Sign::Either,
    run: i8_block,
};

/// # Safety
/// The block's pointers are valid for its sizes.
unsafe fn f32_block(block: &F32Block<'_>) {
    let step = row_block(block.k * size_of::<f32>());
    for first in (0..block.rows).step_by(step) {
        let end = block.rows.min(first + step);
        for column in (0..block.columns).step_by(COLUMNS) {
            let mut row = first;
            // SAFETY: the rows and the column lie in the block.
            unsafe {
                while end - row >= ROWS {
                    f32_tile::<ROWS>(block, row, column);
                    row += ROWS;
                }
                while end > row {
                    f32_tile::<1>(block, row, column);
                    row += 1;
                }
            }
        }
    }
}

/// # Safety
/// As [`f32_block`], for `M` rows from `row` on and the panel that begins at `column`.
unsafe fn f32_tile<const M: usize>(block: &F32Block<'_>, row: usize, column: usize) {
    let stride = block.a_stride;
    let mut sums = [[f32x4_splat(0.0); 2]; M];
    // SAFETY: the panel holds `k` times eight elements, each of the `M` rows `k`.
    unsafe {
        let a = block.a.add(row * stride);
        let mut b = block.b.add(column * block.k);
        for &offset in block.offsets {
            let a = a.add(offset);
            for index in 0..block.piece {
                let weights = [v128_load(b.cast()), v128_load(b.add(LANES).cast())];
                for m in 0..M {
                    let x = v128_load32_splat(a.add(m * stride + index).cast());
                    for t in 0..2 {
                        sums[m][t] = multiply_add(x, weights[t], sums[m][t]);
                    }
                }
                b = b.add(COLUMNS);
            }
        }
    }
    let width = COLUMNS.min(block.columns - column);
    let mut bias = [0.0f32; COLUMNS];
    if !block.bias.is_null() {
        // SAFETY: there is a bias for each column.
        bias[..width].copy_from_slice(unsafe { core::slice::from_raw_parts(block.bias.add(column), width) });
    }
    let (min, max) = (f32x4_splat(block.min), f32x4_splat(block.max));
    for (m, sums) in sums.iter().enumerate() {
        let mut results = [0.0f32; COLUMNS];
        for t in 0..2 {
            // SAFETY: arrays of two vectors.
            unsafe {
                let sum = f32x4_add(sums[t], v128_load(bias.as_ptr().add(t * LANES).cast()));
                // NaN passes.
                let result = f32x4_min(max, f32x4_max(min, sum));
                v128_store(results.as_mut_ptr().add(t * LANES).cast(), result);
            }
        }
        // SAFETY: `width` results of this row belong to the block.
        let c = unsafe {
            core::slice::from_raw_parts_mut(block.c.add((row + m) * block.c_stride + column), width)
        };
        match c.as_mut_array::<COLUMNS>() {
            Some(c) => *c = results,
            None => c.copy_from_slice(&results[..width]),
        }
    }
}

/// `x * y + sum`, in one instruction where the target has one.
#[inline]
fn multiply_add(x: v128, y: v128, sum: v128) -> v128 {
    #[cfg(target_feature = "relaxed-simd")]
    {
        f32x4_relaxed_madd(x, y, sum)
    }
    #[cfg(not(target_feature = "relaxed-simd"))]
    {
        f32x4_add(f32x4_mul(x, y), sum)
    }
}

/// # Safety
/// The block's pointers are valid for its sizes.
unsafe fn i8_block(block: &I8Block<'_>) {
    // SAFETY: the caller's promise.
    unsafe {
        for_each_panel(block, (row_block(block.k), COLUMNS), |panel| match block.signed {
            true => i8_panel::<true>(panel),
            false => i8_panel::<false>(panel),
        });
    }
}

/// # Safety
/// As [`i8_block`].
unsafe fn i8_panel<const SIGNED: bool>(panel: &Panel<'_>) {
    let (mut row, end) = (panel.rows.start, panel.rows.end);
    // SAFETY: the rows lie in the panel.
    unsafe {
        while end - row >= ROWS {
            i8_tile::<ROWS, SIGNED>(panel, row);
            row += ROWS;
        }
        while end > row {
            i8_tile::<1, SIGNED>(panel, row);
            row += 1;
        }
    }
}

/// # Safety
/// As [`i8_block`], for `M` rows from `row` on.
unsafe fn i8_tile<const M: usize, const SIGNED: bool>(panel: &Panel<'_>, row: usize) {
    let (a, k) = (&panel.block.a, panel.block.k);
    let mut sums = [[i32x4_splat(0); 2]; M];
    // SAFETY: the panel holds `k` rounded up to 2 times eight bytes, each of the `M` rows `k` bytes in pieces.
    unsafe {
        let rows: [_; M] = panel.a(row);
        let mut b = panel.b(GROUP);
        let step = GROUP * COLUMNS;
        for first in a.pieces(k) {
            let (whole, end) = (first + a.piece / 8 * 8, first + a.piece);
            for index in (first..whole).step_by(8) {
                let mut x = [i16x8_splat(0); M];
                for m in 0..M {
                    let a = rows[m].add(index);
                    x[m] = match SIGNED {
                        true => i16x8_load_extend_i8x8(a.cast()),
                        false => i16x8_load_extend_u8x8(a),
                    };
                }
                i8_step::<0, M>(&mut sums, &x, b);
                i8_step::<1, M>(&mut sums, &x, b.add(step));
                i8_step::<2, M>(&mut sums, &x, b.add(2 * step));
                i8_step::<3, M>(&mut sums, &x, b.add(3 * step));
                b = b.add(4 * step);
            }
            for index in (whole..end).step_by(GROUP) {
                let mut x = [i16x8_splat(0); M];
                for m in 0..M {
                    let element = |index: usize| {
                        let a = *rows[m].add(index);
                        if SIGNED { i16::from(a as i8) } else { i16::from(a) }
                    };
                    let second = if index + 1 < end { element(index + 1) } else { 0 };
                    x[m] = i32x4_splat(i32::from(element(index) as u16) | i32::from(second) << 16);
                }
                i8_step::<0, M>(&mut sums, &x, b);
                b = b.add(step);
            }
        }
        store(panel, row, &sums);
    }
}

/// Adds the products of the pair `PAIR` of each row's activations and the eight pairs of weights at `b`.
///
/// # Safety
/// There are so many weights.
#[inline]
unsafe fn i8_step<const PAIR: usize, const M: usize>(sums: &mut [[v128; 2]; M], x: &[v128; M], b: *const i8) {
    // SAFETY: the caller's promise.
    let weights = unsafe { [i16x8_load_extend_i8x8(b), i16x8_load_extend_i8x8(b.add(8))] };
    for m in 0..M {
        let x = i32x4_shuffle::<PAIR, PAIR, PAIR, PAIR>(x[m], x[m]);
        for t in 0..2 {
            sums[m][t] = i32x4_add(sums[m][t], i32x4_dot_i16x8(x, weights[t]));
        }
    }
}

/// Finishes and stores the sums of a panel, a row for each pair of vectors.
///
/// # Safety
/// The rows lie in the panel.
unsafe fn store(panel: &Panel<'_>, row: usize, sums: &[[v128; 2]]) {
    let (column, width) = (panel.column, panel.columns);
    let constants = load(panel.block.constants, column);
    let finished = (row..).zip(sums).map(|(row, sums)| {
        let correction = i32x4_splat(panel.correction(row));
        let sum = |half: usize| i32x4_sub(i32x4_add(sums[half], constants[half]), correction);
        (row, [sum(0), sum(1)])
    });
    match &panel.block.store {
        Store::Byte { c, stride, scale } => {
            let scale = Vector::new(scale, column);
            for (row, sums) in finished {
                let bytes = scale.apply(sums).to_le_bytes();
                // SAFETY: `width` results of this row belong to the block.
                let c = unsafe { core::slice::from_raw_parts_mut(c.add(row * stride + column), width) };
                match c.as_mut_array::<COLUMNS>() {
                    Some(c) => *c = bytes,
                    None => c.copy_from_slice(&bytes[..width]),
                }
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

#[inline]
fn array(halves: [v128; 2]) -> [i32; COLUMNS] {
    let mut array = [0i32; COLUMNS];
    // SAFETY: there is room for two vectors.
    unsafe {
        v128_store(array.as_mut_ptr().cast(), halves[0]);
        v128_store(array.as_mut_ptr().add(LANES).cast(), halves[1]);
    }
    array
}

#[inline]
fn load(values: &[i32], column: usize) -> [v128; 2] {
    let values: &[i32] = &values[column..column + COLUMNS];
    // SAFETY: there are so many.
    unsafe { [v128_load(values.as_ptr().cast()), v128_load(values.as_ptr().add(LANES).cast())] }
}

/// Requantization of eight columns. There are no shifts by a count for each lane; products stand for them.
struct Vector {
    /// 2 to the power of left shifts.
    left: [v128; 2],
    mantissa: [v128; 2],
    /// 2 to the power of 31 less right shifts; where that does not fit, there is none.
    right: [v128; 2],
    is_shifted: [v128; 2],
    zero_point: v128,
    /// The bounds of results before the zero point is added.
    min: v128,
    max: v128,
}

impl Vector {
    fn new(scale: &Scale<'_>, column: usize) -> Self {
        let (mut left, mut right) = ([0; COLUMNS], [0; COLUMNS]);
        for index in 0..COLUMNS {
            left[index] = 1i32.wrapping_shl(scale.left[column + index] as u32);
            right[index] = 1i32.wrapping_shl(31 - scale.right[column + index] as u32);
        }
        let counts = load(scale.right, column);
        let zero = i32x4_splat(0);
        Self {
            left: load(&left, 0),
            mantissa: load(scale.mantissa, column),
            right: load(&right, 0),
            is_shifted: [i32x4_ne(counts[0], zero), i32x4_ne(counts[1], zero)],
            zero_point: i32x4_splat(scale.zero_point),
            min: i32x4_splat(scale.min - scale.zero_point),
            max: i32x4_splat(scale.max - scale.zero_point),
        }
    }

    /// `clamp(multiplier(x) + zero_point)`, as `Multiplier::apply` lane by lane, in bytes.
    #[inline]
    fn apply(&self, sums: [v128; 2]) -> u64 {
        let bound = |x: v128| i32x4_add(i32x4_min(i32x4_max(x, self.min), self.max), self.zero_point);
        let [low, high] = [bound(self.multiply::<0>(sums)), bound(self.multiply::<1>(sums))];
        let words = i16x8_narrow_i32x4(low, high);
        // The results fit a byte, signed or not: pick the low ones.
        let bytes = i8x16_shuffle::<0, 2, 4, 6, 8, 10, 12, 14, 0, 0, 0, 0, 0, 0, 0, 0>(words, words);
        i64x2_extract_lane::<0>(bytes) as u64
    }

    /// The multiplier of half `HALF`.
    #[inline]
    fn multiply<const HALF: usize>(&self, sums: [v128; 2]) -> v128 {
        // Halves go up, which is what the scalar definition does.
        let half = i64x2_splat(1 << 30);
        let high =
            high_product(i32x4_mul(sums[HALF], self.left[HALF]), self.mantissa[HALF], |x| i64x2_add(x, half));
        // Halves away from zero: a little less than half is added below zero.
        let shifted =
            high_product(high, self.right[HALF], |x| i64x2_add(i64x2_add(x, half), i64x2_shr(x, 63)));
        v128_bitselect(shifted, high, self.is_shifted[HALF])
    }
}

/// `round(x * y) >> 31`, where `round` adds to the 64-bit products.
#[inline]
fn high_product(x: v128, y: v128, round: impl Fn(v128) -> v128) -> v128 {
    let low = i64x2_shr(round(i64x2_extmul_low_i32x4(x, y)), 31);
    let high = i64x2_shr(round(i64x2_extmul_high_i32x4(x, y)), 31);
    i32x4_shuffle::<0, 2, 4, 6>(low, high)
}
