//! MUL: `a * b`, elementwise with broadcasting.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::fixed_point::{
    Multiplier, rounding_divide_by_pot, saturating_rounding_doubling_high_mul_i16,
};
use featherlite_base::{Complex64, DType, Element, Error, Result};
use featherlite_schema::{ActivationFunctionType, BuiltinOperator, MulOptions};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::activation::{bound, quantized_range};
use crate::parts::arithmetic;
use crate::parts::byte_pairs::{Pairs, one_by_one};
use crate::parts::elementwise::{binary, broadcast_shape};
use crate::parts::integer::Integer;
use crate::parts::requantize::{Rounding, checked_scale};

/// MUL.
pub static OP: OpDef = OpDef {
    name: "MUL",
    code: Code::Builtin(BuiltinOperator::MUL),
    version: 8,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0, 1]),
    effects: Effects::PerElement,
    shapes: broadcast_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "MUL", summary: "a * b, with broadcasting.", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16]);
const COMPLEX: Types = Types::of(&[DType::Complex64]);
const INTEGER: Types = Types::of(&[DType::I32, DType::I64, DType::U32, DType::I16]);
const QUANTIZED: Types = Types::of(&[DType::I8, DType::U8, DType::I16]);
const I16: Types = Types::of(&[DType::I16]);
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT), req(Types::SAME)], outputs: &[req(Types::SAME)], version: 1 },
    Sig {
        name: "integer",
        inputs: &[req(INTEGER), req(Types::SAME)],
        outputs: &[req(Types::SAME)],
        version: 1,
    },
    Sig {
        name: "quantized",
        inputs: &[req(QUANTIZED), req(Types::SAME)],
        outputs: &[req(Types::SAME)],
        version: 2,
    },
    // The product of two fixed-point fractions, as the gates of recurrent cells have it.
    Sig { name: "int16 to 8 bits", inputs: &[req(I16), req(I16)], outputs: &[req(BYTES)], version: 2 },
    Sig { name: "complex", inputs: &[req(COMPLEX), req(COMPLEX)], outputs: &[req(COMPLEX)], version: 6 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let options: MulOptions<'_> = plan.node.options();
    let activation = options.fused_activation_function();
    let (input, output) = (plan.node.input(0)?, plan.node.output(0)?);
    match (input.dtype, output.dtype) {
        (DType::F32 | DType::F16, _) => arithmetic::float(plan, activation, |a, b| a * b),
        (DType::I32, _) => arithmetic::integer(plan, activation, i32::times),
        (DType::I64, _) => arithmetic::integer(plan, activation, i64::times),
        (DType::U32, _) => arithmetic::integer(plan, activation, u32::times),
        (DType::Complex64, _) if activation == ActivationFunctionType::NONE => binary(plan, complex_product),
        (DType::I16, DType::I8) => fraction_product(plan, activation, |result| result as i8),
        (DType::I16, DType::U8) => fraction_product(plan, activation, |result| result as u8),
        (DType::I16, _) if output.quantization.affine().is_none() => {
            arithmetic::integer(plan, activation, i16::times)
        }
        (DType::I8, _) => quantized_bytes(plan, activation, |result| result as i8),
        (DType::U8, _) => quantized_bytes(plan, activation, |result| result as u8),
        (DType::I16, _) => quantized(plan, activation, |result| result as i16),
        (other, _) => Err(Error::unsupported(format!("fused activation {activation:?} of {other}"))),
    }
}

fn complex_product(a: Complex64, b: Complex64) -> Complex64 {
    Complex64 { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re }
}

