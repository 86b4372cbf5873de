//! Plain loops, compiled for the vector instructions of a level.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
use crate::Isa;
use crate::Level;

/// Whether the library is to be small rather than as fast as it can be: loops have fewer copies for special cases.
pub const IS_COMPACT: bool = cfg!(feature = "compact");

impl Level {
    /// Runs `task` in a copy of its code that is compiled for this level's instructions, so that the compiler turns
    /// plain loops in it into wide vector code.
    ///
    /// Only what the compiler inlines into the task profits, so tasks are small loops. They compute the same bits at
    /// every level: Rust neither fuses nor reorders float arithmetic.
    #[inline]
    pub fn vectorize<R>(self, task: impl FnOnce() -> R) -> R {
        #[cfg(target_arch = "x86_64")]
        {
            if self.has(Isa::Avx512) && !IS_COMPACT {
                // SAFETY: a level with AVX-512 can only be had by detecting these very features.
                return unsafe { avx512(task) };
            }
            if self.has(Isa::Avx2) {
                // SAFETY: as above, for AVX2 and FMA.
                return unsafe { avx2(task) };
            }
        }
        task()
    }

    /// As [`Level::vectorize`], telling `task` which copy it is, so that the one for processors without wide vectors can be small.
    #[inline]
    pub fn vectorize_wide<R>(self, task: impl FnOnce(Copied) -> R) -> R {
        #[cfg(target_arch = "x86_64")]
        if self.has(Isa::Avx2) {
            return self.vectorize(
                #[inline(always)]
                || task(Copied { is_small: false }),
            );
        }
        task(Copied::SMALL)
    }

    /// As [`Level::vectorize_wide`] with fewer copies, for loops that run seldom: of vectors of at most 256 bits, and if the library is
    /// to be small, of none.
    #[inline]
    pub fn vectorize_rare<R>(self, task: impl FnOnce(Copied) -> R) -> R {
        #[cfg(target_arch = "x86_64")]
        if self.has(Isa::Avx2) && !IS_COMPACT {
            // SAFETY: a level with AVX2 can only be had by detecting these very features.
            return unsafe {
                avx2(
                    #[inline(always)]
                    || task(Copied { is_small: false }),
                )
            };
        }
        task(Copied::SMALL)
    }
}

/// Which copy of a loop is running.
#[derive(Clone, Copy, Debug)]
pub struct Copied {
    is_small: bool,
}

impl Copied {
    /// The copy for all processors of the family. Of x86-64 nearly all have wide vectors: in a library that is to be small, the copy for
    /// the others goes from element to element.
    pub const SMALL: Self = Self { is_small: IS_COMPACT && cfg!(target_arch = "x86_64") };

    /// Whether the copy is to be small rather than fast.
    #[inline(always)]
    pub const fn is_small(self) -> bool {
        self.is_small
    }

    /// Called in every round of a loop: keeps the compiler from making vector code of it where it is to be small.
    #[inline(always)]
    pub fn round(self) {
        if self.is_small {
            core::hint::black_box(());
        }
    }
}

/// `x` cut to an integer, as `x as i32` but for numbers that no `i32` is near: they become the least or the greatest that
/// is an `f32`, and NaN the least. Unlike the cast it becomes vector code.
#[inline(always)]
pub fn truncate(x: f32) -> i32 {
    const GREATEST: f32 = 2_147_483_520.0;
    let x = if x > i32::MIN as f32 { x } else { i32::MIN as f32 };
    let x = if x < GREATEST { x } else { GREATEST };
    // SAFETY: the number is neither NaN nor out of range.
    unsafe { x.to_int_unchecked() }
}

/// As `x as i32`, but NaN becomes the least. Unlike the cast it becomes vector code.
#[inline(always)]
pub fn truncate_f64(x: f64) -> i32 {
    let x = if x > f64::from(i32::MIN) { x } else { f64::from(i32::MIN) };
    let x = if x < f64::from(i32::MAX) { x } else { f64::from(i32::MAX) };
    // SAFETY: the number is neither NaN nor out of range.
    unsafe { x.to_int_unchecked() }
}

/// The square root, correctly rounded, as an instruction: unlike a function of `libm` it becomes vector code, where there is
/// the standard library.
#[inline(always)]
pub fn sqrt(x: f32) -> f32 {
    #[cfg(feature = "std")]
    {
        x.sqrt()
    }
    #[cfg(not(feature = "std"))]
    {
        libm::sqrtf(x)
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<R>(task: impl FnOnce() -> R) -> R {
    task()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")]
fn avx512<R>(task: impl FnOnce() -> R) -> R {
    task()
}
