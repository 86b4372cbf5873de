//! Products of real rows, quantized row by row, and packed 8-bit weights.

use featherlite_base::Result;
use featherlite_base::arena::Parallel;
use featherlite_gemm::{Columns, FinishReal, PanelsI8, Rows, RowsMut};
use featherlite_simd::Level;

use super::hybrid::{self, RowScale};
use crate::core::{Io, Plan};

/// Rows that are quantized at a time, at most.
const BLOCK: usize = 240;

/// Sizes of a product, and scratch for a block of its rows.
pub struct HybridProduct {
    depth: usize,
    columns: usize,
    block: usize,
    asymmetric: bool,
    level: Level,
    quantized: usize,
}

/// What makes real results of integer sums.
#[derive(Clone, Copy)]
pub struct Finish<'a> {
    /// The scale of the weights of each column.
    pub scales: &'a [f32],
    /// One for each column.
    pub bias: Option<&'a [f32]>,
    /// Bounds of results.
    pub range: (f32, f32),
}

impl HybridProduct {
    /// A product of `rows` rows of `depth` elements by weights for `columns` columns.
    pub fn plan(plan: &mut Plan<'_>, rows: usize, depth: usize, columns: usize, asymmetric: bool) -> Self {
        let block = rows.clamp(1, BLOCK);
        let quantized = plan.scratch(block.saturating_mul(depth));
        Self { depth, columns, block, asymmetric, level: plan.setup.level, quantized }
    }

    /// The scratch memory; once a run.
    ///
    /// # Errors
    /// If it was taken before.
    pub fn memory<'a>(&self, io: &Io<'a>) -> Result<&'a mut [i8]> {
        io.scratch(self.quantized)
    }

    /// Multiplies rows of `input` by the weights. `columns` are those of the weights for the zero point 0 without bias.
    ///
    /// # Errors
    /// If sizes do not fit.
    pub fn run(
        &self,
        parallel: &dyn Parallel,
        quantized: &mut [i8],
        (panels, columns): (PanelsI8<'_>, &Columns<impl AsRef<[i32]>>),
        Finish { scales: column_scales, bias, range: (min, max) }: Finish<'_>,
        input: &[f32],
        output: &mut [f32],
    ) -> Result<()> {
        let (depth, width) = (self.depth, self.columns);
        if depth == 0 || width == 0 {
            for output in output.chunks_mut(width.max(1)) {
                match bias {
                    Some(bias) => output.copy_from_slice(bias),
                    None => output.fill(0.0),
                }
            }
            return Ok(());
        }
        let mut scales = [RowScale { scale: 1.0, zero_point: 0 }; BLOCK];
        for (input, output) in input.chunks(self.block * depth).zip(output.chunks_mut(self.block * width)) {
            let rows = input.len() / depth;
            hybrid::quantize_rows(self.level, input, depth, self.asymmetric, quantized, |row, scale| {
                scales[row] = scale;
            });
            let finish = FinishReal { rows: &scales[..rows], scales: column_scales, bias, min, max };
            let (rows, results) =
                (Rows::dense(quantized, rows, depth)?, RowsMut::dense(output, rows, width)?);
            panels.multiply_real(parallel, rows, columns, &finish, results)?;
        }
        Ok(())
    }
}
