use alloc::string::String;
use core::fmt;

/// Result with the crate's [`Error`].
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// What went wrong, for callers that want to act on it.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The file or graph contradicts the format or an operator's definition.
    InvalidModel,
    /// An operator, version, data type or attribute that this build does not implement.
    Unsupported,
    /// Shapes that do not fit together.
    InvalidShape,
    /// Values found at run time (indices, sizes) that the operator does not allow.
    InvalidValue,
    /// A name, index, shape or type given by the caller does not fit the model.
    InvalidArgument,
    /// A stated memory limit would be passed, or the system has no memory left.
    OutOfMemory,
    /// A stated limit other than of memory was reached: operators of one run, depth of calls.
    LimitReached,
    /// The run was cancelled from another thread.
    Cancelled,
    /// Reading or writing a file failed.
    Io,
    /// A defect of Featherlite.
    Internal,
}

/// An error below the runtime: a kind and a message with the numbers in it.
///
/// The runtime adds where it happened (file, operator, node, tensor).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

impl Error {
    /// An error of `kind`; the message names the offending values.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// Shorthand for [`ErrorKind::Unsupported`].
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, message)
    }

    /// Shorthand for [`ErrorKind::InvalidModel`].
    pub fn invalid_model(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidModel, message)
    }

    /// Shorthand for [`ErrorKind::InvalidShape`].
    pub fn invalid_shape(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidShape, message)
    }

    /// Shorthand for [`ErrorKind::InvalidValue`].
    pub fn invalid_value(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidValue, message)
    }

    /// Shorthand for [`ErrorKind::Internal`].
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The message without the kind.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for Error {}
