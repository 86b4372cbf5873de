//! Shapes and element types: what changes how values are seen, not what they are.

use featherlite_base::DType;
use featherlite_ir::{Dim, Op, TRIALS, ValueId};
use featherlite_schema::{BuiltinOperator as Tflite, owned};

use super::call::{self, Call};
use super::graph::Item;
use super::model::computed_type;
use super::rules::Row;
use super::rules::Rule::{Items, Many, One};
use super::tensor;
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("BitCast", One(bit_cast, "BITCAST")),
    ("Cast", One(cast, "CAST")),
    ("CastLike", One(cast_like, "CAST")),
    ("Dropout", Many(dropout, "none")),
    ("Expand", One(expand, "BROADCAST_TO, BROADCAST_ARGS")),
    ("Flatten", One(flatten, "RESHAPE")),
    ("Identity", Items(identity, "none")),
    ("Reshape", One(reshape, "RESHAPE")),
    ("Shape", One(shape, "SHAPE, SLICE")),
    ("Size", One(size, "SHAPE, REDUCE_PROD")),
    ("Squeeze", One(squeeze, "RESHAPE, SQUEEZE")),
    ("Tile", One(tile, "TILE")),
    ("Transpose", One(transpose, "TRANSPOSE")),
    ("Unsqueeze", One(unsqueeze, "RESHAPE, EXPAND_DIMS")),
];

fn identity(c: &mut Call<'_, '_>) -> Result<Vec<Option<Item>>> {
    match c.inputs.first() {
        Some(Some(item)) => Ok(vec![Some(item.clone())]),
        _ => Err(Error::invalid("input 0 is missing")),
    }
}

/// Nothing is dropped at inference; the mask holds everywhere.
fn dropout(c: &mut Call<'_, '_>) -> Result<Vec<ValueId>> {
    let x = c.input(0)?;
    let training = match c.optional(2)? {
        Some(flag) => c.b.integers(flag).is_none_or(|values| values.first() != Some(&0)),
        None => false,
    };
    let drops = |c: &Call<'_, '_>| -> Result<bool> {
        let ratio = c.constant_reals(1, "the ratio")?.and_then(|values| values.first().copied());
        Ok(ratio != Some(0.0))
    };
    if training && drops(c)? {
        let hint = "export the model for inference, not for training";
        return Err(Error::unsupported("dropout in training mode").hint(hint));
    }
    if !c.wants(1) {
        return Ok(vec![x]);
    }
    let yes = c.scalar_of(DType::Bool, 1.0)?;
    let dims = c.dims(x)?;
    let shape = c.shape_tensor(&dims, &[x])?;
    Ok(vec![x, c.b.add_typed(Tflite::FILL, &[shape, yes], DType::Bool)?])
}

fn cast(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let code = c.attributes.int_or("to", 0)?;
    let to = tensor::dtype(i32::try_from(code).unwrap_or(-1))?;
    cast_to(c, to)
}

fn cast_like(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let to = c.dtype(c.input(1)?);
    cast_to(c, to)
}

/// Numbers become `BOOL` where they are not 0. Real numbers of fewer bits lose what these do not hold.
fn cast_to(c: &mut Call<'_, '_>, to: DType) -> Result<ValueId> {
    let x = c.input(0)?;
    let from = c.dtype(x);
    if from == DType::String || to == DType::String {
        return Err(
            Error::unsupported("a conversion from or to strings").hint("do it outside of the network")
        );
    }
    if to == DType::Bool && from != DType::Bool {
        let zero = c.scalar_like(x, 0.0)?;
        return c.elementwise(Tflite::NOT_EQUAL, &[x, zero]);
    }
    if matches!(to, DType::F16 | DType::Bf16) && from == DType::F32 {
        let rounded = c.b.cast(x, to)?;
        return c.b.cast(rounded, DType::F32);
    }
    c.b.cast(x, computed_type(to))
}

