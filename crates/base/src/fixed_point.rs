//! The fixed-point arithmetic of TensorFlow Lite's integer kernels (Jacob et al., arXiv 1712.05877, §2.2).
//!
//! Every integer kernel requantizes with the functions of this module, so that reference and SIMD kernels have one
//! definition to agree with. Rounding happens twice: once in the doubling high multiplication, once in the shift.

/// A real factor as `mantissa * 2^(shift - 31)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Multiplier {
    /// Q0.31 value in `[2^30, 2^31)`, or 0.
    pub mantissa: i32,
    /// Power of two: positive shifts left before the multiplication, negative right after it.
    pub shift: i32,
}

impl Multiplier {
    /// The nearest multiplier to a non-negative real factor; factors below 2^-32 become 0.
    pub fn from_real(factor: f64) -> Self {
        if factor == 0.0 || !factor.is_finite() {
            return Self::default();
        }
        let (fraction, mut shift) = libm::frexp(factor);
        let mut mantissa = libm::round(fraction * f64::from(1u32 << 31)) as i64;
        if mantissa == 1 << 31 {
            mantissa /= 2;
            shift += 1;
        }
        if shift < -31 {
            return Self::default();
        }
        Self { mantissa: mantissa as i32, shift }
    }

    /// `x` times this factor, rounded as TensorFlow Lite's `MultiplyByQuantizedMultiplier` for 32-bit accumulators.
    #[inline(always)]
    pub fn apply(self, x: i32) -> i32 {
        let shifted = x.wrapping_shl(self.shift.max(0) as u32);
        // No mantissa is the minimum, so nothing saturates.
        rounding_divide_by_pot(
            rounding_doubling_high_mul(shifted, self.mantissa) as i32,
            (-self.shift).max(0),
        )
    }

    /// `x` times this factor for 64-bit accumulators of 16-bit kernels: the mantissa is reduced to 16 bits and the
    /// result rounded once.
    #[inline]
    pub fn apply_i64(self, x: i64) -> i32 {
        let (reduced, shift) = self.wide_parts();
        (x.wrapping_mul(reduced).wrapping_add(1i64 << (shift - 1)) >> shift) as i32
    }

    /// The factor of [`Multiplier::apply_i64`], and by how many bits its product is shifted right, at least 1.
    #[inline]
    pub fn wide_parts(self) -> (i64, u32) {
        let reduced =
            if self.mantissa < 0x7fff_0000 { (self.mantissa.wrapping_add(1 << 15)) >> 16 } else { 0x7fff };
        (reduced.into(), (15 - self.shift).clamp(1, 62) as u32)
    }
}

/// `round(a * b / 2^31)`, halves upward, saturating where both are the minimum.
#[inline]
pub fn saturating_rounding_doubling_high_mul(a: i32, b: i32) -> i32 {
    rounding_doubling_high_mul(a, b).min(i64::from(i32::MAX)) as i32
}

/// TensorFlow Lite adds a half to positive products and a half less one to negative ones, and then truncates toward
/// zero: the same as adding a half and rounding down.
#[inline(always)]
fn rounding_doubling_high_mul(a: i32, b: i32) -> i64 {
    (i64::from(a) * i64::from(b) + (1 << 30)) >> 31
}

/// `round(a * b / 2^15)` of 16-bit values, halves upward, saturating where both are the minimum.
#[inline]
pub fn saturating_rounding_doubling_high_mul_i16(a: i16, b: i16) -> i16 {
    ((i32::from(a) * i32::from(b) + (1 << 14)) >> 15).min(i32::from(i16::MAX)) as i16
}

/// `round(x / 2^exponent)`, halves away from zero; `exponent` in `0..=31`.
#[inline(always)]
pub fn rounding_divide_by_pot(x: i32, exponent: i32) -> i32 {
    let exponent = exponent.clamp(0, 31) as u32;
    let mask = ((1i64 << exponent) - 1) as i32;
    let remainder = x & mask;
    let threshold = (mask >> 1) + i32::from(x < 0);
    (x >> exponent) + i32::from(remainder > threshold)
}

