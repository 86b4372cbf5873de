//! Results go to standard output, everything else to standard error. A closed pipe ends neither.

use std::fmt::Display;
use std::io::{Write, stderr, stdout};

/// A line that is a result.
pub(crate) fn result(text: impl Display) {
    let _ = writeln!(stdout(), "{text}");
}

/// A line that is a remark.
pub(crate) fn note(text: impl Display) {
    let _ = writeln!(stderr(), "{text}");
}
