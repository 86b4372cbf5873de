//! Products of real rows, quantized row by row, and packed 8-bit weights.

use featherlite_base::Result;
use featherlite_base::arena::for_each_chunk;
use featherlite_gemm::{Columns, PanelsI8, Rows, RowsMut};
use featherlite_simd::Level;

use super::hybrid::{self, RowScale};
use crate::core::{Io, Plan};

/// Sizes of a product, and scratch for a block of its rows: so many that what lies between the steps stays in the
/// cache.
pub struct HybridProduct {
    depth: usize,
    columns: usize,
    block: usize,
    asymmetric: bool,
    level: Level,
    quantized: usize,
    scales: usize,
    zero_points: usize,
    sums: usize,
}

/// The scratch memory of one run.
pub struct Memory<'a> {
    quantized: &'a mut [i8],
    scales: &'a mut [f32],
    zero_points: &'a mut [i32],
    sums: &'a mut [i32],
}

impl HybridProduct {
    /// A product of `rows` rows of `depth` elements by weights for `columns` columns, neither of which is 0.
    pub fn plan(plan: &mut Plan<'_>, rows: usize, depth: usize, columns: usize, asymmetric: bool) -> Self {
        let block = (64 * 1024 / columns.max(1)).max(48).min(rows);
        Self {
            depth,
            columns,
            block,
            asymmetric,
            level: plan.setup.level,
            quantized: plan.scratch(block * depth),
            scales: plan.scratch(block * size_of::<f32>()),
            zero_points: plan.scratch(block * size_of::<i32>()),
            sums: plan.scratch(block * columns * size_of::<i32>()),
        }
    }

    /// The scratch memory; once a run.
    ///
    /// # Errors
    /// If it was taken before.
    pub fn memory<'a>(&self, io: &Io<'a>) -> Result<Memory<'a>> {
        Ok(Memory {
            quantized: io.scratch(self.quantized)?,
            scales: io.scratch(self.scales)?,
            zero_points: io.scratch(self.zero_points)?,
            sums: io.scratch(self.sums)?,
        })
    }

    /// Multiplies rows of `input` by the weights. `finish` makes a row of `output` from the integer sums, after what scale
    /// and zero point of the row are, and the sum of the weights of each column. `columns` are those of the weights for
    /// the zero point 0 without bias.
    ///
    /// # Errors
    /// If sizes do not fit.
    pub fn run(
        &self,
        io: &Io<'_>,
        memory: &mut Memory<'_>,
        (panels, columns): (PanelsI8<'_>, &Columns<impl AsRef<[i32]>>),
        input: &[f32],
        output: &mut [f32],
        finish: impl Fn(RowScale, &[i32], &[i32], &mut [f32]) + Sync,
    ) -> Result<()> {
        let Memory { quantized, scales, zero_points, sums } = memory;
        let (depth, width) = (self.depth, self.columns);
        for (input, output) in input.chunks(self.block * depth).zip(output.chunks_mut(self.block * width)) {
            let rows = input.len() / depth;
            self.level.vectorize(
                #[inline(always)]
                || {
                    hybrid::quantize_rows(input, depth, self.asymmetric, quantized, |row, scale| {
                        (scales[row], zero_points[row]) = (scale.scale, scale.zero_point);
                    })
                },
            );
            let sums = &mut sums[..rows * width];
            let product = RowsMut::dense(&mut *sums, rows, width)?;
            panels.multiply_i32(io.parallel, Rows::dense(quantized, rows, depth)?, columns, product)?;
            for_each_chunk(io.parallel, output, width, |row, output| {
                let scale = RowScale { scale: scales[row], zero_point: zero_points[row] };
                let sums = &sums[row * width..][..width];
                self.level.vectorize(
                    #[inline(always)]
                    || finish(scale, sums, panels.sums(), output),
                );
            });
        }
        Ok(())
    }
}
