//! INT8 with symmetric weights, and quantized images of hybrid operators, 64 results at a time, by dot products of four
//! elements of the window.
//!
//! For each element of the window a vector holds the inputs of 64 results; four of them are interleaved byte by byte, so
//! that an instruction multiplies and sums the four. Interleaving works within 128-bit lanes: a vector of sums has results
//! `0..4`, `16..20`, `32..36`, `48..52` (and so on), and packing the finished sums puts them back in order. Where there are
//! at most 32 or 16 channels left, the lanes are 2 or 4 pixels.
//!
//! The instruction multiplies unsigned inputs by signed weights, so 128 is added to inputs (by flipping the top bit);
//! the constant of the channel takes it off again, together with the zero point, and holds the bias. Outside of the image
//! inputs are the zero point.

use alloc::vec::Vec;
use core::arch::x86_64::*;

use featherlite_base::fixed_point::Multiplier;
use featherlite_gemm::FinishReal;
use featherlite_simd::{Isa, Level};

use super::super::Geometry;
use crate::core::Packed;
use crate::parts::window::Span;

/// The most elements of a window.
const MAX_TAPS: usize = 64;

/// Pixels that are worked on at a time.
const PIXELS: usize = 4;

/// Results in a vector.
const RESULTS: usize = 64;

/// Weights and what else depends on channels, in the order in which the kernel reads them. That one exists proves that
/// the processor has the instructions.
pub(crate) struct Filters {
    channels: usize,
    blocks: Vec<Block<Scale>>,
    /// What is read outside of the image: one zero point for each channel.
    outside: Vec<i8>,
    zero_point: i16,
    range: (i8, i8),
}

/// The same for quantized images, whose results are scaled back to `f32`.
pub(crate) struct RealFilters {
    channels: usize,
    /// With the sum of each channel's weights, in the order of sums.
    blocks: Vec<Block<[i32; RESULTS]>>,
}

/// Channels that are worked on together.
struct Block<S> {
    first: usize,
    channels: usize,
    /// Pixels that share a vector.
    pixels: usize,
    weights: Vec<i8>,
    scale: S,
}

/// From sums to results, in the order of sums.
struct Scale {
    constants: [i32; RESULTS],
    mantissa: [i32; RESULTS],
    left: [i32; RESULTS],
    right: [i32; RESULTS],
}

/// The channel of a block that result `index` of the four vectors of sums belongs to.
fn channel_of(index: usize, pixels: usize) -> usize {
    let (vector, lane, element) = (index / 16, index % 16 / 4, index % 4);
    (lane * 16 + vector * 4 + element) % (RESULTS / pixels)
}

/// What the kernel is made from.
pub(crate) struct Parameters<'a> {
    pub(crate) channels: usize,
    /// Elements of the window.
    pub(crate) taps: usize,
    /// `[taps, channels]`.
    pub(crate) weights: &'a [i8],
    /// Empty, or one for each channel.
    pub(crate) bias: &'a [i32],
    pub(crate) multipliers: &'a [Multiplier],
    pub(crate) input_zero_point: i32,
    pub(crate) output_zero_point: i32,
    pub(crate) range: (i32, i32),
}

impl Packed for Filters {
    fn bytes(&self) -> usize {
        self.outside.len() + bytes(&self.blocks)
    }
}

impl Packed for RealFilters {
    fn bytes(&self) -> usize {
        bytes(&self.blocks)
    }
}

fn bytes<S>(blocks: &[Block<S>]) -> usize {
    blocks.iter().map(|block| block.weights.len() + size_of_val(block)).sum()
}

/// Packs weights `[taps, channels]`; `scale` makes what a block needs else of a function that makes a list in the order
/// of sums from values of the channels.
fn pack<S>(
    channels: usize,
    taps: usize,
    weights: &[i8],
    scale: impl Fn(&dyn Fn(&dyn Fn(usize) -> i32) -> [i32; RESULTS]) -> S,
) -> Vec<Block<S>> {
    let groups = taps.div_ceil(4);
    let block = |first: usize, pixels: usize| {
        let count = (channels - first).min(RESULTS / pixels);
        let weight = |tap: usize, channel: usize| {
            if tap < taps && channel < count { weights[tap * channels + first + channel] } else { 0 }
        };
        let mut packed = Vec::with_capacity(groups * 4 * RESULTS);
        for group in 0..groups {
            for result in 0..RESULTS {
                let channel = channel_of(result, pixels);
                packed.extend((0..4).map(|tap| weight(4 * group + tap, channel)));
            }
        }
        let scale = scale(&|value| {
            core::array::from_fn(|result| {
                let channel = channel_of(result, pixels);
                if channel < count { value(first + channel) } else { 0 }
            })
        });
        Block { first, channels: count, pixels, weights: packed, scale }
    };
    let rest = channels % RESULTS;
    let mut blocks: Vec<_> = (0..channels - rest).step_by(RESULTS).map(|first| block(first, 1)).collect();
    match rest {
        0 => {}
        1..=16 => blocks.push(block(channels - rest, 4)),
        17..=32 => blocks.push(block(channels - rest, 2)),
        _ => blocks.push(block(channels - rest, 1)),
    }
    blocks
}

