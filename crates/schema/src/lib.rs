//! The `.tflite` format: verified zero-copy reading, an owned form to edit, and writing.
//!
//! [`Model::read`] checks every offset of a file once and returns views; reading through them is cheap and never
//! panics, wherever the bytes lie. What an operator means is not known here.
//!
//! ```
//! use featherlite_schema::{BuiltinOperator, Model};
//!
//! fn count_convolutions(file: &[u8]) -> Result<usize, featherlite_schema::Error> {
//!     let model = Model::read(file)?;
//!     let codes = model.operator_codes();
//!     let is_conv = |index| codes.get(index).is_some_and(|code| code.builtin() == BuiltinOperator::CONV_2D);
//!     let operators = model.subgraphs().iter().flat_map(|graph| graph.operators().iter());
//!     Ok(operators.filter(|operator| is_conv(operator.opcode_index() as usize)).count())
//! }
//! # assert!(count_convolutions(b"not a model").is_err());
//! ```
//!
//! The declarations of the format are in `tflite.fbs`; views, owned tables and the layouts that verification walks are
//! generated from it by `cargo xtask gen`.
#![no_std]

extern crate alloc;

mod error;
pub mod flexbuffer;
mod generated;
pub mod metadata;
mod model;
pub mod owned;
mod table;
mod verify;
mod write;

pub use error::{Error, ErrorKind, Result};
pub use generated::tflite::*;
pub use model::{OptionsTable, OptionsUnion};
pub use table::{Scalar, Strings, Table, Tables, Variant, Vector};
