//! Normalizations.

use featherlite_ir::{Dim, Op, ValueId};
use featherlite_schema::{BuiltinOperator as Tflite, owned};

use super::call::{self, Call};
use super::rules::Row;
use super::rules::Rule::{Many, One};
use crate::import::compose::normalization as compose;
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("BatchNormalization", Many(batch, "MUL, ADD")),
    ("GroupNormalization", One(group, "RESHAPE, MEAN, SQUARED_DIFFERENCE, ADD, RSQRT, MUL")),
    ("InstanceNormalization", One(instance, "MEAN, SQUARED_DIFFERENCE, ADD, RSQRT, MUL")),
    ("LRN", One(local_response, "LOCAL_RESPONSE_NORMALIZATION")),
    ("LayerNormalization", Many(layer, "MEAN, SQUARED_DIFFERENCE, ADD, RSQRT, MUL")),
    ("LpNormalization", One(lp, "L2_NORMALIZATION, ABS, SUM, DIV")),
    ("MeanVarianceNormalization", One(mean_variance, "MEAN, SUB, MUL, SQRT, ADD, DIV")),
    ("RMSNormalization", One(root_mean_square, "MUL, MEAN, ADD, RSQRT")),
    ("SimplifiedLayerNormalization", One(root_mean_square, "MUL, MEAN, ADD, RSQRT")),
    ("com.microsoft:SimplifiedLayerNormalization", One(root_mean_square, "MUL, MEAN, ADD, RSQRT")),
    ("com.microsoft:SkipLayerNormalization", Many(skip_layer, "ADD, MEAN, SQUARED_DIFFERENCE, RSQRT, MUL")),
    ("com.microsoft:SkipSimplifiedLayerNormalization", Many(skip_simplified, "ADD, MUL, MEAN, RSQRT")),
];

/// `x * scale + offset` for each channel, with what training found.
fn batch(c: &mut Call<'_, '_>) -> Result<Vec<ValueId>> {
    let x = c.input(0)?;
    let [gamma, beta, mean, variance] = [c.input(1)?, c.input(2)?, c.input(3)?, c.input(4)?];
    let epsilon = c.attributes.float_or("epsilon", 1e-5)?;
    let x = c.channels_last(x)?;
    if c.attributes.flag("training_mode")? {
        return training(c, x, [gamma, beta, mean, variance], epsilon);
    }
    let scaled = scale_and_offset(c, x, [gamma, beta, mean, variance], epsilon)?;
    Ok(vec![c.channels_first(scaled)?])
}

fn scale_and_offset(
    c: &mut Call<'_, '_>,
    x: ValueId,
    parameters: [ValueId; 4],
    epsilon: f32,
) -> Result<ValueId> {
    let constants = parameters.map(|value| c.b.elements::<f32>(value).map(<[f32]>::to_vec));
    if let [Some(gamma), Some(beta), Some(mean), Some(variance)] = &constants {
        let (gamma, beta) = (Some(&gamma[..]), Some(&beta[..]));
        let norm = compose::BatchNorm { mean, variance, gamma, beta, epsilon };
        return compose::batch_norm(c.b, x, &norm, &[mean.len()]);
    }
    let [gamma, beta, mean, variance] = parameters;
    let shifted = c.with_scalar(Tflite::ADD, variance, f64::from(epsilon))?;
    let inverse = c.unary(Tflite::RSQRT, shifted)?;
    let scale = c.binary(Tflite::MUL, inverse, gamma)?;
    let moved = c.binary(Tflite::MUL, mean, scale)?;
    let offset = c.binary(Tflite::SUB, beta, moved)?;
    let scaled = c.binary(Tflite::MUL, x, scale)?;
    c.binary(Tflite::ADD, scaled, offset)
}

/// With the mean and variance of the batch, and these mixed into the running ones.
fn training(
    c: &mut Call<'_, '_>,
    x: ValueId,
    [gamma, beta, mean, variance]: [ValueId; 4],
    epsilon: f32,
) -> Result<Vec<ValueId>> {
    let momentum = f64::from(c.attributes.float_or("momentum", 0.9)?);
    let axes: Vec<i32> = (0..c.rank(x)? as i32 - 1).collect();
    let own_mean = c.b.reduce(Tflite::MEAN, x, &axes, false)?;
    let square = c.binary(Tflite::SQUARED_DIFFERENCE, x, own_mean)?;
    let own_variance = c.b.reduce(Tflite::MEAN, square, &axes, false)?;
    let scaled = scale_and_offset(c, x, [gamma, beta, own_mean, own_variance], epsilon)?;
    let mut outputs = vec![c.channels_first(scaled)?];
    for (running, own) in [(mean, own_mean), (variance, own_variance)] {
        let old = c.with_scalar(Tflite::MUL, running, momentum)?;
        let new = c.with_scalar(Tflite::MUL, own, 1.0 - momentum)?;
        outputs.push(c.binary(Tflite::ADD, old, new)?);
    }
    Ok(outputs)
}

