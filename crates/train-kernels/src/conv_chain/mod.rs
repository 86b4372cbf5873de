//! Layers of convolution, batch normalization and activation, one behind the other, whose results between them are never
//! in memory: the next layer makes them, part by part, of what the convolution before it wrote.

mod packed;

pub use packed::PackedParameters;

use featherlite_base::{Error, Result};
use featherlite_simd::Level;

use crate::batch_norm::{InputGradient, Moments, Observer, Scale};
use crate::shape::check;
use crate::{Buffer, ConvBatchNorm, Gradients, Norm, Place, Rounding, Source, Statistics, parallel};

/// Elements that a thread takes at once where it adds.
const CHUNK: usize = 32 * 1024;

/// `z = layer_n(… layer_1(x))`, to which `x` may be added: an inverted residual, for example.
#[derive(Clone, Debug, PartialEq)]
pub struct ConvChain {
    /// The layers in order; each takes what the one before it gives.
    pub layers: Vec<ConvBatchNorm>,
    /// Whether the input is added to the output.
    pub is_residual: bool,
}

/// The trained numbers of a layer.
#[derive(Clone, Copy, Debug)]
pub struct LayerParameters<'a> {
    /// Weights of the convolution.
    pub w: &'a [f32],
    /// Scale of the normalization.
    pub gamma: &'a [f32],
    /// Offset of the normalization.
    pub beta: &'a [f32],
    /// What results behind the activation are rounded to, with the powers of two of all channels.
    pub rounding: Option<(Rounding, &'a [f32])>,
}

/// What the forward pass of a layer leaves for the backward pass.
#[derive(Debug)]
pub struct LayerState<'a> {
    /// The output of the convolution.
    pub y: &'a mut [f32],
    /// Its mean for each channel; with [`Statistics::Frozen`] that to be used.
    pub mean: &'a mut [f32],
    /// Its biased variance for each channel; with [`Statistics::Frozen`] that to be used.
    pub variance: &'a mut [f32],
    /// Where the least and the greatest result behind the activation go, before rounding, of those that the next layer reads;
    /// not looked at if nobody asks.
    pub range: Option<&'a mut [f32; 2]>,
}

/// As [`LayerState`], to read.
#[derive(Clone, Copy, Debug)]
pub struct SavedLayerState<'a> {
    /// See [`LayerState`].
    pub y: &'a [f32],
    /// See [`LayerState`].
    pub mean: &'a [f32],
    /// See [`LayerState`].
    pub variance: &'a [f32],
}

/// Where the gradients of a layer's parameters go.
#[derive(Debug)]
pub struct LayerGradients<'a> {
    /// Of the weights, if anybody asks.
    pub dw: Option<&'a mut [f32]>,
    /// Of the normalization's scale.
    pub dgamma: &'a mut [f32],
    /// Of the normalization's offset.
    pub dbeta: &'a mut [f32],
}

impl LayerState<'_> {
    fn write_range(&mut self, scale: &Scale) {
        if let (Some(to), Some(range)) = (self.range.as_deref_mut(), scale.range()) {
            *to = range;
        }
    }
}

