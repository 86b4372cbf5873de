//! Functions under the names that they had when an operator was a `TfLiteRegistrationExternal`.

use std::ffi::{c_char, c_int, c_void};
use std::ptr::null_mut;

use crate::operator::{self, Free, Init, Step, TfLiteOperator};
use crate::options::{TfLiteInterpreterOptions, TfLiteInterpreterOptionsAddOperator};

/// See [`TfLiteOperatorCreate`](operator::TfLiteOperatorCreate).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteRegistrationExternalCreate(
    code: c_int,
    name: *const c_char,
    version: c_int,
) -> *mut TfLiteOperator {
    // SAFETY: the caller's promise.
    unsafe { operator::TfLiteOperatorCreate(code, name, version, null_mut()) }
}

/// See [`TfLiteOperatorDelete`](operator::TfLiteOperatorDelete).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteRegistrationExternalDelete(operator: *mut TfLiteOperator) {
    // SAFETY: the caller's promise.
    unsafe { operator::TfLiteOperatorDelete(operator) };
}

/// See [`TfLiteOperatorGetBuiltInCode`](operator::TfLiteOperatorGetBuiltInCode).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteRegistrationExternalGetBuiltInCode(operator: *const TfLiteOperator) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { operator::TfLiteOperatorGetBuiltInCode(operator) }
}

/// See [`TfLiteOperatorGetCustomName`](operator::TfLiteOperatorGetCustomName).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteRegistrationExternalGetCustomName(
    operator: *const TfLiteOperator,
) -> *const c_char {
    // SAFETY: the caller's promise.
    unsafe { operator::TfLiteOperatorGetCustomName(operator) }
}

/// See [`TfLiteOperatorGetVersion`](operator::TfLiteOperatorGetVersion).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteRegistrationExternalGetVersion(operator: *const TfLiteOperator) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { operator::TfLiteOperatorGetVersion(operator) }
}

/// See [`TfLiteOperatorSetInit`](operator::TfLiteOperatorSetInit).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteRegistrationExternalSetInit(
    operator: *mut TfLiteOperator,
    init: Option<Init>,
) {
    // SAFETY: the caller's promise.
    unsafe { operator::TfLiteOperatorSetInit(operator, init) };
}

/// See [`TfLiteOperatorSetFree`](operator::TfLiteOperatorSetFree).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteRegistrationExternalSetFree(
    operator: *mut TfLiteOperator,
    free: Option<Free>,
) {
    // SAFETY: the caller's promise.
    unsafe { operator::TfLiteOperatorSetFree(operator, free) };
}

/// See [`TfLiteOperatorSetPrepare`](operator::TfLiteOperatorSetPrepare).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteRegistrationExternalSetPrepare(
    operator: *mut TfLiteOperator,
    prepare: Option<Step>,
) {
    // SAFETY: the caller's promise.
    unsafe { operator::TfLiteOperatorSetPrepare(operator, prepare) };
}

/// See [`TfLiteOperatorSetInvoke`](operator::TfLiteOperatorSetInvoke).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteRegistrationExternalSetInvoke(
    operator: *mut TfLiteOperator,
    invoke: Option<Step>,
) {
    // SAFETY: the caller's promise.
    unsafe { operator::TfLiteOperatorSetInvoke(operator, invoke) };
}

/// See [`TfLiteOperatorSetAsyncKernel`](operator::TfLiteOperatorSetAsyncKernel).
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteRegistrationExternalSetAsyncKernel(
    _operator: *mut TfLiteOperator,
    _kernel: *mut c_void,
) {
}

/// See [`TfLiteInterpreterOptionsAddOperator`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterOptionsAddRegistrationExternal(
    options: *mut TfLiteInterpreterOptions,
    operator: *mut TfLiteOperator,
) {
    // SAFETY: the caller's promise.
    unsafe { TfLiteInterpreterOptionsAddOperator(options, operator) };
}
