//! Every TensorFlow Lite operator, one file each.
//!
//! A file holds the operator's `OP` (all that a device needs: types, shapes, plan, kernels) and `HOST` (facts for
//! documentation and tools), its kernels with the plain reference last, and its tests. `core` is what all of them
//! share with the runtime, `parts` what several operators are made of. `docs/adding-an-operator.md` shows the way.
#![no_std]

extern crate alloc;

pub mod core;
mod list;
pub mod parts;

pub use list::*;
