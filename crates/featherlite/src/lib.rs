//! On-device deep learning: TensorFlow Lite models, run with low latency, exactly.
//!
//! ```no_run
//! let model = featherlite::open("model.tflite")?;
//! let mut session = model.session()?;
//! session.input_mut::<f32>(0)?.fill(0.5);
//! session.run()?;
//! let scores: &[f32] = session.output(0)?.values()?;
//! # println!("{scores:?}");
//! # Ok::<(), featherlite::Error>(())
//! ```
//!
//! [`open`] maps and verifies the file; [`Model::session`] plans it (shapes, memory, kernels); [`Session::run`] then runs
//! it any number of times without allocating. Several sessions of one model share its weights.
//!
//! Quantized models can be fed and read as they are (`input_mut::<i8>`, `values::<i8>`) or in real numbers
//! ([`Session::set_input_real`], [`TensorView::to_real`]).

use std::path::Path;

pub use featherlite_base::{
    Affine, Bf16, Blockwise, Complex64, DType, Element, ErrorKind, F16, Quantization, Shape,
};
pub use featherlite_ops as ops;
pub use featherlite_ops::core::{Code, OpDef, OpSet};
pub use featherlite_runtime::{
    CancelHandle, Error, Kernels, MemoryReport, Model, NodeInfo, OpEvent, Result, Session, SessionOptions,
    Signature, SignatureRunner, StepReport, SubgraphInfo, TensorInfo, TensorView,
};
pub use featherlite_schema as schema;

pub mod metadata;

/// What operators are made of, for writing custom ones.
pub mod operator {
    pub use featherlite_base::{Error, Result, arena};
    pub use featherlite_ops::core::{
        Custom, Effects, Host, Io, Kernel, Node, Outputs, Packed, Plan, Tensor, Value,
    };
}

/// Every operator that Featherlite has. A program that names only those it needs (see [`OpSet`]) is smaller.
pub fn all_ops() -> OpSet {
    OpSet::new(featherlite_ops::ALL)
}

/// Maps and verifies a `.tflite` file, with all operators.
///
/// # Errors
/// If the file can not be read or is not a valid model.
pub fn open(path: impl AsRef<Path>) -> Result<Model> {
    Model::open(path, &all_ops())
}

/// Verifies a model in memory, with all operators.
///
/// # Errors
/// If it is not a valid model.
pub fn from_bytes(bytes: Vec<u8>) -> Result<Model> {
    Model::from_bytes(bytes, &all_ops())
}
