//! Activations, fused into what they follow.

use featherlite_ir::NodeId;
use featherlite_schema::ActivationFunctionType as A;
use featherlite_schema::BuiltinOperator as B;

use super::rewriter::{activation, set_activation};
use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules(
    "activation",
    Stage::Lower,
    "fuses RELU, RELU6 and RELU_N1_TO_1 into what they follow",
    &[rule],
);

fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let node = rewriter.graph().node(id);
    let fused = match () {
        () if node.op.is(B::RELU) => A::RELU,
        () if node.op.is(B::RELU6) => A::RELU6,
        () if node.op.is(B::RELU_N1_TO_1) => A::RELU_N1_TO_1,
        () => return Ok(false),
    };
    let old = node.outputs[0];
    let Some(x) = node.input(0).filter(|&x| rewriter.is_used_once(x)) else { return Ok(false) };
    let graph = rewriter.graph();
    let Some(producer) = graph.producer(x) else { return Ok(false) };
    let is_float = graph.value(x).dtype == featherlite_base::DType::F32;
    let before = graph.node(producer);
    if activation(&before.op) != Some(A::NONE) || !is_float || before.outputs.len() != 1 {
        return Ok(false);
    }
    set_activation(rewriter.graph_mut().op_mut(producer), fused);
    rewriter.replace(old, x);
    Ok(true)
}
