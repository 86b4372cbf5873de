use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{DType, Element, Result};
use featherlite_gemm::{Byte, Columns, I8Gemm, PackedI8, Rows, RowsMut, Weights};
use featherlite_simd::{Family, Isa, Level, Row, truncate_f64};

use super::{BIAS, INPUT, Layer, Make, WEIGHTS_INPUT};
use crate::core::{Io, Kernel, Plan};
use crate::parts::activation::{bound, quantized_range};
use crate::parts::elementwise;
use crate::parts::requantize::{channel_factors, first_scale, tensor_multiplier};
use crate::parts::weights::{Bytes, byte_zero_point, constant_bytes};

pub(super) static I8: Family<Make> = Family {
    name: "fully_connected_i8",
    rows: &[
        Row {
            name: "fully_connected_i8__gemm",
            isa: Isa::Scalar,
            kernel: |plan, layer| packed::<i8, i8>(plan, layer, |q| q as i8),
        },
        Row {
            name: "fully_connected_i8__reference",
            isa: Isa::Scalar,
            kernel: |plan, layer| direct::<i8, i8>(plan, layer, |q| q as i8),
        },
    ],
};

pub(super) static U8: Family<Make> = Family {
    name: "fully_connected_u8",
    rows: &[
        Row {
            name: "fully_connected_u8__gemm",
            isa: Isa::Scalar,
            kernel: |plan, layer| match plan.node.output(0)?.dtype {
                DType::I16 => packed::<u8, i16>(plan, layer, |q| q as i16),
                _ => packed::<u8, u8>(plan, layer, |q| q as u8),
            },
        },
        Row {
            name: "fully_connected_u8__reference",
            isa: Isa::Scalar,
            kernel: |plan, layer| match plan.node.output(0)?.dtype {
                DType::I16 => direct::<u8, i16>(plan, layer, |q| q as i16),
                _ => direct::<u8, u8>(plan, layer, |q| q as u8),
            },
        },
    ],
};

/// How the sum for each unit becomes a result.
#[derive(Clone)]
pub(super) struct Finish {
    pub(super) scale: Scale,
    pub(super) zero_point: i32,
    pub(super) range: (i32, i32),
}

#[derive(Clone)]
pub(super) enum Scale {
    /// Rounded once, by a factor for each unit.
    Real(Vec<f64>),
    /// In fixed point, by a multiplier for each unit.
    Fixed(Vec<Multiplier>),
}

impl Finish {
    /// As scales and activation ask for it: rounded once, as TensorFlow Lite's reference kernel does it, but in fixed
    /// point for what it leaves to others: sparse weights, and those of 16 bits.
    ///
    /// # Errors
    /// If they do not fit.
    pub(super) fn of(plan: &Plan<'_>, layer: Layer) -> Result<Self> {
        let node = plan.node;
        let (input, weights, output) = (node.input(INPUT)?, node.input(WEIGHTS_INPUT)?, node.output(0)?);
        let factors = channel_factors(input, weights, output, layer.units)?;
        if weights.quantization.affine().is_some_and(|affine| affine.scales.len() == 1) {
            // Only for its check of the bias's scale.
            tensor_multiplier(input, weights, node.optional(BIAS), output)?;
        }
        let (_, zero_point) = first_scale(output)?;
        let range = quantized_range(layer.activation, output)?;
        let is_fixed = weights.sparsity.is_some() || weights.dtype == DType::I16;
        let scale = if is_fixed {
            Scale::Fixed(factors.into_iter().map(Multiplier::from_real).collect())
        } else {
            Scale::Real(factors)
        };
        Ok(Self { scale, zero_point, range })
    }

    /// The results of a row.
    #[inline(always)]
    pub(super) fn row<T>(
        &self,
        sums: &[i32],
        bias: Option<&[i32]>,
        results: &mut [T],
        narrow: impl Fn(i32) -> T,
    ) {
        match (&self.scale, bias) {
            (Scale::Real(factors), Some(bias)) => {
                for (((result, sum), bias), factor) in results.iter_mut().zip(sums).zip(bias).zip(factors) {
                    *result = narrow(self.real(f64::from(sum.wrapping_add(*bias)), *factor));
                }
            }
            (Scale::Real(factors), None) => {
                for ((result, sum), factor) in results.iter_mut().zip(sums).zip(factors) {
                    *result = narrow(self.real(f64::from(*sum), *factor));
                }
            }
            (Scale::Fixed(multipliers), bias) => {
                for (unit, ((result, sum), multiplier)) in
                    results.iter_mut().zip(sums).zip(multipliers).enumerate()
                {
                    let sum = sum.wrapping_add(bias.map_or(0, |bias| bias[unit]));
                    let scaled = multiplier.apply(sum).saturating_add(self.zero_point);
                    *result = narrow(bound(scaled, self.range));
                }
            }
        }
    }

    /// The result of a unit whose sum has 64 bits.
    #[inline]
    pub(super) fn wide(&self, unit: usize, sum: i64) -> i32 {
        match &self.scale {
            Scale::Real(factors) => self.real(sum as f64, factors[unit]),
            Scale::Fixed(multipliers) => {
                bound(multipliers[unit].apply_i64(sum).saturating_add(self.zero_point), self.range)
            }
        }
    }

    #[inline(always)]
    fn real(&self, sum: f64, factor: f64) -> i32 {
        // Bounded before the zero point is added, so that the sum need not saturate.
        let (least, greatest) = self.range;
        let range = (least.saturating_sub(self.zero_point), greatest.saturating_sub(self.zero_point));
        bound(round(sum * factor), range).wrapping_add(self.zero_point)
    }
}

