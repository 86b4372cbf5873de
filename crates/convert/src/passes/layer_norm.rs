//! One form of layer normalization: `(x - mean) * scale + beta` for `x * scale + (beta - mean * scale)`, which computes the
//! small difference of large numbers last (Ba et al., arXiv 1607.06450).

use featherlite_ir::{NodeId, ValueId};
use featherlite_schema::BuiltinOperator as B;

use super::rewriter::is_plain;
use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules(
    "layer_norm",
    Stage::Lower,
    "subtracts the mean first in normalizations",
    &[mean_first, gamma_last],
);

fn mean_first(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::ADD) else { return Ok(false) };
    let (Some(a), Some(b)) = (node.input(0), node.input(1)) else { return Ok(false) };
    let (op, old) = (node.op.clone(), node.outputs[0]);
    let Some(norm) = spread(rewriter, a, b).or_else(|| spread(rewriter, b, a)) else { return Ok(false) };
    let is_whole = rewriter.graph().value(norm.x).shape == rewriter.graph().value(old).shape;
    if !is_whole || (norm.beta.is_none() && !is_plain(&op)) {
        return Ok(false);
    }
    let (root, gamma) = match operands(rewriter, norm.scale, B::MUL) {
        Some([root, gamma]) if is_root(rewriter, root) => (root, Some(gamma)),
        Some([gamma, root]) if is_root(rewriter, root) => (root, Some(gamma)),
        _ => (norm.scale, None),
    };
    let mut builder = rewriter.before(id);
    let centered = builder.binary(B::SUB, norm.x, norm.mean)?;
    let mut scaled = builder.binary(B::MUL, centered, root)?;
    if let Some(gamma) = gamma {
        scaled = builder.binary(B::MUL, scaled, gamma)?;
    }
    match norm.beta {
        Some(beta) => rewriter.substitute(id, op, &[scaled, beta]),
        None => {
            rewriter.replace(old, scaled);
            Ok(true)
        }
    }
}

/// `(x - mean) * (root * gamma)` as `((x - mean) * root) * gamma`.
fn gamma_last(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::MUL) else { return Ok(false) };
    let (Some(a), Some(b), op) = (node.input(0), node.input(1), node.op.clone()) else { return Ok(false) };
    let parts = |centered: ValueId, scale: ValueId| {
        let [_, mean] = operands(rewriter, centered, B::SUB)?;
        rewriter.made_by(mean, B::MEAN)?;
        let [x, y] = operands(rewriter, scale, B::MUL).filter(|_| rewriter.is_used_once(scale))?;
        let (root, gamma) = if is_root(rewriter, x) { (x, y) } else { (y, x) };
        is_root(rewriter, root).then_some((centered, root, gamma))
    };
    let Some((centered, root, gamma)) = parts(a, b).or_else(|| parts(b, a)) else { return Ok(false) };
    let scaled = rewriter.before(id).binary(B::MUL, centered, root)?;
    rewriter.substitute(id, op, &[scaled, gamma])
}

/// `x * scale + (beta - mean * scale)`.
struct Spread {
    x: ValueId,
    scale: ValueId,
    mean: ValueId,
    beta: Option<ValueId>,
}

/// The normalization, if `product` is `x * scale` and `shift` is the rest of it.
fn spread(rewriter: &Rewriter<'_>, product: ValueId, shift: ValueId) -> Option<Spread> {
    let [a, b] = operands(rewriter, product, B::MUL).filter(|_| rewriter.is_used_once(product))?;
    [(a, b), (b, a)].into_iter().find_map(|(x, scale)| {
        let (mean, beta) = shifted(rewriter, shift, scale)?;
        Some(Spread { x, scale, mean, beta })
    })
}

/// The mean in `beta - mean * scale` or `-mean * scale`, and `beta`.
fn shifted(rewriter: &Rewriter<'_>, shift: ValueId, scale: ValueId) -> Option<(ValueId, Option<ValueId>)> {
    if let Some([beta, product]) = operands(rewriter, shift, B::SUB) {
        return Some((scaled_mean(rewriter, product, scale)?, Some(beta)));
    }
    if let Some([a, b]) = operands(rewriter, shift, B::ADD) {
        let with = |product, beta| Some((negated_mean(rewriter, product, scale)?, Some(beta)));
        return with(a, b).or_else(|| with(b, a));
    }
    Some((negated_mean(rewriter, shift, scale)?, None))
}

/// The mean in `-mean * scale`, whichever is negated.
fn negated_mean(rewriter: &Rewriter<'_>, value: ValueId, scale: ValueId) -> Option<ValueId> {
    if let Some((_, negation)) = rewriter.made_by(value, B::NEG) {
        return scaled_mean(rewriter, negation.input(0)?, scale);
    }
    let (_, negation) = rewriter.made_by(other(rewriter, value, scale)?, B::NEG)?;
    negation.input(0).filter(|&mean| rewriter.made_by(mean, B::MEAN).is_some())
}

/// The mean in `mean * scale`.
fn scaled_mean(rewriter: &Rewriter<'_>, value: ValueId, scale: ValueId) -> Option<ValueId> {
    other(rewriter, value, scale).filter(|&mean| rewriter.made_by(mean, B::MEAN).is_some())
}

/// What a product multiplies with `factor`.
fn other(rewriter: &Rewriter<'_>, product: ValueId, factor: ValueId) -> Option<ValueId> {
    let [a, b] = operands(rewriter, product, B::MUL)?;
    if a == factor { Some(b) } else { (b == factor).then_some(a) }
}

fn is_root(rewriter: &Rewriter<'_>, value: ValueId) -> bool {
    rewriter.made_by(value, B::RSQRT).is_some()
}

/// The operands of the operator that makes a value, if it does nothing else.
fn operands(rewriter: &Rewriter<'_>, value: ValueId, op: B) -> Option<[ValueId; 2]> {
    let (_, node) = rewriter.made_by(value, op).filter(|(_, node)| is_plain(&node.op))?;
    Some([node.input(0)?, node.input(1)?])
}
