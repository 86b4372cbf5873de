//! What the methods of [`Activation`] compute.

use super::Activation;
use crate::Float;

/// The function at `x`.
pub fn value<F: Float>(activation: Activation, x: F) -> F {
    let x = x.to_f64();
    F::from_f64(match activation {
        Activation::None => x,
        Activation::Relu => x.max(0.0),
        Activation::Relu6 => x.clamp(0.0, 6.0),
        Activation::HardSwish => x * (x + 3.0).clamp(0.0, 6.0) / 6.0,
        Activation::HardSigmoid => (x + 3.0).clamp(0.0, 6.0) / 6.0,
        Activation::Swish => x * sigmoid(x),
        Activation::Sigmoid => sigmoid(x),
    })
}

/// Its derivative at `x`; 0 at corners with a flat side.
pub fn derivative<F: Float>(activation: Activation, x: F) -> F {
    let x = x.to_f64();
    let within = |low: f64, high: f64| if x > low && x < high { 1.0 } else { 0.0 };
    F::from_f64(match activation {
        Activation::None => 1.0,
        Activation::Relu => within(0.0, f64::INFINITY),
        Activation::Relu6 => within(0.0, 6.0),
        Activation::HardSwish if x >= 3.0 => 1.0,
        Activation::HardSwish => within(-3.0, 3.0) * (2.0 * x + 3.0) / 6.0,
        Activation::HardSigmoid => within(-3.0, 3.0) / 6.0,
        Activation::Swish => sigmoid(x) * (1.0 + x * (1.0 - sigmoid(x))),
        Activation::Sigmoid => sigmoid(x) * (1.0 - sigmoid(x)),
    })
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_are_those_of_the_values() {
        for activation in Activation::ALL {
            for step in -60..=70 {
                let x = f64::from(step) * 0.13 + 0.001;
                let difference = value(activation, x + 1e-6) - value(activation, x - 1e-6);
                let error = (difference / 2e-6 - derivative(activation, x)).abs();
                assert!(error < 1e-8, "{activation:?} at {x}: {error}");
            }
        }
    }
}
