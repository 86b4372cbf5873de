//! A convolution with batch normalization and activation behind it, which pass each other parts that are still in the cache.

use featherlite_base::Result;
use featherlite_simd::Level;

use crate::batch_norm::{GradientSums, InputGradient, Moments, Observer, Scale};
use crate::{Activation, BatchNorm, Conv2d, DepthwiseConv2d, Gradients, Nhwc, Norm, Source, Statistics};

/// Either kind of convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Convolution {
    /// Channels mix.
    Full(Conv2d),
    /// Channels stay apart.
    Depthwise(DepthwiseConv2d),
}

impl Convolution {
    /// Sizes of the input.
    pub fn input(&self) -> Nhwc {
        match self {
            Self::Full(conv) => conv.input,
            Self::Depthwise(conv) => conv.input,
        }
    }

    /// Sizes of the output.
    ///
    /// # Errors
    /// As [`Conv2d::output`].
    pub fn output(&self) -> Result<Nhwc> {
        match self {
            Self::Full(conv) => conv.output(),
            Self::Depthwise(conv) => conv.output(),
        }
    }

    /// Number of weights.
    ///
    /// # Errors
    /// As [`Conv2d::output`].
    pub fn weights_len(&self) -> Result<usize> {
        match self {
            Self::Full(conv) => conv.weights_len(),
            Self::Depthwise(conv) => conv.weights_len(),
        }
    }

    pub(crate) fn compute(
        &self,
        level: Level,
        operands: (Source<'_>, &[f32]),
        y: &mut [f32],
        observe: bool,
    ) -> Result<Vec<Moments>> {
        match self {
            Self::Full(conv) => conv.compute(level, operands, y, observe),
            Self::Depthwise(conv) => conv.compute(level, operands, y, observe),
        }
    }

    pub(crate) fn differentiate(
        &self,
        level: Level,
        operands: (Source<'_>, &[f32]),
        dy: Source<'_>,
        gradients: Gradients<'_>,
    ) -> Result<Vec<GradientSums>> {
        match self {
            Self::Full(conv) => conv.differentiate(level, operands, dy, gradients),
            Self::Depthwise(conv) => conv.differentiate(level, operands, dy, gradients),
        }
    }

    pub(crate) fn check(&self, x: usize, w: usize, y: usize) -> Result<()> {
        match self {
            Self::Full(conv) => conv.check(x, w, y),
            Self::Depthwise(conv) => conv.check(x, w, y),
        }
    }
}

/// `z = batch_norm(y)` with `y = convolution(x, w)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConvBatchNorm {
    /// The convolution.
    pub convolution: Convolution,
    /// See [`BatchNorm`].
    pub epsilon: f32,
    /// See [`BatchNorm`].
    pub activation: Activation,
    /// See [`BatchNorm`].
    pub statistics: Statistics,
}

/// Where gradients go. That of the input is not computed if nobody asks.
pub struct ConvBatchNormGradients<'a> {
    /// Of the input.
    pub dx: Option<&'a mut [f32]>,
    /// Of the weights.
    pub dw: Option<&'a mut [f32]>,
    /// Of the normalization's scale.
    pub dgamma: &'a mut [f32],
    /// Of the normalization's offset.
    pub dbeta: &'a mut [f32],
}

impl ConvBatchNorm {
    /// The normalization of the output.
    ///
    /// # Errors
    /// As [`Conv2d::output`].
    pub fn batch_norm(&self) -> Result<BatchNorm> {
        let output = self.convolution.output()?;
        let &Self { epsilon, activation, statistics, .. } = self;
        Ok(BatchNorm { rows: output.pixels()?, channels: output.channels, epsilon, activation, statistics })
    }

    /// Writes the convolution's output with its mean and biased variance for each channel; [`BatchNorm::forward`] makes of them
    /// what the next layer reads.
    ///
    /// # Errors
    /// If the sizes do not fit together or the slices do not have them.
    pub fn convolve(
        &self,
        level: Level,
        (x, w): (&[f32], &[f32]),
        y: &mut [f32],
        mean: &mut [f32],
        variance: &mut [f32],
    ) -> Result<()> {
        self.convolution.check(x.len(), w.len(), y.len())?;
        let batch_norm = self.batch_norm()?;
        batch_norm.check_statistics(y.len(), mean.len(), variance.len())?;
        let moments = self.convolution.compute(level, (Source::Given(x), w), y, true)?;
        Moments::merge(batch_norm.channels, moments).write(mean, variance);
        Ok(())
    }

    /// Writes the gradients that follow from the gradient `dz` of the normalized and activated output, for `y` as
    /// [`ConvBatchNorm::convolve`] wrote it.
    ///
    /// # Errors
    /// If the slices do not have the sizes.
    pub fn backward(
        &self,
        level: Level,
        (x, w): (&[f32], &[f32]),
        (y, norm, dz): (&[f32], Norm<'_>, &[f32]),
        gradients: ConvBatchNormGradients<'_>,
    ) -> Result<()> {
        let ConvBatchNormGradients { dx, dw, dgamma, dbeta } = gradients;
        let (dx_len, dw_len) =
            (dx.as_ref().map_or(x.len(), |dx| dx.len()), dw.as_ref().map_or(w.len(), |dw| dw.len()));
        self.convolution.check(x.len(), w.len(), y.len())?;
        self.convolution.check(dx_len, dw_len, dz.len())?;
        let batch_norm = self.batch_norm()?;
        batch_norm.check_backward(&(y, norm, dz), y.len(), dgamma.len(), dbeta.len())?;
        let scale = Scale::new(&batch_norm, &norm);
        let sums = Observer::new(y, &scale, norm.mean).total(level, dz);
        let of = InputGradient::new(&level.into(), &batch_norm, &norm, &scale, &sums, dgamma, dbeta);
        let dy = Source::Gradient { y, dz, of: &of };
        self.convolution.differentiate(level, (Source::Given(x), w), dy, Gradients::new(dx, dw))?;
        Ok(())
    }
}
