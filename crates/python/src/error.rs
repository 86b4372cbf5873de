//! Errors as Python exceptions, of the types that TensorFlow Lite's `Interpreter` raises.

use pyo3::PyErr;
use pyo3::exceptions::{PyRuntimeError, PyValueError};

/// What is wrong with a model, an index or a value.
pub(crate) fn value(error: impl ToString) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// What goes wrong while a model is planned or run, and calls at the wrong time.
pub(crate) fn runtime(error: impl ToString) -> PyErr {
    PyRuntimeError::new_err(error.to_string())
}
