//! Quantization of networks: what their tensors hold ([`statistics`]), which range to keep of it ([`observer`]), the
//! parameters that follow ([`params`]), weights in few bits ([`weights`]), and which operator gets what ([`recipe`]).

pub mod advice;
pub mod calibrate;
pub mod check;
pub mod debug;
mod error;
mod expand;
pub mod explain;
pub mod improve;
pub mod metrics;
pub mod observer;
pub mod params;
pub mod quantize;
pub mod recipe;
pub mod report;
pub mod rules;
pub mod run;
pub mod statistics;
pub mod weights;

pub use error::{Error, ErrorKind, Result};
pub use expand::expand_halves;
