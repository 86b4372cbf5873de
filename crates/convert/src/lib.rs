//! TensorFlow, Keras and ONNX networks to optimized `.tflite` models.
//!
//! [Importers](import) translate names and layouts into a graph of `featherlite-ir`, in the operators of TensorFlow Lite;
//! passes rewrite it; [`export`] writes it.

pub mod build;
mod error;
pub mod export;
mod fold;
pub mod import;
mod infer;
pub mod inputs;
pub mod passes;
pub mod targets;
pub mod verify;
mod versions;

pub use error::{Error, Result};
pub use featherlite_schema::owned::Model as Exported;
pub use versions::Release;
