//! AVX-512 VNNI: a vector of weights has all units of a tile.

use core::arch::x86_64::*;

use super::tiles::{Blocks, UNITS};

/// The products of a row and the units of a tile, scaled and summed up.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(super) fn products(blocks: Blocks<'_>) -> [f32; UNITS] {
    let low_half = _mm512_set1_epi8(15);
    let mut total = _mm512_setzero_ps();
    for (row, weights, start, scales) in blocks.iter() {
        let (mut low, mut high) = (_mm512_set1_epi32(start), _mm512_setzero_si512());
        for (inputs, weights) in row.iter().zip(weights) {
            // SAFETY: there are 64 bytes of weights, and twice four inputs.
            let (weights, first, second) = unsafe {
                (
                    _mm512_loadu_si512(weights.as_ptr().cast()),
                    _mm512_broadcastd_epi32(_mm_loadu_si32(inputs.as_ptr().cast())),
                    _mm512_broadcastd_epi32(_mm_loadu_si32(inputs[4..].as_ptr().cast())),
                )
            };
            low = _mm512_dpbusd_epi32(low, _mm512_and_si512(weights, low_half), first);
            // High halves where they are count 16 times.
            high = _mm512_dpbusd_epi32(high, _mm512_andnot_si512(low_half, weights), second);
        }
        let sum = _mm512_cvtepi32_ps(_mm512_add_epi32(low, _mm512_srai_epi32::<4>(high)));
        // SAFETY: there are 16 numbers.
        total = _mm512_fmadd_ps(sum, unsafe { _mm512_loadu_ps(scales.as_ptr()) }, total);
    }
    let mut results = [0.0; UNITS];
    // SAFETY: as above.
    unsafe { _mm512_storeu_ps(results.as_mut_ptr(), total) };
    results
}
