//! PRELU for `relu(x) - alpha * relu(-x)`, LEAKY_RELU for `max(x, alpha * x)`.

use featherlite_ir::{NodeId, Op, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::LeakyReluOptions;

use super::rewriter::is_plain;
use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass =
    Pass::rules("prelu", Stage::Lower, "recognizes PRELU and LEAKY_RELU", &[parametric, leaky]);

fn parametric(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::ADD).filter(|node| is_plain(&node.op)) else { return Ok(false) };
    let (Some(a), Some(b)) = (node.input(0), node.input(1)) else { return Ok(false) };
    let pairs = [(a, b), (b, a)];
    let Some((x, slope)) = pairs.into_iter().find_map(|(positive, negative)| {
        let x = rewriter.made_by(positive, B::RELU)?.1.input(0)?;
        Some((x, slope(rewriter, negative, x)?))
    }) else {
        return Ok(false);
    };
    let mut builder = rewriter.before(id);
    // The slopes have no dimension for the batch.
    let alpha = builder.unary(B::NEG, slope)?;
    let sizes = builder.fixed_dims(alpha)?;
    let rank = builder.rank(x)?;
    if sizes.len() > rank || (sizes.len() == rank && sizes[0] != 1) {
        return Ok(false);
    }
    let mut alpha_sizes: Vec<i64> = vec![1; rank - 1];
    let own = &sizes[sizes.len().saturating_sub(rank - 1)..];
    for (slot, &size) in alpha_sizes.iter_mut().rev().zip(own.iter().rev()) {
        *slot = size as i64;
    }
    let alpha = builder.reshape(alpha, &alpha_sizes)?;
    rewriter.substitute(id, B::PRELU, &[x, alpha])
}

/// The constant `c` of a value `c * relu(-x)`.
fn slope(rewriter: &Rewriter<'_>, value: ValueId, x: ValueId) -> Option<ValueId> {
    let (_, mul) = rewriter.made_by(value, B::MUL).filter(|(_, mul)| is_plain(&mul.op))?;
    let (negative, constant) = rewriter.with_constant(mul)?;
    let (_, relu) = rewriter.made_by(negative, B::RELU)?;
    let (_, neg) = rewriter.made_by(relu.input(0)?, B::NEG)?;
    (neg.input(0)? == x && rewriter.floats(constant).is_some()).then_some(constant)
}

fn leaky(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::MAXIMUM) else { return Ok(false) };
    let (Some(a), Some(b)) = (node.input(0), node.input(1)) else { return Ok(false) };
    let found = [(a, b), (b, a)].into_iter().find_map(|(x, scaled)| {
        let (_, mul) = rewriter.made_by(scaled, B::MUL).filter(|(_, mul)| is_plain(&mul.op))?;
        let (source, constant) = rewriter.with_constant(mul)?;
        let alpha = rewriter.scalar(constant)?;
        (source == x && (0.0..1.0).contains(&alpha)).then_some((x, alpha))
    });
    let Some((x, alpha)) = found else { return Ok(false) };
    rewriter.substitute(id, Op::with(B::LEAKY_RELU, LeakyReluOptions { alpha }), &[x])
}
