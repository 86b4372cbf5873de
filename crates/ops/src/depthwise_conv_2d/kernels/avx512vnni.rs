//! INT8 with symmetric weights, and quantized images of hybrid operators, 64 results at a time, by dot products of four
//! elements of the window.
//!
//! For each element of the window a vector holds the inputs of 64 results; four of them are interleaved byte by byte, so
//! that an instruction multiplies and sums the four. Interleaving works within 128-bit lanes: a vector of sums has results
//! `0..4`, `16..20`, `32..36`, `48..52` (and so on), and packing the finished sums puts them back in order. Where there are
//! at most 32 or 16 channels left, the lanes are 2 or 4 pixels, from as many segments of the line.
//!
//! The four elements are of one column of the window where that pays, in [`Passes`] over the line: what is interleaved for
//! a column of the image is then multiplied for all windows that the column lies in.
//!
//! The instruction multiplies unsigned inputs by signed weights, so 128 is added to inputs (by flipping the top bit);
//! the constant of the channel takes it off again, together with the zero point, and holds the bias. Outside of the image
//! inputs are the zero point.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::arch::x86_64::*;
use core::mem::MaybeUninit;
use core::ops::Range;

use featherlite_base::Result;
use featherlite_base::fixed_point::Multiplier;
use featherlite_gemm::avx512_requantize::{Bytes, Multipliers};
use featherlite_gemm::requantize::{ABOVE_ZERO, ANY, SMALL};
use featherlite_gemm::{FinishReal, Requantize};
use featherlite_simd::{Isa, Level};

use super::super::Geometry;
use super::super::packed::{self, Parameters, check_finish};
use super::super::passes::{Block, Passes, RESULTS, sum_of};
use crate::core::Packed;
use crate::parts::window::Span;

/// Steps along the line whose sums are in memory at a time.
const STEPS: usize = 32;

/// The sums of 64 results.
type Sums = [__m512i; 4];

/// Weights and what else depends on channels, in the order in which the kernel reads them. That one exists proves that
/// the processor has the instructions.
pub(crate) struct Filters {
    passes: Passes,
    blocks: Vec<Block<Scale>>,
    zero_point: i8,
}

/// The same for quantized images, whose results are scaled back to `f32`.
pub(crate) struct RealFilters {
    passes: Passes,
    /// With the sum of each channel's weights, in the order of sums.
    blocks: Vec<Block<[i32; RESULTS]>>,
}

/// From sums to bytes, in the order of sums.
struct Scale {
    constants: [i32; RESULTS],
    multipliers: [Multipliers; 4],
    bytes: Bytes,
    /// What is known of sums.
    known: u8,
}

impl Scale {
    /// That of sums up to `largest`.
    #[target_feature(enable = "avx512f,avx512bw")]
    fn new(constants: [i32; RESULTS], requantize: &Requantize, largest: u64) -> Self {
        let mut multipliers = [Multipliers::new(requantize, 0); 4];
        for (index, multipliers) in multipliers.iter_mut().enumerate() {
            *multipliers = Multipliers::new(requantize, index);
        }
        Self { constants, multipliers, bytes: Bytes::new(requantize), known: requantize.known(largest) }
    }
}

impl Packed for Filters {
    fn bytes(&self) -> usize {
        self.blocks.iter().map(Block::bytes).sum()
    }
}

impl Packed for RealFilters {
    fn bytes(&self) -> usize {
        self.blocks.iter().map(Block::bytes).sum()
    }
}

