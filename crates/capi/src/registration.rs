//! Operators that programs describe by a structure whose fields are the callbacks.

use std::ffi::{CStr, c_char, c_int, c_void};

use crate::border::object;
use crate::operator::{CUSTOM, Free, Init, Step, TfLiteOperator};
use crate::options::{self, TfLiteInterpreterOptions};

/// An operator as fields; later versions of the API have more of them at the end.
#[repr(C)]
pub struct TfLiteRegistration {
    init: Option<Init>,
    free: Option<Free>,
    prepare: Option<Step>,
    invoke: Option<Step>,
    profiling_string: *mut c_void,
    builtin_code: i32,
    custom_name: *const c_char,
    version: c_int,
}

impl TfLiteRegistration {
    /// The operator, for a name or for a builtin's number.
    pub(crate) fn operator(
        &self,
        code: c_int,
        name: Option<&CStr>,
        versions: (c_int, c_int),
    ) -> TfLiteOperator {
        let mut operator = TfLiteOperator::new(code, name, versions);
        (operator.init, operator.free) = (self.init, self.free);
        (operator.prepare, operator.invoke) = (self.prepare, self.invoke);
        operator
    }
}

/// Adds an operator for a builtin's number, in place of ours. Its options are not handed to it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterOptionsAddBuiltinOp(
    options: *mut TfLiteInterpreterOptions,
    code: c_int,
    registration: *const TfLiteRegistration,
    lowest: i32,
    highest: i32,
) {
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(registration) = object(registration) {
            let operator = registration.operator(code, None, (lowest, highest));
            options::change(options, |options| options.registered.push(operator));
        }
    }
}

/// Adds a custom operator.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterOptionsAddCustomOp(
    options: *mut TfLiteInterpreterOptions,
    name: *const c_char,
    registration: *const TfLiteRegistration,
    lowest: i32,
    highest: i32,
) {
    // SAFETY: the caller's promise.
    unsafe {
        if let (Some(registration), false) = (object(registration), name.is_null()) {
            let operator = registration.operator(CUSTOM, Some(CStr::from_ptr(name)), (lowest, highest));
            options::change(options, |options| options.registered.push(operator));
        }
    }
}
