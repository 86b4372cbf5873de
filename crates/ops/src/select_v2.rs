//! SELECT_V2: the element of `x` where the condition holds and of `y` elsewhere, with broadcasting.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan};
use crate::parts::elementwise::broadcast_shape;
use crate::parts::select;

/// SELECT_V2.
pub static OP: OpDef = OpDef {
    name: "SELECT_V2",
    code: Code::Builtin(BuiltinOperator::SELECT_V2),
    version: 2,
    sigs: select::SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "SELECT_V2",
    summary: "x where the condition holds, y elsewhere, with broadcasting.",
    macs: None,
};

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    if let Some(shape) = select::single(node)? {
        return Ok(Outputs::one(shape));
    }
    broadcast_shape(node)
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let condition = plan.node.input(0)?.shape;
    select::kernel(plan, condition)
}
