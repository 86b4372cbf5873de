//! What of a model can not run, found without planning it.

use alloc::vec::Vec;

use featherlite_ops::core::{Node, Setup};
use featherlite_simd::Level;

use crate::graph::NodeInfo;
use crate::model::Inner;
use crate::plan::Context;
use crate::{Error, Result};

/// The nodes of a subgraph whose operator, version or element types are not supported.
pub(crate) fn unsupported(model: &Inner, index: usize) -> Vec<Error> {
    let setup = Setup { level: Level::SCALAR, reference: true, threads: 1 };
    let context = Context { model, index, setup, preserve_all: false, memory_limit: usize::MAX };
    let fault = |(number, info): (usize, &NodeInfo)| {
        let error = check(&context, number, info).err()?;
        Some(model.locate(error.at_node(index, number, &info.name)))
    };
    context.graph().nodes.iter().enumerate().filter_map(fault).collect()
}

fn check(context: &Context<'_>, index: usize, info: &NodeInfo) -> Result<()> {
    let graph = context.graph();
    let (operator, custom_options) = context.schema_operator(index)?;
    let lookup = |tensor: usize| {
        let declared = graph.tensors.get(tensor)?;
        Some(context.tensor(tensor, declared.shape, true, None, declared.constant.is_some()))
    };
    let inputs: Vec<_> = info.inputs.iter().map(|input| input.and_then(lookup)).collect();
    let outputs: Vec<_> = info.outputs.iter().filter_map(|&output| lookup(output)).collect();
    let node = Node {
        model: context.model.schema(),
        operator,
        index: (context.index, index),
        version: info.version,
        custom_options,
        inputs: &inputs,
        outputs: &outputs,
        tensor: &lookup,
    };
    Ok(context.operator(&graph.nodes[index])?.check(&node)?)
}
