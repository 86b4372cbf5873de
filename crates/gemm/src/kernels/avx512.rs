//! AVX-512: `f32` in panels of up to 64 columns, 6 to 12 rows at a time, so that 24 of the 32 registers accumulate.

use core::arch::x86_64::*;
use core::ops::Range;

use featherlite_simd::IS_COMPACT;

use super::{F32Block, F32Kernel, Layout, row_block};

const LANES: usize = 16;
const VECTORS: usize = 4;

pub(crate) const F32: F32Kernel =
    F32Kernel { layout: Layout { lanes: LANES, vectors: VECTORS, group: 1, rows: 12 }, run: f32_block };

/// The mask of the columns that are there in the last of a panel's vectors.
pub(super) fn last_mask(columns: usize) -> __mmask16 {
    match columns % LANES {
        0 => !0,
        rest => (1 << rest) - 1,
    }
}

/// # Safety
/// The processor has AVX-512 F, and the block's pointers are valid for its sizes.
#[target_feature(enable = "avx512f")]
unsafe fn f32_block(block: &F32Block<'_>) {
    let step = row_block(block.k * size_of::<f32>());
    for first in (0..block.rows).step_by(step) {
        let rows = first..block.rows.min(first + step);
        for column in (0..block.columns).step_by(LANES * VECTORS) {
            let columns = (LANES * VECTORS).min(block.columns - column);
            let is_half = !IS_COMPACT && (1..=LANES / 2).contains(&(columns % LANES));
            // SAFETY: the rows and columns lie in the block.
            unsafe {
                let rows = rows.clone();
                match (columns.div_ceil(LANES), is_half) {
                    (1, false) => f32_panel::<12, 1, false>(block, rows, column, columns),
                    (2, false) => f32_panel::<12, 2, false>(block, rows, column, columns),
                    (3, false) => f32_panel::<8, 3, false>(block, rows, column, columns),
                    (_, false) => f32_panel::<6, 4, false>(block, rows, column, columns),
                    (1, true) => f32_panel::<12, 0, true>(block, rows, column, columns),
                    (2, true) => f32_panel::<12, 1, true>(block, rows, column, columns),
                    (3, true) => f32_panel::<8, 2, true>(block, rows, column, columns),
                    (_, true) => f32_panel::<6, 3, true>(block, rows, column, columns),
                }
            }
        }
    }
}

/// # Safety
/// As [`f32_block`]; rows and columns lie in the block and the columns are a panel of `T` vectors, and another of which no
/// more than one half is there if it is `HALF`.
#[target_feature(enable = "avx512f")]
unsafe fn f32_panel<const M: usize, const T: usize, const HALF: bool>(
    block: &F32Block<'_>,
    rows: Range<usize>,
    column: usize,
    columns: usize,
) {
    let Range { start: mut row, end } = rows;
    // SAFETY: tiles of `M`, 4, 2 and 1 rows as long as there are so many.
    unsafe {
        while end - row >= M {
            f32_tile::<M, T, HALF>(block, row, column, columns);
            row += M;
        }
        while end - row >= 4 {
            f32_tile::<4, T, HALF>(block, row, column, columns);
            row += 4;
        }
        if end - row >= 2 {
            f32_tile::<2, T, HALF>(block, row, column, columns);
            row += 2;
        }
        if end > row {
            f32_tile::<1, T, HALF>(block, row, column, columns);
        }
    }
}

/// The half vector takes half the time: that of 256 bits.
///
/// # Safety
/// As [`f32_panel`], for `M` rows from `row` on.
#[target_feature(enable = "avx512f")]
unsafe fn f32_tile<const M: usize, const T: usize, const HALF: bool>(
    block: &F32Block<'_>,
    row: usize,
    column: usize,
    columns: usize,
) {
    let stride = block.a_stride;
    let mut sums = [[_mm512_setzero_ps(); T]; M];
    let mut halves = [_mm256_setzero_ps(); M];
    // SAFETY: the panel holds `k` times as many vectors as there are columns for, each of the `M` rows `k` elements; the
    // last vector of results and bias is masked to the columns that are there.
    unsafe {
        let a = block.a.add(row * stride);
        let mut b = block.b.add(column * block.k);
        for &offset in block.offsets {
            let a = a.add(offset);
            for index in 0..block.piece {
                let mut weights = [_mm512_setzero_ps(); T];
                for (t, weights) in weights.iter_mut().enumerate() {
                    *weights = _mm512_loadu_ps(b.add(t * LANES));
                }
                b = b.add(T * LANES);
                let mut half = _mm256_setzero_ps();
                if HALF {
                    half = _mm256_loadu_ps(b);
                    b = b.add(LANES);
                }
                for m in 0..M {
                    let x = _mm512_set1_ps(*a.add(m * stride + index));
                    for t in 0..T {
                        sums[m][t] = _mm512_fmadd_ps(x, weights[t], sums[m][t]);
                    }
                    if HALF {
                        halves[m] = _mm256_fmadd_ps(_mm512_castps512_ps256(x), half, halves[m]);
                    }
                }
            }
        }
        let (min, max) = (_mm512_set1_ps(block.min), _mm512_set1_ps(block.max));
        let vectors = T + usize::from(HALF);
        for t in 0..vectors {
            let mask = if t + 1 == vectors { last_mask(columns) } else { !0 };
            let at = column + t * LANES;
            let bias = match block.bias.is_null() {
                true => _mm512_setzero_ps(),
                false => _mm512_maskz_loadu_ps(mask, block.bias.add(at)),
            };
            for m in 0..M {
                let sum = if t < T { sums[m][t] } else { _mm512_castps256_ps512(halves[m]) };
                // With the bound as first operand NaN passes.
                let result = _mm512_max_ps(min, _mm512_add_ps(sum, bias));
                let result = _mm512_min_ps(max, result);
                _mm512_mask_storeu_ps(block.c.add((row + m) * block.c_stride + at), mask, result);
            }
        }
    }
}
