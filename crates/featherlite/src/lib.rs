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
//! it any number of times without allocating. Several sessions of one model share its weights, and may run on different
//! threads.
//!
//! # Tensors
//!
//! [`Session::input_mut`] and [`TensorView::values`] are views of the session's own memory: nothing is copied. They have
//! the element type of the model, so that a quantized model is fed and read in its integers. In real numbers, which are
//! quantized and dequantized by the model's parameters, it is [`Session::set_input_real`] and [`TensorView::to_real`]:
//!
//! ```no_run
//! # let mut session = featherlite::open("model.tflite")?.session()?;
//! session.set_input_real(0, &[0.1, 0.2, 0.3, 0.4])?;
//! session.run()?;
//! let output = session.output(0)?;
//! println!("{} {}: {:?}", output.dtype(), output.shape(), output.to_real()?);
//! let raw: &[i8] = output.values()?;
//! # assert!(!raw.is_empty());
//! # Ok::<(), featherlite::Error>(())
//! ```
//!
//! By name, through one of the model's signatures, and with another shape than the file declares:
//!
//! ```no_run
//! # let mut session = featherlite::open("model.tflite")?.session()?;
//! let mut encoder = session.signature("encode")?;
//! encoder.resize_input("text", &[1, 12])?;
//! encoder.input_mut::<i32>("text")?.copy_from_slice(&[5, 1, 4, 1, 9, 2, 6, 5, 3, 5, 8, 9]);
//! encoder.run()?;
//! let features: &[f32] = encoder.output("features")?.values()?;
//! # println!("{features:?}");
//! # Ok::<(), featherlite::Error>(())
//! ```
//!
//! # Options
//!
//! ```no_run
//! # let model = featherlite::open("model.tflite")?;
//! use featherlite::{Kernels, SessionOptions};
//!
//! let options = SessionOptions { threads: 2, ..SessionOptions::default() };
//! let mut session = model.session_with(options)?;
//! println!("{:?}", session.memory());
//!
//! // Layer by layer, with the kernels that define the results.
//! let options = SessionOptions { preserve_all_tensors: true, kernels: Kernels::Reference, ..Default::default() };
//! let mut session = model.session_with(options)?;
//! session.run()?;
//! for (index, info) in model.subgraphs().next().unwrap().tensors().iter().enumerate() {
//!     println!("{} {:?}", info.name(), session.tensor(index)?.to_real()?);
//! }
//! # Ok::<(), featherlite::Error>(())
//! ```
//!
//! # State
//!
//! Streaming models keep variables from run to run; [`Session::reset`] makes them new.
//!
//! # Cancelling
//!
//! ```no_run
//! # let mut session = featherlite::open("model.tflite")?.session()?;
//! use featherlite::ErrorKind;
//!
//! let cancel = session.cancel_handle();
//! std::thread::spawn(move || {
//!     std::thread::sleep(std::time::Duration::from_millis(20));
//!     cancel.cancel();
//! });
//! match session.run() {
//!     Err(error) if error.kind() == ErrorKind::Cancelled => println!("took too long"),
//!     result => result?,
//! }
//! # Ok::<(), featherlite::Error>(())
//! ```
//!
//! # Small programs
//!
//! [`open`] and [`from_bytes`] know every operator. [`Model::open`] takes an [`OpSet`], and only what the set names is
//! linked: `featherlite ops model.tflite` prints the set that a model needs, `featherlite build` makes a program of it. Large
//! operators can be named in parts, for the element types in use (`conv_2d::INT8`). Operators that are not among those here are
//! added to a set too: [`operator`] shows how.
//!
//! ```no_run
//! use featherlite::{Model, OpSet, ops};
//!
//! let ops = OpSet::new(&[&ops::fully_connected::OP, &ops::logistic::OP]);
//! let model = Model::open("model.tflite", &ops)?;
//! # Ok::<(), featherlite::Error>(())
//! ```
//!
//! # Without the standard library
//!
//! The feature `std`, on by default, is for files, threads and clocks. Without it a model comes from [`from_bytes`] or
//! [`Model::from_static`], and it and its sessions stay on one thread; a heap is needed, nothing else. `featherlite build
//! --no-std` makes programs of that kind.
//!
//! # Errors
//!
//! An [`Error`] has a [`kind`](Error::kind) for programs and a message that names file, operator, tensor and numbers. A
//! damaged or hostile file can make [`open`] or [`Model::session`] fail; it can not make the program panic, read what is
//! not the file's, or take more memory than [`SessionOptions::memory_limit`].

