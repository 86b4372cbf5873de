//! Rows of `f32` in AVX2 with FMA.

use core::arch::x86_64::*;
use core::f32::consts::LOG2_E;

use featherlite_simd::{Isa, Level};

use crate::parts::vector_math::{EXP, LN_2};

const LANES: usize = 8;

/// Elements whose vectors are worked on side by side.
const STRANDS: usize = 4 * LANES;

/// Turns a row into its exponentials' shares in their sum.
///
/// # Panics
/// If the processor lacks the instructions.
pub(crate) fn row(level: Level, row: &mut [f32], beta: f32) {
    assert!(level.has(Isa::Avx2));
    // SAFETY: the processor has the instructions.
    unsafe { shares(row, beta) }
}

#[target_feature(enable = "avx2,fma")]
fn shares(row: &mut [f32], beta: f32) {
    let (greatest, beta) = (_mm256_set1_ps(greatest(row)), _mm256_set1_ps(beta));
    let update = |x: &mut [f32; LANES]| {
        // SAFETY: an array of a vector's size.
        unsafe {
            let values = _mm256_sub_ps(_mm256_loadu_ps(x.as_ptr()), greatest);
            let values = exp(_mm256_mul_ps(values, beta));
            _mm256_storeu_ps(x.as_mut_ptr(), values);
            values
        }
    };
    let mut sums = [_mm256_setzero_ps(); STRANDS / LANES];
    let (whole, rest) = row.as_chunks_mut::<LANES>();
    for part in whole.chunks_mut(sums.len()) {
        for (x, sum) in part.iter_mut().zip(&mut sums) {
            *sum = _mm256_add_ps(*sum, update(x));
        }
    }
    let sums = [_mm256_add_ps(sums[0], sums[1]), _mm256_add_ps(sums[2], sums[3])];
    let mut strands = [0.0; LANES];
    // SAFETY: an array of a vector's size.
    unsafe { _mm256_storeu_ps(strands.as_mut_ptr(), _mm256_add_ps(sums[0], sums[1])) };
    let mut last = [0.0; LANES];
    last[..rest.len()].copy_from_slice(rest);
    update(&mut last);
    rest.copy_from_slice(&last[..rest.len()]);
    let share = 1.0 / strands.iter().chain(&*rest).sum::<f32>();
    row.iter_mut().for_each(|x| *x *= share);
}

/// The greatest number of a row; what is not a number does not count.
#[target_feature(enable = "avx2")]
fn greatest(row: &[f32]) -> f32 {
    let mut strands = [f32::MIN; STRANDS];
    let (whole, rest) = row.as_chunks::<STRANDS>();
    for part in whole {
        // To another array, which the compiler keeps in registers.
        let mut greater = [0.0; STRANDS];
        for index in 0..STRANDS {
            greater[index] = if part[index] > strands[index] { part[index] } else { strands[index] };
        }
        strands = greater;
    }
    strands.iter().chain(rest).fold(f32::MIN, |best, &x| if x > best { x } else { best })
}

/// The exponential; 0 where it would be hardly more than the least normal number.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn exp(x: __m256) -> __m256 {
    let is_far = _mm256_cmp_ps::<_CMP_LT_OQ>(x, _mm256_set1_ps(-87.0));
    // From here on it is infinite. With the bound as first operand NaN passes.
    let x = _mm256_min_ps(_mm256_set1_ps(89.0), x);
    let power = _mm256_round_ps::<0>(_mm256_mul_ps(x, _mm256_set1_ps(LOG2_E)));
    let rest = _mm256_fnmadd_ps(power, _mm256_set1_ps(LN_2[0]), x);
    let rest = _mm256_fnmadd_ps(power, _mm256_set1_ps(LN_2[1]), rest);
    let mut series = _mm256_set1_ps(EXP[0]);
    for &factor in &EXP[1..] {
        series = _mm256_fmadd_ps(series, rest, _mm256_set1_ps(factor));
    }
    let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(power), _mm256_set1_epi32(127));
    let scale = _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent));
    _mm256_andnot_ps(is_far, _mm256_mul_ps(series, scale))
}
