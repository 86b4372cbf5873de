//! HARD_SWISH: `x * relu6(x + 3) / 6`, elementwise.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::fixed_point::{
    Multiplier, rounding_divide_by_pot, saturating_rounding_doubling_high_mul_i16,
};
use featherlite_base::{DType, Error, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Tensor, Types, req};
use crate::parts::activation::{bound, type_range};
use crate::parts::elementwise::{same_shape, unary};
use crate::parts::lut;
use crate::parts::requantize::checked_scale;

/// HARD_SWISH.
pub static OP: OpDef = OpDef {
    name: "HARD_SWISH",
    code: Code::Builtin(BuiltinOperator::HARD_SWISH),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::PerElement,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "HARD_SWISH", summary: "x * relu6(x + 3) / 6.", macs: None };

const F32: Types = Types::of(&[DType::F32]);
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(F32)], outputs: &[req(F32)], version: 1 },
    Sig { name: "8 bits", inputs: &[req(BYTES)], outputs: &[req(Types::SAME)], version: 1 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (input, output) = (plan.node.input(0)?, plan.node.output(0)?);
    if input.dtype == DType::F32 {
        return Ok(unary(
            plan,
            #[inline(always)]
            |x: f32| x * bound(x + 3.0, (0.0, 6.0)) / 6.0,
        ));
    }
    let quantized = Quantized::of(input, output)?;
    Ok(lut::kernel(plan, lut::of_integer(input.dtype, |q| quantized.apply(q))))
}

/// The function on 8-bit numbers, in 16-bit fixed point.
struct Quantized {
    input_zero: i32,
    output_zero: i32,
    range: (i32, i32),
    /// From the input's scale, 7 bits finer, to the output's.
    to_output: Fraction,
    /// From the same to where 3 is 2^15.
    to_gate: Fraction,
}

/// A factor `mantissa * 2^(exponent - 15)`.
struct Fraction {
    mantissa: i16,
    exponent: i32,
}

impl Fraction {
    fn from_real(factor: f32) -> Self {
        let Multiplier { mantissa, shift } = Multiplier::from_real(f64::from(factor));
        let mantissa = (i64::from(mantissa) + (1 << 15)) >> 16;
        Self { mantissa: mantissa.min(i64::from(i16::MAX)) as i16, exponent: shift }
    }
}

impl Quantized {
    fn of(input: &Tensor<'_>, output: &Tensor<'_>) -> Result<Self> {
        let (input_scale, input_zero) = checked_scale(input)?;
        let (output_scale, output_zero) = checked_scale(output)?;
        let fine_scale = 1.0 / 128.0 * input_scale;
        let to_output = Fraction::from_real(fine_scale / output_scale);
        if to_output.exponent > 0 {
            return Err(Error::unsupported(format!(
                "the input's scale {input_scale} is more than 128 times the output's {output_scale}"
            )));
        }
        let to_gate = Fraction::from_real(fine_scale / (3.0 / 32768.0));
        Ok(Self { input_zero, output_zero, range: type_range(output.dtype)?, to_output, to_gate })
    }

    fn apply(&self, q: i32) -> i32 {
        let fine = ((q - self.input_zero) << 7) as i16;
        let linear = saturating_rounding_doubling_high_mul_i16(fine, self.to_output.mantissa);
        // The gate in -1..=1. Saturation is wanted at the very end only, so the last bit of a left shift comes after
        // the multiplication.
        let (before, after) = if self.to_gate.exponent > 0 { (self.to_gate.exponent - 1, 1) } else { (0, 0) };
        let gate = saturating_shift_left(fine, before);
        let gate = saturating_rounding_doubling_high_mul_i16(gate, self.to_gate.mantissa);
        let gate = saturating_shift_left(gate, after);
        let gate = rounding_divide_by_pot(i32::from(gate), (-self.to_gate.exponent).max(0));
        // The gate in 0..=1. This product is truncated, which makes up for the bias of those before.
        let gate = (gate + (1 << 15)) >> 1;
        let product = gate * i32::from(linear) / (1 << 15);
        bound(rounding_divide_by_pot(product, -self.to_output.exponent) + self.output_zero, self.range)
    }
}

fn saturating_shift_left(x: i16, exponent: i32) -> i16 {
    let wide = i64::from(x) << exponent.min(31);
    wide.clamp(i64::from(i16::MIN), i64::from(i16::MAX)) as i16
}
