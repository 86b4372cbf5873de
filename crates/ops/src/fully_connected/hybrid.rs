use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::{DType, Result};
use featherlite_gemm::{Columns, I8Gemm, PackedI8, Rows, RowsMut, Weights};
use featherlite_simd::{Family, Isa, Level, Row};

use super::float::bias;
use super::{INPUT, Layer, Make, WEIGHTS_INPUT};
use crate::core::{Io, Kernel, Plan, Tensor};
use crate::parts::activation::{Fused, bound};
use crate::parts::elementwise;
use crate::parts::hybrid::{self, RowScale};
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

    fn row(
        &self,
        level: Level,
        row: RowScale,
        sums: &[i32],
        weight_sums: &[i32],
        bias: Option<&[f32]>,
        results: &mut [f32],
    ) {
        level.vectorize(|| {
            let sums = sums.iter().zip(weight_sums).zip(&self.scales);
            for (result, ((&sum, &weight_sum), scale)) in results.iter_mut().zip(sums) {
                *result = hybrid::rescale(sum, weight_sum, row.zero_point, row.scale * scale);
            }
            if let Some(bias) = bias {
                results.iter_mut().zip(bias).for_each(|(result, bias)| *result += bias);
            }
            results.iter_mut().for_each(|result| *result = bound(*result, self.activation.range));
        });
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

struct Packed {
    layer: Layer,
    weights: Arc<PackedI8>,
    columns: Columns,
    finish: Finish,
    level: Level,
    /// Scratch for a block of rows: quantized activations, their scales and zero points, sums.
    quantized: usize,
    scales: usize,
    zero_points: usize,
    sums: usize,
}

fn packed(plan: &mut Plan<'_>, layer: Layer) -> Result<Box<dyn Kernel>> {
    let weights = signed(plan.node.input(WEIGHTS_INPUT)?);
    if !weights.is_constant {
        return reference(plan, layer);
    }
    let Layer { depth, units, .. } = layer;
    let (finish, level, block) = (Finish::of(&weights, layer)?, plan.setup.level, layer.block());
    let gemm = I8Gemm::best(level);
    let weights =
        plan.shared(gemm.name(), || gemm.pack(Weights::new(&constant_bytes(&weights)?, units, depth)?, 0))?;
    let columns = weights.panels().columns::<i8>(None, 0)?;
    Ok(Box::new(Packed {
        layer,
        weights,
        columns,
        finish,
        level,
        quantized: plan.scratch(block * depth),
        scales: plan.scratch(block * size_of::<f32>()),
        zero_points: plan.scratch(block * size_of::<i32>()),
        sums: plan.scratch(block * units * size_of::<i32>()),
    }))
}

impl Kernel for Packed {
    fn run(&self, io: &mut Io<'_>) -> Result<()> {
        let Layer { depth, units, asymmetric, .. } = self.layer;
        let (input, output, bias) = (io.input::<f32>(INPUT)?, io.output::<f32>(0)?, bias(io)?);
        let (quantized, sums) = (io.scratch::<i8>(self.quantized)?, io.scratch::<i32>(self.sums)?);
        let (scales, zero_points) = (io.scratch::<f32>(self.scales)?, io.scratch::<i32>(self.zero_points)?);
        let panels = self.weights.panels();
        let block = self.layer.block();
        for (input, output) in input.chunks(block * depth).zip(output.chunks_mut(block * units)) {
            let rows = input.len() / depth;
            self.level.vectorize(|| {
                hybrid::quantize_rows(input, depth, asymmetric, quantized, |row, scale| {
                    (scales[row], zero_points[row]) = (scale.scale, scale.zero_point);
                })
            });
            let sums = &mut sums[..rows * units];
            panels.multiply_i32(
                io.parallel,
                Rows::dense(&*quantized, rows, depth)?,
                &self.columns,
                RowsMut::dense(&mut *sums, rows, units)?,
            )?;
            for_each_chunk(io.parallel, output, units, |row, output| {
                let scale = RowScale { scale: scales[row], zero_point: zero_points[row] };
                let sums = &sums[row * units..][..units];
                self.finish.row(self.level, scale, sums, panels.sums(), bias, output);
            });
        }
        Ok(())
    }
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
            *sum = level.vectorize(|| hybrid::sum(weights));
        }
        for (input, output) in input.chunks(layer.depth).zip(output.chunks_mut(layer.units)) {
            let row = hybrid::quantize_row(input, layer.asymmetric, quantized);
            for (sum, weights) in sums.iter_mut().zip(weights.chunks(layer.depth)) {
                *sum = level.vectorize(|| hybrid::dot(quantized, weights));
            }
            finish.row(level, row, sums, weight_sums, bias, output);
        }
        Ok(())
    }))
}
