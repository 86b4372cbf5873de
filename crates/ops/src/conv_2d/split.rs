//! CONV_2D of INT16 by INT8 as two products of bytes: an input is `256 * high + low`, so its products are those of its
//! bytes, and sums of them are exact in 32 bits.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use featherlite_base::arena::{Parallel, bytes_of_mut, cast_mut, for_each_chunk_with};
use featherlite_base::{Result, arena::Serial};
use featherlite_gemm::{Columns, PackedI8, Rows, RowsMut};
use featherlite_simd::Level;

use super::Geometry;
use super::gemm::{Product, pack};
use crate::core::{Io, Kernel, Plan};
use crate::parts::convolution::{self, Layer, Scaled};

/// Elements of a patch for which sums of byte products fit 32 bits.
const MAX_DEPTH: usize = 1 << 16;

/// Bytes of a tile's patches and sums that stay in the second-level cache.
const TILE_BYTES: usize = 192 * 1024;

/// INT16 inputs, constant INT8 or INT4 weights and constant bias.
pub(super) fn integer(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let product = Product::new::<i16>(geometry, plan.setup.threads)?;
    if product.k > MAX_DEPTH {
        return convolution::plan(plan, layer, geometry);
    }
    let packed = pack(plan, layer, &product)?;
    let bias = convolution::wide_bias(node, layer)?.into();
    let scaled = convolution::scaled(node, layer)?;
    let finish = Finish { scaled, bias, is_narrow: convolution::has_narrow_bias(node, layer) };
    let split = Split::new(product, packed, finish, plan.setup.level)?;
    let scratch = plan.scratch(plan.setup.threads * split.scratch() * size_of::<i32>());
    let input = layer.input;
    Ok(Box::new(move |io: &mut Io<'_>| {
        split.run(io.parallel, io.input(input)?, io.scratch(scratch)?, io.output(0)?)
    }))
}

struct Split {
    product: Product,
    packed: Arc<Vec<PackedI8>>,
    /// For each group: for high and for low bytes.
    columns: Vec<[Columns; 2]>,
    finish: Finish,
    level: Level,
    /// Patches that are worked on at a time.
    tile: usize,
}

impl Split {
    fn new(product: Product, packed: Arc<Vec<PackedI8>>, finish: Finish, level: Level) -> Result<Self> {
        let columns = packed.iter().map(|packed| {
            Ok([packed.panels().columns::<i8>(None, 0)?, packed.panels().columns::<u8>(None, 0)?])
        });
        let columns = columns.collect::<Result<_>>()?;
        let tile = TILE_BYTES / (4 * product.k + 8 * product.n).max(1);
        Ok(Self { tile: tile.clamp(6, 96) / 6 * 6, product, packed, columns, finish, level })
    }

    /// Elements of scratch that a thread takes: two sums for each result, and patches whole and in two parts.
    fn scratch(&self) -> usize {
        self.tile * (2 * self.product.n + self.product.k)
    }

    fn run(
        &self,
        parallel: &dyn Parallel,
        input: &[i16],
        scratch: &mut [i32],
        output: &mut [i16],
    ) -> Result<()> {
        let Product { geometry, n, k, .. } = self.product;
        let failed = core::sync::atomic::AtomicBool::new(false);
        let chunk = self.tile * geometry.channels;
        for_each_chunk_with(parallel, output, chunk, scratch, self.scratch(), |index, output, scratch| {
            let rows = output.len() / geometry.channels;
            for group in 0..geometry.groups {
                let done = self.tile(input, index * self.tile, rows, group, scratch, |row, high, low| {
                    let results = &mut output[row * geometry.channels + group * n..][..n];
                    self.level.vectorize(
                        #[inline(always)]
                        || self.finish.row(high, low, group * n, results),
                    );
                });
                if done.is_err() {
                    failed.store(true, core::sync::atomic::Ordering::Relaxed);
                }
            }
        });
        if failed.into_inner() {
            return Err(featherlite_base::Error::internal(alloc::format!("a product of {n} x {k} failed")));
        }
        Ok(())
    }

