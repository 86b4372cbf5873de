//! STABLEHLO_SHIFT_LEFT: `a` shifted left by `b` bits, elementwise on tensors of one shape.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::binary;
use crate::parts::stablehlo;

/// STABLEHLO_SHIFT_LEFT.
pub static OP: OpDef = OpDef {
    name: "STABLEHLO_SHIFT_LEFT",
    code: Code::Builtin(BuiltinOperator::STABLEHLO_SHIFT_LEFT),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0, 1]),
    effects: Effects::None,
    shapes: stablehlo::shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "STABLEHLO_SHIFT_LEFT", summary: "a shifted left by b bits.", macs: None };

const INTEGER: Types = Types::of(&[DType::I8, DType::I16, DType::I32]);

const SIGS: &[Sig] = &[Sig {
    name: "integer",
    inputs: &[req(INTEGER), req(Types::SAME)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::I8 => binary(plan, |a: i8, b: i8| shifted(a.into(), b.into()) as i8),
        DType::I16 => binary(plan, |a: i16, b: i16| shifted(a.into(), b.into()) as i16),
        _ => binary(plan, shifted),
    }
}

/// Nothing is left after more places than there are bits, or fewer than none.
#[inline]
fn shifted(a: i32, places: i32) -> i32 {
    a.checked_shl(places as u32).unwrap_or(0)
}
