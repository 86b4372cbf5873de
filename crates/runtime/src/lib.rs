//! Opens a `.tflite` model, plans it once, then runs it without allocating.
//!
//! - [`Model`]: a verified file and the operators it may use. Weights stay where the file is (mapped or in memory);
//!   what kernels pack or expand is made once and shared by all sessions.
//! - [`Session`]: one plan (shapes, memory, kernels) with its activations and its state. Sessions are independent of each
//!   other and may run on different threads.
//!
//! The runtime does not know any operator: they come in an [`OpSet`](featherlite_ops::core::OpSet).

#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod arena;
mod calls;
mod carry;
mod check;
mod clock;
mod error;
mod execute;
#[cfg(feature = "std")]
mod file;
mod graph;
mod graph_plan;
mod liveness;
mod location;
mod lock;
mod memory;
mod model;
mod options;
mod plan;
mod pool;
mod report;
mod resources;
mod session;
mod signature;
mod state;
mod tables;
mod tensor_access;
mod tensor_view;
#[cfg(feature = "std")]
mod threads;

pub use error::{Error, Result};
pub use graph::{NodeInfo, TensorInfo};
pub use location::Location;
pub use model::{Model, SubgraphInfo};
pub use options::{Kernels, SessionOptions};
pub use report::{MemoryReport, Observer, OpEvent, StepReport};
pub use session::{CancelHandle, Session};
pub use signature::{Signature, SignatureRunner};
pub use tensor_view::TensorView;
