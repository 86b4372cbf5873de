//! `f32`, one output for each input channel, in AVX-512 and AVX2: tiles of a few neighbouring pixels by a few vectors of
//! channels, whose sums stay in registers while the window is gone over.
//!
//! Weights lie as the kernel reads them, so nothing is packed. Pixels whose window reaches outside of the image are tiles of
//! their own, of the part inside.

use core::arch::x86_64::*;

use featherlite_simd::{Isa, Level};

use super::super::Geometry;
use crate::parts::window::{Span, Window};

/// Pixels of a tile inside of the image.
const PIXELS: usize = 4;

/// The kernel of an instruction set.
pub(crate) struct Tiles {
    isa: Isa,
    run: unsafe fn(&Line<'_>, *mut f32),
}

pub(crate) static AVX512: Tiles = Tiles { isa: Isa::Avx512, run: avx512 };
pub(crate) static AVX2: Tiles = Tiles { isa: Isa::Avx2, run: avx2 };

/// A line of the output and what it is made from.
pub(crate) struct Line<'a> {
    pub(crate) geometry: &'a Geometry,
    /// `[height, width, channels]`.
    pub(crate) image: &'a [f32],
    /// `[height, width, channels]` of the window.
    pub(crate) weights: &'a [f32],
    /// Empty, or one for each channel.
    pub(crate) bias: &'a [f32],
    /// Bounds of results.
    pub(crate) range: (f32, f32),
    /// The part of the line's windows that is inside of the image,
    pub(crate) rows: &'a Span,
    /// and that of each of its pixels.
    pub(crate) columns: &'a [Span],
}

impl Tiles {
    /// Computes a line of the output, `[width, channels]`.
    ///
    /// # Panics
    /// If the processor lacks the instructions, or sizes do not fit one another.
    pub(crate) fn line(&self, level: Level, line: &Line<'_>, output: &mut [f32]) {
        let Geometry { rows, columns, channels, .. } = *line.geometry;
        assert!(level.has(self.isa));
        assert_eq!(line.image.len(), rows.input * columns.input * channels);
        assert_eq!(line.weights.len(), rows.size * columns.size * channels);
        assert!(line.bias.is_empty() || line.bias.len() == channels);
        assert_eq!(output.len(), line.columns.len() * channels);
        assert!(is_inside(line.rows, &rows) && line.columns.iter().all(|span| is_inside(span, &columns)));
        // SAFETY: the processor has the instructions; the rest has just been checked.
        unsafe { (self.run)(line, output.as_mut_ptr()) }
    }
}

/// Whether all that the span selects of the window lies in the image.
fn is_inside(span: &Span, window: &Window) -> bool {
    let len = span.taps.len();
    len == 0 || span.taps.end <= window.size && span.first + (len - 1) * window.dilation < window.input
}

/// The vectors of an instruction set. Methods are inlined into functions that are compiled for it, and may be called where
/// the processor has it.
trait Lanes {
    /// Elements of a vector.
    const LANES: usize;
    /// Vectors of channels in a tile, at most 4.
    const VECTORS: usize;
    type Vector: Copy;
    /// Some elements of a vector.
    type Mask: Copy;
    /// The first `count` elements.
    unsafe fn mask(count: usize) -> Self::Mask;
    unsafe fn splat(x: f32) -> Self::Vector;
    unsafe fn load(from: *const f32) -> Self::Vector;
    /// Elements outside of the mask are neither read nor written.
    unsafe fn load_some(from: *const f32, mask: Self::Mask) -> Self::Vector;
    unsafe fn store_some(to: *mut f32, mask: Self::Mask, x: Self::Vector);
    /// `x * y + sum`.
    unsafe fn multiply_add(x: Self::Vector, y: Self::Vector, sum: Self::Vector) -> Self::Vector;
    /// NaN stays NaN.
    unsafe fn bound(x: Self::Vector, least: Self::Vector, greatest: Self::Vector) -> Self::Vector;
}

struct Avx512;

impl Lanes for Avx512 {
    const LANES: usize = 16;
    const VECTORS: usize = 4;
    type Vector = __m512;
    type Mask = __mmask16;

    #[inline(always)]
    unsafe fn mask(count: usize) -> __mmask16 {
        if count >= 16 { !0 } else { (1 << count) - 1 }
    }

