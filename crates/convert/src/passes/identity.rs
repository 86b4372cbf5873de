//! Nodes that give what they are given.

use featherlite_ir::{NodeId, ValueId};
use featherlite_schema::BuiltinOperator as B;

use super::rewriter::is_plain;
use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass =
    Pass::rules("identity", Stage::Tidy, "removes nodes that give what they are given", &[rule]);

fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some((output, input)) = unchanged(rewriter, id) else { return Ok(false) };
    let graph = rewriter.graph();
    let (old, new) = (graph.value(output), graph.value(input));
    let is_same = old.shape.is_some()
        && old.shape == new.shape
        && old.dtype == new.dtype
        && old.quantization == new.quantization;
    if !is_same || !rewriter.can_be_output(output, input) {
        return Ok(false);
    }
    rewriter.graph_mut().replace(output, input);
    Ok(true)
}

/// Output and input of a node that are the same if their shapes are.
fn unchanged(rewriter: &Rewriter<'_>, id: NodeId) -> Option<(ValueId, ValueId)> {
    let node = rewriter.graph().node(id);
    let &[output] = &node.outputs[..] else { return None };
    let featherlite_ir::Code::Builtin(code) = node.op.code else { return None };
    let input = match code {
        B::RESHAPE
        | B::SQUEEZE
        | B::EXPAND_DIMS
        | B::CAST
        | B::TILE
        | B::BROADCAST_TO
        | B::PAD
        | B::PADV2
        | B::SLICE => node.input(0)?,
        B::CONCATENATION if node.inputs.len() == 1 => node.input(0)?,
        B::SPLIT => node.input(1)?,
        B::STRIDED_SLICE => {
            let steps = rewriter.integers(node.input(3)?)?;
            steps.iter().all(|&step| step > 0).then_some(node.input(0)?)?
        }
        B::TRANSPOSE => {
            let axes = rewriter.integers(node.input(1)?)?;
            (0..).zip(&axes).all(|(index, &axis)| index == axis).then_some(node.input(0)?)?
        }
        B::ADD | B::MUL if is_plain(&node.op) => {
            let (x, constant) = rewriter.with_constant(node)?;
            let neutral = if code == B::ADD { 0.0 } else { 1.0 };
            (rewriter.scalar(constant)? == neutral).then_some(x)?
        }
        B::SUB | B::DIV if is_plain(&node.op) => {
            let neutral = if code == B::SUB { 0.0 } else { 1.0 };
            (rewriter.scalar(node.input(1)?)? == neutral).then_some(node.input(0)?)?
        }
        B::RELU | B::RELU6 => {
            let input = node.input(0)?;
            rewriter.made_by(input, code)?;
            input
        }
        _ => return None,
    };
    Some((output, input))
}
