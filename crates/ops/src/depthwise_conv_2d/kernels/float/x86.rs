//! AVX-512 and AVX2.

use core::arch::x86_64::*;

use featherlite_simd::Isa;

use super::{Lanes, Task, Tiles, run};

pub(crate) static AVX512: Tiles = Tiles { isa: Isa::Avx512, run: avx512 };
pub(crate) static AVX2: Tiles = Tiles { isa: Isa::Avx2, run: avx2 };

struct Avx512;

impl Lanes for Avx512 {
    const LANES: usize = 16;
    const IS_WIDE: bool = true;
    const HAS_MASKS: bool = true;
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
    unsafe fn store(to: *mut f32, x: __m512) {
        // SAFETY: there is AVX-512, and the caller owns 16 elements.
        unsafe { _mm512_storeu_ps(to, x) }
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
    const IS_WIDE: bool = false;
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
    unsafe fn store(to: *mut f32, x: __m256) {
        // SAFETY: there is AVX2, and the caller owns 8 elements.
        unsafe { _mm256_storeu_ps(to, x) }
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
unsafe fn avx512(task: &Task<'_>, output: *mut f32) {
    // SAFETY: the caller's promise.
    unsafe { run::<Avx512>(task, output) }
}

/// # Safety
/// As [`run`].
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2(task: &Task<'_>, output: *mut f32) {
    // SAFETY: the caller's promise.
    unsafe { run::<Avx2>(task, output) }
}
