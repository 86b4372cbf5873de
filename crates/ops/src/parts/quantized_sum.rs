//! Sums and differences of two quantized tensors, each with a scale of its own (ADD, SUB).
//!
//! Both terms are shifted left for precision and brought to twice the larger of their scales, so that their sum can
//! not overflow; the sum is then brought to the scale of the output.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::fixed_point::{Multiplier, rounding_divide_by_pot};
use featherlite_base::{DType, Element, Error, Result};
use featherlite_schema::ActivationFunctionType;

use super::activation::{bound, quantized_range};
use super::elementwise::binary;
use super::requantize::{checked_scale, power_of_two_exponent};
use crate::core::{Kernel, Plan};

/// A kernel for `a + b`, or for `a - b` if `is_difference`, of 8- or 16-bit tensors. `power_of_two` is the
/// operator's option of that name: 16-bit tensors whose scales are powers of two are then added by shifting alone.
///
/// # Errors
/// If a tensor is not quantized, or the activation can not be fused.
pub fn kernel(
    plan: &Plan<'_>,
    activation: ActivationFunctionType,
    power_of_two: bool,
    is_difference: bool,
) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let (left, right, output) = (node.input(0)?, node.input(1)?, node.output(0)?);
    let range = quantized_range(activation, output)?;
    let (left_scale, left_zero) = checked_scale(left)?;
    let (right_scale, right_zero) = checked_scale(right)?;
    let (output_scale, output_zero) = checked_scale(output)?;
    if left.dtype == DType::I16 && power_of_two {
        let exponents = [left_scale, right_scale, output_scale].map(power_of_two_exponent);
        if let [Some(left), Some(right), Some(output)] = exponents {
            if (left_zero, right_zero, output_zero) != (0, 0, 0) {
                return Err(Error::invalid_model(format!(
                    "16-bit tensors with power-of-two scales have the zero points {left_zero}, {right_zero} and {output_zero}, not 0"
                )));
            }
            return shifted(plan, output - left, output - right, range, is_difference);
        }
    }
    let left_shift = if left.dtype == DType::I16 { 15 } else { 20 };
    let common = 2.0 * left_scale.max(right_scale);
    let to_common = |scale: f32| Multiplier::from_real(f64::from(scale) / f64::from(common));
    let sum = Sum {
        left_shift,
        left: Term { zero_point: left_zero, to_common: to_common(left_scale) },
        right: Term { zero_point: right_zero, to_common: to_common(right_scale) },
        to_output: Multiplier::from_real(
            f64::from(common) / f64::from((1u32 << left_shift) as f32 * output_scale),
        ),
        zero_point: output_zero,
        range,
    };
    match (left.dtype, is_difference) {
        (DType::I8, false) => binary(
            plan,
            #[inline(always)]
            move |a: i8, b: i8| sum.add(a, b) as i8,
        ),
        (DType::I8, true) => binary(
            plan,
            #[inline(always)]
            move |a: i8, b: i8| sum.subtract(a, b) as i8,
        ),
        (DType::U8, false) => binary(
            plan,
            #[inline(always)]
            move |a: u8, b: u8| sum.add(a, b) as u8,
        ),
        (DType::U8, true) => binary(
            plan,
            #[inline(always)]
            move |a: u8, b: u8| sum.subtract(a, b) as u8,
        ),
        (DType::I16, false) => binary(
            plan,
            #[inline(always)]
            move |a: i16, b: i16| sum.add(a, b) as i16,
        ),
        (DType::I16, true) => binary(
            plan,
            #[inline(always)]
            move |a: i16, b: i16| sum.subtract(a, b) as i16,
        ),
        (other, _) => Err(Error::unsupported(format!("sums of quantized {other}"))),
    }
}

/// How quantized numbers are added.
#[derive(Clone, Copy)]
struct Sum {
    left_shift: u32,
    left: Term,
    right: Term,
    to_output: Multiplier,
    zero_point: i32,
    range: (i32, i32),
}

/// How one of them is brought to the common scale.
#[derive(Clone, Copy)]
struct Term {
    zero_point: i32,
    to_common: Multiplier,
}

impl Term {
    #[inline(always)]
    fn apply(self, q: i32, left_shift: u32) -> i32 {
        self.to_common.apply(q.wrapping_sub(self.zero_point).wrapping_shl(left_shift))
    }
}

impl Sum {
    #[inline(always)]
    fn add<T: Element + Into<i32>>(self, a: T, b: T) -> i32 {
        let (a, b) =
            (self.left.apply(a.into(), self.left_shift), self.right.apply(b.into(), self.left_shift));
        self.finish(a.wrapping_add(b))
    }

    #[inline(always)]
    fn subtract<T: Element + Into<i32>>(self, a: T, b: T) -> i32 {
        let (a, b) =
            (self.left.apply(a.into(), self.left_shift), self.right.apply(b.into(), self.left_shift));
        self.finish(a.wrapping_sub(b))
    }

    #[inline(always)]
    fn finish(self, sum: i32) -> i32 {
        bound(self.to_output.apply(sum).wrapping_add(self.zero_point), self.range)
    }
}

/// The kernel for 16-bit tensors with power-of-two scales, of which one equals the output's: the other is shifted
/// right.
fn shifted(
    plan: &Plan<'_>,
    left: i32,
    right: i32,
    range: (i32, i32),
    is_difference: bool,
) -> Result<Box<dyn Kernel>> {
    if left.min(right) != 0 {
        return Err(Error::unsupported(format!(
            "scales that are 2^{left} and 2^{right} times smaller than the output's; one must equal it, the other may be smaller"
        )));
    }
    let scaled = move |a: i16, b: i16| {
        (rounding_divide_by_pot(i32::from(a), left), rounding_divide_by_pot(i32::from(b), right))
    };
    if is_difference {
        binary(
            plan,
            #[inline(always)]
            move |a: i16, b: i16| {
                let (a, b) = scaled(a, b);
                bound(a - b, range) as i16
            },
        )
    } else {
        binary(
            plan,
            #[inline(always)]
            move |a: i16, b: i16| {
                let (a, b) = scaled(a, b);
                bound(a + b, range) as i16
            },
        )
    }
}
