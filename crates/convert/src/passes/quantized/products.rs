//! Convolutions and matrix products of integers.

use featherlite_base::{DType, Quantization, arena};
use featherlite_ir::{Node, NodeId, Value, ValueId};
use featherlite_schema::BuiltinOperator as B;

use super::{dequantized, per_tensor, quantize};
use crate::Result;
use crate::passes::Rewriter;

/// Operators with weights, and the dimension of the weights that their scales run along.
pub(super) const PRODUCTS: &[(B, usize)] =
    &[(B::CONV_2D, 0), (B::DEPTHWISE_CONV_2D, 3), (B::FULLY_CONNECTED, 0), (B::TRANSPOSE_CONV, 0)];

/// What a product needs to be computed in integers.
struct Parts {
    /// Where its input, weights and bias are.
    places: [usize; 3],
    input: ValueId,
    weights: ValueId,
    bias: Option<Bias>,
}

struct Bias {
    elements: Vec<i64>,
    scales: Vec<f32>,
}

pub(super) fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some((real, output)) = quantize(rewriter, id) else { return Ok(false) };
    let Some(producer) = rewriter.graph().producer(real).filter(|_| rewriter.is_used_once(real)) else {
        return Ok(false);
    };
    let node = rewriter.graph().node(producer);
    let Some(parts) = parts(rewriter, node) else { return Ok(false) };
    let (op, mut inputs, name) = (node.op.clone(), node.inputs.clone(), node.name.clone());
    let like = rewriter.graph().value(output).clone();
    inputs[parts.places[0]] = Some(parts.input);
    inputs[parts.places[1]] = Some(parts.weights);
    let wide = rewriter.graph().value(parts.input).dtype == DType::I16;
    let mut builder = rewriter.before(id);
    builder.set_scope(name);
    if let Some(bias) = parts.bias {
        let count = [bias.elements.len()];
        let narrow = || bias.elements.iter().map(|&element| element as i32).collect::<Vec<i32>>();
        let value = if wide {
            builder.constant(&count, &bias.elements)?
        } else {
            builder.constant(&count, &narrow())?
        };
        let zero_points = vec![0; bias.scales.len()];
        builder.graph_mut().value_mut(value).quantization =
            Quantization::per_axis(bias.scales, zero_points, 0);
        inputs.resize(inputs.len().max(parts.places[2] + 1), None);
        inputs[parts.places[2]] = Some(value);
    }
    let new = builder.add_values(op, &inputs, vec![like])?[0];
    rewriter.replace(output, new);
    Ok(true)
}

fn parts(rewriter: &Rewriter<'_>, node: &Node) -> Option<Parts> {
    let &(code, axis) = PRODUCTS.iter().find(|(code, _)| node.op.is(*code))?;
    let places = if code == B::TRANSPOSE_CONV { [2, 1, 3] } else { [0, 1, 2] };
    let input = dequantized(rewriter, node.input(places[0])?)?;
    let weights = dequantized(rewriter, node.input(places[1])?)?;
    let scale = per_tensor(rewriter, input)?.scales[0];
    let value = rewriter.graph().value(weights);
    let affine = value.quantization.affine()?;
    let channels = *value.fixed_shape()?.get(axis)?;
    let is_symmetric = affine.zero_points.iter().all(|&zero| zero == 0);
    let runs_along = affine.scales.len() == 1 || (affine.axis == axis && affine.scales.len() == channels);
    if value.dtype != DType::I8 || value.constant.is_none() || !is_symmetric || !runs_along {
        return None;
    }
    let scales: Vec<f32> = affine.scales.iter().map(|&weight| scale * weight).collect();
    let bias = match node.input(places[2]) {
        None => None,
        Some(bias) => Some(quantized_bias(rewriter, bias, &scales)?),
    };
    Some(Parts { places, input, weights, bias })
}

/// The bias in integers of the products' scales.
fn quantized_bias(rewriter: &Rewriter<'_>, bias: ValueId, scales: &[f32]) -> Option<Bias> {
    let at = |index: usize| scales[if scales.len() == 1 { 0 } else { index }];
    let reals: Vec<f64> = match rewriter.floats(bias) {
        Some(elements) => elements.iter().map(|&element| f64::from(element)).collect(),
        None => stored(rewriter.graph().value(dequantized(rewriter, bias)?))?,
    };
    if scales.len() > 1 && reals.len() != scales.len() {
        return None;
    }
    let elements = reals.iter().enumerate().map(|(index, &real)| (real / f64::from(at(index))).round());
    let elements = elements.map(|element| element as i64).collect::<Vec<_>>();
    let fits = elements.iter().all(|&element| i32::try_from(element).is_ok());
    fits.then(|| Bias { elements, scales: scales.to_vec() })
}

/// The real numbers of a bias that is stored as 32-bit integers.
fn stored(value: &Value) -> Option<Vec<f64>> {
    let affine = value.quantization.affine()?;
    let integers = arena::cast::<i32>(value.constant.as_ref().filter(|_| value.dtype == DType::I32)?).ok()?;
    let at = |index: usize| if affine.scales.len() == 1 { 0 } else { index };
    let real = |(index, &integer): (usize, &i32)| {
        let (scale, zero) = (affine.scales.get(at(index))?, affine.zero_points.get(at(index))?);
        Some(f64::from(integer.checked_sub(*zero)?) * f64::from(*scale))
    };
    integers.iter().enumerate().map(real).collect()
}
