//! What becomes of the sums of a panel with AVX2, for all kernels that have vectors of eight.

use core::arch::x86_64::*;
use core::mem::MaybeUninit;

use featherlite_simd::IS_COMPACT;

use super::avx2_requantize::{Bytes, Multipliers};
use super::panel::Panel;
use super::{Real, Scale, Store};
use crate::requantize::{ABOVE_ZERO, ANY, SMALL};

/// Sums in a vector.
pub(super) const LANES: usize = 8;

/// Vectors of sums that are in memory at a time: whole tiles, of any kernel.
const SUMS: usize = 48;

/// Vectors whose bytes are made together.
const TOGETHER: usize = 4;

/// Sums of a row, in the order of columns.
pub(super) type Row<const T: usize> = MaybeUninit<[__m256i; T]>;

/// Computes a panel of `T` vectors, and finishes and stores its sums. `tiles` writes the sums of rows from one on, as many as there are
/// places, all of them.
///
/// # Safety
/// The processor has AVX2, and the panel lies in its block.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn panel<const T: usize>(panel: &Panel<'_>, tiles: impl Fn(usize, &mut [Row<T>])) {
    let mut memory = [const { Row::<T>::uninit() }; SUMS];
    for first in panel.rows.clone().step_by(SUMS / T) {
        let rows = &mut memory[..(SUMS / T).min(panel.rows.end - first)];
        tiles(first, rows);
        // SAFETY: all have been written; the rows lie in the panel.
        unsafe { store(panel, first, rows.assume_init_ref()) };
    }
}

/// Finishes and stores the sums of rows from `row` on.
///
/// # Safety
/// As [`panel`].
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn store<const T: usize>(panel: &Panel<'_>, row: usize, sums: &[[__m256i; T]]) {
    // SAFETY: the caller's promise: results from here on belong to the block.
    unsafe {
        match &panel.block.store {
            Store::Byte { c, stride, scale } => {
                let c = c.wrapping_add(row * stride + panel.column);
                match scale.known {
                    _ if IS_COMPACT => bytes::<ANY, T>(panel, c, *stride, scale, sums),
                    ABOVE_ZERO => bytes::<ABOVE_ZERO, T>(panel, c, *stride, scale, sums),
                    SMALL => bytes::<SMALL, T>(panel, c, *stride, scale, sums),
                    _ => bytes::<ANY, T>(panel, c, *stride, scale, sums),
                }
            }
            &Store::I32 { c, stride } => words(panel, row, c, stride, (sums.as_flattened(), T)),
            Store::Real { c, stride, real } => {
                reals(panel, row, *c, *stride, real, (sums.as_flattened(), T));
            }
        }
    }
}

/// Requantizes and stores rows from `c` on, as many at a time as make up four vectors; `KNOWN` as in [`Multipliers::apply`].
///
/// # Safety
/// As [`panel`].
// Apart from the rest, which should not pay for so many constants.
#[inline(never)]
#[target_feature(enable = "avx2,fma")]
unsafe fn bytes<const KNOWN: u8, const T: usize>(
    panel: &Panel<'_>,
    mut c: *mut u8,
    stride: usize,
    scale: &Scale<'_>,
    sums: &[[__m256i; T]],
) {
    let mut multipliers = [Multipliers::load(scale, [panel.column, panel.column + 4]); T];
    for t in 1..T {
        let column = panel.column + t * LANES;
        multipliers[t] = Multipliers::load(scale, [column, column + 4]);
    }
    let bytes = Bytes::of(scale);
    for sums in sums.chunks(TOGETHER / T) {
        let mut results = [_mm256_setzero_si256(); TOGETHER];
        for index in 0..TOGETHER {
            // The last row again where there is none.
            let sums = sums[(index / T).min(sums.len() - 1)][index % T];
            results[index] = multipliers[index % T].apply::<KNOWN>(sums);
        }
        let fours = bytes.pack(results);
        let (first, second) = (_mm256_castsi256_si128(fours), _mm256_extracti128_si256::<1>(fours));
        // The eight of each vector.
        let eights = [_mm_unpacklo_epi32(first, second), _mm_unpackhi_epi32(first, second)];
        for row in 0..sums.len() {
            // SAFETY: the row exists and has so many columns.
            unsafe {
                match (panel.columns == T * LANES, T) {
                    (true, 1) if row % 2 == 0 => _mm_storel_epi64(c.cast(), eights[row / 2]),
                    (true, 1) => _mm_storel_epi64(c.cast(), _mm_srli_si128::<8>(eights[row / 2])),
                    (true, _) => _mm_storeu_si128(c.cast(), eights[row]),
                    (false, _) => {
                        let mut all = [0u8; TOGETHER * LANES];
                        _mm_storeu_si128(all.as_mut_ptr().cast(), eights[0]);
                        _mm_storeu_si128(all[16..].as_mut_ptr().cast(), eights[1]);
                        let bytes = &all[row * T * LANES..][..panel.columns];
                        core::slice::from_raw_parts_mut(c, panel.columns).copy_from_slice(bytes);
                    }
                }
            }
            c = c.wrapping_add(stride);
        }
    }
}

