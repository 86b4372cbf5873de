//! Rows of `f32` in AVX-512.

use core::arch::x86_64::*;

use featherlite_simd::{Isa, Level};

use crate::parts::vector_math::kernels::avx512::{LANES, exp};

/// Vectors that are worked on side by side.
const STRANDS: usize = 4;

/// Turns a row into its exponentials' shares in their sum.
///
/// # Panics
/// If the processor lacks the instructions.
pub(crate) fn row(level: Level, row: &mut [f32], beta: f32) {
    assert!(level.has(Isa::Avx512));
    // SAFETY: the processor has the instructions.
    unsafe { shares(row, beta) }
}

#[target_feature(enable = "avx512f")]
fn shares(row: &mut [f32], beta: f32) {
    let greatest = _mm512_set1_ps(greatest(row));
    let beta = _mm512_set1_ps(beta);
    let mut sums = [_mm512_setzero_ps(); STRANDS];
    for part in row.chunks_mut(STRANDS * LANES) {
        for (x, sum) in part.chunks_mut(LANES).zip(&mut sums) {
            let mask = !0 >> (LANES - x.len());
            // SAFETY: the mask leaves the elements of the chunk, of which there is at least one.
            unsafe {
                let values = _mm512_maskz_loadu_ps(mask, x.as_ptr());
                let values = exp(_mm512_mul_ps(_mm512_sub_ps(values, greatest), beta));
                _mm512_mask_storeu_ps(x.as_mut_ptr(), mask, values);
                *sum = _mm512_mask_add_ps(*sum, mask, *sum, values);
            }
        }
    }
    let sums = [_mm512_add_ps(sums[0], sums[1]), _mm512_add_ps(sums[2], sums[3])];
    let share = 1.0 / _mm512_reduce_add_ps(_mm512_add_ps(sums[0], sums[1]));
    row.iter_mut().for_each(|x| *x *= share);
}

/// The greatest number of a row; what is not a number does not count.
#[target_feature(enable = "avx512f")]
fn greatest(row: &[f32]) -> f32 {
    let least = _mm512_set1_ps(f32::MIN);
    let mut strands = [least; STRANDS];
    for part in row.chunks(STRANDS * LANES) {
        for (x, strand) in part.chunks(LANES).zip(&mut strands) {
            let mask = !0 >> (LANES - x.len());
            // SAFETY: the mask leaves the elements of the chunk, of which there is at least one.
            let values = unsafe { _mm512_mask_loadu_ps(least, mask, x.as_ptr()) };
            // The second operand is the result where the first is not a number.
            *strand = _mm512_max_ps(values, *strand);
        }
    }
    let strands = [_mm512_max_ps(strands[0], strands[1]), _mm512_max_ps(strands[2], strands[3])];
    _mm512_reduce_max_ps(_mm512_max_ps(strands[0], strands[1]))
}
