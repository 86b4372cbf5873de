//! INT8 with symmetric weights, and quantized images of hybrid operators, in AVX2: 16 channels at a time, by products of 16 bits.
//!
//! Rows of the window are taken in pairs. Of each pair a line is made in which the inputs of the two rows alternate, so that an
//! instruction multiplies and sums both; it serves all windows that its columns lie in. Sums of a tile of neighbouring pixels stay in
//! registers while the window is gone over.
//!
//! Outside of the image inputs are the zero point, which the constant of the channel takes off, and which holds the bias.
//! Interleaving works within 128-bit lanes: a vector of sums has results `0..4` and `8..12`, the other one the rest, and packing the
//! finished sums puts them back in order.

use alloc::vec::Vec;
use core::arch::x86_64::*;
use core::mem::MaybeUninit;

use featherlite_base::Result;
use featherlite_gemm::avx2_requantize::{Bytes, Multipliers};
use featherlite_gemm::avx512_requantize::{ABOVE_ZERO, ANY, SMALL, known};
use featherlite_gemm::{FinishReal, Requantize};
use featherlite_simd::{Isa, Level};

use super::super::Geometry;
use super::super::packed::{self, Parameters, check_finish};
use super::super::passes::sum_of;
use super::line::is_inside;
use crate::core::Packed;
use crate::parts::window::{Span, Window};

/// Channels that are worked on together, and the fewest that there may be.
const CHANNELS: usize = 16;
/// Pixels of a tile.
const PIXELS: usize = 4;
/// Pairs of inputs that are in memory at a time, and pairs of weights.
const INPUTS: usize = 256;
const WEIGHTS: usize = 64;

/// The inputs, weights or sums of 16 channels, in the order of sums.
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
    /// The first channel; the last block overlaps the one before it.
    first: usize,
    /// For each pair of rows, for each column of the window: the two weights of each channel, in the order of sums.
    weights: Vec<[i8; 2 * CHANNELS]>,
    /// A number for each channel, in the order of sums.
    constants: [i32; CHANNELS],
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

