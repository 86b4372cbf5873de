//! Readers of foreign formats: each makes a graph of what it reads.

mod keras;
mod onnx;
mod tensorflow;
