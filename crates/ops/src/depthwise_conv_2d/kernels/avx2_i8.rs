//! INT8 with symmetric weights, and quantized images of hybrid operators, in AVX2: 16 results at a time, by products of 16 bits.
//!
//! Rows of the window are taken in pairs. Of each pair a line is made in which the inputs of the two rows alternate, so that an
//! instruction multiplies and sums both; it serves all windows that its columns lie in. Sums of a tile of neighbouring pixels stay in
//! registers while the window is gone over.
//!
//! Outside of the image inputs are the zero point, which the constant of the channel takes off, and which holds the bias.
//! Interleaving works within 128-bit lanes: a vector of sums has results `0..4` and `8..12`, the other one the rest, and packing the
//! finished sums puts them back in order. Where there are at most 8 channels left, the lanes are two pixels, from both halves of the
//! line.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::arch::x86_64::*;
use core::mem::MaybeUninit;
use core::ops::Range;

use featherlite_base::Result;
use featherlite_gemm::avx2_requantize::{Bytes, Multipliers};
use featherlite_gemm::requantize::{ABOVE_ZERO, ANY, SMALL};
use featherlite_gemm::{FinishReal, Requantize};
use featherlite_simd::{IS_COMPACT, Isa, Level};

use super::super::Geometry;
use super::super::packed::{self, Parameters, check_finish};
use super::super::passes::sum_of;
use super::line::is_inside;
use crate::core::Packed;
use crate::parts::window::{Span, Window};

/// Results in a pair of vectors.
const RESULTS: usize = 16;
/// The fewest channels that there may be.
const CHANNELS: usize = 8;
/// Pixels of a tile.
const PIXELS: usize = 4;
/// Pairs of inputs that are in memory at a time, pairs of weights, and pixels whose sums are.
const INPUTS: usize = 256;
const WEIGHTS: usize = 64;
const SUMS: usize = 32;

/// The inputs, weights or sums of 16 results, in the order of sums.
type Pair = [__m256i; 2];

/// Weights and what else depends on channels. That one exists proves that the processor has the instructions.
pub(crate) struct Filters {
    weights: Weights,
    requantize: Requantize,
    /// What is known of sums.
    known: u8,
    zero_point: i8,
}

/// The same for quantized images, whose results are scaled back to `f32`. Constants are the sums of weights.
pub(crate) struct RealFilters {
    weights: Weights,
}

/// Packed weights.
struct Weights {
    blocks: Vec<Block>,
}

struct Block {
    /// The first channel; the last block may overlap the one before it.
    first: usize,
    /// Pixels that share vectors: 1 with 16 channels, 2 with 8.
    pixels: usize,
    /// For each pair of rows, for each column of the window: the two weights of each result, in the order of sums.
    weights: Vec<[i8; 2 * RESULTS]>,
    /// A number for each result, in the order of sums.
    constants: [i32; RESULTS],
}

impl Packed for Filters {
    fn bytes(&self) -> usize {
        self.weights.bytes()
    }
}

impl Packed for RealFilters {
    fn bytes(&self) -> usize {
        self.weights.bytes()
    }
}

impl Block {
    fn channels(&self) -> usize {
        RESULTS / self.pixels
    }

    /// The channels that both halves of a vector of sums begin with, for the first and the second one.
    fn quads(&self) -> [[usize; 2]; 2] {
        [0, 8].map(|vector| [0, 4].map(|lane| self.first + channel_of(vector + lane, self.pixels)))
    }
}

/// The channel of a block of so many pixels that sum `index` belongs to.
fn channel_of(index: usize, pixels: usize) -> usize {
    let (vector, lane, element) = (index / 8, index % 8 / 4, index % 4);
    (lane * 8 + vector * 4 + element) % (RESULTS / pixels)
}

