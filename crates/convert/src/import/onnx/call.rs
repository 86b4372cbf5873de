//! A node that is being imported, as rules see it.

use featherlite_base::DType;
use featherlite_ir::{Dim, Op, ValueId};
use featherlite_schema::BuiltinOperator as Tflite;

use super::attributes::Attributes;
use super::graph::{Importer, Item, Scope};
use super::proto;
use crate::build::Builder;
use crate::{Error, Result, infer};

/// A node, the values that it is given, and the graph that its counterpart goes into.
///
/// Real numbers are always `FLOAT32` here, whatever their type in the source.
pub(super) struct Call<'c, 'b> {
    pub b: &'c mut Builder<'b>,
    pub importer: &'c mut Importer,
    pub scope: &'c Scope<'c>,
    pub node: &'c proto::Node,
    pub attributes: Attributes<'c>,
    /// The version of the operator set that the node is written in.
    pub opset: i64,
    pub inputs: Vec<Option<Item>>,
}

impl Call<'_, '_> {
    /// The tensor that is input `index`.
    ///
    /// # Errors
    /// If it is absent, or no tensor.
    pub(super) fn input(&self, index: usize) -> Result<ValueId> {
        self.optional(index)?.ok_or_else(|| Error::invalid(format!("input {index} is missing")))
    }

    /// The tensor that is input `index`, if it is there.
    ///
    /// # Errors
    /// If it is no tensor.
    pub(super) fn optional(&self, index: usize) -> Result<Option<ValueId>> {
        self.inputs.get(index).and_then(Option::as_ref).map(Item::tensor).transpose()
    }

    /// All inputs, as tensors.
    ///
    /// # Errors
    /// If one is absent, or there are none.
    pub(super) fn all_inputs(&self) -> Result<Vec<ValueId>> {
        if self.inputs.is_empty() {
            return Err(Error::invalid("inputs are missing"));
        }
        (0..self.inputs.len()).map(|index| self.input(index)).collect()
    }

    /// Whether somebody may read output `index`.
    pub(super) fn wants(&self, index: usize) -> bool {
        self.node.output.get(index).is_some_and(|name| !name.is_empty())
    }

    /// Whether something reads output `index`, or may do so.
    pub(super) fn is_read(&self, index: usize) -> bool {
        let name = self.node.output.get(index).filter(|name| !name.is_empty());
        name.is_some_and(|name| self.importer.read.as_ref().is_none_or(|read| read.contains(name)))
    }

    pub(super) fn dtype(&self, x: ValueId) -> DType {
        self.b.dtype(x)
    }

    pub(super) fn rank(&self, x: ValueId) -> Result<usize> {
        self.b.rank(x)
    }

    pub(super) fn dims(&self, x: ValueId) -> Result<Vec<Dim>> {
        self.b.dims(x).map(<[Dim]>::to_vec)
    }

    /// The sizes of `x`, -1 where one is open.
    pub(super) fn sizes(&self, x: ValueId) -> Result<Vec<i64>> {
        Ok(self.b.dims(x)?.iter().map(|dim| dim.size().map_or(-1, |size| size as i64)).collect())
    }

    /// The size of one dimension.
    ///
    /// # Errors
    /// If it is open.
    pub(super) fn size(&self, x: ValueId, axis: usize) -> Result<usize> {
        let dim = self.b.dims(x)?.get(axis).copied();
        dim.and_then(Dim::size).ok_or_else(|| {
            let hint = "state the shape of the inputs: --shape NAME=1,3,224,224";
            Error::unsupported(format!("dimension {axis} must have a fixed size")).hint(hint)
        })
    }

    /// The attribute `axis`, counted from the front.
    pub(super) fn axis_or(&self, default: i64, rank: usize) -> Result<usize> {
        axis(self.attributes.int_or("axis", default)?, rank)
    }

    /// Elements of the constant that is input `index`; `None` if the input is absent.
    ///
    /// # Errors
    /// If it is no constant.
    pub(super) fn constant_integers(&self, index: usize, what: &str) -> Result<Option<Vec<i64>>> {
        let Some(x) = self.optional(index)? else { return Ok(None) };
        let not_constant = || Error::unsupported(format!("{what} (input {index}) must be a constant"));
        self.b.integers(x).ok_or_else(not_constant).map(Some)
    }

    /// As [`Self::constant_integers`], with the attribute of the same meaning that earlier operator sets have.
    pub(super) fn integers(&self, attribute: &str, index: usize) -> Result<Option<Vec<i64>>> {
        match self.attributes.ints(attribute)? {
            Some(values) => Ok(Some(values.to_vec())),
            None => self.constant_integers(index, attribute),
        }
    }

