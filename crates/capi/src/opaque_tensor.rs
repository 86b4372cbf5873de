//! Tensors as callbacks of operators see them: the functions of [`tensor`](crate::tensor) and more.

use std::ffi::{c_char, c_int, c_void};

use crate::border::{at, object};
use crate::int_array::values;
use crate::tensor;
use crate::types::{TfLiteQuantization, TfLiteQuantizationParams, TfLiteStatus, TfLiteTensor, allocation};

/// The element type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorType(tensor: *const TfLiteTensor) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { tensor::TfLiteTensorType(tensor) }
}

/// The number of dimensions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorNumDims(tensor: *const TfLiteTensor) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { tensor::TfLiteTensorNumDims(tensor) }
}

/// The size of a dimension.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorDim(tensor: *const TfLiteTensor, index: i32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { tensor::TfLiteTensorDim(tensor, index) }
}

/// The number of dimensions of the shape with open sizes; -1 if the file has none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorGetNumDimsSignature(
    tensor: *const TfLiteTensor,
    count: *mut i32,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(tensor) = object(tensor).filter(|_| !count.is_null()) else { return TfLiteStatus::ERROR };
        let signature = tensor.dims_signature;
        count.write(if signature.is_null() { -1 } else { crate::border::number(values(signature).len()) });
    }
    TfLiteStatus::OK
}

/// A size of the shape with open sizes, -1 where it is open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorGetDimSignature(
    tensor: *const TfLiteTensor,
    index: i32,
    size: *mut i32,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe {
        let found = object(tensor).and_then(|tensor| at(values(tensor.dims_signature), index));
        match found.filter(|_| !size.is_null()) {
            Some(found) => size.write(*found),
            None => return TfLiteStatus::ERROR,
        }
    }
    TfLiteStatus::OK
}

/// 1 if the tensor keeps its contents from run to run, else 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorIsVariable(tensor: *const TfLiteTensor) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { object(tensor) }.map_or(0, |tensor| c_int::from(tensor.is_variable))
}

/// Bytes of the contents.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorByteSize(tensor: *const TfLiteTensor) -> usize {
    // SAFETY: the caller's promise.
    unsafe { tensor::TfLiteTensorByteSize(tensor) }
}

/// The contents.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorData(tensor: *const TfLiteTensor) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { tensor::TfLiteTensorData(tensor) }
}

/// Whose memory the contents are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorGetAllocationType(tensor: *const TfLiteTensor) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { object(tensor) }.map_or(allocation::NONE, |tensor| tensor.allocation_type)
}

/// Where memory comes from: 2 the file, 3 the arena, 4 `malloc`, 0 unknown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorGetAllocationStrategy(tensor: *const TfLiteTensor) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { TfLiteOpaqueTensorGetAllocationType(tensor) } {
        allocation::CONSTANT => 2,
        allocation::ARENA | allocation::PERSISTENT => 3,
        allocation::DYNAMIC => 4,
        _ => 0,
    }
}

/// For how long the address stays: 3 for all runs, 2 for one run, 0 unknown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorGetBufferAddressStability(tensor: *const TfLiteTensor) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { TfLiteOpaqueTensorGetAllocationType(tensor) } {
        allocation::CONSTANT | allocation::ARENA | allocation::PERSISTENT | allocation::CUSTOM => 3,
        allocation::DYNAMIC => 2,
        _ => 0,
    }
}

/// For how long the contents stay: 3 for all runs, 2 for one run, 0 unknown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorGetDataStability(tensor: *const TfLiteTensor) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { TfLiteOpaqueTensorGetAllocationType(tensor) } {
        allocation::CONSTANT => 3,
        allocation::NONE => 0,
        _ => 2,
    }
}

/// When the contents are known: 1 from the start, 3 in a run, 0 unknown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorGetDataKnownStep(tensor: *const TfLiteTensor) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { TfLiteOpaqueTensorGetAllocationType(tensor) } {
        allocation::CONSTANT => 1,
        allocation::NONE => 0,
        _ => 3,
    }
}

/// When the shape is known: 1 from the start, 2 when operators are prepared, 3 in a run, 0 unknown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorGetShapeKnownStep(tensor: *const TfLiteTensor) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { TfLiteOpaqueTensorGetAllocationType(tensor) } {
        allocation::CONSTANT => 1,
        allocation::ARENA | allocation::PERSISTENT | allocation::CUSTOM => 2,
        allocation::DYNAMIC => 3,
        _ => 0,
    }
}

/// The name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorName(tensor: *const TfLiteTensor) -> *const c_char {
    // SAFETY: the caller's promise.
    unsafe { tensor::TfLiteTensorName(tensor) }
}

/// All of the quantization; it stays the tensor's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorGetQuantization(
    tensor: *const TfLiteTensor,
) -> TfLiteQuantization {
    let none = TfLiteQuantization { kind: 0, params: std::ptr::null_mut() };
    // SAFETY: the caller's promise.
    unsafe { object(tensor) }.map_or(none, |tensor| tensor.quantization)
}

/// Scale and zero point.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorGetQuantizationParams(
    tensor: *const TfLiteTensor,
) -> TfLiteQuantizationParams {
    // SAFETY: the caller's promise.
    unsafe { tensor::TfLiteTensorQuantizationParams(tensor) }
}

/// Copies a buffer to the tensor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorCopyFromBuffer(
    tensor: *mut TfLiteTensor,
    data: *const c_void,
    bytes: usize,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { tensor::TfLiteTensorCopyFromBuffer(tensor, data, bytes) }
}

/// Copies the tensor to a buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorCopyToBuffer(
    tensor: *const TfLiteTensor,
    data: *mut c_void,
    bytes: usize,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { tensor::TfLiteTensorCopyToBuffer(tensor, data, bytes) }
}

/// Makes the contents memory of the tensor's own, of a size that is known in a run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorSetAllocationTypeToDynamic(tensor: *mut TfLiteTensor) {
    // SAFETY: the caller's promise.
    if let Some(tensor) = unsafe { crate::border::object_mut(tensor) }
        && tensor.allocation_type != allocation::DYNAMIC
    {
        tensor.data = std::ptr::null_mut();
        tensor.allocation_type = allocation::DYNAMIC;
    }
}
