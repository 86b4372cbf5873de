//! Normalizations.

use featherlite_ir::ValueId;
use featherlite_schema::BuiltinOperator;

use super::activation::with_scalar;
use crate::Result;
use crate::build::Builder;

/// What batch normalization has learnt, one number for each channel.
pub(crate) struct BatchNorm<'a> {
    pub(crate) mean: &'a [f32],
    pub(crate) variance: &'a [f32],
    pub(crate) gamma: Option<&'a [f32]>,
    pub(crate) beta: Option<&'a [f32]>,
    pub(crate) epsilon: f32,
}

/// Batch normalization with settled statistics: MUL and ADD with constants, which passes fold into convolutions. The
/// constants have the shape `sizes`, which has as many elements as there are channels.
pub(crate) fn batch_norm(
    b: &mut Builder<'_>,
    x: ValueId,
    norm: &BatchNorm<'_>,
    sizes: &[usize],
) -> Result<ValueId> {
    let channels = norm.mean.len();
    let mut scales = Vec::with_capacity(channels);
    let mut offsets = Vec::with_capacity(channels);
    for channel in 0..channels {
        let at = |values: &[f32], default| values.get(channel).copied().unwrap_or(default);
        let gamma = norm.gamma.map_or(1.0, |gamma| at(gamma, 1.0));
        let scale = 1.0 / (at(norm.variance, 1.0) + norm.epsilon).sqrt() * gamma;
        scales.push(scale);
        offsets.push(norm.beta.map_or(0.0, |beta| at(beta, 0.0)) - norm.mean[channel] * scale);
    }
    let scales = b.constant(sizes, &scales)?;
    let offsets = b.constant(sizes, &offsets)?;
    let scaled = b.binary(BuiltinOperator::MUL, x, scales)?;
    b.binary(BuiltinOperator::ADD, scaled, offsets)
}

/// `(x - mean) / sqrt(variance + epsilon)` along `axes`, times `gamma` plus `beta` where they are given.
pub(crate) fn layer_norm(
    b: &mut Builder<'_>,
    x: ValueId,
    axes: &[i32],
    gamma: Option<ValueId>,
    beta: Option<ValueId>,
    epsilon: f32,
) -> Result<ValueId> {
    let mean = b.reduce(BuiltinOperator::MEAN, x, axes, true)?;
    let squares = b.binary(BuiltinOperator::SQUARED_DIFFERENCE, x, mean)?;
    let variance = b.reduce(BuiltinOperator::MEAN, squares, axes, true)?;
    let variance = with_scalar(b, BuiltinOperator::ADD, variance, epsilon)?;
    let scale = b.unary(BuiltinOperator::RSQRT, variance)?;
    let centered = b.binary(BuiltinOperator::SUB, x, mean)?;
    let scaled = b.binary(BuiltinOperator::MUL, centered, scale)?;
    let scaled = gamma.map_or(Ok(scaled), |gamma| b.binary(BuiltinOperator::MUL, scaled, gamma))?;
    beta.map_or(Ok(scaled), |beta| b.binary(BuiltinOperator::ADD, scaled, beta))
}

/// `x / sqrt(mean(x²) + epsilon)` along `axes`, times `gamma` where it is given.
pub(crate) fn rms_norm(
    b: &mut Builder<'_>,
    x: ValueId,
    axes: &[i32],
    gamma: Option<ValueId>,
    epsilon: f32,
) -> Result<ValueId> {
    let squares = b.unary(BuiltinOperator::SQUARE, x)?;
    let mean = b.reduce(BuiltinOperator::MEAN, squares, axes, true)?;
    let mean = with_scalar(b, BuiltinOperator::ADD, mean, epsilon)?;
    let scale = b.unary(BuiltinOperator::RSQRT, mean)?;
    let scaled = b.binary(BuiltinOperator::MUL, x, scale)?;
    gamma.map_or(Ok(scaled), |gamma| b.binary(BuiltinOperator::MUL, scaled, gamma))
}
