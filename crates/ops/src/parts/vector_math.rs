//! Elementary functions of `f32` that make loops vector code: nothing but additions, multiplications and choices, a few
//! units in the last place off. The reference kernels take `base::math` instead.

use core::f32::consts::{FRAC_1_SQRT_2, LOG2_E};

use featherlite_base::{Result, fixed_point_i16, math};
use featherlite_schema::ActivationFunctionType;
use featherlite_simd::Level;

use super::activation::{self, bound};
use crate::core::Setup;

pub(crate) mod kernels;

/// `exp(x)`.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let (power, rest) = divide_by_ln_2(bound(x, (-104.0, 89.0)));
    // In two steps, since neither 2^128 nor 2^-150 is a normal number.
    let half = power >> 1;
    (1.0 + exp_less_one_of(rest)) * power_of_two(half) * power_of_two(power - half)
}

/// `exp(x) - 1` for `x` that are not positive; 0 for others.
#[inline(always)]
pub fn exp_less_one_of_negative(x: f32) -> f32 {
    let (power, rest) = divide_by_ln_2(bound(x, (-87.0, 0.0)));
    let scale = power_of_two(power);
    exp_less_one_of(rest) * scale + (scale - 1.0)
}

/// `1 / (1 + exp(-x))`.
#[inline(always)]
pub fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// Hyperbolic tangent.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let squared = x * x;
    let series = squared
        * (-0.333_332_8
            + squared
                * (0.133_314_42
                    + squared * (-0.053_739_715 + squared * (0.020_639_09 - squared * 5.704_988_7e-3))));
    let small = x + x * series;
    let magnitude = 1.0 - 2.0 / (exp(2.0 * x.abs()) + 1.0);
    if x.abs() < 0.625 { small } else { magnitude.copysign(x) }
}

/// Twice the probability that a standard normal variable is above `x`, for `x` that are not negative: the
/// complementary error function of `x / sqrt(2)`, by a series of Chebyshev polynomials.
#[inline(always)]
pub fn normal_tails(x: f32) -> f32 {
    let t = 1.0 / (1.0 + x * (0.5 * FRAC_1_SQRT_2));
    let series = -0.186_288_06
        + t * (0.278_868_07 + t * (-1.135_204 + t * (1.488_515_9 + t * (-0.822_152_23 + t * 0.170_872_77))));
    let series = -1.265_512_2 + t * (1.000_023_7 + t * (0.374_091_96 + t * (0.096_784_18 + t * series)));
    t * exp(series - 0.5 * x * x)
}

/// The natural logarithm.
#[inline(always)]
pub fn log(x: f32) -> f32 {
    // Numbers that are not normal are brought among those that are.
    let is_tiny = x < f32::MIN_POSITIVE;
    let normal = if is_tiny { x * 8_388_608.0 } else { x };
    let bias = if is_tiny { 23.0 } else { 0.0 };
    // The fraction from sqrt(1/2) to sqrt(2), less 1.
    let above = normal.to_bits().wrapping_sub(SQRT_HALF_BITS);
    let exponent = (above as i32 >> 23) as f32 - bias;
    let x1 = f32::from_bits((above & 0x007f_ffff).wrapping_add(SQRT_HALF_BITS)) - 1.0;
    let squared = x1 * x1;
    let series = 0.333_333_3
        + x1 * (-0.249_999_94
            + x1 * (0.200_007_15
                + x1 * (-0.166_680_58
                    + x1 * (0.142_493_23
                        + x1 * (-0.124_201_41
                            + x1 * (0.116_769_99 + x1 * (-0.115_146_1 + x1 * 0.070_376_84)))))));
    let rest = x1 * squared * series - 2.121_944_4e-4 * exponent - 0.5 * squared;
    let result = x1 + rest + 0.693_359_4 * exponent;
    let result = if x == f32::INFINITY { x } else { result };
    let result = if x == 0.0 { f32::NEG_INFINITY } else { result };
    if x < 0.0 || x.is_nan() { f32::NAN } else { result }
}

