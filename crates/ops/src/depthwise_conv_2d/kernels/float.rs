//! `f32`, one output for each input channel: tiles of a few neighbouring pixels by one or two vectors of channels, whose
//! sums stay in registers while the window is gone over.
//!
//! Windows of neighbouring pixels overlap: of each line up to three elements of the window are taken at a time, whose weights
//! stay in registers too, and each element of the input is loaded once for all sums that it adds to. Columns outside of the
//! image are left out. Weights lie as the kernel reads them, so nothing is packed.

use featherlite_simd::{IS_COMPACT, Isa, Level};

use super::super::Geometry;
use super::line::Line;
use crate::parts::window::Window;

#[cfg(target_arch = "aarch64")]
mod neon;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(target_arch = "aarch64")]
pub(crate) use neon::NEON;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) use simd128::SIMD128;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{AVX2, AVX512};

/// Pixels of a tile.
const PIXELS: usize = 8;
/// Elements of a line of the window that are taken at a time.
const TAPS: usize = 3;

/// All kernels of this processor family.
#[cfg(test)]
pub(crate) static ALL: &[&Tiles] = &[
    #[cfg(target_arch = "x86_64")]
    &AVX512,
    #[cfg(target_arch = "x86_64")]
    &AVX2,
    #[cfg(target_arch = "aarch64")]
    &NEON,
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    &SIMD128,
];

/// The kernel of an instruction set.
pub(crate) struct Tiles {
    pub(crate) isa: Isa,
    run: unsafe fn(&Task<'_>, *mut f32),
}

/// How a line of the output, or a part of it, is made.
pub(crate) struct Task<'a> {
    pub(crate) line: Line<'a, f32>,
    /// The first of its pixels that are made, as many as the line has columns.
    pub(crate) start: usize,
    /// Empty, or one for each channel.
    pub(crate) bias: &'a [f32],
    /// Bounds of results.
    pub(crate) range: (f32, f32),
}

impl Task<'_> {
    /// The pixel behind the last that is made.
    fn end(&self) -> usize {
        self.start + self.line.columns.len()
    }
}

impl Tiles {
    /// Computes pixels of the output, `[width, channels]`.
    ///
    /// # Panics
    /// If the processor lacks the instructions, or sizes do not fit one another.
    pub(crate) fn line(&self, level: Level, task: &Task<'_>, output: &mut [f32]) {
        assert!(level.has(self.isa));
        assert!(task.bias.is_empty() || task.bias.len() == task.line.geometry.channels);
        task.line.check(output.len());
        assert!(task.end() <= task.line.geometry.columns.output);
        // SAFETY: the processor has the instructions; the rest has just been checked.
        unsafe { (self.run)(task, output.as_mut_ptr()) }
    }
}

/// The vectors of an instruction set. Methods are inlined into functions that are compiled for it, and may be called where
/// the processor has it.
trait Lanes {
    /// Elements of a vector.
    const LANES: usize;
    /// Whether there are registers enough for tiles of two vectors.
    const IS_WIDE: bool;
    /// Whether masks cost nothing.
    const HAS_MASKS: bool = false;
    type Vector: Copy;
    /// Some elements of a vector.
    type Mask: Copy;
    /// The first `count` elements.
    unsafe fn mask(count: usize) -> Self::Mask;
    unsafe fn splat(x: f32) -> Self::Vector;
    unsafe fn load(from: *const f32) -> Self::Vector;
    /// Elements outside of the mask are neither read nor written.
    unsafe fn load_some(from: *const f32, mask: Self::Mask) -> Self::Vector;
    unsafe fn store(to: *mut f32, x: Self::Vector);
    unsafe fn store_some(to: *mut f32, mask: Self::Mask, x: Self::Vector);
    /// `x * y + sum`.
    unsafe fn multiply_add(x: Self::Vector, y: Self::Vector, sum: Self::Vector) -> Self::Vector;
    /// NaN stays NaN.
    unsafe fn bound(x: Self::Vector, least: Self::Vector, greatest: Self::Vector) -> Self::Vector;
}