    /// Elements of a constant of real numbers; `None` if the input is absent.
    ///
    /// # Errors
    /// If it is no constant.
    pub(super) fn constant_reals(&self, index: usize, what: &str) -> Result<Option<Vec<f32>>> {
        let Some(x) = self.optional(index)? else { return Ok(None) };
        let not_constant = || Error::unsupported(format!("{what} (input {index}) must be a constant"));
        self.b.elements::<f32>(x).ok_or_else(not_constant).map(|values| Some(values.to_vec()))
    }

    /// A constant of 32-bit integers, in one dimension.
    pub(super) fn vector(&mut self, values: &[i64]) -> Result<ValueId> {
        let values: Vec<i32> = values.iter().map(|&value| narrow(value)).collect();
        self.b.constant(&[values.len()], &values)
    }

    /// A scalar of the element type of `x`.
    ///
    /// # Errors
    /// If there are no numbers of this type.
    pub(super) fn scalar_like(&mut self, x: ValueId, value: f64) -> Result<ValueId> {
        self.scalar_of(self.dtype(x), value)
    }

    pub(super) fn scalar_of(&mut self, dtype: DType, value: f64) -> Result<ValueId> {
        match dtype {
            DType::F32 => self.b.scalar(value as f32),
            DType::I32 => self.b.scalar(value as i32),
            DType::I64 => self.b.scalar(value as i64),
            DType::Bool => self.b.constant_bytes(dtype, &[], vec![u8::from(value != 0.0)].into()),
            other => {
                let wide = self.b.scalar(value as i32)?;
                self.b.cast(wide, other)
            }
        }
    }

    pub(super) fn unary(&mut self, op: Tflite, x: ValueId) -> Result<ValueId> {
        self.b.unary(op, x)
    }

    pub(super) fn binary(&mut self, op: Tflite, x: ValueId, y: ValueId) -> Result<ValueId> {
        self.b.binary(op, x, y)
    }

    /// `op(x, value)`.
    pub(super) fn with_scalar(&mut self, op: Tflite, x: ValueId, value: f64) -> Result<ValueId> {
        let value = self.scalar_like(x, value)?;
        self.b.binary(op, x, value)
    }

    /// An element-wise operator. Where it does not take the element type, it computes in a wider one.
    pub(super) fn elementwise(&mut self, op: Tflite, inputs: &[ValueId]) -> Result<ValueId> {
        let Some(&first) = inputs.first() else { return Err(Error::invalid("inputs are missing")) };
        let dtype = self.dtype(first);
        let wide = work_type(op, dtype, inputs.len());
        let inputs = inputs.iter().map(|&x| self.b.cast(x, wide)).collect::<Result<Vec<_>>>()?;
        let result = match inputs[..] {
            [x, y] => self.b.binary(op, x, y)?,
            _ => self.b.add(op, &inputs)?,
        };
        if self.dtype(result) == wide { self.b.cast(result, dtype) } else { Ok(result) }
    }

    /// `x` as 32-bit integers, which operators take as shapes and positions.
    pub(super) fn index(&mut self, x: ValueId) -> Result<ValueId> {
        self.b.cast(x, DType::I32)
    }

    /// `x` in another shape, whose open sizes are found among its own.
    pub(super) fn reshape(&mut self, x: ValueId, dims: &[Dim]) -> Result<ValueId> {
        if self.b.dims(x)? == dims {
            return Ok(x);
        }
        let sizes: Vec<i64> = dims.iter().map(|dim| dim.size().map_or(-1, |size| size as i64)).collect();
        if sizes.iter().filter(|&&size| size == -1).count() <= 1 {
            return self.b.reshape(x, &sizes);
        }
        let shape = self.shape_tensor(dims, &[x])?;
        self.b.add(Tflite::RESHAPE, &[x, shape])
    }

    /// The sizes as a tensor. Open ones are read from the shapes of `sources`.
    ///
    /// # Errors
    /// If none of them has such a size.
    pub(super) fn shape_tensor(&mut self, dims: &[Dim], sources: &[ValueId]) -> Result<ValueId> {
        let mut parts: Vec<ValueId> = Vec::with_capacity(dims.len());
        for dim in dims {
            if let Some(size) = dim.size() {
                parts.push(self.vector(&[size as i64])?);
                continue;
            }
            let find = |&source: &ValueId| {
                let axis = self.b.dims(source).ok()?.iter().position(|other| other == dim)?;
                Some((source, axis))
            };
            let Some((source, axis)) = sources.iter().find_map(find) else {
                let hint = "fix the open sizes: --shape NAME=1,3,224,224";
                return Err(Error::unsupported("a shape of open sizes that no input has").hint(hint));
            };
            let shape = self.b.shape_of(source)?;
            parts.push(self.element(shape, axis)?);
        }
        match parts[..] {
            [part] => Ok(part),
            [] => self.vector(&[]),
            _ => self.b.concatenation(&parts, 0),
        }
    }