/// The product of the differences to the zero points, brought to the output's scale.
fn quantized<T: Element + Into<i32>>(
    plan: &Plan<'_>,
    activation: ActivationFunctionType,
    narrow: impl Fn(i32) -> T + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let output = plan.node.output(0)?;
    let (left_scale, left_zero) = checked_scale(plan.node.input(0)?)?;
    let (right_scale, right_zero) = checked_scale(plan.node.input(1)?)?;
    let (output_scale, output_zero) = checked_scale(output)?;
    let range = quantized_range(activation, output)?;
    let multiplier = Multiplier::from_real(f64::from(left_scale * right_scale / output_scale));
    binary(
        plan,
        #[inline(always)]
        move |a: T, b: T| {
            let product = (a.into() - left_zero).wrapping_mul(b.into() - right_zero);
            narrow(bound(multiplier.apply(product).wrapping_add(output_zero), range))
        },
    )
}

/// The same for 8 bits, whose products are so small that 32 bits are enough for everything.
fn quantized_bytes<T: Element + Into<i32>>(
    plan: &Plan<'_>,
    activation: ActivationFunctionType,
    narrow: impl Fn(i32) -> T + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let output = plan.node.output(0)?;
    let (left_scale, left_zero) = checked_scale(plan.node.input(0)?)?;
    let (right_scale, right_zero) = checked_scale(plan.node.input(1)?)?;
    let (output_scale, output_zero) = checked_scale(output)?;
    let (least, greatest) = quantized_range(activation, output)?;
    let multiplier = Multiplier::from_real(f64::from(left_scale * right_scale / output_scale));
    let pairs = Pairs {
        is_swapped: false,
        zero_points: [left_zero, right_zero],
        multiplier,
        zero_point: output_zero,
        range: (least, greatest),
    };
    if let Some(kernel) = pairs.product(plan)? {
        return Ok(kernel);
    }
    let Some(scale) = SmallMultiplier::new(multiplier) else { return quantized(plan, activation, narrow) };
    one_by_one(
        plan,
        #[inline(always)]
        move |a: T, b: T| {
            let product = (a.into() - left_zero) * (b.into() - right_zero);
            narrow((scale.apply(product) + output_zero).max(least).min(greatest))
        },
    )
}

/// A multiplier below 1 for numbers below `2^18`: its mantissa in three parts, so that no product leaves 32 bits.
#[derive(Clone, Copy)]
struct SmallMultiplier {
    parts: [i32; 3],
    rounding: Rounding,
}

impl SmallMultiplier {
    fn new(Multiplier { mantissa, shift }: Multiplier) -> Option<Self> {
        let parts = [mantissa >> 20, (mantissa >> 10) & 0x3ff, mantissa & 0x3ff];
        (shift <= 0).then_some(Self { parts, rounding: Rounding::new(-shift) })
    }

    /// As [`Multiplier::apply`].
    #[inline(always)]
    fn apply(self, x: i32) -> i32 {
        let [high, middle, low] = self.parts;
        let carried = (x * middle + ((x * low) >> 10)) >> 10;
        self.rounding.apply((x * high + carried + (1 << 10)) >> 11)
    }
}

/// The product of 16-bit numbers between -1 and 1, of which the output keeps the upper 8 bits.
fn fraction_product<T: Element>(
    plan: &Plan<'_>,
    activation: ActivationFunctionType,
    narrow: impl Fn(i32) -> T + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let output = plan.node.output(0)?;
    let (_, zero_point) = checked_scale(output)?;
    let range = quantized_range(activation, output)?;
    binary(
        plan,
        #[inline(always)]
        move |a: i16, b: i16| {
            let product = i32::from(saturating_rounding_doubling_high_mul_i16(a, b));
            narrow(bound(rounding_divide_by_pot(product, 8) + zero_point, range))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_bytes_need_32_bits() {
        for factor in [0.0, 1e-9, 0.00392, 0.013, 0.25, 0.7, 0.999_999_999_9] {
            let multiplier = Multiplier::from_real(factor);
            let small = SmallMultiplier::new(multiplier);
            let Some(small) = small else { continue };
            for x in -255 * 255..=255 * 255 {
                assert_eq!(small.apply(x), multiplier.apply(x), "{x} * {factor}");
            }
        }
    }
}
