use std::fmt;
use std::path::Path;

/// Result with the crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, for callers that want to act on it.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// A file that could not be read.
    Read,
    /// Contents that are damaged, or not what was expected.
    Damaged,
    /// Contents of a kind that is not supported.
    Unsupported,
    /// A dataset or options that do not fit what was asked.
    Invalid,
    /// A defect of Featherlite.
    Internal,
}

/// An error: a kind, and a message with names and numbers in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(crate) fn read(error: &std::io::Error) -> Self {
        let kind = match error.kind() {
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => ErrorKind::Damaged,
            _ => ErrorKind::Read,
        };
        Self::new(kind, error.to_string())
    }

    pub(crate) fn damaged(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Damaged, message)
    }

    pub(crate) fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, message)
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    /// The same with the name of what it is about in front.
    pub(crate) fn of(self, name: impl fmt::Display) -> Self {
        Self { kind: self.kind, message: format!("{name}: {}", self.message) }
    }

    pub(crate) fn in_file(self, path: &Path) -> Self {
        self.of(path.display())
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
