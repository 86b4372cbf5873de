//! Convolutions with weights `[out, kh, kw, in / groups]`.

mod fast;
pub mod reference;

use featherlite_base::{Error, Result};
use featherlite_simd::Level;

use crate::shape::{check, product};
use crate::{Nhwc, Window};

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
        fast::forward(self, level, x, w, y)
    }

    /// Writes the gradient of `x` that follows from the gradient `dy` of the output.
    ///
    /// # Errors
    /// As [`Conv2d::forward`].
    pub fn input_gradient(&self, level: Level, dy: &[f32], w: &[f32], dx: &mut [f32]) -> Result<()> {
        self.check(dx.len(), w.len(), dy.len())?;
        fast::input_gradient(self, level, dy, w, dx)
    }

    /// Writes the gradient of `w` that follows from the gradient `dy` of the output.
    ///
    /// # Errors
    /// As [`Conv2d::forward`].
    pub fn weight_gradient(&self, level: Level, x: &[f32], dy: &[f32], dw: &mut [f32]) -> Result<()> {
        self.check(x.len(), dw.len(), dy.len())?;
        fast::weight_gradient(self, level, x, dy, dw)
    }

    /// Input channels that an output channel reads.
    fn group_in(&self) -> usize {
        self.input.channels / self.groups
    }

    fn check(&self, x: usize, w: usize, y: usize) -> Result<()> {
        let slices =
            [("x", x, self.input.len()?), ("w", w, self.weights_len()?), ("y", y, self.output()?.len()?)];
        check("conv_2d", &slices)
    }
}
