//! INT4 weights with a scale for each block of inputs, 16 units at a time, by dot products of four inputs.
//!
//! A vector holds eight inputs of each unit: the low halves of a unit's four bytes are its weights of the first four inputs,
//! the high halves those of the next four. Weights are stored with 8 added, since the instructions multiply unsigned
//! numbers by signed ones; sums begin with what takes that off again.

use alloc::vec::Vec;

use featherlite_simd::{Isa, Level};

use super::{avx2, avx512vnni};
use crate::core::Packed;

/// Units of a tile.
pub(crate) const UNITS: usize = 16;

/// Inputs of a vector of weights.
pub(super) const GROUP: usize = 8;

/// Inputs of a block for which 16 times its sums fit 32 bits.
const MAX_BLOCK: usize = 1 << 15;

/// For a group of inputs: four bytes of each unit.
pub(super) type Weights = [u8; 4 * UNITS];

/// What instructions there are for the products.
#[derive(Clone, Copy)]
pub(crate) enum Instructions {
    Avx2,
    Avx512Vnni,
}

impl Instructions {
    fn isa(self) -> Isa {
        match self {
            Self::Avx2 => Isa::Avx2,
            Self::Avx512Vnni => Isa::Avx512Vnni,
        }
    }
}

/// Packed weights. That they exist proves that the processor has the instructions.
pub(crate) struct Tiles {
    instructions: Instructions,
    depth: usize,
    /// Inputs that share a scale.
    block: usize,
    /// For each tile and group of inputs.
    weights: Vec<Weights>,
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
        (level, instructions): (Level, Instructions),
        stored: &[u8],
        scales: &[f32],
        [units, depth, block]: [usize; 3],
    ) -> Option<Self> {
        let fits = block.is_multiple_of(GROUP) && block <= MAX_BLOCK && depth.is_multiple_of(block);
        if !level.has(instructions.isa()) || !fits || stored.len() != units * depth / 2 {
            return None;
        }
        let (groups, blocks) = (depth / GROUP, depth / block);
        let tiles = units.div_ceil(UNITS);
        // The weight with 8 added.
        let weight = |unit: usize, input: usize| {
            let pair = stored[(unit * depth + input) / 2];
            (if input.is_multiple_of(2) { pair & 15 } else { pair >> 4 }) ^ 8
        };
        let mut packed = alloc::vec![[0; 4 * UNITS]; tiles * groups];
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
        Some(Self { instructions, depth, block, weights: packed, scales: packed_scales })
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
        let blocks = Blocks { row, starts, weights, scales, block: self.block };
        // SAFETY: tiles exist only where the processor has the instructions.
        unsafe {
            match self.instructions {
                Instructions::Avx2 => avx2::products(blocks),
                Instructions::Avx512Vnni => avx512vnni::products(blocks),
            }
        }
    }
}

/// What the products of a tile are made of.
pub(super) struct Blocks<'a> {
    row: &'a [i8],
    starts: &'a [i32],
    weights: &'a [Weights],
    scales: &'a [[f32; UNITS]],
    block: usize,
}

/// A block: groups of inputs and their weights, what sums begin with, and scales.
pub(super) type Block<'a> = (&'a [[i8; GROUP]], &'a [Weights], i32, &'a [f32; UNITS]);

impl<'a> Blocks<'a> {
    /// Block by block.
    #[inline(always)]
    pub(super) fn iter(&self) -> impl Iterator<Item = Block<'a>> {
        let groups = self.block / GROUP;
        let blocks =
            self.row.as_chunks::<GROUP>().0.chunks_exact(groups).zip(self.weights.chunks_exact(groups));
        blocks
            .zip(self.starts)
            .zip(self.scales)
            .map(|(((row, weights), &start), scales)| (row, weights, start, scales))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::convolution::tests::noise;

    fn products_are_those_of_the_definition(instructions: Instructions) {
        let level = Level::detect();
        let extreme = |len: usize, value: i8| alloc::vec![value; len];
        for [units, depth, block] in
            [[1, 8, 8], [16, 32, 32], [17, 64, 16], [40, 96, 32], [33, 128, 128], [16, 160, 80]]
        {
            let noisy: Vec<u8> = noise(units * depth / 2, 1).iter().map(|&x| x as u8).collect();
            let blocks = depth / block;
            let scales: Vec<f32> = (0..units * blocks).map(|index| 0.01 + index as f32 / 64.0).collect();
            // The last two have the largest sums.
            for (stored, row) in [
                (noisy.clone(), noise(depth, 2)),
                (alloc::vec![0x77; noisy.len()], extreme(depth, -128)),
                (alloc::vec![0x77; noisy.len()], extreme(depth, 127)),
            ] {
                let packed = Tiles::new((level, instructions), &stored, &scales, [units, depth, block]);
                let Some(tiles) = packed else {
                    assert!(!level.has(instructions.isa()));
                    return;
                };
                let mut starts = alloc::vec![0; blocks];
                tiles.starts(&row, &mut starts);
                for unit in 0..units {
                    let weight = |input: usize| {
                        let pair = stored[(unit * depth + input) / 2];
                        i32::from((if input.is_multiple_of(2) { pair << 4 } else { pair }) as i8 >> 4)
                    };
                    let products = (0..depth).map(|input| {
                        let scale = f64::from(scales[unit * blocks + input / block]);
                        f64::from(weight(input) * i32::from(row[input])) * scale
                    });
                    let (expected, size): (f64, f64) = products
                        .fold((0.0, 1.0), |(sum, size), product| (sum + product, size + product.abs()));
                    let found = tiles.products(&row, &starts, unit / UNITS)[unit % UNITS];
                    let error = (f64::from(found) - expected).abs();
                    assert!(error <= 1e-6 * size, "{found} instead of {expected}");
                }
            }
        }
    }

    #[test]
    fn products_by_avx2_are_those_of_the_definition() {
        products_are_those_of_the_definition(Instructions::Avx2);
    }

    #[test]
    fn products_by_avx512vnni_are_those_of_the_definition() {
        products_are_those_of_the_definition(Instructions::Avx512Vnni);
    }
}
