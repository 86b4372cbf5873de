//! What flows along the edges of a TensorFlow graph.

use featherlite_base::DType;
use featherlite_ir::{Dim, ValueId};

use super::messages::NodeDef;
use crate::{Error, Result};

/// A value of the source, as far as it has been translated.
#[derive(Clone, Debug)]
pub(crate) enum Operand<'a> {
    /// A tensor of the graph that is being built.
    Tensor(ValueId),
    /// A handle of a variable: the node that makes it.
    Variable(&'a NodeDef),
    /// A list of tensors.
    List(List),
    /// The output of a branch that is never taken.
    Dead,
    /// An output that has no translation; an error only if something reads it.
    Absent,
}

/// A list of equal tensors, kept as one tensor `[elements, …]`.
#[derive(Clone, Debug)]
pub(crate) struct List {
    pub(crate) contents: Contents,
    pub(crate) dtype: DType,
}

/// The elements of a [`List`].
#[derive(Clone, Debug)]
pub(crate) enum Contents {
    /// All of them, along the first axis.
    Stacked(ValueId),
    /// Nothing has been put into it so far. The sizes of elements are `None` where they are not known.
    Reserved { count: ValueId, element: Option<Vec<Option<Dim>>> },
}

impl Operand<'_> {
    /// The tensor.
    ///
    /// # Errors
    /// If it is something else.
    pub(crate) fn tensor(&self) -> Result<ValueId> {
        match self {
            Self::Tensor(value) => Ok(*value),
            Self::Variable(node) => Err(Error::unsupported(format!(
                "it takes the handle of variable {:?} for a tensor",
                node.name
            ))),
            Self::List(_) => Err(Error::unsupported("it takes a list of tensors for a tensor")),
            Self::Dead => Err(Error::unsupported("it reads the output of a branch that is never taken")),
            Self::Absent => Err(Error::unsupported("it reads an output that has no counterpart in TFLite")),
        }
    }
}

impl From<ValueId> for Operand<'_> {
    fn from(value: ValueId) -> Self {
        Self::Tensor(value)
    }
}
