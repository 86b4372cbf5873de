//! Reductions followed by a change of shape that only adds or drops the reduced dimensions.

use featherlite_ir::{Dim, NodeId, Op};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::{BuiltinOptions, ReducerOptions};

use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass =
    Pass::rules("mean", Stage::Lower, "has reductions keep or drop dimensions themselves", &[rule]);

const REDUCTIONS: &[B] = &[B::MEAN, B::SUM, B::REDUCE_MAX, B::REDUCE_MIN, B::REDUCE_PROD];

fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::RESHAPE) else { return Ok(false) };
    let (Some(input), output) = (node.input(0), node.outputs[0]) else { return Ok(false) };
    let graph = rewriter.graph();
    let Some(reduction) = graph.producer(input).map(|producer| graph.node(producer)) else {
        return Ok(false);
    };
    let Some(&code) = REDUCTIONS.iter().find(|&&code| reduction.op.is(code)) else { return Ok(false) };
    let Some(BuiltinOptions::ReducerOptions(options)) = &reduction.op.options else { return Ok(false) };
    let (Some(x), Some(axes)) = (reduction.input(0), reduction.input(1)) else { return Ok(false) };
    let (Some(before), Some(after)) = (&graph.value(x).shape, &graph.value(output).shape) else {
        return Ok(false);
    };
    let Some(reduced) = rewriter.integers(axes) else { return Ok(false) };
    let rank = before.len() as i64;
    let is_reduced =
        |axis: usize| reduced.iter().any(|&other| other == axis as i64 || other + rank == axis as i64);
    let keep_dims = !options.keep_dims;
    let expected: Vec<Dim> = before
        .iter()
        .enumerate()
        .filter(|&(axis, _)| keep_dims || !is_reduced(axis))
        .map(|(axis, &dim)| if is_reduced(axis) { Dim::fixed(1) } else { dim })
        .collect();
    if expected != *after || !rewriter.is_used_once(input) {
        return Ok(false);
    }
    rewriter.substitute(id, Op::with(code, ReducerOptions { keep_dims }), &[x, axes])
}
