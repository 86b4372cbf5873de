//! Kernels by instruction set.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx512;

#[cfg(target_arch = "x86_64")]
pub(super) use avx512::InVectors;

/// There is none for this processor.
#[cfg(not(target_arch = "x86_64"))]
pub(super) enum InVectors {}

#[cfg(not(target_arch = "x86_64"))]
impl InVectors {
    pub(super) fn new(
        _: featherlite_simd::Level,
        _: bool,
        _: &super::Pairs,
        _: featherlite_gemm::Requantize,
    ) -> Option<Self> {
        None
    }

    pub(super) fn run(&self, _: &[u8], _: &[u8], _: &mut [u8]) {
        match *self {}
    }
}
