//! MEAN: the mean of the elements along some axes.

use alloc::boxed::Box;

use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::reduce::{self, Reduction};

/// MEAN.
pub static OP: OpDef = OpDef {
    name: "MEAN",
    code: Code::Builtin(BuiltinOperator::MEAN),
    version: 3,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: reduce::shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "MEAN", summary: "The mean along the axes.", macs: None };

const NUMBER: Types = Types::of(&[DType::F32, DType::I32, DType::I64]);
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);
const I16: Types = Types::of(&[DType::I16]);
const I32: Types = Types::of(&[DType::I32]);

const SIGS: &[Sig] = &[
    Sig { name: "number", inputs: &[req(NUMBER), req(I32)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "8 bits", inputs: &[req(BYTES), req(I32)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "int16", inputs: &[req(I16), req(I32)], outputs: &[req(Types::SAME)], version: 2 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    if !matches!(plan.node.input(0)?.dtype, DType::F32 | DType::I32 | DType::I64) {
        return quantized(plan);
    }
    let reduction = Reduction::of(plan)?;
    let (count, divisor) = (reduction.count as f32, (reduction.count as i64).max(1));
    Ok(match plan.node.input(0)?.dtype {
        DType::F32 => reduction.in_strands(
            0.0,
            #[inline(always)]
            |sum, x| sum + x,
            #[inline(always)]
            move |sum| sum / count,
        ),
        DType::I32 => {
            let add = |sum: i64, x: i32| sum.wrapping_add(x.into());
            reduction.in_order(0i64, add, move |sum| sum.wrapping_div(divisor) as i32)
        }
        _ => reduction.in_order(0i64, i64::wrapping_add, move |sum| sum.wrapping_div(divisor)),
    })
}

/// Quantized means are scaled in fixed point, by a multiplier that the division by the count is drawn into.
fn quantized(plan: &Plan<'_>) -> Result<Box<dyn Kernel>> {
    let [(input_scale, input_zero), (output_scale, output_zero)] = reduce::scales(plan)?;
    let reduction = Reduction::of(plan)?;
    let count = reduction.count as i64;
    let mut multiplier = Multiplier::from_real(f64::from(input_scale) / f64::from(output_scale));
    if count > 0 {
        let shift = (63 - count.leading_zeros() as i32).min(32).min(31 + multiplier.shift);
        multiplier.mantissa = ((i64::from(multiplier.mantissa) << shift) / count) as i32;
        multiplier.shift -= shift;
    }
    let zeros = i64::from(input_zero).wrapping_mul(count) as i32;
    reduce::quantized_sum(plan, reduction, move |sum| match count {
        // Of nothing there is not even a zero point.
        0 => 0,
        _ => multiplier.apply(sum.wrapping_sub(zeros)).saturating_add(output_zero),
    })
}
