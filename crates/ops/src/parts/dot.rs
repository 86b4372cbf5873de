//! Dot products of vectors as they lie in memory: for weights that a kernel does not pack.
//!
//! They are loops that the compiler turns into vector code when they are inlined into
//! [`Level::vectorize`](featherlite_simd::Level::vectorize).

/// Sums side by side; they are added up by halves.
const LANES: usize = 64;

/// Dot product of real vectors, as long as the shorter one; the order of additions depends on the length alone.
#[inline]
pub fn real(a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0.0f32; LANES];
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    for half in [32, 16, 8, 4, 2, 1] {
        for lane in 0..half {
            sums[lane] += sums[lane + half];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums[0] + rest
}

/// Exact dot product of 16-bit activations and 8-bit weights, as long as the shorter one.
#[inline]
pub fn i16_by_i8(a: &[i16], b: &[i8]) -> i64 {
    // So many products fit 32 bits.
    const RUN: usize = 256;
    let runs = a.chunks(RUN).zip(b.chunks(RUN));
    runs.map(|(a, b)| {
        let sum: i32 = a.iter().zip(b).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum();
        i64::from(sum)
    })
    .sum()
}

/// Exact dot product of 16-bit activations and weights, as long as the shorter one.
#[inline]
pub fn i16_by_i16(a: &[i16], b: &[i16]) -> i64 {
    a.iter().zip(b).map(|(&a, &b)| i64::from(i32::from(a) * i32::from(b))).sum()
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn products_agree_with_plain_sums() {
        for len in [0, 1, 63, 64, 65, 255, 256, 257, 1000] {
            let a: Vec<i16> =
                (0..len).map(|i| if i % 3 == 0 { i16::MIN } else { i16::wrapping_mul(i, 37) }).collect();
            let b: Vec<i8> =
                (0..len).map(|i| if i % 3 == 0 { i8::MIN } else { i16::wrapping_mul(i, 11) as i8 }).collect();
            let wide = |a: &[i16], b: &[i16]| -> i64 {
                a.iter().zip(b).map(|(&a, &b)| i64::from(a) * i64::from(b)).sum()
            };
            let b_wide: Vec<i16> = b.iter().map(|&b| b.into()).collect();
            assert_eq!(i16_by_i8(&a, &b), wide(&a, &b_wide), "{len}");
            assert_eq!(i16_by_i16(&a, &a), wide(&a, &a), "{len}");
            let real_a: Vec<f32> = a.iter().map(|&a| f32::from(a) / 32768.0).collect();
            let real_b: Vec<f32> = b.iter().map(|&b| f32::from(b)).collect();
            let expected: f64 = real_a.iter().zip(&real_b).map(|(a, b)| f64::from(a * b)).sum();
            assert!((f64::from(real(&real_a, &real_b)) - expected).abs() < 1e-2, "{len}");
        }
    }
}
