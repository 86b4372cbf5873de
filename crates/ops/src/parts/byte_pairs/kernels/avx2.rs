//! 32 pairs of bytes as four vectors of 32-bit numbers, in the order in which the requantized ones are packed.

use core::arch::x86_64::*;

use featherlite_gemm::avx2_requantize::{Bytes, Multipliers};
use featherlite_gemm::requantize::SMALL;

use super::super::Terms;
use super::x86::InVectors;

/// Pairs at a time.
const BYTES: usize = 32;

/// # Safety
/// The processor has AVX2.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn products(pairs: &InVectors, a: &[u8], b: &[u8], results: &mut [u8]) {
    each(pairs, &Product, a, b, results);
}

/// # Safety
/// The processor has AVX2.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn sums(pairs: &InVectors, a: &[u8], b: &[u8], results: &mut [u8]) {
    each(pairs, &Sum::new(pairs.terms), a, b, results);
}

#[inline]
#[target_feature(enable = "avx2")]
fn each(pairs: &InVectors, operation: &impl Combine, a: &[u8], b: &[u8], results: &mut [u8]) {
    let (multipliers, bytes) = (Multipliers::new(&pairs.requantize, [0, 4]), Bytes::new(&pairs.requantize));
    let flip = _mm256_set1_epi8(pairs.flip as i8);
    let zero_points = pairs.zero_points.map(|zero_point| _mm256_set1_epi16(zero_point));
    let vector = |a: &[u8; BYTES], b: &[u8; BYTES], results: &mut [u8; BYTES]| {
        // SAFETY: there are so many bytes.
        let (a, b) =
            unsafe { (_mm256_loadu_si256(a.as_ptr().cast()), _mm256_loadu_si256(b.as_ptr().cast())) };
        let (a, b, zero) = (_mm256_xor_si256(a, flip), _mm256_xor_si256(b, flip), _mm256_setzero_si256());
        // SAFETY: the function around this has the instructions.
        let sums = unsafe {
            let low = operation.combine([
                _mm256_sub_epi16(_mm256_unpacklo_epi8(a, zero), zero_points[0]),
                _mm256_sub_epi16(_mm256_unpacklo_epi8(b, zero), zero_points[1]),
            ]);
            let high = operation.combine([
                _mm256_sub_epi16(_mm256_unpackhi_epi8(a, zero), zero_points[0]),
                _mm256_sub_epi16(_mm256_unpackhi_epi8(b, zero), zero_points[1]),
            ]);
            [low[0], low[1], high[0], high[1]]
        };
        let sums = [
            multipliers.apply::<SMALL>(sums[0]),
            multipliers.apply::<SMALL>(sums[1]),
            multipliers.apply::<SMALL>(sums[2]),
            multipliers.apply::<SMALL>(sums[3]),
        ];
        // SAFETY: as above.
        unsafe { _mm256_storeu_si256(results.as_mut_ptr().cast(), bytes.pack(sums)) };
    };
    let count = a.len().min(b.len()).min(results.len());
    let (a, b, results) = (a[..count].as_chunks(), b[..count].as_chunks(), results[..count].as_chunks_mut());
    for ((a, b), results) in a.0.iter().zip(b.0).zip(results.0) {
        vector(a, b, results);
    }
    let rest = results.1;
    if !rest.is_empty() {
        let mut padded = [[0; BYTES]; 3];
        padded[0][..rest.len()].copy_from_slice(a.1);
        padded[1][..rest.len()].copy_from_slice(b.1);
        let [a, b, results] = &mut padded;
        vector(a, b, results);
        rest.copy_from_slice(&results[..rest.len()]);
    }
}

/// From differences in 16 bits to results in 32.
trait Combine {
    /// The results of the low halves of 128-bit lanes, and those of the high halves.
    ///
    /// # Safety
    /// The processor has AVX2.
    unsafe fn combine(&self, pair: [__m256i; 2]) -> [__m256i; 2];
}

struct Product;

impl Combine for Product {
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn combine(&self, [a, b]: [__m256i; 2]) -> [__m256i; 2] {
        let (low, high) = (_mm256_mullo_epi16(a, b), _mm256_mulhi_epi16(a, b));
        [_mm256_unpacklo_epi16(low, high), _mm256_unpackhi_epi16(low, high)]
    }
}

/// The second term's mantissa in two parts, as with [`avx512`](super::avx512).
struct Sum {
    /// All ones where a term is taken off.
    signs: [__m256i; 2],
    high: __m256i,
    low: __m256i,
    half: __m256i,
    is_shifted: __m256i,
    shift: __m128i,
}

impl Sum {
    #[target_feature(enable = "avx2")]
    fn new(Terms { factor, is_negative }: Terms) -> Self {
        let (mantissa, shift) = (factor.mantissa, (-factor.shift).clamp(0, 31));
        Self {
            signs: is_negative.map(|is_negative| _mm256_set1_epi32(-i32::from(is_negative))),
            high: _mm256_set1_epi32(mantissa >> 15),
            low: _mm256_set1_epi32(mantissa & 0x7fff),
            half: _mm256_set1_epi32(((1i64 << shift) >> 1) as i32),
            is_shifted: _mm256_set1_epi32(-i32::from(shift > 0)),
            shift: _mm_cvtsi32_si128(shift),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn of(&self, first: __m256i, second: __m256i) -> __m256i {
        let low = _mm256_add_epi32(_mm256_mullo_epi32(second, self.low), _mm256_set1_epi32(1 << 10));
        let high = _mm256_slli_epi32::<4>(_mm256_mullo_epi32(second, self.high));
        let product = _mm256_add_epi32(high, _mm256_srai_epi32::<11>(low));
        let sign = _mm256_and_si256(_mm256_srai_epi32::<31>(product), self.is_shifted);
        let nudged = _mm256_add_epi32(_mm256_add_epi32(product, self.half), sign);
        let terms = [_mm256_slli_epi32::<19>(first), _mm256_sra_epi32(nudged, self.shift)];
        let [first, second] = [0, 1]
            .map(|term| _mm256_sub_epi32(_mm256_xor_si256(terms[term], self.signs[term]), self.signs[term]));
        _mm256_add_epi32(first, second)
    }
}

impl Combine for Sum {
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn combine(&self, [a, b]: [__m256i; 2]) -> [__m256i; 2] {
        let (a_sign, b_sign) = (_mm256_srai_epi16::<15>(a), _mm256_srai_epi16::<15>(b));
        [
            self.of(_mm256_unpacklo_epi16(a, a_sign), _mm256_unpacklo_epi16(b, b_sign)),
            self.of(_mm256_unpackhi_epi16(a, a_sign), _mm256_unpackhi_epi16(b, b_sign)),
        ]
    }
}
