//! What every other Featherlite crate agrees on: data types, shapes, quantization parameters, the fixed-point
//! arithmetic of TensorFlow Lite's integer kernels, and the typed views of raw tensor memory.
//!
//! The crate is `no_std` (with `alloc`) and knows neither operators nor files.
#![no_std]

extern crate alloc;

#[cfg(target_endian = "big")]
compile_error!("tensor data is little-endian; big-endian targets are not supported");

pub mod arena;
mod dtype;
mod error;
pub mod fixed_point;
pub mod fixed_point_i16;
pub mod fixed_point_i32;
mod half;
pub mod math;
mod quantization;
mod shape;

pub use dtype::{Complex64, DType, Element};
pub use error::{Error, ErrorKind, Result};
pub use half::{Bf16, F16};
pub use quantization::{Affine, Blockwise, Quantization};
pub use shape::{MAX_RANK, Shape};
