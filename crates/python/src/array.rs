//! NumPy arrays and tensor memory: copies both ways, and arrays over memory that a session owns.
#![allow(unsafe_code)]

use std::ptr::{NonNull, null_mut};

use numpy::npyffi::{self, PY_ARRAY_API, flags};
use numpy::{PyArrayDescr, PyArrayDescrMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyAnyMethods, PyDict, PyDictMethods, PyModule};
use pyo3::{Bound, Py, PyAny, PyErr, PyResult, PyTypeInfo, Python, intern};

/// The module `numpy`.
pub(crate) fn module(py: Python<'_>) -> PyResult<&Bound<'_, PyModule>> {
    static MODULE: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    Ok(MODULE.get_or_try_init(py, || PyModule::import(py, "numpy").map(Bound::unbind))?.bind(py))
}

/// The number of elements of shape `dims`, if they take `bytes` bytes.
fn check(descr: &Bound<'_, PyArrayDescr>, dims: &[usize], bytes: usize) -> PyResult<()> {
    let wanted = dims.iter().try_fold(descr.itemsize(), |size, &dim| size.checked_mul(dim));
    match wanted == Some(bytes) && !descr.has_object() {
        true => Ok(()),
        false => Err(PyValueError::new_err(format!(
            "{bytes} bytes are no array of shape {dims:?} and type {descr:?}"
        ))),
    }
}

/// An array of shape `dims`: over `data` if there is any, otherwise over memory of its own.
///
/// # Safety
/// `data` must hold as many bytes as such an array takes, and live until the array has another base object.
unsafe fn new<'py>(
    descr: Bound<'py, PyArrayDescr>,
    dims: &[usize],
    data: Option<NonNull<u8>>,
    flags: i32,
) -> PyResult<Bound<'py, PyUntypedArray>> {
    let py = descr.py();
    let mut dims: Vec<npyffi::npy_intp> = dims.iter().map(|&dim| dim as npyffi::npy_intp).collect();
    // SAFETY: the arguments are what NumPy's documentation asks for: a reference to the type that it takes over, as many
    // dimensions as it is told, and memory that is large enough by this function's own contract. It returns a new
    // reference, or null with an exception set.
    let array = unsafe {
        let array = PY_ARRAY_API.PyArray_NewFromDescr(
            py,
            PyUntypedArray::type_object_raw(py),
            descr.into_dtype_ptr(),
            dims.len() as i32,
            dims.as_mut_ptr(),
            null_mut(),
            data.map_or(null_mut(), |data| data.as_ptr().cast()),
            flags,
            null_mut(),
        );
        Bound::from_owned_ptr_or_err(py, array)?
    };
    Ok(array.cast_into()?)
}

/// Where an array's elements are.
fn data(array: &Bound<'_, PyUntypedArray>) -> *mut u8 {
    // SAFETY: the pointer is that of a living array, whose fields are read.
    unsafe { (*npyffi::_PyArray_GET_ITEM_DATA(array.as_array_ptr().cast_const())).data.cast() }
}

/// A new array with a copy of `bytes`.
pub(crate) fn copy<'py>(
    descr: Bound<'py, PyArrayDescr>,
    dims: &[usize],
    bytes: &[u8],
) -> PyResult<Bound<'py, PyUntypedArray>> {
    check(&descr, dims, bytes.len())?;
    // SAFETY: without data the array has memory of its own.
    let array = unsafe { new(descr, dims, None, 0)? };
    // SAFETY: the new array is contiguous and takes as many bytes as `bytes` has, as was checked; nobody else knows it.
    unsafe { data(&array).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    Ok(array)
}

/// An array over memory that `owner` keeps in place for as long as it lives.
///
/// # Safety
/// `memory` must stay valid until `owner` is dropped, and neither be read nor written by others while Python code
/// runs, unless nobody writes it at all and `is_writable` is false.
pub(crate) unsafe fn over<'py>(
    descr: Bound<'py, PyArrayDescr>,
    dims: &[usize],
    memory: NonNull<[u8]>,
    is_writable: bool,
    owner: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyUntypedArray>> {
    check(&descr, dims, memory.len())?;
    let start: NonNull<u8> = memory.cast();
    let mut flags = flags::NPY_ARRAY_C_CONTIGUOUS;
    if start.addr().get().is_multiple_of(descr.alignment().max(1)) {
        flags |= flags::NPY_ARRAY_ALIGNED;
    }
    if is_writable {
        flags |= flags::NPY_ARRAY_WRITEABLE;
    }
    let py = descr.py();
    // SAFETY: the memory is large enough, as was checked, and `owner`, which becomes the base, keeps it.
    let array = unsafe { new(descr, dims, Some(start), flags)? };
    // SAFETY: the array is new and has no base; the call takes over the reference to `owner` even if it fails.
    let status = unsafe { PY_ARRAY_API.PyArray_SetBaseObject(py, array.as_array_ptr(), owner.into_ptr()) };
    if status < 0 { Err(PyErr::fetch(py)) } else { Ok(array) }
}

/// `value` as an array with its elements side by side in native byte order; the same object if it is one.
pub(crate) fn contiguous<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyUntypedArray>> {
    let py = value.py();
    let is_native = |array: &Bound<'py, PyUntypedArray>| array.dtype().is_native_byteorder() != Some(false);
    if let Ok(array) = value.cast::<PyUntypedArray>()
        && array.is_c_contiguous()
        && is_native(array)
    {
        return Ok(array.clone());
    }
    let options = PyDict::new(py);
    options.set_item(intern!(py, "order"), intern!(py, "C"))?;
    let array = module(py)?.call_method(intern!(py, "asarray"), (value,), Some(&options))?;
    let array: Bound<'py, PyUntypedArray> = array.cast_into()?;
    if is_native(&array) {
        return Ok(array);
    }
    let native = array.dtype().call_method1(intern!(py, "newbyteorder"), ("=",))?;
    Ok(array.call_method1(intern!(py, "astype"), (native,))?.cast_into()?)
}

/// Copies the elements of a contiguous array of `target.len()` bytes.
///
/// # Errors
/// If it takes another number of bytes.
pub(crate) fn read(array: &Bound<'_, PyUntypedArray>, target: &mut [u8]) -> PyResult<()> {
    if !array.is_c_contiguous() {
        return Err(PyValueError::new_err("the array is not contiguous"));
    }
    check(&array.dtype(), array.shape(), target.len())?;
    // SAFETY: the array is contiguous and has as many bytes as `target`. It may be a view of `target` itself, so the
    // copy allows for overlap. Python code does not run meanwhile.
    unsafe { target.as_mut_ptr().copy_from(data(array), target.len()) };
    Ok(())
}

/// The bytes of a contiguous array.
///
/// # Errors
/// If it is not contiguous or has other than plain elements.
pub(crate) fn bytes(array: &Bound<'_, PyUntypedArray>) -> PyResult<Vec<u8>> {
    let mut bytes = vec![0; array.len() * array.dtype().itemsize()];
    read(array, &mut bytes)?;
    Ok(bytes)
}
