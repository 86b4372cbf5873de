//! RELU_0_TO_1: `x` cut to `0..=1`, elementwise.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::{elementwise, relu};

/// RELU_0_TO_1.
pub static OP: OpDef = OpDef {
    name: "RELU_0_TO_1",
    code: Code::Builtin(BuiltinOperator::RELU_0_TO_1),
    version: 1,
    sigs: relu::SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::PerElement,
    shapes: elementwise::same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "RELU_0_TO_1", summary: "x cut to 0..=1.", macs: None };

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    relu::kernel(plan, 0.0, 1.0)
}
