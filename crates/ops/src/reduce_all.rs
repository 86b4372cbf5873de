//! REDUCE_ALL: whether all elements along some axes are true.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::reduce::{self, Reduction};

/// REDUCE_ALL.
pub static OP: OpDef = OpDef {
    name: "REDUCE_ALL",
    code: Code::Builtin(BuiltinOperator::REDUCE_ALL),
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
    HostDef { name: "REDUCE_ALL", summary: "Whether all elements along the axes are true.", macs: None };

const BOOL: Types = Types::of(&[DType::Bool]);
const I32: Types = Types::of(&[DType::I32]);

const SIGS: &[Sig] =
    &[Sig { name: "bool", inputs: &[req(BOOL), req(I32)], outputs: &[req(Types::SAME)], version: 1 }];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let all = |all: bool, x: u8| all & (x != 0);
    Ok(Reduction::of(plan)?.plain(true, all, u8::from))
}
