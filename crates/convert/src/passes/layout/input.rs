//! The TRANSPOSE of an input: it stays right behind the input, where the caller can do without it (`--nhwc`), and the other
//! operators work on what it gives.

use featherlite_ir::{Node, NodeId, Op, Value, ValueId};
use featherlite_schema::BuiltinOperator as B;

use super::elementwise::{is_elementwise, permuted_constant};
use super::permuted;
use crate::Result;
use crate::passes::Rewriter;
use crate::passes::transpose::permutation;

/// Whether a value is an input, as it is or permuted, or made of one by operators that a TRANSPOSE can go before.
pub(super) fn is_input(rewriter: &Rewriter<'_>, value: ValueId) -> bool {
    let graph = rewriter.graph();
    let mut value = value;
    loop {
        value = permuted(rewriter, value).map_or(value, |found| found.source);
        if graph.inputs.contains(&value) {
            return true;
        }
        let Some(node) = graph.producer(value).filter(|_| rewriter.is_used_once(value)) else { return false };
        match single(rewriter, graph.node(node)) {
            Some(source) => value = source,
            None => return false,
        }
    }
}

/// The operand of a node that a TRANSPOSE can go before, if all others are constants.
fn single(rewriter: &Rewriter<'_>, node: &Node) -> Option<ValueId> {
    let can_follow = is_padding(&node.op) || is_elementwise(&node.op);
    let is_constant = |value: &ValueId| rewriter.graph().value(*value).constant.is_some();
    let mut data = node.inputs.iter().flatten().copied().filter(|input| !is_constant(input));
    let source = data.next().filter(|_| can_follow && node.outputs.len() == 1)?;
    data.next().is_none().then_some(source)
}

fn is_padding(op: &Op) -> bool {
    [B::PAD, B::PADV2, B::MIRROR_PAD].iter().any(|&code| op.is(code))
}

/// `T(f(x))` of an input `x` becomes `f'(T(x))`.
pub(super) fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(axes) = permutation(rewriter, id) else { return Ok(false) };
    let graph = rewriter.graph();
    let node = graph.node(id);
    let (Some(moved), old) = (node.input(0), node.outputs[0]) else { return Ok(false) };
    let Some(producer) = graph.producer(moved).filter(|_| rewriter.is_used_once(moved)) else {
        return Ok(false);
    };
    let before = graph.node(producer);
    let pads = is_padding(&before.op);
    let Some(inputs) = before.inputs.iter().copied().collect::<Option<Vec<ValueId>>>() else {
        return Ok(false);
    };
    let Some(source) = single(rewriter, before) else { return Ok(false) };
    let rank = |value: ValueId| graph.value(value).shape.as_ref().map(Vec::len);
    let fits = is_input(rewriter, source)
        && inputs.iter().all(|&input| rank(input) <= Some(axes.len()))
        && rank(source) == Some(axes.len())
        && rank(moved) == rank(source);
    let rows = if pads { rewriter.integers(inputs[1]) } else { None };
    if !fits || (pads && rows.as_ref().is_none_or(|rows| rows.len() != 2 * axes.len())) {
        return Ok(false);
    }
    let op = before.op.clone();
    let (lacks_batch, like) = (op.is(B::PRELU), Value { shape: None, ..graph.value(moved).clone() });
    let mut builder = rewriter.before(id);
    let turned = builder.transpose(source, &axes)?;
    let mut new_inputs = Vec::with_capacity(inputs.len());
    for (position, input) in inputs.into_iter().enumerate() {
        new_inputs.push(Some(match &rows {
            _ if input == source => turned,
            Some(rows) if position == 1 => {
                let row = |&axis: &usize| [rows[2 * axis] as i32, rows[2 * axis + 1] as i32];
                let rows: Vec<i32> = axes.iter().flat_map(row).collect();
                builder.constant(&[axes.len(), 2], &rows)?
            }
            Some(_) => input,
            None if builder.fixed_dims(input)?.iter().all(|&size| size == 1) => input,
            None => permuted_constant(&mut builder, input, &axes, lacks_batch)?,
        }));
    }
    let new = builder.add_values(op, &new_inputs, vec![like])?[0];
    rewriter.replace(old, new);
    Ok(true)
}
