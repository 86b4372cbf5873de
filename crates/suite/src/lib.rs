//! Conformance, golden and robustness tests of the whole toolkit

pub mod cases;
pub mod models;
mod operators_page;

pub use operators_page::operators_page;
