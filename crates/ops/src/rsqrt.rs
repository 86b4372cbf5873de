//! RSQRT: the reciprocal of the square root, elementwise.

use alloc::boxed::Box;

use featherlite_base::fixed_point::{Multiplier, inverse_sqrt};
use featherlite_base::{DType, Result, math};
use featherlite_schema::BuiltinOperator;
use featherlite_simd::{Family, Isa, Row, sqrt};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::activation::bound;
use crate::parts::elementwise::{Make, same_shape, unary};
use crate::parts::lut;
use crate::parts::requantize::checked_scale;

/// RSQRT.
pub static OP: OpDef = OpDef {
    name: "RSQRT",
    code: Code::Builtin(BuiltinOperator::RSQRT),
    version: 3,
    sigs: SIGS,
    kernels: &[&F32],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "RSQRT", summary: "1 / sqrt(x).", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16, DType::Bf16]);
const I8: Types = Types::of(&[DType::I8]);
const I16: Types = Types::of(&[DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "int8", inputs: &[req(I8)], outputs: &[req(I8)], version: 2 },
    Sig { name: "int16", inputs: &[req(I16)], outputs: &[req(I16)], version: 3 },
];

/// The kernels for `f32`.
pub static F32: Family<Make> = Family {
    name: "rsqrt_f32",
    rows: &[
        Row { name: "rsqrt_f32__vector", isa: Isa::Scalar, kernel: |plan| unary(plan, |x| 1.0 / sqrt(x)) },
        Row {
            name: "rsqrt_f32__reference",
            isa: Isa::Scalar,
            kernel: |plan| unary(plan, |x| 1.0 / math::sqrt(x)),
        },
    ],
};

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (input, output) = (plan.node.input(0)?, plan.node.output(0)?);
    if input.dtype == DType::F32 {
        return Ok((plan.choose(&F32).kernel)(plan));
    }
    if !input.dtype.is_quantizable() {
        return lut::real_function(plan, |x| 1.0 / math::sqrt(x));
    }
    let (input_scale, input_zero) = checked_scale(input)?;
    let (output_scale, output_zero) = checked_scale(output)?;
    // Zero, and what has no root, gets the greatest value that can be had.
    if input.dtype == DType::I16 {
        let greatest = 32767.0 * output_scale;
        return lut::real_function(plan, move |x| if x > 0.0 { 1.0 / math::sqrt(x) } else { greatest });
    }
    let factor = 1.0 / f64::from(math::sqrt(input_scale) * output_scale);
    let to_output = Multiplier::from_real(factor);
    let to_output = Multiplier { shift: to_output.shift - FRACTION, ..to_output };
    let table = lut::of_integer(DType::I8, |q| match q - input_zero {
        difference if difference <= 0 => 127,
        difference => {
            let root = inverse_sqrt(difference);
            let root = Multiplier { shift: root.shift + FRACTION, ..root }.apply(1);
            bound(to_output.apply(root).saturating_add(output_zero), (-128, 127))
        }
    });
    Ok(lut::kernel(plan, table))
}

/// Bits after the point of the root before it is brought to the output's scale.
const FRACTION: i32 = 20;
