//! The functions as types, so that loops over elements are compiled for each.

use super::Activation;

/// An activation, branch-free so that loops over it become vector code.
pub(crate) trait Function {
    fn value(x: f32) -> f32;
    fn derivative(x: f32) -> f32;
}

/// What is done with a function once it is known which.
pub(crate) trait Visit {
    type Output;
    fn visit<F: Function>(self) -> Self::Output;
}

impl Activation {
    pub(crate) fn visit<V: Visit>(self, visit: V) -> V::Output {
        match self {
            Activation::None => visit.visit::<Identity>(),
            Activation::Relu => visit.visit::<Relu>(),
            Activation::Relu6 => visit.visit::<Relu6>(),
            Activation::HardSwish => visit.visit::<HardSwish>(),
            Activation::HardSigmoid => visit.visit::<HardSigmoid>(),
            Activation::Swish => visit.visit::<Swish>(),
            Activation::Sigmoid => visit.visit::<Sigmoid>(),
        }
    }
}

struct Identity;
struct Relu;
struct Relu6;
struct HardSwish;
struct HardSigmoid;
struct Swish;
struct Sigmoid;

impl Function for Identity {
    #[inline(always)]
    fn value(x: f32) -> f32 {
        x
    }

    #[inline(always)]
    fn derivative(_: f32) -> f32 {
        1.0
    }
}

impl Function for Relu {
    #[inline(always)]
    fn value(x: f32) -> f32 {
        if x < 0.0 { 0.0 } else { x }
    }

    #[inline(always)]
    fn derivative(x: f32) -> f32 {
        if x > 0.0 { 1.0 } else { 0.0 }
    }
}

impl Function for Relu6 {
    #[inline(always)]
    fn value(x: f32) -> f32 {
        bounded(x, 0.0, 6.0)
    }

    #[inline(always)]
    fn derivative(x: f32) -> f32 {
        if (x > 0.0) & (x < 6.0) { 1.0 } else { 0.0 }
    }
}

impl Function for HardSwish {
    #[inline(always)]
    fn value(x: f32) -> f32 {
        x * bounded(x + 3.0, 0.0, 6.0) * (1.0 / 6.0)
    }

    #[inline(always)]
    fn derivative(x: f32) -> f32 {
        let slope = if x > -3.0 { x * (1.0 / 3.0) + 0.5 } else { 0.0 };
        if x < 3.0 { slope } else { 1.0 }
    }
}

impl Function for HardSigmoid {
    #[inline(always)]
    fn value(x: f32) -> f32 {
        bounded(x + 3.0, 0.0, 6.0) * (1.0 / 6.0)
    }

    #[inline(always)]
    fn derivative(x: f32) -> f32 {
        if (x > -3.0) & (x < 3.0) { 1.0 / 6.0 } else { 0.0 }
    }
}

impl Function for Swish {
    #[inline(always)]
    fn value(x: f32) -> f32 {
        x * sigmoid(x)
    }

    #[inline(always)]
    fn derivative(x: f32) -> f32 {
        let sigmoid = sigmoid(x);
        sigmoid * (1.0 + x * (1.0 - sigmoid))
    }
}

impl Function for Sigmoid {
    #[inline(always)]
    fn value(x: f32) -> f32 {
        sigmoid(x)
    }

    #[inline(always)]
    fn derivative(x: f32) -> f32 {
        let sigmoid = sigmoid(x);
        sigmoid * (1.0 - sigmoid)
    }
}

/// `x` between bounds; NaN passes. Unlike [`f32::clamp`] it becomes vector code.
#[inline(always)]
pub(crate) fn bounded(x: f32, min: f32, max: f32) -> f32 {
    let x = if x < min { min } else { x };
    if x > max { max } else { x }
}

#[inline(always)]
fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// `e^x` within 2 units in the last place, for `x` cut to where `f32` can hold the result.
///
/// `x = n ln 2 + r` with `r` at most half of `ln 2`; `e^r` is the sum of its series, of which the first that is left
/// out is below `2^-27`.
#[inline(always)]
fn exp(x: f32) -> f32 {
    /// Adding it leaves the nearest integer in the low bits.
    const ROUND: f32 = 12_582_912.0;
    /// `ln 2`, the first part with so few bits that products with `n` are exact.
    const LN_2: (f32, f32) = (0.693_359_4, -2.121_944_4e-4);
    let x = bounded(x, -87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN_2.0) - n * LN_2.1;
    let mut series = 1.0 / 5040.0;
    series = series * r + 1.0 / 720.0;
    series = series * r + 1.0 / 120.0;
    series = series * r + 1.0 / 24.0;
    series = series * r + 1.0 / 6.0;
    series = series * r + 0.5;
    series = series * r + 1.0;
    series = series * r + 1.0;
    let exponent = (shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127)) << 23;
    series * f32::from_bits(exponent)
}

#[cfg(test)]
mod tests {
    use super::exp;

    #[test]
    fn exponentials_are_close() {
        for step in -8700..8800 {
            let x = step as f32 * 0.01;
            let expected = f64::from(x).exp();
            let error = (f64::from(exp(x)) / expected - 1.0).abs();
            assert!(error < 2.5e-7, "{x}: {error}");
        }
        assert!(exp(f32::NAN).is_nan());
        assert!(exp(-1e9) < 1e-37 && exp(1e9) > 1e38);
    }
}