/// The sum of the weights of a channel.
fn sum_of(weights: &[i8], channels: usize, channel: usize) -> i32 {
    weights.chunks_exact(channels).map(|weights| i32::from(weights[channel])).sum()
}

impl Filters {
    /// Packs weights; `None` if the processor lacks the instructions, or the kernel is not made for the weights: a very
    /// large window, or sums so large that rounding them could overflow.
    pub(crate) fn new(level: Level, parameters: &Parameters<'_>) -> Option<Self> {
        let &Parameters { channels, taps, weights, bias, multipliers, .. } = parameters;
        let left = multipliers.iter().map(|multiplier| multiplier.shift).max().unwrap_or(0).max(0);
        let largest = bias.iter().map(|bias| u64::from(bias.unsigned_abs())).max().unwrap_or(0);
        let largest = (largest + taps as u64 * 255 * 128).checked_shl(left as u32)?;
        if !level.has(Isa::Avx512Vnni) || taps > MAX_TAPS || left > 8 || largest >= 1 << 30 {
            return None;
        }
        let offset = parameters.input_zero_point + 128;
        let blocks = pack(channels, taps, weights, |list| Scale {
            constants: list(&|channel| {
                bias.get(channel).copied().unwrap_or(0) - offset * sum_of(weights, channels, channel)
            }),
            mantissa: list(&|channel| multipliers[channel].mantissa),
            left: list(&|channel| multipliers[channel].shift.max(0)),
            right: list(&|channel| multipliers[channel].shift.clamp(-31, 0).abs()),
        });
        Some(Self {
            channels,
            blocks,
            outside: alloc::vec![parameters.input_zero_point as i8; channels],
            zero_point: parameters.output_zero_point as i16,
            range: (parameters.range.0 as i8, parameters.range.1 as i8),
        })
    }

    /// A line of the output, `[width, channels]`, of an image `[height, width, channels]`; `rows` and `columns` are the
    /// parts of the windows of `geometry` inside of it.
    ///
    /// # Panics
    /// If image, line or window have another size.
    pub(crate) fn line(
        &self,
        geometry: &Geometry,
        image: &[i8],
        rows: &Span,
        columns: &[Span],
        line: &mut [i8],
    ) {
        assert_eq!(geometry.channels, self.channels);
        let task = Task { geometry, image, outside: &self.outside, rows, columns };
        task.walk(&self.blocks, line, |block, taps, count, line| {
            // SAFETY: filters exist only where the processor has the instructions, and `walk` gives pointers to as many
            // elements as there are channels.
            unsafe {
                match block.pixels {
                    1 if block.channels == RESULTS => self.full(block, &taps[0], line),
                    1 => self.run::<1>(block, taps, count, line),
                    2 => self.run::<2>(block, taps, count, line),
                    _ => self.run::<4>(block, taps, count, line),
                }
            }
        });
    }

    /// 64 channels of a pixel.
    ///
    /// # Safety
    /// As [`Filters::run`].
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn full(&self, block: &Block<Scale>, taps: &[*const i8; MAX_TAPS], line: &mut [i8]) {
        // SAFETY: the caller's promise.
        let load = |tap: usize| unsafe { _mm512_loadu_si512(taps[tap].add(block.first).cast()) };
        let results = self.results(block, load);
        let target = &mut line[block.first..block.first + RESULTS];
        // SAFETY: the target has 64 bytes.
        unsafe { _mm512_storeu_si512(target.as_mut_ptr().cast(), results) };
    }