/// Stores sums, of which a row has so many vectors.
///
/// # Safety
/// As [`panel`].
#[target_feature(enable = "avx2,fma")]
unsafe fn words(
    panel: &Panel<'_>,
    row: usize,
    c: *mut i32,
    stride: usize,
    (sums, vectors): (&[__m256i], usize),
) {
    for (row, sums) in (row..).zip(sums.chunks_exact(vectors)) {
        for t in 0..vectors {
            let column = panel.column + t * LANES;
            // SAFETY: the row and so many columns belong to the block.
            unsafe {
                put(_mm256_castsi256_ps(sums[t]), c.add(row * stride + column).cast(), width(panel, t))
            };
        }
    }
}

/// Scales sums back, of which a row has so many vectors, and stores them.
///
/// # Safety
/// As [`panel`].
#[target_feature(enable = "avx2,fma")]
unsafe fn reals(
    panel: &Panel<'_>,
    row: usize,
    c: *mut f32,
    stride: usize,
    real: &Real<'_>,
    (sums, vectors): (&[__m256i], usize),
) {
    let (min, max) = (_mm256_set1_ps(real.min), _mm256_set1_ps(real.max));
    for t in 0..vectors {
        let (column, width) = (panel.column + t * LANES, width(panel, t));
        let vector = |values: &[f32]| {
            let mut all = [0.0; LANES];
            all[..width].copy_from_slice(&values[column..column + width]);
            // SAFETY: there are so many.
            unsafe { _mm256_loadu_ps(all.as_ptr()) }
        };
        let scales = vector(real.scales);
        let bias = (!real.bias.is_empty()).then(|| vector(real.bias));
        let mut weights = [0; LANES];
        weights[..width].copy_from_slice(&real.sums[column..column + width]);
        // SAFETY: there are so many.
        let weights = unsafe { _mm256_loadu_si256(weights.as_ptr().cast()) };
        for (row, sums) in (row..).zip(sums.chunks_exact(vectors)) {
            let of_row = real.row(row);
            let zero_points = _mm256_mullo_epi32(weights, _mm256_set1_epi32(of_row.zero_point));
            let scale = _mm256_mul_ps(_mm256_set1_ps(of_row.scale), scales);
            let sum = _mm256_cvtepi32_ps(_mm256_sub_epi32(sums[t], zero_points));
            let result = _mm256_mul_ps(sum, scale);
            let result = bias.map_or(result, |bias| _mm256_add_ps(result, bias));
            // With the bound as first operand NaN passes.
            let result = _mm256_min_ps(max, _mm256_max_ps(min, result));
            // SAFETY: the row and so many columns belong to the block.
            unsafe { put(result, c.add(row * stride + column), width) };
        }
    }
}

/// How many columns vector `t` of the panel has.
#[inline]
fn width(panel: &Panel<'_>, t: usize) -> usize {
    LANES.min(panel.columns - t * LANES)
}

/// Stores the first `width` of a vector.
///
/// # Safety
/// The processor has AVX2, and `c` is to so many.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn put(values: __m256, c: *mut f32, width: usize) {
    // SAFETY: the caller's promise; an array has as many as a vector.
    unsafe {
        if width == LANES {
            _mm256_storeu_ps(c, values);
        } else {
            let mut all = [0.0f32; LANES];
            _mm256_storeu_ps(all.as_mut_ptr(), values);
            core::slice::from_raw_parts_mut(c, width).copy_from_slice(&all[..width]);
        }
    }
}
