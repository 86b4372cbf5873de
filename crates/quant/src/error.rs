use std::fmt;

/// Result with the crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, for callers that want to act on it.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// A recipe that says nothing sensible.
    Recipe,
    /// Statistics that are damaged, or those of another model.
    Statistics,
    /// What was asked can not be had of this network.
    Unsupported,
    /// The network could not be run or rebuilt.
    Model,
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

    pub(crate) fn statistics(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Statistics, message)
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

impl From<featherlite_base::Error> for Error {
    fn from(error: featherlite_base::Error) -> Self {
        Self::new(ErrorKind::Model, error.message())
    }
}

impl From<featherlite_runtime::Error> for Error {
    fn from(error: featherlite_runtime::Error) -> Self {
        Self::new(ErrorKind::Model, error.to_string())
    }
}

impl From<featherlite_convert::Error> for Error {
    fn from(error: featherlite_convert::Error) -> Self {
        Self::new(ErrorKind::Model, error.to_string())
    }
}
