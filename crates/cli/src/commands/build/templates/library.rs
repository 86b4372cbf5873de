//! The C functions of `include/featherlite.h`, for models that need no other operators than those of `operators.rs`.

mod operators;

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::{null, null_mut};

use featherlite::{Model, Result, Session, SessionOptions};

thread_local! {
    static ERROR: RefCell<CString> = RefCell::default();
}

/// The value, or `None` after its error was kept for `featherlite_error`.
fn kept<T>(result: Result<T>) -> Option<T> {
    result.map_err(|error| keep(&error.to_string())).ok()
}

fn keep(message: &str) {
    let text = CString::new(message.replace('\0', " ")).unwrap_or_default();
    ERROR.with(|error| error.replace(text));
}

fn session(model: Result<Model>, threads: usize) -> *mut Session {
    let options = SessionOptions { threads: threads.max(1), ..SessionOptions::default() };
    let session = kept(model.and_then(|model| model.session_with(options)));
    session.map_or(null_mut(), |session| Box::into_raw(Box::new(session)))
}

/// # Safety
/// `path` is a string that ends with 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn featherlite_open(path: *const c_char, threads: usize) -> *mut Session {
    // SAFETY: the caller's promise.
    let path = unsafe { CStr::from_ptr(path) };
    match path.to_str() {
        Ok(path) => session(Model::open(path, &operators::set()), threads),
        Err(_) => {
            keep("the path is not UTF-8");
            null_mut()
        }
    }
}

/// # Safety
/// `bytes` points to `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn featherlite_open_bytes(
    bytes: *const c_void,
    size: usize,
    threads: usize,
) -> *mut Session {
    // SAFETY: the caller's promise.
    let bytes = unsafe { std::slice::from_raw_parts(bytes.cast::<u8>(), size) };
    session(Model::from_bytes(bytes.to_vec(), &operators::set()), threads)
}

/// # Safety
/// `session` is null or came from an open function and was not closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn featherlite_close(session: *mut Session) {
    if !session.is_null() {
        // SAFETY: it was made by `Box::into_raw`, and is given up now.
        drop(unsafe { Box::from_raw(session) });
    }
}

/// # Safety
/// `session` is open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn featherlite_input_count(session: *const Session) -> usize {
    // SAFETY: the caller's promise.
    unsafe { &*session }.input_count()
}

/// # Safety
/// `session` is open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn featherlite_output_count(session: *const Session) -> usize {
    // SAFETY: the caller's promise.
    unsafe { &*session }.output_count()
}

/// # Safety
/// `session` is open and used by nobody else, `size` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn featherlite_input(
    session: *mut Session,
    index: usize,
    size: *mut usize,
) -> *mut c_void {
    // SAFETY: the caller's promise.
    let (session, size) = unsafe { (&mut *session, &mut *size) };
    let bytes = kept(session.input_bytes_mut(0, index));
    *size = bytes.as_ref().map_or(0, |bytes| bytes.len());
    bytes.map_or(null_mut(), |bytes| bytes.as_mut_ptr().cast())
}

/// # Safety
/// `session` is open, `size` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn featherlite_output(
    session: *const Session,
    index: usize,
    size: *mut usize,
) -> *const c_void {
    // SAFETY: the caller's promise.
    let (session, size) = unsafe { (&*session, &mut *size) };
    let bytes = kept(session.output(index)).map(|output| output.bytes());
    *size = bytes.map_or(0, <[u8]>::len);
    bytes.map_or(null(), |bytes| bytes.as_ptr().cast())
}

/// # Safety
/// `session` is open and used by nobody else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn featherlite_run(session: *mut Session) -> c_int {
    // SAFETY: the caller's promise.
    kept(unsafe { &mut *session }.run()).map_or(-1, |()| 0)
}

#[unsafe(no_mangle)]
pub extern "C" fn featherlite_error() -> *const c_char {
    ERROR.with_borrow(|error| error.as_ptr())
}
