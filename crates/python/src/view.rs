//! Arrays over a session's own memory.
#![allow(unsafe_code)]

use std::ptr::NonNull;

use pyo3::{Bound, Py, PyAny, PyResult, pyclass};

use crate::core::{Core, require_allocated, tensor};
use crate::{array, dtype, error};

/// The base of such an array and of its slices: while one lives, its interpreter refuses what could move the memory.
#[pyclass(frozen, module = "featherlite._native")]
struct View {
    core: Py<Core>,
}

impl View {
    fn new(core: Py<Core>) -> Self {
        core.get().views.lend();
        Self { core }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.core.get().views.give_back();
    }
}

/// An array over a tensor's memory, which can not be written if the tensor is a constant.
pub(crate) fn of<'py>(core: Bound<'py, Core>, graph: usize, index: isize) -> PyResult<Bound<'py, PyAny>> {
    let py = core.py();
    let mut locked = core.get().lock()?;
    let session = locked.session()?;
    let model = session.model().clone();
    let (index, info) = tensor(&model, graph, index)?;
    if !dtype::is_plain(info.dtype()) {
        return Err(error::value(format!(
            "a tensor of {} can not be viewed; use get_tensor() and set_tensor()",
            info.dtype()
        )));
    }
    if !info.is_constant() || info.is_variable() {
        require_allocated(session, graph)?;
    }
    let shape = session.tensor_of(graph, index).map_err(error::value)?.shape();
    let (memory, is_writable) = match session.tensor_bytes_mut(graph, index) {
        Ok(bytes) => (NonNull::from(bytes), true),
        Err(_) => (NonNull::from(session.tensor_of(graph, index).map_err(error::value)?.bytes()), false),
    };
    let owner = Bound::new(py, View::new(core.clone().unbind()))?;
    // SAFETY: the memory belongs to the session of `core` or, for constants, to its model. It is freed or moved only when
    // the subgraph is planned anew, run, resized or closed, all of which `Core` refuses while `owner` lives; setting a tensor
    // or resetting variables writes in place. References to it exist only inside calls of `Core`, which hold the lock and
    // the interpreter's own lock (a run, which holds only the former, can not begin). Constants are never written.
    let array = unsafe {
        array::over(dtype::descr(py, info.dtype())?, shape.dims(), memory, is_writable, owner.into_any())?
    };
    Ok(array.into_any())
}
