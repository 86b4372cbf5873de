//! Channel shuffle (ShuffleNet, arXiv 1707.01083): RESHAPE, TRANSPOSE, RESHAPE that only permute the last dimension pick its
//! elements by a constant list.

use featherlite_ir::{Dim, NodeId, Op};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::GatherOptions;

use super::transpose::permutation;
use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules(
    "channel_shuffle",
    Stage::Lower,
    "makes RESHAPE, TRANSPOSE, RESHAPE that permute channels one GATHER",
    &[rule],
);

fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some((x, groups, channels, axis)) = find(rewriter, id) else { return Ok(false) };
    let each = channels / groups;
    let picked: Vec<i32> =
        (0..channels).map(|index| (index % groups * each + index / groups) as i32).collect();
    let mut builder = rewriter.before(id);
    let picked = builder.constant(&[channels], &picked)?;
    let options = GatherOptions { axis: axis as i32, batch_dims: 0 };
    rewriter.substitute(id, Op::with(B::GATHER, options), &[x, picked])
}

/// What is shuffled, in how many groups, of how many channels, which are this dimension.
fn find(rewriter: &Rewriter<'_>, id: NodeId) -> Option<(featherlite_ir::ValueId, usize, usize, usize)> {
    let graph = rewriter.graph();
    let last = rewriter.is(id, B::RESHAPE)?;
    let moved = last.input(0).filter(|&value| rewriter.is_used_once(value))?;
    let axes = permutation(rewriter, graph.producer(moved)?)?;
    let split = graph.node(graph.producer(moved)?).input(0).filter(|&value| rewriter.is_used_once(value))?;
    let (_, first) = rewriter.made_by(split, B::RESHAPE)?;
    let x = first.input(0)?;
    let shape = |value| graph.value(value).shape.as_deref();
    let (before, between, after) = (shape(x)?, shape(split)?, shape(last.outputs[0])?);
    let axis = before.len().checked_sub(1)?;
    let [groups, each] = [between.get(axis)?.size()?, between.get(axis + 1)?.size()?];
    let swapped: Vec<usize> = (0..axis).chain([axis + 1, axis]).collect();
    let is_shuffle = before == after
        && between.len() == axis + 2
        && between[..axis] == before[..axis]
        && before[axis] == Dim::fixed(groups * each)
        && axes == swapped;
    is_shuffle.then_some((x, groups, groups * each, axis))
}
