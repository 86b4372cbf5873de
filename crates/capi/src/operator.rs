//! Operators that programs bring along, described by callbacks.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::{null, null_mut};

use crate::border::{self, object, object_mut};
use crate::node_context::{TfLiteNode, TfLiteOpaqueContext};
use crate::types::TfLiteStatus;

/// The number of a custom operator among builtin ones.
pub(crate) const CUSTOM: c_int = 32;

/// Makes what a node keeps, from its options in the model.
pub type Init = unsafe extern "C" fn(*mut TfLiteOpaqueContext, *const c_char, usize) -> *mut c_void;
/// As [`Init`], with the operator's data before.
pub type InitWithData =
    unsafe extern "C" fn(*mut c_void, *mut TfLiteOpaqueContext, *const c_char, usize) -> *mut c_void;
/// Gives up what a node keeps.
pub type Free = unsafe extern "C" fn(*mut TfLiteOpaqueContext, *mut c_void);
/// As [`Free`], with the operator's data before.
pub type FreeWithData = unsafe extern "C" fn(*mut c_void, *mut TfLiteOpaqueContext, *mut c_void);
/// Gives outputs their shapes, or computes them.
pub type Step = unsafe extern "C" fn(*mut TfLiteOpaqueContext, *mut TfLiteNode) -> TfLiteStatus;
/// As [`Step`], with the operator's data before.
pub type StepWithData =
    unsafe extern "C" fn(*mut c_void, *mut TfLiteOpaqueContext, *mut TfLiteNode) -> TfLiteStatus;

/// An operator of a program.
#[derive(Clone)]
pub struct TfLiteOperator {
    pub(crate) code: c_int,
    pub(crate) name: Option<CString>,
    /// The lowest and the highest version that it is for.
    pub(crate) versions: (c_int, c_int),
    user_data: *mut c_void,
    pub(crate) init: Option<Init>,
    init_with_data: Option<InitWithData>,
    pub(crate) free: Option<Free>,
    free_with_data: Option<FreeWithData>,
    pub(crate) prepare: Option<Step>,
    prepare_with_data: Option<StepWithData>,
    pub(crate) invoke: Option<Step>,
    invoke_with_data: Option<StepWithData>,
}

impl TfLiteOperator {
    /// An operator without callbacks.
    pub(crate) fn new(code: c_int, name: Option<&CStr>, versions: (c_int, c_int)) -> Self {
        Self {
            code,
            name: name.map(CStr::to_owned),
            versions,
            user_data: null_mut(),
            init: None,
            init_with_data: None,
            free: None,
            free_with_data: None,
            prepare: None,
            prepare_with_data: None,
            invoke: None,
            invoke_with_data: None,
        }
    }

    /// What it is called in messages.
    pub(crate) fn label(&self) -> String {
        match &self.name {
            Some(name) => name.to_string_lossy().into_owned(),
            None => format!("builtin {}", self.code),
        }
    }

    /// Calls `init`.
    ///
    /// # Safety
    /// The context is alive and nobody borrows it; so for all callbacks.
    pub(crate) unsafe fn call_init(&self, context: *mut TfLiteOpaqueContext, options: &[u8]) -> *mut c_void {
        let (data, size) = (options.as_ptr().cast(), options.len());
        // SAFETY: the program's functions, with what they are to get.
        unsafe {
            match (self.init_with_data, self.init) {
                (Some(init), _) => init(self.user_data, context, data, size),
                (None, Some(init)) => init(context, data, size),
                (None, None) => null_mut(),
            }
        }
    }

    /// Calls `free`.
    ///
    /// # Safety
    /// As [`TfLiteOperator::call_init`], and `data` is what it gave.
    pub(crate) unsafe fn call_free(&self, context: *mut TfLiteOpaqueContext, data: *mut c_void) {
        // SAFETY: the program's functions, with what they are to get.
        unsafe {
            match (self.free_with_data, self.free) {
                (Some(free), _) => free(self.user_data, context, data),
                (None, Some(free)) => free(context, data),
                (None, None) => {}
            }
        }
    }

    /// Calls `prepare`; without one shapes are as the file has them.
    ///
    /// # Safety
    /// As [`TfLiteOperator::call_init`].
    pub(crate) unsafe fn call_prepare(
        &self,
        context: *mut TfLiteOpaqueContext,
        node: *mut TfLiteNode,
    ) -> TfLiteStatus {
        // SAFETY: the program's functions, with what they are to get.
        unsafe {
            match (self.prepare_with_data, self.prepare) {
                (Some(prepare), _) => prepare(self.user_data, context, node),
                (None, Some(prepare)) => prepare(context, node),
                (None, None) => TfLiteStatus::OK,
            }
        }
    }

    /// Calls `invoke`.
    ///
    /// # Safety
    /// As [`TfLiteOperator::call_init`].
    pub(crate) unsafe fn call_invoke(
        &self,
        context: *mut TfLiteOpaqueContext,
        node: *mut TfLiteNode,
    ) -> TfLiteStatus {
        // SAFETY: the program's functions, with what they are to get.
        unsafe {
            match (self.invoke_with_data, self.invoke) {
                (Some(invoke), _) => invoke(self.user_data, context, node),
                (None, Some(invoke)) => invoke(context, node),
                (None, None) => TfLiteStatus::ERROR,
            }
        }
    }
}

