//! Reductions along constant axes.

use featherlite_ir::NodeId;
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::BuiltinOptions;

use super::{finish, from_front, permuted};
use crate::Result;
use crate::passes::Rewriter;

const REDUCTIONS: &[B] = &[
    B::MEAN,
    B::SUM,
    B::REDUCE_MAX,
    B::REDUCE_MIN,
    B::REDUCE_PROD,
    B::REDUCE_ANY,
    B::REDUCE_ALL,
    B::ARG_MAX,
    B::ARG_MIN,
];

pub(super) fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let node = rewriter.graph().node(id);
    if !REDUCTIONS.iter().any(|&code| node.op.is(code)) {
        return Ok(false);
    }
    let (Some(value), Some(axes)) = (node.input(0), node.input(1)) else { return Ok(false) };
    let Some(found) = permuted(rewriter, value) else { return Ok(false) };
    let rank = found.axes.len();
    let reduced = rewriter
        .integers(axes)
        .and_then(|axes| axes.iter().map(|&axis| from_front(axis, rank)).collect::<Option<Vec<usize>>>());
    let Some(reduced) = reduced else { return Ok(false) };
    let keeps =
        matches!(&node.op.options, Some(BuiltinOptions::ReducerOptions(options)) if options.keep_dims);
    let mut moved: Vec<i32> = reduced.iter().map(|&axis| found.axes[axis] as i32).collect();
    moved.sort_unstable();
    let axes_shape = rewriter.graph().value(axes).fixed_shape().unwrap_or_default();
    let (op, output) = (node.op.clone(), node.outputs[0]);
    let like = rewriter.graph().value(output).clone();
    let mut builder = rewriter.before(id);
    let axes = builder.constant(&axes_shape, &moved)?;
    let value = builder.add_values(op, &[Some(found.source), Some(axes)], vec![like])?[0];
    let left: Vec<usize> = match keeps {
        true => found.axes,
        false => {
            let kept = (0..rank).filter(|axis| !reduced.contains(axis)).map(|axis| found.axes[axis]);
            let kept: Vec<usize> = kept.collect();
            let mut sorted = kept.clone();
            sorted.sort_unstable();
            // Dimensions move up in the place of those that are gone.
            kept.iter().filter_map(|axis| sorted.iter().position(|other| other == axis)).collect()
        }
    };
    finish(rewriter, id, 0, value, &left)?;
    Ok(true)
}
