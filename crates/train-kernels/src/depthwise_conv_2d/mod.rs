//! Convolutions of each channel with a filter of its own; weights `[kh, kw, channels]`.

mod backward;
mod forward;
pub mod reference;

use featherlite_base::Result;
use featherlite_simd::Level;

use crate::batch_norm::Moments;
use crate::output_gradient::OutputGradient;
use crate::shape::{check, product};
use crate::{Gradients, Nhwc, Window};

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
        self.compute(level, (x, w), y, false)?;
        Ok(())
    }

    /// Writes the gradient of `x` that follows from the gradient `dy` of the output.
    ///
    /// # Errors
    /// As [`DepthwiseConv2d::forward`].
    pub fn input_gradient(&self, level: Level, dy: &[f32], w: &[f32], dx: &mut [f32]) -> Result<()> {
        self.check(dx.len(), w.len(), dy.len())?;
        let gradients = Gradients { dx: Some(dx), dw: None };
        self.differentiate(level, (&[], w), OutputGradient::Given(dy), gradients)
    }

    /// Writes the gradient of `w` that follows from the gradient `dy` of the output.
    ///
    /// # Errors
    /// As [`DepthwiseConv2d::forward`].
    pub fn weight_gradient(&self, level: Level, x: &[f32], dy: &[f32], dw: &mut [f32]) -> Result<()> {
        self.check(x.len(), dw.len(), dy.len())?;
        let gradients = Gradients { dx: None, dw: Some(dw) };
        self.differentiate(level, (x, &[]), OutputGradient::Given(dy), gradients)
    }

    /// Writes both gradients, which is quicker than one after the other.
    ///
    /// # Errors
    /// As [`DepthwiseConv2d::forward`].
    pub fn backward(
        &self,
        level: Level,
        (x, w, dy): (&[f32], &[f32], &[f32]),
        dx: &mut [f32],
        dw: &mut [f32],
    ) -> Result<()> {
        self.check(x.len(), w.len(), dy.len())?;
        self.check(dx.len(), dw.len(), dy.len())?;
        self.differentiate(level, (x, w), OutputGradient::Given(dy), Gradients { dx: Some(dx), dw: Some(dw) })
    }

    /// Computes the output, and moments of its parts if they are to be observed, of operands that fit.
    pub(crate) fn compute(
        &self,
        level: Level,
        operands: (&[f32], &[f32]),
        y: &mut [f32],
        observe: bool,
    ) -> Result<Vec<Moments>> {
        if y.is_empty() || self.input.is_empty() {
            y.fill(0.0);
            return Ok(Vec::new());
        }
        Ok(forward::run(self, self.output()?, level, operands, y, observe))
    }

    /// Computes the gradients that are asked for, of operands that fit; `x` serves that of the weights and `w` that of the inputs.
    pub(crate) fn differentiate(
        &self,
        level: Level,
        operands: (&[f32], &[f32]),
        dy: OutputGradient<'_>,
        mut gradients: Gradients<'_>,
    ) -> Result<()> {
        let output = self.output()?;
        if output.is_empty() || self.input.is_empty() {
            gradients.clear();
        } else {
            backward::run(self, output, level, operands, dy, gradients);
        }
        Ok(())
    }

    pub(crate) fn check(&self, x: usize, w: usize, y: usize) -> Result<()> {
        let slices =
            [("x", x, self.input.len()?), ("w", w, self.weights_len()?), ("y", y, self.output()?.len()?)];
        check("depthwise_conv_2d", &slices)
    }
}
