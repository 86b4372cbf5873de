use alloc::boxed::Box;
use alloc::vec::Vec;

use featherlite_base::{DType, Result};
use featherlite_gemm::{I8Gemm, Weights};
use featherlite_simd::{Family, Isa, Row};

use super::float::bias;
use super::{INPUT, Layer, Make, WEIGHTS_INPUT};
use crate::core::{Io, Kernel, Plan, Tensor};
use crate::parts::activation::{Fused, bound};
use crate::parts::elementwise;
use crate::parts::hybrid::{self, RowScale};
use crate::parts::hybrid_product::{self, HybridProduct};
use crate::parts::requantize::channel_scales;
use crate::parts::weights::{Bytes, constant_bytes};

/// Real activations, quantized row by row, by quantized weights.
pub(super) static HYBRID: Family<Make> = Family {
    name: "fully_connected_hybrid",
    rows: &[
        Row { name: "fully_connected_hybrid__gemm", isa: Isa::Scalar, kernel: packed },
        Row { name: "fully_connected_hybrid__reference", isa: Isa::Scalar, kernel: reference },
    ],
};

/// From the integer sums of a row to results.
struct Finish {
    /// One for each unit.
    scales: Vec<f32>,
    activation: Fused,
}

impl Finish {
    fn of(weights: &Tensor<'_>, layer: Layer) -> Result<Self> {
        Ok(Self {
            scales: channel_scales(weights, layer.units)?.collect(),
            activation: Fused::new(layer.activation)?,
        })
    }

    #[inline]
    fn row(
        &self,
        row: RowScale,
        sums: &[i32],
        weight_sums: &[i32],
        bias: Option<&[f32]>,
        results: &mut [f32],
    ) {
        hybrid::rescale_row(row, sums, weight_sums, &self.scales, results);
        if let Some(bias) = bias {
            results.iter_mut().zip(bias).for_each(|(result, bias)| *result += bias);
        }
        results.iter_mut().for_each(|result| *result = bound(*result, self.activation.range));
        if let Some(function) = self.activation.function {
            results.iter_mut().for_each(|result| *result = function(*result));
        }
    }
}

/// The weights, whose bytes are signed even where the file calls them UINT8.
fn signed<'a>(weights: &Tensor<'a>) -> Tensor<'a> {
    match weights.dtype {
        DType::U8 => Tensor { dtype: DType::I8, ..weights.clone() },
        _ => weights.clone(),
    }
}

fn packed(plan: &mut Plan<'_>, layer: Layer) -> Result<Box<dyn Kernel>> {
    let weights = signed(plan.node.input(WEIGHTS_INPUT)?);
    if !weights.is_constant {
        return reference(plan, layer);
    }
    let Layer { rows, depth, units, asymmetric, .. } = layer;
    let (finish, gemm) = (Finish::of(&weights, layer)?, I8Gemm::best(plan.setup.level));
    let weights =
        plan.shared(gemm.name(), || gemm.pack(Weights::new(&constant_bytes(&weights)?, units, depth)?, 0))?;
    let columns = weights.panels().columns::<i8>(None, 0)?;
    let product = HybridProduct::plan(plan, rows, depth, units, asymmetric);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output, bias) = (io.input(INPUT)?, io.output(0)?, bias(io)?);
        let (weights, memory) = ((weights.panels(), &columns), product.memory(io)?);
        let Finish { scales, activation } = &finish;
        let to_real = hybrid_product::Finish { scales, bias, range: activation.range };
        product.run(io.parallel, memory, weights, to_real, input, output)?;
        if let Some(function) = activation.function {
            output.iter_mut().for_each(|result| *result = function(*result));
        }
        Ok(())
    }))
}

/// Weights read as they lie: the definition, and for weights that change from run to run.
fn reference(plan: &mut Plan<'_>, layer: Layer) -> Result<Box<dyn Kernel>> {
    let weights = signed(plan.node.input(WEIGHTS_INPUT)?);
    let (finish, level) = (Finish::of(&weights, layer)?, elementwise::level(plan));
    let weights = Bytes::plan(plan, WEIGHTS_INPUT, weights.dtype)?;
    let quantized = plan.scratch(layer.depth);
    let sums = [plan.scratch(layer.units * size_of::<i32>()), plan.scratch(layer.units * size_of::<i32>())];
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output, bias) = (io.input::<f32>(INPUT)?, io.output::<f32>(0)?, bias(io)?);
        let (weights, quantized) = (weights.get(io)?, io.scratch::<i8>(quantized)?);
        let (sums, weight_sums) = (io.scratch::<i32>(sums[0])?, io.scratch::<i32>(sums[1])?);
        for (sum, weights) in weight_sums.iter_mut().zip(weights.chunks(layer.depth)) {
            *sum = level.vectorize(
                #[inline(always)]
                || hybrid::sum(weights),
            );
        }
        for (input, output) in input.chunks(layer.depth).zip(output.chunks_mut(layer.units)) {
            let row = hybrid::quantize_row(level, input, layer.asymmetric, quantized);
            for (sum, weights) in sums.iter_mut().zip(weights.chunks(layer.depth)) {
                *sum = level.vectorize(
                    #[inline(always)]
                    || hybrid::dot(quantized, weights),
                );
            }
            level.vectorize(
                #[inline(always)]
                || finish.row(row, sums, weight_sums, bias, output),
            );
        }
        Ok(())
    }))
}
