//! What the Python package `featherlite` is made of in Rust: the session behind `featherlite.Interpreter`, and the
//! functions that convert, quantize, measure and describe models.

mod array;
mod core;
mod details;
mod dtype;
mod error;
mod inspect;
mod network;
mod packed;
mod strings;
mod view;

use pyo3::pymodule;

/// The native part of `featherlite`.
#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::core::Core;

    #[pymodule_export]
    use crate::network::Network;

    #[pymodule_export]
    #[allow(non_upper_case_globals)]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
