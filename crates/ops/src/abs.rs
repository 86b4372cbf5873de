//! ABS: the absolute value, elementwise.

use alloc::boxed::Box;

use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::activation::{bound, type_range};
use crate::parts::elementwise::{same_shape, unary};
use crate::parts::lut;
use crate::parts::requantize::checked_scale;

/// ABS.
pub static OP: OpDef = OpDef {
    name: "ABS",
    code: Code::Builtin(BuiltinOperator::ABS),
    version: 5,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "ABS", summary: "Absolute value.", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16, DType::Bf16]);
const INTEGER: Types = Types::of(&[DType::I32, DType::I16]);
const QUANTIZED: Types = Types::of(&[DType::I8, DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "integer", inputs: &[req(INTEGER)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "quantized", inputs: &[req(QUANTIZED)], outputs: &[req(Types::SAME)], version: 2 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (input, output) = (plan.node.input(0)?, plan.node.output(0)?);
    match input.dtype {
        DType::I32 => return Ok(unary(plan, i32::wrapping_abs)),
        DType::I16 if input.quantization.affine().is_none() => return Ok(unary(plan, i16::wrapping_abs)),
        DType::I8 | DType::I16 => {}
        _ => return lut::real_function(plan, f32::abs),
    }
    let (input_scale, input_zero) = checked_scale(input)?;
    let (output_scale, output_zero) = checked_scale(output)?;
    let range = type_range(output.dtype)?;
    let factor = Multiplier::from_real(f64::from(input_scale / output_scale));
    let absolute = move |q: i32| {
        let difference = (q - input_zero).abs();
        let scaled = if input_scale == output_scale { difference } else { factor.apply(difference) };
        bound(scaled.saturating_add(output_zero), range)
    };
    match input.dtype {
        DType::I8 => Ok(lut::kernel(plan, lut::of_integer(DType::I8, absolute))),
        _ => Ok(unary(plan, move |q: i16| absolute(i32::from(q)) as i16)),
    }
}
