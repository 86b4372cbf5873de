//! HARD_SWISH for `x * relu6(x + 3) / 6`.

use featherlite_ir::NodeId;
use featherlite_schema::BuiltinOperator as B;

use super::product::{product_with, shifted};
use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules("hard_swish", Stage::Lower, "recognizes HARD_SWISH", &[rule]);

fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::RELU6) else { return Ok(false) };
    let output = node.outputs[0];
    let Some(x) = node.input(0).and_then(|input| shifted(rewriter, input, 3.0)) else { return Ok(false) };
    let Some(last) = product_with(rewriter, output, x, 1.0 / 6.0) else { return Ok(false) };
    rewriter.substitute(last, B::HARD_SWISH, &[x])
}
