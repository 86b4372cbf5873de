use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::{Error, Result};
use featherlite_simd::{Family, IS_COMPACT, Isa, Level, Row};

use super::float::bias;
#[cfg(target_arch = "x86_64")]
use super::kernels::tiles::{self, Instructions, Tiles};
use super::{INPUT, Layer, Make, WEIGHTS_INPUT};
use crate::core::{Io, Kernel, Plan};
use crate::parts::activation::Fused;
use crate::parts::blockwise::BlockScales;
use crate::parts::elementwise;
use crate::parts::hybrid;

/// Real activations, quantized row by row with a zero point, by INT4 weights with a scale for each block of inputs.
///
/// Weights keep their 4 bits: there are few other operators whose time is all spent in reading.
pub(super) static BLOCKWISE: Family<Make> = Family {
    name: "fully_connected_blockwise",
    rows: &[
        #[cfg(target_arch = "x86_64")]
        Row { name: AVX512VNNI, isa: Isa::Avx512Vnni, kernel: avx512vnni },
        #[cfg(target_arch = "x86_64")]
        Row { name: AVX2, isa: Isa::Avx2, kernel: avx2 },
        Row { name: "fully_connected_blockwise__nibbles", isa: Isa::Scalar, kernel: fast },
        Row { name: "fully_connected_blockwise__reference", isa: Isa::Scalar, kernel: reference },
    ],
};

#[cfg(target_arch = "x86_64")]
const AVX512VNNI: &str = "fully_connected_blockwise__avx512vnni_16";
#[cfg(target_arch = "x86_64")]
const AVX2: &str = "fully_connected_blockwise__avx2_16";

/// Units that one thread works on at a time.
const UNITS: usize = 8;

struct Blockwise {
    layer: Layer,
    /// Inputs that share a scale; even.
    block: usize,
    /// One for each block of each unit.
    scales: Vec<f32>,
    /// For each unit: its weights, scaled and summed up.
    weight_sums: Vec<f32>,
    activation: Fused,
    level: Level,
    /// Scratch for a quantized row, and for the same in another order.
    quantized: [usize; 2],
}

impl Blockwise {
    fn plan(plan: &mut Plan<'_>, layer: Layer) -> Result<Self> {
        let node = plan.node;
        let weights = node.input(WEIGHTS_INPUT)?;
        let Layer { depth, units, .. } = layer;
        let BlockScales { block, scales } = BlockScales::of(node, weights)?;
        let stored = weights.constant::<u8>()?;
        if stored.len() != units * depth / 2 {
            return Err(Error::internal(format!("{} bytes of weights {}", stored.len(), weights.shape)));
        }
        let blocks: Vec<f32> = stored
            .chunks(block / 2)
            .zip(&scales)
            .map(|(weights, scale)| {
                scale * weights.iter().map(|&pair| low(pair) + high(pair)).sum::<i32>() as f32
            })
            .collect();
        Ok(Self {
            layer,
            block,
            weight_sums: blocks.chunks(depth / block).map(|blocks| blocks.iter().sum()).collect(),
            scales,
            activation: Fused::new(layer.activation)?,
            level: elementwise::level(plan),
            quantized: [plan.scratch(depth), plan.scratch(depth)],
        })
    }

    /// Turns the scaled products of units from `first` on into their results.
    fn finish(&self, results: &mut [f32], first: usize, row: hybrid::RowScale, bias: Option<&[f32]>) {
        let range = first..first + results.len();
        let zero_point = row.zero_point as f32;
        self.level.vectorize(
            #[inline(always)]
            || {
                for (result, sum) in results.iter_mut().zip(&self.weight_sums[range.clone()]) {
                    *result = (*result - zero_point * sum) * row.scale;
                }
                if let Some(bias) = bias {
                    results.iter_mut().zip(&bias[range]).for_each(|(result, bias)| *result += bias);
                }
                results.iter_mut().for_each(|result| *result = self.activation.apply(*result));
            },
        );
    }

    /// A kernel whose `arrange` copies a block of a quantized row in the order that `dot` wants; `dot` gives the scaled
    /// products of a unit, summed up.
    fn kernel(
        self,
        arrange: fn(&[i8], &mut [i8]),
        dot: impl Fn(&[u8], &[i8], &[f32]) -> f32 + Send + Sync + 'static,
    ) -> Box<dyn Kernel> {
        Box::new(move |io: &mut Io<'_>| {
            let Layer { depth, units, .. } = self.layer;
            let (input, output, bias) = (io.input::<f32>(INPUT)?, io.output::<f32>(0)?, bias(io)?);
            let weights = io.input::<u8>(WEIGHTS_INPUT)?;
            let (quantized, arranged) = (io.scratch(self.quantized[0])?, io.scratch(self.quantized[1])?);
            let blocks = depth / self.block;
            for (input, output) in input.chunks(depth).zip(output.chunks_mut(units)) {
                let row = hybrid::quantize_row(self.level, input, true, quantized);
                for (from, to) in quantized.chunks(self.block).zip(arranged.chunks_mut(self.block)) {
                    arrange(from, to);
                }
                let arranged = &*arranged;
                for_each_chunk(io.parallel, output, UNITS, |index, output| {
                    for (unit, output) in output.iter_mut().enumerate() {
                        let unit = index * UNITS + unit;
                        let weights = &weights[unit * depth / 2..][..depth / 2];
                        let scales = &self.scales[unit * blocks..][..blocks];
                        *output = dot(weights, arranged, scales);
                    }
                    self.finish(output, index * UNITS, row, bias);
                });
            }
            Ok(())
        })
    }
}

