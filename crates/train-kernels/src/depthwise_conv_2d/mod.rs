//! Convolutions of each channel with a filter of its own; weights `[kh, kw, channels]`.

mod fast;
pub mod reference;

use featherlite_base::Result;
use featherlite_simd::Level;

use crate::shape::{check, product};
use crate::{Nhwc, Window};

/// A convolution whose output channel `c` reads input channel `c` alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DepthwiseConv2d {
    /// Sizes of the input.
    pub input: Nhwc,
    /// The filter's size, steps and padding.
    pub window: Window,
}

impl DepthwiseConv2d {
    /// Sizes of the output.
    ///
    /// # Errors
    /// If the window does not fit the input, or sizes overflow.
    pub fn output(&self) -> Result<Nhwc> {
        self.window.output_of(self.input, self.input.channels)
    }

    /// Number of weights.
    ///
    /// # Errors
    /// If it overflows.
    pub fn weights_len(&self) -> Result<usize> {
        let [height, width] = self.window.kernel;
        product(&[height, width, self.input.channels])
    }

    /// `y = depthwise_conv(x, w)`.
    ///
    /// # Errors
    /// If the sizes do not fit together or the slices do not have them.
    pub fn forward(&self, level: Level, x: &[f32], w: &[f32], y: &mut [f32]) -> Result<()> {
        self.check(x.len(), w.len(), y.len())?;
        fast::forward(self, level, x, w, y)
    }

    /// Writes the gradient of `x` that follows from the gradient `dy` of the output.
    ///
    /// # Errors
    /// As [`DepthwiseConv2d::forward`].
    pub fn input_gradient(&self, level: Level, dy: &[f32], w: &[f32], dx: &mut [f32]) -> Result<()> {
        self.check(dx.len(), w.len(), dy.len())?;
        fast::input_gradient(self, level, dy, w, dx)
    }

    /// Writes the gradient of `w` that follows from the gradient `dy` of the output.
    ///
    /// # Errors
    /// As [`DepthwiseConv2d::forward`].
    pub fn weight_gradient(&self, level: Level, x: &[f32], dy: &[f32], dw: &mut [f32]) -> Result<()> {
        self.check(x.len(), dw.len(), dy.len())?;
        fast::weight_gradient(self, level, x, dy, dw)
    }

    fn check(&self, x: usize, w: usize, y: usize) -> Result<()> {
        let slices =
            [("x", x, self.input.len()?), ("w", w, self.weights_len()?), ("y", y, self.output()?.len()?)];
        check("depthwise_conv_2d", &slices)
    }
}