#![no_std]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

#[cfg(feature = "arch")]
pub use featherlite_arch as arch;
pub use featherlite_base::{
    Affine, Bf16, Blockwise, Complex64, DType, Element, ErrorKind, F16, Quantization, Shape,
};
#[cfg(feature = "convert")]
pub use featherlite_convert as convert;
#[cfg(feature = "convert")]
pub use featherlite_ir as ir;
#[cfg(feature = "ofa")]
pub use featherlite_ofa as ofa;
pub use featherlite_ops as ops;
pub use featherlite_ops::core::{Code, OpDef, OpSet};
#[cfg(feature = "quant")]
pub use featherlite_quant as quant;
pub use featherlite_runtime::{
    CancelHandle, Error, Kernels, Location, MemoryReport, Model, NodeInfo, OpEvent, Result, Session,
    SessionOptions, Signature, SignatureRunner, StepReport, SubgraphInfo, TensorInfo, TensorView,
};
pub use featherlite_schema as schema;
pub use featherlite_simd::{Isa, Level, peak};

pub mod metadata;

/// What operators are made of, for writing custom ones.
///
/// A custom operator says what shapes its outputs have, and plans a kernel: a closure that runs without allocating. It is
/// found by the name that it has in model files.
///
/// ```
/// use featherlite::Model;
/// use featherlite::operator::{Custom, Error, Io, Kernel, Node, Outputs, Plan, Result};
///
/// /// `y = factor * x`, with the factor in the operator's options.
/// struct Scale;
///
/// impl Custom for Scale {
///     fn shapes(&self, node: &Node<'_>) -> Result<Outputs> {
///         Ok(Outputs::one(node.input(0)?.shape))
///     }
///
///     fn plan(&self, plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
///         let options = plan.node.custom_options.try_into();
///         let factor = options.map(f32::from_le_bytes).map_err(|_| Error::invalid_model("no factor"))?;
///         Ok(Box::new(move |io: &mut Io<'_>| {
///             let (x, y) = (io.input::<f32>(0)?, io.output::<f32>(0)?);
///             y.iter_mut().zip(x).for_each(|(y, x)| *y = factor * x);
///             Ok(())
///         }))
///     }
/// }
///
/// # use featherlite::schema::owned;
/// # let tensor = |name: &str| owned::Tensor { name: name.into(), shape: vec![3], ..Default::default() };
/// # let file = owned::Model {
/// #     operator_codes: vec![owned::OperatorCode::custom("Scale", 1)],
/// #     subgraphs: vec![owned::SubGraph {
/// #         tensors: vec![tensor("x"), tensor("y")],
/// #         inputs: vec![0],
/// #         outputs: vec![1],
/// #         operators: vec![owned::Operator {
/// #             inputs: vec![0],
/// #             outputs: vec![1],
/// #             custom_options: 2f32.to_le_bytes().to_vec(),
/// #             ..Default::default()
/// #         }],
/// #         ..Default::default()
/// #     }],
/// #     ..Default::default()
/// # }.write()?;
/// let ops = featherlite::all_ops().with_custom("Scale", Scale);
/// let model = Model::from_bytes(file, &ops)?;
/// let mut session = model.session()?;
/// session.input_mut::<f32>(0)?.copy_from_slice(&[1.0, 2.0, 3.0]);
/// session.run()?;
/// assert_eq!(session.output(0)?.values::<f32>()?, [2.0, 4.0, 6.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
#[cfg(feature = "std")]
pub fn open(path: impl AsRef<std::path::Path>) -> Result<Model> {
    Model::open(path, &all_ops())
}

/// Verifies a model in memory, with all operators.
///
/// # Errors
/// If it is not a valid model.
pub fn from_bytes(bytes: alloc::vec::Vec<u8>) -> Result<Model> {
    Model::from_bytes(bytes, &all_ops())
}