/// The nearest integer, halves away from zero; as `math::round_f64_to_i32`, in a form that becomes vector code.
#[inline(always)]
fn round(x: f64) -> i32 {
    truncate_f64(x + 0.499_999_999_999_999_94_f64.copysign(x))
}

/// The bias, if there is one.
fn bias<'a>(io: &Io<'a>) -> Result<Option<&'a [i32]>> {
    Ok(if io.inputs() > BIAS { Some(io.input(BIAS)?).filter(|bias: &&[i32]| !bias.is_empty()) } else { None })
}

/// Weights packed once; those that are not constant are read as they lie.
fn packed<A: Byte + Element + Into<i32>, C: Element>(
    plan: &mut Plan<'_>,
    layer: Layer,
    narrow: impl Fn(i32) -> C + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let weights = node.input(WEIGHTS_INPUT)?;
    if !weights.is_constant {
        return direct::<A, C>(plan, layer, narrow);
    }
    let finish = Finish::of(plan, layer)?;
    let zero_points = (first_scale(node.input(INPUT)?)?.1, byte_zero_point(weights)?);
    product::<A, C>(plan, layer, zero_points, finish, narrow, || constant_bytes(weights))
}

/// A kernel for packed weights, activations `A` and results `C`.
///
/// # Errors
/// If they have another size than the layer.
pub(super) fn product<'a, A: Byte, C: Element>(
    plan: &mut Plan<'a>,
    layer: Layer,
    (zero_point, weights_zero_point): (i32, i32),
    finish: Finish,
    narrow: impl Fn(i32) -> C + Send + Sync + 'static,
    weights: impl FnOnce() -> Result<Cow<'a, [i8]>>,
) -> Result<Box<dyn Kernel>> {
    let Layer { depth, units, .. } = layer;
    let gemm = I8Gemm::best(plan.setup.level);
    let weights =
        plan.shared(gemm.name(), || gemm.pack(Weights::new(&weights()?, units, depth)?, weights_zero_point))?;
    let sums = plan.scratch(layer.block() * units * size_of::<i32>());
    let level = plan.setup.level;
    let bias = plan.node.optional(BIAS);
    let constant = match bias.filter(|bias| bias.is_constant) {
        Some(bias) => Some(bias.constant::<i32>()?).filter(|bias| !bias.is_empty()),
        None => None,
    };
    let columns = weights.panels().columns::<A>(constant, zero_point)?;
    let is_biased = constant.is_some() || bias.is_none();
    let product = Product { layer, weights, columns, is_biased, finish, sums, level };
    Ok(Box::new(move |io: &mut Io<'_>| product.run::<A, C>(io, &narrow)))
}

struct Product {
    layer: Layer,
    weights: Arc<PackedI8>,
    columns: Columns,
    /// Whether the bias is in `columns`.
    is_biased: bool,
    finish: Finish,
    /// Scratch for the sums of a block of rows.
    sums: usize,
    level: Level,
}

impl Product {
    fn run<A: Byte, C: Element>(&self, io: &Io<'_>, narrow: impl Fn(i32) -> C + Sync) -> Result<()> {
        let Layer { depth, units, .. } = self.layer;
        let (input, output) = (io.input::<A>(INPUT)?, io.output::<C>(0)?);
        let bias = if self.is_biased { None } else { bias(io)? };
        let (sums, block) = (io.scratch::<i32>(self.sums)?, self.layer.block());
        for (input, output) in input.chunks(block * depth).zip(output.chunks_mut(block * units)) {
            let rows = input.len() / depth;
            let sums = &mut sums[..rows * units];
            let input = Rows::dense(input, rows, depth)?;
            let product = RowsMut::dense(&mut *sums, rows, units)?;
            self.weights.panels().multiply_i32(io.parallel, input, &self.columns, product)?;
            for_each_chunk(io.parallel, output, units, |row, output| {
                let sums = &sums[row * units..][..units];
                self.level.vectorize(
                    #[inline(always)]
                    || self.finish.row(sums, bias, output, &narrow),
                );
            });
        }
        Ok(())
    }
}

/// Weights read as they lie: the definition, and for weights that change from run to run.
fn direct<A: Element + Into<i32>, C: Element>(
    plan: &mut Plan<'_>,
    layer: Layer,
    narrow: impl Fn(i32) -> C + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let (zero_point, finish) = (first_scale(plan.node.input(INPUT)?)?.1, Finish::of(plan, layer)?);
    let weights = plan.node.input(WEIGHTS_INPUT)?;
    let weights_zero_point = byte_zero_point(weights)?;
    let weights = Bytes::plan(plan, WEIGHTS_INPUT, weights.dtype)?;
    let sums = plan.scratch(layer.units * size_of::<i32>());
    let level = elementwise::level(plan);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, bias) = (io.input::<A>(INPUT)?, bias(io)?);
        let (output, sums) = (io.output::<C>(0)?, io.scratch::<i32>(sums)?);
        let weights = weights.get(io)?;
        for (input, output) in input.chunks(layer.depth).zip(output.chunks_mut(layer.units)) {
            for (sum, weights) in sums.iter_mut().zip(weights.chunks(layer.depth)) {
                *sum = level.vectorize(
                    #[inline(always)]
                    || {
                        input.iter().zip(weights).fold(0i32, |sum, (&x, &weight)| {
                            let (x, weight) = (x.into().wrapping_sub(zero_point), i32::from(weight));
                            sum.wrapping_add(x.wrapping_mul(weight.wrapping_sub(weights_zero_point)))
                        })
                    },
                );
            }
            finish.row(sums, bias, output, &narrow);
        }
        Ok(())
    }))
}
