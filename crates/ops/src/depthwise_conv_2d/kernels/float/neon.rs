//! NEON.

use core::arch::aarch64::*;

use featherlite_simd::Isa;

use super::{Lanes, Task, Tiles, run};

pub(crate) static NEON: Tiles = Tiles { isa: Isa::Neon, run: neon };

struct Neon;

impl Lanes for Neon {
    const LANES: usize = 4;
    const IS_WIDE: bool = true;
    type Vector = float32x4_t;
    /// How many elements.
    type Mask = usize;

    #[inline(always)]
    unsafe fn mask(count: usize) -> usize {
        count.min(4)
    }

    #[inline(always)]
    unsafe fn splat(x: f32) -> float32x4_t {
        // SAFETY: there is NEON.
        unsafe { vdupq_n_f32(x) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> float32x4_t {
        // SAFETY: there is NEON, and the caller knows of 4 elements.
        unsafe { vld1q_f32(from) }
    }

    #[inline(always)]
    unsafe fn load_some(from: *const f32, mask: usize) -> float32x4_t {
        // SAFETY: there is NEON, and the caller knows of the mask's elements.
        unsafe {
            match mask {
                4 => vld1q_f32(from),
                3 => vld1q_lane_f32::<2>(from.add(2), vcombine_f32(vld1_f32(from), vdup_n_f32(0.0))),
                2 => vcombine_f32(vld1_f32(from), vdup_n_f32(0.0)),
                _ => vld1q_lane_f32::<0>(from, vdupq_n_f32(0.0)),
            }
        }
    }

    #[inline(always)]
    unsafe fn store(to: *mut f32, x: float32x4_t) {
        // SAFETY: there is NEON, and the caller owns 4 elements.
        unsafe { vst1q_f32(to, x) }
    }

    #[inline(always)]
    unsafe fn store_some(to: *mut f32, mask: usize, x: float32x4_t) {
        // SAFETY: there is NEON, and the caller owns the mask's elements.
        unsafe {
            match mask {
                4 => vst1q_f32(to, x),
                3 => {
                    vst1_f32(to, vget_low_f32(x));
                    vst1q_lane_f32::<2>(to.add(2), x);
                }
                2 => vst1_f32(to, vget_low_f32(x)),
                _ => vst1q_lane_f32::<0>(to, x),
            }
        }
    }

    #[inline(always)]
    unsafe fn multiply_add(x: float32x4_t, y: float32x4_t, sum: float32x4_t) -> float32x4_t {
        // SAFETY: there is NEON.
        unsafe { vfmaq_f32(sum, x, y) }
    }

    #[inline(always)]
    unsafe fn bound(x: float32x4_t, least: float32x4_t, greatest: float32x4_t) -> float32x4_t {
        // SAFETY: there is NEON. NaN passes.
        unsafe { vminq_f32(greatest, vmaxq_f32(least, x)) }
    }
}

/// # Safety
/// As [`run`].
#[target_feature(enable = "neon")]
unsafe fn neon(task: &Task<'_>, output: *mut f32) {
    // SAFETY: the caller's promise.
    unsafe { run::<Neon>(task, output) }
}
