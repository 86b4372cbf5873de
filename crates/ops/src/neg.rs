//! NEG: `-x`, elementwise.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::{same_shape, unary};
use crate::parts::lut;

/// NEG.
pub static OP: OpDef = OpDef {
    name: "NEG",
    code: Code::Builtin(BuiltinOperator::NEG),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "NEG", summary: "-x.", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16, DType::Bf16]);
const INTEGER: Types = Types::of(&[DType::I32, DType::I64, DType::I16, DType::I8]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "integer", inputs: &[req(INTEGER)], outputs: &[req(Types::SAME)], version: 1 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(match plan.node.input(0)?.dtype {
        DType::I64 => unary(plan, i64::wrapping_neg),
        DType::I32 => unary(plan, i32::wrapping_neg),
        DType::I16 => unary(plan, i16::wrapping_neg),
        DType::I8 => unary(plan, i8::wrapping_neg),
        _ => return lut::real_function(plan, |x| -x),
    })
}
