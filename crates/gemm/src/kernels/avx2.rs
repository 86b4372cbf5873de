//! AVX2 and FMA: `f32` in tiles of 6 by 16, 8-bit products in tiles of 3 by 16.
//!
//! The 8-bit kernel widens both sides to 16 bits and multiplies pairs (`madd`), which is exact; the shorter
//! `maddubs` would saturate.

use core::arch::x86_64::*;

use super::{
    F32Block, F32Kernel, I8Block, I8Kernel, Layout, MAX_ROW_BLOCK, Scale, Sign, Store, last_bytes, row_block,
    row_sum,
};

const LANES: usize = 8;
const VECTORS: usize = 2;

pub(crate) const F32: F32Kernel =
    F32Kernel { layout: Layout { lanes: LANES, vectors: VECTORS, group: 1, rows: 6 }, run: f32_block };

pub(crate) const I8: I8Kernel = I8Kernel {
    layout: Layout { lanes: LANES, vectors: VECTORS, group: 4, rows: 6 },
    sign: Sign::Signed,
    run: i8_block,
};

/// # Safety
/// The processor has AVX2 and FMA, and the block's pointers are valid for its sizes.
#[target_feature(enable = "avx2,fma")]
unsafe fn f32_block(block: &F32Block<'_>) {
    let step = row_block(block.k * size_of::<f32>());
    for first in (0..block.rows).step_by(step) {
        let end = block.rows.min(first + step);
        for column in (0..block.columns).step_by(LANES * VECTORS) {
            let columns = (LANES * VECTORS).min(block.columns - column);
            let mut row = first;
            // SAFETY: the rows and columns lie in the block, the columns are a panel of one or two vectors.
            unsafe {
                if columns > LANES {
                    while end - row >= 6 {
                        f32_tile::<6, 2>(block, row, column, columns);
                        row += 6;
                    }
                    while end - row >= 3 {
                        f32_tile::<3, 2>(block, row, column, columns);
                        row += 3;
                    }
                    while end > row {
                        f32_tile::<1, 2>(block, row, column, columns);
                        row += 1;
                    }
                } else {
                    while end - row >= 8 {
                        f32_tile::<8, 1>(block, row, column, columns);
                        row += 8;
                    }
                    while end > row {
                        f32_tile::<1, 1>(block, row, column, columns);
                        row += 1;
                    }
                }
            }
        }
    }
}

/// # Safety
/// As [`f32_block`], for `M` rows from `row` on and a panel of `T` vectors.
#[target_feature(enable = "avx2,fma")]
unsafe fn f32_tile<const M: usize, const T: usize>(
    block: &F32Block<'_>,
    row: usize,
    column: usize,
    columns: usize,
) {
    let stride = block.a_stride;
    let mut sums = [[_mm256_setzero_ps(); T]; M];
    // SAFETY: the panel holds `k * T` vectors, each of the `M` rows `k` elements.
    unsafe {
        let a = block.a.add(row * stride);
        let mut b = block.b.add(column * block.k);
        for &offset in block.offsets {
            let a = a.add(offset);
            for index in 0..block.piece {
                let mut weights = [_mm256_setzero_ps(); T];
                for (t, weights) in weights.iter_mut().enumerate() {
                    *weights = _mm256_loadu_ps(b.add(t * LANES));
                }
                for m in 0..M {
                    let x = _mm256_set1_ps(*a.add(m * stride + index));
                    for t in 0..T {
                        sums[m][t] = _mm256_fmadd_ps(x, weights[t], sums[m][t]);
                    }
                }
                b = b.add(T * LANES);
            }
        }
    }
    let (min, max) = (_mm256_set1_ps(block.min), _mm256_set1_ps(block.max));
    for t in 0..T {
        let (at, width) = (column + t * LANES, LANES.min(columns - t * LANES));
        let mut part = [0.0f32; LANES];
        if !block.bias.is_null() {
            // SAFETY: there is a bias for each column.
            part[..width].copy_from_slice(unsafe { core::slice::from_raw_parts(block.bias.add(at), width) });
        }
        // SAFETY: an array of eight; results of the block, all eight of a vector only where there are so many.
        unsafe {
            let bias = _mm256_loadu_ps(part.as_ptr());
            for (m, sums) in sums.iter().enumerate() {
                // With the bound as first operand NaN passes.
                let result = _mm256_max_ps(min, _mm256_add_ps(sums[t], bias));
                let result = _mm256_min_ps(max, result);
                let c = block.c.add((row + m) * block.c_stride + at);
                if width == LANES {
                    _mm256_storeu_ps(c, result);
                } else {
                    _mm256_storeu_ps(part.as_mut_ptr(), result);
                    core::slice::from_raw_parts_mut(c, width).copy_from_slice(&part[..width]);
                }
            }
        }
    }
}

