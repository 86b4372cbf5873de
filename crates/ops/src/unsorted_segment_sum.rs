//! UNSORTED_SEGMENT_SUM: sums of slices with the same number.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::segments;

/// UNSORTED_SEGMENT_SUM.
pub static OP: OpDef = OpDef {
    name: "UNSORTED_SEGMENT_SUM",
    code: Code::Builtin(BuiltinOperator::UNSORTED_SEGMENT_SUM),
    version: 1,
    sigs: segments::UNSORTED,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: segments::unsorted_shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "UNSORTED_SEGMENT_SUM",
    summary: "Sums of the slices that have the same number.",
    macs: None,
};

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::F32 => segments::kernel(plan, 0.0, |sum: f32, x| sum + x),
        _ => segments::kernel(plan, 0, i32::wrapping_add),
    }
}
