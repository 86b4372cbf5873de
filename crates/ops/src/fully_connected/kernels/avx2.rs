//! AVX2: a vector of weights has half of a tile's units.
//!
//! Bytes are multiplied and added in pairs to 16 bits (`maddubs`), which weights of 4 bits never fill: 15 times 128 is
//! 1,920, and 16 of these fit before 32 bits are needed.

use core::arch::x86_64::*;

use super::tiles::{Blocks, UNITS};

/// Groups of inputs whose products are added in 16 bits: of each, two pairs are added to one sum.
const RUN: usize = 4;

/// Units of a vector.
const LANES: usize = 8;

/// The products of a row and the units of a tile, scaled and summed up.
#[target_feature(enable = "avx2,fma")]
pub(super) fn products(blocks: Blocks<'_>) -> [f32; UNITS] {
    let (low_half, ones) = (_mm256_set1_epi8(15), _mm256_set1_epi16(1));
    let mut totals = [_mm256_setzero_ps(); UNITS / LANES];
    for (row, weights, start, scales) in blocks.iter() {
        let mut sums = [_mm256_set1_epi32(start); UNITS / LANES];
        for (row, weights) in row.chunks(RUN).zip(weights.chunks(RUN)) {
            let mut words = [_mm256_setzero_si256(); UNITS / LANES];
            for (inputs, weights) in row.iter().zip(weights) {
                // SAFETY: there are twice four inputs.
                let (first, second) = unsafe {
                    (
                        _mm256_broadcastd_epi32(_mm_loadu_si32(inputs.as_ptr().cast())),
                        _mm256_broadcastd_epi32(_mm_loadu_si32(inputs[4..].as_ptr().cast())),
                    )
                };
                for (words, weights) in words.iter_mut().zip(weights.as_chunks::<{ 4 * LANES }>().0) {
                    // SAFETY: there are 32 bytes.
                    let weights = unsafe { _mm256_loadu_si256(weights.as_ptr().cast()) };
                    let low = _mm256_and_si256(weights, low_half);
                    let high = _mm256_and_si256(_mm256_srli_epi16::<4>(weights), low_half);
                    *words = _mm256_add_epi16(*words, _mm256_maddubs_epi16(low, first));
                    *words = _mm256_add_epi16(*words, _mm256_maddubs_epi16(high, second));
                }
            }
            for (sum, words) in sums.iter_mut().zip(words) {
                *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(words, ones));
            }
        }
        for ((total, sum), scales) in totals.iter_mut().zip(sums).zip(scales.as_chunks::<LANES>().0) {
            // SAFETY: there are eight numbers.
            let scales = unsafe { _mm256_loadu_ps(scales.as_ptr()) };
            *total = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum), scales, *total);
        }
    }
    let mut results = [0.0; UNITS];
    for (results, total) in results.as_chunks_mut::<LANES>().0.iter_mut().zip(totals) {
        // SAFETY: as above.
        unsafe { _mm256_storeu_ps(results.as_mut_ptr(), total) };
    }
    results
}
