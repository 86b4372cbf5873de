//! Readers of foreign formats: each makes a graph of what it reads.

pub(crate) mod compose;
pub(crate) mod file;
mod format;
pub mod keras;
pub mod onnx;
mod open;
mod options;
mod sources;
pub mod tensorflow;
pub mod tflite;

pub use format::Format;
pub use open::{Opened, open};
pub use options::{Dynamic, Options};
pub use sources::{Source, sources};
