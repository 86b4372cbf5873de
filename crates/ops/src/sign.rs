//! SIGN: -1, 0 or 1 as `x` is below, at or above zero, elementwise; what is not a number stays so.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::{same_shape, unary};
use crate::parts::lut;

/// SIGN.
pub static OP: OpDef = OpDef {
    name: "SIGN",
    code: Code::Builtin(BuiltinOperator::SIGN),
    version: 2,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "SIGN", summary: "-1, 0 or 1 as x is below, at or above zero.", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16, DType::Bf16]);
const F64: Types = Types::of(&[DType::F64]);
const I32: Types = Types::of(&[DType::I32]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "float64", inputs: &[req(F64)], outputs: &[req(F64)], version: 1 },
    Sig { name: "int32", inputs: &[req(I32)], outputs: &[req(I32)], version: 2 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(match plan.node.input(0)?.dtype {
        DType::F64 => unary(plan, |x: f64| if x == 0.0 || x.is_nan() { x } else { 1f64.copysign(x) }),
        DType::I32 => unary(plan, i32::signum),
        _ => return lut::real_function(plan, |x| if x == 0.0 || x.is_nan() { x } else { 1f32.copysign(x) }),
    })
}
