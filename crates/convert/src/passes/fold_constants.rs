//! Nodes of constants are computed now.

use featherlite_ir::NodeId;

use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass =
    Pass::rules("fold_constants", Stage::Tidy, "computes nodes whose inputs are constants", &[rule]);

/// Building the node once more folds it if it can be.
fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let graph = rewriter.graph();
    let node = graph.node(id).clone();
    let is_known = |value: &featherlite_ir::Value| value.constant.is_some();
    let all_known = node.inputs.iter().flatten().all(|&input| is_known(graph.value(input)));
    if !all_known || node.inputs.is_empty() || !crate::fold::may_fold(&node.op)? {
        return Ok(false);
    }
    let mut values = Vec::new();
    for &output in &node.outputs {
        values.push(graph.value(output).clone());
    }
    let mut builder = rewriter.before(id);
    let new = builder.add_values(node.op.clone(), &node.inputs, values)?;
    if !new.iter().all(|&value| builder.is_constant(value)) {
        let added = builder.graph().producer(new[0]);
        added.into_iter().for_each(|added| builder.graph_mut().remove(added));
        return Ok(false);
    }
    for (&old, &new) in node.outputs.iter().zip(&new) {
        rewriter.graph_mut().replace(old, new);
    }
    Ok(true)
}
