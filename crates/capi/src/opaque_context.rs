//! The surroundings of a node, as callbacks of operators see them.

use std::arch::naked_asm;
use std::ffi::{c_char, c_int, c_void};
use std::ptr::null;

use crate::border::{self, number, object, object_mut};
use crate::node_context::{
    GraphFacts, TfLiteNode, TfLiteOpaqueContext, featherlite_report_error, get_tensor, resize_tensor,
};
use crate::operator::TfLiteOperator;
use crate::tensor_builder::TfLiteOpaqueTensorBuilder;
use crate::types::{TfLiteDelegate, TfLiteIntArray, TfLiteStatus, TfLiteTensor, allocation, type_of_number};

type Context = TfLiteOpaqueContext;

/// Hands out a list of the subgraph's.
unsafe fn hand_out(
    context: *const Context,
    list: fn(&GraphFacts) -> &[c_int],
    data: *mut *const c_int,
    count: *mut c_int,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(context) = object(context).filter(|_| !data.is_null() && !count.is_null()) else {
            return TfLiteStatus::ERROR;
        };
        let values = list(&context.graph);
        data.write(values.as_ptr());
        count.write(number(values.len()));
    }
    TfLiteStatus::OK
}

/// The numbers of the subgraph's nodes in the order in which they run; the list stays ours.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueContextGetExecutionPlan(
    context: *mut Context,
    plan: *mut *mut TfLiteIntArray,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe {
        match object(context).filter(|_| !plan.is_null()) {
            Some(context) => {
                plan.write(context.graph.plan);
                TfLiteStatus::OK
            }
            None => TfLiteStatus::ERROR,
        }
    }
}

/// There are none: an error.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteOpaqueContextGetExternalContext(
    _context: *mut Context,
    _external: *mut *mut c_void,
    _kind: c_int,
) -> TfLiteStatus {
    TfLiteStatus::ERROR
}

/// The node of this number and its operator: only the node's own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueContextGetNodeAndRegistration(
    context: *mut Context,
    index: c_int,
    node: *mut *mut TfLiteNode,
    operator: *mut *mut TfLiteOperator,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe {
        match object_mut(context) {
            Some(context) if number(context.index.1) == index && !node.is_null() && !operator.is_null() => {
                node.write(&raw mut context.node);
                operator.write(&raw mut context.operator);
                TfLiteStatus::OK
            }
            _ => TfLiteStatus::ERROR,
        }
    }
}

/// Refused: it is for delegates.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteOpaqueContextReplaceNodeSubsetsWithDelegateKernels(
    _context: *mut Context,
    _operator: *mut TfLiteOperator,
    _nodes: *const TfLiteIntArray,
    _delegate: *mut TfLiteDelegate,
) -> TfLiteStatus {
    TfLiteStatus::APPLICATION_ERROR
}

/// A tensor by number; only those of the node are filled in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueContextGetOpaqueTensor(
    context: *const Context,
    index: c_int,
) -> *mut TfLiteTensor {
    // SAFETY: the caller's promise.
    unsafe { get_tensor(context, index) }
}

/// The numbers of the subgraph's inputs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueContextGetInputs(
    context: *const Context,
    data: *mut *const c_int,
    count: *mut c_int,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { hand_out(context, |graph| &graph.inputs, data, count) }
}

/// The numbers of the subgraph's outputs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueContextGetOutputs(
    context: *const Context,
    data: *mut *const c_int,
    count: *mut c_int,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { hand_out(context, |graph| &graph.outputs, data, count) }
}

/// The numbers of the subgraph's variables.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueContextGetVariables(
    context: *const Context,
    data: *mut *const c_int,
    count: *mut c_int,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { hand_out(context, |graph| &graph.variables, data, count) }
}

/// The number of the subgraph's nodes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueContextGetNumNodes(context: *const Context) -> usize {
    // SAFETY: the caller's promise; the plan lives as long as the context.
    unsafe { object(context).map_or(0, |context| crate::int_array::values(context.graph.plan).len()) }
}

/// The number of tensors, those that operators added included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueContextGetNumTensors(context: *const Context) -> usize {
    // SAFETY: the caller's promise.
    unsafe { object(context) }.map_or(0, |context| context.own.len())
}

/// The subgraph's name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueContextGetName(context: *const Context) -> *const c_char {
    // SAFETY: the caller's promise.
    unsafe { object(context) }.map_or(null(), |context| context.graph.name.as_ptr())
}

/// Gives a tensor of the node another shape; the list is given up, also on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueContextResizeTensor(
    context: *mut Context,
    tensor: *mut TfLiteTensor,
    dims: *mut TfLiteIntArray,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    border::guard(TfLiteStatus::ERROR, || unsafe { resize_tensor(context, tensor, dims) })
}

/// Refused: it is for delegates.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteOpaqueContextAcquireSubgraphContext(
    _context: *mut Context,
    _subgraph: c_int,
    _acquired: *mut *mut Context,
) -> TfLiteStatus {
    TfLiteStatus::ERROR
}

/// Refused: it is for delegates.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteOpaqueContextReleaseSubgraphContext(
    _context: *mut Context,
    _subgraph: c_int,
) -> TfLiteStatus {
    TfLiteStatus::ERROR
}

