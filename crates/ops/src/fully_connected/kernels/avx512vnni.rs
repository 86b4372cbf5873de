//! INT4 weights with a scale for each block of inputs, 16 units at a time, by dot products of four inputs.
//!
//! A vector holds eight inputs of 16 units: the low halves of a unit's four bytes are its weights of the first four inputs,
//! the high halves those of the next four. Weights are stored with 8 added, since the instruction multiplies unsigned
//! numbers by signed ones; sums begin with what takes that off again.

use alloc::vec::Vec;
use core::arch::x86_64::*;

use featherlite_simd::{Isa, Level};

use crate::core::Packed;

/// Units of a tile.
pub(crate) const UNITS: usize = 16;

/// Inputs of a vector of weights.
const GROUP: usize = 8;

/// Inputs of a block for which 16 times its sums fit 32 bits.
const MAX_BLOCK: usize = 1 << 15;

/// Packed weights. That they exist proves that the processor has the instructions.
pub(crate) struct Tiles {
    depth: usize,
    /// Inputs that share a scale.
    block: usize,
    /// For each tile and group of inputs: four bytes of each unit.
    weights: Vec<[u8; 4 * UNITS]>,
    /// For each tile and block: a scale of each unit.
    scales: Vec<[f32; UNITS]>,
}

impl Packed for Tiles {
    fn bytes(&self) -> usize {
        size_of_val(&*self.weights) + size_of_val(&*self.scales)
    }
}

impl Tiles {
    /// Packs `units` rows of `depth` weights, two in a byte, the first of them low, with a scale for each `block`. `None`
    /// if the processor lacks the instructions, or blocks are no whole groups of 8 or too long.
    pub(crate) fn new(
        level: Level,
        stored: &[u8],
        scales: &[f32],
        [units, depth, block]: [usize; 3],
    ) -> Option<Self> {
        let fits = block.is_multiple_of(GROUP) && block <= MAX_BLOCK && depth.is_multiple_of(block);
        if !level.has(Isa::Avx512Vnni) || !fits || stored.len() != units * depth / 2 {
            return None;
        }
        let (groups, blocks) = (depth / GROUP, depth / block);
        let tiles = units.div_ceil(UNITS);
        // The weight with 8 added.
        let weight = |unit: usize, input: usize| {
            let pair = stored[(unit * depth + input) / 2];
            (if input.is_multiple_of(2) { pair & 15 } else { pair >> 4 }) ^ 8
        };
        let mut packed = alloc::vec![[0u8; 4 * UNITS]; tiles * groups];
        let mut packed_scales = alloc::vec![[0f32; UNITS]; tiles * blocks];
        for unit in 0..units {
            let (tile, lane) = (unit / UNITS, unit % UNITS);
            for (group, bytes) in packed[tile * groups..][..groups].iter_mut().enumerate() {
                for (index, byte) in bytes[4 * lane..][..4].iter_mut().enumerate() {
                    let input = group * GROUP + index;
                    *byte = weight(unit, input) | weight(unit, input + 4) << 4;
                }
            }
            for (index, scales_of) in packed_scales[tile * blocks..][..blocks].iter_mut().enumerate() {
                scales_of[lane] = scales[unit * blocks + index];
            }
        }
        Some(Self { depth, block, weights: packed, scales: packed_scales })
    }

    /// For each block of a quantized row: what its sums begin with.
    pub(crate) fn starts(&self, row: &[i8], starts: &mut [i32]) {
        for (start, block) in starts.iter_mut().zip(row.chunks_exact(self.block)) {
            *start = -8 * block.iter().map(|&x| i32::from(x)).sum::<i32>();
        }
    }

    /// The products of a quantized row and the units of a tile, scaled and summed up.
    ///
    /// # Panics
    /// If row or starts have another size, or there is no such tile.
    pub(crate) fn products(&self, row: &[i8], starts: &[i32], tile: usize) -> [f32; UNITS] {
        assert_eq!((row.len(), starts.len()), (self.depth, self.depth / self.block));
        let groups = self.depth / GROUP;
        let weights = &self.weights[tile * groups..][..groups];
        let scales = &self.scales[tile * starts.len()..][..starts.len()];
        // SAFETY: tiles exist only where the processor has the instructions.
        unsafe { products(row, starts, weights, scales, self.block) }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn products(
    row: &[i8],
    starts: &[i32],
    weights: &[[u8; 4 * UNITS]],
    scales: &[[f32; UNITS]],
    block: usize,
) -> [f32; UNITS] {
    let low_half = _mm512_set1_epi8(15);
    let mut total = _mm512_setzero_ps();
    let blocks = row.chunks_exact(block).zip(weights.chunks_exact(block / GROUP));
    for (((row, weights), &start), scales) in blocks.zip(starts).zip(scales) {
        let (mut low, mut high) = (_mm512_set1_epi32(start), _mm512_setzero_si512());
        for (inputs, weights) in row.as_chunks::<GROUP>().0.iter().zip(weights) {
            // SAFETY: there are 64 bytes of weights, and twice four inputs.
            let (weights, first, second) = unsafe {
                (
                    _mm512_loadu_si512(weights.as_ptr().cast()),
                    _mm512_broadcastd_epi32(_mm_loadu_si32(inputs.as_ptr().cast())),
                    _mm512_broadcastd_epi32(_mm_loadu_si32(inputs[4..].as_ptr().cast())),
                )
            };
            low = _mm512_dpbusd_epi32(low, _mm512_and_si512(weights, low_half), first);
            // High halves where they are count 16 times.
            high = _mm512_dpbusd_epi32(high, _mm512_andnot_si512(low_half, weights), second);
        }
        let sum = _mm512_cvtepi32_ps(_mm512_add_epi32(low, _mm512_srai_epi32::<4>(high)));
        // SAFETY: there are 16 numbers.
        total = _mm512_fmadd_ps(sum, unsafe { _mm512_loadu_ps(scales.as_ptr()) }, total);
    }
    let mut results = [0.0; UNITS];
    // SAFETY: as above.
    unsafe { _mm512_storeu_ps(results.as_mut_ptr(), total) };
    results
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::convolution::tests::noise;

    #[test]
    fn products_are_those_of_the_definition() {
        for [units, depth, block] in [[1, 8, 8], [16, 32, 32], [17, 64, 16], [40, 96, 32], [33, 128, 128]] {
            let stored: Vec<u8> = noise(units * depth / 2, 1).iter().map(|&x| x as u8).collect();
            let blocks = depth / block;
            let scales: Vec<f32> = (0..units * blocks).map(|index| 0.01 + index as f32 / 64.0).collect();
            let row = noise(depth, 2);
            let Some(tiles) = Tiles::new(Level::detect(), &stored, &scales, [units, depth, block]) else {
                assert!(!Level::detect().has(Isa::Avx512Vnni));
                return;
            };
            let mut starts = alloc::vec![0; blocks];
            tiles.starts(&row, &mut starts);
            for unit in 0..units {
                let weight = |input: usize| {
                    let pair = stored[(unit * depth + input) / 2];
                    i32::from((if input.is_multiple_of(2) { pair << 4 } else { pair }) as i8 >> 4)
                };
                let expected: f64 = (0..depth)
                    .map(|input| {
                        let scale = f64::from(scales[unit * blocks + input / block]);
                        f64::from(weight(input) * i32::from(row[input])) * scale
                    })
                    .sum();
                let found = tiles.products(&row, &starts, unit / UNITS)[unit % UNITS];
                let error = (f64::from(found) - expected).abs();
                assert!(error <= 1e-4 * (1.0 + expected.abs()), "{found} instead of {expected}");
            }
        }
    }
}