/// `1 / sqrt(x)` as a multiplier: Newton-Raphson steps in fixed point, as TensorFlow Lite takes them. Numbers below 2
/// count as 1.
pub fn inverse_sqrt(x: i32) -> Multiplier {
    if x <= 1 {
        return Multiplier { mantissa: i32::MAX, shift: 0 };
    }
    // With three integer bits from here on; one is 2^28.
    let mut shift = 11;
    let mut x = x;
    while x >= 1 << 29 {
        x /= 4;
        shift += 1;
    }
    let pairs = (x.leading_zeros() as i32 - 1) / 2 - 1;
    shift -= pairs;
    x <<= 2 * pairs;
    let half = rounding_divide_by_pot(x >> 1, 1);
    let product = saturating_rounding_doubling_high_mul;
    let three_halves = (1 << 28) + (1 << 27);
    let mut root = 1 << 28;
    for _ in 0..5 {
        let cube = saturating_shift_left(product(product(root, root), root), 6);
        root = saturating_shift_left(product(three_halves, root).wrapping_sub(product(half, cube)), 3);
    }
    /// `sqrt(2) / 2` with 31 bits.
    const HALF_SQRT_2: i32 = 1_518_500_250;
    let mantissa = product(root, HALF_SQRT_2);
    if shift < 0 {
        Multiplier { mantissa: mantissa.wrapping_shl(-shift as u32), shift: 0 }
    } else {
        Multiplier { mantissa, shift: -shift }
    }
}

/// `x * 2^exponent`, saturating.
#[inline]
pub fn saturating_shift_left(x: i32, exponent: i32) -> i32 {
    let wide = i64::from(x) << exponent.clamp(0, 31);
    wide.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}

/// The integer that stands for `real`: `zero_point + round(real / scale)`, halves away from zero, not clamped to a type.
#[inline]
pub fn quantize(real: f32, scale: f32, zero_point: i32) -> i32 {
    (libm::roundf(real / scale) as i32).saturating_add(zero_point)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_multiplier_is_within_half_a_unit_of_the_real_product() {
        for factor in [0.000_31, 0.004_9, 0.3, 0.5, 0.999_999, 1.0, 1.7, 6.0] {
            let multiplier = Multiplier::from_real(factor);
            for x in [-2_000_000, -65_537, -129, -1, 0, 1, 7, 128, 99_999, 3_000_000] {
                let exact = f64::from(x) * factor;
                let error = (f64::from(multiplier.apply(x)) - exact).abs();
                assert!(error <= 1.0, "{x} * {factor}: off by {error}");
            }
        }
    }

    #[test]
    fn inverse_roots_are_close() {
        for x in [2, 3, 4, 10, 4096, 65_537, 1 << 28, (1 << 29) - 1, 1 << 29, i32::MAX] {
            let root = inverse_sqrt(x);
            let real = f64::from(root.mantissa) * libm::exp2(f64::from(root.shift - 31));
            let exact = 1.0 / libm::sqrt(f64::from(x));
            assert!((real / exact - 1.0).abs() < 2e-6, "{x}: {real} {exact}");
        }
        assert_eq!(inverse_sqrt(1).mantissa, i32::MAX);
    }

    #[test]
    fn known_values() {
        assert_eq!(Multiplier::from_real(0.5), Multiplier { mantissa: 1 << 30, shift: 0 });
        assert_eq!(Multiplier::from_real(1.0), Multiplier { mantissa: 1 << 30, shift: 1 });
        assert_eq!(Multiplier::from_real(0.0), Multiplier::default());
        assert_eq!(saturating_rounding_doubling_high_mul(i32::MIN, i32::MIN), i32::MAX);
        assert_eq!([-3, -2, -1, 1, 2, 3].map(|x| rounding_divide_by_pot(x, 1)), [-2, -1, -1, 1, 1, 2]);
        assert_eq!(rounding_divide_by_pot(i32::MIN, 31), -1);
    }

    #[test]
    fn high_products_are_rounded_as_defined() {
        let nudged = |product: i64, half: i64, bits: u32| {
            (product + if product >= 0 { half } else { 1 - half }) / (1i64 << bits)
        };
        for a in [i32::MIN, -(1 << 30), -3, -2, -1, 0, 1, 2, 3, 12_345_678, 1 << 30, i32::MAX] {
            for b in [i32::MIN + 1, -(1 << 30), -(1 << 29), -7, 0, 7, 1 << 29, 1 << 30, i32::MAX] {
                let expected = nudged(i64::from(a) * i64::from(b), 1 << 30, 31);
                assert_eq!(i64::from(saturating_rounding_doubling_high_mul(a, b)), expected, "{a} * {b}");
            }
        }
        for a in (i16::MIN..=i16::MAX).step_by(7) {
            for b in [-32768i16, -16384, -129, -1, 0, 1, 3, 8192, 16384, 32767] {
                if (a, b) != (i16::MIN, i16::MIN) {
                    let expected = nudged(i64::from(a) * i64::from(b), 1 << 14, 15);
                    assert_eq!(i64::from(saturating_rounding_doubling_high_mul_i16(a, b)), expected);
                }
            }
        }
    }
}
