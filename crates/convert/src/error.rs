use std::fmt;

use featherlite_base::ErrorKind;

/// Result with the crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A network that can not be read, converted or written: what went wrong, where, and what can be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
}

impl Error {
    /// An error of `kind`; the message names the offending values.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None }
    }

    /// The file contradicts its format or an operator's definition.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidModel, message)
    }

    /// Something that can not be converted.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, message)
    }

    /// An option that does not fit the network.
    pub fn argument(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidArgument, message)
    }

    /// A defect of Featherlite.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    /// A file that can not be read or written.
    pub fn io(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::new(ErrorKind::Io, format!("{}: {error}", path.display()))
    }

    /// With where it happened: a file, a node, a pass. Places are added from the inside out.
    #[must_use]
    pub fn at(self, place: impl fmt::Display) -> Self {
        Self { message: format!("{place}: {}", self.message), ..self }
    }

    /// With a way out.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What went wrong and where, without the way out.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.hint.iter().try_for_each(|hint| write!(f, "\n  help: {hint}"))
    }
}

impl std::error::Error for Error {}

impl From<featherlite_base::Error> for Error {
    fn from(error: featherlite_base::Error) -> Self {
        Self::new(error.kind(), error.message())
    }
}

impl From<featherlite_schema::Error> for Error {
    fn from(error: featherlite_schema::Error) -> Self {
        Self::invalid(error.to_string())
    }
}

impl From<featherlite_runtime::Error> for Error {
    fn from(error: featherlite_runtime::Error) -> Self {
        Self::new(error.kind(), error.to_string())
    }
}
