//! L2_NORMALIZATION for `x * rsqrt(max(sum(x^2), epsilon))` along the last dimension.

use featherlite_ir::{NodeId, Op, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::L2NormOptions;

use super::rewriter::is_plain;
use super::softmax::reduced;
use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass =
    Pass::rules("l2_normalization", Stage::Lower, "recognizes L2_NORMALIZATION", &[product, quotient]);

/// The operator's own lower bound of the sum.
const EPSILON: f32 = 1e-6;

fn product(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::MUL).filter(|node| is_plain(&node.op)) else { return Ok(false) };
    let (Some(a), Some(b)) = (node.input(0), node.input(1)) else { return Ok(false) };
    let is_norm = |x: ValueId, root: ValueId| {
        let sum = rewriter.made_by(root, B::RSQRT).and_then(|(_, root)| root.input(0));
        sum.is_some_and(|sum| sum_of_squares(rewriter, sum) == Some(x))
    };
    match [(a, b), (b, a)].into_iter().find(|&(x, root)| is_norm(x, root)) {
        Some((x, _)) => {
            rewriter.substitute(id, Op::with(B::L2_NORMALIZATION, L2NormOptions::default()), &[x])
        }
        None => Ok(false),
    }
}

fn quotient(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::DIV).filter(|node| is_plain(&node.op)) else { return Ok(false) };
    let (Some(x), Some(root)) = (node.input(0), node.input(1)) else { return Ok(false) };
    let sum = rewriter.made_by(root, B::SQRT).and_then(|(_, root)| root.input(0));
    match sum.and_then(|sum| sum_of_squares(rewriter, sum)) {
        Some(source) if source == x => {
            rewriter.substitute(id, Op::with(B::L2_NORMALIZATION, L2NormOptions::default()), &[x])
        }
        _ => Ok(false),
    }
}

/// The `x` of `max(sum(x^2), epsilon)` with an epsilon that the operator's own covers.
fn sum_of_squares(rewriter: &Rewriter<'_>, value: ValueId) -> Option<ValueId> {
    let (_, bound) = rewriter.made_by(value, B::MAXIMUM)?;
    let (sum, epsilon) = rewriter.with_constant(bound)?;
    let squares =
        reduced(rewriter, sum, B::SUM).filter(|_| rewriter.scalar(epsilon).is_some_and(|e| e <= EPSILON))?;
    match rewriter.made_by(squares, B::SQUARE) {
        Some((_, square)) => square.input(0),
        None => {
            let (_, mul) = rewriter.made_by(squares, B::MUL)?;
            (mul.input(0)? == mul.input(1)?).then_some(mul.input(0)?)
        }
    }
}
