use featherlite_base::F16;

use super::channels::nearest;
use crate::params::Levels;

/// A matrix as integers with a scale for each block of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocks {
    /// `[rows, columns]`.
    pub values: Vec<i8>,
    /// `[rows, columns / block]`: half precision, as files have it.
    pub scales: Vec<F16>,
}

/// Quantizes a matrix `[rows, columns]` symmetrically, block by block of each row. `None` if `block` does not divide
/// `columns`.
pub fn blockwise(values: &[f32], columns: usize, block: usize, levels: Levels) -> Option<Blocks> {
    if block == 0 || columns == 0 || !columns.is_multiple_of(block) || !values.len().is_multiple_of(columns) {
        return None;
    }
    let mut blocks = Blocks { values: Vec::with_capacity(values.len()), scales: Vec::new() };
    for group in values.chunks(block) {
        let greatest = group.iter().map(|value| value.abs()).fold(0.0, f32::max);
        // The scale is rounded first: integers are to suit the stored one.
        let stored = F16::from_f32(greatest / levels.greatest as f32);
        let stored = if stored.to_f32() > 0.0 { stored } else { F16::from_f32(1.0) };
        blocks.scales.push(stored);
        blocks.values.extend(group.iter().map(|&value| nearest(value, stored.to_f32(), levels)));
    }
    Some(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_is_within_half_a_step() {
        let values: Vec<f32> =
            (0..4 * 64).map(|index| ((index * 31 % 97) as f32 - 48.0) * (index / 32) as f32).collect();
        let blocks = blockwise(&values, 64, 32, Levels::WEIGHTS_INT4).unwrap();
        assert_eq!((blocks.values.len(), blocks.scales.len()), (256, 8));
        for (index, value) in values.iter().enumerate() {
            let scale = blocks.scales[index / 32].to_f32();
            assert!((value - f32::from(blocks.values[index]) * scale).abs() <= scale * 0.51);
        }
        assert!(blockwise(&values, 64, 48, Levels::WEIGHTS_INT4).is_none());
    }
}
