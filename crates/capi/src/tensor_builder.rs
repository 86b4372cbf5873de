//! Descriptions of tensors that operators add.

use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

use crate::border::{self, object_mut};
use crate::types::{TfLiteQuantization, TfLiteQuantizationParams, allocation};

/// A description of a tensor.
pub struct TfLiteOpaqueTensorBuilder {
    pub(crate) kind: c_int,
    pub(crate) data: *mut c_void,
    pub(crate) allocation_type: c_int,
    pub(crate) params: TfLiteQuantizationParams,
    pub(crate) quantization: TfLiteQuantization,
}

unsafe fn with(
    builder: *mut TfLiteOpaqueTensorBuilder,
    change: impl FnOnce(&mut TfLiteOpaqueTensorBuilder),
) -> *mut TfLiteOpaqueTensorBuilder {
    // SAFETY: the caller's promise.
    if let Some(builder) = unsafe { object_mut(builder) } {
        change(builder);
    }
    builder
}

/// A description of nothing yet.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteOpaqueTensorBuilderCreate() -> *mut TfLiteOpaqueTensorBuilder {
    border::give(Some(TfLiteOpaqueTensorBuilder {
        kind: 0,
        data: null_mut(),
        allocation_type: allocation::NONE,
        params: TfLiteQuantizationParams::default(),
        quantization: TfLiteQuantization { kind: 0, params: null_mut() },
    }))
}

/// Gives a description up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorBuilderDelete(builder: *mut TfLiteOpaqueTensorBuilder) {
    // SAFETY: the caller's promise.
    unsafe { border::take_back(builder) };
}

/// Sets the element type; gives back the builder, as all of these do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorBuilderSetType(
    builder: *mut TfLiteOpaqueTensorBuilder,
    kind: c_int,
) -> *mut TfLiteOpaqueTensorBuilder {
    // SAFETY: the caller's promise.
    unsafe { with(builder, |builder| builder.kind = kind) }
}

/// Sets contents of the program's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorBuilderSetData(
    builder: *mut TfLiteOpaqueTensorBuilder,
    data: *mut c_void,
) -> *mut TfLiteOpaqueTensorBuilder {
    // SAFETY: the caller's promise.
    unsafe { with(builder, |builder| builder.data = data) }
}

/// Sets whose memory the contents are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorBuilderSetAllocationType(
    builder: *mut TfLiteOpaqueTensorBuilder,
    allocation_type: c_int,
) -> *mut TfLiteOpaqueTensorBuilder {
    // SAFETY: the caller's promise.
    unsafe { with(builder, |builder| builder.allocation_type = allocation_type) }
}

/// Sets scale and zero point.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorBuilderSetQuantizationParams(
    builder: *mut TfLiteOpaqueTensorBuilder,
    params: TfLiteQuantizationParams,
) -> *mut TfLiteOpaqueTensorBuilder {
    // SAFETY: the caller's promise.
    unsafe { with(builder, |builder| builder.params = params) }
}

/// Sets the quantization, which stays the program's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorBuilderSetQuantization(
    builder: *mut TfLiteOpaqueTensorBuilder,
    quantization: TfLiteQuantization,
) -> *mut TfLiteOpaqueTensorBuilder {
    // SAFETY: the caller's promise.
    unsafe { with(builder, |builder| builder.quantization = quantization) }
}
