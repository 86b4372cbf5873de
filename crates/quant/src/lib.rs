//! Quantization of networks: what their tensors hold ([`statistics`]), which range to keep of it ([`observer`]), the
//! parameters that follow ([`params`]), weights in few bits ([`weights`]), and which operator gets what ([`recipe`]).

pub mod calibrate;
mod error;
pub mod metrics;
pub mod observer;
pub mod params;
pub mod quantize;
pub mod recipe;
pub mod rules;
pub mod run;
pub mod statistics;
pub mod weights;

pub use error::{Error, ErrorKind, Result};
