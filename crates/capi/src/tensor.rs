//! Looking at tensors, and copying their contents.

use std::ffi::{c_char, c_int, c_void};
use std::ptr::{null, null_mut};

use crate::border::{at, number, object, object_mut};
use crate::int_array::values;
use crate::types::{TfLiteQuantizationParams, TfLiteStatus, TfLiteTensor, allocation};

/// The element type; 0 for null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteTensorType(tensor: *const TfLiteTensor) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { object(tensor) }.map_or(0, |tensor| tensor.kind)
}

/// The number of dimensions; -1 if the tensor has no shape.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteTensorNumDims(tensor: *const TfLiteTensor) -> i32 {
    // SAFETY: the caller's promise.
    let tensor = unsafe { object(tensor) }.filter(|tensor| !tensor.dims.is_null());
    // SAFETY: `dims` is alive with its tensor.
    tensor.map_or(-1, |tensor| number(unsafe { values(tensor.dims) }.len()))
}

/// The size of a dimension; 0 if there is no such dimension.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteTensorDim(tensor: *const TfLiteTensor, index: i32) -> i32 {
    // SAFETY: the caller's promise; `dims` is null or alive.
    let dims = unsafe { object(tensor).map_or(&[][..], |tensor| values(tensor.dims)) };
    at(dims, index).copied().unwrap_or_default()
}

/// Bytes of the contents.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteTensorByteSize(tensor: *const TfLiteTensor) -> usize {
    // SAFETY: the caller's promise.
    unsafe { object(tensor) }.map_or(0, |tensor| tensor.bytes)
}

/// The contents; null if there are none yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteTensorData(tensor: *const TfLiteTensor) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { object(tensor) }.map_or(null_mut(), |tensor| tensor.data)
}

/// The name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteTensorName(tensor: *const TfLiteTensor) -> *const c_char {
    // SAFETY: the caller's promise.
    unsafe { object(tensor) }.map_or(null(), |tensor| tensor.name)
}

/// Scale and zero point; both 0 if the tensor has none, or one for each channel.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteTensorQuantizationParams(
    tensor: *const TfLiteTensor,
) -> TfLiteQuantizationParams {
    // SAFETY: the caller's promise.
    unsafe { object(tensor) }.map_or_else(TfLiteQuantizationParams::default, |tensor| tensor.params)
}

/// Copies a buffer to the tensor, which must be as long, and not a constant of the model.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteTensorCopyFromBuffer(
    tensor: *mut TfLiteTensor,
    data: *const c_void,
    bytes: usize,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    let Some(tensor) = (unsafe { object_mut(tensor) }) else { return TfLiteStatus::ERROR };
    if tensor.allocation_type == allocation::CONSTANT {
        return TfLiteStatus::ERROR;
    }
    // SAFETY: the buffer has so many bytes by the caller's promise, the contents by the next function's check.
    unsafe { copy(tensor, data, tensor.data, bytes) }
}

/// Copies the tensor to a buffer, which must be as long.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteTensorCopyToBuffer(
    tensor: *const TfLiteTensor,
    data: *mut c_void,
    bytes: usize,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    let Some(tensor) = (unsafe { object(tensor) }) else { return TfLiteStatus::ERROR };
    // SAFETY: the buffer has so many bytes by the caller's promise, the contents by the next function's check.
    unsafe { copy(tensor, tensor.data, data, bytes) }
}

/// Copies to or from the contents of a tensor if it has so many bytes.
unsafe fn copy(tensor: &TfLiteTensor, from: *const c_void, to: *mut c_void, bytes: usize) -> TfLiteStatus {
    if tensor.bytes != bytes || (bytes > 0 && (from.is_null() || to.is_null())) {
        return TfLiteStatus::ERROR;
    }
    if bytes > 0 {
        // SAFETY: both have so many bytes; they may overlap, as the buffer may be the tensor's own.
        unsafe { std::ptr::copy(from.cast::<u8>(), to.cast(), bytes) };
    }
    TfLiteStatus::OK
}
