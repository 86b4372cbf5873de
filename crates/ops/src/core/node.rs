use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{Affine, DType, Element, Error, Quantization, Result, Shape, arena};
use featherlite_schema as schema;

/// A tensor as shape functions and plans see it.
#[derive(Clone)]
pub struct Tensor<'a> {
    /// The tensor's name in the file.
    pub name: &'a str,
    /// Its element type.
    pub dtype: DType,
    /// Its present shape. For outputs in a shape function: the shape that the file declares.
    pub shape: Shape,
    /// Whether `shape` is final. When false only its rank may be relied on, and not even that for outputs.
    pub shape_known: bool,
    /// Whether the file leaves sizes of its shape open: they have a 1 there, and -1 in the shape signature.
    pub is_open: bool,
    /// How its numbers stand for real ones.
    pub quantization: &'a Quantization,
    /// Its contents if they are known now: constants, folded results, or (when a dynamic shape is resolved during a
    /// run) whatever has been computed. Aligned for the element type.
    pub data: Option<&'a [u8]>,
    /// Whether `data` are the same for every session and run (a constant of the file, or folded from such).
    pub is_constant: bool,
    /// Whether it keeps its contents from run to run (state of recurrent operators).
    pub is_variable: bool,
    /// How `data` are compressed, for sparse constants.
    pub sparsity: Option<schema::SparsityParameters<'a>>,
}

impl<'a> Tensor<'a> {
    /// The contents as elements, if known.
    ///
    /// # Errors
    /// If they are of another type.
    pub fn values<T: Element>(&self) -> Result<Option<&'a [T]>> {
        if !T::views(self.dtype) {
            return Err(Error::internal(format!(
                "tensor {:?} of {} read as {}",
                self.name,
                self.dtype,
                T::DTYPE
            )));
        }
        // Sparse constants are as long as the file says.
        if let Some(data) = self.data.filter(|data| data.len() % size_of::<T>() != 0) {
            let message = format!("{} bytes of tensor {:?} are no {}", data.len(), self.name, self.dtype);
            return Err(Error::invalid_model(message));
        }
        self.data.map(arena::cast).transpose()
    }

    /// The contents of a constant as elements.
    ///
    /// # Errors
    /// If the tensor is not a constant, or of another type.
    pub fn constant<T: Element>(&self) -> Result<&'a [T]> {
        self.values()?.filter(|_| self.is_constant).ok_or_else(|| {
            Error::unsupported(format!("tensor {:?} must be a constant of the model", self.name))
        })
    }

    /// The contents of an integer tensor (a shape, axes, sizes) widened, if known.
    ///
    /// # Errors
    /// If the type is not an integer.
    pub fn integers(&self) -> Result<Option<Vec<i64>>> {
        let Some(data) = self.data else { return Ok(None) };
        Ok(Some(match self.dtype {
            DType::I64 => arena::cast::<i64>(data)?.to_vec(),
            DType::I32 => arena::cast::<i32>(data)?.iter().map(|&x| i64::from(x)).collect(),
            DType::I16 => arena::cast::<i16>(data)?.iter().map(|&x| i64::from(x)).collect(),
            DType::I8 => arena::cast::<i8>(data)?.iter().map(|&x| i64::from(x)).collect(),
            DType::U8 | DType::Bool => data.iter().map(|&x| i64::from(x)).collect(),
            DType::U32 => arena::cast::<u32>(data)?.iter().map(|&x| i64::from(x)).collect(),
            other => {
                return Err(Error::unsupported(format!(
                    "tensor {:?} must hold integers, not {other}",
                    self.name
                )));
            }
        }))
    }

    /// Scale and zero point of a tensor quantized as a whole.
    ///
    /// # Errors
    /// If it has none, or one for each channel.
    pub fn scale_zero_point(&self) -> Result<(f32, i32)> {
        match self.quantization.affine() {
            Some(Affine { scales, zero_points, .. }) if scales.len() == 1 => Ok((scales[0], zero_points[0])),
            Some(affine) => Err(Error::invalid_model(format!(
                "tensor {:?} has {} scales where one is expected",
                self.name,
                affine.scales.len()
            ))),
            None => {
                Err(Error::invalid_model(format!("tensor {:?} of {} has no scale", self.name, self.dtype)))
            }
        }
    }

    /// Scales along an axis of `channels` entries: one for each, or the single one repeated.
    ///
    /// # Errors
    /// If there are none, or another number of them.
    pub fn channel_scales(&self, channels: usize) -> Result<Vec<f32>> {
        match self.quantization.affine() {
            Some(affine) if affine.scales.len() == channels => Ok(affine.scales.clone()),
            Some(affine) if affine.scales.len() == 1 => Ok(alloc::vec![affine.scales[0]; channels]),
            Some(affine) => Err(Error::invalid_model(format!(
                "tensor {:?} has {} scales for {channels} channels",
                self.name,
                affine.scales.len()
            ))),
            None => {
                Err(Error::invalid_model(format!("tensor {:?} of {} has no scale", self.name, self.dtype)))
            }
        }
    }
}

/// An operator in a graph, with what is known of its tensors.
pub struct Node<'a> {
    /// The file.
    pub model: schema::Model<'a>,
    /// The operator as the file has it.
    pub operator: schema::Operator<'a>,
    /// Its subgraph, and its number there.
    pub index: (usize, usize),
    /// The version that the file asks for.
    pub version: i32,
    /// Its options if it is a custom operator.
    pub custom_options: &'a [u8],
    /// Its inputs; `None` where an optional one is absent.
    pub inputs: &'a [Option<Tensor<'a>>],
    /// Its outputs.
    pub outputs: &'a [Tensor<'a>],
    /// Looks up another tensor of the subgraph: blockwise scales are referred to by index.
    pub tensor: &'a dyn Fn(usize) -> Option<Tensor<'a>>,
}

impl<'a> Node<'a> {
    /// Input `index`.
    ///
    /// # Errors
    /// If it is absent.
    pub fn input(&self, index: usize) -> Result<&Tensor<'a>> {
        self.optional(index).ok_or_else(|| {
            Error::invalid_model(format!("input {index} is missing (the operator has {})", self.inputs.len()))
        })
    }

    /// Input `index` if it is there.
    pub fn optional(&self, index: usize) -> Option<&Tensor<'a>> {
        self.inputs.get(index).and_then(Option::as_ref)
    }

    /// Output `index`.
    ///
    /// # Errors
    /// If it is not there.
    pub fn output(&self, index: usize) -> Result<&Tensor<'a>> {
        self.outputs.get(index).ok_or_else(|| {
            Error::invalid_model(format!(
                "output {index} is missing (the operator has {})",
                self.outputs.len()
            ))
        })
    }

    /// Input `index` if it is a variable tensor that the kernel may write: one that is no other input as well.
    ///
    /// # Errors
    /// If it is absent, not a variable, or given twice.
    pub fn variable(&self, index: usize) -> Result<&Tensor<'a>> {
        let tensor = self.input(index)?;
        if !tensor.is_variable {
            return Err(Error::invalid_model(format!(
                "the state {:?} must be a variable tensor",
                tensor.name
            )));
        }
        let inputs = self.operator.inputs();
        let own = inputs.iter().nth(index);
        let uses = inputs.iter().filter(|&other| Some(other) == own).count();
        if uses > 1 {
            return Err(Error::invalid_model(format!("the state {:?} is given {uses} times", tensor.name)));
        }
        Ok(tensor)
    }

    /// The options table; all defaults if the file has none or another.
    pub fn options<V: schema::OptionsTable<'a>>(&self) -> V {
        self.operator.options().unwrap_or_default()
    }
}
