//! Kernels by instruction set.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(target_arch = "x86_64")]
pub(super) use x86::InVectors;

#[cfg(not(target_arch = "x86_64"))]
use {
    super::{Pairs, Terms},
    featherlite_gemm::Requantize,
    featherlite_simd::Level,
};

/// There is none for this processor.
#[cfg(not(target_arch = "x86_64"))]
pub(super) enum InVectors {}

#[cfg(not(target_arch = "x86_64"))]
impl InVectors {
    pub(super) fn product(_: Level, _: bool, _: &Pairs, _: Requantize) -> Option<Self> {
        None
    }

    pub(super) fn sum(_: Level, _: bool, _: &Pairs, _: Terms, _: Requantize) -> Option<Self> {
        None
    }

    pub(super) fn run(&self, _: &[u8], _: &[u8], _: &mut [u8]) {
        match *self {}
    }
}