/// Mean and 1 / √(variance + epsilon) along axes, whose sizes become 1.
fn moments(c: &mut Call<'_, '_>, x: ValueId, axes: &[i32], epsilon: f32) -> Result<(ValueId, ValueId)> {
    let mean = c.b.reduce(Tflite::MEAN, x, axes, true)?;
    let square = c.binary(Tflite::SQUARED_DIFFERENCE, x, mean)?;
    let variance = c.b.reduce(Tflite::MEAN, square, axes, true)?;
    let shifted = c.with_scalar(Tflite::ADD, variance, f64::from(epsilon))?;
    Ok((mean, c.unary(Tflite::RSQRT, shifted)?))
}

/// (x - mean) / √(variance + epsilon)
fn normalized(c: &mut Call<'_, '_>, x: ValueId, axes: &[i32], epsilon: f32) -> Result<[ValueId; 3]> {
    let (mean, inverse) = moments(c, x, axes, epsilon)?;
    let centred = c.binary(Tflite::SUB, x, mean)?;
    Ok([c.binary(Tflite::MUL, centred, inverse)?, mean, inverse])
}

/// `x * scale + bias`, either of which may be absent.
fn affine(
    c: &mut Call<'_, '_>,
    x: ValueId,
    scale: Option<ValueId>,
    bias: Option<ValueId>,
) -> Result<ValueId> {
    let scaled = scale.map_or(Ok(x), |scale| c.binary(Tflite::MUL, x, scale))?;
    bias.map_or(Ok(scaled), |bias| c.binary(Tflite::ADD, scaled, bias))
}

/// The axes from `axis` to the last.
fn from_axis(c: &Call<'_, '_>, x: ValueId) -> Result<Vec<i32>> {
    let rank = c.rank(x)?;
    Ok((c.axis_or(-1, rank)? as i32..rank as i32).collect())
}

fn layer(c: &mut Call<'_, '_>) -> Result<Vec<ValueId>> {
    let (x, scale, bias) = (c.input(0)?, c.input(1)?, c.optional(2)?);
    let axes = from_axis(c, x)?;
    let epsilon = c.attributes.float_or("epsilon", 1e-5)?;
    let [result, mean, inverse] = normalized(c, x, &axes, epsilon)?;
    Ok(vec![affine(c, result, Some(scale), bias)?, mean, inverse])
}

/// x / √(mean(x²) + epsilon) * scale
fn root_mean_square(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let axes = from_axis(c, x)?;
    let epsilon = c.attributes.float_or("epsilon", 1e-5)?;
    let scale = c.optional(1)?;
    compose::rms_norm(c.b, x, &axes, scale, epsilon)
}

/// The sum that is normalized is output 3.
fn skip_layer(c: &mut Call<'_, '_>) -> Result<Vec<ValueId>> {
    let epsilon = c.attributes.float_or("epsilon", 1e-12)?;
    let mut sum = c.binary(Tflite::ADD, c.input(0)?, c.input(1)?)?;
    if let Some(bias) = c.optional(4)? {
        sum = c.binary(Tflite::ADD, sum, bias)?;
    }
    let (scale, bias) = (c.input(2)?, c.optional(3)?);
    let axis = c.rank(sum)? as i32 - 1;
    let [result, mean, inverse] = normalized(c, sum, &[axis], epsilon)?;
    Ok(vec![affine(c, result, Some(scale), bias)?, mean, inverse, sum])
}

fn skip_simplified(c: &mut Call<'_, '_>) -> Result<Vec<ValueId>> {
    let epsilon = c.attributes.float_or("epsilon", 1e-12)?;
    let mut sum = c.binary(Tflite::ADD, c.input(0)?, c.input(1)?)?;
    if let Some(bias) = c.optional(3)? {
        sum = c.binary(Tflite::ADD, sum, bias)?;
    }
    let (scale, axis) = (c.input(2)?, c.rank(sum)? as i32 - 1);
    let result = compose::rms_norm(c.b, sum, &[axis], Some(scale), epsilon)?;
    Ok(vec![result, sum, sum, sum])
}

