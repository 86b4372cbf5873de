//! A call of a layer while it is imported: what rules read, and where they put nodes.

use std::collections::BTreeMap;

use featherlite_base::{Bf16, DType, F16};
use featherlite_ir::ValueId;
use serde_json::Value;

use super::config::{self, Config};
use super::network::Layer;
use super::variables::Variables;
use super::weight_file::Array;
use crate::build::Builder;
use crate::{Error, Result};

/// A tensor between layers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tensor {
    pub(super) id: ValueId,
    /// Which of its time steps count: `[n, time]` of booleans.
    pub(super) mask: Option<ValueId>,
}

/// What a layer gets for one of its arguments.
#[derive(Clone, Debug)]
pub(super) enum Input {
    Tensor(Tensor),
    List(Vec<Input>),
    Value(Value),
}

/// The file that is being imported.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    /// Whether Keras 2 has written it, whose functions differ in places.
    pub(super) is_keras_2: bool,
}

/// A call of a layer.
pub(super) struct Context<'a, 'm> {
    pub(super) b: &'a mut Builder<'m>,
    pub(super) layer: &'a Layer,
    pub(super) variables: &'a Variables,
    pub(super) args: Vec<Input>,
    pub(super) kwargs: BTreeMap<String, Input>,
    pub(super) origin: Origin,
    /// The mask of what the layer gives, for rules that make one.
    pub(super) mask: Option<ValueId>,
}

impl Input {
    pub(super) fn tensors(&self, found: &mut Vec<Tensor>) {
        match self {
            Self::Tensor(tensor) => found.push(*tensor),
            Self::List(items) => items.iter().for_each(|item| item.tensors(found)),
            Self::Value(_) => {}
        }
    }

    /// The tensor, if it is one.
    pub(super) fn tensor(&self) -> Option<Tensor> {
        match self {
            Self::Tensor(tensor) => Some(*tensor),
            _ => None,
        }
    }

    /// The constant as it is written in the file; lists of constants become arrays.
    pub(super) fn constant(&self) -> Option<Value> {
        match self {
            Self::Tensor(_) => None,
            Self::List(items) => items.iter().map(Self::constant).collect::<Option<_>>().map(Value::Array),
            Self::Value(value) => Some(value.clone()),
        }
    }
}

