//! REDUCE_ANY: whether any element along some axes is true.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::reduce::{self, Reduction};

/// REDUCE_ANY.
pub static OP: OpDef = OpDef {
    name: "REDUCE_ANY",
    code: Code::Builtin(BuiltinOperator::REDUCE_ANY),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: reduce::shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "REDUCE_ANY", summary: "Whether any element along the axes is true.", macs: None };

const BOOL: Types = Types::of(&[DType::Bool]);
const I32: Types = Types::of(&[DType::I32]);

const SIGS: &[Sig] =
    &[Sig { name: "bool", inputs: &[req(BOOL), req(I32)], outputs: &[req(Types::SAME)], version: 1 }];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let any = |any: bool, x: u8| any | (x != 0);
    Ok(Reduction::of(plan)?.plain(false, any, u8::from))
}
