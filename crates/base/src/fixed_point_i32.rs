//! Exponential function, reciprocal and logarithm of 32-bit fixed-point numbers, as the integer softmax of TensorFlow
//! Lite computes them (with the arithmetic of the gemmlowp library).
//!
//! A number with `m` integer bits has `31 - m` fractional ones; 1.0 without integer bits is `i32::MAX`.

use crate::fixed_point::{
    rounding_divide_by_pot, saturating_rounding_doubling_high_mul as product, saturating_shift_left,
};

/// `exp(x)` without integer bits, for `x <= 0` with 5 integer bits.
#[inline]
pub fn exp_of_negative(x: i32) -> i32 {
    const FRACTION: u32 = 31 - 5;
    const QUARTER: i32 = 1 << (FRACTION - 2);
    /// `exp(-2^k)` for `k` from -2 on.
    const FACTORS: [i32; 7] =
        [1_672_461_947, 1_302_514_674, 790_015_084, 290_630_308, 39_332_535, 720_401, 242];
    if x == 0 {
        return i32::MAX;
    }
    let rest = (x & (QUARTER - 1)) - QUARTER;
    let quarters = rest.wrapping_sub(x);
    let result = exp_small(saturating_shift_left(rest, 5));
    FACTORS.iter().enumerate().fold(result, |result, (index, &factor)| {
        if quarters >> (FRACTION - 2 + index as u32) & 1 == 1 { product(result, factor) } else { result }
    })
}

/// `exp(x)` for `x` in `[-1/4, 0)`: the Taylor series round `-1/8`.
fn exp_small(x: i32) -> i32 {
    const EXP_OF_MINUS_EIGHTH: i32 = 1_895_147_668;
    const THIRD: i32 = 715_827_883;
    let x = x + (1 << 28);
    let x2 = product(x, x);
    let x3 = product(x2, x);
    let x4 = product(x2, x2);
    let quarter = rounding_divide_by_pot(x4, 2);
    let higher = rounding_divide_by_pot(product(quarter + x3, THIRD) + x2, 1);
    EXP_OF_MINUS_EIGHTH + product(EXP_OF_MINUS_EIGHTH, x + higher)
}

/// `1 / (1 + x)` for `x` in `[0, 1]`, all without integer bits: three steps of Newton's method.
pub fn one_over_one_plus(x: i32) -> i32 {
    // With 2 integer bits: 48/17 and -32/17 are the best line to start from.
    const INTERCEPT: i32 = 1_515_870_810;
    const SLOPE: i32 = -1_010_580_540;
    const ONE: i32 = 1 << 29;
    let half_denominator = half_sum(x, i32::MAX);
    let mut result = INTERCEPT.wrapping_add(product(half_denominator, SLOPE));
    for _ in 0..3 {
        let error = ONE.wrapping_sub(product(half_denominator, result));
        result = result.wrapping_add(saturating_shift_left(product(result, error), 2));
    }
    saturating_shift_left(result, 1)
}

/// `1 / x` of a positive number with `integer_bits`: the result without integer bits, and the power of two that it
/// is to be divided by.
pub fn reciprocal(x: i32, integer_bits: i32) -> (i32, i32) {
    let headroom = x.leading_zeros();
    let fraction = (x as u32).wrapping_shl(headroom).wrapping_sub(1 << 31);
    (one_over_one_plus(fraction as i32), integer_bits - headroom as i32)
}

/// `log(x)` with 5 integer bits, for `x >= 1` with 12 integer bits.
///
/// `x` is split into a power of two and a rest near `2^(-1/4)`, in one of two ways, whichever leaves the smaller rest;
/// a quotient of polynomials gives the logarithm of the rest.
pub fn log(x: i32) -> i32 {
    const INTEGER_BITS: i32 = 12;
    const POWER_FRACTION: i32 = 25;
    const LOG_2: i32 = 1_488_522_236;
    const SQRT_HALF: i32 = 1_518_500_250;
    const CENTRE: i32 = 1_805_811_301;
    const NUMERATOR: i32 = 117_049_297;
    const DENOMINATOR: [i32; 3] = [1_057_819_769, 127_690_142, 638_450_708];
    const QUARTER: i32 = 1 << (POWER_FRACTION - 2);
    let power = |bits: i32| saturating_shift_left(INTEGER_BITS - bits, POWER_FRACTION);

    let headroom = x.leading_zeros() as i32;
    let rest = saturating_shift_left(product(saturating_shift_left(x, headroom - 1), SQRT_HALF), 1);
    let power_of_rest = power(headroom).saturating_add(QUARTER);
    let other_headroom = product(x, SQRT_HALF).leading_zeros() as i32 - 1;
    let other_rest = saturating_shift_left(x, other_headroom);
    let power_of_other = power(other_headroom).saturating_sub(QUARTER);
    let (rest, power) = (rest.min(other_rest), power_of_rest.max(power_of_other));

    let middle = half_sum(rest, CENTRE);
    let twice = rest.wrapping_sub(CENTRE).wrapping_mul(2);
    let squared = product(twice, twice);
    let numerator = product(twice, rest).wrapping_add(product(product(twice, squared), NUMERATOR));
    let inner = DENOMINATOR[0].wrapping_add(twice).wrapping_add(product(DENOMINATOR[1], squared));
    let denominator = product(middle, inner).wrapping_add(product(DENOMINATOR[2], twice));
    let quotient = product(rounding_divide_by_pot(numerator, 6), one_over_one_plus(denominator));
    saturating_shift_left(product(power, LOG_2).wrapping_add(quotient), 1)
}

/// `(a + b) / 2`, halves away from zero.
fn half_sum(a: i32, b: i32) -> i32 {
    let sum = i64::from(a) + i64::from(b);
    ((sum + if sum >= 0 { 1 } else { -1 }) / 2) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: f64 = 2147483648.0;

    #[test]
    fn exponentials_are_close_to_the_real_ones() {
        assert_eq!(exp_of_negative(0), i32::MAX);
        for step in 1..4000 {
            let x = -step * 530_000;
            let real = libm::exp(f64::from(x) / f64::from(1 << 26));
            let found = f64::from(exp_of_negative(x)) / UNIT;
            assert!((found - real).abs() < 2e-6, "exp of {x}: {found}, not {real}");
        }
        assert_eq!(exp_of_negative(i32::MIN), 0);
    }

    #[test]
    fn logarithms_are_close_to_the_real_ones() {
        for step in 1..4000 {
            let x = (1 << 19) - 1 + step * step * 134;
            let real = libm::log(f64::from(x) / f64::from(1 << 19));
            let found = f64::from(log(x)) / f64::from(1 << 26);
            assert!((found - real).abs() < 1e-5, "log of {x}: {found}, not {real}");
        }
    }

    #[test]
    fn reciprocals_are_close_to_the_real_ones() {
        for x in (0..i32::MAX - 1_000_000).step_by(999_983) {
            let real = 1.0 / (1.0 + f64::from(x) / UNIT);
            assert!((f64::from(one_over_one_plus(x)) / UNIT - real).abs() < 1e-7, "{x}");
        }
        for x in [1, 3, 1 << 19, 700_000, 123_456_789, i32::MAX] {
            let real = 1.0 / (f64::from(x) / f64::from(1 << 19));
            let (result, bits) = reciprocal(x, 12);
            let found = f64::from(result) / UNIT / libm::exp2(f64::from(bits));
            assert!((found / real - 1.0).abs() < 1e-7, "1 / {x}: {found}, not {real}");
        }
    }
}
