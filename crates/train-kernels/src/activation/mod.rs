//! Functions of single numbers, and their derivatives.

pub mod reference;

use featherlite_base::Result;
use featherlite_simd::Level;

use crate::shape::check;

/// A function that is applied to every element.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Activation {
    /// `x`.
    #[default]
    None,
    /// `max(x, 0)`.
    Relu,
    /// `min(max(x, 0), 6)`.
    Relu6,
    /// `x * relu6(x + 3) / 6`.
    HardSwish,
    /// `relu6(x + 3) / 6`.
    HardSigmoid,
    /// `x * sigmoid(x)`, also called SiLU.
    Swish,
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
}

impl Activation {
    /// All of them.
    pub const ALL: [Activation; 7] = [
        Activation::None,
        Activation::Relu,
        Activation::Relu6,
        Activation::HardSwish,
        Activation::HardSigmoid,
        Activation::Swish,
        Activation::Sigmoid,
    ];

    /// `y = f(x)`.
    ///
    /// # Errors
    /// If the slices differ in length.
    pub fn forward(self, _level: Level, x: &[f32], y: &mut [f32]) -> Result<()> {
        check("activation", &[("y", y.len(), x.len())])?;
        for (y, &x) in y.iter_mut().zip(x) {
            *y = reference::value(self, x);
        }
        Ok(())
    }

    /// `dx = dy * f'(x)`. The derivative at a corner is 0 on the flat side.
    ///
    /// # Errors
    /// If the slices differ in length.
    pub fn backward(self, _level: Level, x: &[f32], dy: &[f32], dx: &mut [f32]) -> Result<()> {
        check("activation", &[("dy", dy.len(), x.len()), ("dx", dx.len(), x.len())])?;
        for ((dx, &dy), &x) in dx.iter_mut().zip(dy).zip(x) {
            *dx = dy * reference::derivative(self, x);
        }
        Ok(())
    }
}
