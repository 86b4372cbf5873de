//! The RELU family as operators of their own: values cut to a range, and brought to the scale of the output.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::fixed_point::{Multiplier, quantize};
use featherlite_base::{DType, Error, Result};

use super::activation::{bound, type_range};
use super::elementwise::unary;
use super::lut;
use super::requantize::scale_or_zero;
use crate::core::{Kernel, Plan, Sig, Types, req};

const F32: Types = Types::of(&[DType::F32]);
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);
const I16: Types = Types::of(&[DType::I16]);

/// What the members of the family take that have no 16-bit form.
pub const SIGS: &[Sig] = &[SIGS_WITH_INT16[0], Sig { version: 1, ..SIGS_WITH_INT16[1] }];

/// What RELU and RELU6 take.
pub const SIGS_WITH_INT16: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(F32)], outputs: &[req(F32)], version: 1 },
    Sig { name: "8 bits", inputs: &[req(BYTES)], outputs: &[req(Types::SAME)], version: 2 },
    Sig { name: "int16", inputs: &[req(I16)], outputs: &[req(I16)], version: 3 },
];

/// A kernel that cuts to `least..=greatest`, which may be infinite.
///
/// # Errors
/// If an integer tensor is not quantized.
pub fn kernel(plan: &Plan<'_>, least: f32, greatest: f32) -> Result<Box<dyn Kernel>> {
    let (input, output) = (plan.node.input(0)?, plan.node.output(0)?);
    if input.dtype == DType::F32 {
        return Ok(unary(plan, move |x: f32| bound(x, (least, greatest))));
    }
    let (input_scale, input_zero) = scale_or_zero(input)?;
    let (output_scale, output_zero) = scale_or_zero(output)?;
    if output_scale == 0.0 {
        return Ok(unary(plan, |_: i16| 0i16));
    }
    let (lowest, highest) = type_range(output.dtype)?;
    let range = (
        lowest.max(quantize(least, output_scale, output_zero)),
        highest.min(quantize(greatest, output_scale, output_zero)),
    );
    let multiplier = Multiplier::from_real(f64::from(input_scale / output_scale));
    let rescale = move |q: i32| bound(multiplier.apply(q - input_zero).wrapping_add(output_zero), range);
    match input.dtype {
        DType::I8 | DType::U8 => Ok(lut::kernel(plan, lut::of_integer(input.dtype, rescale))),
        DType::I16 => Ok(unary(plan, move |q: i16| rescale(i32::from(q)) as i16)),
        other => Err(Error::unsupported(format!("{other} activations"))),
    }
}
