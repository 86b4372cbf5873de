//! Normalizations.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator, owned};

use crate::build::Builder;
use crate::import::compose::activation::with_scalar;
use crate::import::compose::normalization::{BatchNorm, batch_norm, layer_norm, rms_norm};
use crate::import::compose::shape::{self, Extent};
use crate::import::keras::apply;
use crate::import::keras::config::Config;
use crate::import::keras::context::Context;
use crate::import::keras::network::Layer;
use crate::import::keras::rules::Rule;
use crate::import::keras::slots::Slots;
use crate::{Error, Result};

pub(super) static RULES: &[Rule] = &[
    Rule::new(&["BatchNormalization", "BatchNormalizationV1", "SyncBatchNormalization"], "MUL, ADD", batch)
        .with_slots(|layer| Ok(affine(layer)?.and_fixed(2))),
    Rule::new(&["LayerNormalization"], "MEAN, SQUARED_DIFFERENCE, ADD, RSQRT, SUB, MUL", layer_normalization)
        .with_slots(affine),
    Rule::new(&["GroupNormalization"], "RESHAPE, MEAN, SQUARED_DIFFERENCE, ADD, RSQRT, SUB, MUL", group)
        .with_slots(affine),
    Rule::new(&["RMSNormalization"], "SQUARE, MEAN, ADD, RSQRT, MUL", rms)
        .with_slots(|_| Ok(Slots::trained(1))),
    Rule::new(
        &["UnitNormalization"],
        "L2_NORMALIZATION, SQUARE, SUM, MAXIMUM, RSQRT, MUL",
        unit_normalization,
    ),
    Rule::new(&["SpectralNormalization"], "as the layer inside", spectral)
        .with_slots(|layer| Ok(Slots::default().and_fixed(1).with("layer", Slots::inside(layer, "layer")?))),
];

/// Gamma and beta, which a layer may go without.
fn affine(layer: &Layer) -> Result<Slots> {
    let config = layer.config();
    Ok(Slots::trained(usize::from(config.bool("scale", true)?) + usize::from(config.bool("center", true)?)))
}

/// The numbers of the variables gamma and beta, and how many there are of the two.
fn affine_variables(config: Config<'_>) -> Result<(Option<usize>, Option<usize>, usize)> {
    let (scale, center) = (config.bool("scale", true)?, config.bool("center", true)?);
    let gamma = scale.then_some(0);
    let beta = center.then_some(usize::from(scale));
    Ok((gamma, beta, usize::from(scale) + usize::from(center)))
}

/// Gamma, beta, and the settled mean and variance.
fn batch(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let (x, config) = (context.x()?, context.config());
    let (gamma, beta, first) = affine_variables(config)?;
    let gamma = gamma.map(|index| context.floats(index)).transpose()?;
    let beta = beta.map(|index| context.floats(index)).transpose()?;
    let (mean, variance) = (context.floats(first)?, context.floats(first + 1)?);
    let rank = context.b.rank(x)?;
    let axis = config.ints("axis")?.and_then(|axes| axes.first().copied()).unwrap_or(-1);
    let axis = shape::axis(axis, rank)?;
    let sizes: Vec<usize> =
        std::iter::once(mean.len()).chain(std::iter::repeat_n(1, rank - axis - 1)).collect();
    let norm = BatchNorm {
        mean: &mean,
        variance: &variance,
        gamma: gamma.as_deref(),
        beta: beta.as_deref(),
        epsilon: config.float_or("epsilon", 1e-3)?,
    };
    Ok(vec![batch_norm(context.b, x, &norm, &sizes)?])
}

/// The axes that a setting names, from the start, in order.
fn axes(context: &Context<'_, '_>, x: ValueId, default: i64) -> Result<Vec<i32>> {
    let rank = context.b.rank(x)?;
    let axes = context.config().ints("axis")?.unwrap_or_else(|| vec![default]);
    let mut axes =
        axes.into_iter().map(|axis| Ok(shape::axis(axis, rank)? as i32)).collect::<Result<Vec<_>>>()?;
    axes.sort_unstable();
    Ok(axes)
}

