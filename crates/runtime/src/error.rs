use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use core::fmt;

use featherlite_base::ErrorKind;

/// Result with the crate's [`Error`].
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// What went wrong and where: file, subgraph, operator, tensor.
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    message: String,
    file: Option<String>,
    subgraph: Option<usize>,
    node: Option<(usize, String)>,
    tensor: Option<(usize, String)>,
}

impl Error {
    /// An error that is not tied to a place in a model.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            inner: Box::new(Inner { kind, message, file: None, subgraph: None, node: None, tensor: None }),
        }
    }

    pub(crate) fn argument(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidArgument, message)
    }

    pub(crate) fn in_file(mut self, file: Option<&str>) -> Self {
        if self.inner.file.is_none() {
            self.inner.file = file.map(str::to_owned);
        }
        self
    }

    pub(crate) fn at_node(mut self, subgraph: usize, node: usize, operator: &str) -> Self {
        if self.inner.node.is_none() {
            self.inner.subgraph = Some(subgraph);
            self.inner.node = Some((node, operator.to_owned()));
        }
        self
    }

    pub(crate) fn at_tensor(mut self, subgraph: usize, tensor: usize, name: &str) -> Self {
        if self.inner.tensor.is_none() {
            self.inner.subgraph = Some(subgraph);
            self.inner.tensor = Some((tensor, name.to_owned()));
        }
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The file, if the model came from one.
    pub fn file(&self) -> Option<&str> {
        self.inner.file.as_deref()
    }

    /// The subgraph, if the error is about a place in one.
    pub fn subgraph(&self) -> Option<usize> {
        self.inner.subgraph
    }

    /// Index and operator name of the node, if the error is about one.
    pub fn node(&self) -> Option<(usize, &str)> {
        self.inner.node.as_ref().map(|(index, name)| (*index, name.as_str()))
    }

    /// Index and name of the tensor, if the error is about one.
    pub fn tensor(&self) -> Option<(usize, &str)> {
        self.inner.tensor.as_ref().map(|(index, name)| (*index, name.as_str()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.inner;
        if let Some(file) = &inner.file {
            write!(f, "{file}: ")?;
        }
        if let Some(subgraph) = inner.subgraph.filter(|&index| index > 0) {
            write!(f, "subgraph {subgraph}, ")?;
        }
        if let Some((index, operator)) = &inner.node {
            write!(f, "node {index} ({operator}): ")?;
        }
        if let Some((index, name)) = &inner.tensor {
            write!(f, "tensor {index} {name:?}: ")?;
        }
        f.write_str(&inner.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.inner.kind)
    }
}

impl core::error::Error for Error {}

impl From<featherlite_base::Error> for Error {
    fn from(error: featherlite_base::Error) -> Self {
        Self::new(error.kind(), error.message())
    }
}

impl From<featherlite_schema::Error> for Error {
    fn from(error: featherlite_schema::Error) -> Self {
        Self::new(ErrorKind::InvalidModel, format!("not a valid .tflite file: {error}"))
    }
}
