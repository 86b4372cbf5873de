//! Convolutions with weights `[out, kh, kw, in / groups]`.

mod pointwise;
pub mod reference;
mod weights;
mod windows;

use featherlite_base::{Error, Result};
use featherlite_simd::Level;

use crate::batch_norm::{GradientSums, Moments};
use crate::shape::{check, product};
use crate::{Gradients, Nhwc, Source, Window};

/// A convolution: output channel `o` of group `g` is the sum over the filter's window and the input channels of `g`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Conv2d {
    /// Sizes of the input.
    pub input: Nhwc,
    /// Channels of the output.
    pub out_channels: usize,
    /// The filter's size, steps and padding.
    pub window: Window,
    /// Parts that input and output channels are cut into, in order; each output channel reads one part.
    pub groups: usize,
}

impl Conv2d {
    /// Sizes of the output.
    ///
    /// # Errors
    /// If the window does not fit the input, channels are not a multiple of the groups, or sizes overflow.
    pub fn output(&self) -> Result<Nhwc> {
        let Self { input, out_channels, groups, .. } = *self;
        if groups == 0 || !input.channels.is_multiple_of(groups) || !out_channels.is_multiple_of(groups) {
            return Err(Error::invalid_shape(format!(
                "conv_2d: {} input and {out_channels} output channels in {groups} groups",
                input.channels
            )));
        }
        self.window.output_of(input, out_channels)
    }

    /// Number of weights.
    ///
    /// # Errors
    /// As [`Conv2d::output`].
    pub fn weights_len(&self) -> Result<usize> {
        self.output()?;
        let [height, width] = self.window.kernel;
        product(&[self.out_channels, height, width, self.group_in()])
    }

    /// `y = conv(x, w)`.
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
    /// As [`Conv2d::forward`].
    pub fn input_gradient(&self, level: Level, dy: &[f32], w: &[f32], dx: &mut [f32]) -> Result<()> {
        self.check(dx.len(), w.len(), dy.len())?;
        self.differentiate(
            level,
            (Source::Given(&[]), w),
            Source::Given(dy),
            Gradients::new(Some(dx), None),
        )?;
        Ok(())
    }

    /// Writes the gradient of `w` that follows from the gradient `dy` of the output.
    ///
    /// # Errors
    /// As [`Conv2d::forward`].
    pub fn weight_gradient(&self, level: Level, x: &[f32], dy: &[f32], dw: &mut [f32]) -> Result<()> {
        self.check(x.len(), dw.len(), dy.len())?;
        let gradients = Gradients::new(None, Some(dw));
        self.differentiate(level, (Source::Given(x), &[]), Source::Given(dy), gradients)?;
        Ok(())
    }

    /// Writes both gradients, which is quicker than one after the other.
    ///
    /// # Errors
    /// As [`Conv2d::forward`].
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
        (x, w): (Source<'_>, &[f32]),
        y: &mut [f32],
        observe: bool,
    ) -> Result<Vec<Moments>> {
        if y.is_empty() || self.input.is_empty() {
            y.fill(0.0);
            Ok(Vec::new())
        } else if self.window.is_pointwise() {
            pointwise::forward(self, level, (x, w), y, observe)
        } else {
            x.whole(level, self.input.len()?, |x| windows::forward(self, level, (x, w), y, observe))
        }
    }

    /// Computes the gradients that are asked for, of operands that fit, and the sums of an observer over parts of
    /// the batch; `x` serves the gradient of the weights and `w` that of the inputs.
    pub(crate) fn differentiate(
        &self,
        level: Level,
        (x, w): (Source<'_>, &[f32]),
        dy: Source<'_>,
        mut gradients: Gradients<'_>,
    ) -> Result<Vec<GradientSums>> {
        if self.output()?.is_empty() || self.input.is_empty() {
            gradients.clear();
            Ok(Vec::new())
        } else if self.window.is_pointwise() {
            pointwise::backward(self, level, (x, w), dy, gradients)
        } else {
            x.whole(level, self.input.len()?, |x| windows::backward(self, level, (x, w), dy, gradients))
        }
    }

    /// Input channels that an output channel reads.
    fn group_in(&self) -> usize {
        self.input.channels / self.groups
    }

    pub(crate) fn check(&self, x: usize, w: usize, y: usize) -> Result<()> {
        let slices =
            [("x", x, self.input.len()?), ("w", w, self.weights_len()?), ("y", y, self.output()?.len()?)];
        check("conv_2d", &slices)
    }
}
