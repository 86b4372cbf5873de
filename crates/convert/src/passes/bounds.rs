//! Activations that sources write as minima and maxima.

use featherlite_ir::NodeId;
use featherlite_schema::BuiltinOperator as B;

use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules(
    "bounds",
    Stage::Lower,
    "makes constant bounds RELU, RELU6, RELU_N1_TO_1 or RELU_0_TO_1",
    &[rule],
);

/// `min(max(x, low), high)`, in either order, and `max(x, 0)`.
fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let node = rewriter.graph().node(id);
    let (is_max, is_min) = (node.op.is(B::MAXIMUM), node.op.is(B::MINIMUM));
    if !is_max && !is_min {
        return Ok(false);
    }
    let Some((x, constant)) = rewriter.with_constant(node) else { return Ok(false) };
    let Some(outer) = rewriter.scalar(constant) else { return Ok(false) };
    let graph = rewriter.graph();
    if graph.value(node.outputs[0]).shape != graph.value(x).shape {
        return Ok(false);
    }
    let inner = if is_max { B::MINIMUM } else { B::MAXIMUM };
    let source = rewriter.made_by(x, inner).and_then(|(_, inner)| {
        let (source, constant) = rewriter.with_constant(inner)?;
        let same = graph.value(source).shape == graph.value(x).shape && rewriter.is_used_once(x);
        Some((source, rewriter.scalar(constant)?)).filter(|_| same)
    });
    if let Some((source, inner)) = source {
        let (low, high) = if is_max { (outer, inner) } else { (inner, outer) };
        let code = match (low, high) {
            (0.0, 6.0) => B::RELU6,
            (-1.0, 1.0) => B::RELU_N1_TO_1,
            (0.0, 1.0) => B::RELU_0_TO_1,
            _ => return Ok(false),
        };
        return rewriter.substitute(id, code, &[source]);
    }
    // RELU6 of a RELU, which some sources write for one of them.
    if is_min && outer == 6.0 && rewriter.made_by(x, B::RELU).is_some() && rewriter.is_used_once(x) {
        let relu = graph.producer(x).and_then(|producer| graph.node(producer).input(0));
        return relu.map_or(Ok(false), |source| rewriter.substitute(id, B::RELU6, &[source]));
    }
    let is_bounded_later =
        graph.only_user(node.outputs[0]).is_some_and(|user| rewriter.is(user, B::MINIMUM).is_some());
    if is_max && outer == 0.0 && !is_bounded_later {
        return rewriter.substitute(id, B::RELU, &[x]);
    }
    Ok(false)
}
