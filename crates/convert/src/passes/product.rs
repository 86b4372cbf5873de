//! Products of several factors, in whatever order a source multiplies them.

use featherlite_ir::{NodeId, ValueId};
use featherlite_schema::BuiltinOperator as B;

use super::Rewriter;
use super::rewriter::is_plain;

/// The node that gives `value * x * factor`, if `value` is used for that alone. The factor may be applied to any part of the
/// product, as multiplication or as division by its inverse.
pub(super) fn product_with(
    rewriter: &Rewriter<'_>,
    value: ValueId,
    x: ValueId,
    factor: f32,
) -> Option<NodeId> {
    let (mut value, mut has_x, mut has_factor) = (value, false, false);
    let graph = rewriter.graph();
    loop {
        let user = graph.only_user(value)?;
        let node = graph.node(user);
        if !is_plain(&node.op) || graph.value(*node.outputs.first()?).shape != graph.value(x).shape {
            return None;
        }
        if node.op.is(B::DIV) {
            let divisor = rewriter.scalar(node.input(1)?).filter(|_| node.input(0) == Some(value))?;
            if std::mem::replace(&mut has_factor, true) || !is_near(1.0 / divisor, factor) {
                return None;
            }
        } else if node.op.is(B::MUL) {
            let other = if node.input(0) == Some(value) { node.input(1)? } else { node.input(0)? };
            match rewriter.scalar(other) {
                Some(constant) => {
                    if std::mem::replace(&mut has_factor, true) || !is_near(constant, factor) {
                        return None;
                    }
                }
                None if other == x => {
                    if std::mem::replace(&mut has_x, true) {
                        return None;
                    }
                }
                None => {
                    let is_scaled = scaled(rewriter, other, factor) == Some(x);
                    if !is_scaled
                        || std::mem::replace(&mut has_x, true)
                        || std::mem::replace(&mut has_factor, true)
                    {
                        return None;
                    }
                }
            }
        } else {
            return None;
        }
        if has_x && has_factor {
            return Some(user);
        }
        value = node.outputs[0];
    }
}

/// The `x` of a value `x * factor`.
pub(super) fn scaled(rewriter: &Rewriter<'_>, value: ValueId, factor: f32) -> Option<ValueId> {
    if let Some((_, node)) = rewriter.made_by(value, B::MUL) {
        let (x, constant) = rewriter.with_constant(node)?;
        return (is_plain(&node.op) && is_near(rewriter.scalar(constant)?, factor)).then_some(x);
    }
    let (_, node) = rewriter.made_by(value, B::DIV)?;
    let divisor = rewriter.scalar(node.input(1)?)?;
    (is_plain(&node.op) && is_near(1.0 / divisor, factor)).then_some(node.input(0)?)
}

/// The `x` of a value `x + term`.
pub(super) fn shifted(rewriter: &Rewriter<'_>, value: ValueId, term: f32) -> Option<ValueId> {
    let (_, node) = rewriter.made_by(value, B::ADD)?;
    let (x, constant) = rewriter.with_constant(node)?;
    (is_plain(&node.op) && is_near(rewriter.scalar(constant)?, term)).then_some(x)
}

/// Whether a constant is meant to be a number that sources round in their own ways.
pub(super) fn is_near(constant: f32, number: f32) -> bool {
    (constant - number).abs() <= number.abs() * 1e-3
}