/// # Safety
/// The processor has the instructions; tensors have the sizes that the geometry gives, the line's windows lie in the image as
/// its span says, and `output` is to as many pixels as there are columns.
#[inline(always)]
unsafe fn run<L: Lanes>(task: &Task<'_>, output: *mut f32) {
    // SAFETY: the caller's promise.
    unsafe {
        match task.line.geometry.columns {
            _ if is_small::<L>() && task.line.geometry.channels < L::LANES => pixels::<L, 0>(task, output),
            Window { dilation: 1, stride: 1, .. } => pixels::<L, 1>(task, output),
            Window { dilation: 1, stride: 2, .. } => pixels::<L, 2>(task, output),
            _ => pixels::<L, 0>(task, output),
        }
    }
}

/// All pixels, where windows are not dilated and `STRIDE` apart, or anything if that is 0.
///
/// # Safety
/// As [`run`], and [`channels`].
#[inline(always)]
unsafe fn pixels<L: Lanes, const STRIDE: usize>(task: &Task<'_>, output: *mut f32) {
    let columns = task.line.geometry.columns;
    let extent = (PIXELS - 1) * columns.stride + (columns.size - 1) * columns.dilation;
    // Small libraries have one way for rare windows.
    let has_inner = STRIDE > 0 || !IS_COMPACT;
    for x in (task.start..task.end()).step_by(PIXELS) {
        let column = (x * columns.stride).wrapping_add_signed(-columns.before);
        // SAFETY: the caller's promise; there is pixel `x`, and all columns below the tile if it is not at the edge.
        unsafe {
            let is_inner =
                x + PIXELS <= task.end() && column < columns.input && column + extent < columns.input;
            if has_inner && is_inner {
                channels::<L, STRIDE, false>(task, output, x);
            } else {
                channels::<L, STRIDE, true>(task, output, x);
            }
        }
    }
}

/// All channels of the pixels from `x` on.
///
/// # Safety
/// As [`Tile::run`]; there are those of a vector if [`is_small`] and there is a `STRIDE`.
#[inline(always)]
unsafe fn channels<L: Lanes, const STRIDE: usize, const EDGE: bool>(
    task: &Task<'_>,
    output: *mut f32,
    x: usize,
) {
    let channels = task.line.geometry.channels;
    // Where masks cost something the last vector overlaps the one before it.
    let overlaps = !L::HAS_MASKS && (channels >= L::LANES || is_small::<L>() && STRIDE > 0);
    let mut first = 0;
    // SAFETY: the caller's promise; there are the channels of a vector from the tile's first on, or those of the mask.
    unsafe {
        while first < channels {
            let left = channels - first;
            let tile = |first| Tile { task, output, first, x };
            if L::IS_WIDE && !IS_COMPACT && left >= 2 * L::LANES {
                tile(first).run::<L, 2, STRIDE, false, EDGE>();
                first += L::LANES;
            } else if overlaps {
                tile(first.min(channels - L::LANES)).run::<L, 1, STRIDE, false, EDGE>();
            } else if L::HAS_MASKS && !IS_COMPACT && left >= L::LANES {
                tile(first).run::<L, 1, STRIDE, false, EDGE>();
            } else {
                tile(first).run::<L, 1, STRIDE, true, EDGE>();
            }
            first += L::LANES;
        }
    }
}

/// Whether there is one way for less than a vector of channels.
const fn is_small<L: Lanes>() -> bool {
    IS_COMPACT && !L::HAS_MASKS
}

/// Neighbouring pixels from `x` on in vectors of channels from `first` on.
struct Tile<'a> {
    task: &'a Task<'a>,
    output: *mut f32,
    first: usize,
    x: usize,
}

