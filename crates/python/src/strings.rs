//! Strings: in the runtime a tensor of strings is one buffer (their number, where each begins and where the last ends as
//! 32-bit integers, then their bytes); in NumPy it is an array of `bytes` objects.

use pyo3::exceptions::PyTypeError;
use pyo3::types::{
    PyAnyMethods, PyBytes, PyBytesMethods, PyList, PyListMethods, PyString, PyStringMethods, PyTypeMethods,
};
use pyo3::{Bound, PyAny, PyResult, Python};

use crate::error;

/// The strings of a buffer; none if it is empty.
pub(crate) fn read<'py>(py: Python<'py>, buffer: &[u8]) -> PyResult<Bound<'py, PyList>> {
    let damaged = || error::value("the tensor's strings are damaged");
    let number = |index: usize| {
        let bytes = buffer.get(4 * index..4 * index + 4)?;
        usize::try_from(i32::from_le_bytes(bytes.try_into().ok()?)).ok()
    };
    let list = PyList::empty(py);
    for index in 0..number(0).unwrap_or(0) {
        let range = number(index + 1).zip(number(index + 2)).ok_or_else(damaged)?;
        list.append(PyBytes::new(py, buffer.get(range.0..range.1).ok_or_else(damaged)?))?;
    }
    Ok(list)
}

/// A buffer of the elements of a flat array, each `bytes` or `str` (encoded as UTF-8).
pub(crate) fn write(elements: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let too_long = |_| error::value("the strings take more than 2 GiB");
    let mut strings = Vec::new();
    for element in elements.try_iter()? {
        strings.push(bytes(&element?)?);
    }
    let mut end = 4 * (strings.len() + 2);
    let mut buffer = i32::try_from(strings.len()).map_err(too_long)?.to_le_bytes().to_vec();
    buffer.extend(i32::try_from(end).map_err(too_long)?.to_le_bytes());
    for string in &strings {
        end += string.len();
        buffer.extend(i32::try_from(end).map_err(too_long)?.to_le_bytes());
    }
    buffer.extend(strings.concat());
    Ok(buffer)
}

fn bytes(element: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    if let Ok(text) = element.cast::<PyString>() {
        return Ok(text.to_cow()?.as_bytes().to_vec());
    }
    match element.cast::<PyBytes>() {
        Ok(bytes) => Ok(bytes.as_bytes().to_vec()),
        Err(_) => {
            Err(PyTypeError::new_err(format!("strings are str or bytes, not {}", element.get_type().name()?)))
        }
    }
}