impl Weights {
    /// Packs weights `[rows, columns, channels]` and a constant for each channel; `None` if the processor lacks the instructions,
    /// there are too few channels, or the window is too large.
    fn new(
        level: Level,
        geometry: &Geometry,
        weights: &[i8],
        constant: &dyn Fn(usize) -> i32,
    ) -> Option<Self> {
        let &Geometry { rows, columns, channels, .. } = geometry;
        let pairs = rows.size.div_ceil(2);
        let inputs = extent(&columns).checked_add((PIXELS - 1).checked_mul(columns.stride)?)?;
        let fits = pairs.checked_mul(columns.size)? <= WEIGHTS && pairs.checked_mul(inputs)? <= INPUTS;
        if !level.has(Isa::Avx2) || channels < CHANNELS || !fits {
            return None;
        }
        let block = |first: usize, pixels: usize| {
            let weight = |row: usize, column: usize, channel: usize| match row < rows.size {
                true => weights[(row * columns.size + column) * channels + first + channel],
                false => 0,
            };
            let packed = (0..pairs * columns.size).map(|index| {
                let (pair, column) = (index / columns.size, index % columns.size);
                core::array::from_fn(|index| {
                    weight(2 * pair + index % 2, column, channel_of(index / 2, pixels))
                })
            });
            let constants = core::array::from_fn(|index| constant(first + channel_of(index, pixels)));
            Block { first, pixels, weights: packed.collect(), constants }
        };
        let (mut blocks, mut first) = (Vec::new(), 0);
        while first < channels {
            let pixels = if channels - first <= CHANNELS || channels < RESULTS { 2 } else { 1 };
            blocks.push(block(first.min(channels - RESULTS / pixels), pixels));
            first += RESULTS / pixels;
        }
        Some(Self { blocks })
    }

    /// Memory they take.
    fn bytes(&self) -> usize {
        self.blocks.iter().map(|block| size_of_val(&*block.weights) + size_of_val(block)).sum()
    }
}

/// Columns under a window.
fn extent(columns: &Window) -> usize {
    (columns.size - 1) * columns.dilation + 1
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
    let &Parameters { weights, bias, multipliers, input_zero_point, .. } = parameters;
    let constant = |channel: usize| {
        let bias = bias.get(channel).copied().unwrap_or(0);
        bias.wrapping_sub(input_zero_point * sum_of(weights, geometry.channels, channel))
    };
    let Some(weights) = Weights::new(level, geometry, weights, &constant) else { return Ok(None) };
    let requantize = Requantize::new(multipliers, parameters.output_zero_point, parameters.range)?;
    let known = if IS_COMPACT { ANY } else { requantize.known(parameters.largest_sum()) };
    Ok(Some(Box::new(Filters { weights, requantize, known, zero_point: input_zero_point as i8 })))
}

/// Packs weights `[rows, columns, channels]`: a [`PackReal`](packed::PackReal).
pub(crate) fn real(
    level: Level,
    geometry: &Geometry,
    weights: &[i8],
) -> Option<Box<dyn packed::RealFilters>> {
    let sum = |channel: usize| sum_of(weights, geometry.channels, channel);
    Some(Box::new(RealFilters { weights: Weights::new(level, geometry, weights, &sum)? }))
}

impl packed::Filters<i8> for Filters {
    fn line(&self, geometry: &Geometry, image: &[i8], rows: &Span, line: &mut [i8]) {
        let task = Task::new(geometry, image, self.zero_point, rows, line.len());
        for block in &self.weights.blocks {
            // SAFETY: filters exist only where the processor has the instructions.
            unsafe {
                match self.known {
                    ABOVE_ZERO if !IS_COMPACT => self.bytes::<ABOVE_ZERO>(&task, block, line),
                    SMALL if !IS_COMPACT => self.bytes::<SMALL>(&task, block, line),
                    _ => self.bytes::<ANY>(&task, block, line),
                }
            }
        }
    }
}

