use featherlite_base::Result;
use featherlite_simd::Level;

use super::{BatchNorm, Norm, reference};

pub(super) fn statistics(
    batch_norm: &BatchNorm,
    _: Level,
    x: &[f32],
    mean: &mut [f32],
    variance: &mut [f32],
) -> Result<()> {
    reference::statistics(batch_norm, x, mean, variance)
}

pub(super) fn forward(
    batch_norm: &BatchNorm,
    _: Level,
    x: &[f32],
    norm: Norm<'_>,
    y: &mut [f32],
) -> Result<()> {
    reference::forward(batch_norm, x, norm, y)
}

pub(super) fn backward(
    batch_norm: &BatchNorm,
    _: Level,
    inputs: (&[f32], Norm<'_>, &[f32]),
    dx: &mut [f32],
    dgamma: &mut [f32],
    dbeta: &mut [f32],
) -> Result<()> {
    reference::backward(batch_norm, inputs, dx, dgamma, dbeta)
}
