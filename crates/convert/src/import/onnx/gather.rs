//! Elements by position: gathering, scattering, and positions of elements.

use featherlite_base::DType;
use featherlite_ir::{Dim, Op, ValueId};
use featherlite_schema::{BuiltinOperator as Tflite, owned};

use super::call::{self, Call};
use super::rules::Row;
use super::rules::Rule::One;
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("ai.onnx.ml:ArrayFeatureExtractor", One(array_feature_extractor, "GATHER")),
    ("Compress", One(compress, "WHERE, GATHER")),
    ("Gather", One(gather, "GATHER")),
    ("GatherElements", One(gather_elements, "GATHER_ND")),
    ("GatherND", One(gather_nd, "GATHER_ND")),
    ("NonZero", One(non_zero, "WHERE, TRANSPOSE")),
    ("OneHot", One(one_hot, "ONE_HOT")),
];

/// Positions from the end are negative, which TFLite does not have.
fn gather(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, indices) = (c.input(0)?, c.input(1)?);
    let axis = c.axis_or(0, c.rank(x)?)?;
    // Rows of a table of constants are looked up by what never is negative: tokens, classes.
    let is_table = c.b.is_constant(x) && c.rank(x)? == 2 && !c.b.is_constant(indices);
    let indices = if is_table { indices } else { from_front(c, x, indices, axis)? };
    along(c, x, indices, axis)
}

/// Slices of `x` at positions along an axis.
pub(super) fn along(c: &mut Call<'_, '_>, x: ValueId, indices: ValueId, axis: usize) -> Result<ValueId> {
    let options = owned::GatherOptions { axis: axis as i32, batch_dims: 0 };
    c.b.add(Op::with(Tflite::GATHER, options), &[x, indices])
}

/// Positions along an axis of `x`, all counted from the front.
pub(super) fn from_front(c: &mut Call<'_, '_>, x: ValueId, indices: ValueId, axis: usize) -> Result<ValueId> {
    match c.b.integers(indices) {
        Some(values) if values.iter().all(|&value| value >= 0) => return Ok(indices),
        _ => {}
    }
    let size = match c.dims(x)?[axis].size() {
        Some(size) => c.scalar_like(indices, size as f64)?,
        None => {
            let shape = c.b.shape_of(x)?;
            let size = c.element(shape, axis)?;
            let size = c.reshape(size, &[])?;
            c.b.cast(size, c.dtype(indices))?
        }
    };
    c.elementwise(Tflite::FLOOR_MOD, &[indices, size])
}

fn array_feature_extractor(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, indices) = (c.input(0)?, c.input(1)?);
    let axis = c.rank(x)?.checked_sub(1).ok_or_else(|| Error::invalid("a scalar has no features"))?;
    let indices = c.b.reshape(indices, &[-1])?;
    let gathered = along(c, x, indices, axis)?;
    if axis == 0 { c.expand(gathered, 0) } else { Ok(gathered) }
}

/// For each axis of a tensor of these sizes, the position along it, in the shape `[…, 1]`.
pub(super) fn positions(c: &mut Call<'_, '_>, sizes: &[usize], axis: usize) -> Result<ValueId> {
    let inner: usize = sizes[axis + 1..].iter().product();
    let count: usize = sizes.iter().product();
    let values: Vec<i32> = (0..count).map(|index| (index / inner % sizes[axis]) as i32).collect();
    let dims = [sizes, &[1]].concat();
    c.b.constant(&dims, &values)
}

/// The coordinates `[…, rank]` of the elements that `indices` point to along an axis of `x`.
pub(super) fn coordinates(
    c: &mut Call<'_, '_>,
    x: ValueId,
    indices: ValueId,
    axis: usize,
) -> Result<ValueId> {
    let sizes = c.b.fixed_dims(indices)?;
    if sizes.contains(&0) {
        return Err(Error::unsupported("no indices at all"));
    }
    let indices = from_front(c, x, indices, axis)?;
    let indices = c.index(indices)?;
    let rank = sizes.len();
    let mut parts = Vec::with_capacity(rank);
    for other in 0..rank {
        parts.push(if other == axis { c.expand(indices, rank)? } else { positions(c, &sizes, other)? });
    }
    match parts[..] {
        [part] => Ok(part),
        _ => c.b.concatenation(&parts, rank as i32),
    }
}

