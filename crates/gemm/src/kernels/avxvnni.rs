//! AVX2 with 8-bit dot products (AVX-VNNI): tiles of up to 6 by 16.
//!
//! The instruction multiplies unsigned activations by signed weights, so 128 is added to signed ones (by flipping
//! the top bit); the constants of the columns take it off again.

use core::arch::x86_64::*;

use featherlite_simd::IS_COMPACT;

use super::avx2_store::{self, LANES, Row};
use super::panel::{Panel, for_each_panel};
use super::{I8Block, I8Kernel, Layout, Sign, last_bytes, row_block};

/// Inputs that an instruction sums up.
const GROUP: usize = 4;

const LAYOUT: Layout = Layout { lanes: LANES, vectors: 2, group: GROUP, rows: 6 };

pub(crate) const I8: I8Kernel = I8Kernel { layout: LAYOUT, sign: Sign::Unsigned, run: i8_block };

/// The same with the instruction's form of AVX-512, so that processors that have only this one can test the rest.
#[cfg(test)]
pub(crate) const I8_EVEX: I8Kernel = I8Kernel { layout: LAYOUT, sign: Sign::Unsigned, run: i8_block_evex };

/// The form of the instruction.
trait Dot {
    /// `sum` and, for each of its lanes, the products of four activations and four weights.
    ///
    /// # Safety
    /// The processor has the instruction.
    unsafe fn dot(sum: __m256i, x: __m256i, weights: __m256i) -> __m256i;
}

struct Vex;

impl Dot for Vex {
    #[inline(always)]
    unsafe fn dot(sum: __m256i, x: __m256i, weights: __m256i) -> __m256i {
        // SAFETY: the caller's promise.
        unsafe { _mm256_dpbusd_avx_epi32(sum, x, weights) }
    }
}

/// # Safety
/// The processor has AVX2, FMA and AVX-VNNI, and the block's pointers are valid for its sizes.
#[target_feature(enable = "avx2,fma,avxvnni")]
unsafe fn i8_block(block: &I8Block<'_>) {
    // SAFETY: the caller's promise.
    unsafe { for_each_panel(block, (row_block(block.k), 2 * LANES), |panel| i8_panel::<Vex>(panel)) }
}

#[cfg(test)]
struct Evex;

#[cfg(test)]
impl Dot for Evex {
    #[inline(always)]
    unsafe fn dot(sum: __m256i, x: __m256i, weights: __m256i) -> __m256i {
        // SAFETY: the caller's promise.
        unsafe { _mm256_dpbusd_epi32(sum, x, weights) }
    }
}

/// # Safety
/// The processor has AVX-512 VL and VNNI, and the block's pointers are valid for its sizes.
#[cfg(test)]
#[target_feature(enable = "avx2,fma,avx512vl,avx512vnni")]
unsafe fn i8_block_evex(block: &I8Block<'_>) {
    // SAFETY: the caller's promise.
    unsafe { for_each_panel(block, (row_block(block.k), 2 * LANES), |panel| i8_panel::<Evex>(panel)) }
}

/// # Safety
/// The processor has AVX2 and the instruction, and the panel lies in its block.
#[inline(always)]
unsafe fn i8_panel<D: Dot>(panel: &Panel<'_>) {
    // SAFETY: the caller's promise; a panel of more than eight columns has two vectors.
    unsafe {
        match panel.columns > LANES {
            true => i8_rows::<D, 2>(panel),
            false => i8_rows::<D, 1>(panel),
        }
    }
}

/// # Safety
/// As [`i8_panel`]; the panel is `T` vectors wide.
#[inline(always)]
unsafe fn i8_rows<D: Dot, const T: usize>(panel: &Panel<'_>) {
    let tiles = |first: usize, results: &mut [Row<T>]| {
        let mut row = 0;
        // SAFETY: tiles of 6, 2 and 1 rows as long as there are so many.
        unsafe {
            while results.len() - row >= 6 {
                i8_tile::<D, 6, T>(panel, first + row, &mut results[row..]);
                row += 6;
            }
            while !IS_COMPACT && results.len() - row >= 2 {
                i8_tile::<D, 2, T>(panel, first + row, &mut results[row..]);
                row += 2;
            }
            while results.len() > row {
                i8_tile::<D, 1, T>(panel, first + row, &mut results[row..]);
                row += 1;
            }
        }
    };
    // SAFETY: the caller's promise; there are tiles for all rows.
    unsafe { avx2_store::panel(panel, tiles) }
}

/// Writes the sums of `M` rows from `row` on to the first of `results`.
///
/// # Safety
/// As [`i8_rows`].
#[inline(always)]
unsafe fn i8_tile<D: Dot, const M: usize, const T: usize>(
    panel: &Panel<'_>,
    row: usize,
    results: &mut [Row<T>],
) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut sums = [[_mm256_setzero_si256(); T]; M];
        for t in 0..T {
            let column = panel.column + t * LANES;
            let constants = _mm256_loadu_si256(panel.block.constants[column..][..LANES].as_ptr().cast());
            for m in 0..M {
                let correction = _mm256_set1_epi32(panel.correction(row + m));
                sums[m][t] = _mm256_sub_epi32(constants, correction);
            }
        }
        add_products::<D, M, T>(panel, row, &mut sums);
        let results = &mut results[..M];
        for m in 0..M {
            results[m].write(sums[m]);
        }
    }
}

/// Adds the products of `M` rows from `row` on and the weights.
///
/// # Safety
/// As [`i8_rows`].
#[inline(always)]
unsafe fn add_products<D: Dot, const M: usize, const T: usize>(
    panel: &Panel<'_>,
    row: usize,
    sums: &mut [[__m256i; T]; M],
) {
    let (a, k) = (&panel.block.a, panel.block.k);
    let flip = if panel.block.signed { 0x8080_8080 } else { 0 };
    // SAFETY: the panel holds `k` rounded up to 4 times `T` vectors' width of bytes, each of the `M` rows `k` bytes in
    // pieces.
    unsafe {
        let rows: [_; M] = panel.a(row);
        let mut b = panel.b(GROUP);
        for first in a.pieces(k) {
            for index in (first..first + a.piece / GROUP * GROUP).step_by(GROUP) {
                let word = |m: usize| rows[m].add(index).cast::<u32>().read_unaligned() ^ flip;
                i8_step::<D, M, T>(sums, word, b);
                b = b.add(T * GROUP * LANES);
            }
        }
        if a.piece % GROUP != 0 {
            // The weights beyond `k` are 0, so it does not matter what their activations become.
            let word = |m: usize| last_bytes(rows[m], k, GROUP) as u32 ^ flip;
            i8_step::<D, M, T>(sums, word, b);
        }
    }
}

/// Adds the products of four activations of each row and the `T` vectors of weights at `b`.
///
/// # Safety
/// The processor has AVX2 and the instruction, and there are so many weights.
#[inline(always)]
unsafe fn i8_step<D: Dot, const M: usize, const T: usize>(
    sums: &mut [[__m256i; T]; M],
    word: impl Fn(usize) -> u32,
    b: *const i8,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut weights = [_mm256_setzero_si256(); T];
        for t in 0..T {
            weights[t] = _mm256_loadu_si256(b.add(t * GROUP * LANES).cast());
        }
        for m in 0..M {
            let x = _mm256_set1_epi32(word(m) as i32);
            for t in 0..T {
                sums[m][t] = D::dot(sums[m][t], x, weights[t]);
            }
        }
    }
}
