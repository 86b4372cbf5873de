//! L2_NORMALIZATION: each row divided by its Euclidean length.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::fixed_point::{Multiplier, inverse_sqrt};
use featherlite_base::{DType, Element, Error, Result, math};
use featherlite_schema::{ActivationFunctionType, BuiltinOperator, L2NormOptions};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::activation::bound;
use crate::parts::requantize::checked_scale;
use crate::parts::{dot, elementwise, rows};

/// L2_NORMALIZATION.
pub static OP: OpDef = OpDef {
    name: "L2_NORMALIZATION",
    code: Code::Builtin(BuiltinOperator::L2_NORMALIZATION),
    version: 2,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: rows::same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "L2_NORMALIZATION",
    summary: "Each row along the innermost dimension divided by its Euclidean length.",
    macs: None,
};

const F32: Types = Types::of(&[DType::F32]);
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(F32)], outputs: &[req(F32)], version: 1 },
    Sig { name: "int8", inputs: &[req(BYTES)], outputs: &[req(Types::SAME)], version: 2 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (input, output) = (plan.node.input(0)?, plan.node.output(0)?);
    let activation = plan.node.options::<L2NormOptions<'_>>().fused_activation_function();
    if activation != ActivationFunctionType::NONE {
        return Err(Error::unsupported(format!("the fused activation {activation:?}")));
    }
    if input.dtype == DType::F32 {
        let level = elementwise::level(plan);
        return Ok(rows::update(input.shape, move |row: &mut [f32]| {
            level.vectorize(
                #[inline(always)]
                || {
                    let length = math::sqrt(dot::real(row, row));
                    // What is no number stays none.
                    let length = if length < 1e-6 { 1e-6 } else { length };
                    row.iter_mut().for_each(|x| *x /= length);
                },
            );
        }));
    }
    let ((_, zero_point), (scale, output_zero)) = (checked_scale(input)?, checked_scale(output)?);
    if scale != 1.0 / 128.0 || output_zero != i32::from(output.dtype == DType::U8) * 128 {
        return Err(Error::invalid_model(format!(
            "the output's scale {scale} and zero point {output_zero}; they must be 1/128 and the middle of {}",
            output.dtype
        )));
    }
    Ok(match input.dtype {
        DType::I8 => rows::update(input.shape, move |row: &mut [i8]| {
            let inverse = inverse_length(row, zero_point);
            let multiplier = Multiplier { shift: inverse.shift + 7, ..inverse };
            for q in row {
                *q = bound(multiplier.apply(i32::from(*q) - zero_point), (-128, 127)) as i8;
            }
        }),
        _ => rows::update(input.shape, move |row: &mut [u8]| {
            let inverse = inverse_length(row, zero_point);
            for q in row {
                *q = bound(inverse.apply(128 * (i32::from(*q) - zero_point)) + 128, (0, 255)) as u8;
            }
        }),
    })
}

/// One divided by the length of a quantized row.
fn inverse_length<T: Element + Into<i32>>(row: &[T], zero_point: i32) -> Multiplier {
    let squares = row.iter().map(|&q| (q.into() - zero_point).wrapping_mul(q.into() - zero_point));
    inverse_sqrt(squares.fold(0, i32::wrapping_add))
}
