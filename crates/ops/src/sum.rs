//! SUM: the sum of the elements along some axes.

use alloc::boxed::Box;

use featherlite_base::{DType, Result, math};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::reduce::{self, Reduction};

/// SUM.
pub static OP: OpDef = OpDef {
    name: "SUM",
    code: Code::Builtin(BuiltinOperator::SUM),
    version: 2,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: reduce::shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "SUM", summary: "The sum along the axes.", macs: None };

const NUMBER: Types = Types::of(&[DType::F32, DType::I32, DType::I64]);
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);
const I16: Types = Types::of(&[DType::I16]);
const I32: Types = Types::of(&[DType::I32]);

const SIGS: &[Sig] = &[
    Sig { name: "number", inputs: &[req(NUMBER), req(I32)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "8 bits", inputs: &[req(BYTES), req(I32)], outputs: &[req(Types::SAME)], version: 2 },
    Sig { name: "int16", inputs: &[req(I16), req(I32)], outputs: &[req(Types::SAME)], version: 2 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(match plan.node.input(0)?.dtype {
        DType::F32 => Reduction::of(plan)?.in_strands(0.0, |sum, x| sum + x, |sum| sum),
        DType::I32 => Reduction::of(plan)?.in_order(0i32, i32::wrapping_add, |sum| sum),
        DType::I64 => Reduction::of(plan)?.in_order(0i64, i64::wrapping_add, |sum| sum),
        _ => quantized(plan)?,
    })
}

/// Quantized sums are scaled in single precision: there is no fixed-point definition of this operator that TensorFlow
/// Lite runs by default.
fn quantized(plan: &Plan<'_>) -> Result<Box<dyn Kernel>> {
    let [(input_scale, input_zero), (output_scale, output_zero)] = reduce::scales(plan)?;
    let reduction = Reduction::of(plan)?;
    let (scale, is_empty) = (input_scale / output_scale, reduction.count == 0);
    let bias = -(input_zero as f32) * scale * reduction.count as f32;
    reduce::quantized_sum(plan, reduction, move |sum| {
        // Of nothing there is not even a zero point.
        let scaled = math::round_to_i32(sum as f32 * scale + bias).saturating_add(output_zero);
        if is_empty { 0 } else { scaled }
    })
}