impl<'a, 'm> Context<'a, 'm> {
    /// A call of a layer inside this one on one tensor.
    pub(super) fn inner<'b>(
        &'b mut self,
        layer: &'b Layer,
        variables: &'b Variables,
        x: ValueId,
    ) -> Context<'b, 'm> {
        Context {
            b: self.b,
            layer,
            variables,
            args: vec![Input::Tensor(Tensor { id: x, mask: None })],
            kwargs: BTreeMap::new(),
            origin: self.origin,
            mask: None,
        }
    }

    pub(super) fn config(&self) -> Config<'a> {
        Config(&self.layer.config)
    }

    /// All tensors of the arguments.
    pub(super) fn tensors(&self) -> Vec<Tensor> {
        let mut found = Vec::new();
        self.args.iter().chain(self.kwargs.values()).for_each(|input| input.tensors(&mut found));
        found
    }

    /// The tensors of the positional arguments, with masks.
    pub(super) fn tensors_of_args(&self) -> Vec<Tensor> {
        let mut found = Vec::new();
        self.args.iter().for_each(|input| input.tensors(&mut found));
        found
    }

    /// The tensors of the positional arguments.
    pub(super) fn inputs(&self) -> Vec<ValueId> {
        self.tensors_of_args().into_iter().map(|tensor| tensor.id).collect()
    }

    /// The first tensor.
    pub(super) fn x(&self) -> Result<ValueId> {
        self.tensors()
            .first()
            .map(|tensor| tensor.id)
            .ok_or_else(|| Error::invalid("it is called without a tensor"))
    }

    /// Which steps of the first tensor count: by an argument, or by what has come with it.
    pub(super) fn x_mask(&self) -> Option<ValueId> {
        if let Some(Input::Tensor(mask)) = self.kwargs.get("mask") {
            return Some(mask.id);
        }
        self.tensors().first().and_then(|tensor| tensor.mask)
    }

    /// The argument at `position` or under `name`, unless it is absent or `None`.
    pub(super) fn argument(&self, position: usize, name: &str) -> Option<&Input> {
        let found = self.args.get(position).or_else(|| self.kwargs.get(name));
        found.filter(|input| !matches!(input, Input::Value(Value::Null)))
    }

    /// A tensor argument.
    pub(super) fn tensor(&self, position: usize, name: &str) -> Option<Tensor> {
        self.argument(position, name)?.tensor()
    }

    /// A constant argument, or else the setting of the same name.
    pub(super) fn setting(&self, position: usize, name: &str) -> Option<Value> {
        let argument = self.argument(position, name).and_then(Input::constant);
        argument.or_else(|| self.config().get(name).cloned())
    }

    /// A switch, as argument or setting.
    pub(super) fn bool(&self, position: usize, name: &str, default: bool) -> Result<bool> {
        let Some(value) = self.setting(position, name) else { return Ok(default) };
        value.as_bool().ok_or_else(|| self.bad(name, &value))
    }

    fn bad(&self, name: &str, value: &Value) -> Error {
        Error::invalid(format!("the argument {name} is {}", config::shortened(value)))
    }

    /// Variable `index` of the layer.
    pub(super) fn array(&self, index: usize) -> Result<&'a Array> {
        array(self.variables, index)
    }

    /// Variable `index` of the layer as a constant, in `f32` if it is one of real numbers.
    pub(super) fn variable(&mut self, index: usize) -> Result<ValueId> {
        let array = self.array(index)?;
        constant(self.b, array)
    }

    /// The elements of variable `index`.
    pub(super) fn floats(&self, index: usize) -> Result<Vec<f32>> {
        self.array(index)?.floats()
    }

    /// The variables of the layer that the attribute `name` holds.
    pub(super) fn child(&self, name: &str) -> Result<&'a Variables> {
        self.variables
            .child(name)
            .ok_or_else(|| Error::invalid(format!("the file has no variables of its {name}")))
    }

    /// Whether images are `[n, channels, …]` rather than `[n, …, channels]`.
    pub(super) fn is_channels_first(&self) -> Result<bool> {
        Ok(self.config().text_or("data_format", "channels_last")? == "channels_first")
    }

    /// What `build` makes of `x` with channels last, with the channels put back to where they were.
    pub(super) fn with_channels_last(
        &mut self,
        x: ValueId,
        build: impl FnOnce(&mut Self, ValueId) -> Result<ValueId>,
    ) -> Result<ValueId> {
        if !self.is_channels_first()? {
            return build(self, x);
        }
        let x = channels_last(self.b, x)?;
        let x = build(self, x)?;
        channels_first(self.b, x)
    }
}

/// `[n, c, …]` as `[n, …, c]`.
pub(super) fn channels_last(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let rank = b.rank(x)?;
    let axes: Vec<usize> = std::iter::once(0).chain(2..rank).chain([1]).take(rank).collect();
    b.transpose(x, &axes)
}

/// `[n, …, c]` as `[n, c, …]`.
pub(super) fn channels_first(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let rank = b.rank(x)?;
    if rank < 2 {
        return Ok(x);
    }
    let axes: Vec<usize> = [0, rank - 1].into_iter().chain(1..rank - 1).collect();
    b.transpose(x, &axes)
}

/// Variable `index` of a layer.
pub(super) fn array(variables: &Variables, index: usize) -> Result<&Array> {
    variables.own.get(index).ok_or_else(|| {
        let found = variables.own.len();
        Error::invalid(format!("the file has {found} of the layer's variables, but number {index} is needed"))
    })
}

/// An array as a constant, in `f32` if it is one of real numbers.
pub(super) fn constant(b: &mut Builder<'_>, array: &Array) -> Result<ValueId> {
    match array.dtype {
        DType::F16 | DType::F64 | DType::Bf16 => b.constant(&array.dims, &array.floats()?),
        dtype => b.constant_bytes(dtype, &array.dims, array.bytes.clone()),
    }
}

impl Array {
    /// The elements as `f32`.
    pub(super) fn floats(&self) -> Result<Vec<f32>> {
        let bytes = &self.bytes[..];
        let floats = match self.dtype {
            DType::F32 => bytes.as_chunks().0.iter().map(|&x| f32::from_le_bytes(x)).collect(),
            DType::F64 => bytes.as_chunks().0.iter().map(|&x| f64::from_le_bytes(x) as f32).collect(),
            DType::F16 => bytes.as_chunks().0.iter().map(|&x| F16(u16::from_le_bytes(x)).to_f32()).collect(),
            DType::Bf16 => {
                bytes.as_chunks().0.iter().map(|&x| Bf16(u16::from_le_bytes(x)).to_f32()).collect()
            }
            dtype => {
                return Err(Error::unsupported(format!(
                    "a variable of {dtype} where real numbers are needed"
                )));
            }
        };
        Ok(floats)
    }
}
