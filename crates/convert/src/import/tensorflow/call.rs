//! A node that is being translated: its operands and attributes, and where what it becomes goes.

use featherlite_base::DType;
use featherlite_ir::ValueId;

use super::expand::FlatNode;
use super::messages::{AttrList, attr_value::Value};
use super::operand::Operand;
use super::tensor;
use super::translate::Translator;
use crate::build::Builder;
use crate::{Error, Result};

/// A node with the operands that it reads.
pub(crate) struct Call<'c, 'm, 'a> {
    pub(crate) builder: &'c mut Builder<'m>,
    pub(crate) translator: &'c Translator<'a>,
    pub(crate) node: &'c FlatNode<'a>,
    pub(crate) operands: &'c [Operand<'a>],
}

impl<'a> Call<'_, '_, 'a> {
    /// Operand `index`.
    ///
    /// # Errors
    /// If the node has fewer.
    pub(crate) fn operand(&self, index: usize) -> Result<&Operand<'a>> {
        let missing =
            || Error::invalid(format!("it has {} inputs; input {index} is needed", self.operands.len()));
        self.operands.get(index).ok_or_else(missing)
    }

    /// Operand `index`, which must be a tensor.
    ///
    /// # Errors
    /// If it is missing, a resource or a list.
    pub(crate) fn input(&self, index: usize) -> Result<ValueId> {
        self.operand(index)?.tensor()
    }

    /// All operands, which must be tensors.
    ///
    /// # Errors
    /// If one is a resource or a list.
    pub(crate) fn inputs(&self) -> Result<Vec<ValueId>> {
        self.operands.iter().map(Operand::tensor).collect()
    }

    /// Operand `index` as 32-bit integers: sizes, axes and positions, which most operators take in no other type.
    ///
    /// # Errors
    /// As [`Self::input`].
    pub(crate) fn index_input(&mut self, index: usize) -> Result<ValueId> {
        let input = self.input(index)?;
        match self.builder.dtype(input) {
            DType::I64 | DType::I16 => self.builder.cast(input, DType::I32),
            _ => Ok(input),
        }
    }

    /// The integers in operand `index`, which must be constant.
    ///
    /// # Errors
    /// If they are computed when the model runs.
    pub(crate) fn integers(&self, index: usize) -> Result<Vec<i64>> {
        let input = self.input(index)?;
        self.builder.integers(input).ok_or_else(|| {
            Error::unsupported(format!("its input {index} must be a constant of integers, but is computed"))
                .hint("state the shapes of inputs (--shape NAME=1,224,224,3), so that more of the graph is constant")
        })
    }

    /// The one integer in operand `index`, which must be constant.
    ///
    /// # Errors
    /// If it is computed when the model runs.
    pub(crate) fn integer(&self, index: usize) -> Result<i64> {
        match self.integers(index)?.as_slice() {
            &[value] => Ok(value),
            values => {
                Err(Error::invalid(format!("its input {index} must be one integer, but is {values:?}")))
            }
        }
    }

    fn value(&self, name: &str) -> Option<&'a Value> {
        self.node.def.attr.get(name)?.value.as_ref()
    }

    fn wrong(&self, name: &str) -> Error {
        match self.value(name) {
            None => Error::invalid(format!("it lacks the attribute {name:?}")),
            Some(value) => Error::invalid(format!("its attribute {name:?} is {value:?}")),
        }
    }

    /// An integer attribute; `default` if the file leaves it out.
    ///
    /// # Errors
    /// If it is something else.
    pub(crate) fn int_or(&self, name: &str, default: i64) -> Result<i64> {
        match self.value(name) {
            None => Ok(default),
            Some(Value::Int(value)) => Ok(*value),
            Some(_) => Err(self.wrong(name)),
        }
    }

    /// An attribute that is a number; `default` if the file leaves it out.
    ///
    /// # Errors
    /// If it is something else.
    pub(crate) fn float_or(&self, name: &str, default: f32) -> Result<f32> {
        match self.value(name) {
            None => Ok(default),
            Some(Value::Float(value)) => Ok(*value),
            Some(_) => Err(self.wrong(name)),
        }
    }

    /// An attribute that is true or false; `default` if the file leaves it out.
    ///
    /// # Errors
    /// If it is something else.
    pub(crate) fn bool_or(&self, name: &str, default: bool) -> Result<bool> {
        match self.value(name) {
            None => Ok(default),
            Some(Value::Bool(value)) => Ok(*value),
            Some(_) => Err(self.wrong(name)),
        }
    }

    /// A text attribute; `default` if the file leaves it out.
    ///
    /// # Errors
    /// If it is something else.
    pub(crate) fn text_or(&self, name: &str, default: &'static str) -> Result<&'a str> {
        match self.value(name) {
            None => Ok(default),
            Some(Value::Text(text)) => str::from_utf8(text).map_err(|_| self.wrong(name)),
            Some(_) => Err(self.wrong(name)),
        }
    }

    /// An element type.
    ///
    /// # Errors
    /// If it is missing or unknown.
    pub(crate) fn dtype(&self, name: &str) -> Result<DType> {
        match self.value(name) {
            Some(Value::Type(code)) => Ok(tensor::computed(tensor::dtype(*code)?)),
            _ => Err(self.wrong(name)),
        }
    }

    /// An element type; `default` if the file leaves it out.
    ///
    /// # Errors
    /// If it is unknown.
    pub(crate) fn dtype_or(&self, name: &str, default: DType) -> Result<DType> {
        if self.value(name).is_none() { Ok(default) } else { self.dtype(name) }
    }

    /// Integers; none if the file leaves them out.
    ///
    /// # Errors
    /// If it is something else.
    pub(crate) fn ints(&self, name: &str) -> Result<&'a [i64]> {
        match self.value(name) {
            None => Ok(&[]),
            Some(Value::List(AttrList { int, .. })) => Ok(int),
            Some(_) => Err(self.wrong(name)),
        }
    }

    /// Numbers; none if the file leaves them out.
    ///
    /// # Errors
    /// If it is something else.
    pub(crate) fn floats(&self, name: &str) -> Result<&'a [f32]> {
        match self.value(name) {
            None => Ok(&[]),
            Some(Value::List(AttrList { float, .. })) => Ok(float),
            Some(_) => Err(self.wrong(name)),
        }
    }

    /// A constant attribute.
    ///
    /// # Errors
    /// If it is missing or damaged.
    pub(crate) fn tensor(&self, name: &str) -> Result<tensor::Tensor> {
        match self.value(name) {
            Some(Value::Tensor(contents)) => tensor::read(contents),
            _ => Err(self.wrong(name)),
        }
    }

    /// The name of a function.
    ///
    /// # Errors
    /// If it is missing.
    pub(crate) fn function(&self, name: &str) -> Result<&'a str> {
        match self.value(name) {
            Some(Value::Function(function)) => Ok(&function.name),
            _ => Err(self.wrong(name)),
        }
    }

    /// The names of several functions.
    ///
    /// # Errors
    /// If they are missing.
    pub(crate) fn functions(&self, name: &str) -> Result<Vec<&'a str>> {
        match self.value(name) {
            Some(Value::List(list)) => {
                Ok(list.function.iter().map(|function| function.name.as_str()).collect())
            }
            _ => Err(self.wrong(name)),
        }
    }
}
