//! EXP: `e` to the power of `x`, elementwise.

use alloc::boxed::Box;

use featherlite_base::{DType, Result, math};
use featherlite_schema::BuiltinOperator;
use featherlite_simd::{Family, Isa, Row};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::{Make, same_shape, unary};
use crate::parts::{lut, vector_math};

/// EXP.
pub static OP: OpDef = OpDef {
    name: "EXP",
    code: Code::Builtin(BuiltinOperator::EXP),
    version: 2,
    sigs: SIGS,
    kernels: &[&F32],
    memory: Memory::InPlace(&[0]),
    effects: Effects::PerElement,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "EXP", summary: "Exponential function.", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16, DType::Bf16]);
const QUANTIZED: Types = Types::of(&[DType::I8, DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "quantized", inputs: &[req(QUANTIZED)], outputs: &[req(Types::SAME)], version: 2 },
];

/// The kernels for `f32`.
pub static F32: Family<Make> = Family {
    name: "exp_f32",
    rows: &[
        Row { name: "exp_f32__vector", isa: Isa::Scalar, kernel: |plan| unary(plan, vector_math::exp) },
        Row { name: "exp_f32__reference", isa: Isa::Scalar, kernel: |plan| unary(plan, math::exp) },
    ],
};

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::F32 => Ok((plan.choose(&F32).kernel)(plan)),
        _ => lut::real_function(plan, math::exp),
    }
}
