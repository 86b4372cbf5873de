//! Operators without weights, in integers.

use featherlite_base::{DType, Quantization};
use featherlite_ir::{Node, NodeId, Value, ValueId};
use featherlite_schema::BuiltinOperator as B;

use super::{dequantized, parameters, per_tensor, quantize, quantized};
use crate::Result;
use crate::build::Builder;
use crate::passes::Rewriter;

/// How an operator's result is quantized.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Output {
    /// As the source says.
    Free,
    /// As the inputs are.
    Same,
    /// Always the same way: scale and zero point in INT8.
    Fixed(f32, i32),
}

const OPERATORS: &[(B, Output)] = &[
    (B::ADD, Output::Free),
    (B::SUB, Output::Free),
    (B::MUL, Output::Free),
    (B::MEAN, Output::Free),
    (B::BATCH_MATMUL, Output::Free),
    (B::LEAKY_RELU, Output::Free),
    (B::PRELU, Output::Free),
    (B::HARD_SWISH, Output::Free),
    (B::ELU, Output::Free),
    (B::RELU, Output::Free),
    (B::RELU6, Output::Free),
    (B::SUM, Output::Free),
    (B::SQUARED_DIFFERENCE, Output::Free),
    (B::AVERAGE_POOL_2D, Output::Same),
    (B::BATCH_TO_SPACE_ND, Output::Same),
    (B::BROADCAST_TO, Output::Same),
    (B::CONCATENATION, Output::Same),
    (B::DEPTH_TO_SPACE, Output::Same),
    (B::EXPAND_DIMS, Output::Same),
    (B::GATHER, Output::Same),
    (B::MAX_POOL_2D, Output::Same),
    (B::MAXIMUM, Output::Same),
    (B::MINIMUM, Output::Same),
    (B::PACK, Output::Same),
    (B::PAD, Output::Same),
    (B::REDUCE_MAX, Output::Same),
    (B::RESHAPE, Output::Same),
    (B::RESIZE_BILINEAR, Output::Same),
    (B::RESIZE_NEAREST_NEIGHBOR, Output::Same),
    (B::SLICE, Output::Same),
    (B::SPACE_TO_BATCH_ND, Output::Same),
    (B::SPACE_TO_DEPTH, Output::Same),
    (B::SQUEEZE, Output::Same),
    (B::STRIDED_SLICE, Output::Same),
    (B::TILE, Output::Same),
    (B::TRANSPOSE, Output::Same),
    (B::LOGISTIC, Output::Fixed(1.0 / 256.0, -128)),
    (B::SOFTMAX, Output::Fixed(1.0 / 256.0, -128)),
    (B::TANH, Output::Fixed(1.0 / 128.0, 0)),
    (B::L2_NORMALIZATION, Output::Fixed(1.0 / 128.0, 0)),
    (B::LOG_SOFTMAX, Output::Fixed(16.0 / 256.0, 127)),
];

/// An input of an operator that becomes an integer one.
enum Input {
    /// No number of the computation (a shape, axes), or absent.
    Kept(Option<ValueId>),
    Integers(ValueId),
    /// A constant, to be quantized now.
    Constant(ValueId),
}

