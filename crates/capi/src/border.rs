//! What every function does at the border to C.

use std::ffi::{CStr, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs the body of a function; a panic, which is a defect of ours, becomes `on_panic` and does not reach C.
pub(crate) fn guard<T>(on_panic: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(on_panic)
}

/// The object behind a pointer, or `None` for null.
///
/// # Safety
/// The pointer is null or valid for `'a`, and nobody changes the object meanwhile.
pub(crate) unsafe fn object<'a, T>(pointer: *const T) -> Option<&'a T> {
    // SAFETY: the caller's promise.
    unsafe { pointer.as_ref() }
}

/// The object behind a pointer, to change, or `None` for null.
///
/// # Safety
/// As [`object`], and nobody else uses it meanwhile.
pub(crate) unsafe fn object_mut<'a, T>(pointer: *mut T) -> Option<&'a mut T> {
    // SAFETY: the caller's promise.
    unsafe { pointer.as_mut() }
}

/// A string, or `None` for null and for what is not UTF-8.
///
/// # Safety
/// The pointer is null, or at a string that ends with 0 and lives for `'a`.
pub(crate) unsafe fn text<'a>(pointer: *const c_char) -> Option<&'a str> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(pointer) }.to_str().ok()
}

/// The elements of a list, or `None` for a negative length, and for null unless the length is 0.
///
/// # Safety
/// The pointer is null, or at so many elements, which nobody changes for `'a`.
pub(crate) unsafe fn list<'a, T>(pointer: *const T, length: i32) -> Option<&'a [T]> {
    match usize::try_from(length).ok()? {
        0 => Some(&[]),
        _ if pointer.is_null() => None,
        // SAFETY: the caller's promise.
        length => Some(unsafe { std::slice::from_raw_parts(pointer, length) }),
    }
}

/// Element `index` of a list, by C's kind of number.
pub(crate) fn at<T>(list: &[T], index: i32) -> Option<&T> {
    usize::try_from(index).ok().and_then(|index| list.get(index))
}

/// A number in C's kind; the greatest where it does not fit.
pub(crate) fn number(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// Gives an object to C.
pub(crate) fn give<T>(object: Option<T>) -> *mut T {
    object.map_or(std::ptr::null_mut(), |object| Box::into_raw(Box::new(object)))
}

/// Takes an object back from C and drops it.
///
/// # Safety
/// The pointer is null, or came from [`give`] and is given up.
pub(crate) unsafe fn take_back<T>(pointer: *mut T) {
    if !pointer.is_null() {
        // SAFETY: made by `give`, and given up by the caller.
        guard((), || drop(unsafe { Box::from_raw(pointer) }));
    }
}
