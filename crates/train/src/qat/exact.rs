//! Convolutions as integer kernels compute them: for evaluation, where nothing needs a gradient.
//!
//! Simulated sums are floating-point numbers, and once in a million they fall on the other side of a half. Every layer
//! makes more of such a difference, so that networks are evaluated without it.

use burn::tensor::Tensor;
use featherlite_base::DType;
use featherlite_base::fixed_point::Multiplier;
use featherlite_quant::params::{Levels, Params};
use featherlite_train_kernels::{Activation, Convolution};
use rayon::iter::ParallelIterator;
use rayon::slice::ParallelSliceMut;

use super::simulation::{Layout, Simulation, factors, folded_bias};
use crate::Result;
use crate::forward::constant;
use crate::graph::{Convolve, Kind, Step};
use crate::parameters::{Source, numbers};

/// Pixels, and elements, that a thread takes at once.
const PIXELS: usize = 256;
const ELEMENTS: usize = 1 << 14;

impl Simulation {
    /// What a convolution of 8-bit activations gives; nothing where it is not all integers yet, or sums do not fit `f32`.
    pub(crate) fn exact(
        &self,
        index: usize,
        step: &Step,
        (x, convolution): (&Tensor<4>, Convolution),
        source: &dyn Source,
    ) -> Result<Option<Tensor<4>>> {
        let (Kind::Convolve(convolve), [input]) = (&step.kind, &step.inputs[..]) else { return Ok(None) };
        let (Some((_, input)), Some((levels, output))) = (self.form(*input), self.form(index)) else {
            return Ok(None);
        };
        if levels.dtype != DType::I8 || (convolve.norm.is_some() && !self.has_frozen_norms()) {
            return Ok(None);
        }
        let (weights, bias, scales) = self.integers(index, step, convolve, input.scale, source)?;
        let len = weights.len();
        let device = x.device();
        let integers = constant(levels_of(numbers(x.clone())?, input.scale), x.dims(), &device);
        let sums = crate::backend::convolve(integers, constant(weights, [len], &device), convolution);
        let shape = sums.dims();
        let factor = |scale: &f32| f64::from(input.scale) * f64::from(*scale) / f64::from(output.scale);
        let factors: Vec<f64> = scales.iter().map(factor).collect();
        let multipliers: Vec<Multiplier> = factors.iter().copied().map(Multiplier::from_real).collect();
        let (least, greatest) = bounds(convolve.activation, levels, output);
        let (mut values, channels) = (numbers(sums)?, multipliers.len());
        values.par_chunks_mut(PIXELS * channels).for_each(|part| {
            for (channel, value) in
                part.chunks_exact_mut(channels).flat_map(|pixel| pixel.iter_mut().enumerate())
            {
                let sum = (*value as i32).saturating_add(bias[channel]);
                let level = match convolve.is_dense {
                    true => (f64::from(sum) * factors[channel]).round() as i32,
                    false => multipliers[channel].apply(sum),
                };
                let level = level.saturating_add(output.zero_point).clamp(least, greatest);
                *value = output.scale * (level - output.zero_point) as f32;
            }
        });
        Ok(Some(constant(values, shape, &device)))
    }

    /// Weights behind batch normalization as integers, biases as integers, and the scales of weights.
    fn integers(
        &self,
        index: usize,
        step: &Step,
        convolve: &Convolve,
        input_scale: f32,
        source: &dyn Source,
    ) -> Result<(Vec<f32>, Vec<i32>, Vec<f32>)> {
        let mut weights = numbers(source.tensor(&step.parameter("kernel"))?)?;
        let factors = factors(step, convolve, source)?;
        let layout = Layout::of(step, convolve, weights.len());
        let bias = folded_bias(step, convolve, source, &factors)?;
        let scales = self.scales(index, step, &layout, &weights, (&factors, &bias));
        let Levels { least, greatest, .. } = self.weight_levels();
        for (place, weight) in weights.iter_mut().enumerate() {
            let channel = layout.channel(place);
            let level = (*weight * factors[channel] / scales[channel]).round();
            *weight = level.clamp(least as f32, greatest as f32);
        }
        let level =
            |(bias, scale): (&f32, &f32)| (f64::from(*bias) / f64::from(input_scale * scale)).round() as i32;
        let bias = bias.iter().zip(&scales).map(level).collect();
        Ok((weights, bias, scales))
    }
}

/// Multiples of a scale as the integers that they are, without the zero point.
fn levels_of(mut values: Vec<f32>, scale: f32) -> Vec<f32> {
    // A number of this size has no room for fractions: adding it rounds.
    const WHOLE: f32 = 1.5 * (1 << 23) as f32;
    values.par_chunks_mut(ELEMENTS).for_each(|part| {
        part.iter_mut().for_each(|value| *value = *value / scale + WHOLE - WHOLE);
    });
    values
}

/// The levels that a fused activation leaves.
fn bounds(activation: Activation, levels: Levels, output: Params) -> (i32, i32) {
    let level = |real: f32| levels.quantize(real, output);
    match activation {
        Activation::Relu => (level(0.0), levels.greatest),
        Activation::Relu6 => (level(0.0), level(6.0)),
        _ => (levels.least, levels.greatest),
    }
}
