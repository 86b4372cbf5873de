//! LOGICAL_OR: `a` or `b`, elementwise with broadcasting.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::{binary, broadcast_shape};

/// LOGICAL_OR.
pub static OP: OpDef = OpDef {
    name: "LOGICAL_OR",
    code: Code::Builtin(BuiltinOperator::LOGICAL_OR),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0, 1]),
    effects: Effects::None,
    shapes: broadcast_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "LOGICAL_OR", summary: "a or b, with broadcasting.", macs: None };

const BOOL: Types = Types::of(&[DType::Bool]);

const SIGS: &[Sig] =
    &[Sig { name: "bool", inputs: &[req(BOOL), req(BOOL)], outputs: &[req(BOOL)], version: 1 }];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    binary(plan, |a: u8, b: u8| u8::from(a != 0 || b != 0))
}