impl ConvChain {
    /// Writes the output `z`, and for each layer what the backward pass needs.
    ///
    /// # Errors
    /// If layers do not fit together, or slices do not have their sizes.
    pub fn forward<'p>(
        &self,
        place: impl Into<Place<'p>>,
        x: &[f32],
        parameters: &[LayerParameters<'_>],
        states: &mut [LayerState<'_>],
        z: &mut [f32],
    ) -> Result<()> {
        let place = place.into();
        let level = place.level;
        self.check(x.len(), z.len(), &[("parameters", parameters.len()), ("states", states.len())])?;
        let mut scale: Option<Scale> = None;
        for (index, layer) in self.layers.iter().enumerate() {
            let (before, state) = states.split_at_mut(index);
            let (parameters, state) = (&parameters[index], &mut state[0]);
            let input = match (before.last(), &scale) {
                (Some(before), Some(scale)) => Source::Normalized { y: before.y, scale },
                _ => Source::Given(x),
            };
            let input_len = before.last().map_or(x.len(), |before| before.y.len());
            layer.convolution.check(input_len, parameters.w.len(), state.y.len())?;
            let batch_norm = layer.batch_norm()?;
            let is_observed = layer.statistics == Statistics::Batch;
            batch_norm.check(state.y.len(), &norm(parameters, &saved(state)), &[])?;
            let moments = layer.convolution.compute(level, (input, parameters.w), state.y, is_observed)?;
            if is_observed {
                let moments = Moments::merge(batch_norm.channels, moments).shared(&place);
                moments.write(state.mean, state.variance);
            }
            if let (Some(before), Some(scale)) = (before.last_mut(), &scale) {
                before.write_range(scale);
            }
            let norm = norm(parameters, &saved(state));
            let next = Scale::new(&batch_norm, &norm).rounded(parameters.rounding)?;
            scale = Some(next.observed(state.range.is_some()));
        }
        if let (Some(state), Some(scale)) = (states.last_mut(), &scale) {
            scale.apply_all(level, state.y, z);
            state.write_range(scale);
        }
        if self.is_residual {
            add(level, z, x);
        }
        Ok(())
    }

    /// Writes the gradients that follow from the gradient `dz` of the output; that of the input if it is asked for.
    ///
    /// # Errors
    /// If layers do not fit together, or slices do not have their sizes.
    pub fn backward<'p>(
        &self,
        place: impl Into<Place<'p>>,
        (x, dz): (&[f32], &[f32]),
        parameters: &[LayerParameters<'_>],
        states: &[SavedLayerState<'_>],
        gradients: &mut [LayerGradients<'_>],
        mut dx: Option<&mut [f32]>,
    ) -> Result<()> {
        let lists =
            [("parameters", parameters.len()), ("states", states.len()), ("gradients", gradients.len())];
        self.check(x.len(), dz.len(), &lists)?;
        check("conv_chain", &[("dx", dx.as_ref().map_or(x.len(), |dx| dx.len()), x.len())])?;
        let mut scales = Vec::new();
        for (index, layer) in self.layers.iter().enumerate() {
            let (parameters, state, gradients) = (&parameters[index], &states[index], &gradients[index]);
            let input_len = if index == 0 { x.len() } else { states[index - 1].y.len() };
            let dw_len = gradients.dw.as_ref().map_or(parameters.w.len(), |dw| dw.len());
            layer.convolution.check(input_len, parameters.w.len(), state.y.len())?;
            layer.convolution.check(input_len, dw_len, state.y.len())?;
            let (batch_norm, norm) = (layer.batch_norm()?, norm(parameters, state));
            let lens = (gradients.dgamma.len(), gradients.dbeta.len());
            batch_norm.check_backward(&(state.y, norm, state.y), state.y.len(), lens.0, lens.1)?;
            scales.push(Scale::new(&batch_norm, &norm).rounded(parameters.rounding)?);
        }
        let largest = states.iter().rev().skip(1).map(|state| state.y.len()).max().unwrap_or(0);
        let [mut a, mut b] = [Buffer::new(largest), Buffer::new(largest)];
        let place = place.into();
        let pass = Backward { chain: self, place, x, parameters, states, scales: &scales };
        pass.run(dz, gradients, dx.as_deref_mut(), [&mut a, &mut b])?;
        if let (true, Some(dx)) = (self.is_residual, dx) {
            add(place.level, dx, dz);
        }
        Ok(())
    }

    fn check(&self, x: usize, z: usize, lists: &[(&str, usize)]) -> Result<()> {
        let (Some(first), Some(last)) = (self.layers.first(), self.layers.last()) else {
            return Err(Error::invalid_shape("conv_chain: no layers"));
        };
        for (before, behind) in self.layers.iter().zip(self.layers.iter().skip(1)) {
            let (output, input) = (before.convolution.output()?, behind.convolution.input());
            if output != input {
                return Err(Error::invalid_shape(format!("conv_chain: {output:?} behind {input:?}")));
            }
        }
        let (input, output) = (first.convolution.input(), last.convolution.output()?);
        if self.is_residual && input != output {
            return Err(Error::invalid_shape(format!("conv_chain: {input:?} is added to {output:?}")));
        }
        check("conv_chain", &[("x", x, input.len()?), ("z", z, output.len()?)])?;
        let lists: Vec<_> = lists.iter().map(|&(name, len)| (name, len, self.layers.len())).collect();
        check("conv_chain", &lists)
    }
}

/// The backward pass over checked operands.
struct Backward<'a> {
    chain: &'a ConvChain,
    place: Place<'a>,
    x: &'a [f32],
    parameters: &'a [LayerParameters<'a>],
    states: &'a [SavedLayerState<'a>],
    scales: &'a [Scale],
}