/// Each channel of each image by itself.
fn instance(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, scale, bias) = (c.input(0)?, c.input(1)?, c.input(2)?);
    let epsilon = c.attributes.float_or("epsilon", 1e-5)?;
    let x = c.channels_last(x)?;
    let axes: Vec<i32> = (1..c.rank(x)? as i32 - 1).collect();
    let result = compose::layer_norm(c.b, x, &axes, Some(scale), Some(bias), epsilon)?;
    c.channels_first(result)
}

/// Groups of channels. Scale and bias are one for each channel, or before operator set 21 one for each group.
fn group(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, scale, bias) = (c.input(0)?, c.input(1)?, c.input(2)?);
    let epsilon = c.attributes.float_or("epsilon", 1e-5)?;
    let groups = c.attributes.size_or("num_groups", 1)?;
    let (dims, channels) = (c.dims(x)?, c.size(x, 1)?);
    if groups == 0 || !channels.is_multiple_of(groups) {
        return Err(Error::invalid(format!("{groups} groups of {channels} channels")));
    }
    let inner: Option<usize> = dims[2..].iter().map(|dim| dim.size()).product();
    let inner = inner.ok_or_else(|| {
        Error::unsupported("group normalization over open sizes").hint("state them: --shape NAME=1,3,224,224")
    })?;
    let grouped = [dims[0], Dim::fixed(groups), Dim::fixed(channels / groups * inner)];
    let grouped = c.reshape(x, &grouped)?;
    let [mut result, ..] = normalized(c, grouped, &[2], epsilon)?;
    let is_per_group = c.size(scale, 0)? == groups && groups != channels;
    let along = |c: &mut Call<'_, '_>, value: ValueId, count: usize, rank: usize| {
        let mut dims = vec![Dim::fixed(1); rank - 1];
        dims[0] = Dim::fixed(count);
        c.reshape(value, &dims)
    };
    if is_per_group {
        let (scale, bias) = (along(c, scale, groups, 3)?, along(c, bias, groups, 3)?);
        result = affine(c, result, Some(scale), Some(bias))?;
        return c.reshape(result, &dims);
    }
    let result = c.reshape(result, &dims)?;
    let (scale, bias) = (along(c, scale, channels, dims.len())?, along(c, bias, channels, dims.len())?);
    affine(c, result, Some(scale), Some(bias))
}

/// x / (Σ |x|^p)^(1/p) along an axis, 0 where that is 0.
fn lp(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let (axis, p) = (c.axis_or(-1, c.rank(x)?)?, c.attributes.int_or("p", 2)? as f64);
    if p == 2.0 && axis + 1 == c.rank(x)? {
        return c.b.add(Op::with(Tflite::L2_NORMALIZATION, owned::L2NormOptions::default()), &[x]);
    }
    let power = super::pooling::absolute_power(c, x, p)?;
    let sum = c.b.reduce(Tflite::SUM, power, &[axis as i32], true)?;
    let norm = super::pooling::root(c, sum, p)?;
    let norm = c.with_scalar(Tflite::MAXIMUM, norm, f64::from(f32::MIN_POSITIVE))?;
    c.binary(Tflite::DIV, x, norm)
}

/// (x - mean) / (√variance + 1e-9)
fn mean_variance(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let axes = call::axes(c.attributes.ints("axes")?.unwrap_or(&[0, 2, 3]), c.rank(x)?)?;
    let axes: Vec<i32> = axes.into_iter().map(|axis| axis as i32).collect();
    let mean = c.b.reduce(Tflite::MEAN, x, &axes, true)?;
    let square = c.binary(Tflite::SQUARED_DIFFERENCE, x, mean)?;
    let variance = c.b.reduce(Tflite::MEAN, square, &axes, true)?;
    let deviation = c.unary(Tflite::SQRT, variance)?;
    let divisor = c.with_scalar(Tflite::ADD, deviation, 1e-9)?;
    let centred = c.binary(Tflite::SUB, x, mean)?;
    c.binary(Tflite::DIV, centred, divisor)
}

/// ONNX divides alpha by the number of channels that are summed.
fn local_response(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let size = c.attributes.size_or("size", 1)?;
    if size.is_multiple_of(2) {
        return Err(Error::unsupported(format!("sums over {size} channels, an even number, lie off centre")));
    }
    let options = owned::LocalResponseNormalizationOptions {
        radius: (size / 2) as i32,
        bias: c.attributes.float_or("bias", 1.0)?,
        alpha: c.attributes.float_or("alpha", 1e-4)? / size as f32,
        beta: c.attributes.float_or("beta", 0.75)?,
    };
    let x = c.channels_last(x)?;
    let result = c.b.add(Op::with(Tflite::LOCAL_RESPONSE_NORMALIZATION, options), &[x])?;
    c.channels_first(result)
}