fn bit_cast(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let code = c.attributes.int_or("to", 0)?;
    let to = tensor::dtype(i32::try_from(code).unwrap_or(-1))?;
    if computed_type(to) != to && to != DType::U64 {
        return Err(Error::unsupported(format!("bits taken as {to}")));
    }
    c.b.add_typed(Tflite::BITCAST, &[x], computed_type(to))
}

fn transpose(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let rank = c.rank(x)?;
    let axes = match c.attributes.ints("perm")? {
        Some(axes) => call::axes(axes, rank)?,
        None => (0..rank).rev().collect(),
    };
    if axes.iter().copied().eq(0..rank) {
        return Ok(x);
    }
    c.b.transpose(x, &axes)
}

/// A size of 0 is that of the input, unless `allowzero` says that it is none; one of -1 follows from the others.
fn reshape(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let Some(sizes) = c.attributes.ints("shape")?.map(<[i64]>::to_vec).or_else(|| constant(c, 1)) else {
        let shape = c.input(1)?;
        return reshape_as_computed(c, x, shape);
    };
    let from = c.dims(x)?;
    let allow_zero = c.attributes.flag("allowzero")?;
    let wrong = || Error::invalid(format!("{sizes:?} are no sizes of such a tensor"));
    let mut dims = Vec::with_capacity(sizes.len());
    for (axis, &size) in sizes.iter().enumerate() {
        dims.push(match size {
            -1 => Dim::fixed(1),
            0 if !allow_zero => *from.get(axis).ok_or_else(wrong)?,
            size => Dim::fixed(usize::try_from(size).map_err(|_| wrong())?),
        });
    }
    if let Some(open) = sizes.iter().position(|&size| size == -1) {
        let mut trials = [0; TRIALS];
        for (trial, size) in trials.iter_mut().enumerate() {
            let product =
                |dims: &[Dim]| dims.iter().try_fold(1usize, |n, dim| n.checked_mul(dim.trial(trial)));
            let (all, others) = (product(&from).ok_or_else(wrong)?, product(&dims).ok_or_else(wrong)?);
            *size = all.checked_div(others).unwrap_or(0);
        }
        dims[open] = Dim::from_trials(trials);
    }
    c.reshape(x, &dims)
}

/// Elements of the constant that is input `index`.
fn constant(c: &Call<'_, '_>, index: usize) -> Option<Vec<i64>> {
    c.b.integers(c.optional(index).ok()??)
}

/// With a shape that is known when the model runs. Sizes of 0 in it are replaced by those of `x`.
fn reshape_as_computed(c: &mut Call<'_, '_>, x: ValueId, shape: ValueId) -> Result<ValueId> {
    let mut shape = c.index(shape)?;
    let contents = c.b.graph().value(shape).trial_contents(0);
    let has_zero = contents.is_some_and(|bytes| bytes.chunks_exact(4).any(|word| word == [0; 4]));
    if has_zero && !c.attributes.flag("allowzero")? {
        let count = c.size(shape, 0)?;
        let own = c.b.shape_of(x)?;
        let own = match c.rank(x)? {
            rank if rank > count => {
                let (begin, size) = (c.vector(&[0])?, c.vector(&[count as i64])?);
                c.b.add(Tflite::SLICE, &[own, begin, size])?
            }
            rank if rank < count => c.b.pad(own, &[[0, count - rank]])?,
            _ => own,
        };
        let zero = c.with_scalar(Tflite::EQUAL, shape, 0.0)?;
        shape = c.b.add_typed(Tflite::SELECT_V2, &[zero, own, shape], DType::I32)?;
    }
    c.b.add(Op::with(Tflite::RESHAPE, owned::ReshapeOptions::default()), &[x, shape])
}

