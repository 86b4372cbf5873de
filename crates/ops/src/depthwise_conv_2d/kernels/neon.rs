//! INT8 with symmetric weights, one output for each input channel, in NEON: tiles of up to four neighbouring pixels by 16
//! channels, whose sums stay in registers while the window is gone over.
//!
//! The zero point is taken off inputs when they are widened to 16 bits, so that outside of the image there is nothing to sum
//! up. Weights lie as the kernel reads them, so nothing is packed.

use core::arch::aarch64::*;

use featherlite_gemm::Requantize;
use featherlite_gemm::neon_requantize::EightColumns;
use featherlite_simd::{Isa, Level};

use super::line::{Line, PIXELS, Tile};

/// Channels of half a tile, and the fewest that there may be in all.
pub(crate) const CHANNELS: usize = 8;

/// How a line of the output is made.
pub(crate) struct Task<'a> {
    pub(crate) line: Line<'a, i8>,
    /// Empty, or one for each channel.
    pub(crate) bias: &'a [i32],
    pub(crate) input_zero_point: i8,
    pub(crate) requantize: &'a Requantize,
}

impl Task<'_> {
    /// Computes a line of the output, `[width, channels]`.
    ///
    /// # Panics
    /// If the processor lacks the instructions, there are less than [`CHANNELS`], or sizes do not fit one another.
    pub(crate) fn run(&self, level: Level, output: &mut [i8]) {
        let channels = self.line.geometry.channels;
        assert!(level.has(Isa::Neon) && channels >= CHANNELS);
        assert!(self.bias.is_empty() || self.bias.len() == channels);
        self.line.check(output.len());
        // SAFETY: the processor has NEON; the rest has just been checked.
        unsafe { self.blocks(output.as_mut_ptr()) }
    }

    /// # Safety
    /// The processor has NEON, the sizes are those that [`Task::run`] checks, and `output` is to as many pixels as there are
    /// columns.
    #[target_feature(enable = "neon")]
    unsafe fn blocks(&self, output: *mut i8) {
        let channels = self.line.geometry.channels;
        let mut first = 0;
        // SAFETY: the caller's promise; the last block ends where the channels do.
        unsafe {
            while channels - first >= 2 * CHANNELS {
                self.pixels::<2>(output, first);
                first += 2 * CHANNELS;
            }
            while channels > first {
                self.pixels::<1>(output, first.min(channels - CHANNELS));
                first += CHANNELS;
            }
        }
    }

    /// All pixels, in `V` times eight channels from `first` on.
    ///
    /// # Safety
    /// As [`Task::blocks`], and the channels exist.
    #[inline]
    #[target_feature(enable = "neon")]
    unsafe fn pixels<const V: usize>(&self, output: *mut i8, first: usize) {
        self.line.for_each_tile(first, |tile, is_wide| {
            // SAFETY: the caller's promise: addresses are those of elements under the windows' parts in the image, of the
            // weights there and of the results of pixels.
            unsafe {
                let output = output.add(tile.x * tile.channels + first);
                if is_wide {
                    self.tile::<PIXELS, V>(tile, output, first);
                } else {
                    self.tile::<1, V>(tile, output, first);
                }
            }
        });
    }

    /// # Safety
    /// The processor has NEON and the pointers are valid for `P` pixels and `V` times eight channels from `first` on.
    #[inline]
    #[target_feature(enable = "neon")]
    #[allow(clippy::needless_range_loop)]
    unsafe fn tile<const P: usize, const V: usize>(&self, tile: &Tile<i8>, output: *mut i8, first: usize) {
        let zero_point = vdup_n_s8(self.input_zero_point);
        let mut sums = [[[vdupq_n_s32(0); 2]; V]; P];
        // SAFETY: the caller's promise.
        unsafe {
            for row in 0..tile.rows {
                let mut input = tile.input.wrapping_add(row * tile.row_step);
                let mut weights = tile.weights.wrapping_add(row * tile.weights_step);
                for _ in 0..tile.columns {
                    for v in 0..V {
                        let weights = vmovl_s8(vld1_s8(weights.add(v * CHANNELS)));
                        for p in 0..P {
                            let x = vld1_s8(input.add(p * tile.pixel_step + v * CHANNELS));
                            let x = vsubl_s8(x, zero_point);
                            let [low, high] = &mut sums[p][v];
                            *low = vmlal_s16(*low, vget_low_s16(x), vget_low_s16(weights));
                            *high = vmlal_high_s16(*high, x, weights);
                        }
                    }
                    input = input.wrapping_add(tile.column_step);
                    weights = weights.wrapping_add(tile.channels);
                }
            }
        }
        for v in 0..V {
            let channel = first + v * CHANNELS;
            let requantize = EightColumns::new(self.requantize, channel);
            let mut bias = [vdupq_n_s32(0); 2];
            if !self.bias.is_empty() {
                let values = &self.bias[channel..channel + CHANNELS];
                // SAFETY: there are two vectors.
                unsafe { bias = [vld1q_s32(values.as_ptr()), vld1q_s32(values[4..].as_ptr())] };
            }
            for p in 0..P {
                let [low, high] = sums[p][v];
                let results = requantize.apply([vaddq_s32(low, bias[0]), vaddq_s32(high, bias[1])]);
                // SAFETY: the caller's promise.
                unsafe { vst1_u8(output.add(p * tile.channels + v * CHANNELS).cast(), results) };
            }
        }
    }
}
