//! AVX-512, which rounds, and scales by powers of two, in one instruction each, and multiplies and adds in one.

use core::arch::x86_64::*;
use core::f32::consts::LOG2_E;

use featherlite_base::arena::{cast, cast_mut};
use featherlite_simd::{Isa, Level};

use crate::core::Kernel;
use crate::parts::elementwise;
use crate::parts::vector_math::LN_2;

pub(crate) const LANES: usize = 16;

/// `1 / n!` from 7 down to 0.
const SERIES: [f32; 8] = [1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];

/// The series of `tanh(x) / x - 1` in `x * x`, the highest power first.
const TANH: [f32; 5] = [-5.704_988_7e-3, 2.063_909e-2, -5.373_971_5e-2, 1.333_144_2e-1, -3.333_328e-1];

/// A kernel that takes the logistic function of every element.
///
/// # Panics
/// If the processor lacks the instructions.
pub(crate) fn logistic(level: Level) -> alloc::boxed::Box<dyn Kernel> {
    assert!(level.has(Isa::Avx512));
    // SAFETY: the processor has the instructions.
    elementwise::slices_of(0, |x, results| unsafe { for_each_vector(x, results, |x| logistic_of(x)) })
}

/// As [`logistic`], for the hyperbolic tangent.
pub(crate) fn tanh(level: Level) -> alloc::boxed::Box<dyn Kernel> {
    assert!(level.has(Isa::Avx512));
    // SAFETY: the processor has the instructions.
    elementwise::slices_of(0, |x, results| unsafe { for_each_vector(x, results, |x| tanh_of(x)) })
}

/// Applies a function to as many elements as there are on both sides, which are `f32`.
#[target_feature(enable = "avx512f,avx512dq")]
fn for_each_vector(x: &[u8], results: &mut [u8], function: impl Fn(__m512) -> __m512) {
    let (x, results) = (cast::<f32>(x).unwrap_or_default(), cast_mut::<f32>(results).unwrap_or_default());
    for (x, results) in x.chunks(LANES).zip(results.chunks_mut(LANES)) {
        let mask = !0 >> (LANES - x.len().min(results.len()));
        // SAFETY: the mask leaves the elements of the chunks, of which there is at least one.
        unsafe {
            let x = _mm512_maskz_loadu_ps(mask, x.as_ptr());
            _mm512_mask_storeu_ps(results.as_mut_ptr(), mask, function(x));
        }
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
pub(crate) fn exp(x: __m512) -> __m512 {
    // Beyond these the result is 0 or infinite. With the bound as first operand NaN passes.
    let x = _mm512_min_ps(_mm512_set1_ps(89.0), _mm512_max_ps(_mm512_set1_ps(-104.0), x));
    let power = _mm512_roundscale_ps::<0>(_mm512_mul_ps(x, _mm512_set1_ps(LOG2_E)));
    let rest = _mm512_fnmadd_ps(power, _mm512_set1_ps(LN_2[0]), x);
    let rest = _mm512_fnmadd_ps(power, _mm512_set1_ps(LN_2[1]), rest);
    _mm512_scalef_ps(series(rest, &SERIES), power)
}

/// A polynomial, its highest factor first.
#[inline]
#[target_feature(enable = "avx512f")]
fn series(x: __m512, factors: &[f32]) -> __m512 {
    factors.iter().fold(_mm512_setzero_ps(), |sum, &factor| _mm512_fmadd_ps(sum, x, _mm512_set1_ps(factor)))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn logistic_of(x: __m512) -> __m512 {
    let one = _mm512_set1_ps(1.0);
    _mm512_div_ps(one, _mm512_add_ps(one, exp(_mm512_sub_ps(_mm512_setzero_ps(), x))))
}

#[inline]
#[target_feature(enable = "avx512f,avx512dq")]
fn tanh_of(x: __m512) -> __m512 {
    let (one, two) = (_mm512_set1_ps(1.0), _mm512_set1_ps(2.0));
    let squared = _mm512_mul_ps(x, x);
    let small = _mm512_fmadd_ps(x, _mm512_mul_ps(squared, series(squared, &TANH)), x);
    let magnitude = _mm512_abs_ps(x);
    let is_small = _mm512_cmp_ps_mask::<_CMP_LT_OQ>(magnitude, _mm512_set1_ps(0.625));
    let rest = _mm512_div_ps(two, _mm512_add_ps(exp(_mm512_mul_ps(two, magnitude)), one));
    let sign = _mm512_and_ps(x, _mm512_set1_ps(-0.0));
    let large = _mm512_or_ps(_mm512_sub_ps(one, rest), sign);
    _mm512_mask_blend_ps(is_small, large, small)
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use featherlite_base::arena::{bytes_of, bytes_of_mut};

    use super::super::super as portable;
    use super::*;

    #[test]
    fn functions_are_the_portable_ones() {
        if !Level::detect().has(Isa::Avx512) {
            return;
        }
        let mut inputs: Vec<f32> = (-40_000..40_001).map(|index| index as f32 / 400.0).collect();
        inputs.extend([f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.0, 1e-30, -1e-40]);
        let check = |name: &str, function: fn(&[u8], &mut [u8]), expected: fn(f32) -> f32| {
            let mut found = vec![0.0f32; inputs.len()];
            function(bytes_of(&inputs), bytes_of_mut(&mut found));
            for (&x, &found) in inputs.iter().zip(&found) {
                let expected = expected(x);
                let is_close = (found - expected).abs() <= 5e-7 * expected.abs().max(1e-37);
                assert!(
                    is_close || found.is_nan() && expected.is_nan() || found == expected,
                    "{name}({x}): {found}"
                );
            }
        };
        // SAFETY: the processor has the instructions.
        check("exp", |x, results| unsafe { for_each_vector(x, results, |x| exp(x)) }, portable::exp);
        // SAFETY: as above.
        check(
            "logistic",
            |x, results| unsafe { for_each_vector(x, results, |x| logistic_of(x)) },
            portable::logistic,
        );
        // SAFETY: as above.
        check("tanh", |x, results| unsafe { for_each_vector(x, results, |x| tanh_of(x)) }, portable::tanh);
    }
}
