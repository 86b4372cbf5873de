//! Elementary functions on `f32`, the same on every platform.
//!
//! Each is computed in `f64` and rounded once, which gives the correctly rounded `f32` in all but a handful of
//! cases; this is what the 8-bit tables and the reference kernels stand on.

macro_rules! through_f64 {
    ($($name:ident)*) => {$(
        #[doc = concat!("`", stringify!($name), "(x)`.")]
        pub fn $name(x: f32) -> f32 {
            libm::$name(f64::from(x)) as f32
        }
    )*};
}

through_f64! { exp expm1 log log1p tanh sin cos erf erfc }

/// `x` to the power of `y`.
pub fn pow(x: f32, y: f32) -> f32 {
    libm::pow(f64::from(x), f64::from(y)) as f32
}

/// Square root, correctly rounded.
pub fn sqrt(x: f32) -> f32 {
    libm::sqrtf(x)
}

/// The nearest integer, halves away from zero (C's `round`).
pub fn round(x: f32) -> f32 {
    libm::roundf(x)
}

/// The nearest integer, halves to even.
#[inline]
pub fn round_even(x: f32) -> f32 {
    // From here on `f32` has no fractions, so the addition rounds.
    const WHOLE: f32 = 8_388_608.0;
    let whole = WHOLE.copysign(x);
    let rounded = ((x + whole) - whole).copysign(x);
    if x.abs() < WHOLE { rounded } else { x }
}

/// The largest integer not above `x`.
#[inline]
pub fn floor(x: f32) -> f32 {
    let nearest = round_even(x);
    if nearest > x { nearest - 1.0 } else { nearest }
}

/// The smallest integer not below `x`.
#[inline]
pub fn ceil(x: f32) -> f32 {
    let nearest = round_even(x);
    if nearest < x { (nearest + 1.0).copysign(x) } else { nearest }
}

/// The integer part of `x`.
pub fn trunc(x: f32) -> f32 {
    libm::truncf(x)
}

/// `1 / (1 + exp(-x))`.
pub fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// The nearest integer, halves away from zero, cut to the range of `i32`; 0 for NaN. Unlike [`round`] it is nothing
/// but an addition and a conversion, so that loops over it become vector code.
///
/// The constant is the largest number below one half: its addition can not carry a value just below a half over to the
/// next integer, and still carries a half.
#[inline]
pub fn round_to_i32(x: f32) -> i32 {
    (x + 0.499_999_97_f32.copysign(x)) as i32
}

/// As [`round_to_i32`].
#[inline]
pub fn round_f64_to_i32(x: f64) -> i32 {
    (x + 0.499_999_999_999_999_94_f64.copysign(x)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_by_addition_is_rounding() {
        let below = |x: f32| f32::from_bits(x.to_bits() - 1);
        let below_f64 = |x: f64| f64::from_bits(x.to_bits() - 1);
        for exponent in 0..24 {
            for base in [0.0, 1.0, 3.0, (1u32 << exponent) as f32, (1u32 << exponent) as f32 + 1.0] {
                for x in [base, base + 0.5, below(base + 0.5), below(base + 1.0), base + 0.25] {
                    for x in [x, -x] {
                        assert_eq!(round_to_i32(x), libm::roundf(x) as i32, "{x:e}");
                    }
                }
                for x in [base.into(), f64::from(base) + 0.5, below_f64(f64::from(base) + 0.5)] {
                    for x in [x, -x] {
                        assert_eq!(round_f64_to_i32(x), libm::round(x) as i32, "{x:e}");
                    }
                }
            }
        }
        assert_eq!([f32::INFINITY, -1e20, f32::NAN].map(round_to_i32), [i32::MAX, i32::MIN, 0]);
        assert_eq!([1e20, f64::NEG_INFINITY, f64::NAN].map(round_f64_to_i32), [i32::MAX, i32::MIN, 0]);
    }

    #[test]
    fn rounding_is_exact() {
        let mut bits = 0u32;
        loop {
            let x = f32::from_bits(bits);
            for (ours, exact) in
                [(round_even(x), libm::rintf(x)), (floor(x), libm::floorf(x)), (ceil(x), libm::ceilf(x))]
            {
                assert!(
                    ours.to_bits() == exact.to_bits() || (ours.is_nan() && exact.is_nan()),
                    "{x}: {ours} {exact}"
                );
            }
            match bits.checked_add(9973) {
                Some(next) => bits = next,
                None => break,
            }
        }
    }
}
