use alloc::boxed::Box;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::{DType, Element, Result};
use featherlite_simd::{Family, Isa, Row};

use super::integer::Finish;
use super::{BIAS, INPUT, Layer, Make, WEIGHTS_INPUT};
use crate::core::{Io, Kernel, Plan};
use crate::parts::dot;
use crate::parts::requantize::{check_symmetric, common_zero_point};
use crate::parts::weights::Bytes;

/// 16-bit activations by weights of up to 16 bits, summed up exactly.
pub(super) static I16: Family<Make> = Family {
    name: "fully_connected_i16",
    rows: &[
        Row { name: "fully_connected_i16__dot", isa: Isa::Scalar, kernel: fast },
        Row { name: "fully_connected_i16__reference", isa: Isa::Scalar, kernel: reference },
    ],
};

/// Units that one thread works on at a time.
const UNITS: usize = 16;

fn fast(plan: &mut Plan<'_>, layer: Layer) -> Result<Box<dyn Kernel>> {
    let level = plan.setup.level;
    match plan.node.input(WEIGHTS_INPUT)?.dtype {
        DType::I16 => words(plan, layer, move |a, b| {
            level.vectorize(
                #[inline(always)]
                || dot::i16_by_i16(a, b),
            )
        }),
        _ => bytes(plan, layer, move |a, b| {
            level.vectorize(
                #[inline(always)]
                || dot::i16_by_i8(a, b),
            )
        }),
    }
}

fn reference(plan: &mut Plan<'_>, layer: Layer) -> Result<Box<dyn Kernel>> {
    fn dot<W: Element + Into<i64>>(input: &[i16], weights: &[W]) -> i64 {
        input.iter().zip(weights).map(|(&x, &weight)| i64::from(x) * weight.into()).sum()
    }
    match plan.node.input(WEIGHTS_INPUT)?.dtype {
        DType::I16 => words(plan, layer, dot),
        _ => bytes(plan, layer, dot),
    }
}

fn bytes(
    plan: &mut Plan<'_>,
    layer: Layer,
    dot: impl Fn(&[i16], &[i8]) -> i64 + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let sums = Sums::of(plan, layer)?;
    let weights = Bytes::plan(plan, WEIGHTS_INPUT, plan.node.input(WEIGHTS_INPUT)?.dtype)?;
    Ok(Box::new(move |io: &mut Io<'_>| sums.run(io, weights.get(io)?, &dot)))
}

fn words(
    plan: &mut Plan<'_>,
    layer: Layer,
    dot: impl Fn(&[i16], &[i16]) -> i64 + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let sums = Sums::of(plan, layer)?;
    Ok(Box::new(move |io: &mut Io<'_>| sums.run(io, io.input(WEIGHTS_INPUT)?, &dot)))
}

struct Sums {
    layer: Layer,
    weights_zero_point: i64,
    finish: Finish,
    bias: Option<DType>,
    /// Whether sums have 32 bits, as their bias does. Products of two 16-bit numbers always have 64.
    is_narrow: bool,
}

impl Sums {
    fn of(plan: &Plan<'_>, layer: Layer) -> Result<Self> {
        check_symmetric(plan.node.input(INPUT)?)?;
        check_symmetric(plan.node.output(0)?)?;
        let weights = plan.node.input(WEIGHTS_INPUT)?;
        Ok(Self {
            layer,
            is_narrow: layer.sum_i32 && weights.dtype != DType::I16,
            weights_zero_point: common_zero_point(weights)?.into(),
            finish: Finish::of(plan, layer)?,
            bias: plan.node.optional(BIAS).map(|bias| bias.dtype),
        })
    }

    fn run<W: Element>(
        &self,
        io: &Io<'_>,
        weights: &[W],
        dot: &(impl Fn(&[i16], &[W]) -> i64 + Sync),
    ) -> Result<()> {
        let Layer { depth, units, .. } = self.layer;
        let (input, output) = (io.input::<i16>(INPUT)?, io.output::<i16>(0)?);
        let (mut narrow_bias, mut wide_bias): (&[i32], &[i64]) = (&[], &[]);
        match self.bias {
            Some(DType::I32) => narrow_bias = io.input(BIAS)?,
            Some(_) => wide_bias = io.input(BIAS)?,
            None => {}
        }
        let bias = |unit: usize| {
            let wide = wide_bias.get(unit).copied();
            wide.or_else(|| narrow_bias.get(unit).map(|&bias| bias.into())).unwrap_or(0)
        };
        for (input, output) in input.chunks(depth).zip(output.chunks_mut(units)) {
            let correction = match self.weights_zero_point {
                0 => 0,
                zero_point => input.iter().map(|&x| i64::from(x)).sum::<i64>().wrapping_mul(zero_point),
            };
            for_each_chunk(io.parallel, output, UNITS, |index, output| {
                for (unit, output) in output.iter_mut().enumerate() {
                    let unit = index * UNITS + unit;
                    let sum = dot(input, &weights[unit * depth..][..depth]);
                    let sum = sum.wrapping_sub(correction).wrapping_add(bias(unit));
                    let sum = if self.is_narrow { i64::from(sum as i32) } else { sum };
                    *output = self.finish.wide(unit, sum) as i16;
                }
            });
        }
        Ok(())
    }
}
