//! SQUARED_DIFFERENCE: `(a - b) * (a - b)`, elementwise with broadcasting.

use alloc::boxed::Box;

use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::activation::bound;
use crate::parts::elementwise::{binary, broadcast_shape};
use crate::parts::requantize::checked_scale;

/// SQUARED_DIFFERENCE.
pub static OP: OpDef = OpDef {
    name: "SQUARED_DIFFERENCE",
    code: Code::Builtin(BuiltinOperator::SQUARED_DIFFERENCE),
    version: 2,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0, 1]),
    effects: Effects::None,
    shapes: broadcast_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "SQUARED_DIFFERENCE", summary: "(a - b) squared, with broadcasting.", macs: None };

const F32: Types = Types::of(&[DType::F32]);
const I32: Types = Types::of(&[DType::I32]);
const I8: Types = Types::of(&[DType::I8]);

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(F32), req(F32)], outputs: &[req(F32)], version: 1 },
    Sig { name: "int32", inputs: &[req(I32), req(I32)], outputs: &[req(I32)], version: 1 },
    Sig { name: "int8", inputs: &[req(I8), req(I8)], outputs: &[req(I8)], version: 2 },
];

/// Bits by which differences are shifted left for precision.
const LEFT_SHIFT: u32 = 7;

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::F32 => binary(plan, |a: f32, b: f32| (a - b) * (a - b)),
        DType::I32 => binary(plan, |a: i32, b: i32| a.wrapping_sub(b).wrapping_mul(a.wrapping_sub(b))),
        _ => quantized(plan),
    }
}

/// Both terms are brought to twice the larger of their scales.
fn quantized(plan: &Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (left_scale, left_zero) = checked_scale(plan.node.input(0)?)?;
    let (right_scale, right_zero) = checked_scale(plan.node.input(1)?)?;
    let (output_scale, output_zero) = checked_scale(plan.node.output(0)?)?;
    let common = f64::from(2.0 * left_scale.max(right_scale));
    let left = Multiplier::from_real(f64::from(left_scale) / common);
    let right = Multiplier::from_real(f64::from(right_scale) / common);
    let unit = (1u32 << (2 * LEFT_SHIFT)) as f32 * output_scale;
    let to_output = Multiplier::from_real(common * common / f64::from(unit));
    binary(
        plan,
        #[inline(always)]
        move |a: i8, b: i8| {
            let a = left.apply((i32::from(a) - left_zero) << LEFT_SHIFT);
            let b = right.apply((i32::from(b) - right_zero) << LEFT_SHIFT);
            let square = a.wrapping_sub(b).wrapping_mul(a.wrapping_sub(b));
            bound(to_output.apply(square).wrapping_add(output_zero), (-128, 127)) as i8
        },
    )
}
