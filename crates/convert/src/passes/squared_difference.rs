//! SQUARED_DIFFERENCE for the square of a difference, SQUARE for a product with itself.

use featherlite_ir::{NodeId, Op};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::{SquareOptions, SquaredDifferenceOptions};

use super::rewriter::is_plain;
use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules(
    "squared_difference",
    Stage::Lower,
    "recognizes squares and squared differences",
    &[product, difference],
);

fn product(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::MUL).filter(|node| is_plain(&node.op)) else { return Ok(false) };
    let (Some(x), Some(y)) = (node.input(0), node.input(1)) else { return Ok(false) };
    let is_float = rewriter.graph().value(x).dtype == featherlite_base::DType::F32;
    if x != y || !is_float {
        return Ok(false);
    }
    rewriter.substitute(id, Op::with(B::SQUARE, SquareOptions::default()), &[x])
}

fn difference(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::SQUARE) else { return Ok(false) };
    let Some(x) = node.input(0).filter(|&x| rewriter.is_used_once(x)) else { return Ok(false) };
    let Some((_, sub)) = rewriter.made_by(x, B::SUB).filter(|(_, sub)| is_plain(&sub.op)) else {
        return Ok(false);
    };
    let (Some(a), Some(b)) = (sub.input(0), sub.input(1)) else { return Ok(false) };
    rewriter.substitute(id, Op::with(B::SQUARED_DIFFERENCE, SquaredDifferenceOptions::default()), &[a, b])
}
