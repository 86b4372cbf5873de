use featherlite_base::Result;
use featherlite_simd::Level;

use super::{Conv2d, reference};

pub(super) fn forward(conv: &Conv2d, _level: Level, x: &[f32], w: &[f32], y: &mut [f32]) -> Result<()> {
    reference::forward(conv, x, w, y)
}

pub(super) fn input_gradient(
    conv: &Conv2d,
    _level: Level,
    dy: &[f32],
    w: &[f32],
    dx: &mut [f32],
) -> Result<()> {
    reference::input_gradient(conv, dy, w, dx)
}

pub(super) fn weight_gradient(
    conv: &Conv2d,
    _level: Level,
    x: &[f32],
    dy: &[f32],
    dw: &mut [f32],
) -> Result<()> {
    reference::weight_gradient(conv, x, dy, dw)
}
