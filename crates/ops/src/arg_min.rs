//! ARG_MIN: the index of the least element along an axis.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::arg_extreme;

/// ARG_MIN.
pub static OP: OpDef = OpDef {
    name: "ARG_MIN",
    code: Code::Builtin(BuiltinOperator::ARG_MIN),
    version: 3,
    sigs: arg_extreme::SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: arg_extreme::shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "ARG_MIN", summary: "The index of the first least element along an axis.", macs: None };

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    arg_extreme::plan(plan, false)
}