fn gather_elements(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, indices) = (c.input(0)?, c.input(1)?);
    let axis = c.axis_or(0, c.rank(x)?)?;
    let coordinates = coordinates(c, x, indices, axis)?;
    c.b.add(Tflite::GATHER_ND, &[x, coordinates])
}

fn gather_nd(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, indices) = (c.input(0)?, c.input(1)?);
    let batch_dims = c.attributes.size_or("batch_dims", 0)?;
    let indices = nd_from_front(c, x, indices, batch_dims)?;
    if batch_dims == 0 {
        return c.b.add(Tflite::GATHER_ND, &[x, indices]);
    }
    let indices = c.index(indices)?;
    let sizes = c.b.fixed_dims(indices)?;
    let Some((_, outer)) = sizes.split_last().filter(|(_, outer)| outer.len() >= batch_dims) else {
        return Err(Error::invalid(format!("{batch_dims} batch dimensions of indices {sizes:?}")));
    };
    let mut parts = Vec::with_capacity(batch_dims + 1);
    for axis in 0..batch_dims {
        parts.push(positions(c, outer, axis)?);
    }
    parts.push(indices);
    let coordinates = c.b.concatenation(&parts, outer.len() as i32)?;
    c.b.add(Tflite::GATHER_ND, &[x, coordinates])
}

/// Coordinates `[…, k]` of the dimensions of `x` behind its first `skipped`, all counted from the front.
pub(super) fn nd_from_front(
    c: &mut Call<'_, '_>,
    x: ValueId,
    indices: ValueId,
    skipped: usize,
) -> Result<ValueId> {
    if c.b.integers(indices).is_some_and(|values| values.iter().all(|&value| value >= 0)) {
        return Ok(indices);
    }
    let rank = c.rank(indices)?;
    let count = c.size(indices, rank.saturating_sub(1))?;
    let dims = c.dims(x)?;
    let Some(dims) = dims.get(skipped..skipped.saturating_add(count)) else {
        return Err(Error::invalid(format!("{count} coordinates for {} dimensions", dims.len())));
    };
    let sizes = c.shape_tensor(dims, &[x])?;
    let sizes = c.b.cast(sizes, c.dtype(indices))?;
    c.elementwise(Tflite::FLOOR_MOD, &[indices, sizes])
}

/// The slices at which the condition holds.
fn compress(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (mut x, condition) = (c.input(0)?, c.input(1)?);
    let axis = match c.attributes.int("axis")? {
        Some(axis) => call::axis(axis, c.rank(x)?)?,
        None => {
            x = c.b.reshape(x, &[-1])?;
            0
        }
    };
    let positions = c.b.add_typed(Tflite::WHERE, &[condition], DType::I64)?;
    let positions = c.b.reshape(positions, &[-1])?;
    along(c, x, positions, axis)
}

/// `[rank, n]`, where WHERE has `[n, rank]`.
fn non_zero(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let positions = c.b.add_typed(Tflite::WHERE, &[x], DType::I64)?;
    c.b.transpose(positions, &[1, 0])
}

fn one_hot(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (indices, depth, values) = (c.input(0)?, c.input(1)?, c.input(2)?);
    let axis = call::axis(c.attributes.int_or("axis", -1)?, c.rank(indices)? + 1)?;
    let depth = c.index(depth)?;
    let depth = c.reshape(depth, &[])?;
    let indices = c.b.cast(indices, DType::I32)?;
    // Negative ones count from the end; what is out of range in both ways is 0 everywhere.
    let from_end = c.binary(Tflite::ADD, indices, depth)?;
    let is_negative = c.with_scalar(Tflite::LESS, indices, 0.0)?;
    let indices = c.b.add_typed(Tflite::SELECT_V2, &[is_negative, from_end, indices], DType::I32)?;
    let mut value = |index: usize| -> Result<ValueId> {
        let value = super::slicing::part(c, values, 0, index, index + 1)?;
        c.reshape(value, &[] as &[Dim])
    };
    let (off, on) = (value(0)?, value(1)?);
    let dtype = c.dtype(on);
    let op = Op::with(Tflite::ONE_HOT, owned::OneHotOptions { axis: axis as i32 });
    c.b.add_typed(op, &[indices, depth, on, off], dtype)
}
