//! TANH: the hyperbolic tangent, elementwise.

use alloc::boxed::Box;

use featherlite_base::{DType, Result, math};
use featherlite_schema::BuiltinOperator;
use featherlite_simd::{Family, Isa, Row};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
#[cfg(target_arch = "x86_64")]
use crate::parts::elementwise;
use crate::parts::elementwise::{Make, same_shape, unary};
use crate::parts::{lut, sigmoid_i16, vector_math};

/// TANH.
pub static OP: OpDef = OpDef {
    name: "TANH",
    code: Code::Builtin(BuiltinOperator::TANH),
    version: 3,
    sigs: SIGS,
    kernels: &[&F32],
    memory: Memory::InPlace(&[0]),
    effects: Effects::PerElement,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "TANH", summary: "Hyperbolic tangent.", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16, DType::Bf16]);
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);
const I16: Types = Types::of(&[DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "8 bits", inputs: &[req(BYTES)], outputs: &[req(Types::SAME)], version: 2 },
    Sig { name: "int16", inputs: &[req(I16)], outputs: &[req(I16)], version: 3 },
];

/// The kernels for `f32`.
pub static F32: Family<Make> = Family {
    name: "tanh_f32",
    rows: &[
        #[cfg(target_arch = "x86_64")]
        Row {
            name: "tanh_f32__avx512",
            isa: Isa::Avx512,
            kernel: |plan| vector_math::kernels::avx512::tanh(elementwise::level(plan)),
        },
        Row { name: "tanh_f32__vector", isa: Isa::Scalar, kernel: |plan| unary(plan, vector_math::tanh) },
        Row { name: "tanh_f32__reference", isa: Isa::Scalar, kernel: |plan| unary(plan, math::tanh) },
    ],
};

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::F32 => Ok((plan.choose(&F32).kernel)(plan)),
        DType::I16 => sigmoid_i16::tanh(plan),
        _ => lut::real_function(plan, math::tanh),
    }
}
