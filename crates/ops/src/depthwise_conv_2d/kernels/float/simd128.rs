//! WebAssembly's 128-bit vectors.

use core::arch::wasm32::*;

use featherlite_simd::Isa;

use super::{Lanes, Task, Tiles, run};

pub(crate) static SIMD128: Tiles = Tiles { isa: Isa::Simd128, run: simd128 };

struct Simd128;

impl Lanes for Simd128 {
    const LANES: usize = 4;
    const IS_WIDE: bool = false;
    type Vector = v128;
    /// How many elements.
    type Mask = usize;

    #[inline(always)]
    unsafe fn mask(count: usize) -> usize {
        count.min(4)
    }

    #[inline(always)]
    unsafe fn splat(x: f32) -> v128 {
        f32x4_splat(x)
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> v128 {
        // SAFETY: the caller knows of 4 elements.
        unsafe { v128_load(from.cast()) }
    }

    #[inline(always)]
    unsafe fn load_some(from: *const f32, mask: usize) -> v128 {
        // SAFETY: the caller knows of the mask's elements.
        unsafe {
            match mask {
                4 => v128_load(from.cast()),
                3 => v128_load32_lane::<2>(v128_load64_zero(from.cast()), from.add(2).cast()),
                2 => v128_load64_zero(from.cast()),
                _ => v128_load32_zero(from.cast()),
            }
        }
    }

    #[inline(always)]
    unsafe fn store(to: *mut f32, x: v128) {
        // SAFETY: the caller owns 4 elements.
        unsafe { v128_store(to.cast(), x) }
    }

    #[inline(always)]
    unsafe fn store_some(to: *mut f32, mask: usize, x: v128) {
        // SAFETY: the caller owns the mask's elements.
        unsafe {
            match mask {
                4 => v128_store(to.cast(), x),
                3 => {
                    v128_store64_lane::<0>(x, to.cast());
                    v128_store32_lane::<2>(x, to.add(2).cast());
                }
                2 => v128_store64_lane::<0>(x, to.cast()),
                _ => v128_store32_lane::<0>(x, to.cast()),
            }
        }
    }

    #[inline(always)]
    unsafe fn multiply_add(x: v128, y: v128, sum: v128) -> v128 {
        #[cfg(target_feature = "relaxed-simd")]
        {
            f32x4_relaxed_madd(x, y, sum)
        }
        #[cfg(not(target_feature = "relaxed-simd"))]
        {
            f32x4_add(f32x4_mul(x, y), sum)
        }
    }

    #[inline(always)]
    unsafe fn bound(x: v128, least: v128, greatest: v128) -> v128 {
        // NaN passes.
        f32x4_min(greatest, f32x4_max(least, x))
    }
}

/// # Safety
/// As [`run`].
unsafe fn simd128(task: &Task<'_>, output: *mut f32) {
    // SAFETY: the caller's promise.
    unsafe { run::<Simd128>(task, output) }
}