    /// The channels of a block of `N` pixels, of which the first `count` are stored.
    ///
    /// # Safety
    /// The processor has the instructions, and the pointers of `taps` are to as many elements as there are channels.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn run<const N: usize>(
        &self,
        block: &Block<Scale>,
        taps: &[[*const i8; MAX_TAPS]],
        count: usize,
        line: &mut [i8],
    ) {
        let mask = !0u64 >> (64 - block.channels);
        // SAFETY: the caller's promise; the mask leaves the block's channels.
        let load = |tap: usize| unsafe { inputs::<N>(taps, tap, block.first, mask) };
        let mut results = [0i8; RESULTS];
        // SAFETY: there are 64 bytes.
        unsafe { _mm512_storeu_si512(results.as_mut_ptr().cast(), self.results(block, load)) };
        for (pixel, results) in results.chunks_exact(RESULTS / N).take(count).enumerate() {
            let target = &mut line[pixel * self.channels + block.first..][..block.channels];
            target.copy_from_slice(&results[..block.channels]);
        }
    }

    /// The results of a block, in order; `load` gives the inputs under an element of the window.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    fn results(&self, block: &Block<Scale>, load: impl Fn(usize) -> __m512i) -> __m512i {
        let mut sums = [_mm512_setzero_si512(); 4];
        for (sum, constants) in sums.iter_mut().zip(block.scale.constants.as_chunks::<16>().0) {
            *sum = vector(constants);
        }
        add_products(&block.weights, &mut sums, load);
        for (index, sum) in sums.iter_mut().enumerate() {
            *sum = block.scale.apply(*sum, index);
        }
        let zero_point = _mm512_set1_epi16(self.zero_point);
        let [low, high] = [[sums[0], sums[1]], [sums[2], sums[3]]]
            .map(|[a, b]| _mm512_adds_epi16(_mm512_packs_epi32(a, b), zero_point));
        let (least, greatest) = (_mm512_set1_epi8(self.range.0), _mm512_set1_epi8(self.range.1));
        _mm512_min_epi8(_mm512_max_epi8(_mm512_packs_epi16(low, high), least), greatest)
    }
}

/// A line of results of an image.
struct Task<'a> {
    geometry: &'a Geometry,
    image: &'a [i8],
    /// One zero point for each channel.
    outside: &'a [i8],
    rows: &'a Span,
    columns: &'a [Span],
}

impl Task<'_> {
    /// Calls `work` with each block, pointers to what each element of the window sees for `block.pixels` pixels, how
    /// many of these are in the line, and the line from the first of them on.
    ///
    /// The pointers are to as many elements as there are channels: a pixel of the image, or `outside` (beyond the window;
    /// for pixels beyond the line, what was there before).
    ///
    /// # Panics
    /// If image, line or window have another size.
    fn walk<S, T>(
        &self,
        blocks: &[Block<S>],
        line: &mut [T],
        mut work: impl FnMut(&Block<S>, &[[*const i8; MAX_TAPS]], usize, &mut [T]),
    ) {
        let Self { geometry, image, outside, rows, columns } = *self;
        let Geometry { rows: down, columns: across, channels, .. } = *geometry;
        assert_eq!(
            (image.len(), line.len(), outside.len()),
            (down.input * across.input * channels, columns.len() * channels, channels)
        );
        let outside = outside.as_ptr();
        let mut taps = [[outside; MAX_TAPS]; PIXELS];
        for (group, spans) in columns.chunks(PIXELS).enumerate() {
            for (taps, span) in taps.iter_mut().zip(spans) {
                for ky in 0..down.size {
                    let taps = &mut taps[ky * across.size..][..across.size];
                    if !rows.taps.contains(&ky) {
                        taps.fill(outside);
                        continue;
                    }
                    let row = rows.first + (ky - rows.taps.start) * down.dilation;
                    for (kx, tap) in taps.iter_mut().enumerate() {
                        *tap = if span.taps.contains(&kx) {
                            let column = span.first + (kx - span.taps.start) * across.dilation;
                            image[(row * across.input + column) * channels..][..channels].as_ptr()
                        } else {
                            outside
                        };
                    }
                }
            }
            let line = &mut line[group * PIXELS * channels..];
            for block in blocks {
                for first in (0..spans.len()).step_by(block.pixels) {
                    let count = block.pixels.min(spans.len() - first);
                    work(block, &taps[first..first + block.pixels], count, &mut line[first * channels..]);
                }
            }
        }
    }
}

