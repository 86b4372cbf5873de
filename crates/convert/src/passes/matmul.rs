//! FULLY_CONNECTED for products with a constant matrix, on inputs of any rank.

use featherlite_ir::{NodeId, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::BuiltinOptions;

use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules(
    "matmul",
    Stage::Lower,
    "makes BATCH_MATMUL with a constant matrix FULLY_CONNECTED, without RESHAPE before and after; has BATCH_MATMUL \
     transpose its operands itself",
    &[constant_matrix, between_reshapes, transposed],
);

fn constant_matrix(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
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

/// RESHAPE to rows, FULLY_CONNECTED, and RESHAPE back: FULLY_CONNECTED that keeps the dimensions.
fn between_reshapes(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::RESHAPE) else { return Ok(false) };
    let (Some(y), back) = (node.input(0), node.outputs[0]) else { return Ok(false) };
    let graph = rewriter.graph();
    let Some((_, product)) = rewriter.made_by(y, B::FULLY_CONNECTED).filter(|_| rewriter.is_used_once(y))
    else {
        return Ok(false);
    };
    let rows = product.input(0).and_then(|rows| rewriter.made_by(rows, B::RESHAPE));
    let Some(x) = rows.and_then(|(_, rows)| rows.input(0)) else { return Ok(false) };
    let shape = |value: ValueId| graph.value(value).shape.as_deref();
    let (Some(from), Some(to), Some(made)) = (shape(x), shape(back), shape(y)) else { return Ok(false) };
    let (Some((depth, outer)), Some((width, outer_after))) = (from.split_last(), to.split_last()) else {
        return Ok(false);
    };
    let inner = product.input(1).and_then(shape).and_then(|weights| weights.last());
    if outer != outer_after || Some(depth) != inner || made.last() != Some(width) {
        return Ok(false);
    }
    let mut op = product.op.clone();
    let Some(BuiltinOptions::FullyConnectedOptions(options)) = &mut op.options else { return Ok(false) };
    options.keep_num_dims = outer.len() != 1;
    let mut inputs = product.inputs.clone();
    inputs[0] = Some(x);
    let like = graph.value(back).clone();
    let new = rewriter.before(id).add_values(op, &inputs, vec![like])?[0];
    rewriter.replace(back, new);
    Ok(true)
}

/// A TRANSPOSE of the rows and columns of an operand of BATCH_MATMUL.
fn transposed(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::BATCH_MATMUL) else { return Ok(false) };
    let found = (0..2).find_map(|operand| Some((operand, swapped(rewriter, node.input(operand)?)?)));
    let Some((operand, matrix)) = found else { return Ok(false) };
    let mut op = node.op.clone();
    let Some(BuiltinOptions::BatchMatMulOptions(options)) = &mut op.options else { return Ok(false) };
    let is_adjoint = if operand == 0 { &mut options.adj_x } else { &mut options.adj_y };
    *is_adjoint = !*is_adjoint;
    let mut inputs: Vec<ValueId> = node.inputs.iter().flatten().copied().collect();
    inputs[operand] = matrix;
    rewriter.substitute(id, op, &inputs)
}

/// The matrices of which a value is the transposes.
fn swapped(rewriter: &Rewriter<'_>, value: ValueId) -> Option<ValueId> {
    let (_, transpose) = rewriter.made_by(value, B::TRANSPOSE)?;
    let axes = rewriter.integers(transpose.input(1)?)?;
    let rank = axes.len() as i64;
    let is_swap = axes.iter().zip(0..).all(|(&axis, at)| match rank - at {
        1 => axis == at - 1,
        2 => axis == at + 1,
        _ => axis == at,
    });
    (rank >= 2 && is_swap).then_some(transpose.input(0)?)
}