impl Filters {
    /// The bytes of a block's channels; `KNOWN` as in [`Multipliers::apply`].
    ///
    /// # Safety
    /// The processor has AVX2.
    #[target_feature(enable = "avx2")]
    unsafe fn bytes<const KNOWN: u8>(&self, task: &Task<'_>, block: &Block, line: &mut [i8]) {
        let (requantize, channels) = (&self.requantize, task.geometry.channels);
        let [low, high] = block.quads().map(|quads| Multipliers::new(requantize, quads));
        let bytes = Bytes::new(requantize);
        let constants = vectors(&block.constants);
        let store = |first: usize, sums: &[Pair]| {
            for (index, sums) in sums.chunks(2).enumerate() {
                // The only one again where there are no two.
                let [a, b] = [sums[0], sums[sums.len() - 1]];
                let [low, high] = [&low, &high];
                let bytes = bytes.pack([
                    low.apply::<KNOWN>(a[0]),
                    high.apply::<KNOWN>(a[1]),
                    low.apply::<KNOWN>(b[0]),
                    high.apply::<KNOWN>(b[1]),
                ]);
                // From lanes of both to one behind the other.
                let both = _mm256_permute4x64_epi64::<0b11_01_10_00>(bytes);
                let halves = [_mm256_castsi256_si128(both), _mm256_extracti128_si256::<1>(both)];
                for (step, half) in (first + 2 * index..).zip(halves).take(sums.len()) {
                    let target = &mut line[step * channels + block.first..];
                    if block.pixels == 1 {
                        // SAFETY: there are so many.
                        unsafe { _mm_storeu_si128(target[..RESULTS].as_mut_ptr().cast(), half) };
                        continue;
                    }
                    // SAFETY: there are so many.
                    unsafe { _mm_storel_epi64(target[..CHANNELS].as_mut_ptr().cast(), half) };
                    if let Some(pixel) = task.other(step) {
                        let target = &mut line[pixel * channels + block.first..][..CHANNELS];
                        // SAFETY: there are so many.
                        unsafe { _mm_storel_epi64(target.as_mut_ptr().cast(), _mm_srli_si128::<8>(half)) };
                    }
                }
            }
        };
        // SAFETY: the caller's promise.
        unsafe { task.block(block, constants, store) };
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
        let task = Task::new(geometry, image, finish.rows[0].zero_point as i8, rows, line.len());
        for block in &self.weights.blocks {
            // SAFETY: filters exist only where the processor has the instructions.
            unsafe { reals(&task, block, finish, line) };
        }
    }
}

/// The results of a block's channels, scaled back.
///
/// # Safety
/// The processor has AVX2.
#[target_feature(enable = "avx2")]
unsafe fn reals(task: &Task<'_>, block: &Block, finish: &FinishReal<'_>, line: &mut [f32]) {
    // The channels of both halves of the results: the same for two pixels.
    let halves = [0, 8].map(|half| block.first + half % block.channels());
    let vectors_of = |values: &[f32]| {
        // SAFETY: there are so many.
        halves.map(|half| unsafe { _mm256_loadu_ps(values[half..][..8].as_ptr()) })
    };
    let image = finish.rows[0];
    let scales = vectors_of(finish.scales).map(|scales| _mm256_mul_ps(scales, _mm256_set1_ps(image.scale)));
    let bias = finish.bias.map_or([_mm256_setzero_ps(); 2], vectors_of);
    let (min, max) = (_mm256_set1_ps(finish.min), _mm256_set1_ps(finish.max));
    let constants = vectors(&block.constants.map(|sum| sum.wrapping_mul(-image.zero_point)));
    let channels = task.geometry.channels;
    let store = |first: usize, sums: &[Pair]| {
        for (step, &[low, high]) in (first..).zip(sums) {
            // From lanes of both vectors to neighbours.
            let sums =
                [_mm256_permute2x128_si256::<0x20>(low, high), _mm256_permute2x128_si256::<0x31>(low, high)];
            let second = if block.pixels == 1 { Some(step) } else { task.other(step) };
            for (half, pixel) in [Some(step), second].into_iter().enumerate() {
                let Some(pixel) = pixel else { continue };
                let scaled = _mm256_mul_ps(_mm256_cvtepi32_ps(sums[half]), scales[half]);
                // With the bound as first operand NaN passes.
                let result = _mm256_max_ps(min, _mm256_add_ps(scaled, bias[half]));
                let result = _mm256_min_ps(max, result);
                let target = &mut line[pixel * channels + halves[half]..][..8];
                // SAFETY: there are so many.
                unsafe { _mm256_storeu_ps(target.as_mut_ptr(), result) };
            }
        }
    };
    // SAFETY: the caller's promise.
    unsafe { task.block(block, constants, store) };
}

/// What a line is made with.
struct Memory {
    inputs: [MaybeUninit<Pair>; INPUTS],
    weights: [MaybeUninit<Pair>; WEIGHTS],
    sums: [MaybeUninit<Pair>; SUMS],
}

impl Memory {
    fn new() -> Self {
        Self {
            inputs: [const { MaybeUninit::uninit() }; INPUTS],
            weights: [const { MaybeUninit::uninit() }; WEIGHTS],
            sums: [const { MaybeUninit::uninit() }; SUMS],
        }
    }
}

