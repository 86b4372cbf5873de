//! IF: runs one of two subgraphs, by the truth of input 0, on the other inputs.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result};
use featherlite_schema::{BuiltinOperator, IfOptions};

use crate::core::{
    Called, Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req, rest,
};
use crate::parts::subgraph;

/// IF.
pub static OP: OpDef = OpDef {
    name: "IF",
    code: Code::Builtin(BuiltinOperator::IF),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::Some,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "IF", summary: "Runs one of two subgraphs, by a condition.", macs: None };

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(Types::of(&[DType::Bool])), rest(Types::ANY)],
    outputs: &[rest(Types::ANY)],
    version: 1,
}];

fn branches(node: &Node<'_>) -> Result<[usize; 2]> {
    let options: IfOptions<'_> = node.options();
    Ok([subgraph::index(options.else_subgraph_index())?, subgraph::index(options.then_subgraph_index())?])
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let condition = node.input(0)?.shape;
    if condition.elements() != 1 {
        return Err(Error::invalid_shape(format!(
            "the condition has the shape {condition}, not one element"
        )));
    }
    Ok(Outputs::Called(Called { subgraphs: branches(node)?.into(), first_input: 1, is_loop: false }))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let branches = branches(plan.node)?;
    subgraph::branch(plan, 1, move |io: &Io<'_>| {
        let is_true = io.input::<u8>(0)?.first().is_some_and(|&condition| condition != 0);
        Ok(branches[usize::from(is_true)])
    })
}
