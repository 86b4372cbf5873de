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
use super::byte_pairs::{Pairs, Terms, one_by_one};
use super::elementwise::binary;
use super::requantize::{Rounding, checked_scale, power_of_two_exponent};
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
    if left.dtype != DType::I16 {
        if let Some(kernel) = sum.in_vectors(plan, left_scale < right_scale, is_difference)? {
            return Ok(kernel);
        }
        return bytes(plan, ByteSum::new(&sum, is_difference), left.dtype);
    }
    match (left.dtype, is_difference) {
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
    /// A kernel for bytes in vectors, where the factor of the first term to the common scale is a half, as that of the
    /// larger scale is unless it is beyond measure.
    fn in_vectors(
        &self,
        plan: &Plan<'_>,
        is_swapped: bool,
        is_difference: bool,
    ) -> Result<Option<Box<dyn Kernel>>> {
        let (first, second) = if is_swapped { (self.right, self.left) } else { (self.left, self.right) };
        if first.to_common != Multiplier::from_real(0.5) {
            return Ok(None);
        }
        let pairs = Pairs {
            is_swapped,
            zero_points: [first.zero_point, second.zero_point],
            multiplier: self.to_output,
            zero_point: self.zero_point,
            range: self.range,
        };
        let is_negative = [is_difference && is_swapped, is_difference && !is_swapped];
        pairs.sum(plan, Terms { factor: second.to_common, is_negative })
    }

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

/// A kernel for sums of 8-bit tensors.
fn bytes(plan: &Plan<'_>, sum: ByteSum, dtype: DType) -> Result<Box<dyn Kernel>> {
    match dtype {
        DType::I8 => one_by_one(
            plan,
            #[inline(always)]
            move |a: i8, b: i8| sum.of(a.into(), b.into()) as i8,
        ),
        DType::U8 => one_by_one(
            plan,
            #[inline(always)]
            move |a: u8, b: u8| sum.of(a.into(), b.into()) as u8,
        ),
        other => Err(Error::unsupported(format!("sums of quantized {other}"))),
    }
}

/// [`Sum`] and differences for 8-bit numbers, with the same results: terms need 32 bits only.
#[derive(Clone, Copy)]
struct ByteSum {
    left: ByteTerm,
    right: ByteTerm,
    /// All bits set where the right term is taken off, 0 otherwise.
    sign: i32,
    /// The factor to the output's scale.
    left_shift: u32,
    mantissa: i32,
    last: Rounding,
    zero_point: i32,
    range: (i32, i32),
}

impl ByteSum {
    fn new(sum: &Sum, is_difference: bool) -> Self {
        Self {
            left: ByteTerm::new(sum.left),
            right: ByteTerm::new(sum.right),
            sign: -i32::from(is_difference),
            left_shift: sum.to_output.shift.max(0) as u32,
            mantissa: sum.to_output.mantissa,
            last: Rounding::new(-sum.to_output.shift),
            zero_point: sum.zero_point,
            range: sum.range,
        }
    }

    /// Terms are below `2^28`, as the common scale is twice the larger one; where the sum is shifted left, the last shift
    /// is none.
    #[inline(always)]
    fn of(self, a: i32, b: i32) -> i32 {
        let sum = self.left.apply(a) + ((self.right.apply(b) ^ self.sign) - self.sign);
        let product = i64::from(sum.wrapping_shl(self.left_shift)) * i64::from(self.mantissa);
        let scaled = self.last.apply(((product + (1 << 30)) >> 31) as i32);
        bound(scaled.wrapping_add(self.zero_point), self.range)
    }
}

/// [`Term`] for 8-bit numbers and factors up to a half. With the mantissa in two parts, `high * 2^15 + low`, the rounded
/// `(d << 20) * mantissa / 2^31` is `(d * high) << 4` and the rounded `d * low / 2^11`.
#[derive(Clone, Copy)]
struct ByteTerm {
    zero_point: i32,
    high: i32,
    low: i32,
    rounding: Rounding,
}

impl ByteTerm {
    fn new(Term { zero_point, to_common }: Term) -> Self {
        let Multiplier { mantissa, shift } = to_common;
        Self { zero_point, high: mantissa >> 15, low: mantissa & 0x7fff, rounding: Rounding::new(-shift) }
    }

    #[inline(always)]
    fn apply(self, q: i32) -> i32 {
        let d = q - self.zero_point;
        self.rounding.apply(((d * self.high) << 4) + ((d * self.low + (1 << 10)) >> 11))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// All pairs of bytes, for scales that differ little and much.
    #[test]
    fn sums_of_bytes_need_32_bits() {
        for (left, right, output) in [
            (0.5f32, 0.5f32, 0.7f32),
            (0.013, 0.0471, 0.05),
            (1.0, 1e-9, 1.0),
            (3e-4, 2.9, 900.0),
            (2.0, 1.0, 2e-6),
        ] {
            let common = 2.0 * left.max(right);
            let term = |scale: f32, zero_point| Term {
                zero_point,
                to_common: Multiplier::from_real(f64::from(scale) / f64::from(common)),
            };
            let to_output = f64::from(common) / f64::from((1u32 << 20) as f32 * output);
            let sum = Sum {
                left_shift: 20,
                left: term(left, -128),
                right: term(right, 17),
                to_output: Multiplier::from_real(to_output),
                zero_point: -3,
                range: (-128, 127),
            };
            let (add, subtract) = (ByteSum::new(&sum, false), ByteSum::new(&sum, true));
            for a in i8::MIN..=i8::MAX {
                for b in i8::MIN..=i8::MAX {
                    assert_eq!(add.of(a.into(), b.into()), sum.add(a, b), "{a} + {b}");
                    assert_eq!(subtract.of(a.into(), b.into()), sum.subtract(a, b), "{a} - {b}");
                }
            }
        }
    }
}