/// The inputs of `N` pixels under an element of the window, of the channels from `first` on that `mask` leaves.
///
/// # Safety
/// The processor has the instructions, and the pointers of `taps` are to as many elements.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
unsafe fn inputs<const N: usize>(
    taps: &[[*const i8; MAX_TAPS]],
    tap: usize,
    first: usize,
    mask: u64,
) -> __m512i {
    // SAFETY: the caller's promise.
    unsafe {
        let at = |pixel: usize| taps[pixel][tap].add(first);
        match N {
            1 => _mm512_maskz_loadu_epi8(mask, at(0)),
            2 => {
                let half = |pixel| _mm256_maskz_loadu_epi8(mask as u32, at(pixel));
                _mm512_inserti64x4::<1>(_mm512_castsi256_si512(half(0)), half(1))
            }
            _ => {
                let quarter = |pixel| _mm_maskz_loadu_epi8(mask as u16, at(pixel));
                let low = _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(quarter(0)), quarter(1));
                let high = _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(quarter(2)), quarter(3));
                _mm512_inserti64x4::<1>(_mm512_castsi256_si512(low), high)
            }
        }
    }
}

/// Adds the products of the weights and the inputs, each plus 128; `load` gives the inputs under an element of the window.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
fn add_products(weights: &[i8], sums: &mut [__m512i; 4], load: impl Fn(usize) -> __m512i) {
    let flip = _mm512_set1_epi8(-128);
    for (group, weights) in weights.as_chunks::<{ 4 * RESULTS }>().0.iter().enumerate() {
        let tap = |index: usize| _mm512_xor_si512(load(4 * group + index), flip);
        let (a, b, c, d) = (tap(0), tap(1), tap(2), tap(3));
        let (low, high) = (_mm512_unpacklo_epi8(a, b), _mm512_unpackhi_epi8(a, b));
        let (low_2, high_2) = (_mm512_unpacklo_epi8(c, d), _mm512_unpackhi_epi8(c, d));
        let inputs = [
            _mm512_unpacklo_epi16(low, low_2),
            _mm512_unpackhi_epi16(low, low_2),
            _mm512_unpacklo_epi16(high, high_2),
            _mm512_unpackhi_epi16(high, high_2),
        ];
        for ((sum, input), weights) in sums.iter_mut().zip(inputs).zip(weights.as_chunks::<64>().0) {
            // SAFETY: there are 64 bytes.
            let weights = unsafe { _mm512_loadu_si512(weights.as_ptr().cast()) };
            *sum = _mm512_dpbusd_epi32(*sum, input, weights);
        }
    }
}

impl RealFilters {
    /// Packs weights `[taps, channels]`; `None` if the processor lacks the instructions or the window is very large.
    pub(crate) fn new(level: Level, channels: usize, taps: usize, weights: &[i8]) -> Option<Self> {
        if !level.has(Isa::Avx512Vnni) || taps > MAX_TAPS {
            return None;
        }
        let sums =
            |list: &dyn Fn(&dyn Fn(usize) -> i32) -> _| list(&|channel| sum_of(weights, channels, channel));
        Some(Self { channels, blocks: pack(channels, taps, weights, sums) })
    }

    /// As [`Filters::line`]; `outside` is the image's zero point for each channel, and the finish that of one row.
    ///
    /// # Panics
    /// If image, line, window or finish have another size.
    pub(crate) fn line(
        &self,
        geometry: &Geometry,
        (image, outside): (&[i8], &[i8]),
        (rows, columns): (&Span, &[Span]),
        finish: &FinishReal<'_>,
        line: &mut [f32],
    ) {
        let channels = self.channels;
        assert_eq!(geometry.channels, channels);
        assert_eq!(
            (finish.scales.len(), finish.bias.map_or(channels, <[f32]>::len), finish.rows.len()),
            (channels, channels, 1)
        );
        let task = Task { geometry, image, outside, rows, columns };
        task.walk(&self.blocks, line, |block, taps, count, line| {
            // SAFETY: filters exist only where the processor has the instructions; `walk` gives pointers to as many
            // elements as there are channels, and there are as many scales and biases.
            unsafe {
                match block.pixels {
                    1 => self.run::<1>(block, taps, count, finish, line),
                    2 => self.run::<2>(block, taps, count, finish, line),
                    _ => self.run::<4>(block, taps, count, finish, line),
                }
            }
        });
    }

