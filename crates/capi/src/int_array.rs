//! Lists with their length before them, in memory of `malloc`, as C programs make and free them.

use std::ffi::{c_int, c_void};
use std::ptr::{copy_nonoverlapping, null_mut};

use crate::border;
use crate::types::{TfLiteFloatArray, TfLiteIntArray};

unsafe extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn realloc(memory: *mut c_void, size: usize) -> *mut c_void;
    fn free(memory: *mut c_void);
}

/// A list of numbers as C has it.
pub(crate) trait Array {
    /// The numbers' type.
    type Item: Copy;
    /// Bytes of the length.
    const HEAD: usize = size_of::<c_int>();
}

impl Array for TfLiteIntArray {
    type Item = c_int;
}

impl Array for TfLiteFloatArray {
    type Item = f32;
}

fn bytes<A: Array>(size: c_int) -> Option<usize> {
    usize::try_from(size).ok()?.checked_mul(size_of::<A::Item>())?.checked_add(A::HEAD)
}

/// A list of this length with unspecified numbers; null for a negative one, or without memory.
pub(crate) fn create<A: Array>(size: c_int) -> *mut A {
    let Some(bytes) = bytes::<A>(size) else { return null_mut() };
    // SAFETY: any size is allowed; the length lies at the start of the memory, which is aligned for every type.
    unsafe {
        let array = malloc(bytes).cast::<A>();
        if !array.is_null() {
            array.cast::<c_int>().write(size);
        }
        array
    }
}

/// A list of these numbers.
pub(crate) fn of<A: Array>(values: &[A::Item]) -> *mut A {
    let array = create::<A>(border::number(values.len()));
    if !array.is_null() {
        // SAFETY: the new list has room for as many, behind its length.
        unsafe { copy_nonoverlapping(values.as_ptr(), array.byte_add(A::HEAD).cast(), values.len()) };
    }
    array
}

/// The numbers of a list; none for null.
///
/// # Safety
/// The list is null, or one of these and alive.
pub(crate) unsafe fn values<'a, A: Array>(array: *const A) -> &'a [A::Item] {
    if array.is_null() {
        return &[];
    }
    // SAFETY: the length lies at its start, and so many numbers behind it.
    unsafe {
        let size = usize::try_from(array.cast::<c_int>().read()).unwrap_or_default();
        std::slice::from_raw_parts(array.byte_add(A::HEAD).cast(), size)
    }
}

/// Gives memory of `malloc` back.
///
/// # Safety
/// The pointer is null, or came from `malloc` and is given up.
pub(crate) unsafe fn release<T>(memory: *mut T) {
    // SAFETY: the caller's promise.
    unsafe { free(memory.cast()) };
}

/// Memory of another size with the same contents; null without memory, and then the old remains.
///
/// # Safety
/// The pointer is null, or came from `malloc`, and is given up unless the result is null.
pub(crate) unsafe fn resize(memory: *mut c_void, bytes: usize) -> *mut c_void {
    // SAFETY: the caller's promise; a size of 0 would free the memory.
    unsafe { realloc(memory, bytes.max(1)) }
}

/// Bytes of a list of integers.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteIntArrayGetSizeInBytes(size: c_int) -> usize {
    bytes::<TfLiteIntArray>(size).unwrap_or_default()
}

/// A list with unspecified numbers, to be given back with [`TfLiteIntArrayFree`].
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteIntArrayCreate(size: c_int) -> *mut TfLiteIntArray {
    create(size)
}

/// 1 if two lists are the same, else 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteIntArrayEqual(a: *const TfLiteIntArray, b: *const TfLiteIntArray) -> c_int {
    // SAFETY: the caller's promise.
    let same = a == b || !a.is_null() && !b.is_null() && unsafe { values(a) == values(b) };
    c_int::from(same)
}

/// 1 if a list has these numbers, else 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteIntArrayEqualsArray(
    a: *const TfLiteIntArray,
    size: c_int,
    data: *const c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    let same = !a.is_null() && unsafe { border::list(data, size).is_some_and(|list| list == values(a)) };
    c_int::from(same)
}

/// A copy of a list; null for null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteIntArrayCopy(source: *const TfLiteIntArray) -> *mut TfLiteIntArray {
    // SAFETY: the caller's promise.
    if source.is_null() { null_mut() } else { of(unsafe { values(source) }) }
}

/// Gives a list back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteIntArrayFree(array: *mut TfLiteIntArray) {
    // SAFETY: the caller's promise.
    unsafe { release(array) };
}

/// Bytes of a list of floats.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteFloatArrayGetSizeInBytes(size: c_int) -> c_int {
    border::number(bytes::<TfLiteFloatArray>(size).unwrap_or_default())
}

/// A list with unspecified numbers, to be given back with [`TfLiteFloatArrayFree`].
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteFloatArrayCreate(size: c_int) -> *mut TfLiteFloatArray {
    create(size)
}

/// A copy of a list; null for null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteFloatArrayCopy(source: *const TfLiteFloatArray) -> *mut TfLiteFloatArray {
    // SAFETY: the caller's promise.
    if source.is_null() { null_mut() } else { of(unsafe { values(source) }) }
}

/// Gives a list back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteFloatArrayFree(array: *mut TfLiteFloatArray) {
    // SAFETY: the caller's promise.
    unsafe { release(array) };
}
