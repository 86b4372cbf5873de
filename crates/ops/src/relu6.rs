//! RELU6: `x` cut to `0..=6`, elementwise.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::{elementwise, relu};

/// RELU6.
pub static OP: OpDef = OpDef {
    name: "RELU6",
    code: Code::Builtin(BuiltinOperator::RELU6),
    version: 3,
    sigs: relu::SIGS_WITH_INT16,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::PerElement,
    shapes: elementwise::same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "RELU6", summary: "x cut to 0..=6.", macs: None };

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    relu::kernel(plan, 0.0, 6.0)
}
