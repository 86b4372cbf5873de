//! STABLEHLO_AND: the bits that `a` and `b` have in common, elementwise on tensors of one shape.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::binary;
use crate::parts::stablehlo;

/// STABLEHLO_AND.
pub static OP: OpDef = OpDef {
    name: "STABLEHLO_AND",
    code: Code::Builtin(BuiltinOperator::STABLEHLO_AND),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0, 1]),
    effects: Effects::None,
    shapes: stablehlo::shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "STABLEHLO_AND", summary: "a and b, bit by bit.", macs: None };

const BITS: Types = Types::of(&[
    DType::Bool,
    DType::I8,
    DType::U8,
    DType::I16,
    DType::U16,
    DType::I32,
    DType::U32,
    DType::I64,
    DType::U64,
]);

const SIGS: &[Sig] =
    &[Sig { name: "bits", inputs: &[req(BITS), req(Types::SAME)], outputs: &[req(Types::SAME)], version: 1 }];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let dtype = plan.node.input(0)?.dtype;
    match dtype.bits() {
        8 if dtype == DType::Bool => binary(plan, |a: u8, b: u8| u8::from(a != 0 && b != 0)),
        8 => binary(plan, |a: u8, b: u8| a & b),
        16 => binary(plan, |a: u16, b: u16| a & b),
        32 => binary(plan, |a: u32, b: u32| a & b),
        _ => binary(plan, |a: u64, b: u64| a & b),
    }
}
