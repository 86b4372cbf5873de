//! Opening a network, with what importers leave to decide.

use std::collections::HashSet;
use std::path::Path;

use featherlite_ir::{Graph, Model, Node, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::BuiltinOptions;

use super::{Dynamic, Options, format};
use crate::Result;

/// A network that was read.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The network.
    pub model: Model,
    /// What was decided that the user may want otherwise, in sentences.
    pub notes: Vec<String>,
}

/// Reads a network of any format. Where recurrent layers run on a batch of open size, the batch becomes 1, unless the user
/// asks for another: the states of fused layers have fixed sizes.
///
/// # Errors
/// If the source can not be read or holds something that can not be expressed.
pub fn open(path: &Path, options: &Options) -> Result<Opened> {
    let model = format::read(path, options)?;
    let opened = Opened { model, notes: Vec::new() };
    let is_unrolled = is_unrolled(&opened.model);
    let is_stated = options.batch.is_some() || options.dynamic.contains(&Dynamic::Batch);
    if is_stated || !(is_unrolled || is_recurrent(&opened.model)) {
        return Ok(opened);
    }
    let options = Options { batch: Some(1), ..options.clone() };
    let Ok(model) = format::read(path, &options) else { return Ok(opened) };
    if is_recurrent(&model) || (is_unrolled && !is_fused(&model)) {
        return Ok(opened);
    }
    let note = "the batch is 1, as the network has recurrent layers; --dynamic batch leaves it open, --shape states another";
    Ok(Opened { model, notes: vec![note.to_owned()] })
}

/// Whether a loop multiplies a state whose first size is open by weights.
fn is_recurrent(model: &Model) -> bool {
    let bodies = model.graphs.iter().flat_map(Graph::nodes).filter_map(|(_, node)| body(node));
    bodies.filter_map(|index| model.graphs.get(index)).any(|body| {
        body.inputs.iter().zip(&body.outputs).any(|(&old, &new)| old != new && is_open_state(body, old))
    })
}

/// Whether a node of the source has become several steps of a recurrent layer, on a batch of open size.
fn is_unrolled(model: &Model) -> bool {
    model.graphs.iter().any(|graph| {
        let mut names = HashSet::new();
        let mut steps = graph.nodes().filter(|(_, node)| {
            let sizes = graph.value(node.outputs[0]).shape.as_deref();
            let is_open = sizes.and_then(|sizes| sizes.first()).is_some_and(|size| size.size().is_none());
            node.op.is(B::TANH) && is_open
        });
        steps.any(|(_, node)| !names.insert(node.name.as_str()))
    })
}

/// Whether recurrent layers have become operators.
fn is_fused(model: &Model) -> bool {
    model.graphs.iter().flat_map(Graph::nodes).any(|(_, node)| node.op.is(B::UNIDIRECTIONAL_SEQUENCE_LSTM))
}

/// The graph of a loop's body.
fn body(node: &Node) -> Option<usize> {
    match &node.op.options {
        Some(BuiltinOptions::WhileOptions(options)) => usize::try_from(options.body_subgraph_index).ok(),
        _ => None,
    }
}

fn is_open_state(body: &Graph, state: ValueId) -> bool {
    let first = body.value(state).shape.as_deref().and_then(|shape| shape.first());
    let is_product = |node: &Node| {
        [B::FULLY_CONNECTED, B::BATCH_MATMUL, B::CONV_2D].into_iter().any(|op| node.op.is(op))
            && node.input(0) == Some(state)
    };
    first.is_some_and(|size| size.size().is_none())
        && body.users(state).iter().any(|&user| is_product(body.node(user)))
}
