//! Operators that name dimensions.

use featherlite_ir::{NodeId, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::{BuiltinOptions, ConcatenationOptions};

use super::{finish, from_front, inverse, movable, permuted};
use crate::Result;
use crate::passes::Rewriter;

pub(super) fn concatenation(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::CONCATENATION) else { return Ok(false) };
    let Some(inputs) = node.inputs.iter().copied().collect::<Option<Vec<ValueId>>>() else {
        return Ok(false);
    };
    let found: Vec<_> = inputs.iter().map(|&input| permuted(rewriter, input)).collect();
    let Some(axes) = inputs.iter().find_map(|&input| movable(rewriter, input)).map(|found| found.axes) else {
        return Ok(false);
    };
    let is_same = |found: &Option<super::Permuted>| found.as_ref().is_some_and(|found| found.axes == axes);
    let is_constant = |value: ValueId| rewriter.graph().value(value).constant.is_some();
    let others =
        found.iter().zip(&inputs).filter(|(found, input)| !is_same(found) && !is_constant(**input)).count();
    let saved =
        found.iter().zip(&inputs).filter(|(found, input)| is_same(found) && rewriter.is_used_once(**input));
    if others > 0 && others + 1 > saved.count() {
        return Ok(false);
    }
    let Some(BuiltinOptions::ConcatenationOptions(options)) = &node.op.options else { return Ok(false) };
    let Some(axis) = from_front(i64::from(options.axis), axes.len()) else { return Ok(false) };
    let mut op = node.op.clone();
    op.options = Some(ConcatenationOptions { axis: axes[axis] as i32, ..options.clone() }.into());
    let like = rewriter.graph().value(node.outputs[0]).clone();
    let sources: Vec<(ValueId, bool)> = found
        .iter()
        .zip(&inputs)
        .map(|(found, &input)| match found {
            Some(found) if found.axes == axes => (found.source, true),
            _ => (input, false),
        })
        .collect();
    let mut builder = rewriter.before(id);
    let mut new_inputs = Vec::with_capacity(inputs.len());
    for (value, is_source) in sources {
        new_inputs.push(Some(if is_source { value } else { builder.transpose(value, &inverse(&axes))? }));
    }
    let value = builder.add_values(op, &new_inputs, vec![like])?[0];
    finish(rewriter, id, 0, value, &axes)?;
    Ok(true)
}

/// SPLIT (axis, value) and SPLIT_V (value, sizes, axis).
pub(super) fn split(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let node = rewriter.graph().node(id);
    let (value_at, axis_at) = match () {
        () if node.op.is(B::SPLIT) => (1, 0),
        () if node.op.is(B::SPLIT_V) => (0, 2),
        () => return Ok(false),
    };
    let (Some(value), Some(axis)) = (node.input(value_at), node.input(axis_at)) else { return Ok(false) };
    let Some(found) = movable(rewriter, value) else { return Ok(false) };
    let axis = rewriter.integers(axis).and_then(|axis| from_front(*axis.first()?, found.axes.len()));
    let Some(axis) = axis else { return Ok(false) };
    let (op, mut inputs, outputs) = (node.op.clone(), node.inputs.clone(), node.outputs.clone());
    let like = outputs.iter().map(|&output| rewriter.graph().value(output).clone()).collect();
    let mut builder = rewriter.before(id);
    inputs[value_at] = Some(found.source);
    inputs[axis_at] = Some(builder.scalar(found.axes[axis] as i32)?);
    let values = builder.add_values(op, &inputs, like)?;
    for (output, value) in values.into_iter().enumerate() {
        finish(rewriter, id, output, value, &found.axes)?;
    }
    Ok(true)
}

/// PAD, PADV2, MIRROR_PAD: a row of amounts for each dimension.
pub(super) fn pad(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let node = rewriter.graph().node(id);
    if ![B::PAD, B::PADV2, B::MIRROR_PAD].iter().any(|&code| node.op.is(code)) {
        return Ok(false);
    }
    by_dimension(rewriter, id, &[1], 2)
}

