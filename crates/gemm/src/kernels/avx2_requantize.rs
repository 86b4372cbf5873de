//! Requantization of 32-bit sums to bytes with AVX2, bit for bit as [`Multiplier::apply`]: the ways of
//! [`avx512_requantize`](super::avx512_requantize) without shifts right of 64 bits, which AVX2 lacks.
//!
//! [`Multiplier::apply`]: featherlite_base::fixed_point::Multiplier::apply

use core::arch::x86_64::*;

use super::Scale;
use crate::requantize::{ABOVE_ZERO, Requantize, SMALL};

/// The multipliers of a vector of sums. Of two vectors of 64-bit lanes, the first is for the even lanes of sums, the
/// second for the odd ones.
#[derive(Clone, Copy)]
pub struct Multipliers {
    mantissa: [__m256i; 2],
    /// What is added to products of sums that shift right, for results above zero.
    nudge: [__m256i; 2],
    /// By how many bits sums are shifted left first.
    left: __m256i,
    /// By how many bits rounded products are shifted right, half of such a step, and all ones where there is one; in the
    /// order of results.
    right: __m256i,
    half: __m256i,
    is_shifted: __m256i,
}

impl Multipliers {
    /// Those of two times four columns, from each of these on.
    ///
    /// # Safety
    /// The processor has AVX2.
    ///
    /// # Panics
    /// If there are not so many.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub fn new(requantize: &Requantize, columns: [usize; 2]) -> Self {
        Self::load(&requantize.scale(), columns)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn load(scale: &Scale<'_>, columns: [usize; 2]) -> Self {
        let vector = |values: &[i32]| {
            let [first, second] = columns.map(|column| {
                let values = &values[column..column + 4];
                // SAFETY: there are so many.
                unsafe { _mm_loadu_si128(values.as_ptr().cast()) }
            });
            _mm256_set_m128i(second, first)
        };
        let (mantissa, right) = (vector(scale.mantissa), vector(scale.right));
        let shift =
            [_mm256_and_si256(right, _mm256_set1_epi64x(0xffff_ffff)), _mm256_srli_epi64::<32>(right)];
        let one = _mm256_set1_epi64x(1 << 30);
        let right = _mm256_shuffle_epi32::<0b11_01_10_00>(right);
        Self {
            // By a shuffle: of a shift the compiler knows that half of it is zero, and makes more of the products than there is.
            mantissa: [mantissa, _mm256_shuffle_epi32::<0b11_11_01_01>(mantissa)],
            nudge: [
                _mm256_add_epi64(one, _mm256_sllv_epi64(one, shift[0])),
                _mm256_add_epi64(one, _mm256_sllv_epi64(one, shift[1])),
            ],
            left: vector(scale.left),
            right,
            half: _mm256_srli_epi32::<1>(_mm256_sllv_epi32(_mm256_set1_epi32(1), right)),
            is_shifted: _mm256_cmpgt_epi32(right, _mm256_setzero_si256()),
        }
    }

