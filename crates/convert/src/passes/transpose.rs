//! Permutations of dimensions: joined, and made changes of shape where they move nothing.

use featherlite_ir::{NodeId, Op};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::TransposeOptions;

use super::{Pass, Rewriter, Stage, reshape};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules(
    "transpose",
    Stage::Lower,
    "joins permutations, and makes those that move sizes of 1 only changes of shape",
    &[super::transpose_chain, moves_nothing],
);

/// The permutation of a TRANSPOSE with constant axes.
pub(super) fn permutation(rewriter: &Rewriter<'_>, id: NodeId) -> Option<Vec<usize>> {
    let node = rewriter.is(id, B::TRANSPOSE)?;
    let axes = rewriter.integers(node.input(1)?)?;
    let rank = axes.len() as i64;
    axes.iter().map(|&axis| usize::try_from(if axis < 0 { axis + rank } else { axis }).ok()).collect()
}

/// A permutation of permuted dimensions.
pub(super) fn chain(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(second) = permutation(rewriter, id) else { return Ok(false) };
    let node = rewriter.graph().node(id);
    let (Some(input), old) = (node.input(0), node.outputs[0]) else { return Ok(false) };
    let Some(producer) = rewriter.graph().producer(input) else { return Ok(false) };
    let Some(first) = permutation(rewriter, producer) else { return Ok(false) };
    let Some(source) = rewriter.graph().node(producer).input(0) else { return Ok(false) };
    let joined: Vec<i32> = second.iter().map(|&axis| first[axis] as i32).collect();
    let is_identity = (0..).zip(&joined).all(|(index, &axis)| index == axis);
    if is_identity && rewriter.can_be_output(old, source) {
        rewriter.graph_mut().replace(old, source);
        return Ok(true);
    }
    let mut builder = rewriter.before(id);
    let axes = builder.constant(&[joined.len()], &joined)?;
    rewriter.substitute(id, Op::with(B::TRANSPOSE, TransposeOptions::default()), &[source, axes])
}

fn moves_nothing(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(axes) = permutation(rewriter, id) else { return Ok(false) };
    let node = rewriter.graph().node(id);
    let (Some(input), output) = (node.input(0), node.outputs[0]) else { return Ok(false) };
    let graph = rewriter.graph();
    let (Some(before), Some(after)) = (&graph.value(input).shape, &graph.value(output).shape) else {
        return Ok(false);
    };
    let large: Vec<usize> = axes.iter().copied().filter(|&axis| before[axis].size() != Some(1)).collect();
    if !large.is_sorted() || graph.value(output).quantization != graph.value(input).quantization {
        return Ok(false);
    }
    match reshape::target(after) {
        Some(target) => reshape::reshape(rewriter, id, input, &target),
        None => Ok(false),
    }
}
