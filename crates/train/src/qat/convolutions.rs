//! Convolutions and dense layers as integer kernels take them: weights and biases as the exported file will hold them.

use featherlite_base::{DType, Quantization};
use featherlite_ir::{Op, Value};
use featherlite_quant::params::Levels;
use featherlite_quant::recipe::Grain;
use featherlite_schema::{ActivationFunctionType, BuiltinOperator, Padding as Same, owned};

use super::kernels::{Form, Kernel, fused, stored};
use super::simulation::{Layout, Simulation, factors, folded_bias};
use crate::Result;
use crate::graph::{Convolve, Step};
use crate::parameters::{Source, numbers};

impl Simulation {
    /// A convolution of activations of a form; nothing while batch normalization moves, so that it is not all integers yet.
    pub(super) fn convolution(
        &self,
        index: usize,
        step: &Step,
        convolve: &Convolve,
        (levels, input): Form,
        source: &dyn Source,
    ) -> Result<Option<Kernel>> {
        let Some(activation) = fused(convolve.activation) else { return Ok(None) };
        if convolve.norm.is_some() && !self.has_frozen_norms() {
            return Ok(None);
        }
        let constants = self.constants(index, step, convolve, (levels, input.scale), source)?;
        Ok(Some(Kernel { op: op(convolve, activation), constants, padding: convolve.window.padding }))
    }

    /// Weights behind batch normalization, and the bias at the scales of sums.
    fn constants(
        &self,
        index: usize,
        step: &Step,
        convolve: &Convolve,
        (levels, input_scale): (Levels, f32),
        source: &dyn Source,
    ) -> Result<Vec<Value>> {
        let weights = numbers(source.tensor(&step.parameter("kernel"))?)?;
        let factors = factors(step, convolve, source)?;
        let layout = Layout::of(step, convolve, weights.len());
        let bias = folded_bias(step, convolve, source, &factors)?;
        let scales = self.scales(index, step, &layout, &weights, (&factors, &bias));
        let Levels { least, greatest, .. } = self.weight_levels();
        let level = |(place, weight): (usize, &f32)| {
            let channel = layout.channel(place);
            let level = (weight * factors[channel] / scales[channel]).round();
            level.clamp(least as f32, greatest as f32) as i8 as u8
        };
        let weights: Vec<u8> = weights.iter().enumerate().map(level).collect();
        let units: Vec<f32> = scales.iter().map(|scale| input_scale * scale).collect();
        let sums =
            bias.iter().zip(&units).map(|(&bias, &unit)| (f64::from(bias) / f64::from(unit)).round() as i64);
        let (dtype, sums): (DType, Vec<u8>) = match levels.dtype == DType::I16 {
            true => (DType::I64, sums.flat_map(i64::to_le_bytes).collect()),
            false => {
                let cut = |sum: i64| sum.clamp(i32::MIN.into(), i32::MAX.into()) as i32;
                (DType::I32, sums.flat_map(|sum| cut(sum).to_le_bytes()).collect())
            }
        };
        let quantized = |mut scales: Vec<f32>, axis: usize| {
            if self.scheme().grain == Grain::Tensor {
                scales.truncate(1);
            }
            let zero_points = vec![0; scales.len()];
            Quantization::per_axis(scales, zero_points, axis)
        };
        let (shape, axis) = shape(convolve, weights.len(), bias.len());
        Ok(vec![
            stored("weights", DType::I8, &shape, weights).with_quantization(quantized(scales, axis)),
            stored("bias", dtype, &[bias.len()], sums).with_quantization(quantized(units, 0)),
        ])
    }
}

/// The shape of weights in a file, and their axis of channels.
fn shape(convolve: &Convolve, elements: usize, channels: usize) -> (Vec<usize>, usize) {
    let ([height, width], channels) = (convolve.window.kernel, channels.max(1));
    let depth = elements / channels;
    match (convolve.is_depthwise, convolve.is_dense) {
        (true, _) => (vec![1, height, width, channels], 3),
        (_, true) => (vec![channels, depth], 0),
        _ => (vec![channels, height, width, depth / (height * width).max(1)], 0),
    }
}

fn op(convolve: &Convolve, fused_activation_function: ActivationFunctionType) -> Op {
    let [stride_h, stride_w] = convolve.window.stride.map(|stride| stride as i32);
    let padding = Same::VALID;
    if convolve.is_depthwise {
        let options = owned::DepthwiseConv2DOptions {
            padding,
            stride_h,
            stride_w,
            depth_multiplier: 1,
            fused_activation_function,
            ..owned::DepthwiseConv2DOptions::default()
        };
        Op::with(BuiltinOperator::DEPTHWISE_CONV_2D, options)
    } else if convolve.is_dense {
        let options = owned::FullyConnectedOptions {
            fused_activation_function,
            ..owned::FullyConnectedOptions::default()
        };
        Op::with(BuiltinOperator::FULLY_CONNECTED, options)
    } else {
        let options = owned::Conv2DOptions {
            padding,
            stride_h,
            stride_w,
            fused_activation_function,
            ..owned::Conv2DOptions::default()
        };
        Op::with(BuiltinOperator::CONV_2D, options)
    }
}
