//! RIGHT_SHIFT: `a` shifted right by `b` bits, elementwise with broadcasting.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::{binary, broadcast_shape};

/// RIGHT_SHIFT.
pub static OP: OpDef = OpDef {
    name: "RIGHT_SHIFT",
    code: Code::Builtin(BuiltinOperator::RIGHT_SHIFT),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0, 1]),
    effects: Effects::None,
    shapes: broadcast_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "RIGHT_SHIFT", summary: "a shifted right by b bits, with broadcasting.", macs: None };

const INTEGER: Types = Types::of(&[DType::I8, DType::U8, DType::I16, DType::U16, DType::I32, DType::U32]);

const SIGS: &[Sig] = &[Sig {
    name: "integer",
    inputs: &[req(INTEGER), req(Types::SAME)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    // A shift by a negative number is none; one by more bits than there are leaves the sign.
    match plan.node.input(0)?.dtype {
        DType::I8 => binary(plan, |a: i8, b: i8| a >> b.clamp(0, 7)),
        DType::U8 => binary(plan, |a: u8, b: u8| a >> b.min(7)),
        DType::I16 => binary(plan, |a: i16, b: i16| a >> b.clamp(0, 15)),
        DType::U16 => binary(plan, |a: u16, b: u16| a >> b.min(15)),
        DType::I32 => binary(plan, |a: i32, b: i32| a >> b.clamp(0, 31)),
        _ => binary(plan, |a: u32, b: u32| a >> b.min(31)),
    }
}
