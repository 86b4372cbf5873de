//! MAXIMUM: the larger of `a` and `b`, elementwise with broadcasting.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::converted;
use crate::parts::elementwise::{binary, binary_loop, broadcast_shape};

/// MAXIMUM.
pub static OP: OpDef = OpDef {
    name: "MAXIMUM",
    code: Code::Builtin(BuiltinOperator::MAXIMUM),
    version: 4,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0, 1]),
    effects: Effects::PerElement,
    shapes: broadcast_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "MAXIMUM", summary: "The larger of a and b, with broadcasting.", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16, DType::Bf16]);
const INTEGER: Types = Types::of(&[DType::I32, DType::I64, DType::I16, DType::I8, DType::U8]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT), req(Types::SAME)], outputs: &[req(Types::SAME)], version: 1 },
    Sig {
        name: "integer",
        inputs: &[req(INTEGER), req(Types::SAME)],
        outputs: &[req(Types::SAME)],
        version: 2,
    },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::F32 | DType::F16 | DType::Bf16 => {
            converted::real(plan, binary_loop(plan, |a: f32, b: f32| if a > b { a } else { b }))
        }
        DType::I64 => binary(plan, i64::max),
        DType::I32 => binary(plan, i32::max),
        DType::I16 => binary(plan, i16::max),
        DType::I8 => binary(plan, i8::max),
        _ => binary(plan, u8::max),
    }
}