/// The bits of the square root of 1/2.
const SQRT_HALF_BITS: u32 = 0x3f35_04f3;

/// The logarithm of 2 in two parts, the first with few bits, so that whole multiples of it are exact.
pub(crate) const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];

/// The series of the exponential of numbers up to `ln(2) / 2`, the highest power first.
pub(crate) const EXP: [f32; 8] =
    [1.987_569e-4, 1.398_2e-3, 8.333_452e-3, 0.041_665_795, 0.166_666_66, 0.5, 1.0, 1.0];

/// `x` as a multiple of ln 2 and a rest.
#[inline(always)]
fn divide_by_ln_2(x: f32) -> (i32, f32) {
    // Adding this makes the low bits of a float a whole number.
    const WHOLE: f32 = 12_582_912.0;
    let shifted = x * LOG2_E + WHOLE;
    let power = shifted - WHOLE;
    let rest = x - power * LN_2[0] - power * LN_2[1];
    (shifted.to_bits().wrapping_sub(WHOLE.to_bits()) as i32, rest)
}

/// `exp(x) - 1` for small `x`.
#[inline(always)]
fn exp_less_one_of(x: f32) -> f32 {
    let [x7, x6, x5, x4, x3, x2, ..] = EXP;
    x + x * x * (x2 + x * (x3 + x * (x4 + x * (x5 + x * (x6 + x * x7)))))
}

/// 2 to the power of `exponent`, if that is a normal number.
#[inline(always)]
fn power_of_two(exponent: i32) -> f32 {
    f32::from_bits((exponent.wrapping_add(127) as u32) << 23)
}

/// How an operator computes its activations.
#[derive(Clone, Copy)]
pub struct Vectors {
    level: Level,
    reference: bool,
}

impl Vectors {
    /// As the session has it.
    pub fn new(setup: Setup) -> Self {
        Self { level: setup.level, reference: setup.reference }
    }

    /// Runs loops compiled for the session's instructions.
    #[inline]
    pub fn run<R>(self, task: impl FnOnce() -> R) -> R {
        self.level.vectorize(task)
    }

    /// `to += from`.
    pub fn add(self, to: &mut [f32], from: &[f32]) {
        self.run(|| to.iter_mut().zip(from).for_each(|(to, from)| *to += from));
    }

    /// `1 / (1 + exp(-x))`.
    pub fn logistic(self, values: &mut [f32]) {
        if self.reference {
            values.iter_mut().for_each(|x| *x = math::logistic(*x));
        } else {
            self.run(|| values.iter_mut().for_each(|x| *x = logistic(*x)));
        }
    }

    /// Hyperbolic tangent.
    pub fn tanh(self, values: &mut [f32]) {
        if self.reference {
            values.iter_mut().for_each(|x| *x = math::tanh(*x));
        } else {
            self.run(|| values.iter_mut().for_each(|x| *x = tanh(*x)));
        }
    }

    /// [`fixed_point_i16::logistic`].
    pub fn logistic_i16(self, values: &mut [i16]) {
        self.run(
            #[inline(always)]
            || {
                for value in values {
                    *value = fixed_point_i16::logistic(*value);
                }
            },
        );
    }

    /// [`fixed_point_i16::tanh_all`].
    pub fn tanh_i16(self, integer_bits: u32, values: &mut [i16]) {
        self.run(
            #[inline(always)]
            || fixed_point_i16::tanh_all(integer_bits, values),
        );
    }
}

/// A fused activation of a recurrent operator.
#[derive(Clone, Copy)]
pub struct Activation {
    vectors: Vectors,
    is_tanh: bool,
    other: Option<fn(f32) -> f32>,
}

