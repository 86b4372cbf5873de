//! Where results and remarks go, and whether they have colours.

use std::fmt::Display;
use std::io::{BufWriter, IsTerminal, Result, Stderr, Stdout, Write, stderr, stdout};

use indicatif::{ProgressBar, ProgressDrawTarget};

/// Standard output, buffered, and standard error.
pub(crate) struct Terminal {
    out: BufWriter<Stdout>,
    colours: bool,
    error_colours: bool,
}

impl Terminal {
    pub(crate) fn new() -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self {
            out: BufWriter::with_capacity(1 << 16, stdout()),
            colours: wanted && stdout().is_terminal(),
            error_colours: wanted && stderr().is_terminal(),
        }
    }

    /// Headings and names.
    pub(crate) fn bold(&self, text: impl Display) -> String {
        paint(self.colours, "1", text)
    }

    /// What matters least.
    pub(crate) fn dim(&self, text: impl Display) -> String {
        paint(self.colours, "2", text)
    }

    /// Good news.
    pub(crate) fn good(&self, text: impl Display) -> String {
        paint(self.colours, "32", text)
    }

    /// Bad news.
    pub(crate) fn bad(&self, text: impl Display) -> String {
        paint(self.colours, "31", text)
    }

    /// Writes JSON.
    pub(crate) fn json(&mut self, value: &serde_json::Value) -> Result<()> {
        serde_json::to_writer_pretty(&mut self.out, value)?;
        writeln!(self.out)
    }

    /// A bar on the terminal while the results of long work go elsewhere.
    pub(crate) fn progress(&self, count: usize) -> ProgressBar {
        bar(count, stderr().is_terminal() && !stdout().is_terminal())
    }

    /// A bar on the terminal for long work that writes nothing in the meantime.
    pub(crate) fn silent_progress(&self, count: usize) -> ProgressBar {
        bar(count, stderr().is_terminal())
    }

    /// Writes a remark that is no result to standard error.
    pub(crate) fn note(&self, text: impl Display) {
        self.remark(&paint(self.error_colours, "33", "note"), text);
    }

    /// Writes an error to standard error.
    pub(crate) fn error(&self, text: impl Display) {
        self.remark(&paint(self.error_colours, "31", "error"), text);
    }

    fn remark(&self, kind: &str, text: impl Display) {
        // There is nowhere left to report that standard error is gone.
        let _ = writeln!(Stderr::lock(&stderr()), "{kind}: {text}");
    }

    /// Writes out what is left; to be called before the program ends.
    pub(crate) fn finish(&mut self) -> Result<()> {
        self.out.flush()
    }
}

fn bar(count: usize, is_seen: bool) -> ProgressBar {
    let target =
        if is_seen && count > 1 { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    ProgressBar::with_draw_target(Some(count as u64), target)
}

fn paint(colours: bool, code: &str, text: impl Display) -> String {
    if colours { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
}

impl Write for Terminal {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        self.out.flush()
    }
}
