//! Delegates as objects: programs may make and delete them, but no interpreter takes one.

use std::ffi::c_void;
use std::ptr::null_mut;

use crate::border::{self, object};

/// What a program says of a delegate that is used through functions.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TfLiteOpaqueDelegateBuilder {
    /// The program's.
    pub data: *mut c_void,
    /// Callbacks, which are not called.
    pub callbacks: [*mut c_void; 4],
    /// Flags, which are not looked at.
    pub flags: i64,
}

/// A delegate, with the fields that C programs may read.
#[repr(C)]
pub struct Delegate {
    /// The program's.
    pub data: *mut c_void,
    /// Callbacks, which are not called.
    pub callbacks: [*mut c_void; 4],
    /// Flags, which are not looked at.
    pub flags: i64,
    /// What it was made of, if it is used through functions.
    pub builder: *mut TfLiteOpaqueDelegateBuilder,
}

/// A delegate with nothing set.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteDelegateCreate() -> Delegate {
    Delegate { data: null_mut(), callbacks: [null_mut(); 4], flags: 0, builder: null_mut() }
}

/// A delegate from a description; null for null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueDelegateCreate(
    builder: *const TfLiteOpaqueDelegateBuilder,
) -> *mut Delegate {
    // SAFETY: the caller's promise.
    let builder = unsafe { object(builder) };
    border::give(builder.map(|builder| Delegate {
        data: builder.data,
        flags: builder.flags,
        builder: border::give(Some(*builder)),
        ..TfLiteDelegateCreate()
    }))
}

/// Gives a delegate up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueDelegateDelete(delegate: *mut Delegate) {
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(delegate) = object(delegate) {
            border::take_back(delegate.builder);
        }
        border::take_back(delegate);
    }
}

/// The program's data.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteOpaqueDelegateGetData(delegate: *const Delegate) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { object(delegate) }.map_or(null_mut(), |delegate| delegate.data)
}