/// Packs weights: a [`Pack`](packed::Pack).
///
/// # Errors
/// If results are no 8-bit values.
pub(crate) fn integer(
    level: Level,
    geometry: &Geometry,
    parameters: &Parameters<'_>,
) -> Result<Option<Box<dyn packed::Filters<i8>>>> {
    if !level.has(Isa::Avx512Vnni) {
        return Ok(None);
    }
    let &Parameters { weights, bias, multipliers, range, .. } = parameters;
    let channels = geometry.channels;
    let offset = parameters.input_zero_point + 128;
    let largest = parameters.largest_sum();
    let passes = Passes::new(geometry);
    let scaled = |block: Block<()>| {
        let mantissas = block.list(&|channel| multipliers[channel].mantissa);
        let shifts = block.list(&|channel| multipliers[channel].shift);
        let multipliers: Vec<_> = mantissas
            .into_iter()
            .zip(shifts)
            .map(|(mantissa, shift)| Multiplier { mantissa, shift })
            .collect();
        let constants = block.list(&|channel| {
            let bias = bias.get(channel).copied().unwrap_or(0);
            bias.wrapping_sub(offset * sum_of(weights, channels, channel))
        });
        let requantize = Requantize::new(&multipliers, parameters.output_zero_point, range)?;
        // SAFETY: the processor has the instructions.
        Ok(block.with(unsafe { Scale::new(constants, &requantize, largest) }))
    };
    let blocks: Result<Vec<_>> = passes.pack(geometry, weights).into_iter().map(scaled).collect();
    Ok(Some(Box::new(Filters { blocks: blocks?, passes, zero_point: parameters.input_zero_point as i8 })))
}

/// Packs weights `[rows, columns, channels]`: a [`PackReal`](packed::PackReal).
pub(crate) fn real(
    level: Level,
    geometry: &Geometry,
    weights: &[i8],
) -> Option<Box<dyn packed::RealFilters>> {
    if !level.has(Isa::Avx512Vnni) {
        return None;
    }
    let passes = Passes::new(geometry);
    let sum = |channel: usize| sum_of(weights, geometry.channels, channel);
    let summed = |block: Block<()>| {
        let sums = block.list(&sum);
        block.with(sums)
    };
    let blocks = passes.pack(geometry, weights).into_iter().map(summed).collect();
    Some(Box::new(RealFilters { passes, blocks }))
}

impl packed::Filters<i8> for Filters {
    fn line(&self, geometry: &Geometry, image: &[i8], rows: &Span, line: &mut [i8]) {
        let task = Task::new(geometry, &self.passes, image, self.zero_point, rows, line.len());
        for block in &self.blocks {
            // SAFETY: filters exist only where the processor has the instructions.
            unsafe {
                match block.pixels {
                    1 => task.bytes::<1>(block, line),
                    2 => task.bytes::<2>(block, line),
                    _ => task.bytes::<4>(block, line),
                }
            }
        }
    }
}

impl packed::RealFilters for RealFilters {
    fn line(
        &self,
        geometry: &Geometry,
        image: &[i8],
        rows: &Span,
        finish: &FinishReal<'_>,
        line: &mut [f32],
    ) {
        check_finish(finish, geometry.channels);
        let zero_point = finish.rows[0].zero_point as i8;
        let task = Task::new(geometry, &self.passes, image, zero_point, rows, line.len());
        for block in &self.blocks {
            // SAFETY: filters exist only where the processor has the instructions; there are as many scales and biases as
            // channels.
            unsafe { task.reals(block, finish, line) };
        }
    }
}

/// A line of results of an image.
struct Task<'a> {
    geometry: &'a Geometry,
    passes: &'a Passes,
    image: &'a [i8],
    /// What is outside of the image.
    zero_point: i8,
    rows: &'a Span,
}

/// What lies under an element of the window.
#[derive(Clone, Copy)]
struct Tap<'a> {
    /// The row of the image, unless it is outside.
    row: Option<&'a [i8]>,
    /// The column, from the window's first.
    column: isize,
}

impl<'a> Task<'a> {
    /// # Panics
    /// If image, line or window have another size.
    fn new(
        geometry: &'a Geometry,
        passes: &'a Passes,
        image: &'a [i8],
        zero_point: i8,
        rows: &'a Span,
        line: usize,
    ) -> Self {
        let Geometry { rows: down, columns, channels, .. } = *geometry;
        assert_eq!((image.len(), line), (down.input * columns.input * channels, columns.output * channels));
        Self { geometry, passes, image, zero_point, rows }
    }

    /// How many steps a block of `count` pixels takes along the line: the length of the segment of each.
    fn segment(&self, count: usize) -> usize {
        self.geometry.columns.output.div_ceil(count)
    }

