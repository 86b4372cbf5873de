//! INT16 with symmetric weights, 32 channels at a time, by dot products of two elements of the window.
//!
//! Inputs of two elements of the window are interleaved, so that an instruction multiplies and sums both. Interleaving works
//! within 128-bit lanes: of the two vectors of sums the first has channels `0..4`, `8..12`, `16..20` and `24..28`, and packing
//! the finished sums puts them back in order.

use alloc::vec::Vec;
use core::arch::x86_64::*;

use featherlite_base::fixed_point::Multiplier;
use featherlite_gemm::avx512_wide::{WideMultipliers, Words};
use featherlite_simd::{Isa, Level};

use super::super::{Geometry, packed};
use super::line::is_inside;
use crate::core::Packed;
use crate::parts::window::Span;

/// Channels of a vector of inputs.
const CHANNELS: usize = 32;

/// Most elements of a window, an even number: their products' sums are far from leaving 32 bits.
const MAX_TAPS: usize = 64;

/// Weights with what finishes their sums, in the order in which the kernel reads them. That one exists proves that the
/// processor has the instructions.
pub(crate) struct WordFilters {
    blocks: Vec<Block>,
    range: (i16, i16),
    /// What lies outside of the image: zeros of all channels.
    outside: Vec<i16>,
}

/// 32 channels.
struct Block {
    /// For each pair of elements of the window the weights of both, in the order of sums.
    weights: Vec<[[i16; CHANNELS]; 2]>,
    multipliers: [WideMultipliers; 2],
}

/// The channel of a block that result `lane` of vector `half` of sums belongs to.
fn channel_of(half: usize, lane: usize) -> usize {
    lane / 4 * 8 + half * 4 + lane % 4
}

impl Packed for WordFilters {
    fn bytes(&self) -> usize {
        let block = |block: &Block| size_of_val(&*block.weights) + size_of_val(block);
        self.blocks.iter().map(block).sum::<usize>() + size_of_val(&*self.outside)
    }
}

impl WordFilters {
    /// Packs weights `[rows, columns, channels]`; multipliers and bias are one for each channel. `None` if the processor
    /// lacks the instructions, or the window has too many elements.
    pub(crate) fn new(
        level: Level,
        geometry: &Geometry,
        weights: &[i8],
        multipliers: &[Multiplier],
        bias: &[i64],
        range: (i16, i16),
    ) -> Option<Self> {
        let (taps, channels) = (geometry.rows.size * geometry.columns.size, geometry.channels);
        if !level.has(Isa::Avx512Vnni) || taps > MAX_TAPS {
            return None;
        }
        let block = |first: usize| {
            let weight = |tap: usize, channel: usize| match channel < channels && tap < taps {
                true => weights[tap * channels + channel].into(),
                false => 0,
            };
            let mut pairs = alloc::vec![[[0; CHANNELS]; 2]; taps.div_ceil(2)];
            for (pair, halves) in pairs.iter_mut().enumerate() {
                for (half, words) in halves.iter_mut().enumerate() {
                    for (index, word) in words.iter_mut().enumerate() {
                        *word = weight(2 * pair + index % 2, first + channel_of(half, index / 2));
                    }
                }
            }
            let multipliers = [0, 1].map(|half| {
                WideMultipliers::new(|lane| {
                    let channel = first + channel_of(half, lane);
                    Some((*multipliers.get(channel)?, *bias.get(channel)?))
                })
            });
            Block { weights: pairs, multipliers }
        };
        let blocks = (0..channels).step_by(CHANNELS).map(block).collect();
        Some(Self { blocks, range, outside: alloc::vec![0; channels] })
    }
}

impl packed::Filters<i16> for WordFilters {
    fn line(&self, geometry: &Geometry, image: &[i16], rows: &Span, line: &mut [i16]) {
        let Geometry { rows: down, columns, channels, .. } = *geometry;
        assert_eq!(
            (image.len(), line.len()),
            (down.input * columns.input * channels, columns.output * channels)
        );
        assert!(
            self.outside.len() == channels && down.size * columns.size <= MAX_TAPS && is_inside(rows, &down)
        );
        for (number, block) in self.blocks.iter().enumerate() {
            // SAFETY: filters exist only where the processor has the instructions; sizes were compared.
            unsafe { self.block(geometry, image, rows, (number * CHANNELS, block), line) }
        }
    }
}

impl WordFilters {
    /// The results of a block's channels, from `first` on.
    ///
    /// # Safety
    /// The processor has the instructions; image and line have the sizes of `geometry`, whose window has at most
    /// [`MAX_TAPS`] elements, and `rows` lies in the image.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn block(
        &self,
        geometry: &Geometry,
        image: &[i16],
        rows: &Span,
        (first, block): (usize, &Block),
        line: &mut [i16],
    ) {
        let channels = geometry.channels;
        let mask = !0u32 >> (CHANNELS - (channels - first).min(CHANNELS));
        let words = Words::new(self.range);
        let mut sources = [self.outside.as_ptr(); MAX_TAPS];
        for (x, pixel) in line.chunks_exact_mut(channels).enumerate() {
            self.find(geometry, image, rows, x, &mut sources);
            let mut sums = [_mm512_setzero_si512(); 2];
            for (pair, weights) in sources.as_chunks().0.iter().zip(&block.weights) {
                let pair: &[*const i16; 2] = pair;
                // SAFETY: the mask leaves the block's channels of a pixel, or of as many zeros.
                let (a, b) = unsafe {
                    (
                        _mm512_maskz_loadu_epi16(mask, pair[0].add(first)),
                        _mm512_maskz_loadu_epi16(mask, pair[1].add(first)),
                    )
                };
                sums[0] = _mm512_dpwssd_epi32(sums[0], _mm512_unpacklo_epi16(a, b), vector(&weights[0]));
                sums[1] = _mm512_dpwssd_epi32(sums[1], _mm512_unpackhi_epi16(a, b), vector(&weights[1]));
            }
            let [low, high] = &block.multipliers;
            let results = words.pack(low.apply(sums[0]), high.apply(sums[1]));
            // SAFETY: the mask leaves the block's channels.
            unsafe { _mm512_mask_storeu_epi16(pixel[first..].as_mut_ptr(), mask, results) };
        }
    }

    /// Points at the pixel under each element of the window of pixel `x` of the output.
    #[inline(always)]
    fn find(
        &self,
        geometry: &Geometry,
        image: &[i16],
        rows: &Span,
        x: usize,
        sources: &mut [*const i16; MAX_TAPS],
    ) {
        let Geometry { rows: down, columns, channels, .. } = *geometry;
        let left = (x * columns.stride) as isize - columns.before;
        for (row, sources) in sources.chunks_mut(columns.size).take(down.size).enumerate() {
            let is_inside = rows.taps.contains(&row);
            let y = (rows.first + row * down.dilation).wrapping_sub(rows.taps.start * down.dilation);
            for (column, source) in sources.iter_mut().enumerate() {
                let x = left.wrapping_add_unsigned(column * columns.dilation) as usize;
                let pixel = image
                    .as_ptr()
                    .wrapping_add(y.wrapping_mul(columns.input).wrapping_add(x).wrapping_mul(channels));
                *source = if is_inside && x < columns.input { pixel } else { self.outside.as_ptr() };
            }
        }
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn vector(values: &[i16; CHANNELS]) -> __m512i {
    // SAFETY: there are 64 bytes.
    unsafe { _mm512_loadu_si512(values.as_ptr().cast()) }
}
