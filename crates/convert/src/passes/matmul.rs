//! FULLY_CONNECTED for products with a constant matrix.

use featherlite_ir::NodeId;
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::BuiltinOptions;

use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass =
    Pass::rules("matmul", Stage::Lower, "makes BATCH_MATMUL with a constant matrix FULLY_CONNECTED", &[rule]);

fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::BATCH_MATMUL) else { return Ok(false) };
    let (Some(x), Some(weights)) = (node.input(0), node.input(1)) else { return Ok(false) };
    let (adj_x, adj_y) = match &node.op.options {
        Some(BuiltinOptions::BatchMatMulOptions(options)) => (options.adj_x, options.adj_y),
        _ => (false, false),
    };
    let graph = rewriter.graph();
    let old = node.outputs[0];
    let (Some(sizes), Some(rank)) =
        (graph.value(weights).fixed_shape(), graph.value(x).shape.as_ref().map(Vec::len))
    else {
        return Ok(false);
    };
    let matrix = sizes.len().checked_sub(2).filter(|&batch| sizes[..batch].iter().all(|&size| size == 1));
    let is_float = graph.value(weights).dtype == featherlite_base::DType::F32;
    let (Some(batch), false, true) = (matrix, adj_x, is_float) else { return Ok(false) };
    if graph.value(weights).constant.is_none() || rank < 2 || sizes.len() > rank {
        return Ok(false);
    }
    let mut builder = rewriter.before(id);
    let [rows, columns] = [sizes[batch] as i64, sizes[batch + 1] as i64];
    let mut matrix = weights;
    if batch > 0 {
        matrix = builder.reshape(matrix, &[rows, columns])?;
    }
    if !adj_y {
        matrix = builder.transpose(matrix, &[1, 0])?;
    }
    let new = builder.fully_connected(x, matrix, None)?;
    rewriter.replace(old, new);
    Ok(true)
}
