//! Instruction-set levels, the proof that the processor has one, and the tables that kernels are chosen from.
//!
//! A [`Level`] can only be had by detection, so a kernel that receives one may rely on the instructions it
//! names. Kernels are rows of a [`Family`], best first and the plain reference last; being in the table is what makes
//! a kernel dispatched, logged, tested against the reference and benchmarked.
#![cfg_attr(not(feature = "std"), no_std)]

#[cfg(all(target_arch = "x86_64", any(test, not(feature = "std"))))]
mod cpuid;
mod family;
mod isa;
pub mod peak;
mod vectorize;

pub use family::{Family, KernelList, Row};
pub use isa::{Isa, Level, UnknownLevel};
pub use vectorize::{Copied, IS_COMPACT, sqrt, truncate, truncate_f64};
