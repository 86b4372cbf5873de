//! Numbers that scale attention: a factor behind BATCH_MATMUL or changes of layout goes to the matrix product that they come
//! from, whose weights take it up.

use featherlite_ir::{NodeId, ValueId};
use featherlite_schema::BuiltinOperator as B;

use super::affine::product;
use super::rewriter::is_plain;
use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules(
    "factor",
    Stage::Lower,
    "moves multiplications with a number behind the product with weights that they can be part of",
    &[rule],
);

/// How many operators may lie between a product and a factor.
const DEEPEST: usize = 8;

fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::MUL).filter(|node| is_plain(&node.op)) else { return Ok(false) };
    let old = node.outputs[0];
    let Some((x, factor)) = rewriter.with_constant(node) else { return Ok(false) };
    let Some(number) = rewriter.scalar(factor) else { return Ok(false) };
    let is_alike = rewriter.graph().value(x).shape == rewriter.graph().value(old).shape;
    let source = source(rewriter, x, DEEPEST).filter(|&source| source != x && is_alike);
    let Some(source) = source else { return Ok(false) };
    let Some(reader) = rewriter.graph().only_user(source) else { return Ok(false) };
    let Some(place) = rewriter.graph().node(reader).inputs.iter().position(|&input| input == Some(source))
    else {
        return Ok(false);
    };
    let mut builder = rewriter.before(reader);
    let factor = builder.scalar(number)?;
    let scaled = builder.binary(B::MUL, source, factor)?;
    rewriter.graph_mut().set_input(reader, place, Some(scaled));
    rewriter.replace(old, x);
    Ok(true)
}

/// The result of a product with constant weights from which alone a value comes, through operators that keep factors.
fn source(rewriter: &Rewriter<'_>, value: ValueId, deepest: usize) -> Option<ValueId> {
    if product(rewriter, value).is_some() {
        return Some(value);
    }
    let deepest = deepest.checked_sub(1)?;
    let graph = rewriter.graph();
    let node = graph.find(graph.producer(value)?).filter(|_| rewriter.is_used_once(value))?;
    let is_layout = node.op.is(B::RESHAPE) || node.op.is(B::TRANSPOSE);
    let operands = if node.op.is(B::BATCH_MATMUL) { 2 } else { usize::from(is_layout) };
    (0..operands).find_map(|operand| source(rewriter, node.input(operand)?, deepest))
}
