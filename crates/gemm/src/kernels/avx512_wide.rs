//! From 32-bit sums of products of 16 by 8 bits to results of 16 bits with AVX-512, bit for bit as
//! [`Multiplier::apply_i64`] of the sum and its bias.

use core::arch::x86_64::*;

use featherlite_base::fixed_point::Multiplier;

const LANES: usize = 16;

/// The multipliers of a vector of sums, and what is added to these. Of two lists of 64-bit numbers, the first is for the even
/// lanes of sums, the second for the odd ones.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
pub struct WideMultipliers {
    factor: [[i64; LANES / 2]; 2],
    /// The bias times the factor, and a half of what is shifted out.
    constant: [[i64; LANES / 2]; 2],
    shift: [[i64; LANES / 2]; 2],
}

impl WideMultipliers {
    /// Those of 16 sums: a multiplier and a bias for each, if there is such a sum.
    pub fn new(lane: impl Fn(usize) -> Option<(Multiplier, i64)>) -> Self {
        let mut multipliers = Self::default();
        for index in 0..LANES {
            let Some((multiplier, bias)) = lane(index) else { continue };
            let (factor, shift) = multiplier.wide_parts();
            let (half, index) = (index % 2, index / 2);
            multipliers.factor[half][index] = factor;
            multipliers.constant[half][index] = bias.wrapping_mul(factor).wrapping_add(1 << (shift - 1));
            multipliers.shift[half][index] = shift.into();
        }
        multipliers
    }

    /// Factors, constants and shifts of `N` even or odd lanes, from the one of this number on.
    #[inline]
    pub(super) fn parts<const N: usize>(&self, odd: usize, first: usize) -> [&[i64; N]; 3] {
        [&self.factor, &self.constant, &self.shift]
            .map(|values| values[odd][first..].first_chunk().expect("so many lanes"))
    }

    /// The scaled sums.
    ///
    /// # Safety
    /// The processor has AVX-512 F.
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub fn apply(&self, sums: __m512i) -> __m512i {
        let mut results = [sums, _mm512_srli_epi64::<32>(sums)];
        for half in 0..2 {
            let product = _mm512_mul_epi32(results[half], vector(&self.factor[half]));
            let product = _mm512_add_epi64(product, vector(&self.constant[half]));
            results[half] = _mm512_srav_epi64(product, vector(&self.shift[half]));
        }
        _mm512_mask_shuffle_epi32::<0b10_00_00_00>(results[0], 0xaaaa, results[1])
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn vector(values: &[i64; LANES / 2]) -> __m512i {
    // SAFETY: there are 64 bytes.
    unsafe { _mm512_loadu_si512(values.as_ptr().cast()) }
}

/// The bounds of results.
#[derive(Clone, Copy)]
pub struct Words {
    min: __m512i,
    max: __m512i,
}

impl Words {
    /// Results from `min` to `max`.
    ///
    /// # Safety
    /// The processor has AVX-512 F and BW.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn new((min, max): (i16, i16)) -> Self {
        Self { min: _mm512_set1_epi16(min), max: _mm512_set1_epi16(max) }
    }

    /// The bounded results of two vectors: of each 128-bit lane the first vector's, then the second's.
    ///
    /// # Safety
    /// The processor has AVX-512 F and BW.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn pack(&self, a: __m512i, b: __m512i) -> __m512i {
        _mm512_min_epi16(_mm512_max_epi16(_mm512_packs_epi32(a, b), self.min), self.max)
    }
}
