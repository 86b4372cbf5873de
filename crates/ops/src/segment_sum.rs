//! SEGMENT_SUM: sums of slices with the same number, which ascend.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::segments;

/// SEGMENT_SUM.
pub static OP: OpDef = OpDef {
    name: "SEGMENT_SUM",
    code: Code::Builtin(BuiltinOperator::SEGMENT_SUM),
    version: 1,
    sigs: segments::SORTED,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: segments::sorted_shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "SEGMENT_SUM",
    summary: "Sums of the slices that have the same number, numbers in ascending order.",
    macs: None,
};

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::F32 => segments::kernel(plan, 0.0, |sum: f32, x| sum + x),
        _ => segments::kernel(plan, 0, i32::wrapping_add),
    }
}
