use alloc::format;
use alloc::string::String;
use core::fmt;

/// Result with the crate's [`Error`].
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes are not a file of this format.
    NotThisFormat,
    /// The file has a version of the format that is not known.
    Version,
    /// Something lies outside of the file or contradicts itself.
    Malformed,
    /// Parts of the file are referred to so many times that reading it would take unreasonably long.
    TooComplex,
    /// The file holds something that its owned form has no place for.
    Unknown,
    /// A model is too large for the format.
    TooLarge,
}

/// Why bytes are not a valid model, and which field says so.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    field: String,
    message: String,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, field: String::new(), message: message.into() }
    }

    /// The same error, found while reading `field` of a table, or element `index` of that field.
    pub(crate) fn within(mut self, field: &str, index: Option<usize>) -> Self {
        let dot = if self.field.is_empty() { "" } else { "." };
        self.field = match index {
            Some(index) => format!("{field}[{index}]{dot}{}", self.field),
            None => format!("{field}{dot}{}", self.field),
        };
        self
    }

    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The field, from the root of the file, such as `subgraphs[0].operators[3].inputs`; empty if it is about the
    /// file as a whole.
    pub fn field(&self) -> &str {
        &self.field
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.kind)
    }
}

impl core::error::Error for Error {}
