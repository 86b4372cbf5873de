//! Nodes that compute the same from the same.

use std::collections::HashMap;

use featherlite_ir::{Contents, Model, ValueId};
use featherlite_ops::core::Effects;

use super::{Pass, Run, Stage, dead_code};
use crate::Result;
use crate::infer::operator;

pub(super) const PASS: Pass = Pass {
    name: "duplicates",
    summary: "computes once what several nodes compute from the same inputs",
    stage: Stage::Tidy,
    run: Run::Graph(run),
};

fn run(model: &mut Model, graph: usize) -> Result<bool> {
    let graph = &mut model.graphs[graph];
    let mut first: HashMap<String, Vec<ValueId>> = HashMap::new();
    let mut pairs: Vec<(ValueId, ValueId)> = Vec::new();
    let mut same: HashMap<ValueId, ValueId> = HashMap::new();
    let constants = representatives(graph);
    for (_, node) in graph.nodes() {
        let is_pure = operator(&node.op)?.is_some_and(|op| op.effects() != Effects::Some);
        let reads_state = node.inputs.iter().flatten().any(|&input| graph.value(input).is_variable);
        if !is_pure || reads_state || node.outputs.iter().any(|&output| graph.is_output(output)) {
            continue;
        }
        let source = |input: &Option<ValueId>| {
            input.map(|input| *same.get(&input).or(constants.get(&input)).unwrap_or(&input))
        };
        let inputs: Vec<_> = node.inputs.iter().map(source).collect();
        let types: Vec<_> = node
            .outputs
            .iter()
            .map(|&output| {
                let value = graph.value(output);
                (value.dtype, &value.quantization)
            })
            .collect();
        let key = format!("{:?} {inputs:?} {types:?}", node.op);
        match first.get(&key) {
            Some(outputs) => {
                for (&old, &new) in node.outputs.iter().zip(outputs) {
                    same.insert(old, new);
                    pairs.push((old, new));
                }
            }
            None => {
                first.insert(key, node.outputs.clone());
            }
        }
    }
    for &(old, new) in &pairs {
        graph.replace(old, new);
    }
    dead_code::remove(graph);
    Ok(!pairs.is_empty())
}

/// For each constant the first one that is equal to it.
fn representatives(graph: &featherlite_ir::Graph) -> HashMap<ValueId, ValueId> {
    let mut first: HashMap<(u8, Contents<'_>, Vec<usize>), ValueId> = HashMap::new();
    let mut found = HashMap::new();
    for (id, value) in graph.values().filter(|(id, _)| !graph.users(*id).is_empty()) {
        let (Some(contents), Some(shape)) = (&value.constant, value.fixed_shape()) else { continue };
        let key = (value.dtype as u8, Contents(contents), shape);
        let representative = *first.entry(key).or_insert(id);
        if representative != id && graph.value(representative).quantization == value.quantization {
            found.insert(id, representative);
        }
    }
    found
}