#[cfg(target_arch = "x86_64")]
fn avx512vnni(plan: &mut Plan<'_>, layer: Layer) -> Result<Box<dyn Kernel>> {
    tiles(plan, layer, (AVX512VNNI, Instructions::Avx512Vnni))
}

#[cfg(target_arch = "x86_64")]
fn avx2(plan: &mut Plan<'_>, layer: Layer) -> Result<Box<dyn Kernel>> {
    tiles(plan, layer, (AVX2, Instructions::Avx2))
}

/// Weights packed for dot products of 16 units at a time.
#[cfg(target_arch = "x86_64")]
fn tiles(
    plan: &mut Plan<'_>,
    layer: Layer,
    (name, instructions): (&'static str, Instructions),
) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let (planned, stored) = (Blockwise::plan(plan, layer)?, node.input(WEIGHTS_INPUT)?.constant::<u8>()?);
    let Layer { depth, units, .. } = layer;
    let packed = plan.shared(name, || {
        let sizes = [units, depth, planned.block];
        Ok(Tiles::new((planned.level, instructions), stored, &planned.scales, sizes))
    })?;
    if packed.is_none() {
        return fast(plan, layer);
    }
    let starts = plan.scratch(depth / planned.block * size_of::<i32>());
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output, bias) = (io.input::<f32>(INPUT)?, io.output::<f32>(0)?, bias(io)?);
        let (quantized, starts) = (io.scratch(planned.quantized[0])?, io.scratch(starts)?);
        let Some(tiles) = &*packed else { return Ok(()) };
        for (input, output) in input.chunks(depth).zip(output.chunks_mut(units)) {
            let row = hybrid::quantize_row(planned.level, input, true, quantized);
            tiles.starts(quantized, starts);
            let (quantized, starts) = (&*quantized, &*starts);
            for_each_chunk(io.parallel, output, tiles::UNITS, |tile, output| {
                output.copy_from_slice(&tiles.products(quantized, starts, tile)[..output.len()]);
                planned.finish(output, tile * tiles::UNITS, row, bias);
            });
        }
        Ok(())
    }))
}

/// The first of two weights in a byte.
#[inline]
fn low(pair: u8) -> i32 {
    i32::from(((pair << 4) as i8) >> 4)
}

/// The second.
#[inline]
fn high(pair: u8) -> i32 {
    i32::from((pair as i8) >> 4)
}

/// Bytes of weights whose products lie side by side in a vector.
const LANES: usize = 16;

fn fast(plan: &mut Plan<'_>, layer: Layer) -> Result<Box<dyn Kernel>> {
    let planned = Blockwise::plan(plan, layer)?;
    let block = planned.block;
    // Nearly all processors of x86-64 have tiles: in a library that is to be small the others do without this.
    if block % (2 * LANES) != 0 || IS_COMPACT && cfg!(target_arch = "x86_64") {
        return reference(plan, layer);
    }
    Ok(planned.kernel(split, move |weights, quantized, scales| {
        let mut sums = [0.0f32; LANES];
        let blocks = weights.chunks_exact(block / 2).zip(quantized.chunks_exact(block));
        for ((weights, quantized), scale) in blocks.zip(scales) {
            let mut products = [0i32; LANES];
            let (even, odd) = quantized.split_at(block / 2);
            let halves = even.as_chunks::<LANES>().0.iter().zip(odd.as_chunks::<LANES>().0);
            for (weights, (even, odd)) in weights.as_chunks::<LANES>().0.iter().zip(halves) {
                for lane in 0..LANES {
                    products[lane] += low(weights[lane]) * i32::from(even[lane])
                        + high(weights[lane]) * i32::from(odd[lane]);
                }
            }
            for (sum, product) in sums.iter_mut().zip(products) {
                *sum += product as f32 * scale;
            }
        }
        sums.iter().sum()
    }))
}

/// The elements at even places of a block, then those at odd places.
fn split(from: &[i8], to: &mut [i8]) {
    let (even, odd) = to.split_at_mut(from.len() / 2);
    for ((pair, even), odd) in from.as_chunks::<2>().0.iter().zip(even).zip(odd) {
        (*even, *odd) = (pair[0], pair[1]);
    }
}

fn reference(plan: &mut Plan<'_>, layer: Layer) -> Result<Box<dyn Kernel>> {
    let planned = Blockwise::plan(plan, layer)?;
    let block = planned.block;
    Ok(planned.kernel(
        |from, to| to.copy_from_slice(from),
        move |weights, quantized, scales| {
            let blocks = weights.chunks(block / 2).zip(quantized.chunks(block)).zip(scales);
            blocks.fold(0.0, |sum, ((weights, quantized), scale)| {
                let pairs = weights.iter().zip(quantized.as_chunks::<2>().0);
                let products = pairs
                    .map(|(&pair, &[even, odd])| low(pair) * i32::from(even) + high(pair) * i32::from(odd));
                sum + products.sum::<i32>() as f32 * scale
            })
        },
    ))
}