/// # Safety
/// The processor has AVX2, and the block's pointers are valid for its sizes.
#[target_feature(enable = "avx2,fma")]
unsafe fn i8_block(block: &I8Block<'_>) {
    let step = row_block(block.k);
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
        for column in (0..block.columns).step_by(LANES * VECTORS) {
            let mut row = first;
            // SAFETY: the rows and columns lie in the block, the columns are a panel of one or two vectors.
            unsafe {
                if block.columns - column > LANES {
                    while end - row >= 3 {
                        i8_tile::<3, 2>(block, row, column, &corrections[row - first..]);
                        row += 3;
                    }
                    while end > row {
                        i8_tile::<1, 2>(block, row, column, &corrections[row - first..]);
                        row += 1;
                    }
                } else {
                    while end - row >= 6 {
                        i8_tile::<6, 1>(block, row, column, &corrections[row - first..]);
                        row += 6;
                    }
                    while end > row {
                        i8_tile::<1, 1>(block, row, column, &corrections[row - first..]);
                        row += 1;
                    }
                }
            }
        }
    }
}

/// # Safety
/// As [`i8_block`], for `M` rows from `row` on and a panel of `T` vectors.
#[target_feature(enable = "avx2,fma")]
unsafe fn i8_tile<const M: usize, const T: usize>(
    block: &I8Block<'_>,
    row: usize,
    column: usize,
    corrections: &[i32],
) {
    let (a, k) = (&block.a, block.k);
    let flip = if block.signed { 0 } else { 0x8080_8080 };
    // Two registers for a vector of columns: four columns each, with two partial sums.
    let mut sums = [[[_mm256_setzero_si256(); 2]; T]; M];
    // SAFETY: the panel holds `k` rounded up to 4 times `T` vectors' width of bytes, each of the `M` rows `k` bytes in
    // pieces.
    unsafe {
        let mut rows = [core::ptr::null::<u8>(); M];
        for m in 0..M {
            rows[m] = a.row(row + m);
        }
        let mut b = block.b.add(column * k.next_multiple_of(4));
        for first in a.pieces(k) {
            for at in (first..first + a.piece).step_by(4) {
                let mut x = [_mm256_setzero_si256(); M];
                for m in 0..M {
                    let word = if at + 4 <= first + a.piece {
                        rows[m].add(at).cast::<u32>().read_unaligned()
                    } else {
                        last_bytes(rows[m], k, 4) as u32
                    };
                    x[m] = _mm256_cvtepi8_epi16(_mm_set1_epi32((word ^ flip) as i32));
                }
                for t in 0..T {
                    for half in 0..2 {
                        let weights = _mm_loadu_si128(b.add(t * 4 * LANES + half * 16).cast());
                        let weights = _mm256_cvtepi8_epi16(weights);
                        for m in 0..M {
                            sums[m][t][half] =
                                _mm256_add_epi32(sums[m][t][half], _mm256_madd_epi16(x[m], weights));
                        }
                    }
                }
                b = b.add(T * 4 * LANES);
            }
        }
        for t in 0..T {
            let at = column + t * LANES;
            for (m, (sums, &correction)) in sums.iter().zip(corrections).enumerate() {
                // The sum of neighbours comes out as columns 0 1 4 5 2 3 6 7.
                let sum =
                    _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_hadd_epi32(sums[t][0], sums[t][1]));
                let sum = _mm256_add_epi32(sum, load(block.constants, at));
                let sum = _mm256_sub_epi32(sum, _mm256_set1_epi32(correction));
                store(block, row + m, at, sum);
            }
        }
    }
}

