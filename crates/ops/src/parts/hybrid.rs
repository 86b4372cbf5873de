//! Hybrid products: `f32` activations, quantized on the fly row by row, against 8-bit weights (dynamic-range
//! quantization).
//!
//! A row is one input vector. Each gets a scale of its own, symmetric around zero or with a zero point, as TensorFlow
//! Lite's `BatchQuantizeFloats` chooses them; the integer dot product with a row of weights is then scaled back and
//! added to the `f32` result.

pub use featherlite_gemm::RowScale;
use featherlite_simd::{Level, truncate};

/// Quantizes one row to `out`, of the same length; symmetrically to `-127..=127`, or to `-128..=127` with the zero
/// point that represents the row's range best.
pub fn quantize_row(level: Level, row: &[f32], asymmetric: bool, out: &mut [i8]) -> RowScale {
    let range = level.vectorize(
        #[inline(always)]
        || range(row),
    );
    level.vectorize(
        #[inline(always)]
        || {
            if asymmetric {
                quantize_asymmetric(row, range, out)
            } else {
                quantize_symmetric(row, range, out)
            }
        },
    )
}

/// Quantizes rows of `depth` values each; `scale` receives the parameters of each row.
pub fn quantize_rows(
    level: Level,
    rows: &[f32],
    depth: usize,
    asymmetric: bool,
    out: &mut [i8],
    mut scale: impl FnMut(usize, RowScale),
) {
    let depth = depth.max(1);
    for (index, (row, out)) in rows.chunks(depth).zip(out.chunks_mut(depth)).enumerate() {
        scale(index, quantize_row(level, row, asymmetric, out));
    }
}

#[inline(always)]
fn quantize_symmetric(row: &[f32], (least, greatest): (f32, f32), out: &mut [i8]) -> RowScale {
    let range = least.abs().max(greatest.abs());
    if range == 0.0 || row.is_empty() {
        out.fill(0);
        return RowScale { scale: 1.0, zero_point: 0 };
    }
    let inverse = 127.0 / range;
    for (out, value) in out.iter_mut().zip(row) {
        *out = round(value * inverse).clamp(-127, 127) as i8;
    }
    RowScale { scale: range / 127.0, zero_point: 0 }
}

#[inline(always)]
fn quantize_asymmetric(row: &[f32], (least, greatest): (f32, f32), out: &mut [i8]) -> RowScale {
    // Zero must be representable, so it belongs to the range.
    let (least, greatest) = (f64::from(least.min(0.0)), f64::from(greatest.max(0.0)));
    if least == greatest || row.is_empty() {
        out.fill(0);
        return RowScale { scale: 1.0, zero_point: 0 };
    }
    let scale = (greatest - least) / 255.0;
    // Either end of the range gives a candidate for the zero point; the one computed from smaller numbers is the
    // more precise.
    let from_least = -128.0 - least / scale;
    let from_greatest = 127.0 - greatest / scale;
    let chosen = if 128.0 + (least / scale).abs() < 127.0 + (greatest / scale).abs() {
        from_least
    } else {
        from_greatest
    };
    let zero_point = libm::round(chosen).clamp(-128.0, 127.0) as i32;
    let scale = scale as f32;
    let inverse = 1.0 / scale;
    for (out, value) in out.iter_mut().zip(row) {
        *out = round(zero_point as f32 + value * inverse).clamp(-128, 127) as i8;
    }
    RowScale { scale, zero_point }
}

/// Least and greatest value; zeros for an empty row.
#[inline(always)]
fn range(row: &[f32]) -> (f32, f32) {
    // In lanes, and to other arrays, which the compiler keeps in registers: it would store to the same ones lane by lane.
    const LANES: usize = 32;
    let first = row.first().copied().unwrap_or(0.0);
    let (mut least, mut greatest) = ([first; LANES], [first; LANES]);
    let (blocks, rest) = row.as_chunks::<LANES>();
    let mut last = [first; LANES];
    last[..rest.len()].copy_from_slice(rest);
    for index in 0..=blocks.len() {
        let block = blocks.get(index).unwrap_or(&last);
        let (mut low, mut high) = ([0.0; LANES], [0.0; LANES]);
        for lane in 0..LANES {
            let x = block[lane];
            low[lane] = if x < least[lane] { x } else { least[lane] };
            high[lane] = if x > greatest[lane] { x } else { greatest[lane] };
        }
        (least, greatest) = (low, high);
    }
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            let (low, high) = (least[lane + half], greatest[lane + half]);
            least[lane] = if low < least[lane] { low } else { least[lane] };
            greatest[lane] = if high > greatest[lane] { high } else { greatest[lane] };
        }
        half /= 2;
    }
    (least[0], greatest[0])
}

