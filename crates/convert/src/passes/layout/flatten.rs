//! FULLY_CONNECTED of an image that is permuted and flattened: the columns of the weights are permuted instead.

use featherlite_base::DType;
use featherlite_ir::{Dim, NodeId};
use featherlite_schema::BuiltinOperator as B;

use super::{inverse, permuted};
use crate::Result;
use crate::passes::Rewriter;

pub(super) fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::FULLY_CONNECTED) else { return Ok(false) };
    let (Some(flat), Some(weights)) = (node.input(0), node.input(1)) else { return Ok(false) };
    let Some((_, flatten)) = rewriter.made_by(flat, B::RESHAPE) else { return Ok(false) };
    let Some(image) = flatten.input(0) else { return Ok(false) };
    let Some(found) = permuted(rewriter, image) else { return Ok(false) };
    let graph = rewriter.graph();
    let is_float = graph.value(weights).dtype == DType::F32 && graph.value(weights).constant.is_some();
    let (Some(shape), Some(flat_shape)) = (&graph.value(image).shape, &graph.value(flat).shape) else {
        return Ok(false);
    };
    let inner = shape[1..].iter().map(|dim| dim.size()).collect::<Option<Vec<usize>>>();
    let Some(inner) = inner.filter(|_| is_float && found.axes[0] == 0) else { return Ok(false) };
    let columns: usize = inner.iter().product();
    if flat_shape.len() != 2 || flat_shape[0] != shape[0] || flat_shape[1] != Dim::fixed(columns) {
        return Ok(false);
    }
    let Some(weights_shape) = graph.value(weights).fixed_shape() else { return Ok(false) };
    let (op, mut inputs, old, bias) =
        (node.op.clone(), node.inputs.clone(), node.outputs[0], flatten.input(1));
    let like = graph.value(old).clone();
    let mut builder = rewriter.before(id);
    // The weights as [units, …the image's sizes], permuted as the image is not any more.
    let mut sizes = vec![weights_shape[0] as i64];
    sizes.extend(inner.iter().map(|&size| size as i64));
    let unflat = builder.reshape(weights, &sizes)?;
    let moved = builder.transpose(unflat, &inverse(&found.axes))?;
    inputs[1] = Some(builder.reshape(moved, &[weights_shape[0] as i64, columns as i64])?);
    let Some(target) = bias else { return Ok(false) };
    inputs[0] = Some(builder.add(B::RESHAPE, &[found.source, target])?);
    let new = builder.add_values(op, &inputs, vec![like])?[0];
    rewriter.replace(old, new);
    Ok(true)
}
