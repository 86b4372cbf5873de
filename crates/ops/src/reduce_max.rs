//! REDUCE_MAX: the greatest element along some axes.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::reduce;

/// REDUCE_MAX.
pub static OP: OpDef = OpDef {
    name: "REDUCE_MAX",
    code: Code::Builtin(BuiltinOperator::REDUCE_MAX),
    version: 3,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: reduce::shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "REDUCE_MAX", summary: "The greatest element along the axes.", macs: None };

const NUMBER: Types = Types::of(&[DType::F32, DType::I32, DType::I64]);
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);
const I16: Types = Types::of(&[DType::I16]);
const I32: Types = Types::of(&[DType::I32]);

const SIGS: &[Sig] = &[
    Sig { name: "number", inputs: &[req(NUMBER), req(I32)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "8 bits", inputs: &[req(BYTES), req(I32)], outputs: &[req(Types::SAME)], version: 2 },
    Sig { name: "int16", inputs: &[req(I16), req(I32)], outputs: &[req(Types::SAME)], version: 3 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    reduce::extreme(plan, true)
}
