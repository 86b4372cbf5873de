//! What a processor can do at most: multiplications with additions, and bytes read from memory. Benchmarks compare kernels
//! with it.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
use core::arch::x86_64::{
    __m256, __m256i, __m512, __m512i, _mm256_add_epi32, _mm256_fmadd_ps, _mm256_madd_epi16,
    _mm256_set1_epi32, _mm256_set1_ps, _mm512_dpbusd_epi32, _mm512_fmadd_ps, _mm512_set1_epi32,
    _mm512_set1_ps,
};
#[cfg(target_arch = "x86_64")]
use core::hint::black_box;

#[cfg(target_arch = "x86_64")]
use crate::Isa;
use crate::Level;

/// Sums that do not wait for one another: more than an instruction takes cycles, and all in registers.
#[cfg(target_arch = "x86_64")]
const SUMS: usize = 12;

/// Adds up products of `f32` in registers, `rounds` times; the number of products. 0 if there is no such loop for the
/// level.
pub fn products_f32(level: Level, rounds: usize) -> u64 {
    #[cfg(target_arch = "x86_64")]
    {
        if level.has(Isa::Avx512) {
            // SAFETY: a level with AVX-512 can only be had by detecting it.
            unsafe { avx512(rounds) };
            return (rounds * SUMS * 16) as u64;
        }
        if level.has(Isa::Avx2) {
            // SAFETY: a level with AVX2 can only be had by detecting it and FMA.
            unsafe { avx2(rounds) };
            return (rounds * SUMS * 8) as u64;
        }
    }
    let _ = (level, rounds);
    0
}

/// As [`products_f32`], of 8-bit integers by dot products, or where there are none by exact products of pairs of 16 bits.
pub fn products_i8(level: Level, rounds: usize) -> u64 {
    #[cfg(target_arch = "x86_64")]
    {
        if level.has(Isa::Avx512Vnni) {
            // SAFETY: a level with these dot products can only be had by detecting them.
            unsafe { avx512vnni(rounds) };
            return (rounds * SUMS * 64) as u64;
        }
        if level.has(Isa::Avx2) {
            // SAFETY: a level with AVX2 can only be had by detecting it.
            unsafe { avx2_pairs(rounds) };
            return (rounds * SUMS * 16) as u64;
        }
    }
    let _ = (level, rounds);
    0
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2(rounds: usize) {
    let (a, b): (__m256, __m256) = black_box((_mm256_set1_ps(1.5), _mm256_set1_ps(0.5)));
    let mut sums = [_mm256_set1_ps(0.0); SUMS];
    for _ in 0..rounds {
        for sum in &mut sums {
            *sum = _mm256_fmadd_ps(a, b, *sum);
        }
    }
    black_box(sums);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2_pairs(rounds: usize) {
    let (a, b): (__m256i, __m256i) =
        black_box((_mm256_set1_epi32(0x0001_0002), _mm256_set1_epi32(0x0001_0001)));
    let mut sums = [_mm256_set1_epi32(0); SUMS];
    for _ in 0..rounds {
        for sum in &mut sums {
            // Of the sum itself: a product that is always the same would be made once.
            *sum = _mm256_add_epi32(a, _mm256_madd_epi16(*sum, b));
        }
    }
    black_box(sums);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn avx512(rounds: usize) {
    let (a, b): (__m512, __m512) = black_box((_mm512_set1_ps(1.5), _mm512_set1_ps(0.5)));
    let mut sums = [_mm512_set1_ps(0.0); SUMS];
    for _ in 0..rounds {
        for sum in &mut sums {
            *sum = _mm512_fmadd_ps(a, b, *sum);
        }
    }
    black_box(sums);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vnni")]
fn avx512vnni(rounds: usize) {
    let (a, b): (__m512i, __m512i) =
        black_box((_mm512_set1_epi32(0x0102_0304), _mm512_set1_epi32(0x0101_0101)));
    let mut sums = [_mm512_set1_epi32(0); SUMS];
    for _ in 0..rounds {
        for sum in &mut sums {
            *sum = _mm512_dpbusd_epi32(*sum, a, b);
        }
    }
    black_box(sums);
}

/// The sum of some words, read in the widest vectors of the level.
pub fn sum(level: Level, words: &[u64]) -> u64 {
    level.vectorize(
        #[inline(always)]
        || words.iter().fold(0u64, |sum, &word| sum.wrapping_add(word)),
    )
}
