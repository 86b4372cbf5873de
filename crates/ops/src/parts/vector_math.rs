//! Elementary functions on whole `f32` vectors, for recurrent operators: a few units in the last place off, but in
//! loops that become vector code. The reference kernels take `base::math` instead.

use featherlite_base::{Result, math};
use featherlite_schema::ActivationFunctionType;
use featherlite_simd::Level;

use super::activation;
use crate::core::Setup;

/// `exp(x)`; results below the smallest normal number are not exact, those above the greatest number stay finite.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // Adding this makes the low bits of a float a whole number.
    const WHOLE: f32 = 12_582_912.0;
    let x = if x > 88.0 { 88.0 } else { x };
    let x = if x < -87.0 { -87.0 } else { x };
    let shifted = x * core::f32::consts::LOG2_E + WHOLE;
    let power = shifted - WHOLE;
    // ln 2 in two parts, so that the rest of the division is exact.
    let rest = x - power * 0.693_359_4 + power * 2.121_944_4e-4;
    let series = 0.5
        + rest
            * (0.166_666_66
                + rest * (0.041_665_795 + rest * (8.333_452e-3 + rest * (1.398_2e-3 + rest * 1.987_569e-4))));
    let fraction = 1.0 + rest + rest * rest * series;
    let exponent = (shifted.to_bits() << 23).wrapping_add(127 << 23);
    fraction * f32::from_bits(exponent)
}

#[inline(always)]
fn logistic_of(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

#[inline(always)]
fn tanh_of(x: f32) -> f32 {
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
            self.run(|| values.iter_mut().for_each(|x| *x = logistic_of(*x)));
        }
    }

    /// Hyperbolic tangent.
    pub fn tanh(self, values: &mut [f32]) {
        if self.reference {
            values.iter_mut().for_each(|x| *x = math::tanh(*x));
        } else {
            self.run(|| values.iter_mut().for_each(|x| *x = tanh_of(*x)));
        }
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

    #[test]
    fn functions_are_close_to_the_real_ones() {
        let close = |found: f32, real: f64, what: &str, x: f32| {
            let error = (f64::from(found) - real).abs();
            assert!(error <= real.abs() * 4e-7, "{what}({x}) = {found}, not {real}");
        };
        for step in -80_000..=80_000 {
            let x = step as f32 * 1e-3;
            close(exp(x), libm::exp(f64::from(x)), "exp", x);
            close(tanh_of(x), libm::tanh(f64::from(x)), "tanh", x);
            close(logistic_of(x), 1.0 / (1.0 + libm::exp(-f64::from(x))), "logistic", x);
        }
        assert!(tanh_of(f32::NAN).is_nan() && logistic_of(f32::NAN).is_nan());
        assert_eq!((tanh_of(f32::INFINITY), tanh_of(-1e30), tanh_of(0.0)), (1.0, -1.0, 0.0));
        assert_eq!(logistic_of(f32::INFINITY), 1.0);
        assert!(logistic_of(f32::NEG_INFINITY) < 1e-37);
    }
}
