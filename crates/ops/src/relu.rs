//! RELU: `max(x, 0)`, elementwise.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::{elementwise, relu};

/// RELU.
pub static OP: OpDef = OpDef {
    name: "RELU",
    code: Code::Builtin(BuiltinOperator::RELU),
    version: 3,
    sigs: relu::SIGS_WITH_INT16,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::PerElement,
    shapes: elementwise::same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "RELU", summary: "max(x, 0).", macs: None };

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    relu::kernel(plan, 0.0, f32::INFINITY)
}