    /// The channels of a block of `N` pixels, of which the first `count` are stored.
    ///
    /// # Safety
    /// The processor has the instructions, and the pointers of `taps`, scales and bias are to as many elements as there
    /// are channels.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn run<const N: usize>(
        &self,
        block: &Block<[i32; RESULTS]>,
        taps: &[[*const i8; MAX_TAPS]],
        count: usize,
        finish: &FinishReal<'_>,
        line: &mut [f32],
    ) {
        let image = finish.rows[0];
        let offset = _mm512_set1_epi32(-(image.zero_point + 128));
        let mut sums = [_mm512_setzero_si512(); 4];
        for (sum, weights) in sums.iter_mut().zip(block.scale.as_chunks::<16>().0) {
            *sum = _mm512_mullo_epi32(vector(weights), offset);
        }
        let mask = !0u64 >> (64 - block.channels);
        // SAFETY: the caller's promise; the mask leaves the block's channels.
        let load = |tap: usize| unsafe { inputs::<N>(taps, tap, block.first, mask) };
        add_products(&block.weights, &mut sums, load);
        // From 128-bit lanes of all vectors to whole vectors.
        let [a, b, c, d] = sums;
        let (ab, cd) = (_mm512_shuffle_i32x4::<0x44>(a, b), _mm512_shuffle_i32x4::<0x44>(c, d));
        let (ab_2, cd_2) = (_mm512_shuffle_i32x4::<0xee>(a, b), _mm512_shuffle_i32x4::<0xee>(c, d));
        let sums = [
            _mm512_shuffle_i32x4::<0x88>(ab, cd),
            _mm512_shuffle_i32x4::<0xdd>(ab, cd),
            _mm512_shuffle_i32x4::<0x88>(ab_2, cd_2),
            _mm512_shuffle_i32x4::<0xdd>(ab_2, cd_2),
        ];
        let (min, max) = (_mm512_set1_ps(finish.min), _mm512_set1_ps(finish.max));
        let image_scale = _mm512_set1_ps(image.scale);
        for (index, sum) in sums.into_iter().enumerate() {
            let (pixel, part) = (index * N / 4, index % (4 / N));
            let width = block.channels.saturating_sub(16 * part).min(16);
            if pixel >= count || width == 0 {
                continue;
            }
            let (mask, channel) = (!0 >> (16 - width), block.first + 16 * part);
            let target = &mut line[pixel * self.channels + channel..][..width];
            // SAFETY: the mask leaves `width` elements, which target, scales and bias have from this channel on.
            unsafe {
                let scales = _mm512_maskz_loadu_ps(mask, finish.scales[channel..].as_ptr());
                let bias = match finish.bias {
                    Some(bias) => _mm512_maskz_loadu_ps(mask, bias[channel..].as_ptr()),
                    None => _mm512_setzero_ps(),
                };
                let scaled = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), _mm512_mul_ps(scales, image_scale));
                // With the bound as first operand NaN passes.
                let result = _mm512_min_ps(max, _mm512_max_ps(min, _mm512_add_ps(scaled, bias)));
                _mm512_mask_storeu_ps(target.as_mut_ptr(), mask, result);
            }
        }
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn vector(values: &[i32; 16]) -> __m512i {
    // SAFETY: there are 64 bytes.
    unsafe { _mm512_loadu_si512(values.as_ptr().cast()) }
}

impl Scale {
    /// Vector `index` of sums times the channels' multipliers, as `Multiplier::apply` lane by lane; sums are below 2^30
    /// when shifted left.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn apply(&self, sum: __m512i, index: usize) -> __m512i {
        let part = |values: &[i32; RESULTS]| vector(&values.as_chunks::<16>().0[index]);
        let (mantissa, right) = (part(&self.mantissa), part(&self.right));
        let sum = _mm512_sllv_epi32(sum, part(&self.left));
        let nudge = _mm512_set1_epi64(1 << 30);
        let even = _mm512_add_epi64(_mm512_mul_epi32(sum, mantissa), nudge);
        let odd = _mm512_mul_epi32(_mm512_srli_epi64::<32>(sum), _mm512_srli_epi64::<32>(mantissa));
        let odd = _mm512_add_epi64(odd, nudge);
        let high =
            _mm512_mask_blend_epi32(0xaaaa, _mm512_srli_epi64::<31>(even), _mm512_slli_epi64::<1>(odd));
        // Halves away from zero: half a step is added, less one below zero, where there is a shift.
        let is_shifted = _mm512_test_epi32_mask(right, right);
        let half = _mm512_srli_epi32::<1>(_mm512_sllv_epi32(_mm512_set1_epi32(1), right));
        let high = _mm512_mask_add_epi32(high, is_shifted, high, _mm512_srai_epi32::<31>(high));
        _mm512_srav_epi32(_mm512_add_epi32(high, half), right)
    }
}
