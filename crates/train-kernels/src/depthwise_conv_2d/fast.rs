use featherlite_base::Result;
use featherlite_simd::Level;

use super::{DepthwiseConv2d, reference};

pub(super) fn forward(conv: &DepthwiseConv2d, _: Level, x: &[f32], w: &[f32], y: &mut [f32]) -> Result<()> {
    reference::forward(conv, x, w, y)
}

pub(super) fn input_gradient(
    conv: &DepthwiseConv2d,
    _: Level,
    dy: &[f32],
    w: &[f32],
    dx: &mut [f32],
) -> Result<()> {
    reference::input_gradient(conv, dy, w, dx)
}

pub(super) fn weight_gradient(
    conv: &DepthwiseConv2d,
    _: Level,
    x: &[f32],
    dy: &[f32],
    dw: &mut [f32],
) -> Result<()> {
    reference::weight_gradient(conv, x, dy, dw)
}
