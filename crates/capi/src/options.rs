//! What interpreters are made with.

use std::ffi::c_void;

use crate::border;
use crate::operator::TfLiteOperator;
use crate::report::{Callback, Reporter};
use crate::types::{TfLiteDelegate, TfLiteStatus};

/// Options of an interpreter, copied when it is made.
#[derive(Clone, Default)]
pub struct TfLiteInterpreterOptions {
    pub(crate) threads: i32,
    pub(crate) reporter: Reporter,
    pub(crate) can_cancel: bool,
    pub(crate) delegates: usize,
    pub(crate) operators: Vec<*const TfLiteOperator>,
    /// Operators whose callbacks were copied when they were added.
    pub(crate) registered: Vec<TfLiteOperator>,
}

/// Changes options, if there are any.
pub(crate) unsafe fn change(
    options: *mut TfLiteInterpreterOptions,
    change: impl FnOnce(&mut TfLiteInterpreterOptions),
) -> TfLiteStatus {
    border::guard(TfLiteStatus::ERROR, || {
        // SAFETY: the caller's promise.
        let Some(options) = (unsafe { border::object_mut(options) }) else { return TfLiteStatus::ERROR };
        change(options);
        TfLiteStatus::OK
    })
}

/// Options as they are without any.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteInterpreterOptionsCreate() -> *mut TfLiteInterpreterOptions {
    border::give(Some(TfLiteInterpreterOptions::default()))
}

/// A copy of options; null for null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterOptionsCopy(
    from: *const TfLiteInterpreterOptions,
) -> *mut TfLiteInterpreterOptions {
    // SAFETY: the caller's promise.
    border::give(unsafe { border::object(from) }.cloned())
}

/// Gives options up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterOptionsDelete(options: *mut TfLiteInterpreterOptions) {
    // SAFETY: the caller's promise.
    unsafe { border::take_back(options) };
}

/// Threads that a run may use; below 1 the library decides, and takes one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterOptionsSetNumThreads(
    options: *mut TfLiteInterpreterOptions,
    threads: i32,
) {
    // SAFETY: the caller's promise.
    unsafe { change(options, |options| options.threads = threads) };
}

/// Adds a delegate. No interpreter can be made with options that have one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterOptionsAddDelegate(
    options: *mut TfLiteInterpreterOptions,
    _delegate: *mut TfLiteDelegate,
) {
    // SAFETY: the caller's promise.
    unsafe { change(options, |options| options.delegates += 1) };
}

/// Sets where errors go; null puts back standard error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterOptionsSetErrorReporter(
    options: *mut TfLiteInterpreterOptions,
    callback: Option<Callback>,
    user_data: *mut c_void,
) {
    // SAFETY: the caller's promise.
    unsafe { change(options, |options| options.reporter = Reporter { callback, user_data }) };
}

/// Adds an operator for interpreters made with these options, which it must outlive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterOptionsAddOperator(
    options: *mut TfLiteInterpreterOptions,
    operator: *mut TfLiteOperator,
) {
    if !operator.is_null() {
        // SAFETY: the caller's promise.
        unsafe { change(options, |options| options.operators.push(operator)) };
    }
}

/// Allows [`TfLiteInterpreterCancel`](crate::interpreter::TfLiteInterpreterCancel).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterOptionsEnableCancellation(
    options: *mut TfLiteInterpreterOptions,
    enable: bool,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { change(options, |options| options.can_cancel = enable) }
}
