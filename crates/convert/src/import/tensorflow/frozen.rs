//! Frozen graphs: one `GraphDef` in a file, weights and all.

use bytes::Bytes;
use featherlite_ir::Model;

use super::expand::{Request, expand};
use super::messages::{self, GraphDef, NodeDef, attr_value::Value};
use super::program::{Body, Node, Program, Source};
use super::signature::{self, Entry, Input, unknown};
use super::variables::Variables;
use crate::import::Options;
use crate::{Error, Result};

/// The name of the one signature.
const KEY: &str = "serving_default";

/// Operations that are no results of a network although nothing reads them.
const NO_RESULTS: &[&str] = &["Assert", "Const", "NoOp", "Placeholder", "SaveV2", "PrintV2"];

/// Reads a `GraphDef`.
///
/// # Errors
/// Damaged graphs, names that are no node, and operations without a TFLite counterpart.
pub(crate) fn import(contents: Bytes, options: &Options) -> Result<Model> {
    let graph: GraphDef = messages::decode(contents, "the GraphDef")?;
    if graph.node.is_empty() {
        return Err(Error::invalid("the GraphDef has no nodes")
            .hint("a frozen graph is a binary .pb file; a SavedModel is given as its folder"));
    }
    let program = Program::new(&graph, None)?;
    let body = program.main();
    let (inputs, cut) = inputs(&body)?;
    let outputs = outputs(&body, options)?;
    let results = outputs.iter().map(|(_, source)| *source).collect::<Vec<_>>();
    let flat = expand(&program, &Request { body, cut: &cut, results: &results, effects: &[] })?;
    let outputs = outputs.into_iter().map(|(name, _)| name).collect();
    let mut entry = Entry { key: KEY.to_owned(), inputs, outputs, flat };
    super::cut::keep_used(&mut entry);
    // What the graph calls outputs are found above, by the names of its own nodes.
    let options = &Options { outputs: Vec::new(), ..options.clone() };
    signature::build(&program, Variables::none(), vec![entry], options)
}

/// All placeholders.
fn inputs(body: &Body<'_>) -> Result<(Vec<Input>, Vec<Source>)> {
    let mut inputs = Vec::new();
    let mut cut = Vec::new();
    for (index, node) in body.nodes.iter().enumerate() {
        if node.def.op == "Placeholder" {
            let (dtype, shape) = placeholder(node.def);
            let input = Input::new(&node.def.name, &format!("{}:0", node.def.name), dtype, shape);
            inputs.push(input.map_err(|error| error.at(format!("the placeholder {:?}", node.def.name)))?);
            cut.push(Source::Output { node: index, output: 0 });
        }
    }
    Ok((inputs, cut))
}

fn placeholder(def: &NodeDef) -> (i32, Option<&messages::Shape>) {
    let attribute = |name: &str| def.attr.get(name).and_then(|value| value.value.as_ref());
    let dtype = if let Some(Value::Type(code)) = attribute("dtype") { *code } else { 1 };
    let shape = if let Some(Value::Shape(shape)) = attribute("shape") { Some(shape) } else { None };
    (dtype, shape)
}

/// The outputs that options name, or all nodes that nothing reads.
fn outputs(body: &Body<'_>, options: &Options) -> Result<Vec<(String, Source)>> {
    let names = || body.nodes.iter().map(|node| node.def.name.as_str());
    if !options.outputs.is_empty() {
        let source = |name: &String| body.find(name).ok_or_else(|| unknown("the output", name, names()));
        return options.outputs.iter().map(|name| Ok((name.clone(), source(name)?))).collect();
    }
    let mut is_read = vec![false; body.nodes.len()];
    for node in &body.nodes {
        for input in &node.inputs {
            if let Source::Output { node, .. } = *input {
                is_read[node] = true;
            }
        }
    }
    let is_result = |(index, node): &(usize, &Node<'_>)| {
        !is_read[*index] && !NO_RESULTS.contains(&node.def.op.as_str()) && !is_end_of_switch(body, node)
    };
    let results = body.nodes.iter().enumerate().filter(is_result);
    let outputs: Vec<_> =
        results.map(|(node, named)| (named.def.name.clone(), Source::Output { node, output: 0 })).collect();
    if outputs.is_empty() {
        return Err(Error::argument("every node of the graph is read by another")
            .hint("name the outputs: --outputs NAME"));
    }
    Ok(outputs)
}

/// Whether a node only marks a branch of TensorFlow 1: the identity of a switch.
fn is_end_of_switch(body: &Body<'_>, node: &Node<'_>) -> bool {
    let op = |node: &Node<'_>| node.def.op == "Switch" || node.def.op == "RefSwitch";
    let input = node.inputs.first().and_then(|input| match *input {
        Source::Output { node, .. } => body.nodes.get(node),
        Source::Argument(_) => None,
    });
    op(node) || node.def.op == "Identity" && input.is_some_and(op)
}