/// Finishes and stores the sums of a vector of columns.
///
/// # Safety
/// As [`i8_block`]; row and column lie in the block.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn store(block: &I8Block<'_>, row: usize, column: usize, sums: __m256i) {
    let width = LANES.min(block.columns - column);
    match &block.store {
        // SAFETY: `width` results from here on belong to the block.
        Store::I32 { c, stride } => unsafe {
            let c = c.add(row * stride + column);
            if width == LANES {
                _mm256_storeu_si256(c.cast(), sums);
            } else {
                let mut part = [0i32; LANES];
                _mm256_storeu_si256(part.as_mut_ptr().cast(), sums);
                core::slice::from_raw_parts_mut(c, width).copy_from_slice(&part[..width]);
            }
        },
        Store::Real { c, stride, real } => {
            let (mut part, mut results) = ([0i32; LANES], [0f32; LANES]);
            // SAFETY: there are as many elements as in a vector.
            unsafe { _mm256_storeu_si256(part.as_mut_ptr().cast(), sums) };
            // SAFETY: `width` results from here on belong to the block.
            let c = unsafe { core::slice::from_raw_parts_mut(c.add(row * stride + column), width) };
            if width == LANES {
                real.finish(row, column, &part, &mut results);
                c.copy_from_slice(&results);
            } else {
                real.finish(row, column, &part, c);
            }
        }
        Store::Byte { c, stride, scale } => {
            let result = requantize(sums, scale, column);
            // The results fit a byte, signed or not: pick the low bytes of each half, then of both.
            let pick = _mm256_setr_epi8(
                0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, //
                0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
            );
            let picked = _mm256_shuffle_epi8(result, pick);
            let low =
                _mm_unpacklo_epi32(_mm256_castsi256_si128(picked), _mm256_extracti128_si256::<1>(picked));
            let bytes = (_mm_cvtsi128_si64(low) as u64).to_le_bytes();
            // SAFETY: `width` results from here on belong to the block.
            unsafe {
                let c = c.add(row * stride + column);
                if width == LANES {
                    c.cast::<[u8; LANES]>().write_unaligned(bytes);
                } else {
                    core::slice::from_raw_parts_mut(c, width).copy_from_slice(&bytes[..width]);
                }
            }
        }
    }
}

#[target_feature(enable = "avx2")]
fn load(values: &[i32], column: usize) -> __m256i {
    let values: &[i32] = &values[column..column + LANES];
    // SAFETY: there are so many.
    unsafe { _mm256_loadu_si256(values.as_ptr().cast()) }
}

/// `clamp(multiplier(x) + zero_point)`, as `Multiplier::apply` lane by lane. Mantissas are not negative, so the
/// doubling high product can not saturate.
#[target_feature(enable = "avx2")]
fn requantize(x: __m256i, scale: &Scale<'_>, column: usize) -> __m256i {
    let (mantissa, right) = (load(scale.mantissa, column), load(scale.right, column));
    let one = _mm256_set1_epi32(1);
    let x = _mm256_sllv_epi32(x, load(scale.left, column));
    // `(x * mantissa + 2^30) >> 31` rounds halves up, which is what the scalar definition does.
    let nudge = _mm256_set1_epi64x(1 << 30);
    let even = _mm256_add_epi64(_mm256_mul_epi32(x, mantissa), nudge);
    let odd = _mm256_mul_epi32(_mm256_srli_epi64::<32>(x), _mm256_srli_epi64::<32>(mantissa));
    let odd = _mm256_add_epi64(odd, nudge);
    let high = _mm256_blend_epi32::<0xaa>(_mm256_srli_epi64::<31>(even), _mm256_slli_epi64::<1>(odd));
    let rounded = if scale.is_small {
        // Halves away from zero: half a step is added, less one below zero, where there is a shift.
        let half = _mm256_srli_epi32::<1>(_mm256_sllv_epi32(one, right));
        let is_shifted = _mm256_cmpgt_epi32(right, _mm256_setzero_si256());
        let sign = _mm256_and_si256(_mm256_srai_epi32::<31>(high), is_shifted);
        _mm256_srav_epi32(_mm256_add_epi32(_mm256_add_epi32(high, half), sign), right)
    } else {
        // The same without sums that could overflow: the remainder is above the threshold, which is one more below
        // zero.
        let mask = _mm256_sub_epi32(_mm256_sllv_epi32(one, right), one);
        let threshold = _mm256_sub_epi32(_mm256_srli_epi32::<1>(mask), _mm256_srai_epi32::<31>(high));
        let up = _mm256_cmpgt_epi32(_mm256_and_si256(high, mask), threshold);
        _mm256_sub_epi32(_mm256_srav_epi32(high, right), up)
    };
    // Bounded before the zero point is added, so that the sum does not wrap.
    let zero_point = scale.zero_point;
    let result = _mm256_max_epi32(rounded, _mm256_set1_epi32(scale.min - zero_point));
    let result = _mm256_min_epi32(result, _mm256_set1_epi32(scale.max - zero_point));
    _mm256_add_epi32(result, _mm256_set1_epi32(zero_point))
}
