//! Changes of layout between DEQUANTIZE and an operator with weights: done on the integers, and on those of weights now.

use featherlite_base::Quantization;
use featherlite_ir::{NodeId, Value};
use featherlite_schema::BuiltinOperator as B;

use super::dequantized;
use crate::Result;
use crate::passes::Rewriter;
use crate::passes::layout::elementwise::is_for_products;
use crate::passes::transpose::permutation;

pub(super) fn moved(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let node = rewriter.graph().node(id);
    let (is_reshape, is_transpose) = (node.op.is(B::RESHAPE), node.op.is(B::TRANSPOSE));
    if !is_reshape && !is_transpose {
        return Ok(false);
    }
    let Some(source) = node.input(0).and_then(|input| dequantized(rewriter, input)) else { return Ok(false) };
    let value = rewriter.graph().value(source);
    let is_constant = value.constant.is_some();
    let is_in_the_way = is_transpose && is_for_products(rewriter, node.outputs[0]);
    let Some(affine) = value.quantization.affine().filter(|_| is_constant || is_in_the_way) else {
        return Ok(false);
    };
    let axis = match (affine.scales.len(), is_transpose) {
        (1, _) => Some(0),
        (_, true) => {
            permutation(rewriter, id).and_then(|axes| axes.iter().position(|&axis| axis == affine.axis))
        }
        (_, false) => axis_after(rewriter, id, affine.axis),
    };
    let Some(axis) = axis else { return Ok(false) };
    let quantization = Quantization::per_axis(affine.scales.clone(), affine.zero_points.clone(), axis);
    let integers = Value::new(&value.name, value.dtype).with_quantization(quantization);
    let (op, mut inputs) = (node.op.clone(), node.inputs.clone());
    inputs[0] = Some(source);
    let mut builder = rewriter.before(id);
    let new = builder.add_values(op, &inputs, vec![integers])?[0];
    if is_constant && !builder.is_constant(new) {
        return Ok(false);
    }
    rewriter.substitute(id, B::DEQUANTIZE, &[new])
}

/// Where a RESHAPE leaves a dimension, if it only adds or drops sizes of 1 before it.
fn axis_after(rewriter: &Rewriter<'_>, id: NodeId, axis: usize) -> Option<usize> {
    let node = rewriter.graph().node(id);
    let before = rewriter.graph().value(node.input(0)?).fixed_shape()?;
    let after = rewriter.graph().value(node.outputs[0]).fixed_shape()?;
    let (size, outer) = (before[axis], before[..axis].iter().product::<usize>());
    (0..after.len()).find(|&other| after[other] == size && after[..other].iter().product::<usize>() == outer)
}