impl Activation {
    /// The activation that the file names.
    ///
    /// # Errors
    /// As [`activation::real`].
    pub fn new(setup: Setup, kind: ActivationFunctionType) -> Result<Self> {
        let function = activation::real(kind)?;
        let is_tanh = kind == ActivationFunctionType::TANH;
        let other = (!is_tanh && kind != ActivationFunctionType::NONE).then_some(function);
        Ok(Self { vectors: Vectors::new(setup), is_tanh, other })
    }

    /// Applies it to all values.
    pub fn apply(&self, values: &mut [f32]) {
        if self.is_tanh {
            self.vectors.tanh(values);
        } else if let Some(function) = self.other {
            values.iter_mut().for_each(|x| *x = function(*x));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest error of `function` on `range`, as a part of the result.
    fn error(function: fn(f32) -> f32, real: fn(f64) -> f64, range: core::ops::Range<f32>) -> f64 {
        let step = (range.end - range.start) / 200_000.0;
        (0..200_000).fold(0.0, |worst, index| {
            let x = range.start + index as f32 * step;
            let (found, real) = (f64::from(function(x)), real(f64::from(x)));
            if real == found { worst } else { f64::max(worst, ((found - real) / real).abs()) }
        })
    }

    #[test]
    fn functions_are_close_to_the_real_ones() {
        /// Two units in the last place.
        const CLOSE: f64 = 2.4e-7;
        let normal = |x: f64| libm::erfc(x * core::f64::consts::FRAC_1_SQRT_2);
        for (name, worst, limit) in [
            ("exp", error(exp, libm::exp, -87.3..88.7), CLOSE),
            ("exp - 1", error(exp_less_one_of_negative, libm::expm1, -90.0..0.0), CLOSE),
            ("exp - 1", error(exp_less_one_of_negative, libm::expm1, -2.0..0.0), CLOSE),
            ("logistic", error(logistic, |x| 1.0 / (1.0 + libm::exp(-x)), -87.0..87.0), CLOSE),
            ("tanh", error(tanh, libm::tanh, -12.0..12.0), CLOSE),
            ("tanh", error(tanh, libm::tanh, -1.0..1.0), CLOSE),
            ("log", error(log, libm::log, 1e-3..20.0), CLOSE),
            ("log", error(log, libm::log, 0.9..1.1), CLOSE),
            ("log", error(log, libm::log, 1e-40..1e-38), CLOSE),
            ("log", error(log, libm::log, 1e30..3e38), CLOSE),
            ("normal", error(normal_tails, normal, 0.0..3.0), 8e-7),
            ("normal", error(normal_tails, normal, 0.0..12.0), 1e-5),
        ] {
            assert!(worst <= limit, "{name}: {worst:e}");
        }
    }

    #[test]
    fn extremes_are_right() {
        const INFINITY: f32 = f32::INFINITY;
        assert_eq!([INFINITY, -INFINITY, 0.0, 1000.0, -1000.0].map(exp), [INFINITY, 0.0, 1.0, INFINITY, 0.0]);
        assert!((exp(-95.0) / 5.5e-42 - 1.0).abs() < 0.01);
        assert_eq!([INFINITY, -INFINITY, 0.0, -1e30].map(tanh), [1.0, -1.0, 0.0, -1.0]);
        assert_eq!([INFINITY, -INFINITY, 0.0].map(logistic), [1.0, 0.0, 0.5]);
        assert_eq!([-INFINITY, -0.0, 5.0].map(exp_less_one_of_negative), [-1.0, 0.0, 0.0]);
        assert_eq!([0.0, 100.0].map(|x| (normal_tails(x) * 1e6) as i32), [1_000_000, 0]);
        assert_eq!([INFINITY, 0.0, -0.0, 1.0].map(log), [INFINITY, -INFINITY, -INFINITY, 0.0]);
        assert!(log(-1.0).is_nan() && log(-INFINITY).is_nan());
        for function in [exp, log, tanh, logistic, exp_less_one_of_negative, normal_tails] {
            assert!(function(f32::NAN).is_nan());
        }
    }
}
