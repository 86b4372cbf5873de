//! ONNX models.
//!
//! Tensors are in the layout of the source (`[n, c, h, w]` for images); rules put TRANSPOSE around operators that work in
//! TFLite's, and passes cancel what meets. Real numbers are computed in `FLOAT32`, with casts at inputs and outputs that are
//! declared otherwise. Functions of the model are imported in place of their calls.

mod activation;
mod attention;
mod attributes;
mod blocks;
mod call;
mod constants;
mod control_flow;
mod convolution;
mod custom;
mod detection;
mod elementwise;
mod external;
mod gather;
mod graph;
mod grid;
mod linear;
mod loss;
mod model;
mod normalization;
mod pooling;
mod proto;
mod quantization;
mod recurrent;
mod reduction;
mod resize;
mod rules;
mod sampling;
mod scatter;
mod sequence;
mod shape;
mod slicing;
mod spectrum;
mod tensor;
#[cfg(test)]
mod tests;
mod transposed;
mod window;

pub use model::{from_bytes, import};

/// The operators that can be imported, by name, each with the TFLite operators that come of it.
pub fn operators() -> impl Iterator<Item = (&'static str, String)> {
    rules::all().map(|&(name, rule)| (name, rule.operators()))
}

/// Each operator that has a rule, with the operators that it becomes.
pub(super) fn sources() -> impl Iterator<Item = (String, Vec<String>)> {
    rules::all().map(|(name, rule)| ((*name).to_owned(), super::sources::listed(&rule.operators())))
}