/// A line of results of an image.
struct Task<'a> {
    geometry: &'a Geometry,
    image: &'a [i8],
    /// What is outside of the image.
    zero_point: i8,
    rows: &'a Span,
}

impl<'a> Task<'a> {
    /// # Panics
    /// If image or line have another size.
    fn new(geometry: &'a Geometry, image: &'a [i8], zero_point: i8, rows: &'a Span, line: usize) -> Self {
        let Geometry { rows: down, columns, channels, .. } = *geometry;
        assert_eq!((image.len(), line), (down.input * columns.input * channels, columns.output * channels));
        assert!(is_inside(rows, &down));
        Self { geometry, image, zero_point, rows }
    }

    /// How far the pixels that share vectors are apart.
    fn half(&self) -> usize {
        self.geometry.columns.output.div_ceil(2)
    }

    /// The pixel that shares vectors with one of the first half, if there is one.
    fn other(&self, pixel: usize) -> Option<usize> {
        Some(pixel + self.half()).filter(|&other| other < self.geometry.columns.output)
    }

    /// Calls `store` with the first of some pixels and the sums of `constants` and all products of each, for all pixels; of
    /// those that share vectors, for those of the first half.
    ///
    /// # Safety
    /// The processor has AVX2.
    ///
    /// # Panics
    /// If the block is of another window, or has channels that there are not.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn block(&self, block: &Block, constants: Pair, mut store: impl FnMut(usize, &[Pair])) {
        let steps = if block.pixels == 1 { self.geometry.columns.output } else { self.half() };
        let mut memory = Memory::new();
        // SAFETY: the caller's promise.
        unsafe {
            let step = self.widen(block, &mut memory);
            for first in (0..steps).step_by(step) {
                let pixels = first..steps.min(first + step);
                store(first, self.sums(block, pixels, constants, &mut memory));
            }
        }
    }

    /// Makes words of the weights; how many pixels at a time there is memory for.
    ///
    /// # Safety
    /// As [`Task::block`].
    #[target_feature(enable = "avx2")]
    unsafe fn widen(&self, block: &Block, memory: &mut Memory) -> usize {
        let Geometry { rows: down, columns, channels, .. } = *self.geometry;
        let pairs = down.size.div_ceil(2);
        assert!(block.weights.len() == pairs * columns.size && block.first + block.channels() <= channels);
        for (wide, packed) in memory.weights.iter_mut().zip(&block.weights) {
            // SAFETY: there are two halves.
            let half = |at: usize| unsafe { widened(packed[at..][..RESULTS].as_ptr()) };
            wide.write([half(0), half(RESULTS)]);
        }
        ((INPUTS / pairs - extent(&columns)) / columns.stride + 1).min(SUMS)
    }

    /// The sums of some pixels.
    ///
    /// # Safety
    /// As [`Task::block`]; the memory has the block's weights, and space for these pixels.
    #[inline(never)]
    #[target_feature(enable = "avx2")]
    unsafe fn sums<'m>(
        &self,
        block: &Block,
        pixels: Range<usize>,
        constants: Pair,
        memory: &'m mut Memory,
    ) -> &'m [Pair] {
        let Geometry { rows: down, columns, .. } = *self.geometry;
        let pairs = down.size.div_ceil(2);
        let width = (pixels.len() - 1) * columns.stride + extent(&columns);
        let start = (pixels.start * columns.stride) as isize - columns.before;
        for (pair, inputs) in memory.inputs.chunks_exact_mut(width).take(pairs).enumerate() {
            // SAFETY: the caller's promise.
            unsafe { self.interleave(block, pair, start, inputs) };
        }
        let sums = &mut memory.sums[..pixels.len()];
        // SAFETY: so many inputs and weights have been written; tiles of pixels that there are, all of them.
        unsafe {
            let inputs: &[Pair] = memory.inputs[..pairs * width].assume_init_ref();
            let weights: &[Pair] = memory.weights[..pairs * columns.size].assume_init_ref();
            let mut x = 0;
            while x < sums.len() {
                // Pixels that are left over share a tile with some that are done.
                if let Some(last) = sums.len().checked_sub(PIXELS) {
                    x = x.min(last);
                    self.tile::<PIXELS>(inputs, weights, x, constants, &mut sums[x..]);
                    x += PIXELS;
                } else {
                    self.tile::<1>(inputs, weights, x, constants, &mut sums[x..]);
                    x += 1;
                }
            }
            sums.assume_init_ref()
        }
    }

    /// Writes the inputs of a pair of rows of the window, from column `start` of the image on, of a block's channels.
    ///
    /// # Safety
    /// The processor has AVX2; the channels exist.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn interleave(&self, block: &Block, pair: usize, start: isize, inputs: &mut [MaybeUninit<Pair>]) {
        let Geometry { rows: down, columns, channels, .. } = *self.geometry;
        let zero_points = [self.zero_point; RESULTS];
        let outside = zero_points.as_ptr();
        // Where a row begins, and how far it is from column to column; a row outside of the image is the same everywhere.
        let row = |tap: usize| match self.rows.taps.contains(&tap) {
            true => {
                let row = self.rows.first + (tap - self.rows.taps.start) * down.dilation;
                let row = &self.image[row * columns.input * channels..][..columns.input * channels];
                (row.as_ptr().wrapping_add(block.first), channels)
            }
            false => (outside, 0),
        };
        let rows = [row(2 * pair), row(2 * pair + 1)];
        let at = |(row, step): (*const i8, usize), column: isize| match usize::try_from(column) {
            Ok(column) if column < columns.input => row.wrapping_add(column * step),
            _ => outside,
        };
        let apart = (self.half() * columns.stride) as isize;
        for (column, pair) in (start..).zip(inputs) {
            // SAFETY: the column lies in the image, with the block's channels from here on, or this is where zero points are.
            let [a, b] = rows.map(|row| unsafe {
                match block.pixels {
                    1 => widened(at(row, column)),
                    _ => widened_halves(at(row, column), at(row, column + apart)),
                }
            });
            pair.write([_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b)]);
        }
    }

    /// Writes the sums of `P` pixels from `x` on to the first of `target`.
    ///
    /// # Safety
    /// The processor has AVX2, and `inputs` has what lies under the windows of the pixels.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn tile<const P: usize>(
        &self,
        inputs: &[Pair],
        weights: &[Pair],
        x: usize,
        constants: Pair,
        target: &mut [MaybeUninit<Pair>],
    ) {
        let columns = self.geometry.columns;
        let mut sums = [constants; P];
        let width = inputs.len() / (weights.len() / columns.size);
        let lines = inputs.chunks_exact(width).zip(weights.chunks_exact(columns.size));
        for (inputs, weights) in lines {
            let mut inputs = inputs[x * columns.stride..].as_ptr();
            for weights in weights {
                for (p, sums) in sums.iter_mut().enumerate() {
                    // SAFETY: the caller's promise.
                    let input = unsafe { &*inputs.wrapping_add(p * columns.stride) };
                    for half in 0..2 {
                        let products = _mm256_madd_epi16(input[half], weights[half]);
                        sums[half] = _mm256_add_epi32(sums[half], products);
                    }
                }
                inputs = inputs.wrapping_add(columns.dilation);
            }
        }
        for (target, sums) in target[..P].iter_mut().zip(sums) {
            target.write(sums);
        }
    }
}

/// Numbers as vectors.
#[inline]
#[target_feature(enable = "avx2")]
fn vectors(values: &[i32; RESULTS]) -> Pair {
    // SAFETY: there are two.
    [0, 8].map(|at| unsafe { _mm256_loadu_si256(values[at..][..8].as_ptr().cast()) })
}

/// Sixteen bytes as words.
///
/// # Safety
/// There are so many.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn widened(bytes: *const i8) -> __m256i {
    // SAFETY: the caller's promise.
    _mm256_cvtepi8_epi16(unsafe { _mm_loadu_si128(bytes.cast()) })
}

/// Eight bytes and eight others as words.
///
/// # Safety
/// There are so many of each.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn widened_halves(first: *const i8, second: *const i8) -> __m256i {
    // SAFETY: the caller's promise.
    let [first, second] = unsafe { [_mm_loadl_epi64(first.cast()), _mm_loadl_epi64(second.cast())] };
    _mm256_cvtepi8_epi16(_mm_unpacklo_epi64(first, second))
}
