//! `f32`, one output for each input channel: tiles of a few neighbouring pixels by a few vectors of channels, whose sums
//! stay in registers while the window is gone over.
//!
//! Weights lie as the kernel reads them, so nothing is packed.

use featherlite_simd::{Isa, Level};

use super::line::{Line, PIXELS, Tile};

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

/// How a line of the output is made.
pub(crate) struct Task<'a> {
    pub(crate) line: Line<'a, f32>,
    /// Empty, or one for each channel.
    pub(crate) bias: &'a [f32],
    /// Bounds of results.
    pub(crate) range: (f32, f32),
}

impl Tiles {
    /// Computes a line of the output, `[width, channels]`.
    ///
    /// # Panics
    /// If the processor lacks the instructions, or sizes do not fit one another.
    pub(crate) fn line(&self, level: Level, task: &Task<'_>, output: &mut [f32]) {
        assert!(level.has(self.isa));
        assert!(task.bias.is_empty() || task.bias.len() == task.line.geometry.channels);
        task.line.check(output.len());
        // SAFETY: the processor has the instructions; the rest has just been checked.
        unsafe { (self.run)(task, output.as_mut_ptr()) }
    }
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

/// # Safety
/// The processor has the instructions; tensors have the sizes that the geometry gives, spans lie in the image, and `output`
/// is to as many pixels as there are columns.
#[inline(always)]
unsafe fn run<L: Lanes>(task: &Task<'_>, output: *mut f32) {
    let channels = task.line.geometry.channels;
    let block = L::LANES * L::VECTORS;
    let whole = channels / block * block;
    // SAFETY: the caller's promise; blocks end where channels do.
    unsafe {
        for first in (0..whole).step_by(block) {
            if L::VECTORS == 4 {
                pixels::<L, 4, false>(task, output, first, L::LANES);
            } else {
                pixels::<L, 2, false>(task, output, first, L::LANES);
            }
        }
        let rest = channels - whole;
        if rest > 0 {
            let vectors = rest.div_ceil(L::LANES);
            let last = rest - (vectors - 1) * L::LANES;
            match vectors {
                1 => pixels::<L, 1, true>(task, output, whole, last),
                2 => pixels::<L, 2, true>(task, output, whole, last),
                3 if L::VECTORS > 2 => pixels::<L, 3, true>(task, output, whole, last),
                _ if L::VECTORS > 2 => pixels::<L, 4, true>(task, output, whole, last),
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
    task: &Task<'_>,
    output: *mut f32,
    first: usize,
    last: usize,
) {
    // SAFETY: the caller's promise: addresses are those of elements under the windows' parts in the image, of the
    // weights there, of a bias for each channel and of the results of a pixel. Where there is nothing under a window,
    // nothing but bias and results is used.
    unsafe {
        let mask = L::mask(last);
        let bias = match task.bias.is_empty() {
            true => core::ptr::null(),
            false => task.bias.as_ptr().wrapping_add(first),
        };
        task.line.for_each_tile(
            first,
            #[inline(always)]
            |at, is_wide| {
                let output = output.add(at.x * at.channels + first);
                if is_wide {
                    tile::<L, PIXELS, V, CUT>(at, bias, task.range, output, mask);
                } else {
                    tile::<L, 1, V, CUT>(at, bias, task.range, output, mask);
                }
            },
        );
    }
}

/// # Safety
/// The processor has the instructions and the pointers are valid for `P` pixels and `V` vectors of channels, of the
/// last only for the mask's if it is `CUT`.
#[inline(always)]
#[allow(clippy::needless_range_loop)]
unsafe fn tile<L: Lanes, const P: usize, const V: usize, const CUT: bool>(
    tile: &Tile<f32>,
    bias: *const f32,
    range: (f32, f32),
    output: *mut f32,
    mask: L::Mask,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let load = |from: *const f32, vector: usize| {
            let from = from.add(vector * L::LANES);
            if CUT && vector + 1 == V { L::load_some(from, mask) } else { L::load(from) }
        };
        let mut sums = [[L::splat(0.0); V]; P];
        if !bias.is_null() {
            for vector in 0..V {
                let bias = load(bias, vector);
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
        let (least, greatest) = (L::splat(range.0), L::splat(range.1));
        let whole = L::mask(L::LANES);
        for pixel in 0..P {
            for vector in 0..V {
                let to = output.add(pixel * tile.channels + vector * L::LANES);
                let mask = if CUT && vector + 1 == V { mask } else { whole };
                L::store_some(to, mask, L::bound(sums[pixel][vector], least, greatest));
            }
        }
    }
}
