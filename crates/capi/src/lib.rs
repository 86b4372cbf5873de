//! The C API of TensorFlow Lite, so that programs written for `libtensorflowlite_c` run with Featherlite unchanged.
//!
//! `docs/c-api.md` says how to build and use the library, what holds for threads, and where it differs. The declarations are
//! in `include/`; `symbols.txt` lists every function.
//!
//! # Safety of all functions
//!
//! A pointer to an object of this API must be null or have come from this API and not have been given back; buffers must
//! have the sizes that are given with them. Null is answered with an error status, null or zero. No function unwinds.
#![allow(unsafe_code)]
#![allow(non_snake_case, reason = "the names are the API")]
#![allow(clippy::missing_safety_doc, reason = "one contract for all functions, above")]

pub mod border;
pub mod delegate;
pub mod experimental;
pub mod int_array;
pub mod interpreter;
pub mod legacy_operator;
pub mod model;
pub mod node_context;
pub mod opaque_context;
pub mod opaque_node;
pub mod opaque_tensor;
pub mod operator;
pub mod options;
pub mod registration;
pub mod report;
pub mod signature;
pub mod strings;
pub mod tensor;
pub mod tensor_builder;
pub mod types;
pub mod version;

mod custom;
mod graph_tensors;
mod tensor_table;
