//! UNSORTED_SEGMENT_MIN: least elements of slices with the same number.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::segments;

/// UNSORTED_SEGMENT_MIN.
pub static OP: OpDef = OpDef {
    name: "UNSORTED_SEGMENT_MIN",
    code: Code::Builtin(BuiltinOperator::UNSORTED_SEGMENT_MIN),
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
    name: "UNSORTED_SEGMENT_MIN",
    summary: "Least elements of the slices that have the same number.",
    macs: None,
};

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::F32 => segments::kernel(plan, f32::MAX, |best: f32, x| if x < best { x } else { best }),
        _ => segments::kernel(plan, i32::MAX, Ord::min),
    }
}