/// Two dimensions: those before the axis, and the others.
fn flatten(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let dims = c.dims(x)?;
    let axis = match c.attributes.int_or("axis", 1)? {
        axis if axis == dims.len() as i64 => dims.len(),
        axis => call::axis(axis, dims.len().max(1))?,
    };
    let product = |dims: &[Dim]| {
        let mut trials = [1usize; TRIALS];
        for (trial, size) in trials.iter_mut().enumerate() {
            *size = dims.iter().map(|dim| dim.trial(trial)).product();
        }
        Dim::from_trials(trials)
    };
    c.reshape(x, &[product(&dims[..axis]), product(&dims[axis..])])
}

fn squeeze(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let dims = c.dims(x)?;
    let axes = match c.integers("axes", 1)? {
        Some(axes) => call::axes(&axes, dims.len())?,
        None => (0..dims.len()).filter(|&axis| dims[axis].size() == Some(1)).collect(),
    };
    if let Some(&axis) = axes.iter().find(|&&axis| dims[axis].size().is_some_and(|size| size != 1)) {
        return Err(Error::invalid(format!("dimension {axis} is squeezed, but its size is not 1")));
    }
    c.squeeze(x, &axes)
}

fn unsqueeze(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let values = c.integers("axes", 1)?.ok_or_else(|| super::attributes::missing("axes"))?;
    let mut dims = c.dims(x)?;
    let mut axes = call::axes(&values, dims.len() + values.len())?;
    axes.sort_unstable();
    for axis in axes {
        dims.insert(axis, Dim::fixed(1));
    }
    c.reshape(x, &dims)
}

/// 64-bit sizes, of the dimensions from `start` to `end`.
fn shape(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let rank = c.rank(x)? as i64;
    let bound = |value: i64| (if value < 0 { value.saturating_add(rank) } else { value }).clamp(0, rank);
    let (start, end) = (bound(c.attributes.int_or("start", 0)?), bound(c.attributes.int_or("end", rank)?));
    let options = owned::ShapeOptions { out_type: featherlite_schema::TensorType::INT64 };
    let shape = c.b.add_typed(Op::with(Tflite::SHAPE, options), &[x], DType::I64)?;
    if (start, end) == (0, rank) {
        return Ok(shape);
    }
    let (begin, size) = (c.vector(&[start])?, c.vector(&[(end - start).max(0)])?);
    c.b.add(Tflite::SLICE, &[shape, begin, size])
}

fn size(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let shape = c.b.shape_of(x)?;
    let product = c.b.reduce(Tflite::REDUCE_PROD, shape, &[0], false)?;
    c.b.cast(product, DType::I64)
}

fn tile(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, repeats) = (c.input(0)?, c.input(1)?);
    if c.b.integers(repeats).is_some_and(|repeats| repeats.iter().all(|&count| count == 1)) {
        return Ok(x);
    }
    let repeats = c.index(repeats)?;
    c.b.add(Tflite::TILE, &[x, repeats])
}

/// Both shapes are broadcast against each other: sizes of 1 in the one asked for leave those of the input.
fn expand(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, shape) = (c.input(0)?, c.input(1)?);
    let dims = c.dims(x)?;
    if let Some(asked) = c.b.integers(shape) {
        let rank = dims.len().max(asked.len());
        let wrong = || Error::invalid(format!("{asked:?} are no sizes"));
        let mut all = Vec::with_capacity(rank);
        for axis in 0..rank {
            let own = (axis + dims.len()).checked_sub(rank).map_or(Dim::fixed(1), |axis| dims[axis]);
            let asked = (axis + asked.len()).checked_sub(rank).map_or(1, |axis| asked[axis]);
            all.push(match asked {
                1 => own,
                asked => Dim::fixed(usize::try_from(asked).map_err(|_| wrong())?),
            });
        }
        if all == dims {
            return Ok(x);
        }
        let shape = c.shape_tensor(&all, &[x])?;
        return c.b.add(Tflite::BROADCAST_TO, &[x, shape]);
    }
    let shape = c.index(shape)?;
    let own = c.b.shape_of(x)?;
    let shape = c.b.add(Tflite::BROADCAST_ARGS, &[own, shape])?;
    c.b.add(Tflite::BROADCAST_TO, &[x, shape])
}
