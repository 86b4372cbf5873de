//! A bias of zeros for convolutions without one: readers of the format, XNNPACK among them, count on it.

use featherlite_base::DType;
use featherlite_ir::NodeId;
use featherlite_schema::BuiltinOperator as B;

use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass =
    Pass::rules("bias", Stage::Lower, "gives convolutions without a bias one of zeros", &[rule]);

fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let graph = rewriter.graph();
    let node = graph.node(id);
    let axis = match () {
        () if node.op.is(B::CONV_2D) => 0,
        () if node.op.is(B::DEPTHWISE_CONV_2D) => 3,
        () => return Ok(false),
    };
    let (Some(weights), None) = (node.input(1), node.input(2)) else { return Ok(false) };
    let is_float = graph.value(weights).dtype == DType::F32;
    let Some(sizes) = graph.value(weights).fixed_shape().filter(|_| is_float) else { return Ok(false) };
    let (op, mut inputs, old) = (node.op.clone(), node.inputs.clone(), node.outputs[0]);
    let mut builder = rewriter.before(id);
    inputs.resize(3, None);
    inputs[2] = Some(builder.constant(&[sizes[axis]], &vec![0f32; sizes[axis]])?);
    let like = builder.graph().value(old).clone();
    let new = builder.add_values(op, &inputs, vec![like])?[0];
    rewriter.replace(old, new);
    Ok(true)
}
