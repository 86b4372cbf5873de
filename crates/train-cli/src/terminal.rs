//! Results go to standard output, everything else to standard error. A closed pipe ends neither.

use std::fmt::Display;
use std::io::{Write, stderr, stdout};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether another process says everything.
static SILENT: AtomicBool = AtomicBool::new(false);

/// From now on nothing is said but errors.
pub(crate) fn silence() {
    SILENT.store(true, Ordering::Relaxed);
}

/// Whether anything is said.
pub(crate) fn speaks() -> bool {
    !SILENT.load(Ordering::Relaxed)
}

/// A line that is a result.
pub(crate) fn result(text: impl Display) {
    if speaks() {
        let _ = writeln!(stdout(), "{text}");
    }
}

/// A line that is a remark.
pub(crate) fn note(text: impl Display) {
    if speaks() {
        let _ = writeln!(stderr(), "{text}");
    }
}

/// Why the program ends.
pub(crate) fn error(text: impl Display) {
    let _ = writeln!(stderr(), "error: {text}");
}
