//! A chain's parameters as one row of numbers, as frameworks like to hand them over.

use featherlite_base::Result;

use super::{ConvChain, LayerGradients, LayerParameters, LayerState, SavedLayerState};
use crate::shape::check;
use crate::{Buffer, Place, Rounding};

/// Parameters of all layers.
#[derive(Clone, Copy, Debug)]
pub struct PackedParameters<'a> {
    /// For each layer weights, scales and offsets of the normalization.
    pub values: &'a [f32],
    /// For each layer what its results are rounded to, with the powers of two of all channels; empty if none are.
    pub roundings: &'a [Option<(Rounding, Vec<f32>)>],
}

/// Elements of a layer.
#[derive(Clone, Copy)]
struct Sizes {
    weights: usize,
    channels: usize,
    output: usize,
}

impl Sizes {
    fn parameters(&self) -> usize {
        self.weights + 2 * self.channels
    }
}

impl ConvChain {
    /// Number of parameters: for each layer weights, scales and offsets of the normalization.
    ///
    /// # Errors
    /// If a layer's sizes do not fit together.
    pub fn parameters_len(&self) -> Result<usize> {
        Ok(self.sizes()?.iter().map(Sizes::parameters).sum())
    }

    /// Number of statistics: for each layer means and variances of its channels.
    ///
    /// # Errors
    /// If a layer's sizes do not fit together.
    pub fn statistics_len(&self) -> Result<usize> {
        Ok(self.sizes()?.iter().map(|sizes| 2 * sizes.channels).sum())
    }

    /// As [`ConvChain::forward`], with parameters and statistics of all layers one behind the other, and ranges of all layers or none;
    /// returns the outputs of the convolutions, which [`ConvChain::backward_packed`] needs.
    ///
    /// # Errors
    /// As [`ConvChain::forward`].
    pub fn forward_packed<'p>(
        &self,
        place: impl Into<Place<'p>>,
        x: &[f32],
        parameters: PackedParameters<'_>,
        (statistics, ranges): (&mut [f32], &mut [[f32; 2]]),
        z: &mut [f32],
    ) -> Result<Vec<Buffer>> {
        let sizes = self.sizes()?;
        self.check_packed(&parameters, statistics.len())?;
        let mut outputs: Vec<Buffer> = sizes.iter().map(|sizes| Buffer::new(sizes.output)).collect();
        let mut states = Vec::new();
        if !ranges.is_empty() {
            check("conv_chain", &[("ranges", ranges.len(), self.layers.len())])?;
        }
        let (mut rest, mut ranges) = (statistics, ranges.iter_mut());
        for (sizes, y) in sizes.iter().zip(&mut outputs) {
            let (mean, behind) = rest.split_at_mut(sizes.channels);
            let (variance, behind) = behind.split_at_mut(sizes.channels);
            states.push(LayerState { y, mean, variance, range: ranges.next() });
            rest = behind;
        }
        self.forward(place, x, &layers(&sizes, parameters), &mut states, z)?;
        Ok(outputs)
    }

    /// As [`ConvChain::backward`], with gradients of the parameters as these lie in [`ConvChain::forward_packed`], which gave
    /// `outputs` and `statistics`.
    ///
    /// # Errors
    /// As [`ConvChain::backward`].
    pub fn backward_packed<'p>(
        &self,
        place: impl Into<Place<'p>>,
        (x, dz): (&[f32], &[f32]),
        parameters: PackedParameters<'_>,
        (outputs, statistics): (&[Buffer], &[f32]),
        gradients: &mut [f32],
        dx: Option<&mut [f32]>,
    ) -> Result<()> {
        let sizes = self.sizes()?;
        self.check_packed(&parameters, statistics.len())?;
        check("conv_chain", &[("gradients", gradients.len(), parameters.values.len())])?;
        let mut states = Vec::new();
        let mut rest = statistics;
        for (sizes, y) in sizes.iter().zip(outputs) {
            let (mean, behind) = rest.split_at(sizes.channels);
            let (variance, behind) = behind.split_at(sizes.channels);
            states.push(SavedLayerState { y, mean, variance });
            rest = behind;
        }
        let mut layer_gradients = Vec::new();
        let mut rest = gradients;
        for sizes in &sizes {
            let (dw, behind) = rest.split_at_mut(sizes.weights);
            let (dgamma, behind) = behind.split_at_mut(sizes.channels);
            let (dbeta, behind) = behind.split_at_mut(sizes.channels);
            layer_gradients.push(LayerGradients { dw: Some(dw), dgamma, dbeta });
            rest = behind;
        }
        self.backward(place, (x, dz), &layers(&sizes, parameters), &states, &mut layer_gradients, dx)
    }

    fn sizes(&self) -> Result<Vec<Sizes>> {
        let sizes = |layer: &crate::ConvBatchNorm| {
            let output = layer.convolution.output()?;
            let weights = layer.convolution.weights_len()?;
            Ok(Sizes { weights, channels: output.channels, output: output.len()? })
        };
        self.layers.iter().map(sizes).collect()
    }

    fn check_packed(&self, parameters: &PackedParameters<'_>, statistics: usize) -> Result<()> {
        let slices = [
            ("parameters", parameters.values.len(), self.parameters_len()?),
            ("statistics", statistics, self.statistics_len()?),
        ];
        check("conv_chain", &slices)?;
        match parameters.roundings.len() {
            0 => Ok(()),
            roundings => check("conv_chain", &[("roundings", roundings, self.layers.len())]),
        }
    }
}

fn layers<'a>(sizes: &[Sizes], parameters: PackedParameters<'a>) -> Vec<LayerParameters<'a>> {
    let mut rest = parameters.values;
    let mut roundings = parameters.roundings.iter();
    let layer = |sizes: &Sizes| {
        let (w, behind) = rest.split_at(sizes.weights);
        let (gamma, behind) = behind.split_at(sizes.channels);
        let (beta, behind) = behind.split_at(sizes.channels);
        rest = behind;
        let rounding = roundings.next().and_then(Option::as_ref);
        let rounding = rounding.map(|(rounding, grids)| (*rounding, &grids[..]));
        LayerParameters { w, gamma, beta, rounding }
    };
    sizes.iter().map(layer).collect()
}