pub(super) fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some((real, output)) = quantize(rewriter, id) else { return Ok(false) };
    let Some(producer) = rewriter.graph().producer(real).filter(|_| rewriter.is_used_once(real)) else {
        return Ok(false);
    };
    let node = rewriter.graph().node(producer);
    let Some(&(_, kind)) = OPERATORS.iter().find(|(code, _)| node.op.is(*code)) else { return Ok(false) };
    let wanted = rewriter.graph().value(output).clone();
    let Some(inputs) = inputs(rewriter, node, wanted.dtype) else { return Ok(false) };
    if node.outputs.len() != 1 || wanted.dtype != DType::I8 {
        return Ok(false);
    }
    let first = inputs.iter().find_map(|input| match input {
        Input::Integers(value) => Some(*value),
        _ => None,
    });
    let Some(first) = first else { return Ok(false) };
    let quantization = match kind {
        Output::Free => wanted.quantization.clone(),
        // One input brings its own; where several come together they are made alike as the result is.
        Output::Same if inputs.iter().filter(|input| !matches!(input, Input::Kept(_))).count() == 1 => {
            rewriter.graph().value(first).quantization.clone()
        }
        Output::Same => wanted.quantization.clone(),
        Output::Fixed(scale, zero_point) => parameters(scale, zero_point),
    };
    let (op, name) = (node.op.clone(), node.name.clone());
    let constants: Vec<Option<Vec<f32>>> = inputs
        .iter()
        .map(|input| match input {
            Input::Constant(value) => rewriter.floats(*value).map(<[f32]>::to_vec),
            _ => None,
        })
        .collect();
    let mut builder = rewriter.before(id);
    builder.set_scope(name);
    let mut new_inputs = Vec::with_capacity(inputs.len());
    for (input, constant) in inputs.into_iter().zip(constants) {
        new_inputs.push(match input {
            Input::Kept(value) => value,
            Input::Integers(value) if kind == Output::Same => {
                Some(alike(&mut builder, value, &quantization)?)
            }
            Input::Integers(value) => Some(value),
            Input::Constant(value) => {
                let like = (kind == Output::Same).then_some(&quantization);
                Some(constant_integers(&mut builder, value, &constant.unwrap_or_default(), like)?)
            }
        });
    }
    let value = Value { quantization, shape: None, ..wanted.clone() };
    let computed = builder.add_values(op, &new_inputs, vec![value])?[0];
    let new = alike(&mut builder, computed, &wanted.quantization)?;
    rewriter.replace(output, new);
    Ok(true)
}

/// The inputs in integers, if all of them that are numbers of the computation can be.
fn inputs(rewriter: &Rewriter<'_>, node: &Node, dtype: DType) -> Option<Vec<Input>> {
    let input = |input: &Option<ValueId>| {
        let Some(value) = *input else { return Some(Input::Kept(None)) };
        let info = rewriter.graph().value(value);
        if info.dtype != DType::F32 {
            return Some(Input::Kept(Some(value)));
        }
        if rewriter.floats(value).is_some() {
            return Some(Input::Constant(value));
        }
        let source = dequantized(rewriter, value)?;
        let fits = per_tensor(rewriter, source).is_some() && rewriter.graph().value(source).dtype == dtype;
        fits.then_some(Input::Integers(source))
    };
    node.inputs.iter().map(input).collect()
}

/// The same numbers with other parameters.
fn alike(builder: &mut Builder<'_>, value: ValueId, quantization: &Quantization) -> Result<ValueId> {
    let info = builder.graph().value(value);
    if info.quantization == *quantization {
        return Ok(value);
    }
    let name = format!("{}/requantized", info.name);
    let requantized = Value::new(name, info.dtype).with_quantization(quantization.clone());
    Ok(builder.add_values(B::QUANTIZE, &[Some(value)], vec![requantized])?[0])
}

/// A constant in INT8: with given parameters, or with its own range.
fn constant_integers(
    builder: &mut Builder<'_>,
    value: ValueId,
    elements: &[f32],
    like: Option<&Quantization>,
) -> Result<ValueId> {
    let sizes = builder.fixed_dims(value)?;
    let (scale, zero_point) = match like.and_then(Quantization::affine) {
        Some(affine) => (affine.scales[0], affine.zero_points[0]),
        None => {
            let low = elements.iter().fold(0f32, |low, &element| low.min(element));
            let high = elements.iter().fold(0f32, |high, &element| high.max(element));
            let scale = if high > low { (high - low) / 255.0 } else { 1.0 };
            (scale, (-128.0 - low / scale).round().clamp(-128.0, 127.0) as i32)
        }
    };
    let integers = elements.iter().map(|&element| quantized(element, scale, zero_point, DType::I8) as i8);
    let integers = integers.collect::<Vec<_>>();
    let constant = builder.constant(&sizes, &integers)?;
    builder.graph_mut().value_mut(constant).quantization = parameters(scale, zero_point);
    Ok(constant)
}