    #[inline(always)]
    unsafe fn splat(x: f32) -> __m512 {
        // SAFETY: there is AVX-512.
        unsafe { _mm512_set1_ps(x) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> __m512 {
        // SAFETY: there is AVX-512, and the caller knows of 16 elements.
        unsafe { _mm512_loadu_ps(from) }
    }

    #[inline(always)]
    unsafe fn load_some(from: *const f32, mask: __mmask16) -> __m512 {
        // SAFETY: there is AVX-512, and the caller knows of the mask's elements.
        unsafe { _mm512_maskz_loadu_ps(mask, from) }
    }

    #[inline(always)]
    unsafe fn store_some(to: *mut f32, mask: __mmask16, x: __m512) {
        // SAFETY: there is AVX-512, and the caller owns the mask's elements.
        unsafe { _mm512_mask_storeu_ps(to, mask, x) }
    }

    #[inline(always)]
    unsafe fn multiply_add(x: __m512, y: __m512, sum: __m512) -> __m512 {
        // SAFETY: there is AVX-512.
        unsafe { _mm512_fmadd_ps(x, y, sum) }
    }

    #[inline(always)]
    unsafe fn bound(x: __m512, least: __m512, greatest: __m512) -> __m512 {
        // SAFETY: there is AVX-512. With the bound as first operand NaN passes.
        unsafe { _mm512_min_ps(greatest, _mm512_max_ps(least, x)) }
    }
}

struct Avx2;

impl Lanes for Avx2 {
    const LANES: usize = 8;
    const VECTORS: usize = 2;
    type Vector = __m256;
    type Mask = __m256i;

    #[inline(always)]
    unsafe fn mask(count: usize) -> __m256i {
        // SAFETY: there is AVX2.
        unsafe {
            let lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
            _mm256_cmpgt_epi32(_mm256_set1_epi32(count.min(8) as i32), lanes)
        }
    }

    #[inline(always)]
    unsafe fn splat(x: f32) -> __m256 {
        // SAFETY: there is AVX2.
        unsafe { _mm256_set1_ps(x) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> __m256 {
        // SAFETY: there is AVX2, and the caller knows of 8 elements.
        unsafe { _mm256_loadu_ps(from) }
    }

    #[inline(always)]
    unsafe fn load_some(from: *const f32, mask: __m256i) -> __m256 {
        // SAFETY: there is AVX2, and the caller knows of the mask's elements.
        unsafe { _mm256_maskload_ps(from, mask) }
    }

    #[inline(always)]
    unsafe fn store_some(to: *mut f32, mask: __m256i, x: __m256) {
        // SAFETY: there is AVX2, and the caller owns the mask's elements.
        unsafe { _mm256_maskstore_ps(to, mask, x) }
    }

    #[inline(always)]
    unsafe fn multiply_add(x: __m256, y: __m256, sum: __m256) -> __m256 {
        // SAFETY: there is FMA, which the level of AVX2 includes.
        unsafe { _mm256_fmadd_ps(x, y, sum) }
    }

    #[inline(always)]
    unsafe fn bound(x: __m256, least: __m256, greatest: __m256) -> __m256 {
        // SAFETY: there is AVX2. With the bound as first operand NaN passes.
        unsafe { _mm256_min_ps(greatest, _mm256_max_ps(least, x)) }
    }
}

/// # Safety
/// As [`run`].
#[target_feature(enable = "avx2,fma,avx512f")]
unsafe fn avx512(line: &Line<'_>, output: *mut f32) {
    // SAFETY: the caller's promise.
    unsafe { run::<Avx512>(line, output) }
}

/// # Safety
/// As [`run`].
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2(line: &Line<'_>, output: *mut f32) {
    // SAFETY: the caller's promise.
    unsafe { run::<Avx2>(line, output) }
}

/// # Safety
/// The processor has the instructions; tensors have the sizes that the geometry gives, spans lie in the image, and `output`
/// is to as many pixels as there are columns.
#[inline(always)]
unsafe fn run<L: Lanes>(line: &Line<'_>, output: *mut f32) {
    let Geometry { channels, .. } = *line.geometry;
    let block = L::LANES * L::VECTORS;
    let whole = channels / block * block;
    // SAFETY: the caller's promise; blocks end where channels do.
    unsafe {
        for first in (0..whole).step_by(block) {
            if L::VECTORS == 4 {
                pixels::<L, 4, false>(line, output, first, L::LANES);
            } else {
                pixels::<L, 2, false>(line, output, first, L::LANES);
            }
        }
        let rest = channels - whole;
        if rest > 0 {
            let vectors = rest.div_ceil(L::LANES);
            let last = rest - (vectors - 1) * L::LANES;
            match vectors {
                1 => pixels::<L, 1, true>(line, output, whole, last),
                2 => pixels::<L, 2, true>(line, output, whole, last),
                3 if L::VECTORS > 2 => pixels::<L, 3, true>(line, output, whole, last),
                _ if L::VECTORS > 2 => pixels::<L, 4, true>(line, output, whole, last),
                _ => {}
            }
        }
    }
}

/// All pixels of a line, in `V` vectors of channels from `first` on, the last of which has `last` elements.
///
/// # Safety
/// As [`run`], and the channels exist.
#[inline(always)]
unsafe fn pixels<L: Lanes, const V: usize, const CUT: bool>(
    line: &Line<'_>,
    output: *mut f32,
    first: usize,
    last: usize,
) {
    let Geometry { rows, columns: across, channels, .. } = *line.geometry;
    let spans = line.columns;
    let is_whole = |span: &Span| span.taps.len() == across.size;
    let start = spans.iter().position(is_whole).unwrap_or(spans.len());
    let end = start + spans[start..].iter().take_while(|span| is_whole(span)).count();
    let step = across.stride * channels;
    let row = line.rows.first * across.input;
    // SAFETY: the caller's promise: addresses are those of elements under the windows' parts in the image, of the
    // weights there, of a bias for each channel and of the results of a pixel. Where there is nothing under a window,
    // nothing but bias and results is used.
    unsafe {
        let mask = L::mask(last);
        let at = |x: usize| {
            let span = &spans[x];
            Tile {
                input: line.image.as_ptr().wrapping_add((row + span.first) * channels + first),
                weights: line
                    .weights
                    .as_ptr()
                    .wrapping_add((line.rows.taps.start * across.size + span.taps.start) * channels + first),
                bias: if line.bias.is_empty() {
                    core::ptr::null()
                } else {
                    line.bias.as_ptr().wrapping_add(first)
                },
                output: output.wrapping_add(x * channels + first),
                rows: line.rows.taps.len(),
                columns: span.taps.len(),
                row_step: rows.dilation * across.input * channels,
                column_step: across.dilation * channels,
                pixel_step: step,
                weights_step: across.size * channels,
                channels,
                range: line.range,
            }
        };
        let mut x = 0;
        while x < spans.len() {
            // Pixels that are left over at the end of the inner part share a tile with some that are done.
            let left = end.saturating_sub(x);
            if x >= start && left > 1 && end - start >= PIXELS {
                let from = x.min(end - PIXELS);
                assert_eq!(spans[from + PIXELS - 1].first, spans[from].first + (PIXELS - 1) * across.stride);
                tile::<L, PIXELS, V, CUT>(&at(from), mask);
                x = from + PIXELS;
            } else {
                tile::<L, 1, V, CUT>(&at(x), mask);
                x += 1;
            }
        }
    }
}

/// Neighbouring pixels of some channels. Steps are in elements.
struct Tile {
    /// The first element under the window of the first pixel, and its weight.
    input: *const f32,
    weights: *const f32,
    /// Null if there is none.
    bias: *const f32,
    output: *mut f32,
    /// The part of the window that is gone over.
    rows: usize,
    columns: usize,
    row_step: usize,
    column_step: usize,
    /// From pixel to pixel in the input.
    pixel_step: usize,
    /// From row to row of the weights.
    weights_step: usize,
    channels: usize,
    range: (f32, f32),
}

/// # Safety
/// The processor has the instructions and the tile's pointers are valid for `P` pixels and `V` vectors of channels, of the
/// last only for the mask's if it is `CUT`.
#[inline(always)]
#[allow(clippy::needless_range_loop)]
unsafe fn tile<L: Lanes, const P: usize, const V: usize, const CUT: bool>(tile: &Tile, mask: L::Mask) {
    // SAFETY: the caller's promise.
    unsafe {
        let load = |from: *const f32, vector: usize| {
            let from = from.add(vector * L::LANES);
            if CUT && vector + 1 == V { L::load_some(from, mask) } else { L::load(from) }
        };
        let mut sums = [[L::splat(0.0); V]; P];
        if !tile.bias.is_null() {
            for vector in 0..V {
                let bias = load(tile.bias, vector);
                for pixel in 0..P {
                    sums[pixel][vector] = bias;
                }
            }
        }
        for row in 0..tile.rows {
            let mut input = tile.input.wrapping_add(row * tile.row_step);
            let mut weights = tile.weights.wrapping_add(row * tile.weights_step);
            for _ in 0..tile.columns {
                for vector in 0..V {
                    let weights = load(weights, vector);
                    for pixel in 0..P {
                        let x = load(input.add(pixel * tile.pixel_step), vector);
                        sums[pixel][vector] = L::multiply_add(x, weights, sums[pixel][vector]);
                    }
                }
                input = input.wrapping_add(tile.column_step);
                weights = weights.wrapping_add(tile.channels);
            }
        }
        let (least, greatest) = (L::splat(tile.range.0), L::splat(tile.range.1));
        let whole = L::mask(L::LANES);
        for pixel in 0..P {
            for vector in 0..V {
                let to = tile.output.add(pixel * tile.channels + vector * L::LANES);
                let mask = if CUT && vector + 1 == V { mask } else { whole };
                L::store_some(to, mask, L::bound(sums[pixel][vector], least, greatest));
            }
        }
    }
}