/// The channel of a block that sum `index` belongs to.
fn channel_of(index: usize) -> usize {
    let (vector, lane, element) = (index / 8, index % 8 / 4, index % 4);
    lane * 8 + vector * 4 + element
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
        let block = |first: usize| {
            let weight = |row: usize, column: usize, channel: usize| match row < rows.size {
                true => weights[(row * columns.size + column) * channels + first + channel],
                false => 0,
            };
            let packed = (0..pairs * columns.size).map(|index| {
                let (pair, column) = (index / columns.size, index % columns.size);
                core::array::from_fn(|index| weight(2 * pair + index % 2, column, channel_of(index / 2)))
            });
            let constants = core::array::from_fn(|index| constant(first + channel_of(index)));
            Block { first, weights: packed.collect(), constants }
        };
        let firsts = (0..channels).step_by(CHANNELS).map(|first| first.min(channels - CHANNELS));
        Some(Self { blocks: firsts.map(block).collect() })
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

impl packed::Filters for Filters {
    const NAME: &'static str = "depthwise_conv_2d_i8__avx2_4x16";

    fn new(level: Level, geometry: &Geometry, parameters: &Parameters<'_>) -> Result<Option<Self>> {
        let &Parameters { weights, bias, multipliers, input_zero_point, .. } = parameters;
        let constant = |channel: usize| {
            let bias = bias.get(channel).copied().unwrap_or(0);
            bias.wrapping_sub(input_zero_point * sum_of(weights, geometry.channels, channel))
        };
        let Some(weights) = Weights::new(level, geometry, weights, &constant) else { return Ok(None) };
        let requantize = Requantize::new(multipliers, parameters.output_zero_point, parameters.range)?;
        let known = known(&requantize, parameters.largest_sum());
        Ok(Some(Self { weights, requantize, known, zero_point: input_zero_point as i8 }))
    }

    fn line(&self, geometry: &Geometry, image: &[i8], rows: &Span, line: &mut [i8]) {
        let task = Task::new(geometry, image, self.zero_point, rows, line.len());
        for block in &self.weights.blocks {
            // SAFETY: filters exist only where the processor has the instructions.
            unsafe {
                let constants = vectors(&block.constants);
                match self.known {
                    ABOVE_ZERO => {
                        task.block(block, constants, &ToBytes::<ABOVE_ZERO>::new(self, block), line);
                    }
                    SMALL => task.block(block, constants, &ToBytes::<SMALL>::new(self, block), line),
                    _ => task.block(block, constants, &ToBytes::<ANY>::new(self, block), line),
                }
            }
        }
    }
}

impl packed::RealFilters for RealFilters {
    const NAME: &'static str = "depthwise_conv_2d_hybrid__avx2_4x16";

    fn new(level: Level, geometry: &Geometry, weights: &[i8]) -> Result<Option<Self>> {
        let sum = |channel: usize| sum_of(weights, geometry.channels, channel);
        Ok(Weights::new(level, geometry, weights, &sum).map(|weights| Self { weights }))
    }

    fn line(
        &self,
        geometry: &Geometry,
        image: &[i8],
        rows: &Span,
        finish: &FinishReal<'_>,
        line: &mut [f32],
    ) {
        check_finish(finish, geometry.channels);
        let zero_point = finish.rows[0].zero_point;
        let task = Task::new(geometry, image, zero_point as i8, rows, line.len());
        for block in &self.weights.blocks {
            let constants = block.constants.map(|sum| sum.wrapping_mul(-zero_point));
            // SAFETY: filters exist only where the processor has the instructions.
            unsafe { task.block(block, vectors(&constants), &ToReals::new(finish, block.first), line) };
        }
    }
}

/// What becomes of sums.
trait Finish {
    /// Of a channel.
    type Result;

    /// Stores the results of neighbouring pixels, which are `channels` apart.
    ///
    /// # Safety
    /// The processor has AVX2, and `output` is to 16 channels of so many pixels.
    unsafe fn store<const P: usize>(&self, sums: [Pair; P], output: *mut Self::Result, channels: usize);
}

/// Requantization; `KNOWN` as in [`Multipliers::apply`].
struct ToBytes<const KNOWN: u8> {
    multipliers: [Multipliers; 2],
    bytes: Bytes,
}

impl<const KNOWN: u8> ToBytes<KNOWN> {
    #[target_feature(enable = "avx2")]
    fn new(filters: &Filters, block: &Block) -> Self {
        let (requantize, first) = (&filters.requantize, block.first);
        let of = |columns: [usize; 2]| Multipliers::new(requantize, columns);
        Self {
            multipliers: [of([first, first + 8]), of([first + 4, first + 12])],
            bytes: Bytes::new(requantize),
        }
    }
}

impl<const KNOWN: u8> Finish for ToBytes<KNOWN> {
    type Result = i8;

    #[inline(always)]
    unsafe fn store<const P: usize>(&self, sums: [Pair; P], output: *mut i8, channels: usize) {
        let [low, high] = &self.multipliers;
        for p in (0..P).step_by(2) {
            let [first, second] = [sums[p], sums[(p + 1).min(P - 1)]];
            // SAFETY: the caller's promise.
            unsafe {
                let bytes = self.bytes.pack([
                    low.apply::<KNOWN>(first[0]),
                    high.apply::<KNOWN>(first[1]),
                    low.apply::<KNOWN>(second[0]),
                    high.apply::<KNOWN>(second[1]),
                ]);
                // From lanes of both pixels to pixels.
                let pixels = _mm256_permute4x64_epi64::<0b11_01_10_00>(bytes);
                let output = output.add(p * channels);
                _mm_storeu_si128(output.cast(), _mm256_castsi256_si128(pixels));
                if p + 1 < P {
                    _mm_storeu_si128(output.add(channels).cast(), _mm256_extracti128_si256::<1>(pixels));
                }
            }
        }
    }
}

/// Scaling back.
struct ToReals {
    scales: [__m256; 2],
    bias: [__m256; 2],
    min: __m256,
    max: __m256,
}

impl ToReals {
    /// That of channels from `first` on.
    #[target_feature(enable = "avx2")]
    fn new(finish: &FinishReal<'_>, first: usize) -> Self {
        let vectors = |values: &[f32]| {
            // SAFETY: there are so many.
            [0, 8].map(|at| unsafe { _mm256_loadu_ps(values[first + at..][..8].as_ptr()) })
        };
        let image = _mm256_set1_ps(finish.rows[0].scale);
        let [low, high] = vectors(finish.scales);
        Self {
            scales: [_mm256_mul_ps(low, image), _mm256_mul_ps(high, image)],
            bias: finish.bias.map_or([_mm256_setzero_ps(); 2], vectors),
            min: _mm256_set1_ps(finish.min),
            max: _mm256_set1_ps(finish.max),
        }
    }
}

impl Finish for ToReals {
    type Result = f32;

    #[inline(always)]
    unsafe fn store<const P: usize>(&self, sums: [Pair; P], output: *mut f32, channels: usize) {
        for p in 0..P {
            let [low, high] = sums[p];
            // SAFETY: the caller's promise.
            unsafe {
                // From lanes of both vectors to neighbours.
                let sums = [
                    _mm256_permute2x128_si256::<0x20>(low, high),
                    _mm256_permute2x128_si256::<0x31>(low, high),
                ];
                for half in 0..2 {
                    let scaled = _mm256_mul_ps(_mm256_cvtepi32_ps(sums[half]), self.scales[half]);
                    // With the bound as first operand NaN passes.
                    let result = _mm256_max_ps(self.min, _mm256_add_ps(scaled, self.bias[half]));
                    let result = _mm256_min_ps(self.max, result);
                    _mm256_storeu_ps(output.add(p * channels + half * 8), result);
                }
            }
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

    /// The results of a block's channels.
    ///
    /// # Safety
    /// The processor has AVX2.
    ///
    /// # Panics
    /// If the block is of another window, or has channels that there are not.
    #[inline(never)]
    #[target_feature(enable = "avx2")]
    unsafe fn block<F: Finish>(&self, block: &Block, constants: Pair, finish: &F, line: &mut [F::Result]) {
        let Geometry { rows: down, columns, channels, .. } = *self.geometry;
        let (first, pairs) = (block.first, down.size.div_ceil(2));
        assert!(block.weights.len() == pairs * columns.size && first + CHANNELS <= channels);
        let mut weights = [const { MaybeUninit::<Pair>::uninit() }; WEIGHTS];
        for (wide, packed) in weights.iter_mut().zip(&block.weights) {
            // SAFETY: there are two halves.
            let half = |at: usize| unsafe { widened(packed[at..][..CHANNELS].as_ptr()) };
            wide.write([half(0), half(CHANNELS)]);
        }
        // SAFETY: so many have been written.
        let weights: &[Pair] = unsafe { weights[..block.weights.len()].assume_init_ref() };

        let extent = extent(&columns);
        // As many pixels at a time as there is memory for their inputs.
        let step = (INPUTS / pairs - extent) / columns.stride + 1;
        let mut inputs = [const { MaybeUninit::<Pair>::uninit() }; INPUTS];
        for (index, pixels) in line.chunks_mut(step * channels).enumerate() {
            let count = pixels.len() / channels;
            let width = (count - 1) * columns.stride + extent;
            for (pair, inputs) in inputs.chunks_exact_mut(width).take(pairs).enumerate() {
                let start = (index * step * columns.stride) as isize - columns.before;
                // SAFETY: the processor has AVX2.
                unsafe { self.interleave(pair, start, first, inputs) };
            }
            // SAFETY: all inputs of the pixels have been written.
            let inputs: &[Pair] = unsafe { inputs[..pairs * width].assume_init_ref() };
            let mut x = 0;
            while x < count {
                // Pixels that are left over share a tile with some that are done.
                let is_wide = count >= PIXELS;
                let from = if is_wide { x.min(count - PIXELS) } else { x };
                let output = pixels[from * channels + first..].as_mut_ptr();
                // SAFETY: the pixels of the tile lie in the line, and the inputs under their windows are there.
                unsafe {
                    if is_wide {
                        let sums = self.sums::<PIXELS>(inputs, weights, from, constants);
                        finish.store(sums, output, channels);
                        x = from + PIXELS;
                    } else {
                        let sums = self.sums::<1>(inputs, weights, from, constants);
                        finish.store(sums, output, channels);
                        x += 1;
                    }
                }
            }
        }
    }

    /// Writes the inputs of a pair of rows of the window, from column `start` of the image on, of 16 channels from `first` on.
    ///
    /// # Safety
    /// The processor has AVX2; the channels exist.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn interleave(&self, pair: usize, start: isize, first: usize, inputs: &mut [MaybeUninit<Pair>]) {
        let Geometry { rows: down, columns, channels, .. } = *self.geometry;
        let zero_points = [self.zero_point; CHANNELS];
        let outside = zero_points.as_ptr();
        // Where a row begins, and how far it is from column to column; a row outside of the image is the same everywhere.
        let row = |tap: usize| match self.rows.taps.contains(&tap) {
            true => {
                let row = self.rows.first + (tap - self.rows.taps.start) * down.dilation;
                let row = &self.image[row * columns.input * channels..][..columns.input * channels];
                (row.as_ptr().wrapping_add(first), channels)
            }
            false => (outside, 0),
        };
        let [(a, a_step), (b, b_step)] = [row(2 * pair), row(2 * pair + 1)];
        for (column, pair) in (start..).zip(inputs) {
            let [a, b] = match usize::try_from(column) {
                Ok(column) if column < columns.input => {
                    [a.wrapping_add(column * a_step), b.wrapping_add(column * b_step)]
                }
                _ => [outside, outside],
            };
            // SAFETY: the column lies in the image, with 16 channels from here on, or this is where zero points are.
            let [a, b] = unsafe { [widened(a), widened(b)] };
            pair.write([_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b)]);
        }
    }

    /// The sums of `constants` and all products of `P` pixels from `x` on.
    ///
    /// # Safety
    /// The processor has AVX2, and `inputs` has what lies under the windows of the pixels.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn sums<const P: usize>(
        &self,
        inputs: &[Pair],
        weights: &[Pair],
        x: usize,
        constants: Pair,
    ) -> [Pair; P] {
        let columns = self.geometry.columns;
        let mut sums = [constants; P];
        let width = inputs.len() / (weights.len() / columns.size);
        let lines = inputs.chunks_exact(width).zip(weights.chunks_exact(columns.size));
        for (inputs, weights) in lines {
            let mut inputs = inputs[x * columns.stride..].as_ptr();
            for weights in weights {
                for p in 0..P {
                    // SAFETY: the caller's promise.
                    let input = unsafe { &*inputs.wrapping_add(p * columns.stride) };
                    for half in 0..2 {
                        let products = _mm256_madd_epi16(input[half], weights[half]);
                        sums[p][half] = _mm256_add_epi32(sums[p][half], products);
                    }
                }
                inputs = inputs.wrapping_add(columns.dilation);
            }
        }
        sums
    }
}

/// Numbers as vectors.
#[inline]
#[target_feature(enable = "avx2")]
fn vectors(values: &[i32; CHANNELS]) -> Pair {
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
