//! Messages to the program: through its callback, or on standard error.

use std::ffi::{CString, c_char, c_void};
use std::fmt::Display;
use std::io::Write;

/// A program's callback; only `featherlite_report` calls it, with a list of arguments.
pub type Callback = unsafe extern "C" fn();

unsafe extern "C" {
    fn featherlite_report(callback: Callback, user_data: *mut c_void, format: *const c_char, ...);
}

/// Where messages go.
#[derive(Clone, Copy)]
pub struct Reporter {
    /// The program's function; without one, messages go to standard error.
    pub callback: Option<Callback>,
    /// What it gets with each message.
    pub user_data: *mut c_void,
}

impl Default for Reporter {
    fn default() -> Self {
        Self { callback: None, user_data: std::ptr::null_mut() }
    }
}

impl Reporter {
    /// Reports an error.
    pub(crate) fn error(&self, message: impl Display) {
        let message = message.to_string();
        let Some(callback) = self.callback else {
            // A program without standard error has nobody to tell.
            let _ = writeln!(std::io::stderr(), "ERROR: {message}");
            return;
        };
        let text = CString::new(message.replace('\0', " ")).unwrap_or_default();
        // SAFETY: the program gave a function of this type and what belongs to it; the format takes one string.
        unsafe { featherlite_report(callback, self.user_data, c"%s".as_ptr(), text.as_ptr()) };
    }

    /// The value, or `None` after its error was reported.
    pub(crate) fn kept<T, E: Display>(&self, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.error(error)).ok()
    }
}
