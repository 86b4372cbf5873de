//! GELU: `x` times the probability that a standard normal variable is below it, elementwise.

use alloc::boxed::Box;

use core::f32::consts::FRAC_1_SQRT_2;
use featherlite_base::{DType, Result, math};
use featherlite_schema::{BuiltinOperator, GeluOptions};
use featherlite_simd::{Family, Isa, Row};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::{Make, same_shape, unary};
use crate::parts::{lut, vector_math};

/// GELU.
pub static OP: OpDef = OpDef {
    name: "GELU",
    code: Code::Builtin(BuiltinOperator::GELU),
    version: 3,
    sigs: SIGS,
    kernels: &[&F32, &APPROXIMATE_F32],
    memory: Memory::InPlace(&[0]),
    effects: Effects::PerElement,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "GELU", summary: "x * Phi(x), exactly or approximated with tanh.", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16, DType::Bf16]);
const QUANTIZED: Types = Types::of(&[DType::I8, DType::U8, DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "quantized", inputs: &[req(QUANTIZED)], outputs: &[req(Types::SAME)], version: 2 },
];

/// The kernels for `f32`.
pub static F32: Family<Make> = Family {
    name: "gelu_f32",
    rows: &[
        Row { name: "gelu_f32__vector", isa: Isa::Scalar, kernel: |plan| unary(plan, fast) },
        Row { name: "gelu_f32__reference", isa: Isa::Scalar, kernel: |plan| unary(plan, exact) },
    ],
};

/// The kernels for `f32` that approximate with the hyperbolic tangent.
pub static APPROXIMATE_F32: Family<Make> = Family {
    name: "gelu_approximate_f32",
    rows: &[
        Row {
            name: "gelu_approximate_f32__vector",
            isa: Isa::Scalar,
            kernel: |plan| unary(plan, |x| approximate(x, vector_math::tanh)),
        },
        Row {
            name: "gelu_approximate_f32__reference",
            isa: Isa::Scalar,
            kernel: |plan| unary(plan, |x| approximate(x, math::tanh)),
        },
    ],
};

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let is_approximate = plan.node.options::<GeluOptions<'_>>().approximate();
    match (plan.node.input(0)?.dtype, is_approximate) {
        (DType::F32, false) => Ok((plan.choose(&F32).kernel)(plan)),
        (DType::F32, true) => Ok((plan.choose(&APPROXIMATE_F32).kernel)(plan)),
        (_, false) => lut::real_function(plan, exact),
        (_, true) => lut::real_function(plan, |x| approximate(x, math::tanh)),
    }
}

/// By way of `erfc`, which does not cancel where `x` is far below zero.
fn exact(x: f32) -> f32 {
    0.5 * x * math::erfc(x * -FRAC_1_SQRT_2)
}

#[inline(always)]
fn fast(x: f32) -> f32 {
    let tail = 0.5 * vector_math::normal_tails(x.abs());
    x * if x < 0.0 { tail } else { 1.0 - tail }
}

#[inline(always)]
fn approximate(x: f32, tanh: impl Fn(f32) -> f32) -> f32 {
    /// The square root of 2 / pi.
    const FACTOR: f32 = 0.797_884_6;
    0.5 * x * (1.0 + tanh(FACTOR * (x + 0.044_715 * x * x * x)))
}