impl Backward<'_> {
    /// From the last layer to the first; `memory` holds gradients between layers in turn.
    fn run(
        &self,
        dz: &[f32],
        gradients: &mut [LayerGradients<'_>],
        mut dx: Option<&mut [f32]>,
        memory: [&mut [f32]; 2],
    ) -> Result<()> {
        let Self { chain, place, parameters, states, scales, .. } = self;
        let level = &place.level;
        let [mut dz_memory, mut dx_memory] = memory;
        let mut sums = None;
        for (index, layer) in chain.layers.iter().enumerate().rev() {
            let (state, scale, gradients) = (&states[index], &scales[index], &mut gradients[index]);
            let batch_norm = layer.batch_norm()?;
            let dz = if index + 1 == chain.layers.len() { dz } else { &dz_memory[..state.y.len()] };
            let sums_here =
                sums.take().unwrap_or_else(|| Observer::new(state.y, scale, state.mean).total(*level, dz));
            let norm = norm(&parameters[index], state);
            let (dgamma, dbeta) = (&mut *gradients.dgamma, &mut *gradients.dbeta);
            let of = InputGradient::new(place, &batch_norm, &norm, scale, &sums_here, dgamma, dbeta);
            let dy = Source::Gradient { y: state.y, dz, of: &of };
            let (w, dw) = (parameters[index].w, gradients.dw.as_deref_mut());
            if index == 0 {
                let gradients = Gradients::new(dx.as_deref_mut(), dw);
                layer.convolution.differentiate(*level, (Source::Given(self.x), w), dy, gradients)?;
                continue;
            }
            let (before, scale) = (&states[index - 1], &scales[index - 1]);
            let observer = Observer::new(before.y, scale, before.mean);
            let gradients =
                Gradients { dx: Some(&mut dx_memory[..before.y.len()]), dw, observer: Some(&observer) };
            let input = Source::Normalized { y: before.y, scale };
            let observed = layer.convolution.differentiate(*level, (input, w), dy, gradients)?;
            sums = Some(observer.merge(observed));
            std::mem::swap(&mut dz_memory, &mut dx_memory);
        }
        Ok(())
    }
}

fn norm<'a>(parameters: &LayerParameters<'a>, state: &SavedLayerState<'a>) -> Norm<'a> {
    Norm { gamma: parameters.gamma, beta: parameters.beta, mean: state.mean, variance: state.variance }
}

fn saved<'a>(state: &'a LayerState<'_>) -> SavedLayerState<'a> {
    SavedLayerState { y: state.y, mean: state.mean, variance: state.variance }
}

/// `to += from`.
fn add(level: Level, to: &mut [f32], from: &[f32]) {
    let chunks = to.chunks_mut(CHUNK).zip(from.chunks(CHUNK)).collect();
    parallel::for_each(chunks, |(to, from): (&mut [f32], &[f32])| {
        level.vectorize(
            #[inline(always)]
            || {
                for (to, from) in to.iter_mut().zip(from) {
                    *to += from;
                }
            },
        );
    });
}