impl Tile<'_> {
    /// # Safety
    /// The processor has the instructions; the line is one that [`run`] may be given, has pixel `x`, and all columns below the
    /// tile if it is not at an `EDGE`; there are as many channels from `first` on as `V` vectors have elements if the last is
    /// not `CUT`.
    #[inline(always)]
    #[allow(clippy::needless_range_loop)]
    unsafe fn run<L: Lanes, const V: usize, const STRIDE: usize, const CUT: bool, const EDGE: bool>(&self) {
        let Geometry { rows, columns, channels, .. } = *self.task.line.geometry;
        // SAFETY: the caller's promise: rows of the image are those of the span, weights those of the window, results those
        // of pixels that there are, everything in channels of the mask.
        unsafe {
            let mask = L::mask(channels - self.first);
            let mut sums = [[L::splat(0.0); V]; PIXELS];
            if !self.task.bias.is_empty() {
                let bias = load::<L, V, CUT>(self.task.bias.as_ptr().add(self.first), mask);
                for p in 0..PIXELS {
                    sums[p] = bias;
                }
            }
            for (number, row) in self.task.line.rows.taps.clone().enumerate() {
                let input = (self.task.line.rows.first + number * rows.dilation) * columns.input * channels;
                let input = self.task.line.image.as_ptr().add(input + self.first);
                let weights = row * columns.size * channels;
                let weights = self.task.line.weights.as_ptr().add(weights + self.first);
                let mut tap = 0;
                while tap < columns.size {
                    let count = if STRIDE == 0 { 1 } else { TAPS.min(columns.size - tap) };
                    let weights = weights.add(tap * channels);
                    match count {
                        1 => self.add::<L, V, STRIDE, 1, CUT, EDGE>(input, weights, tap, mask, &mut sums),
                        2 => self.add::<L, V, STRIDE, 2, CUT, EDGE>(input, weights, tap, mask, &mut sums),
                        _ => self.add::<L, V, STRIDE, TAPS, CUT, EDGE>(input, weights, tap, mask, &mut sums),
                    }
                    tap += count;
                }
            }
            let (least, greatest) = (L::splat(self.task.range.0), L::splat(self.task.range.1));
            let mut output = self.output.add((self.x - self.task.start) * channels + self.first);
            for p in 0..PIXELS {
                if EDGE && self.x + p >= self.task.end() {
                    break;
                }
                for v in 0..V {
                    let result = L::bound(sums[p][v], least, greatest);
                    let output = output.add(v * L::LANES);
                    if CUT { L::store_some(output, mask, result) } else { L::store(output, result) }
                }
                output = output.wrapping_add(channels);
            }
        }
    }

    /// Adds what `T` elements of a line of the window from `tap` on give to the sums.
    ///
    /// # Safety
    /// As [`Tile::run`]; `input` is to a line of the image and `weights` to `T` pixels of weights, both at the channels.
    #[inline(always)]
    #[allow(clippy::needless_range_loop)]
    unsafe fn add<
        L: Lanes,
        const V: usize,
        const STRIDE: usize,
        const T: usize,
        const CUT: bool,
        const EDGE: bool,
    >(
        &self,
        input: *const f32,
        weights: *const f32,
        tap: usize,
        mask: L::Mask,
        sums: &mut [[L::Vector; V]; PIXELS],
    ) {
        let Geometry { columns, channels, .. } = *self.task.line.geometry;
        // SAFETY: the caller's promise; of the line only columns that there are.
        unsafe {
            let mut factors = [[L::splat(0.0); V]; T];
            for t in 0..T {
                factors[t] = load::<L, V, CUT>(weights.add(t * channels), mask);
            }
            let (step, apart) = if STRIDE == 0 { (columns.stride, columns.dilation) } else { (STRIDE, 1) };
            let column = (self.x * step + tap * apart).wrapping_add_signed(-columns.before);
            let at = |p: usize, t: usize| {
                let column = column.wrapping_add(p * step + t * apart);
                if EDGE && column >= columns.input {
                    return [L::splat(0.0); V];
                }
                load::<L, V, CUT>(input.add(column * channels), mask)
            };
            let mut window = [[L::splat(0.0); V]; T];
            for p in 0..PIXELS {
                let kept = if STRIDE == 0 || p == 0 { 0 } else { T.saturating_sub(STRIDE) };
                for t in 0..T {
                    window[t] = if t < kept { window[t + STRIDE] } else { at(p, t) };
                    for v in 0..V {
                        sums[p][v] = L::multiply_add(window[t][v], factors[t][v], sums[p][v]);
                    }
                }
            }
        }
    }
}

/// # Safety
/// The processor has the instructions and there are `V` vectors of elements, of the last those of the mask if it is `CUT`.
#[inline(always)]
unsafe fn load<L: Lanes, const V: usize, const CUT: bool>(from: *const f32, mask: L::Mask) -> [L::Vector; V] {
    // SAFETY: the caller's promise.
    unsafe {
        let mut vectors = [L::splat(0.0); V];
        for (v, vector) in vectors.iter_mut().enumerate() {
            let from = from.add(v * L::LANES);
            *vector = if CUT { L::load_some(from, mask) } else { L::load(from) };
        }
        vectors
    }
}
