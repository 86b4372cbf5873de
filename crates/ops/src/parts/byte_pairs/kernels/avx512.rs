//! 64 pairs of bytes as four vectors of 32-bit numbers, in the order in which the requantized ones are packed.

use core::arch::x86_64::*;

use featherlite_gemm::avx512_requantize::{Bytes, Multipliers};
use featherlite_gemm::requantize::SMALL;

use super::super::Terms;
use super::x86::InVectors;

/// # Safety
/// The processor has the instructions.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
pub(super) unsafe fn products(pairs: &InVectors, a: &[u8], b: &[u8], results: &mut [u8]) {
    each(pairs, &Product, a, b, results);
}

/// # Safety
/// The processor has the instructions.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
pub(super) unsafe fn sums(pairs: &InVectors, a: &[u8], b: &[u8], results: &mut [u8]) {
    each(pairs, &Sum::new(pairs.terms), a, b, results);
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn each(pairs: &InVectors, operation: &impl Combine, a: &[u8], b: &[u8], results: &mut [u8]) {
    let (multipliers, bytes) = (Multipliers::new(&pairs.requantize, 0), Bytes::new(&pairs.requantize));
    let flip = _mm512_set1_epi8(pairs.flip as i8);
    let zero_points = pairs.zero_points.map(|zero_point| _mm512_set1_epi16(zero_point));
    for ((a, b), results) in a.chunks(64).zip(b.chunks(64)).zip(results.chunks_mut(64)) {
        let mask = !0 >> (64 - a.len().min(b.len()).min(results.len()));
        // SAFETY: the mask leaves the bytes of the chunks, of which there is at least one.
        let (a, b) = unsafe {
            let a = _mm512_maskz_loadu_epi8(mask, a.as_ptr().cast());
            let b = _mm512_maskz_loadu_epi8(mask, b.as_ptr().cast());
            (_mm512_xor_si512(a, flip), _mm512_xor_si512(b, flip))
        };
        let zero = _mm512_setzero_si512();
        // SAFETY: this function has all the instructions.
        let mut sums = unsafe {
            let low = operation.combine([
                _mm512_sub_epi16(_mm512_unpacklo_epi8(a, zero), zero_points[0]),
                _mm512_sub_epi16(_mm512_unpacklo_epi8(b, zero), zero_points[1]),
            ]);
            let high = operation.combine([
                _mm512_sub_epi16(_mm512_unpackhi_epi8(a, zero), zero_points[0]),
                _mm512_sub_epi16(_mm512_unpackhi_epi8(b, zero), zero_points[1]),
            ]);
            [low[0], low[1], high[0], high[1]]
        };
        for sum in &mut sums {
            *sum = multipliers.apply::<SMALL>(*sum);
        }
        // SAFETY: as above.
        unsafe { _mm512_mask_storeu_epi8(results.as_mut_ptr().cast(), mask, bytes.pack(sums)) };
    }
}

/// From differences in 16 bits to results in 32.
trait Combine {
    /// The results of the low halves of 128-bit lanes, and those of the high halves.
    ///
    /// # Safety
    /// The processor has AVX-512 F and BW.
    unsafe fn combine(&self, pair: [__m512i; 2]) -> [__m512i; 2];
}

struct Product;

impl Combine for Product {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    unsafe fn combine(&self, [a, b]: [__m512i; 2]) -> [__m512i; 2] {
        let (low, high) = (_mm512_mullo_epi16(a, b), _mm512_mulhi_epi16(a, b));
        [_mm512_unpacklo_epi16(low, high), _mm512_unpackhi_epi16(low, high)]
    }
}

/// The second term's mantissa in two parts, `high * 2^15 + low`: the rounded `(d << 20) * mantissa / 2^31` is
/// `(d * high) << 4` and the rounded `d * low / 2^11`. What is left of its factor is a shift right, halves away from
/// zero.
struct Sum {
    /// All ones where a term is taken off.
    signs: [__m512i; 2],
    high: __m512i,
    low: __m512i,
    half: __m512i,
    is_shifted: __m512i,
    shift: __m512i,
}

impl Sum {
    #[target_feature(enable = "avx512f")]
    fn new(Terms { factor, is_negative }: Terms) -> Self {
        let (mantissa, shift) = (factor.mantissa, (-factor.shift).clamp(0, 31));
        Self {
            signs: is_negative.map(|is_negative| _mm512_set1_epi32(-i32::from(is_negative))),
            high: _mm512_set1_epi32(mantissa >> 15),
            low: _mm512_set1_epi32(mantissa & 0x7fff),
            half: _mm512_set1_epi32(((1i64 << shift) >> 1) as i32),
            is_shifted: _mm512_set1_epi32(-i32::from(shift > 0)),
            shift: _mm512_set1_epi32(shift),
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn of(&self, first: __m512i, second: __m512i) -> __m512i {
        let low = _mm512_add_epi32(_mm512_mullo_epi32(second, self.low), _mm512_set1_epi32(1 << 10));
        let high = _mm512_slli_epi32::<4>(_mm512_mullo_epi32(second, self.high));
        let product = _mm512_add_epi32(high, _mm512_srai_epi32::<11>(low));
        let sign = _mm512_and_si512(_mm512_srai_epi32::<31>(product), self.is_shifted);
        let nudged = _mm512_add_epi32(_mm512_add_epi32(product, self.half), sign);
        let terms = [_mm512_slli_epi32::<19>(first), _mm512_srav_epi32(nudged, self.shift)];
        let [first, second] = [0, 1]
            .map(|term| _mm512_sub_epi32(_mm512_xor_si512(terms[term], self.signs[term]), self.signs[term]));
        _mm512_add_epi32(first, second)
    }
}

impl Combine for Sum {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    unsafe fn combine(&self, [a, b]: [__m512i; 2]) -> [__m512i; 2] {
        let (a_sign, b_sign) = (_mm512_srai_epi16::<15>(a), _mm512_srai_epi16::<15>(b));
        [
            self.of(_mm512_unpacklo_epi16(a, a_sign), _mm512_unpacklo_epi16(b, b_sign)),
            self.of(_mm512_unpackhi_epi16(a, a_sign), _mm512_unpackhi_epi16(b, b_sign)),
        ]
    }
}