/// Variable `index`, whose dimensions are `axes` of `x`, shaped to be multiplied with `x`.
fn along(context: &mut Context<'_, '_>, index: usize, x: ValueId, axes: &[i32]) -> Result<ValueId> {
    let variable = context.variable(index)?;
    let rank = context.b.rank(x)?;
    let sizes = context.b.fixed_dims(variable)?;
    let is_last = axes.iter().rev().zip((0..rank as i32).rev()).all(|(&axis, last)| axis == last);
    if is_last || sizes.len() != axes.len() {
        return Ok(variable);
    }
    let mut shape = vec![1; rank];
    axes.iter().zip(sizes).for_each(|(&axis, size)| shape[axis as usize] = size as i64);
    context.b.reshape(variable, &shape)
}

fn layer_normalization(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let (x, config) = (context.x()?, context.config());
    let axes = axes(context, x, -1)?;
    let epsilon = config.float_or("epsilon", 1e-3)?;
    if config.bool("rms_scaling", false)? {
        let gamma = along(context, 0, x, &axes)?;
        return Ok(vec![rms_norm(context.b, x, &axes, Some(gamma), epsilon)?]);
    }
    let (gamma, beta, _) = affine_variables(config)?;
    let gamma = gamma.map(|index| along(context, index, x, &axes)).transpose()?;
    let beta = beta.map(|index| along(context, index, x, &axes)).transpose()?;
    Ok(vec![layer_norm(context.b, x, &axes, gamma, beta, epsilon)?])
}

fn rms(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    let axes = axes(context, x, -1)?;
    let gamma = along(context, 0, x, &axes)?;
    let epsilon = context.config().float_or("epsilon", 1e-6)?;
    Ok(vec![rms_norm(context.b, x, &axes, Some(gamma), epsilon)?])
}

/// The channels of `x` in groups, each normalized over its channels and all positions.
fn group(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let (x, config) = (context.x()?, context.config());
    let sizes = shape::extents(context.b, x)?;
    let axis = shape::axis(config.int_or("axis", -1)?, sizes.len())?;
    let Extent::Fixed(channels) = sizes[axis] else {
        return Err(Error::unsupported("a normalization of groups of channels whose number is open"));
    };
    let groups = match config.int_or("groups", 32)? {
        -1 => channels,
        groups => usize::try_from(groups).unwrap_or(0),
    };
    if groups == 0 || !channels.is_multiple_of(groups) {
        return Err(Error::invalid(format!("{channels} channels in {groups} groups")));
    }
    let mut grouped = sizes.clone();
    grouped.splice(axis..=axis, [Extent::Fixed(groups), Extent::Fixed(channels / groups)]);
    let reduced: Vec<i32> = (1..grouped.len()).filter(|&at| at != axis).map(|at| at as i32).collect();
    let (gamma, beta, _) = affine_variables(config)?;
    let epsilon = config.float_or("epsilon", 1e-3)?;
    let x = shape::reshape(context.b, x, &grouped)?;
    let normalized = layer_norm(context.b, x, &reduced, None, None, epsilon)?;
    let mut made = shape::reshape(context.b, normalized, &sizes)?;
    for (index, op) in [(gamma, BuiltinOperator::MUL), (beta, BuiltinOperator::ADD)] {
        if let Some(index) = index {
            let variable = along(context, index, made, &[axis as i32])?;
            made = context.b.binary(op, made, variable)?;
        }
    }
    Ok(vec![made])
}

fn unit_normalization(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    let axes = axes(context, x, -1)?;
    Ok(vec![unit(context.b, x, &axes, 1e-12)?])
}

/// `x` scaled to length 1 along `axes`; squares of lengths below `epsilon` count as `epsilon`.
pub(super) fn unit(b: &mut Builder<'_>, x: ValueId, axes: &[i32], epsilon: f32) -> Result<ValueId> {
    if axes == [b.rank(x)? as i32 - 1] {
        return b.add(Op::with(BuiltinOperator::L2_NORMALIZATION, owned::L2NormOptions::default()), &[x]);
    }
    let squares = b.unary(BuiltinOperator::SQUARE, x)?;
    let sum = b.reduce(BuiltinOperator::SUM, squares, axes, true)?;
    let sum = with_scalar(b, BuiltinOperator::MAXIMUM, sum, epsilon)?;
    let scale = b.unary(BuiltinOperator::RSQRT, sum)?;
    b.binary(BuiltinOperator::MUL, x, scale)
}

/// A layer whose kernel has been normalized while it was trained.
fn spectral(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let layer = context.config().layer("layer")?;
    let (x, variables) = (context.x()?, context.child("layer")?);
    apply::values(&mut context.inner(&layer, variables, x))
}