    /// The multipliers times the sums: of each four the even ones first. `KNOWN` is what is known of the sums, as in
    /// [`avx512_requantize`](super::avx512_requantize).
    ///
    /// # Safety
    /// The processor has AVX2.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub fn apply<const KNOWN: u8>(&self, sums: __m256i) -> __m256i {
        let one = _mm256_set1_epi32(1);
        match KNOWN {
            ABOVE_ZERO => {
                // What shifts right by one has been shifted with the low halves.
                let right = _mm256_sub_epi32(self.right, one);
                _mm256_srav_epi32(high_halves(self.products(sums), self.nudge), right)
            }
            SMALL => {
                // Shifted left by one more bit, products by 2^31 are high halves.
                let sums = _mm256_sllv_epi32(sums, _mm256_add_epi32(self.left, one));
                let rounded = high_halves(self.products(sums), [_mm256_set1_epi64x(1 << 31); 2]);
                // Halves away from zero: half a step is added, less one below zero, where there is a shift.
                let sign = _mm256_and_si256(_mm256_srai_epi32::<31>(rounded), self.is_shifted);
                let rounded = _mm256_add_epi32(_mm256_add_epi32(rounded, sign), self.half);
                _mm256_srav_epi32(rounded, self.right)
            }
            _ => {
                let nudge = _mm256_set1_epi64x(1 << 30);
                let [even, odd] = self.products(_mm256_sllv_epi32(sums, self.left)).map(|product| {
                    _mm256_castsi256_ps(_mm256_srli_epi64::<31>(_mm256_add_epi64(product, nudge)))
                });
                let rounded = _mm256_castps_si256(_mm256_shuffle_ps::<0b10_00_10_00>(even, odd));
                // The same without sums that could overflow: the remainder is above the threshold, which is one more
                // below zero.
                let mask = _mm256_sub_epi32(_mm256_sllv_epi32(one, self.right), one);
                let threshold =
                    _mm256_sub_epi32(_mm256_srli_epi32::<1>(mask), _mm256_srai_epi32::<31>(rounded));
                let up = _mm256_cmpgt_epi32(_mm256_and_si256(rounded, mask), threshold);
                _mm256_sub_epi32(_mm256_srav_epi32(rounded, self.right), up)
            }
        }
    }

    /// The products of even and of odd lanes with the mantissas.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn products(&self, sums: __m256i) -> [__m256i; 2] {
        let odd = _mm256_shuffle_epi32::<0b11_11_01_01>(sums);
        [_mm256_mul_epi32(sums, self.mantissa[0]), _mm256_mul_epi32(odd, self.mantissa[1])]
    }
}

/// The high halves of 64-bit sums: of each 128-bit lane the first vector's, then the second's.
#[inline]
#[target_feature(enable = "avx2")]
fn high_halves(products: [__m256i; 2], nudge: [__m256i; 2]) -> __m256i {
    let [even, odd] = [0, 1].map(|half| _mm256_castsi256_ps(_mm256_add_epi64(products[half], nudge[half])));
    _mm256_castps_si256(_mm256_shuffle_ps::<0b11_01_11_01>(even, odd))
}

/// How vectors of multiplied sums become bytes: the zero point is added, then the bounds hold.
#[derive(Clone, Copy)]
pub struct Bytes {
    zero_point: __m256i,
    min: __m256i,
    max: __m256i,
    /// The bits that make unsigned bytes of signed ones.
    flip: __m256i,
    /// From even and odd results to neighbours.
    order: __m256i,
}

impl Bytes {
    /// That of `requantize`.
    ///
    /// # Safety
    /// The processor has AVX2.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub fn new(requantize: &Requantize) -> Self {
        Self::of(&requantize.scale())
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn of(scale: &Scale<'_>) -> Self {
        let offset = if scale.max > i32::from(i8::MAX) { 128 } else { 0 };
        Self {
            zero_point: _mm256_set1_epi16((scale.zero_point - offset) as i16),
            min: _mm256_set1_epi8((scale.min - offset) as i8),
            max: _mm256_set1_epi8((scale.max - offset) as i8),
            flip: _mm256_set1_epi8(offset as i8),
            order: _mm256_set_epi64x(
                0x0f0d_0e0c_0b09_0a08,
                0x0705_0604_0301_0200,
                0x0f0d_0e0c_0b09_0a08,
                0x0705_0604_0301_0200,
            ),
        }
    }

    /// The bytes of four vectors that are in the order of [`Multipliers::apply`]: the first four of each vector, then the second
    /// four of each.
    ///
    /// # Safety
    /// The processor has AVX2.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub fn pack(&self, [a, b, c, d]: [__m256i; 4]) -> __m256i {
        let low = _mm256_adds_epi16(_mm256_packs_epi32(a, b), self.zero_point);
        let high = _mm256_adds_epi16(_mm256_packs_epi32(c, d), self.zero_point);
        let bytes = _mm256_packs_epi16(low, high);
        let bytes = _mm256_xor_si256(_mm256_min_epi8(_mm256_max_epi8(bytes, self.min), self.max), self.flip);
        _mm256_shuffle_epi8(bytes, self.order)
    }
}
