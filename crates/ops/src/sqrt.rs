//! SQRT: the square root, elementwise.

use alloc::boxed::Box;

use featherlite_base::{DType, Result, math};
use featherlite_schema::BuiltinOperator;
use featherlite_simd::{Family, Isa, Row, sqrt};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::activation::{bound, type_range};
use crate::parts::elementwise::{Make, same_shape, unary};
use crate::parts::lut;
use crate::parts::requantize::checked_scale;

/// SQRT.
pub static OP: OpDef = OpDef {
    name: "SQRT",
    code: Code::Builtin(BuiltinOperator::SQRT),
    version: 2,
    sigs: SIGS,
    kernels: &[&F32],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "SQRT", summary: "Square root.", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16, DType::Bf16]);
const QUANTIZED: Types = Types::of(&[DType::I8, DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "quantized", inputs: &[req(QUANTIZED)], outputs: &[req(Types::SAME)], version: 2 },
];

/// The kernels for `f32`.
pub static F32: Family<Make> = Family {
    name: "sqrt_f32",
    rows: &[
        Row { name: "sqrt_f32__vector", isa: Isa::Scalar, kernel: |plan| unary(plan, sqrt) },
        Row { name: "sqrt_f32__reference", isa: Isa::Scalar, kernel: |plan| unary(plan, math::sqrt) },
    ],
};

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (input, output) = (plan.node.input(0)?, plan.node.output(0)?);
    if input.dtype == DType::F32 {
        return Ok((plan.choose(&F32).kernel)(plan));
    }
    if !input.dtype.is_quantizable() {
        return lut::real_function(plan, math::sqrt);
    }
    let (input_scale, input_zero) = checked_scale(input)?;
    let (output_scale, output_zero) = checked_scale(output)?;
    let range = type_range(output.dtype)?;
    // Rounded toward zero. Numbers below zero have no root and get that of zero.
    let root = move |q: i32| {
        let root = math::sqrt((input_scale * (q - input_zero) as f32).max(0.0)) / output_scale;
        bound((root as i32).saturating_add(output_zero), range)
    };
    match input.dtype {
        DType::I8 => Ok(lut::kernel(plan, lut::of_integer(DType::I8, root))),
        _ => Ok(unary(plan, move |q: i16| root(i32::from(q)) as i16)),
    }
}