    /// The lanes of a block of `count` pixels and their pixels after some steps.
    fn pixels(&self, count: usize, step: usize) -> impl Iterator<Item = (usize, usize)> {
        let (segment, output) = (self.segment(count), self.geometry.columns.output);
        (0..count)
            .map(move |lane| (lane, lane * segment + step))
            .take_while(move |&(_, pixel)| pixel < output)
    }

    fn tap(&self, tap: Option<(usize, usize)>) -> Tap<'a> {
        let Geometry { rows: down, columns, channels, .. } = *self.geometry;
        let (row, column) = tap.unwrap_or((usize::MAX, 0));
        let row = self.rows.taps.contains(&row).then(|| {
            let row = self.rows.first + (row - self.rows.taps.start) * down.dilation;
            &self.image[row * columns.input * channels..][..columns.input * channels]
        });
        Tap { row, column: (column * columns.dilation) as isize }
    }

    /// The bytes of a block.
    ///
    /// # Safety
    /// The processor has the instructions.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn bytes<const N: usize>(&self, block: &Block<Scale>, line: &mut [i8]) {
        let constants = vectors(&block.scale.constants);
        let mut memory = [const { MaybeUninit::uninit() }; STEPS];
        for first in (0..self.segment(N)).step_by(STEPS) {
            let steps = first..self.segment(N).min(first + STEPS);
            // SAFETY: the caller's promise.
            let sums = unsafe { self.sums::<N, _>(block, steps, &constants, &mut memory) };
            match block.scale.known {
                ABOVE_ZERO => self.store_bytes::<N, ABOVE_ZERO>(block, first, sums, line),
                SMALL => self.store_bytes::<N, SMALL>(block, first, sums, line),
                _ => self.store_bytes::<N, ANY>(block, first, sums, line),
            }
        }
    }

    /// Requantizes and stores the sums after `first` steps and more; `KNOWN` as in [`Multipliers::apply`].
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    fn store_bytes<const N: usize, const KNOWN: u8>(
        &self,
        block: &Block<Scale>,
        first: usize,
        sums: &[Sums],
        line: &mut [i8],
    ) {
        let (mask, Scale { multipliers, bytes, .. }) = (!0 >> (64 - block.channels), &block.scale);
        let (multipliers, bytes) = (*multipliers, *bytes);
        for (step, sums) in sums.iter().enumerate() {
            let mut results = *sums;
            for index in 0..4 {
                results[index] = multipliers[index].apply::<KNOWN>(results[index]);
            }
            let mut results = bytes.pack(results);
            for (_, pixel) in self.pixels(N, first + step) {
                let target = &mut line[pixel * self.geometry.channels + block.first..][..block.channels];
                // SAFETY: the mask leaves the block's channels.
                unsafe { _mm512_mask_storeu_epi8(target.as_mut_ptr(), mask, results) };
                results = match N {
                    2 => _mm512_alignr_epi32::<8>(results, results),
                    _ => _mm512_alignr_epi32::<4>(results, results),
                };
            }
        }
    }

    /// The real numbers of a block.
    ///
    /// # Safety
    /// The processor has the instructions, and there are as many scales and biases as channels.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn reals(&self, block: &Block<[i32; RESULTS]>, finish: &FinishReal<'_>, line: &mut [f32]) {
        let offset = _mm512_set1_epi32(-(finish.rows[0].zero_point + 128));
        let mut constants = vectors(&block.scale);
        for constant in &mut constants {
            *constant = _mm512_mullo_epi32(*constant, offset);
        }
        let mut memory = [const { MaybeUninit::uninit() }; STEPS];
        for first in (0..self.segment(block.pixels)).step_by(STEPS) {
            let steps = first..self.segment(block.pixels).min(first + STEPS);
            // SAFETY: the caller's promise.
            let sums = unsafe {
                match block.pixels {
                    1 => self.sums::<1, _>(block, steps, &constants, &mut memory),
                    2 => self.sums::<2, _>(block, steps, &constants, &mut memory),
                    _ => self.sums::<4, _>(block, steps, &constants, &mut memory),
                }
            };
            for (step, sums) in sums.iter().enumerate() {
                // SAFETY: the caller's promise.
                unsafe { self.store_reals(block, first + step, sums, finish, line) };
            }
        }
    }

    /// Scales and stores the sums after some steps.
    ///
    /// # Safety
    /// As [`Task::reals`].
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn store_reals(
        &self,
        block: &Block<[i32; RESULTS]>,
        step: usize,
        sums: &Sums,
        finish: &FinishReal<'_>,
        line: &mut [f32],
    ) {
        // From 128-bit lanes of all vectors to whole vectors.
        let [a, b, c, d] = *sums;
        let (ab, cd) = (_mm512_shuffle_i32x4::<0x44>(a, b), _mm512_shuffle_i32x4::<0x44>(c, d));
        let (ab_2, cd_2) = (_mm512_shuffle_i32x4::<0xee>(a, b), _mm512_shuffle_i32x4::<0xee>(c, d));
        let sums = [
            _mm512_shuffle_i32x4::<0x88>(ab, cd),
            _mm512_shuffle_i32x4::<0xdd>(ab, cd),
            _mm512_shuffle_i32x4::<0x88>(ab_2, cd_2),
            _mm512_shuffle_i32x4::<0xdd>(ab_2, cd_2),
        ];
        let (min, max) = (_mm512_set1_ps(finish.min), _mm512_set1_ps(finish.max));
        let image_scale = _mm512_set1_ps(finish.rows[0].scale);
        for (lane, pixel) in self.pixels(block.pixels, step) {
            for (part, &sum) in sums[lane * 4 / block.pixels..][..4 / block.pixels].iter().enumerate() {
                let width = block.channels.saturating_sub(16 * part).min(16);
                if width == 0 {
                    continue;
                }
                let (mask, channel) = (!0 >> (16 - width), block.first + 16 * part);
                let target = &mut line[pixel * self.geometry.channels + channel..][..width];
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

    /// The sums of `constants` and all products, for each of the steps.
    ///
    /// # Safety
    /// The processor has the instructions.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn sums<'m, const N: usize, S>(
        &self,
        block: &Block<S>,
        steps: Range<usize>,
        constants: &Sums,
        memory: &'m mut [MaybeUninit<Sums>; STEPS],
    ) -> &'m [Sums] {
        let sums = &mut memory[..steps.len()];
        let (width, stride) = (self.passes.width, self.geometry.columns.stride);
        for (index, taps) in self.passes.taps.iter().enumerate() {
            let pass = Pass {
                task: self,
                taps: [self.tap(taps[0]), self.tap(taps[1]), self.tap(taps[2]), self.tap(taps[3])],
                weights: &block.weights[index * width..][..width],
                first: block.first,
                mask: !0 >> (64 - block.channels),
                start: steps.start as isize,
                constants: (index == 0).then_some(constants),
            };
            // SAFETY: the caller's promise.
            unsafe {
                match (width, stride) {
                    (3, 1) => pass.run::<N, 3, 1>(sums),
                    (3, _) => pass.run::<N, 3, 2>(sums),
                    (5, 1) => pass.run::<N, 5, 1>(sums),
                    (5, _) => pass.run::<N, 5, 2>(sums),
                    _ => pass.run::<N, 1, 1>(sums),
                }
            }
        }
        // SAFETY: there is a pass, as windows have elements, and it writes all.
        unsafe { sums.assume_init_ref() }
    }
}

