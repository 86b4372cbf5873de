//! GELU for `x / 2 * (1 + erf(x / sqrt 2))` and for its form with tanh (Hendrycks and Gimpel, arXiv 1606.08415).

use featherlite_ir::{Code, NodeId, Op, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::GeluOptions;

use super::product::{is_near, product_with, scaled, shifted};
use super::rewriter::is_plain;
use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules("gelu", Stage::Lower, "recognizes GELU", &[with_erf, with_tanh]);

fn with_erf(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let node = rewriter.graph().node(id);
    if node.op.code != Code::Custom("Erf".to_owned()) {
        return Ok(false);
    }
    let output = node.outputs[0];
    let x = node.input(0).and_then(|input| scaled(rewriter, input, std::f32::consts::FRAC_1_SQRT_2));
    x.map_or(Ok(false), |x| finish(rewriter, output, x, false))
}

fn with_tanh(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::TANH) else { return Ok(false) };
    let output = node.outputs[0];
    let x = node.input(0).and_then(|input| inner(rewriter, input));
    x.map_or(Ok(false), |x| finish(rewriter, output, x, true))
}

/// The `x` of `sqrt(2 / pi) * (x + 0.044715 x^3)`.
fn inner(rewriter: &Rewriter<'_>, value: ValueId) -> Option<ValueId> {
    let factor = (2.0 / std::f32::consts::PI).sqrt();
    let sum = scaled(rewriter, value, factor)?;
    let (_, add) = rewriter.made_by(sum, B::ADD).filter(|(_, add)| is_plain(&add.op))?;
    let (a, b) = (add.input(0)?, add.input(1)?);
    let is_cubic = |x: ValueId, term: ValueId| {
        scaled(rewriter, term, 0.044_715).is_some_and(|cube| is_cube(rewriter, cube, x))
    };
    [(a, b), (b, a)].into_iter().find(|&(x, term)| is_cubic(x, term)).map(|(x, _)| x)
}

fn is_cube(rewriter: &Rewriter<'_>, value: ValueId, x: ValueId) -> bool {
    if let Some((_, pow)) = rewriter.made_by(value, B::POW) {
        let exponent = pow.input(1).and_then(|exponent| rewriter.scalar(exponent));
        return pow.input(0) == Some(x) && exponent.is_some_and(|exponent| is_near(exponent, 3.0));
    }
    let Some((_, mul)) = rewriter.made_by(value, B::MUL) else { return false };
    let (Some(a), Some(b)) = (mul.input(0), mul.input(1)) else { return false };
    let square = if a == x { b } else { a };
    let is_square = match rewriter.made_by(square, B::SQUARE) {
        Some((_, node)) => node.input(0) == Some(x),
        None => rewriter
            .made_by(square, B::MUL)
            .is_some_and(|(_, node)| node.input(0) == Some(x) && node.input(1) == Some(x)),
    };
    (a == x || b == x) && is_square
}

/// Replaces `x / 2 * (1 + value)`.
fn finish(rewriter: &mut Rewriter<'_>, value: ValueId, x: ValueId, approximate: bool) -> Result<bool> {
    let Some(add) = rewriter.graph().only_user(value) else { return Ok(false) };
    let Some(&sum) = rewriter.graph().node(add).outputs.first() else { return Ok(false) };
    if shifted(rewriter, sum, 1.0) != Some(value) {
        return Ok(false);
    }
    let Some(last) = product_with(rewriter, sum, x, 0.5) else { return Ok(false) };
    rewriter.substitute(last, Op::with(B::GELU, GeluOptions { approximate }), &[x])
}
