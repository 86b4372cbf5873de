//! Requantization of 32-bit sums to bytes with AVX-512, bit for bit as [`Multiplier::apply`].
//!
//! With `m` a multiplier's mantissa and `r` by how many bits it shifts right, the definition is
//! `round(round(x * m / 2^31) / 2^r)`: the product is rounded first, halves up, then the quotient, halves away from zero.
//! Shifts right compose, so for results above zero this is one shift of the 64-bit product, `(x * m + nudge) >> (31 + r)`,
//! with `nudge = 2^30 + 2^(30 + r)` (without the second term where `r` is 0); below zero 2^31 less is added.
//!
//! Of sums that are small the rounded products are 32 bits wide throughout.
//!
//! Bytes come of four vectors of results at a time by packs with saturation, which no bound of 8-bit results can tell from
//! none.
//!
//! [`Multiplier::apply`]: featherlite_base::fixed_point::Multiplier::apply

use core::arch::x86_64::*;

use super::Scale;
use crate::requantize::{ABOVE_ZERO, Requantize, SMALL};

const LANES: usize = 16;

/// The multipliers of a vector of sums. Of two vectors of 64-bit lanes, the first is for the even lanes of sums, the
/// second for the odd ones.
#[derive(Clone, Copy)]
pub struct Multipliers {
    mantissa: [__m512i; 2],
    nudge: [__m512i; 2],
    /// What negative products get less: 2^31 where there is a shift right.
    less: [__m512i; 2],
    /// By how many bits sums are shifted left first.
    left: __m512i,
    /// By how many bits products are shifted right.
    shift: [__m512i; 2],
    /// By how many bits rounded products are shifted right, half of such a step, and where there is one; in the order of
    /// results.
    right: __m512i,
    half: __m512i,
    is_shifted: __mmask16,
}

impl Multipliers {
    /// Those of results `16 * index..16 * (index + 1)`.
    ///
    /// # Safety
    /// The processor has AVX-512 F.
    ///
    /// # Panics
    /// If there are not so many.
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub fn new(requantize: &Requantize, index: usize) -> Self {
        Self::load(&requantize.scale(), index * LANES)
    }

    /// Those from `column` on.
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub(super) fn load(scale: &Scale<'_>, column: usize) -> Self {
        let vector = |values: &[i32]| {
            let values = &values[column..column + LANES];
            // SAFETY: there are so many.
            unsafe { _mm512_loadu_si512(values.as_ptr().cast()) }
        };
        let (mantissa, right) = (vector(scale.mantissa), vector(scale.right));
        let mut nudge = [_mm512_set1_epi64(1 << 30); 2];
        let mut less = [_mm512_setzero_si512(); 2];
        let mut shift =
            [_mm512_and_si512(right, _mm512_set1_epi64(0xffff_ffff)), _mm512_srli_epi64::<32>(right)];
        for half in 0..2 {
            let (one, right) = (nudge[half], shift[half]);
            let is_shifted = _mm512_test_epi64_mask(right, right);
            nudge[half] = _mm512_mask_add_epi64(one, is_shifted, one, _mm512_sllv_epi64(one, right));
            less[half] = _mm512_maskz_set1_epi64(is_shifted, 1 << 31);
            shift[half] = _mm512_add_epi64(right, _mm512_set1_epi64(31));
        }
        let right = _mm512_shuffle_epi32::<0b11_01_10_00>(right);
        Self {
            mantissa: [mantissa, _mm512_srli_epi64::<32>(mantissa)],
            nudge,
            less,
            left: vector(scale.left),
            shift,
            right,
            half: _mm512_srli_epi32::<1>(_mm512_sllv_epi32(_mm512_set1_epi32(1), right)),
            is_shifted: _mm512_test_epi32_mask(right, right),
        }
    }