/// SLICE: begins and sizes.
pub(super) fn slice(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    if !rewriter.graph().node(id).op.is(B::SLICE) {
        return Ok(false);
    }
    by_dimension(rewriter, id, &[1, 2], 1)
}

/// STRIDED_SLICE of all dimensions, whose masks have a bit for each.
pub(super) fn strided_slice(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::STRIDED_SLICE) else { return Ok(false) };
    let Some(BuiltinOptions::StridedSliceOptions(options)) = &node.op.options else { return Ok(false) };
    let mut options = options.clone();
    if options.ellipsis_mask != 0
        || options.new_axis_mask != 0
        || options.shrink_axis_mask != 0
        || options.offset
    {
        return Ok(false);
    }
    let Some(value) = node.input(0) else { return Ok(false) };
    let Some(found) = movable(rewriter, value) else { return Ok(false) };
    let moved = |mask: i32| {
        let bits = found.axes.iter().enumerate().map(|(index, &axis)| (mask >> index & 1) << axis);
        bits.sum()
    };
    let covers = (1..4).all(|at| {
        let elements = node.input(at).and_then(|input| rewriter.integers(input));
        elements.is_some_and(|elements| elements.len() == found.axes.len())
    });
    if !covers {
        return Ok(false);
    }
    (options.begin_mask, options.end_mask) = (moved(options.begin_mask), moved(options.end_mask));
    rewriter.graph_mut().op_mut(id).options = Some(options.into());
    by_dimension(rewriter, id, &[1, 2, 3], 1)
}

/// Permutes the rows of constants that have one (of `width` elements) for each dimension.
fn by_dimension(rewriter: &mut Rewriter<'_>, id: NodeId, places: &[usize], width: usize) -> Result<bool> {
    let node = rewriter.graph().node(id);
    let Some(value) = node.input(0) else { return Ok(false) };
    let Some(found) = movable(rewriter, value) else { return Ok(false) };
    let mut lists = Vec::with_capacity(places.len());
    for &at in places {
        let Some(elements) = node.input(at).and_then(|input| rewriter.integers(input)) else {
            return Ok(false);
        };
        if elements.len() != found.axes.len() * width {
            return Ok(false);
        }
        let mut moved = vec![0i32; elements.len()];
        for (row, &axis) in elements.chunks_exact(width).zip(&found.axes) {
            for (index, &element) in row.iter().enumerate() {
                moved[axis * width + index] = element as i32;
            }
        }
        lists.push(moved);
    }
    let (op, mut inputs, output) = (node.op.clone(), node.inputs.clone(), node.outputs[0]);
    let like = rewriter.graph().value(output).clone();
    let mut builder = rewriter.before(id);
    inputs[0] = Some(found.source);
    for (&at, list) in places.iter().zip(&lists) {
        let sizes: &[usize] = if width == 1 { &[found.axes.len()] } else { &[found.axes.len(), width] };
        inputs[at] = Some(builder.constant(sizes, list)?);
    }
    let value = builder.add_values(op, &inputs, vec![like])?[0];
    finish(rewriter, id, 0, value, &found.axes)?;
    Ok(true)
}

/// SOFTMAX and LOG_SOFTMAX, if the last dimension stays the last.
pub(super) fn softmax(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let node = rewriter.graph().node(id);
    if !node.op.is(B::SOFTMAX) && !node.op.is(B::LOG_SOFTMAX) {
        return Ok(false);
    }
    let Some(found) = node.input(0).and_then(|input| movable(rewriter, input)) else { return Ok(false) };
    if found.axes.last() != Some(&(found.axes.len() - 1)) {
        return Ok(false);
    }
    let (op, output) = (node.op.clone(), node.outputs[0]);
    let like = rewriter.graph().value(output).clone();
    let value = rewriter.before(id).add_values(op, &[Some(found.source)], vec![like])?[0];
    finish(rewriter, id, 0, value, &found.axes)?;
    Ok(true)
}
