//! Which API this is.

use std::ffi::{c_char, c_int};

/// The version of TensorFlow Lite whose API this is, and ours.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteVersion() -> *const c_char {
    concat!("2.17.1+featherlite.", env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The version of the functions for custom operators.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteExtensionApisVersion() -> *const c_char {
    c"2.17.1".as_ptr()
}

/// The version of the file format.
#[unsafe(no_mangle)]
pub extern "C" fn TfLiteSchemaVersion() -> c_int {
    3
}
