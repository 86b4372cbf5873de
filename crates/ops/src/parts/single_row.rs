//! Products of one row with weights that are read as they lie: without a packed copy, which would take as much memory
//! again and pay off only where weights are read for several rows.

use featherlite_base::arena::{Parallel, for_each_chunk};
use featherlite_simd::Level;

use super::activation::bound;
use super::dot;

/// Fewer weights than this are packed: they stay in the cache, where products with packed weights are faster.
const MANY_WEIGHTS: usize = 1 << 18;

/// Output channels that one task works on.
const CHANNELS: usize = 16;

/// Whether weights `[channels, depth]` are better read as they lie.
pub fn is_worthwhile(channels: usize, depth: usize) -> bool {
    channels * depth >= MANY_WEIGHTS
}

/// `output = bound(weights * input + bias)`: `input` has `depth` elements, `weights` are `[channels, depth]`, `output` and
/// `bias`, unless it is empty, have one element for each channel.
pub fn multiply(
    (level, parallel): (Level, &dyn Parallel),
    input: &[f32],
    weights: &[f32],
    bias: &[f32],
    range: (f32, f32),
    output: &mut [f32],
) {
    let depth = input.len().max(1);
    for_each_chunk(parallel, output, CHANNELS, |chunk, output| {
        let first = chunk * CHANNELS;
        let weights = weights[first * depth..].chunks_exact(depth);
        level.vectorize(
            #[inline(always)]
            || {
                for (output, weights) in output.iter_mut().zip(weights) {
                    *output = dot::real(input, weights);
                }
            },
        );
        if let Some(bias) = bias.get(first..) {
            output.iter_mut().zip(bias).for_each(|(output, bias)| *output += bias);
        }
        output.iter_mut().for_each(|output| *output = bound(*output, range));
    });
}
