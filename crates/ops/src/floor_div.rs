//! FLOOR_DIV: `a / b` rounded down, elementwise with broadcasting.

use alloc::boxed::Box;

use featherlite_base::{DType, Result, math};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::divisor;
use crate::parts::elementwise::{binary, binary_plain, broadcast_shape};
use crate::parts::integer::Integer;

/// FLOOR_DIV.
pub static OP: OpDef = OpDef {
    name: "FLOOR_DIV",
    code: Code::Builtin(BuiltinOperator::FLOOR_DIV),
    version: 3,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: broadcast_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "FLOOR_DIV", summary: "a / b rounded down, with broadcasting.", macs: None };

const F32: Types = Types::of(&[DType::F32]);
const INTEGER: Types = Types::of(&[DType::I32, DType::I16, DType::I8]);

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(F32), req(F32)], outputs: &[req(F32)], version: 1 },
    Sig {
        name: "integer",
        inputs: &[req(INTEGER), req(Types::SAME)],
        outputs: &[req(Types::SAME)],
        version: 1,
    },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(match plan.node.input(0)?.dtype {
        DType::F32 => return binary(plan, |a: f32, b: f32| math::floor(a / b)),
        DType::I32 => divisor::checked(binary_plain(plan, i32::floor_over)?, 0i32),
        DType::I16 => divisor::checked(binary_plain(plan, i16::floor_over)?, 0i16),
        _ => divisor::checked(binary_plain(plan, i8::floor_over)?, 0i8),
    })
}
