//! ELU: `x` where it is positive, `exp(x) - 1` elsewhere.

use alloc::boxed::Box;

use featherlite_base::{DType, Result, math};
use featherlite_schema::BuiltinOperator;
use featherlite_simd::{Family, Isa, Row};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::{Make, same_shape, unary};
use crate::parts::lut;
use crate::parts::vector_math::exp_less_one_of_negative;

/// ELU.
pub static OP: OpDef = OpDef {
    name: "ELU",
    code: Code::Builtin(BuiltinOperator::ELU),
    version: 1,
    sigs: SIGS,
    kernels: &[&F32],
    memory: Memory::InPlace(&[0]),
    effects: Effects::PerElement,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "ELU", summary: "x where it is positive, exp(x) - 1 elsewhere.", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16, DType::Bf16]);
const QUANTIZED: Types = Types::of(&[DType::I8, DType::U8]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "quantized", inputs: &[req(QUANTIZED)], outputs: &[req(Types::SAME)], version: 1 },
];

/// The kernels for `f32`.
pub static F32: Family<Make> = Family {
    name: "elu_f32",
    rows: &[
        Row { name: "elu_f32__vector", isa: Isa::Scalar, kernel: |plan| unary(plan, fast) },
        Row { name: "elu_f32__reference", isa: Isa::Scalar, kernel: |plan| unary(plan, exact) },
    ],
};

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::F32 => Ok((plan.choose(&F32).kernel)(plan)),
        _ => lut::real_function(plan, exact),
    }
}

fn exact(x: f32) -> f32 {
    if x < 0.0 { math::expm1(x) } else { x }
}

#[inline(always)]
fn fast(x: f32) -> f32 {
    let below = exp_less_one_of_negative(x);
    if x < 0.0 { below } else { x }
}
