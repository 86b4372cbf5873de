use alloc::boxed::Box;
use alloc::vec::Vec;

use featherlite_base::Result;
use featherlite_gemm::Columns;
use featherlite_schema::BatchMatMulOptions;
use featherlite_simd::{Family, Isa, Row};

use super::integer::Right;
use super::{Geometry, LEFT, Left, Make, RIGHT, transpose};
use crate::core::{Io, Kernel, Plan};
use crate::parts::hybrid;
use crate::parts::hybrid_product::{Finish, HybridProduct};
use crate::parts::requantize::channel_scales;

/// Real matrices, quantized row by row, by 8-bit ones.
pub(super) static HYBRID: Family<Make> = Family {
    name: "batch_matmul_hybrid",
    rows: &[
        Row { name: "batch_matmul_hybrid__gemm", isa: Isa::Scalar, kernel: packed },
        Row { name: "batch_matmul_hybrid__reference", isa: Isa::Scalar, kernel: reference },
    ],
};

/// The scale of each column, and whether rows get a zero point.
fn settings(plan: &Plan<'_>, geometry: Geometry) -> Result<(Vec<f32>, bool)> {
    let scales = channel_scales(plan.node.input(RIGHT)?, geometry.columns)?.collect();
    Ok((scales, plan.node.options::<BatchMatMulOptions<'_>>().asymmetric_quantize_inputs()))
}

fn packed(plan: &mut Plan<'_>, mut geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let pairs = geometry.pairs(plan.node)?;
    let (scales, asymmetric) = settings(plan, geometry)?;
    let Geometry { rows, columns, depth, .. } = geometry;
    let right = Right::plan(plan, geometry, 0)?;
    let left = Left::plan::<f32>(plan, geometry);
    let product = HybridProduct::plan(plan, rows, depth, columns, asymmetric);
    let constants = plan.scratch(Columns::len(columns) * size_of::<i32>());
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, memory) = (io.input::<f32>(LEFT)?, left.memory(io)?);
        let (constants, buffers) = (io.scratch::<i32>(constants)?, product.memory(io)?);
        let mut outputs = io.output::<f32>(0)?.chunks_mut(rows * columns);
        right.for_each(io, geometry, &pairs, |panels, pairs| {
            let constants = &panels.columns_in::<i8>(None, 0, constants)?;
            for (&(index, _), output) in pairs.iter().zip(&mut outputs) {
                let input = left.matrix(input, index, memory);
                let weights = (panels, constants);
                let range = (f32::NEG_INFINITY, f32::INFINITY);
                let finish = Finish { scales: &scales, bias: None, range };
                product.run(io.parallel, buffers, weights, finish, input, output)?;
            }
            Ok(())
        })
    }))
}

fn reference(plan: &mut Plan<'_>, mut geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let pairs = geometry.pairs(plan.node)?;
    let (scales, asymmetric) = settings(plan, geometry)?;
    let Geometry { rows, columns, depth, right_by_columns, .. } = geometry;
    let left = Left::plan::<f32>(plan, geometry);
    let level = plan.setup.level;
    let [quantized, by_columns] = [plan.scratch(depth), plan.scratch(geometry.right_len())];
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, right) = (io.input::<f32>(LEFT)?, io.input::<i8>(RIGHT)?);
        let (memory, quantized) = (left.memory(io)?, io.scratch::<i8>(quantized)?);
        let (by_columns, output) = (io.scratch::<i8>(by_columns)?, io.output::<f32>(0)?);
        if depth == 0 {
            output.fill(0.0);
            return Ok(());
        }
        for (&(index, matrix), output) in pairs.iter().zip(output.chunks_mut(rows * columns)) {
            let mut right = &right[matrix * columns * depth..][..columns * depth];
            if !right_by_columns {
                transpose(right, columns, by_columns);
                right = by_columns;
            }
            let input = left.matrix(input, index, memory);
            for (input, results) in input.chunks(depth).zip(output.chunks_mut(columns)) {
                let row = hybrid::quantize_row(level, input, asymmetric, quantized);
                for ((result, right), scale) in results.iter_mut().zip(right.chunks(depth)).zip(&scales) {
                    let (dot, sum) = (hybrid::dot(quantized, right), hybrid::sum(right));
                    *result = hybrid::rescale(dot, sum, row.zero_point, row.scale * scale);
                }
            }
        }
        Ok(())
    }))
}
