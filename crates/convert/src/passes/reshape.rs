//! Changes of shape alone: one kind of node, one of them in a row, with a constant shape where there can be one.

use featherlite_ir::{Dim, NodeId, Op, Value, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::{BuiltinOptions, ReshapeOptions};

use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules(
    "reshape",
    Stage::Tidy,
    "joins changes of shape, with constant shapes where at most one size is open",
    &[canonical, whole_slice, chain, behind_elementwise],
);

/// The shape to ask for: -1 for the size that is open; `None` if several are.
pub(super) fn target(dims: &[Dim]) -> Option<Vec<i32>> {
    let open = dims.iter().filter(|dim| dim.size().is_none()).count();
    let has_empty = dims.contains(&Dim::fixed(0));
    if open > 1 || (open == 1 && has_empty) {
        return None;
    }
    Some(dims.iter().map(|dim| dim.size().map_or(-1, |size| size as i32)).collect())
}

/// SQUEEZE, EXPAND_DIMS and RESHAPE to computed shapes become RESHAPE to a constant shape.
fn canonical(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let node = rewriter.graph().node(id);
    if ![B::RESHAPE, B::SQUEEZE, B::EXPAND_DIMS].iter().any(|&code| node.op.is(code)) {
        return Ok(false);
    }
    let (input, output) = (node.input(0), node.outputs[0]);
    let value = rewriter.graph().value(output);
    let Some(target) = value.shape.as_deref().and_then(target) else { return Ok(false) };
    let Some(input) = input.filter(|&input| rewriter.graph().value(input).quantization == value.quantization)
    else {
        return Ok(false);
    };
    let stated = node.input(1).and_then(|shape| rewriter.integers(shape));
    let in_options = match &node.op.options {
        Some(BuiltinOptions::ReshapeOptions(options)) => options.new_shape == target,
        _ => false,
    };
    let is_canonical = in_options
        && stated.is_some_and(|stated| stated.iter().copied().eq(target.iter().map(|&size| i64::from(size))));
    if node.op.is(B::RESHAPE) && is_canonical {
        return Ok(false);
    }
    reshape(rewriter, id, input, &target)
}

/// STRIDED_SLICE of all elements, which only drops dimensions, becomes RESHAPE.
fn whole_slice(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::STRIDED_SLICE) else { return Ok(false) };
    let (Some(x), Some(strides)) = (node.input(0), node.input(3)) else { return Ok(false) };
    let graph = rewriter.graph();
    let (from, to) = (graph.value(x), graph.value(node.outputs[0]));
    let (Some(before), Some(after)) = (from.fixed_shape(), to.fixed_shape()) else { return Ok(false) };
    let is_forward = rewriter.integers(strides).is_some_and(|strides| strides.iter().all(|&step| step > 0));
    let is_whole = before.iter().product::<usize>() == after.iter().product::<usize>();
    if !is_forward || !is_whole || before == after || from.quantization != to.quantization {
        return Ok(false);
    }
    let target: Vec<i32> = after.iter().map(|&size| size as i32).collect();
    reshape(rewriter, id, x, &target)
}

/// Puts a RESHAPE of `input` in the place of a node.
pub(super) fn reshape(
    rewriter: &mut Rewriter<'_>,
    id: NodeId,
    input: ValueId,
    target: &[i32],
) -> Result<bool> {
    let old = rewriter.graph().node(id).outputs[0];
    let mut builder = rewriter.before(id);
    let shape = builder.constant(&[target.len()], target)?;
    let op = Op::with(B::RESHAPE, ReshapeOptions { new_shape: target.to_vec() });
    let new = builder.add_typed_like(op, &[input, shape], old)?;
    rewriter.replace(old, new);
    Ok(true)
}

/// RESHAPE of RESHAPE.
fn chain(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::RESHAPE) else { return Ok(false) };
    let (Some(input), output) = (node.input(0), node.outputs[0]) else { return Ok(false) };
    let Some((_, first)) = rewriter.made_by(input, B::RESHAPE) else { return Ok(false) };
    let Some(source) = first.input(0) else { return Ok(false) };
    let Some(target) = rewriter.graph().value(output).shape.as_deref().and_then(target) else {
        return Ok(false);
    };
    reshape(rewriter, id, source, &target)
}

/// An operator on every element, behind a RESHAPE of what a matrix product gives, goes before it, where it can be fused.
fn behind_elementwise(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let graph = rewriter.graph();
    let node = graph.node(id);
    let unary = [B::RELU, B::RELU6, B::RELU_N1_TO_1];
    let binary = [B::ADD, B::SUB, B::MUL];
    let (x, operand) = match () {
        () if unary.iter().any(|&code| node.op.is(code)) => (node.input(0), None),
        () if binary.iter().any(|&code| node.op.is(code)) => match rewriter.with_constant(node) {
            Some((x, constant)) if node.input(0) == Some(x) || !node.op.is(B::SUB) => {
                (Some(x), Some(constant))
            }
            _ => return Ok(false),
        },
        () => return Ok(false),
    };
    let Some((_, reshaped)) = x.and_then(|x| rewriter.made_by(x, B::RESHAPE)) else { return Ok(false) };
    let (Some(source), Some(shape)) = (reshaped.input(0), reshaped.input(1)) else { return Ok(false) };
    let products = [B::CONV_2D, B::DEPTHWISE_CONV_2D, B::FULLY_CONNECTED, B::TRANSPOSE_CONV, B::CONV_3D];
    let is_product = products.iter().any(|&code| rewriter.made_by(source, code).is_some());
    let last = |value: ValueId| graph.value(value).shape.as_ref().and_then(|dims| dims.last().copied());
    let channels = last(source).and_then(|dim| dim.size());
    // The operand is a number, or its elements belong to the channels, which the RESHAPE may have split.
    let fits = operand.is_none_or(|operand| {
        let sizes = graph.value(operand).fixed_shape().unwrap_or_default();
        let elements = sizes.iter().product::<usize>();
        elements == 1 || (channels == Some(elements) && x.is_some_and(|x| ends_in(graph.value(x), &sizes)))
    });
    if !is_product
        || !fits
        || !rewriter.is_used_once(reshaped.outputs[0])
        || graph.value(node.outputs[0]).shape != x.and_then(|x| graph.value(x).shape.clone())
    {
        return Ok(false);
    }
    let (op, reshape, old) = (node.op.clone(), reshaped.op.clone(), node.outputs[0]);
    let flat = operand.map(|operand| (operand, graph.value(operand).fixed_shape().unwrap_or_default()));
    let mut builder = rewriter.before(id);
    let mut inputs = vec![source];
    if let Some((operand, sizes)) = flat {
        let elements = sizes.iter().product::<usize>() as i64;
        inputs.push(builder.reshape(operand, &[elements])?);
    }
    let y = builder.add(op, &inputs)?;
    let new = builder.add_typed_like(reshape, &[y, shape], old)?;
    rewriter.replace(old, new);
    Ok(true)
}

/// Whether the last dimensions of a value are `sizes`, but for ones before them.
fn ends_in(value: &Value, sizes: &[usize]) -> bool {
    let first = sizes.iter().position(|&size| size != 1).unwrap_or(sizes.len());
    let sizes = sizes[first..].iter().map(|&size| Dim::fixed(size)).collect::<Vec<_>>();
    value.shape.as_ref().is_some_and(|dims| dims.ends_with(&sizes))
}
