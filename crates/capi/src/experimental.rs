//! The experimental functions that look at interpreters: variables, numbers of tensors, memory that programs lend, and what
//! there is for devices, of which we have none.

use std::ffi::{c_int, c_void};

use featherlite::OpSet;

use crate::border::{at, number, object};
use crate::interpreter::{self, TfLiteInterpreter};
use crate::model::TfLiteModel;
use crate::options::TfLiteInterpreterOptions;
use crate::signature::TfLiteSignatureRunner;
use crate::types::{TfLiteCustomAllocation, TfLiteDelegate, TfLiteStatus, TfLiteTensor};

/// What addresses of lent memory are multiples of, unless the program says otherwise.
const ALIGNMENT: usize = 64;
/// The flag that says so.
const SKIP_ALIGNMENT: i64 = 1;

/// Puts variable tensors back to what they were before the first run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterResetVariableTensors(
    interpreter: *mut TfLiteInterpreter,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    let Some(interpreter) = (unsafe { object(interpreter) }) else { return TfLiteStatus::ERROR };
    interpreter.with_graph(0, |graph| {
        graph.session.reset_variables();
        graph.show_variables();
        TfLiteStatus::OK
    })
}

/// The number of variable tensors of the main subgraph.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterGetVariableTensorCount(
    interpreter: *const TfLiteInterpreter,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { object(interpreter) }.map_or(0, |interpreter| number(interpreter.graphs[0].variables.len()))
}

/// A variable tensor; null if there is none of this number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterGetVariableTensor(
    interpreter: *const TfLiteInterpreter,
    index: i32,
) -> *mut TfLiteTensor {
    // SAFETY: the caller's promise.
    unsafe { interpreter::listed(interpreter, |graph| &graph.variables, index) }
}

/// An interpreter that has no other operators than those added to the options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterCreateWithSelectedOps(
    model: *const TfLiteModel,
    options: *const TfLiteInterpreterOptions,
) -> *mut TfLiteInterpreter {
    // SAFETY: the caller's promise.
    unsafe { interpreter::create(model, options, || Some(OpSet::default())) }
}

/// Nothing: there is no NNAPI here.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteInterpreterOptionsSetUseNNAPI(
    _options: *mut TfLiteInterpreterOptions,
    _enable: bool,
) {
}

/// Nothing: without delegates there is nothing to fall back from.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteInterpreterOptionsSetEnableDelegateFallback(
    _options: *mut TfLiteInterpreterOptions,
    _enable: bool,
) {
}

/// Nothing: no telemetry is collected.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteInterpreterOptionsSetTelemetryProfiler(
    _options: *mut TfLiteInterpreterOptions,
    _profiler: *mut c_void,
) {
}

/// Refuses the delegate with `kTfLiteApplicationError`; the interpreter stays as it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterModifyGraphWithDelegate(
    interpreter: *const TfLiteInterpreter,
    delegate: *mut TfLiteDelegate,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    let Some(interpreter) = (unsafe { object(interpreter) }) else { return TfLiteStatus::ERROR };
    interpreter.reporter.error("delegates are not supported: the interpreter runs without it");
    if delegate.is_null() { TfLiteStatus::ERROR } else { TfLiteStatus::APPLICATION_ERROR }
}

/// The number of an input's tensor; -1 if there is no such input.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterGetInputTensorIndex(
    interpreter: *const TfLiteInterpreter,
    index: i32,
) -> i32 {
    // SAFETY: the caller's promise.
    let interpreter = unsafe { object(interpreter) };
    interpreter.and_then(|interpreter| at(&interpreter.graphs[0].inputs, index)).copied().unwrap_or(-1)
}

/// The number of an output's tensor; -1 if there is no such output.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterGetOutputTensorIndex(
    interpreter: *const TfLiteInterpreter,
    index: i32,
) -> i32 {
    // SAFETY: the caller's promise.
    let interpreter = unsafe { object(interpreter) };
    interpreter.and_then(|interpreter| at(&interpreter.graphs[0].outputs, index)).copied().unwrap_or(-1)
}

/// Lends memory to an input, output or variable; it must outlive the interpreter. Tensors must be allocated again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterSetCustomAllocationForTensor(
    interpreter: *mut TfLiteInterpreter,
    tensor: c_int,
    allocation: *const TfLiteCustomAllocation,
    flags: i64,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    let (interpreter, allocation) = unsafe { (object(interpreter), object(allocation)) };
    let (Some(interpreter), Some(allocation)) = (interpreter, allocation) else { return TfLiteStatus::ERROR };
    let is_aligned = flags & SKIP_ALIGNMENT != 0 || (allocation.data as usize).is_multiple_of(ALIGNMENT);
    if allocation.data.is_null() || !is_aligned {
        interpreter.reporter.error(format!("lent memory must lie at a multiple of {ALIGNMENT} bytes"));
        return TfLiteStatus::ERROR;
    }
    interpreter.with_graph(0, |graph| graph.lend(tensor, *allocation))
}

/// Refuses: buffers belong to delegates.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteInterpreterSetBufferHandle(
    _interpreter: *mut TfLiteInterpreter,
    _tensor: *mut TfLiteTensor,
    _handle: c_int,
    _delegate: *mut TfLiteDelegate,
) -> TfLiteStatus {
    TfLiteStatus::ERROR
}

/// The buffer of a delegate that a tensor has: none, which is -1 and null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterGetBufferHandle(
    interpreter: *mut TfLiteInterpreter,
    tensor: c_int,
    handle: *mut c_int,
    delegate: *mut *mut TfLiteDelegate,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe {
        let is_there = !interpreter::TfLiteInterpreterGetTensor(interpreter, tensor).is_null();
        if !is_there || handle.is_null() || delegate.is_null() {
            return TfLiteStatus::ERROR;
        }
        handle.write(-1);
        delegate.write(std::ptr::null_mut());
    }
    TfLiteStatus::OK
}

/// Nothing: outputs are always readable.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteSetAllowBufferHandleOutput(_interpreter: *const TfLiteInterpreter, _allow: bool) {}

/// Does nothing, as tensors are always readable; an error if there is no such tensor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterEnsureTensorDataIsReadable(
    interpreter: *mut TfLiteInterpreter,
    tensor: c_int,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    match unsafe { interpreter::TfLiteInterpreterGetTensor(interpreter, tensor) } {
        tensor if tensor.is_null() => TfLiteStatus::ERROR,
        _ => TfLiteStatus::OK,
    }
}

/// As [`TfLiteInterpreterCancel`](interpreter::TfLiteInterpreterCancel), for all signatures of the interpreter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteSignatureRunnerCancel(runner: *mut TfLiteSignatureRunner) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { object(runner) }.map_or(TfLiteStatus::ERROR, |runner| runner.interpreter().cancel())
}
