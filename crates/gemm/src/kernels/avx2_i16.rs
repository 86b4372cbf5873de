//! 16-bit activations times 8-bit weights with AVX2: panels of 16 or 8 columns, 6 or 12 rows at a time.

use core::arch::x86_64::*;

use featherlite_base::fixed_point::Multiplier;

use super::Layout;
use super::avx512_wide::WideMultipliers;
use super::wide::{Block, Kernel, PackedI16, Tiles};

const LANES: usize = 8;
const LAYOUT: Layout = Layout { lanes: LANES, vectors: 2, group: 2, rows: 12 };

/// For processors with AVX2.
pub(super) const KERNEL: Kernel = Kernel {
    layout: LAYOUT,
    narrow: Tiles { rows: 12, several: tile::<1, 12>, one: tile::<1, 1> },
    wide: Tiles { rows: 6, several: tile::<2, 6>, one: tile::<2, 1> },
};

/// Whether sums can be scaled by these: shifts without a sign, which AVX2 has for 64 bits, leave 32 bits of the result.
pub(super) fn suits(multipliers: &[Multiplier]) -> bool {
    multipliers.iter().all(|multiplier| multiplier.wide_parts().1 <= 32)
}

/// # Safety
/// As [`Tile`](super::wide::Tile), for `M` rows and a panel of `T` vectors.
#[inline(never)]
#[target_feature(enable = "avx2")]
unsafe fn tile<const T: usize, const M: usize>(block: &Block<'_>, row: usize, column: usize, width: usize) {
    let PackedI16 { k, ref weights, ref multipliers, range: (min, max), .. } = *block.packed;
    let mut sums = [[_mm256_setzero_si256(); T]; M];
    // SAFETY: the panel's weights are `T` vectors' width for each of `k` inputs, rounded up to pairs; each of the rows has
    // `k` elements.
    unsafe {
        let mut b = weights.as_ptr().add(column * k.next_multiple_of(2));
        let a = block.a.0.add(row * block.a.1);
        for at in (0..k / 2 * 2).step_by(2) {
            let pair = |m| a.add(m * block.a.1 + at).cast::<i32>().read_unaligned();
            multiply_add(&mut sums, pair, b);
            b = b.add(T * 2 * LANES);
        }
        if k % 2 != 0 {
            multiply_add(&mut sums, |m| i32::from(*a.add(m * block.a.1 + k - 1)) & 0xffff, b);
        }
    }
    let multipliers = &multipliers[column / (2 * LANES)];
    let (min, max) = (_mm256_set1_epi16(min), _mm256_set1_epi16(max));
    for m in 0..M {
        let mut scaled = [_mm256_setzero_si256(); 2];
        for t in 0..T {
            scaled[t] = scale(multipliers, t, sums[m][t]);
        }
        let words = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(scaled[0], scaled[1]));
        let words = _mm256_min_epi16(_mm256_max_epi16(words, min), max);
        let c = block.c.0.wrapping_add((row + m) * block.c.1 + column);
        // SAFETY: the row has so many columns from here on; an array of a vector's size.
        unsafe {
            if width == 2 * LANES {
                _mm256_storeu_si256(c.cast(), words);
            } else {
                let mut all = [0; 2 * LANES];
                _mm256_storeu_si256(all.as_mut_ptr().cast(), words);
                core::slice::from_raw_parts_mut(c, width).copy_from_slice(&all[..width]);
            }
        }
    }
}

/// Adds the products of two inputs of each row and their weights.
///
/// # Safety
/// The processor has AVX2, and there are `T` vectors of pairs at `b`.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn multiply_add<const T: usize, const M: usize>(
    sums: &mut [[__m256i; T]; M],
    pair: impl Fn(usize) -> i32,
    b: *const i8,
) {
    let mut weights = [_mm256_setzero_si256(); T];
    for t in 0..T {
        // SAFETY: the caller's promise.
        weights[t] = _mm256_cvtepi8_epi16(unsafe { _mm_loadu_si128(b.add(t * 2 * LANES).cast()) });
    }
    for m in 0..M {
        let x = _mm256_set1_epi32(pair(m));
        for t in 0..T {
            sums[m][t] = _mm256_add_epi32(sums[m][t], _mm256_madd_epi16(x, weights[t]));
        }
    }
}

/// The scaled sums of the first half of 16 columns or the second.
#[inline]
#[target_feature(enable = "avx2")]
fn scale(multipliers: &WideMultipliers, half: usize, sums: __m256i) -> __m256i {
    let mut results = [sums, _mm256_srli_epi64::<32>(sums)];
    for (odd, result) in results.iter_mut().enumerate() {
        let [factor, constant, shift] = multipliers.parts(odd, half * LANES / 2).map(|values: &[i64; 4]| {
            // SAFETY: there are 32 bytes.
            unsafe { _mm256_loadu_si256(values.as_ptr().cast()) }
        });
        *result = _mm256_srlv_epi64(_mm256_add_epi64(_mm256_mul_epi32(*result, factor), constant), shift);
    }
    _mm256_blend_epi32::<0b1010_1010>(results[0], _mm256_slli_epi64::<32>(results[1]))
}
