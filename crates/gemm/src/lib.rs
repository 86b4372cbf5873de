//! Packed matrix products shared by convolution, fully-connected, batched matrix products and recurrent operators.
//!
//! A product here is always `C[m, n] = finish(A[m, k] * B[n, k]^T)`: rows of activations against rows of weights, one
//! per output channel, the way TensorFlow Lite stores both. The weights are packed once into *panels* in the order
//! in which a kernel reads them; the activations are read where they lie, with any distance between rows; the
//! finish (bias, bounds, requantization) happens while a tile of results is still in the first cache.
//!
//! - [`F32Gemm`] multiplies `f32`.
//! - [`I8Gemm`] multiplies 8-bit activations (signed or not), `i8` weights, exact 32-bit accumulators, results as `i32`,
//!   scaled back to `f32` ([`FinishReal`]), or requantized to 8 bits, bit for bit as [`Multiplier::apply`](featherlite_base::fixed_point::Multiplier::apply).
//! - `PackedI16` multiplies 16-bit activations and `i8` weights where x86-64 has instructions for it.
//!
//! Kernels differ by instruction set and are chosen from the families [`F32`] and [`I8`]; integer results are the
//! same for every kernel and any number of threads, and float results for any number of threads.
#![no_std]

extern crate alloc;

mod f32;
mod i8;
mod kernels;
mod pack;
pub mod requantize;
mod rows;
mod split;

#[cfg(test)]
mod tests;

pub use crate::f32::{F32, F32Gemm, FinishF32, PackedF32, PanelsF32};
pub use crate::i8::{Byte, Columns, FinishReal, I8, I8Gemm, PackedI8, PanelsI8, RowScale};
#[cfg(target_arch = "x86_64")]
pub use crate::kernels::avx2_requantize;
#[cfg(target_arch = "x86_64")]
pub use crate::kernels::avx512_requantize;
#[cfg(target_arch = "x86_64")]
pub use crate::kernels::avx512_wide;
#[cfg(target_arch = "aarch64")]
pub use crate::kernels::neon_requantize;
#[cfg(target_arch = "x86_64")]
pub use crate::kernels::wide::{FinishWide, PackedI16};
pub use crate::kernels::{F32Kernel, I8Kernel};
pub use crate::requantize::Requantize;
pub use crate::rows::{PieceRows, Rows, RowsMut, Weights, WindowRows, Windows};
