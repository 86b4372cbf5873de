//! Tensors of strings: their number, where each ends, then their bytes.

use std::ffi::{c_char, c_int, c_void};

use crate::border::{self, guard, number, object, object_mut};
use crate::int_array;
use crate::types::{TfLiteStatus, TfLiteTensor, allocation, type_number};

const WORD: usize = size_of::<i32>();

/// The contents of a tensor of strings.
unsafe fn contents<'a>(tensor: *const TfLiteTensor) -> Option<&'a [u8]> {
    // SAFETY: the caller's promise.
    let tensor = unsafe { object(tensor) }?;
    if tensor.kind != type_number(featherlite::DType::String) || tensor.data.is_null() {
        return None;
    }
    // SAFETY: the tensor has so many bytes.
    Some(unsafe { std::slice::from_raw_parts(tensor.data.cast(), tensor.bytes) })
}

/// Number `index` of the head.
fn word(contents: &[u8], index: usize) -> Option<usize> {
    let start = index.checked_mul(WORD)?;
    let bytes = contents.get(start..start.checked_add(WORD)?)?;
    usize::try_from(i32::from_ne_bytes(bytes.try_into().ok()?)).ok()
}

/// String `index`.
fn string(contents: &[u8], index: usize) -> Option<&[u8]> {
    if index >= word(contents, 0)? {
        return None;
    }
    contents.get(word(contents, index + 1)?..word(contents, index + 2)?)
}

/// The number of strings; -1 if the tensor has none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorGetStringCount(tensor: *const TfLiteTensor) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { contents(tensor) }.and_then(|contents| word(contents, 0)).map_or(-1, number)
}

/// A string, which stays the tensor's and does not end with 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorGetString(
    tensor: *const TfLiteTensor,
    index: c_int,
    text: *mut *const c_char,
    length: *mut c_int,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    let contents = unsafe { contents(tensor) };
    let found =
        usize::try_from(index).ok().zip(contents).and_then(|(index, contents)| string(contents, index));
    match found {
        Some(found) if !text.is_null() && !length.is_null() => {
            // SAFETY: the caller's promise.
            unsafe {
                text.write(found.as_ptr().cast());
                length.write(number(found.len()));
            }
            TfLiteStatus::OK
        }
        _ => TfLiteStatus::ERROR,
    }
}

/// Fills a tensor with strings, which are copied. It must have memory of its own, as inputs of strings do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorWriteStrings(
    tensor: *mut TfLiteTensor,
    texts: *const *const c_char,
    count: c_int,
    lengths: *const c_int,
) -> TfLiteStatus {
    guard(TfLiteStatus::ERROR, || {
        // SAFETY: the caller's promise.
        let lists = unsafe { border::list(texts, count).zip(border::list(lengths, count)) };
        let Some((texts, lengths)) = lists else { return TfLiteStatus::ERROR };
        let mut strings = Vec::with_capacity(texts.len());
        for (&text, &length) in texts.iter().zip(lengths) {
            // SAFETY: the caller's promise.
            let Some(string) = (unsafe { border::list(text.cast::<u8>(), length) }) else {
                return TfLiteStatus::ERROR;
            };
            strings.push(string);
        }
        // SAFETY: the caller's promise.
        unsafe { write(tensor, &strings) }
    })
}

/// Fills a tensor with one string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueTensorWriteString(
    tensor: *mut TfLiteTensor,
    text: *const c_char,
    length: c_int,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { TfLiteOpaqueTensorWriteStrings(tensor, &raw const text, 1, &raw const length) }
}

unsafe fn write(tensor: *mut TfLiteTensor, strings: &[&[u8]]) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    let Some(tensor) = (unsafe { object_mut(tensor) }) else { return TfLiteStatus::ERROR };
    let is_text = tensor.kind == type_number(featherlite::DType::String);
    if !is_text || tensor.allocation_type != allocation::DYNAMIC {
        return TfLiteStatus::ERROR;
    }
    let head = (strings.len() + 2) * WORD;
    let total = strings.iter().fold(head, |total, string| total.saturating_add(string.len()));
    if i32::try_from(total).is_err() {
        return TfLiteStatus::ERROR;
    }
    let mut bytes = Vec::with_capacity(total);
    bytes.extend_from_slice(&number(strings.len()).to_ne_bytes());
    let mut end = head;
    for string in std::iter::once(&&[][..]).chain(strings) {
        end += string.len();
        bytes.extend_from_slice(&number(end).to_ne_bytes());
    }
    strings.iter().for_each(|string| bytes.extend_from_slice(string));
    // SAFETY: the contents of a dynamic tensor are null or come from `malloc`; the new memory is as long as the bytes.
    unsafe {
        let data = int_array::resize(tensor.data, total);
        if data.is_null() {
            return TfLiteStatus::ERROR;
        }
        (tensor.data, tensor.bytes) = (data, total);
        data.cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), total);
    }
    TfLiteStatus::OK
}

/// Gives a tensor with memory of its own another size, keeping what fits; others stay as they are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteTensorRealloc(bytes: usize, tensor: *mut TfLiteTensor) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { TfLiteTensorResizeMaybeCopy(bytes, tensor, true) }
}

/// As [`TfLiteTensorRealloc`]; without `keep` the contents are unspecified afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteTensorResizeMaybeCopy(
    bytes: usize,
    tensor: *mut TfLiteTensor,
    _keep: bool,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    let Some(tensor) = (unsafe { object_mut(tensor) }) else { return TfLiteStatus::ERROR };
    if tensor.allocation_type != allocation::DYNAMIC {
        return TfLiteStatus::OK;
    }
    // SAFETY: the contents of a dynamic tensor are null or come from `malloc`.
    let data: *mut c_void = unsafe { int_array::resize(tensor.data, bytes) };
    if data.is_null() {
        return TfLiteStatus::ERROR;
    }
    (tensor.data, tensor.bytes) = (data, bytes);
    TfLiteStatus::OK
}
