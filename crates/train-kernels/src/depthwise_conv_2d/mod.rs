//! Convolutions of each channel with a filter of its own; weights `[kh, kw, channels]`.

mod backward;
mod forward;
pub mod reference;
mod ring;

use featherlite_base::Result;
use featherlite_simd::Level;

use crate::batch_norm::{GradientSums, Moments};
use crate::shape::{check, product};
use crate::{Gradients, Nhwc, Source, Window};

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
        self.compute(level, (Source::Given(x), w), y, false)?;
        Ok(())
    }

    /// Writes the gradient of `x` that follows from the gradient `dy` of the output.
    ///
    /// # Errors
    /// As [`DepthwiseConv2d::forward`].
    pub fn input_gradient(&self, level: Level, dy: &[f32], w: &[f32], dx: &mut [f32]) -> Result<()> {
        self.check(dx.len(), w.len(), dy.len())?;
        let gradients = Gradients::new(Some(dx), None);
        self.differentiate(level, (Source::Given(&[]), w), Source::Given(dy), gradients)?;
        Ok(())
    }

    /// Writes the gradient of `w` that follows from the gradient `dy` of the output.
    ///
    /// # Errors
    /// As [`DepthwiseConv2d::forward`].
    pub fn weight_gradient(&self, level: Level, x: &[f32], dy: &[f32], dw: &mut [f32]) -> Result<()> {
        self.check(x.len(), dw.len(), dy.len())?;
        let gradients = Gradients::new(None, Some(dw));
        self.differentiate(level, (Source::Given(x), &[]), Source::Given(dy), gradients)?;
        Ok(())
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
        self.differentiate(
            level,
            (Source::Given(x), w),
            Source::Given(dy),
            Gradients::new(Some(dx), Some(dw)),
        )?;
        Ok(())
    }

    /// Computes the output, and moments of its parts if they are to be observed, of operands that fit.
    pub(crate) fn compute(
        &self,
        level: Level,
        operands: (Source<'_>, &[f32]),
        y: &mut [f32],
        observe: bool,
    ) -> Result<Vec<Moments>> {
        if y.is_empty() || self.input.is_empty() {
            y.fill(0.0);
            return Ok(Vec::new());
        }
        Ok(forward::run(self, self.output()?, level, operands, y, observe))
    }

    /// Computes the gradients that are asked for, of operands that fit, and the sums of an observer over parts of
    /// the batch; `x` serves the gradient of the weights and `w` that of the inputs.
    pub(crate) fn differentiate(
        &self,
        level: Level,
        operands: (Source<'_>, &[f32]),
        dy: Source<'_>,
        mut gradients: Gradients<'_>,
    ) -> Result<Vec<GradientSums>> {
        let output = self.output()?;
        if output.is_empty() || self.input.is_empty() {
            gradients.clear();
            return Ok(Vec::new());
        }
        Ok(backward::run(self, output, level, operands, dy, gradients))
    }

    pub(crate) fn check(&self, x: usize, w: usize, y: usize) -> Result<()> {
        let slices =
            [("x", x, self.input.len()?), ("w", w, self.weights_len()?), ("y", y, self.output()?.len()?)];
        check("depthwise_conv_2d", &slices)
    }
}
