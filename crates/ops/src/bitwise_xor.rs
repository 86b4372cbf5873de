//! BITWISE_XOR: the bits in which `a` and `b` differ, elementwise with broadcasting.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::{binary, broadcast_shape};

/// BITWISE_XOR.
pub static OP: OpDef = OpDef {
    name: "BITWISE_XOR",
    code: Code::Builtin(BuiltinOperator::BITWISE_XOR),
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
    HostDef { name: "BITWISE_XOR", summary: "a xor b, bit by bit, with broadcasting.", macs: None };

const INTEGER: Types = Types::of(&[
    DType::I8,
    DType::U8,
    DType::I16,
    DType::U16,
    DType::I32,
    DType::U32,
    DType::I64,
    DType::U64,
]);

const SIGS: &[Sig] = &[Sig {
    name: "integer",
    inputs: &[req(INTEGER), req(Types::SAME)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype.bits() {
        8 => binary(plan, |a: u8, b: u8| a ^ b),
        16 => binary(plan, |a: u16, b: u16| a ^ b),
        32 => binary(plan, |a: u32, b: u32| a ^ b),
        _ => binary(plan, |a: u64, b: u64| a ^ b),
    }
}
