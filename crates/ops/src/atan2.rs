//! ATAN2: the angle of the point `(b, a)`, elementwise with broadcasting.

use alloc::boxed::Box;

use featherlite_base::{Bf16, DType, F16, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::{binary, broadcast_shape};

/// ATAN2.
pub static OP: OpDef = OpDef {
    name: "ATAN2",
    code: Code::Builtin(BuiltinOperator::ATAN2),
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
    HostDef { name: "ATAN2", summary: "The angle of the point (b, a), with broadcasting.", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F64, DType::F16, DType::Bf16]);

const SIGS: &[Sig] = &[Sig {
    name: "float",
    inputs: &[req(FLOAT), req(Types::SAME)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::F64 => binary(plan, libm::atan2),
        DType::F16 => binary(plan, |a: F16, b: F16| F16::from_f32(angle(a.to_f32(), b.to_f32()))),
        DType::Bf16 => binary(plan, |a: Bf16, b: Bf16| Bf16::from_f32(angle(a.to_f32(), b.to_f32()))),
        _ => binary(plan, angle),
    }
}

fn angle(a: f32, b: f32) -> f32 {
    libm::atan2(f64::from(a), f64::from(b)) as f32
}
