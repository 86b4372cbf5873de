//! LOGICAL_NOT: the opposite, elementwise.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::{same_shape, unary};

/// LOGICAL_NOT.
pub static OP: OpDef = OpDef {
    name: "LOGICAL_NOT",
    code: Code::Builtin(BuiltinOperator::LOGICAL_NOT),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "LOGICAL_NOT", summary: "not x.", macs: None };

const BOOL: Types = Types::of(&[DType::Bool]);

const SIGS: &[Sig] = &[Sig { name: "bool", inputs: &[req(BOOL)], outputs: &[req(BOOL)], version: 1 }];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(unary(plan, |x: u8| u8::from(x == 0)))
}