    /// Calls `finish` with the sums of high and low bytes of each of `rows` patches from `first` on.
    fn tile(
        &self,
        input: &[i16],
        first: usize,
        rows: usize,
        group: usize,
        scratch: &mut [i32],
        mut finish: impl FnMut(usize, &[i32], &[i32]),
    ) -> Result<()> {
        let Product { geometry, ref patches, n, k, .. } = self.product;
        let (sums, bytes) = scratch.split_at_mut(2 * n * self.tile);
        let (whole, parts) = bytes_of_mut(bytes).split_at_mut(2 * k * self.tile);
        let whole = &mut cast_mut::<i16>(whole)?[..rows * k];
        let (high, low) = parts.split_at_mut(k * self.tile);
        let (high, low) = (&mut cast_mut::<i8>(high)?[..rows * k], &mut low[..rows * k]);
        patches.gather(input, group * geometry.depth(), 0, first..first + rows, whole);
        self.level.vectorize(
            #[inline(always)]
            || {
                for ((whole, high), low) in whole.iter().zip(&mut *high).zip(&mut *low) {
                    (*high, *low) = ((whole >> 8) as i8, *whole as u8);
                }
            },
        );
        let (high_sums, low_sums) = sums.split_at_mut(n * self.tile);
        let (high_sums, low_sums) = (&mut high_sums[..rows * n], &mut low_sums[..rows * n]);
        let (panels, [high_columns, low_columns]) = (self.packed[group].panels(), &self.columns[group]);
        let sums = RowsMut::dense(high_sums, rows, n)?;
        panels.multiply_i32(&Serial, Rows::dense(high, rows, k)?, high_columns, sums)?;
        let sums = RowsMut::dense(low_sums, rows, n)?;
        panels.multiply_i32(&Serial, Rows::dense(low, rows, k)?, low_columns, sums)?;
        let rows = high_sums.chunks_exact(n).zip(low_sums.chunks_exact(n));
        rows.enumerate().for_each(|(row, (high, low))| finish(row, high, low));
        Ok(())
    }
}

/// How sums become results.
struct Finish {
    /// One for each channel.
    bias: Box<[i64]>,
    scaled: Scaled,
    /// Whether sums have 32 bits, as the bias.
    is_narrow: bool,
}

impl Finish {
    /// The results of channels from `channel` on.
    #[inline(always)]
    fn row(&self, high: &[i32], low: &[i32], channel: usize, results: &mut [i16]) {
        let n = results.len();
        let (high, low, bias) = (&high[..n], &low[..n], &self.bias[channel..][..n]);
        let sum =
            |index: usize| ((i64::from(high[index]) << 8) + i64::from(low[index])).wrapping_add(bias[index]);
        if self.is_narrow {
            let sum = |index: usize| sum(index) as i32;
            self.scaled.finish_narrow(channel, sum, results);
        } else {
            self.scaled.finish_wide(channel, sum, results);
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use featherlite_gemm::I8Gemm;

    use super::super::gemm::tests::{geometries, reference, sizes};
    use super::*;
    use crate::parts::convolution::tests::{noise, scaled};
    use crate::parts::convolution::{Narrow, Wide};

    #[test]
    fn split_products_are_the_reference_to_the_bit() {
        for (row, geometry) in (0..).zip(geometries()) {
            let [inputs, weights, outputs] = sizes(&geometry);
            let input: Vec<i16> = noise(inputs, 1)
                .into_iter()
                .zip(noise(inputs, 5))
                .map(|(high, low)| i16::from(high) << 8 | i16::from(low as u8))
                .collect();
            let weights = noise(weights, 2);
            let bias: Vec<i32> =
                noise(geometry.channels, 3).into_iter().map(|x| i32::from(x) * 9999).collect();
            let wide_bias: Vec<i64> = bias.iter().map(|&x| i64::from(x)).collect();
            let scaled = || scaled(0, geometry.channels, (-30000, 32767));
            let gemm = I8Gemm::best(Level::detect());
            for is_narrow in [false, true] {
                let product = Product::new::<i16>(geometry, 1).unwrap();
                let packed = product.pack(&weights, |weights| gemm.pack(weights, 0)).unwrap();
                let finish = Finish { scaled: scaled(), bias: wide_bias.clone().into(), is_narrow };
                let split = Split::new(product, Arc::new(packed), finish, Level::detect()).unwrap();
                let (mut output, mut scratch) = (vec![0; outputs], vec![0; split.scratch()]);
                split.run(&Serial, &input, &mut scratch, &mut output).unwrap();
                let expected = match is_narrow {
                    true => reference(&geometry, &Narrow(scaled()), &input, &weights, &bias),
                    false => reference(&geometry, &Wide(scaled()), &input, &weights, &wide_bias),
                };
                assert!(output == expected, "{row}: {geometry:?} {is_narrow}");
            }
        }
    }
}