/// Refused: it is for delegates.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteOpaqueContextMarkSubgraphAsDelegationSkippable(
    _context: *mut Context,
    _subgraph: c_int,
) -> TfLiteStatus {
    TfLiteStatus::ERROR
}

/// An error: the file is not kept open.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteOpaqueContextGetNodeInitDataMmapInfo(
    _context: *const Context,
    _node: *const TfLiteNode,
    _descriptor: *mut c_int,
    _offset: *mut i64,
    _bytes: *mut i64,
) -> TfLiteStatus {
    TfLiteStatus::ERROR
}

/// Adds a tensor that the node works with; tensors may be elsewhere afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueContextAddTensor(
    context: *mut Context,
    builder: *mut TfLiteOpaqueTensorBuilder,
    index: *mut c_int,
) -> TfLiteStatus {
    const ALLOWED: [c_int; 3] = [allocation::DYNAMIC, allocation::ARENA, allocation::PERSISTENT];
    // SAFETY: the caller's promise.
    let (context, builder) = unsafe { (object_mut(context), object(builder)) };
    let Some((context, builder)) = context.zip(builder) else { return TfLiteStatus::ERROR };
    if type_of_number(builder.kind).is_none() || !ALLOWED.contains(&builder.allocation_type) {
        context.reporter.error("a tensor of an operator needs a type, and memory of an arena or of its own");
        return TfLiteStatus::ERROR;
    }
    let added = context.add(1);
    let tensor = &mut context.own[added];
    tensor.tensor.kind = builder.kind;
    tensor.tensor.params = builder.params;
    if !builder.data.is_null() {
        tensor.borrow(builder.data, builder.allocation_type);
    }
    if !index.is_null() {
        // SAFETY: the caller's promise.
        unsafe { index.write(number(added)) };
    }
    TfLiteStatus::OK
}

/// Bytes of an element; an error for types without a fixed size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueContextGetSizeOfType(
    _context: *mut Context,
    kind: c_int,
    bytes: *mut usize,
) -> TfLiteStatus {
    match type_of_number(kind).map(featherlite::DType::bits) {
        Some(bits) if bits >= 8 && !bytes.is_null() => {
            // SAFETY: the caller's promise.
            unsafe { bytes.write(bits / 8) };
            TfLiteStatus::OK
        }
        _ => TfLiteStatus::ERROR,
    }
}

/// Metadata of the model by name; they live as long as the interpreter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueContextGetMetadata(
    context: *mut Context,
    name: *const c_char,
    data: *mut *const c_char,
    bytes: *mut usize,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe {
        let (context, name) = (object(context), border::text(name));
        let found = context
            .zip(name)
            .and_then(|(context, name)| context.graph.metadata.iter().find(|(other, ..)| other == name));
        let Some((_, start, length)) = found.filter(|_| !data.is_null() && !bytes.is_null()) else {
            return TfLiteStatus::ERROR;
        };
        data.write(start.cast());
        bytes.write(*length);
    }
    TfLiteStatus::OK
}

unsafe extern "C" {
    fn vsnprintf(text: *mut c_char, size: usize, format: *const c_char, arguments: *mut c_void) -> c_int;
}

/// Reports an error, as `vprintf` writes; the list of arguments has the size of a pointer, or is passed by address, on all
/// platforms.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueContextReportErrorVa(
    context: *mut Context,
    format: *const c_char,
    arguments: *mut c_void,
) {
    // SAFETY: the caller's promise; `vsnprintf` writes no more than it is told.
    unsafe {
        let Some(context) = object(context).filter(|_| !format.is_null()) else { return };
        let mut text = [0u8; 1024];
        vsnprintf(text.as_mut_ptr().cast(), text.len(), format, arguments);
        let end = text.iter().position(|&byte| byte == 0).unwrap_or(text.len());
        context.reporter.error(String::from_utf8_lossy(&text[..end]));
    }
}

/// Reports an error, as `printf` writes. Rust has no functions with open lists of arguments: this jumps to one in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueContextReportError(_context: *mut Context, _format: *const c_char) {
    #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
    naked_asm!("jmp {}", sym featherlite_report_error);
    #[cfg(any(target_arch = "aarch64", target_arch = "arm"))]
    naked_asm!("b {}", sym featherlite_report_error);
    #[cfg(any(target_arch = "riscv64", target_arch = "riscv32"))]
    naked_asm!("tail {}", sym featherlite_report_error);
}

/// The name of an element type.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteTypeGetName(kind: c_int) -> *const c_char {
    const NAMES: [&std::ffi::CStr; 24] = [
        c"NOTYPE",
        c"FLOAT32",
        c"INT32",
        c"UINT8",
        c"INT64",
        c"STRING",
        c"BOOL",
        c"INT16",
        c"COMPLEX64",
        c"INT8",
        c"FLOAT16",
        c"FLOAT64",
        c"COMPLEX128",
        c"UINT64",
        c"RESOURCE",
        c"VARIANT",
        c"UINT32",
        c"UINT16",
        c"INT4",
        c"BFLOAT16",
        c"INT2",
        c"UINT4",
        c"FLOAT8E4M3FN",
        c"FLOAT8E5M2",
    ];
    border::at(&NAMES, kind).unwrap_or(&c"Unknown type").as_ptr()
}
