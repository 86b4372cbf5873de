//! Nodes that nothing needs.

use featherlite_ir::{Code, Graph, Model, NodeId};
use featherlite_ops::core::Effects;

use super::{Pass, Run, Stage};
use crate::Result;
use crate::infer::operator;

pub(super) const PASS: Pass = Pass {
    name: "dead_code",
    summary: "removes nodes whose results nothing reads",
    stage: Stage::Tidy,
    run: Run::Graph(run),
};

fn run(model: &mut Model, graph: usize) -> Result<bool> {
    Ok(remove(&mut model.graphs[graph]))
}

/// Removes what nothing reads; whether there were any such nodes.
pub(super) fn remove(graph: &mut Graph) -> bool {
    let before = graph.node_count();
    let mut is_needed = vec![false; graph.value_count()];
    graph.outputs.iter().for_each(|output| is_needed[output.index()] = true);
    let mut kept: Vec<NodeId> = Vec::new();
    for (id, node) in graph.nodes().rev() {
        let is_read = node.outputs.iter().any(|output| is_needed[output.index()]);
        if is_read || acts(&node.op) {
            kept.push(id);
            node.inputs.iter().flatten().for_each(|input| is_needed[input.index()] = true);
        }
    }
    kept.sort_unstable();
    graph.retain(|id, _| kept.binary_search(&id).is_ok());
    graph.forget_unused_constants();
    graph.node_count() != before
}

/// Which values are needed for some of the graph's outputs, by their index.
pub(super) fn needed(graph: &Graph, outputs: &[bool]) -> Vec<bool> {
    let mut is_needed = vec![false; graph.value_count()];
    let outputs = graph.outputs.iter().zip(outputs).filter(|(_, is_asked)| **is_asked);
    outputs.for_each(|(output, _)| is_needed[output.index()] = true);
    for (_, node) in graph.nodes().rev() {
        if acts(&node.op) || node.outputs.iter().any(|output| is_needed[output.index()]) {
            node.inputs.iter().flatten().for_each(|input| is_needed[input.index()] = true);
        }
    }
    is_needed
}

/// Whether a node does something besides giving results.
fn acts(op: &featherlite_ir::Op) -> bool {
    use featherlite_schema::BuiltinOperator as B;
    match &op.code {
        Code::Custom(_) => operator(op).ok().flatten().is_some_and(|op| op.effects() == Effects::Some),
        Code::Builtin(code) => matches!(
            *code,
            B::ASSIGN_VARIABLE | B::CALL_ONCE | B::HASHTABLE_IMPORT | B::IF | B::WHILE | B::STABLEHLO_CASE
        ),
    }
}
