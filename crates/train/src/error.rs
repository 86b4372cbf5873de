use std::fmt;

/// Result with the crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, for callers that want to act on it.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// A recipe that says nothing sensible.
    Recipe,
    /// Weights, a checkpoint or samples that do not fit the network.
    Mismatch,
    /// A network that can not be trained.
    Unsupported,
    /// A file could not be read or written, or is damaged.
    File,
    /// Processes that train together have lost each other.
    Group,
    /// Training went astray: the loss is no number any more.
    Diverged,
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

    pub(crate) fn recipe(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Recipe, message)
    }

    pub(crate) fn mismatch(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Mismatch, message)
    }

    pub(crate) fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, message)
    }

    /// A file and what is wrong with it.
    pub(crate) fn file(path: &std::path::Path, error: impl fmt::Display) -> Self {
        Self::new(ErrorKind::File, format!("{}: {error}", path.display()))
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

impl From<featherlite_ofa::Error> for Error {
    fn from(error: featherlite_ofa::Error) -> Self {
        Self::mismatch(error.to_string())
    }
}

impl From<featherlite_arch::Error> for Error {
    fn from(error: featherlite_arch::Error) -> Self {
        Self::mismatch(error.to_string())
    }
}