/// The nearest integer, halves away from zero, for values far below 2^23. The constant is the largest number below
/// one half, so that its addition can not carry a value just below a half over to the next integer.
#[inline(always)]
fn round(x: f32) -> i32 {
    truncate(x + 0.499_999_97_f32.copysign(x))
}

/// Dot product of two vectors of 8-bit integers, as long as the shorter one. It can not overflow below 2^17 elements;
/// beyond that it wraps.
#[inline]
pub fn dot(a: &[i8], b: &[i8]) -> i32 {
    a.iter().zip(b).fold(0i32, |sum, (&a, &b)| sum.wrapping_add(i32::from(a) * i32::from(b)))
}

/// The sum of a row of weights, by which the zero point of the activations is taken out of a dot product.
#[inline]
pub fn sum(row: &[i8]) -> i32 {
    row.iter().fold(0i32, |sum, &x| sum.wrapping_add(i32::from(x)))
}

/// What one row of weights adds to the result: `dot` of quantized activations and weights, `weight_sum` the sum of
/// those weights, `scale` the product of both scales.
#[inline]
pub fn rescale(dot: i32, weight_sum: i32, zero_point: i32, scale: f32) -> f32 {
    dot.wrapping_sub(weight_sum.wrapping_mul(zero_point)) as f32 * scale
}

/// [`rescale`] of what all rows of weights add to the results of one row of activations, each with the scale of its
/// weights.
#[inline]
pub fn rescale_row(row: RowScale, dots: &[i32], weight_sums: &[i32], scales: &[f32], results: &mut [f32]) {
    let sums = dots.iter().zip(weight_sums).zip(scales);
    for (result, ((&dot, &weight_sum), scale)) in results.iter_mut().zip(sums) {
        *result = rescale(dot, weight_sum, row.zero_point, row.scale * scale);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn quantize_row(row: &[f32], asymmetric: bool, out: &mut [i8]) -> RowScale {
        let mut same = out.to_vec();
        let scale = super::quantize_row(Level::SCALAR, row, asymmetric, &mut same);
        assert_eq!(super::quantize_row(Level::detect(), row, asymmetric, out), scale);
        assert_eq!(out, same);
        scale
    }

    #[test]
    fn symmetric_rows_use_their_own_range() {
        let mut out = [9i8; 4];
        let scale = quantize_row(&[-2.0, 1.0, 0.0, 0.007_9], false, &mut out);
        assert_eq!((out, scale.zero_point), ([-127, 64, 0, 1], 0));
        assert_eq!(scale.scale, 2.0 / 127.0);
        assert_eq!(quantize_row(&[0.0; 4], false, &mut out), RowScale { scale: 1.0, zero_point: 0 });
        assert_eq!(out, [0; 4]);
    }

    #[test]
    fn asymmetric_rows_have_a_zero_point() {
        let mut out = [0i8; 3];
        let scale = quantize_row(&[0.0, 2.55, 1.0], true, &mut out);
        assert_eq!((out, scale.zero_point), ([-128, 127, -28], -128));
        // All values above zero: zero still belongs to the range.
        let scale = quantize_row(&[5.1, 2.56, 5.1], true, &mut out);
        assert_eq!((out, scale.zero_point), ([127, 0, 127], -128));
        assert_eq!(quantize_row(&[0.0; 3], true, &mut out), RowScale { scale: 1.0, zero_point: 0 });
    }

    #[test]
    fn rounding_is_half_away_from_zero() {
        for (x, expected) in
            [(0.5, 1), (-0.5, -1), (0.499_999_97, 0), (1.5, 2), (2.499_999_8, 2), (-126.5, -127)]
        {
            assert_eq!(round(x), expected, "{x}");
        }
    }

    #[test]
    fn a_product_is_close_to_the_real_one() {
        let weights: Vec<i8> = (0..40).map(|i| (i * 37 % 255 - 127) as i8).collect();
        let row: Vec<f32> = (0..40).map(|i| (i as f32 * 0.7).sin() + 0.3).collect();
        let exact: f32 = row.iter().zip(&weights).map(|(x, w)| x * f32::from(*w) * 0.01).sum();
        let mut quantized = [0i8; 40];
        for asymmetric in [false, true] {
            let RowScale { scale, zero_point } = quantize_row(&row, asymmetric, &mut quantized);
            let result = rescale(dot(&quantized, &weights), sum(&weights), zero_point, scale * 0.01);
            assert!((result - exact).abs() < 0.1, "{result} {exact}");
        }
    }
}
