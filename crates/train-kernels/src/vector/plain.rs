//! Four elements in plain Rust, which every compilation target has registers for.

use super::Vector;

#[derive(Clone, Copy)]
pub(super) struct Plain([f32; 4]);

impl Vector for Plain {
    const LANES: usize = 4;
    const REGISTERS: usize = if cfg!(target_arch = "aarch64") { 32 } else { 16 };

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        Self([x; 4])
    }

    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
        let mut result = sum;
        for lane in 0..4 {
            // Where it is an instruction; elsewhere it would be a call.
            if cfg!(target_arch = "aarch64") {
                result.0[lane] = self.0[lane].mul_add(factor.0[lane], sum.0[lane]);
            } else {
                result.0[lane] += self.0[lane] * factor.0[lane];
            }
        }
        result
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        let mut result = self;
        for lane in 0..4 {
            result.0[lane] += other.0[lane];
        }
        result
    }

    #[inline(always)]
    unsafe fn load_all(from: *const f32) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { from.cast::<[f32; 4]>().read_unaligned() })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        let mut result = Self([0.0; 4]);
        for lane in 0..count.min(4) {
            // SAFETY: the caller's promise.
            result.0[lane] = unsafe { *from.add(lane) };
        }
        result
    }

    #[inline(always)]
    unsafe fn store_all(self, to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { to.cast::<[f32; 4]>().write_unaligned(self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        for lane in 0..count.min(4) {
            // SAFETY: the caller's promise.
            unsafe { *to.add(lane) = self.0[lane] };
        }
    }
}
