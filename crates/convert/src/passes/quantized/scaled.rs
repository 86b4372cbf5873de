//! Factors behind a product whose weights are integers, as batch normalization has them behind weights that were trained with
//! simulated quantization: the scales of the weights take them up.

use featherlite_base::{DType, Quantization, arena};
use featherlite_ir::{NodeId, Value};
use featherlite_schema::BuiltinOperator as B;

use super::dequantized;
use super::products::PRODUCTS;
use crate::Result;
use crate::passes::Rewriter;
use crate::passes::rewriter::{activation, is_plain, set_activation};

pub(super) fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(mul) = rewriter.is(id, B::MUL) else { return Ok(false) };
    let (old, fused) = (mul.outputs[0], activation(&mul.op).unwrap_or_default());
    let Some((y, factors)) = rewriter.with_constant(mul) else { return Ok(false) };
    let graph = rewriter.graph();
    let made = graph.producer(y).filter(|_| rewriter.is_used_once(y)).map(|producer| graph.node(producer));
    let Some(product) = made.filter(|product| is_plain(&product.op)).cloned() else { return Ok(false) };
    // The weights of a TRANSPOSE_CONV stand elsewhere; nothing trains it so.
    let Some(&(_, axis)) =
        PRODUCTS.iter().find(|(code, _)| *code != B::TRANSPOSE_CONV && product.op.is(*code))
    else {
        return Ok(false);
    };
    let Some(weights) = product.input(1).and_then(|weights| dequantized(rewriter, weights)) else {
        return Ok(false);
    };
    let weights = graph.value(weights).clone();
    let Some(channels) = weights.fixed_shape().and_then(|sizes| sizes.get(axis).copied()) else {
        return Ok(false);
    };
    let (Some(factors), Some(sizes)) = (rewriter.floats(factors), graph.value(factors).fixed_shape()) else {
        return Ok(false);
    };
    let is_along = factors.len() == channels && sizes.last() == Some(&channels);
    let is_alike = graph.value(old).shape == graph.value(y).shape;
    if !(is_along || factors.len() == 1) || !is_alike {
        return Ok(false);
    }
    let factors: Vec<f32> = (0..channels).map(|channel| factors[channel % factors.len()]).collect();
    let bias = match product.input(2) {
        None => None,
        Some(bias) => match rewriter.floats(bias) {
            Some(bias) => {
                Some(bias.iter().zip(&factors).map(|(bias, factor)| bias * factor).collect::<Vec<_>>())
            }
            None => return Ok(false),
        },
    };
    let Some((integers, quantization)) = scaled(&weights, axis, &factors) else { return Ok(false) };
    let sizes = weights.fixed_shape().unwrap_or_default();
    let (mut op, mut inputs) = (product.op, product.inputs);
    set_activation(&mut op, fused);
    let (like, real) = (graph.value(old).clone(), Value::new(&weights.name, DType::F32));
    let mut builder = rewriter.before(id);
    builder.set_scope(product.name);
    let integers = builder.constant(&sizes, &integers)?;
    builder.graph_mut().value_mut(integers).quantization = quantization;
    inputs[1] = builder.add_values(B::DEQUANTIZE, &[Some(integers)], vec![real])?.first().copied();
    if let Some(bias) = bias {
        inputs[2] = Some(builder.constant(&[channels], &bias)?);
    }
    let new = builder.add_values(op, &inputs, vec![like])?[0];
    rewriter.replace(old, new);
    Ok(true)
}

/// Integer weights, symmetric, times a factor for each channel: their scales, and their signs where a factor is negative.
fn scaled(weights: &Value, axis: usize, factors: &[f32]) -> Option<(Vec<i8>, Quantization)> {
    let affine = weights.quantization.affine()?;
    let integers = arena::cast::<i8>(weights.constant.as_ref()?).ok()?;
    let is_along = affine.scales.len() == 1 || (affine.axis == axis && affine.scales.len() == factors.len());
    if weights.dtype != DType::I8 || !is_along || affine.zero_points.iter().any(|&zero| zero != 0) {
        return None;
    }
    let inner: usize = weights.fixed_shape()?.get(axis + 1..)?.iter().product();
    let scales: Vec<f32> = factors
        .iter()
        .enumerate()
        .map(|(channel, factor)| affine.scales[channel % affine.scales.len()] * factor.abs())
        .collect();
    if !scales.iter().all(|scale| scale.is_normal()) {
        return None;
    }
    let channel = |index: usize| index / inner.max(1) % factors.len();
    let signed = integers.iter().enumerate().map(|(index, &integer)| match factors[channel(index)] < 0.0 {
        true => integer.checked_neg(),
        false => Some(integer),
    });
    Some((signed.collect::<Option<Vec<i8>>>()?, Quantization::per_axis(scales, vec![0; factors.len()], axis)))
}
