//! Kernels for instruction sets.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2_i8;

#[cfg(target_arch = "x86_64")]
pub(super) mod avx512vnni;

#[cfg(target_arch = "x86_64")]
pub(super) mod avx512vnni_i16;

#[cfg(any(
    target_arch = "x86_64",
    target_arch = "aarch64",
    all(target_arch = "wasm32", target_feature = "simd128")
))]
pub(super) mod float;

#[cfg(any(
    target_arch = "x86_64",
    target_arch = "aarch64",
    all(target_arch = "wasm32", target_feature = "simd128")
))]
pub(super) mod line;

#[cfg(target_arch = "aarch64")]
pub(super) mod neon;
