//! Conformance, golden and robustness tests of the whole toolkit

pub mod cases;
pub mod models;
