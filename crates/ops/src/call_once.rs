//! CALL_ONCE: runs a subgraph that initialises variables and tables, in a session's first run only.

use alloc::boxed::Box;
use alloc::vec::Vec;

use featherlite_base::Result;
use featherlite_schema::{BuiltinOperator, CallOnceOptions};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig};
use crate::parts::subgraph;

/// CALL_ONCE.
pub static OP: OpDef = OpDef {
    name: "CALL_ONCE",
    code: Code::Builtin(BuiltinOperator::CALL_ONCE),
    version: 1,
    sigs: &[Sig { name: "call", inputs: &[], outputs: &[], version: 1 }],
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::Some,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "CALL_ONCE",
    summary: "Runs a subgraph that initialises state, in the first run only.",
    macs: None,
};

fn shapes(_: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::Known(Vec::new()))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let initialiser = subgraph::index(plan.node.options::<CallOnceOptions<'_>>().init_subgraph_index())?;
    Ok(Box::new(move |io: &mut Io<'_>| io.host.call_once(initialiser)))
}
