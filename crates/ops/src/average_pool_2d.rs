//! AVERAGE_POOL_2D: the mean of the elements under a window.
//!
//! Means of integers are rounded to the nearest, halves away from zero.

use alloc::boxed::Box;
use core::ops::Add;

use featherlite_base::{DType, Error, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::activation::{bound, float_range};
use crate::parts::integer::Integer;
use crate::parts::pool::{self, Pooling};

/// AVERAGE_POOL_2D.
pub static OP: OpDef = OpDef {
    name: "AVERAGE_POOL_2D",
    code: Code::Builtin(BuiltinOperator::AVERAGE_POOL_2D),
    version: 3,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: pool::shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "AVERAGE_POOL_2D", summary: "The mean of the elements under a window.", macs: None };

const F32: Types = Types::of(&[DType::F32]);
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);
const I16: Types = Types::of(&[DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(F32)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "8 bits", inputs: &[req(BYTES)], outputs: &[req(Types::SAME)], version: 2 },
    Sig { name: "int16", inputs: &[req(I16)], outputs: &[req(Types::SAME)], version: 3 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (input, output) = (plan.node.input(0)?, plan.node.output(0)?);
    let activation = pool::fused_activation(plan.node);
    if input.dtype == DType::F32 {
        let (min, max) = float_range(activation)?;
        return pool::plan(plan, Float { min, max });
    }
    let (min, max) = pool::quantized_range(activation, output)?;
    // Sums of so many bytes fit 32 bits.
    let is_small = pool::window_elements(plan.node)? < 1 << 23;
    let (signed, unsigned, wide) = ((min as i8, max as i8), (min as u8, max as u8), (min as i16, max as i16));
    match input.dtype {
        DType::I8 if is_small => pool::plan(plan, Mean { range: signed, zero: 0i32 }),
        DType::I8 => pool::plan(plan, Mean { range: signed, zero: 0f64 }),
        DType::U8 if is_small => pool::plan(plan, Mean { range: unsigned, zero: 0i32 }),
        DType::U8 => pool::plan(plan, Mean { range: unsigned, zero: 0f64 }),
        DType::I16 => pool::plan(plan, Mean { range: wide, zero: 0f64 }),
        other => Err(Error::internal(alloc::format!("AVERAGE_POOL_2D planned for {other}"))),
    }
}

/// Means of `f32`, within bounds.
struct Float {
    min: f32,
    max: f32,
}

impl Pooling for Float {
    type Element = f32;
    type State = f32;

    #[inline(always)]
    fn start(&self) -> f32 {
        0.0
    }

    #[inline(always)]
    fn add(&self, state: f32, x: f32) -> f32 {
        state + x
    }

    #[inline(always)]
    fn finish(&self, state: f32, count: usize) -> f32 {
        bound(state / count as f32, (self.min, self.max))
    }
}

/// Means of integers, within bounds; `S` is a type that sums fit.
struct Mean<T, S> {
    range: (T, T),
    zero: S,
}

impl<T: Integer + Into<S>, S: Copy + Add<Output = S> + Into<f64> + Send + Sync + 'static> Pooling
    for Mean<T, S>
{
    type Element = T;
    type State = S;

    #[inline(always)]
    fn start(&self) -> S {
        self.zero
    }

    #[inline(always)]
    fn add(&self, state: S, x: T) -> S {
        state + x.into()
    }

    #[inline(always)]
    fn finish(&self, state: S, count: usize) -> T {
        // Numbers far below 2^53: the integer part of their quotient in `f64` is exact.
        let (sum, half): (f64, f64) = (state.into(), (count / 2) as f64);
        let rounded = (if sum > 0.0 { sum + half } else { sum - half }) / count as f64;
        bound(T::saturated(rounded as i64), self.range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_rounded_half_away_from_zero() {
        let (narrow, wide) =
            (Mean { range: (-100i8, 100), zero: 0i32 }, Mean { range: (-100i8, 100), zero: 0f64 });
        for count in [1usize, 2, 3, 4, 9, 49, 1000] {
            for sum in (-128 * count as i64..=127 * count as i64).step_by(1 + count / 10) {
                let half = count as i64 / 2 * if sum > 0 { 1 } else { -1 };
                let expected = ((sum + half) / count as i64).clamp(-100, 100) as i8;
                assert_eq!(narrow.finish(sum as i32, count), expected, "{sum} / {count}");
                assert_eq!(wide.finish(sum as f64, count), expected, "{sum} / {count}");
            }
        }
    }
}