    /// The multipliers times the sums: within each 128-bit lane those of the even lanes first. `KNOWN` is what is known of
    /// the sums.
    ///
    /// # Safety
    /// The processor has AVX-512 F and DQ.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq")]
    pub fn apply<const KNOWN: u8>(&self, sums: __m512i) -> __m512i {
        match KNOWN {
            ABOVE_ZERO => {
                let [even, odd] = self.products(sums);
                let nudged = [_mm512_add_epi64(even, self.nudge[0]), _mm512_add_epi64(odd, self.nudge[1])];
                // What shifts right by one has been shifted with the low halves.
                let right = _mm512_sub_epi32(self.right, _mm512_set1_epi32(1));
                _mm512_srav_epi32(high_halves(nudged), right)
            }
            SMALL => {
                // Shifted left by one more bit, products by 2^31 are high halves.
                let sums = _mm512_sllv_epi32(sums, _mm512_add_epi32(self.left, _mm512_set1_epi32(1)));
                let nudge = _mm512_set1_epi64(1 << 31);
                let [even, odd] = self.products(sums);
                let rounded = high_halves([_mm512_add_epi64(even, nudge), _mm512_add_epi64(odd, nudge)]);
                let sign = _mm512_srai_epi32::<31>(rounded);
                let rounded = _mm512_mask_add_epi32(rounded, self.is_shifted, rounded, sign);
                _mm512_srav_epi32(_mm512_add_epi32(rounded, self.half), self.right)
            }
            _ => {
                let mut products = self.products(_mm512_sllv_epi32(sums, self.left));
                for half in 0..2 {
                    let product = products[half];
                    let nudged = _mm512_add_epi64(product, self.nudge[half]);
                    let is_negative = _mm512_movepi64_mask(product);
                    let nudged = _mm512_mask_sub_epi64(nudged, is_negative, nudged, self.less[half]);
                    products[half] = _mm512_srav_epi64(nudged, self.shift[half]);
                }
                let (even, odd) = (_mm512_castsi512_ps(products[0]), _mm512_castsi512_ps(products[1]));
                _mm512_castps_si512(_mm512_shuffle_ps::<0b10_00_10_00>(even, odd))
            }
        }
    }

    /// The products of even and of odd lanes with the mantissas.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn products(&self, sums: __m512i) -> [__m512i; 2] {
        let odd = _mm512_shuffle_epi32::<0b11_11_01_01>(sums);
        [_mm512_mul_epi32(sums, self.mantissa[0]), _mm512_mul_epi32(odd, self.mantissa[1])]
    }
}

/// The high halves of 64-bit lanes: within each 128-bit lane the first vector's, then the second's.
#[inline]
#[target_feature(enable = "avx512f")]
fn high_halves([even, odd]: [__m512i; 2]) -> __m512i {
    let (even, odd) = (_mm512_castsi512_ps(even), _mm512_castsi512_ps(odd));
    _mm512_castps_si512(_mm512_shuffle_ps::<0b11_01_11_01>(even, odd))
}

/// How vectors of multiplied sums become bytes: the zero point is added, then the bounds hold.
#[derive(Clone, Copy)]
pub struct Bytes {
    zero_point: __m512i,
    min: __m512i,
    max: __m512i,
    /// The bits that make unsigned bytes of signed ones.
    flip: __m512i,
    /// From even and odd results to neighbours.
    order: __m512i,
}

impl Bytes {
    /// That of `requantize`.
    ///
    /// # Safety
    /// The processor has AVX-512 F and BW.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn new(requantize: &Requantize) -> Self {
        Self::of(&requantize.scale())
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub(super) fn of(scale: &Scale<'_>) -> Self {
        let offset = if scale.max > i32::from(i8::MAX) { 128 } else { 0 };
        Self {
            zero_point: _mm512_set1_epi16((scale.zero_point - offset) as i16),
            min: _mm512_set1_epi8((scale.min - offset) as i8),
            max: _mm512_set1_epi8((scale.max - offset) as i8),
            flip: _mm512_set1_epi8(offset as i8),
            order: _mm512_set4_epi32(0x0f0d_0e0c, 0x0b09_0a08, 0x0705_0604, 0x0301_0200),
        }
    }

    /// The bytes of four vectors that are in the order of [`Multipliers::apply`], by 128-bit lanes: the first of each vector,
    /// then the second of each, and so on.
    ///
    /// # Safety
    /// The processor has AVX-512 F and BW.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn pack(&self, [a, b, c, d]: [__m512i; 4]) -> __m512i {
        let low = _mm512_adds_epi16(_mm512_packs_epi32(a, b), self.zero_point);
        let high = _mm512_adds_epi16(_mm512_packs_epi32(c, d), self.zero_point);
        let bytes = _mm512_packs_epi16(low, high);
        let bytes = _mm512_xor_si512(_mm512_min_epi8(_mm512_max_epi8(bytes, self.min), self.max), self.flip);
        _mm512_shuffle_epi8(bytes, self.order)
    }
}
