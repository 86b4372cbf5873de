//! The operators that models need, as Rust names them: what a small program lists.

use std::collections::BTreeSet;

use featherlite::ops::PATHS;
use featherlite::{Code, Model, NodeInfo, OpDef, SubgraphInfo};

/// The paths of the operators that a model needs in `featherlite::ops`, such as `conv_2d::INT8`: parts of operators, for
/// the element types in use, where there are such parts. Operators that are not supported are left out.
pub(crate) fn needed(model: &Model) -> BTreeSet<&'static str> {
    let nodes = model.subgraphs().flat_map(|graph| graph.nodes().iter().map(move |node| (graph, node)));
    nodes.filter_map(|(graph, node)| smallest(graph, node)).collect()
}

/// The path of the operator, or part of one, with the fewest combinations of element types that takes a node.
fn smallest(graph: SubgraphInfo<'_>, node: &NodeInfo) -> Option<&'static str> {
    let dtype = |tensor: usize| graph.tensors()[tensor].dtype();
    let admits = |def: &OpDef| {
        let inputs = node.inputs().iter().map(|input| input.map(dtype));
        let outputs = node.outputs().iter().map(|&output| dtype(output));
        def.sigs.iter().any(|sig| sig.admits_types(inputs.clone(), outputs.clone()))
    };
    let is_its = |def: &OpDef| match def.code {
        Code::Builtin(_) => !node.is_custom() && def.name == node.name(),
        Code::Custom(name) => node.is_custom() && name == node.name(),
    };
    let takers = PATHS.iter().filter(|(_, def)| is_its(def) && admits(def));
    takers.min_by_key(|(_, def)| def.sigs.len()).map(|(path, _)| *path)
}

/// The Rust expression for a set of operators.
pub(crate) fn set_expression(paths: &BTreeSet<&str>) -> String {
    let rows: String = paths.iter().map(|path| format!("    &featherlite::ops::{path},\n")).collect();
    format!("featherlite::OpSet::new(&[\n{rows}])")
}
