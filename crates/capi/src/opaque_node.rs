//! Nodes as callbacks of operators see them.

use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

use crate::border::{self, at, number, object, object_mut};
use crate::int_array::{of, release, values};
use crate::node_context::{TfLiteNode, TfLiteOpaqueContext, get_tensor};
use crate::types::{TfLiteIntArray, TfLiteStatus, TfLiteTensor};

/// A list of a node's.
unsafe fn list<'a>(node: *const TfLiteNode, list: fn(&TfLiteNode) -> *mut TfLiteIntArray) -> &'a [c_int] {
    // SAFETY: the caller's promise; the lists live as long as the node.
    unsafe { object(node).map_or(&[][..], |node| values(list(node))) }
}

/// Hands out a list of a node's.
unsafe fn hand_out(
    node: *const TfLiteNode,
    array: fn(&TfLiteNode) -> *mut TfLiteIntArray,
    data: *mut *const c_int,
    count: *mut c_int,
) -> TfLiteStatus {
    if node.is_null() || data.is_null() || count.is_null() {
        return TfLiteStatus::ERROR;
    }
    // SAFETY: the caller's promise.
    unsafe {
        let values = list(node, array);
        data.write(values.as_ptr());
        count.write(number(values.len()));
    }
    TfLiteStatus::OK
}

/// An input; null if there is none of this number, or it is absent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueNodeGetInput(
    context: *const TfLiteOpaqueContext,
    node: *const TfLiteNode,
    index: c_int,
) -> *const TfLiteTensor {
    // SAFETY: the caller's promise.
    unsafe { get_tensor(context, TfLiteOpaqueNodeGetInputTensorIndex(node, index)) }
}

/// An output; null if there is none of this number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueNodeGetOutput(
    context: *mut TfLiteOpaqueContext,
    node: *const TfLiteNode,
    index: c_int,
) -> *mut TfLiteTensor {
    // SAFETY: the caller's promise.
    unsafe { get_tensor(context, TfLiteOpaqueNodeGetOutputTensorIndex(node, index)) }
}

/// The number of inputs, absent ones included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueNodeNumberOfInputs(node: *const TfLiteNode) -> c_int {
    // SAFETY: the caller's promise.
    number(unsafe { list(node, |node| node.inputs) }.len())
}

/// The number of outputs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueNodeNumberOfOutputs(node: *const TfLiteNode) -> c_int {
    // SAFETY: the caller's promise.
    number(unsafe { list(node, |node| node.outputs) }.len())
}

/// What the operator's `init` gave.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueNodeGetUserData(node: *const TfLiteNode) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { object(node) }.map_or(null_mut(), |node| node.user_data)
}

/// Null: options of builtin operators are not handed out.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteOpaqueNodeGetBuiltinData(_node: *const TfLiteNode) -> *mut c_void {
    null_mut()
}

/// The node's options in the model.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueNodeGetCustomInitialData(
    node: *const TfLiteNode,
    data: *mut *const c_void,
    bytes: *mut c_int,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe {
        match object(node).filter(|_| !data.is_null() && !bytes.is_null()) {
            Some(node) => {
                data.write(node.custom_initial_data);
                bytes.write(node.custom_initial_data_size);
                TfLiteStatus::OK
            }
            None => TfLiteStatus::ERROR,
        }
    }
}

/// The numbers of the inputs' tensors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueNodeInputs(
    node: *const TfLiteNode,
    data: *mut *const c_int,
    count: *mut c_int,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { hand_out(node, |node| node.inputs, data, count) }
}

/// The numbers of the outputs' tensors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueNodeOutputs(
    node: *const TfLiteNode,
    data: *mut *const c_int,
    count: *mut c_int,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { hand_out(node, |node| node.outputs, data, count) }
}

/// The numbers of the tensors that the node works with.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueNodeTemporaries(
    node: *const TfLiteNode,
    data: *mut *const c_int,
    count: *mut c_int,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { hand_out(node, |node| node.temporaries, data, count) }
}

/// Sets them; the list is copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueNodeSetTemporaries(
    node: *mut TfLiteNode,
    data: *const c_int,
    count: c_int,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    let (node, list) = unsafe { (object_mut(node), border::list(data, count)) };
    let Some((node, list)) = node.zip(list) else { return TfLiteStatus::ERROR };
    // SAFETY: a list of ours, which is given up.
    unsafe { release(node.temporaries) };
    node.temporaries = of::<TfLiteIntArray>(list);
    TfLiteStatus::OK
}

/// The number of an input's tensor; -1 if there is no such input, or it is absent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueNodeGetInputTensorIndex(node: *const TfLiteNode, index: c_int) -> c_int {
    // SAFETY: the caller's promise.
    at(unsafe { list(node, |node| node.inputs) }, index).copied().unwrap_or(-1)
}

/// The number of an output's tensor; -1 if there is no such output.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueNodeGetOutputTensorIndex(
    node: *const TfLiteNode,
    index: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    at(unsafe { list(node, |node| node.outputs) }, index).copied().unwrap_or(-1)
}
