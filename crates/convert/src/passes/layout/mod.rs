//! Layouts: sources that keep channels before rows and columns (ONNX, TensorFlow's NCHW) come with a TRANSPOSE before and
//! after each operator on images. Here a TRANSPOSE moves behind the operator that reads it, until it meets one that undoes it,
//! or arrives where dimensions no longer matter.
//!
//! With `p` the permutation and `T` the TRANSPOSE, `f(T(x))` becomes `T(f'(x))`, where `f'` names the dimensions as `x` has
//! them.

use featherlite_ir::{NodeId, ValueId};
use featherlite_schema::BuiltinOperator as B;

use super::transpose::permutation;
use super::{Pass, Rewriter, Stage};
use crate::Result;
use crate::build::Builder;

mod axes;
pub(super) mod elementwise;
mod flatten;
mod input;
mod reduction;
mod reshape;

pub(super) const PASS: Pass = Pass::rules(
    "layout",
    Stage::Lower,
    "moves TRANSPOSE behind what reads it, until two cancel",
    &[
        super::transpose_chain,
        input::rule,
        elementwise::rule,
        axes::concatenation,
        axes::split,
        axes::pad,
        axes::slice,
        axes::strided_slice,
        axes::softmax,
        reduction::rule,
        flatten::rule,
        reshape::rule,
    ],
);

/// A value that a TRANSPOSE gives: what it permutes, and how.
struct Permuted {
    source: ValueId,
    axes: Vec<usize>,
}

/// The TRANSPOSE that makes a value.
fn permuted(rewriter: &Rewriter<'_>, value: ValueId) -> Option<Permuted> {
    let producer = rewriter.graph().producer(value)?;
    let axes = permutation(rewriter, producer)?;
    let source = rewriter.graph().node(producer).input(0)?;
    let is_plain = rewriter.graph().value(value).shape.is_some();
    is_plain.then_some(Permuted { source, axes })
}

/// As [`permuted`], of what is no input: that keeps its TRANSPOSE.
fn movable(rewriter: &Rewriter<'_>, value: ValueId) -> Option<Permuted> {
    permuted(rewriter, value).filter(|found| !input::is_input(rewriter, found.source))
}

/// The permutation that undoes another.
fn inverse(axes: &[usize]) -> Vec<usize> {
    let mut inverse = vec![0; axes.len()];
    for (index, &axis) in axes.iter().enumerate() {
        inverse[axis] = index;
    }
    inverse
}

/// Puts a TRANSPOSE of `value` in the place of an output of a node.
fn finish(
    rewriter: &mut Rewriter<'_>,
    id: NodeId,
    output: usize,
    value: ValueId,
    axes: &[usize],
) -> Result<()> {
    let old = rewriter.graph().node(id).outputs[output];
    let mut builder = rewriter.before(id);
    let new = transpose_like(&mut builder, value, axes, old)?;
    rewriter.replace(old, new);
    Ok(())
}

/// A TRANSPOSE that gives a value of the type of `like`; nothing if it moves nothing.
fn transpose_like(builder: &mut Builder<'_>, x: ValueId, axes: &[usize], like: ValueId) -> Result<ValueId> {
    if axes.is_sorted() && !builder.graph().is_output(like) {
        return Ok(x);
    }
    let axes: Vec<i32> = axes.iter().map(|&axis| axis as i32).collect();
    let axes = builder.constant(&[axes.len()], &axes)?;
    builder.add_typed_like(B::TRANSPOSE, &[x, axes], like)
}

/// The axis counted from the front.
pub(in crate::passes) fn from_front(axis: i64, rank: usize) -> Option<usize> {
    let axis = if axis < 0 { axis + rank as i64 } else { axis };
    usize::try_from(axis).ok().filter(|&axis| axis < rank)
}
