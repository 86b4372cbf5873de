//! One register of `f32`, so that a kernel which keeps a tile of sums in registers is written once for all instruction
//! sets. Kernels of single elements are plain loops instead (see [`Level::vectorize`]).
#![allow(unsafe_code)]

mod plain;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(target_arch = "x86_64")]
use featherlite_simd::Isa;
use featherlite_simd::Level;

use plain::Plain;

/// A register.
///
/// # Safety
/// Its methods may only be called where the processor has the instructions; inside [`Kernel::run`] it does.
pub(crate) trait Vector: Copy {
    /// Elements.
    const LANES: usize;
    /// Registers that there are.
    const REGISTERS: usize;

    /// `x` in every lane.
    unsafe fn splat(x: f32) -> Self;
    /// `self * factor + sum`.
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self;
    /// `self + other`.
    unsafe fn add(self, other: Self) -> Self;
    /// The elements at `from`, which is valid for [`Vector::LANES`].
    unsafe fn load_all(from: *const f32) -> Self;
    /// The first `count` elements at `from`, and 0.
    unsafe fn load_first(from: *const f32, count: usize) -> Self;
    /// Writes all elements.
    unsafe fn store_all(self, to: *mut f32);
    /// Writes the first `count` elements.
    unsafe fn store_first(self, to: *mut f32, count: usize);

    /// A whole vector, or the first `count` elements if it is the last of a row and `PART` of it is missing.
    #[inline(always)]
    unsafe fn load<const PART: bool>(from: *const f32, count: usize) -> Self {
        // SAFETY: the caller's promise.
        unsafe { if PART { Self::load_first(from, count) } else { Self::load_all(from) } }
    }

    /// As [`Vector::load`].
    #[inline(always)]
    unsafe fn store<const PART: bool>(self, to: *mut f32, count: usize) {
        // SAFETY: the caller's promise.
        unsafe { if PART { self.store_first(to, count) } else { self.store_all(to) } }
    }
}

/// Work that is written over a [`Vector`].
pub(crate) trait Kernel {
    /// Does the work; must be `inline(always)` to be compiled for the vector's instructions.
    ///
    /// # Safety
    /// The processor has the instructions of `V`.
    unsafe fn run<V: Vector>(self);
}

/// Runs `kernel` with the widest vector of `level`.
pub(crate) fn run(level: Level, kernel: impl Kernel) {
    #[cfg(target_arch = "x86_64")]
    {
        if level.has(Isa::Avx512) {
            // SAFETY: a level with AVX-512 can only be had by detecting these very features.
            return unsafe { x86::avx512(kernel) };
        }
        if level.has(Isa::Avx2) {
            // SAFETY: as above, for AVX2 and FMA.
            return unsafe { x86::avx2(kernel) };
        }
    }
    let _ = level;
    // SAFETY: plain Rust.
    unsafe { kernel.run::<Plain>() }
}
