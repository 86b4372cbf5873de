//! Models: files that were read and verified.

use std::ffi::{c_char, c_void};

use featherlite::{Model, Result, all_ops};

use crate::border;
use crate::report::{Callback, Reporter};

/// A verified model. Interpreters hold on to it on their own.
pub struct TfLiteModel {
    pub(crate) model: Model,
}

fn opened(reporter: Reporter, open: impl FnOnce() -> Result<Model>) -> *mut TfLiteModel {
    border::guard(std::ptr::null_mut(), || {
        border::give(reporter.kept(open()).map(|model| TfLiteModel { model }))
    })
}

unsafe fn from_buffer(data: *const c_void, size: usize, reporter: Reporter) -> *mut TfLiteModel {
    if data.is_null() || size == 0 || isize::try_from(size).is_err() {
        reporter.error("the model has no bytes");
        return std::ptr::null_mut();
    }
    // SAFETY: the caller's promise: so many bytes, which live and stay the same as long as the model and its interpreters.
    let bytes: &'static [u8] = unsafe { std::slice::from_raw_parts(data.cast(), size) };
    opened(reporter, || Model::from_static(bytes, &all_ops()))
}

unsafe fn from_file(path: *const c_char, reporter: Reporter) -> *mut TfLiteModel {
    // SAFETY: the caller's promise.
    let Some(path) = (unsafe { border::text(path) }) else {
        reporter.error("the path of the model is null or not UTF-8");
        return std::ptr::null_mut();
    };
    opened(reporter, || Model::open(path, &all_ops()))
}

/// A model over a buffer of the caller, which must outlive the model and its interpreters; null on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteModelCreate(data: *const c_void, size: usize) -> *mut TfLiteModel {
    // SAFETY: the caller's promise.
    unsafe { from_buffer(data, size, Reporter::default()) }
}

/// As [`TfLiteModelCreate`], with errors to a callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteModelCreateWithErrorReporter(
    data: *const c_void,
    size: usize,
    callback: Option<Callback>,
    user_data: *mut c_void,
) -> *mut TfLiteModel {
    // SAFETY: the caller's promise.
    unsafe { from_buffer(data, size, Reporter { callback, user_data }) }
}

/// A model from a file, which is mapped; null on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteModelCreateFromFile(path: *const c_char) -> *mut TfLiteModel {
    // SAFETY: the caller's promise.
    unsafe { from_file(path, Reporter::default()) }
}

/// As [`TfLiteModelCreateFromFile`], with errors to a callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteModelCreateFromFileWithErrorReporter(
    path: *const c_char,
    callback: Option<Callback>,
    user_data: *mut c_void,
) -> *mut TfLiteModel {
    // SAFETY: the caller's promise.
    unsafe { from_file(path, Reporter { callback, user_data }) }
}

/// Gives a model up. Its interpreters live on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteModelDelete(model: *mut TfLiteModel) {
    // SAFETY: the caller's promise.
    unsafe { border::take_back(model) };
}
