//! STABLEHLO_COMPOSITE: a named operation that comes with its decomposition, a subgraph that is run in its place.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_schema::{BuiltinOperator, StableHLOCompositeOptions};

use crate::core::{
    Called, Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, rest,
};
use crate::parts::subgraph;

/// STABLEHLO_COMPOSITE.
pub static OP: OpDef = OpDef {
    name: "STABLEHLO_COMPOSITE",
    code: Code::Builtin(BuiltinOperator::STABLEHLO_COMPOSITE),
    version: 1,
    sigs: &[Sig { name: "any", inputs: &[rest(Types::ANY)], outputs: &[rest(Types::ANY)], version: 1 }],
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::Some,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "STABLEHLO_COMPOSITE",
    summary: "A named operation, run as the subgraph that it stands for.",
    macs: None,
};

fn decomposition(node: &Node<'_>) -> Result<usize> {
    subgraph::index(node.options::<StableHLOCompositeOptions<'_>>().decomposition_subgraph_index())
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let subgraphs = [decomposition(node)?].into();
    Ok(Outputs::Called(Called { subgraphs, first_input: 0, is_loop: false }))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let decomposition = decomposition(plan.node)?;
    subgraph::branch(plan, 0, move |_: &Io<'_>| Ok(decomposition))
}
