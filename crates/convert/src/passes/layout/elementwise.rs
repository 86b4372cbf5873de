//! Operators on every element, with broadcasting.

use featherlite_ir::{NodeId, Op, ValueId};
use featherlite_schema::BuiltinOperator as B;

use super::{finish, inverse, movable, permuted};
use crate::Result;
use crate::build::Builder;
use crate::passes::Rewriter;
use crate::passes::transpose::permutation;

const ELEMENTWISE: &[B] = &[
    B::ABS,
    B::ADD,
    B::ADD_N,
    B::ATAN2,
    B::BITWISE_XOR,
    B::CAST,
    B::CEIL,
    B::COS,
    B::DEQUANTIZE,
    B::DIV,
    B::ELU,
    B::EQUAL,
    B::EXP,
    B::FAKE_QUANT,
    B::FLOOR,
    B::FLOOR_DIV,
    B::FLOOR_MOD,
    B::GELU,
    B::GREATER,
    B::GREATER_EQUAL,
    B::HARD_SWISH,
    B::LEAKY_RELU,
    B::LESS,
    B::LESS_EQUAL,
    B::LOG,
    B::LOGICAL_AND,
    B::LOGICAL_NOT,
    B::LOGICAL_OR,
    B::LOGISTIC,
    B::MAXIMUM,
    B::MINIMUM,
    B::MUL,
    B::NEG,
    B::NOT_EQUAL,
    B::POW,
    B::PRELU,
    B::QUANTIZE,
    B::RELU,
    B::RELU6,
    B::RELU_0_TO_1,
    B::RELU_N1_TO_1,
    B::ROUND,
    B::RSQRT,
    B::SELECT_V2,
    B::SIGN,
    B::SIN,
    B::SQRT,
    B::SQUARE,
    B::SQUARED_DIFFERENCE,
    B::SUB,
    B::TANH,
    B::ZEROS_LIKE,
];

/// Whether a value is read by operators with weights alone, where no TRANSPOSE goes any further.
pub(in crate::passes) fn is_for_products(rewriter: &Rewriter<'_>, value: ValueId) -> bool {
    let products = [B::CONV_2D, B::DEPTHWISE_CONV_2D, B::FULLY_CONNECTED, B::TRANSPOSE_CONV];
    let graph = rewriter.graph();
    let mut users = graph.users(value).iter().map(|&user| &graph.node(user).op);
    !graph.is_output(value) && users.all(|op| products.iter().any(|&code| op.is(code)))
}

/// What becomes of an operand.
enum Operand {
    /// A TRANSPOSE that is left out.
    Source(ValueId),
    /// One element: it does not matter how it lies.
    Scalar(ValueId),
    /// A constant, permuted now.
    Constant(ValueId),
    /// Another value, permuted by a node of its own.
    Value(ValueId),
}

/// Whether an operator works on every element for itself.
pub(super) fn is_elementwise(op: &Op) -> bool {
    ELEMENTWISE.iter().any(|&code| op.is(code))
}

pub(super) fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let graph = rewriter.graph();
    let node = graph.node(id);
    if !is_elementwise(&node.op) || node.outputs.len() != 1 || is_per_channel(rewriter, node) {
        return Ok(false);
    }
    if node.op.is(B::DEQUANTIZE) && is_for_products(rewriter, node.outputs[0]) {
        return Ok(false);
    }
    let Some(inputs) = node.inputs.iter().copied().collect::<Option<Vec<ValueId>>>() else {
        return Ok(false);
    };
    let Some(axes) = inputs.iter().find_map(|&input| movable(rewriter, input)).map(|found| found.axes) else {
        return Ok(false);
    };
    let output = node.outputs[0];
    if graph.value(output).shape.as_ref().map(Vec::len) != Some(axes.len()) {
        return Ok(false);
    }
    let operands = inputs.iter().map(|&input| operand(rewriter, input, &axes)).collect::<Option<Vec<_>>>();
    let Some(operands) = operands else { return Ok(false) };
    // Worth it if it does not make more permutations of values than it saves.
    let saved =
        inputs.iter().filter(|&&input| permuted(rewriter, input).is_some() && rewriter.is_used_once(input));
    let is_new =
        |operand: &&Operand| matches!(operand, Operand::Value(value) if !is_turned(rewriter, *value, &axes));
    let added = operands.iter().filter(is_new).count();
    if added > 0 && added + 1 > saved.count() {
        return Ok(false);
    }
    let op = node.op.clone();
    let lacks_batch = op.is(B::PRELU);
    let like = graph.value(output).clone();
    let mut builder = rewriter.before(id);
    let back = inverse(&axes);
    let mut new_inputs = Vec::with_capacity(operands.len());
    for operand in operands {
        new_inputs.push(Some(match operand {
            Operand::Source(value) | Operand::Scalar(value) => value,
            Operand::Value(value) => builder.transpose(value, &back)?,
            Operand::Constant(value) => permuted_constant(&mut builder, value, &back, lacks_batch)?,
        }));
    }
    let value = builder.add_values(op, &new_inputs, vec![like])?[0];
    finish(rewriter, id, 0, value, &axes)?;
    Ok(true)
}

/// Whether there is a TRANSPOSE of a value that undoes `axes` anyway.
fn is_turned(rewriter: &Rewriter<'_>, value: ValueId, axes: &[usize]) -> bool {
    let back = inverse(axes);
    let mut users = rewriter.graph().users(value).iter();
    users.any(|&user| permutation(rewriter, user).is_some_and(|other| other == back))
}

/// Whether scales run along a dimension.
fn is_per_channel(rewriter: &Rewriter<'_>, node: &featherlite_ir::Node) -> bool {
    let values = node.inputs.iter().flatten().chain(&node.outputs);
    values.into_iter().any(|&value| {
        rewriter.graph().value(value).quantization.affine().is_some_and(|affine| affine.scales.len() > 1)
    })
}

fn operand(rewriter: &Rewriter<'_>, value: ValueId, axes: &[usize]) -> Option<Operand> {
    if let Some(found) = permuted(rewriter, value).filter(|found| found.axes == axes) {
        return Some(Operand::Source(found.source));
    }
    let info = rewriter.graph().value(value);
    let sizes = info.shape.as_ref()?;
    if sizes.iter().all(|dim| dim.size() == Some(1)) && sizes.len() <= axes.len() {
        return Some(Operand::Scalar(value));
    }
    if info.constant.is_some() {
        return (sizes.len() <= axes.len()).then_some(Operand::Constant(value));
    }
    (sizes.len() == axes.len()).then_some(Operand::Value(value))
}

/// A constant with leading sizes of 1 as far as the other operands have dimensions, permuted. The slopes of PRELU lack the
/// dimension of the batch, which stays the first.
pub(super) fn permuted_constant(
    builder: &mut Builder<'_>,
    value: ValueId,
    back: &[usize],
    lacks_batch: bool,
) -> Result<ValueId> {
    let sizes = builder.fixed_dims(value)?;
    let mut full = vec![1i64; back.len() - sizes.len()];
    full.extend(sizes.iter().map(|&size| size as i64));
    let expanded = builder.reshape(value, &full)?;
    let moved = builder.transpose(expanded, back)?;
    if !lacks_batch {
        return Ok(moved);
    }
    let sizes: Vec<i64> = builder.fixed_dims(moved)?[1..].iter().map(|&size| size as i64).collect();
    builder.reshape(moved, &sizes)
}
