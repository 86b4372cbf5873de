//! STABLEHLO_CASE: runs one of several subgraphs, by the number in input 0, on the other inputs. Numbers that no
//! branch has stand for the last one.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, Error, Result};
use featherlite_schema::{BuiltinOperator, StablehloCaseOptions};

use crate::core::{
    Called, Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req, rest,
};
use crate::parts::subgraph;

/// STABLEHLO_CASE.
pub static OP: OpDef = OpDef {
    name: "STABLEHLO_CASE",
    code: Code::Builtin(BuiltinOperator::STABLEHLO_CASE),
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
    HostDef { name: "STABLEHLO_CASE", summary: "Runs one of several subgraphs, by a number.", macs: None };

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(Types::of(&[DType::I32])), rest(Types::ANY)],
    outputs: &[rest(Types::ANY)],
    version: 1,
}];

fn branches(node: &Node<'_>) -> Result<Vec<usize>> {
    let options: StablehloCaseOptions<'_> = node.options();
    let branches =
        options.branch_subgraph_indices().iter().map(subgraph::index).collect::<Result<Vec<_>>>()?;
    if branches.is_empty() {
        return Err(Error::invalid_model("there is no branch"));
    }
    Ok(branches)
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let number = node.input(0)?.shape;
    if number.elements() != 1 {
        return Err(Error::invalid_shape(format!("the number of the branch has the shape {number}")));
    }
    Ok(Outputs::Called(Called { subgraphs: branches(node)?, first_input: 1, is_loop: false }))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let branches = branches(plan.node)?;
    subgraph::branch(plan, 1, move |io: &Io<'_>| {
        let number = io.input::<i32>(0)?.first().and_then(|&number| usize::try_from(number).ok());
        let branch = number.and_then(|number| branches.get(number)).or(branches.last());
        branch.copied().ok_or_else(|| Error::internal("there is no branch"))
    })
}
