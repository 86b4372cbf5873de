//! One form for what can be written in several, so that graphs from different sources become alike.

use featherlite_base::Quantization;
use featherlite_ir::{NodeId, Op, Value, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::{BuiltinOptions, DivOptions, MulOptions};

use super::layout::from_front;
use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules(
    "canonical",
    Stage::Tidy,
    "counts axes from the front, multiplies in place of dividing by constants, drops leading ones of constants' shapes",
    &[axis, quotient, leading_ones],
);

/// Operators that broadcast their operands.
const BROADCASTING: &[B] =
    &[B::ADD, B::SUB, B::MUL, B::DIV, B::MAXIMUM, B::MINIMUM, B::SQUARED_DIFFERENCE, B::POW];

fn axis(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::CONCATENATION) else { return Ok(false) };
    let (Some(BuiltinOptions::ConcatenationOptions(options)), &[output]) =
        (&node.op.options, &node.outputs[..])
    else {
        return Ok(false);
    };
    let rank = rewriter.graph().value(output).shape.as_ref().map(Vec::len);
    let axis = rank.and_then(|rank| from_front(i64::from(options.axis), rank));
    let Some(axis) = axis.filter(|_| options.axis < 0) else { return Ok(false) };
    let mut options = options.clone();
    options.axis = axis as i32;
    let inputs: Vec<ValueId> = node.inputs.iter().flatten().copied().collect();
    rewriter.substitute(id, Op::with(B::CONCATENATION, options), &inputs)
}

fn quotient(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::DIV) else { return Ok(false) };
    let (Some(x), Some(divisor)) = (node.input(0), node.input(1)) else { return Ok(false) };
    let Some(BuiltinOptions::DivOptions(DivOptions { fused_activation_function })) = node.op.options else {
        return Ok(false);
    };
    let (Some(divisors), Some(sizes)) =
        (rewriter.floats(divisor), rewriter.graph().value(divisor).fixed_shape())
    else {
        return Ok(false);
    };
    let factors: Vec<f32> = divisors.iter().map(|divisor| 1.0 / divisor).collect();
    if !factors.iter().all(|factor| factor.is_normal()) {
        return Ok(false);
    }
    let factor = rewriter.before(id).constant(&sizes, &factors)?;
    let options = MulOptions { fused_activation_function };
    rewriter.substitute(id, Op::with(B::MUL, options), &[x, factor])
}

fn leading_ones(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let node = rewriter.graph().node(id);
    let is_broadcasting = BROADCASTING.iter().any(|&op| node.op.is(op));
    let (Some(x), Some(y), true) = (node.input(0), node.input(1), is_broadcasting) else { return Ok(false) };
    for (index, constant, other) in [(0, x, y), (1, y, x)] {
        let graph = rewriter.graph();
        let other_rank = graph.value(other).shape.as_ref().map_or(0, Vec::len);
        let Some(sizes) = shorter(graph.value(constant), other_rank) else { continue };
        let value = graph.value(constant);
        let (dtype, contents) = (value.dtype, value.constant.clone().unwrap_or_default());
        let new = rewriter.before(id).constant_bytes(dtype, &sizes, contents)?;
        rewriter.graph_mut().set_input(id, index, Some(new));
        return Ok(true);
    }
    Ok(false)
}

/// The shape of a constant vector or number without the ones before it, if the other operand has its rank.
fn shorter(value: &Value, other_rank: usize) -> Option<Vec<usize>> {
    value.constant.as_ref().filter(|_| matches!(value.quantization, Quantization::None))?;
    let sizes = value.fixed_shape()?;
    let first = sizes.iter().position(|&size| size != 1).unwrap_or(sizes.len());
    let is_vector = first > 0 && first + 1 >= sizes.len() && other_rank >= sizes.len();
    is_vector.then(|| sizes[first..].to_vec())
}
