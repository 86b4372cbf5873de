//! DEPTHWISE_CONV_2D of images with one channel, which is CONV_2D with other weights: where there is one, a matrix product.

use alloc::boxed::Box;

use featherlite_base::Result;

use super::{BIAS, F32_BLOCKS, Geometry, I8_BLOCKS, WEIGHTS};
use crate::conv_2d;
use crate::core::{Kernel, Plan};
use crate::parts::convolution::Layer;

/// FLOAT32.
pub(super) fn float(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let Geometry { batch, rows, columns, input_channels, .. } = geometry;
    match input_channels {
        1 => conv_2d::one_channel_float(plan, layer, batch, [rows, columns]),
        _ => (F32_BLOCKS.kernel)(plan, layer, geometry),
    }
}

/// INT8.
pub(super) fn integer(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let Geometry { batch, rows, columns, input_channels, .. } = geometry;
    let (weights, bias) = (plan.node.input(WEIGHTS)?, plan.node.optional(BIAS));
    match weights.is_constant && bias.is_none_or(|bias| bias.is_constant) && input_channels == 1 {
        true => conv_2d::one_channel_integer(plan, layer, batch, [rows, columns]),
        false => (I8_BLOCKS.kernel)(plan, layer, geometry),
    }
}
