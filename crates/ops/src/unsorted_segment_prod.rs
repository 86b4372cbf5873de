//! UNSORTED_SEGMENT_PROD: products of slices with the same number.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::segments;

/// UNSORTED_SEGMENT_PROD.
pub static OP: OpDef = OpDef {
    name: "UNSORTED_SEGMENT_PROD",
    code: Code::Builtin(BuiltinOperator::UNSORTED_SEGMENT_PROD),
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
    name: "UNSORTED_SEGMENT_PROD",
    summary: "Products of the slices that have the same number.",
    macs: None,
};

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::F32 => segments::kernel(plan, 1.0, |product: f32, x| product * x),
        _ => segments::kernel(plan, 1, i32::wrapping_mul),
    }
}