/// Changes an operator, if there is one.
unsafe fn change(operator: *mut TfLiteOperator, change: impl FnOnce(&mut TfLiteOperator)) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    match unsafe { object_mut(operator) } {
        Some(operator) => {
            change(operator);
            TfLiteStatus::OK
        }
        None => TfLiteStatus::ERROR,
    }
}

/// An operator without callbacks: a custom one with its name, or a builtin one with its number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOperatorCreate(
    code: c_int,
    name: *const c_char,
    version: c_int,
    user_data: *mut c_void,
) -> *mut TfLiteOperator {
    if code < 0 || (code == CUSTOM) == name.is_null() {
        return null_mut();
    }
    // SAFETY: the caller's promise.
    let name = (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) });
    let operator = TfLiteOperator::new(code, name, (version, version));
    border::give(Some(TfLiteOperator { user_data, ..operator }))
}

/// The same under the name that it had when [`TfLiteOperatorCreate`] took no data.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOperatorCreateWithData(
    code: c_int,
    name: *const c_char,
    version: c_int,
    user_data: *mut c_void,
) -> *mut TfLiteOperator {
    // SAFETY: the caller's promise.
    unsafe { TfLiteOperatorCreate(code, name, version, user_data) }
}

/// Gives an operator up; no interpreter may use it any longer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOperatorDelete(operator: *mut TfLiteOperator) {
    // SAFETY: the caller's promise.
    unsafe { border::take_back(operator) };
}

/// The number of a builtin operator; 32 for a custom one, -1 for null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOperatorGetBuiltInCode(operator: *const TfLiteOperator) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { object(operator) }.map_or(-1, |operator| operator.code)
}

/// The name of a custom operator.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOperatorGetCustomName(operator: *const TfLiteOperator) -> *const c_char {
    // SAFETY: the caller's promise.
    let operator = unsafe { object(operator) };
    operator.and_then(|operator| operator.name.as_ref()).map_or(null(), |name| name.as_ptr())
}

/// The version; -1 for null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOperatorGetVersion(operator: *const TfLiteOperator) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { object(operator) }.map_or(-1, |operator| operator.versions.1)
}

/// The operator's data.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOperatorGetUserData(operator: *const TfLiteOperator) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { object(operator) }.map_or(null_mut(), |operator| operator.user_data)
}

/// Sets what makes the data that a node keeps.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOperatorSetInit(operator: *mut TfLiteOperator, init: Option<Init>) {
    // SAFETY: the caller's promise.
    unsafe { change(operator, |operator| operator.init = init) };
}

/// As [`TfLiteOperatorSetInit`], for a function that gets the operator's data.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOperatorSetInitWithData(
    operator: *mut TfLiteOperator,
    init: Option<InitWithData>,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { change(operator, |operator| operator.init_with_data = init) }
}

/// Sets what gives up the data that a node keeps.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOperatorSetFree(operator: *mut TfLiteOperator, free: Option<Free>) {
    // SAFETY: the caller's promise.
    unsafe { change(operator, |operator| operator.free = free) };
}

/// As [`TfLiteOperatorSetFree`], for a function that gets the operator's data.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOperatorSetFreeWithData(
    operator: *mut TfLiteOperator,
    free: Option<FreeWithData>,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { change(operator, |operator| operator.free_with_data = free) }
}

/// Sets what gives outputs their shapes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOperatorSetPrepare(operator: *mut TfLiteOperator, prepare: Option<Step>) {
    // SAFETY: the caller's promise.
    unsafe { change(operator, |operator| operator.prepare = prepare) };
}

/// As [`TfLiteOperatorSetPrepare`], for a function that gets the operator's data.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOperatorSetPrepareWithData(
    operator: *mut TfLiteOperator,
    prepare: Option<StepWithData>,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { change(operator, |operator| operator.prepare_with_data = prepare) }
}

/// Sets what computes outputs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOperatorSetInvoke(operator: *mut TfLiteOperator, invoke: Option<Step>) {
    // SAFETY: the caller's promise.
    unsafe { change(operator, |operator| operator.invoke = invoke) };
}

/// As [`TfLiteOperatorSetInvoke`], for a function that gets the operator's data.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOperatorSetInvokeWithData(
    operator: *mut TfLiteOperator,
    invoke: Option<StepWithData>,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { change(operator, |operator| operator.invoke_with_data = invoke) }
}

/// Nothing: operators are not run asynchronously.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteOperatorSetAsyncKernel(_operator: *mut TfLiteOperator, _kernel: *mut c_void) {}

/// Nothing: operators are not run asynchronously. An error, so that programs know.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteOperatorSetAsyncKernelWithData(
    _operator: *mut TfLiteOperator,
    _kernel: *mut c_void,
) -> TfLiteStatus {
    TfLiteStatus::ERROR
}

/// Nothing: outputs of custom operators have memory of their own.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteOperatorSetInplaceOperator(_operator: *mut TfLiteOperator, _flags: u64) {}