/// Four rows of some columns of the window, for a block.
struct Pass<'a> {
    task: &'a Task<'a>,
    taps: [Tap<'a>; 4],
    weights: &'a [[i32; RESULTS]],
    /// The block's channels.
    first: usize,
    mask: u64,
    /// The first step along the line.
    start: isize,
    /// What sums begin with; if there are none, with what they are.
    constants: Option<&'a Sums>,
}

impl Pass<'_> {
    /// Adds the products of `W` columns of windows that are `S` apart to the sums of the steps. Windows that overlap are
    /// summed up side by side: as many as `S` fits into `W`.
    ///
    /// # Safety
    /// The processor has the instructions; sums are written, or there are constants.
    // Once for bytes and real numbers.
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn run<const N: usize, const W: usize, const S: usize>(&self, sums: &mut [MaybeUninit<Sums>]) {
        let (open, fresh) = (W.div_ceil(S), W.min(S));
        let mut weights = [[_mm512_setzero_si512(); 4]; W];
        for (weights, packed) in weights.iter_mut().zip(self.weights) {
            *weights = vectors(packed);
        }
        let mut windows = [[_mm512_setzero_si512(); 4]; W];
        let last = sums.len() - 1;
        for step in 1 - open as isize..sums.len() as isize {
            windows[open - 1] = match self.constants {
                Some(constants) => *constants,
                // SAFETY: the caller's promise.
                None => unsafe {
                    *sums[(step + open as isize - 1).min(last as isize) as usize].assume_init_ref()
                },
            };
            for column in W - fresh..W {
                // SAFETY: the caller's promise.
                let inputs = unsafe { self.inputs::<N, W>(self.start + step, column) };
                for window in 0..open {
                    if column >= window * S {
                        for index in 0..4 {
                            windows[window][index] = _mm512_dpbusd_epi32(
                                windows[window][index],
                                inputs[index],
                                weights[column - window * S][index],
                            );
                        }
                    }
                }
            }
            if step >= 0 {
                sums[step as usize].write(windows[0]);
            }
            for window in 1..open {
                windows[window - 1] = windows[window];
            }
        }
    }

    /// The inputs under the four elements in a column of the window after some steps, interleaved, each plus 128.
    ///
    /// # Safety
    /// As [`Pass::run`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn inputs<const N: usize, const W: usize>(&self, step: isize, column: usize) -> Sums {
        let start = step * self.task.geometry.columns.stride as isize + column as isize;
        // SAFETY: the caller's promise.
        let row = |tap: &Tap<'_>| unsafe {
            // Elements that are not of one column are in passes of one.
            self.row::<N>(tap.row, if W == 1 { start + tap.column } else { start })
        };
        let [a, b, c, d] = &self.taps;
        let (a, b, c, d) = (row(a), row(b), row(c), row(d));
        let flip = _mm512_set1_epi8(-128);
        let (low, high) = (_mm512_unpacklo_epi8(a, b), _mm512_unpackhi_epi8(a, b));
        let (low_2, high_2) = (_mm512_unpacklo_epi8(c, d), _mm512_unpackhi_epi8(c, d));
        let (low, low_2) = (_mm512_xor_si512(low, flip), _mm512_xor_si512(low_2, flip));
        let (high, high_2) = (_mm512_xor_si512(high, flip), _mm512_xor_si512(high_2, flip));
        [
            _mm512_unpacklo_epi16(low, low_2),
            _mm512_unpackhi_epi16(low, low_2),
            _mm512_unpacklo_epi16(high, high_2),
            _mm512_unpackhi_epi16(high, high_2),
        ]
    }

    /// The block's inputs of `N` pixels of a row, the first in the column `start` of the padded image.
    ///
    /// # Safety
    /// As [`Pass::run`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn row<const N: usize>(&self, row: Option<&[i8]>, start: isize) -> __m512i {
        let Geometry { columns, channels, .. } = self.task.geometry;
        let distance = self.task.segment(N) * columns.stride;
        let mut inputs = _mm512_set1_epi8(self.task.zero_point);
        let Some(row) = row else {
            return inputs;
        };
        for lane in 0..N {
            let column = (start - columns.before).wrapping_add_unsigned(lane * distance) as usize;
            let (column, mask) = if column < columns.input { (column, self.mask) } else { (0, 0) };
            // The lane of the vector at this address is the lane's.
            let skipped = lane * (RESULTS / N);
            let pixel = row.as_ptr().wrapping_add(column * channels + self.first).wrapping_sub(skipped);
            // SAFETY: the mask leaves the block's channels of a pixel of the row, or nothing.
            inputs = unsafe { _mm512_mask_loadu_epi8(inputs, mask << skipped, pixel) };
        }
        inputs
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn vectors(values: &[i32; RESULTS]) -> Sums {
    let mut vectors = [_mm512_setzero_si512(); 4];
    for (vector, values) in vectors.iter_mut().zip(values.as_chunks::<16>().0) {
        // SAFETY: there are 64 bytes.
        *vector = unsafe { _mm512_loadu_si512(values.as_ptr().cast()) };
    }
    vectors
}
