//! DIV: `a / b`, elementwise with broadcasting.

use alloc::boxed::Box;

use featherlite_base::fixed_point::{
    Multiplier, rounding_divide_by_pot, saturating_rounding_doubling_high_mul,
};
use featherlite_base::fixed_point_i32::reciprocal;
use featherlite_base::{DType, Element, Result};
use featherlite_schema::{ActivationFunctionType, BuiltinOperator, DivOptions};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::activation::{bound, quantized_range};
use crate::parts::elementwise::{binary, broadcast_shape};
use crate::parts::integer::Integer;
use crate::parts::requantize::checked_scale;
use crate::parts::{arithmetic, divisor};

/// DIV.
pub static OP: OpDef = OpDef {
    name: "DIV",
    code: Code::Builtin(BuiltinOperator::DIV),
    version: 2,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: broadcast_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "DIV", summary: "a / b, with broadcasting.", macs: None };

const F32: Types = Types::of(&[DType::F32]);
const I32: Types = Types::of(&[DType::I32]);
const QUANTIZED: Types = Types::of(&[DType::I8, DType::U8, DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(F32), req(F32)], outputs: &[req(F32)], version: 1 },
    Sig { name: "int32", inputs: &[req(I32), req(I32)], outputs: &[req(I32)], version: 1 },
    Sig {
        name: "quantized",
        inputs: &[req(QUANTIZED), req(Types::SAME)],
        outputs: &[req(Types::SAME)],
        version: 2,
    },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let activation = plan.node.options::<DivOptions<'_>>().fused_activation_function();
    match plan.node.input(0)?.dtype {
        DType::F32 => arithmetic::float(plan, activation, |a, b| a / b),
        DType::I32 => Ok(divisor::checked(arithmetic::integer(plan, activation, i32::over)?, 0i32)),
        DType::I8 => quantized(plan, activation, |zero| zero as i8),
        DType::U8 => quantized(plan, activation, |zero| zero as u8),
        _ => quantized(plan, activation, |zero| zero as i16),
    }
}

/// How a quotient of quantized numbers is computed, in fixed point.
#[derive(Clone, Copy)]
struct Quantized {
    left_zero: i32,
    right_zero: i32,
    to_output: Multiplier,
    output_zero: i32,
    range: (i32, i32),
}

impl Quantized {
    #[inline]
    fn apply(self, a: i32, b: i32) -> i32 {
        let (a, b) = (a - self.left_zero, b - self.right_zero);
        let (a, b) = if b < 0 { (-a, -b) } else { (a, b) };
        let (reciprocal, divisor_bits) = reciprocal(b, 31);
        // As many bits as there is room for.
        let room = if a < 0 { !a } else { a }.leading_zeros() as i32 - 1;
        let quotient = saturating_rounding_doubling_high_mul(a << room, reciprocal);
        let scaled = saturating_rounding_doubling_high_mul(quotient, self.to_output.mantissa);
        let result = shift_right(scaled, room + divisor_bits - self.to_output.shift);
        bound(result.wrapping_add(self.output_zero), self.range)
    }
}

/// `round(x / 2^exponent)`. Beyond 31 bits, where very small quotients end up, the result is not rounded but what
/// TensorFlow Lite's kernel gives on processors that take shifts modulo 32, as both x86 and Arm do.
#[inline]
fn shift_right(x: i32, exponent: i32) -> i32 {
    if exponent < 32 {
        return rounding_divide_by_pot(x, exponent);
    }
    let threshold = i32::from(x < 0) - 1;
    x.wrapping_shr(exponent as u32) + i32::from(x > threshold)
}

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
    let to_output = Multiplier::from_real(f64::from(left_scale / (right_scale * output_scale)));
    let quotient = Quantized { left_zero, right_zero, to_output, output_zero, range };
    let zero = narrow(right_zero);
    let division = binary(plan, move |a: T, b: T| narrow(quotient.apply(a.into(), b.into())))?;
    Ok(divisor::checked(division, zero))
}