    /// Element `index` of a list, as a list of one.
    pub(super) fn element(&mut self, list: ValueId, index: usize) -> Result<ValueId> {
        let (begin, size) = (self.vector(&[index as i64])?, self.vector(&[1])?);
        self.b.add(Tflite::SLICE, &[list, begin, size])
    }

    /// `x` with a dimension of size 1 before `axis`.
    pub(super) fn expand(&mut self, x: ValueId, axis: usize) -> Result<ValueId> {
        let mut dims = self.dims(x)?;
        dims.insert(axis, Dim::fixed(1));
        self.reshape(x, &dims)
    }

    /// `x` without these dimensions, which have size 1.
    pub(super) fn squeeze(&mut self, x: ValueId, axes: &[usize]) -> Result<ValueId> {
        let mut dims = self.dims(x)?;
        let mut index = 0;
        dims.retain(|_| {
            index += 1;
            !axes.contains(&(index - 1))
        });
        self.reshape(x, &dims)
    }

    /// `x` from the layout `[n, c, …]` to `[n, …, c]`.
    pub(super) fn channels_last(&mut self, x: ValueId) -> Result<ValueId> {
        let rank = self.rank(x)?;
        if rank < 3 {
            return Ok(x);
        }
        let axes: Vec<usize> = [0].into_iter().chain(2..rank).chain([1]).collect();
        self.b.transpose(x, &axes)
    }

    /// An image from the layout `[n, h, w, c]` to `[n, c, h, w]`, whether its sizes are known or not.
    pub(super) fn image_channels_first(&mut self, x: ValueId) -> Result<ValueId> {
        self.b.transpose(x, &[0, 3, 1, 2])
    }

    /// `x` from the layout `[n, …, c]` to `[n, c, …]`.
    pub(super) fn channels_first(&mut self, x: ValueId) -> Result<ValueId> {
        let rank = self.rank(x)?;
        if rank < 3 {
            return Ok(x);
        }
        let axes: Vec<usize> = [0, rank - 1].into_iter().chain(1..rank - 1).collect();
        self.b.transpose(x, &axes)
    }
}

/// The type that `op` computes in where the source has `dtype`.
fn work_type(op: Tflite, dtype: DType, inputs: usize) -> DType {
    let candidates: &[DType] = match dtype {
        DType::I32 => &[DType::I32, DType::I64, DType::F32],
        DType::I64 => &[DType::I64, DType::I32, DType::F32],
        DType::Bool => &[DType::Bool, DType::I32, DType::F32],
        DType::U32 | DType::U64 => &[DType::I64, DType::F32],
        // In TFLite, arithmetic on these is arithmetic on the real numbers that they stand for.
        DType::I8 | DType::U8 | DType::I16 | DType::U16 | DType::I4 | DType::U4 => &[DType::I32, DType::F32],
        _ => &[],
    };
    let takes = |dtype: DType| infer::output_types(&Op::builtin(op), &vec![Some(dtype); inputs], 1).is_ok();
    candidates.iter().copied().find(|&dtype| takes(dtype)).unwrap_or(dtype)
}

/// An axis counted from the front.
///
/// # Errors
/// If there is no such axis.
pub(super) fn axis(axis: i64, rank: usize) -> Result<usize> {
    let from_front = if axis < 0 { axis.saturating_add(rank as i64) } else { axis };
    usize::try_from(from_front)
        .ok()
        .filter(|&index| index < rank)
        .ok_or_else(|| Error::invalid(format!("axis {axis} of {rank} dimensions")))
}

/// Axes counted from the front.
///
/// # Errors
/// If there are no such axes, or one is named twice.
pub(super) fn axes(values: &[i64], rank: usize) -> Result<Vec<usize>> {
    let axes = values.iter().map(|&value| axis(value, rank)).collect::<Result<Vec<_>>>()?;
    match axes.iter().enumerate().any(|(index, axis)| axes[..index].contains(axis)) {
        true => Err(Error::invalid(format!("axes {values:?} name one twice"))),
        false => Ok(axes),
    }
}

/// A number as a 32-bit integer, at the limit of the range where it lies beyond (which is how ONNX says "to the end").
pub(super) fn narrow(value: i64) -> i32 {
    value.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}
