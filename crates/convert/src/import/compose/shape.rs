//! Shapes and parts of tensors, where sizes may be open.

use std::ops::Range;

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator, owned};

use crate::build::Builder;
use crate::{Error, Result};

/// A size of a new shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Extent {
    /// A known size.
    Fixed(usize),
    /// The size of a value along an axis, which may be open.
    Of(ValueId, usize),
    /// What the elements leave to one dimension.
    Rest,
}

/// `axis` of `rank` dimensions, counted from the start; negative ones count from the end.
///
/// # Errors
/// If there is no such axis.
pub(crate) fn axis(axis: i64, rank: usize) -> Result<usize> {
    let from_start = if axis < 0 { axis + rank as i64 } else { axis };
    match usize::try_from(from_start) {
        Ok(found) if found < rank => Ok(found),
        _ => Err(Error::invalid(format!("axis {axis} of {rank} dimensions"))),
    }
}

/// The sizes of `x`, as extents.
pub(crate) fn extents(b: &Builder<'_>, x: ValueId) -> Result<Vec<Extent>> {
    let dims = b.dims(x)?.iter().enumerate();
    Ok(dims.map(|(axis, dim)| dim.size().map_or(Extent::Of(x, axis), Extent::Fixed)).collect())
}

/// The sizes of `x`, which must have at least `rank` dimensions.
///
/// # Errors
/// If it has fewer.
pub(crate) fn extents_of(b: &Builder<'_>, x: ValueId, rank: usize) -> Result<Vec<Extent>> {
    let sizes = extents(b, x)?;
    match sizes.len() < rank {
        true => {
            Err(Error::invalid(format!("a tensor of {} dimensions, where {rank} are needed", sizes.len())))
        }
        false => Ok(sizes),
    }
}

/// `x` in another shape. One open size is left for the runtime to find; more are computed from shapes.
pub(crate) fn reshape(b: &mut Builder<'_>, x: ValueId, extents: &[Extent]) -> Result<ValueId> {
    let sizes = extents.iter().map(|&extent| known(b, extent)).collect::<Result<Vec<_>>>()?;
    if sizes.iter().filter(|size| size.is_none()).count() <= 1 {
        let sizes: Vec<i64> = sizes.iter().map(|size| size.map_or(-1, |size| size as i64)).collect();
        return b.reshape(x, &sizes);
    }
    let shape = shape(b, extents)?;
    b.add(Op::with(BuiltinOperator::RESHAPE, owned::ReshapeOptions::default()), &[x, shape])
}

fn known(b: &Builder<'_>, extent: Extent) -> Result<Option<usize>> {
    match extent {
        Extent::Fixed(size) => Ok(Some(size)),
        Extent::Of(value, axis) => Ok(b.dims(value)?.get(axis).and_then(|dim| dim.size())),
        Extent::Rest => Ok(None),
    }
}

/// The size of dimensions that become one.
pub(crate) fn merged(b: &Builder<'_>, extents: &[Extent]) -> Result<Extent> {
    let sizes = extents.iter().map(|&extent| known(b, extent)).collect::<Result<Option<Vec<_>>>>()?;
    let product = |sizes: Vec<usize>| sizes.into_iter().try_fold(1usize, usize::checked_mul);
    match (sizes, extents) {
        (_, [extent]) => Ok(*extent),
        (None, _) => Ok(Extent::Rest),
        (Some(sizes), _) => {
            product(sizes).map(Extent::Fixed).ok_or_else(|| Error::invalid("a size that is too large"))
        }
    }
}

/// `x` with the dimensions of `range` as one.
pub(crate) fn flatten(b: &mut Builder<'_>, x: ValueId, range: Range<usize>) -> Result<ValueId> {
    let mut sizes = extents(b, x)?;
    let merged = merged(b, &sizes[range.clone()])?;
    sizes.splice(range, [merged]);
    reshape(b, x, &sizes)
}

/// A shape as a tensor of 32-bit integers; a constant if no size is open.
pub(crate) fn shape(b: &mut Builder<'_>, extents: &[Extent]) -> Result<ValueId> {
    let mut parts = Vec::new();
    let mut run: Vec<i32> = Vec::new();
    for &extent in extents {
        match (known(b, extent)?, extent) {
            (Some(size), _) => run.push(size as i32),
            (None, Extent::Of(value, axis)) => {
                if !run.is_empty() {
                    parts.push(b.constant(&[run.len()], &std::mem::take(&mut run))?);
                }
                let shape = b.shape_of(value)?;
                parts.push(b.slice(shape, &[axis as i32], &[1])?);
            }
            (None, _) => run.push(-1),
        }
    }
    if !run.is_empty() || parts.is_empty() {
        parts.push(b.constant(&[run.len()], &run)?);
    }
    match parts[..] {
        [whole] => Ok(whole),
        _ => b.concatenation(&parts, 0),
    }
}

/// The part of `x` between `begin` and `begin + size` (-1: to the end) along one axis.
pub(crate) fn slice_axis(
    b: &mut Builder<'_>,
    x: ValueId,
    axis: usize,
    begin: i32,
    size: i32,
) -> Result<ValueId> {
    let rank = b.rank(x)?;
    let (mut begins, mut sizes) = (vec![0; rank], vec![-1; rank]);
    (begins[axis], sizes[axis]) = (begin, size);
    b.slice(x, &begins, &sizes)
}

/// The part of `x` from `begin` to `end` along each axis. An end may count from the end of the axis when negative, or be absent.
pub(crate) fn between(
    b: &mut Builder<'_>,
    x: ValueId,
    begin: &[i32],
    end: &[Option<i32>],
) -> Result<ValueId> {
    let mask =
        |at: &dyn Fn(usize) -> bool| (0..begin.len()).filter(|&axis| at(axis)).map(|axis| 1 << axis).sum();
    let options = owned::StridedSliceOptions {
        begin_mask: mask(&|axis| begin[axis] == 0),
        end_mask: mask(&|axis| end[axis].is_none()),
        ..Default::default()
    };
    let end: Vec<i32> = end.iter().map(|end| end.unwrap_or(0)).collect();
    let strides = b.constant(&[begin.len()], &vec![1i32; begin.len()])?;
    let begin = b.constant(&[begin.len()], begin)?;
    let end = b.constant(&[end.len()], &end)?;
    b.add(Op::with(BuiltinOperator::STRIDED_SLICE, options), &[x, begin, end, strides])
}

/// What of `x` is at a place of an axis, without that axis. Negative places count from the end.
pub(crate) fn at(b: &mut Builder<'_>, x: ValueId, axis: usize, place: i32) -> Result<ValueId> {
    let rank = b.rank(x)?;
    let others = ((1 << rank) - 1) & !(1 << axis);
    let options = owned::StridedSliceOptions {
        begin_mask: others,
        end_mask: others,
        shrink_axis_mask: 1 << axis,
        ..Default::default()
    };
    let mut begin = vec![0i32; rank];
    begin[axis] = place;
    let end: Vec<i32> = begin.iter().map(|&place| place.wrapping_add(1)).collect();
    let begin = b.constant(&[rank], &begin)?;
    let end = b.constant(&[rank], &end)?;
    let strides = b.constant(&[rank], &vec![1i32; rank])?;
    b.add(Op::with(BuiltinOperator::STRIDED_SLICE, options), &[x, begin, end, strides])
}

/// `x` with a dimension of 1 before `axis`.
pub(crate) fn expand_dims(b: &mut Builder<'_>, x: ValueId, axis: usize) -> Result<ValueId> {
    let mut sizes = extents(b, x)?;
    sizes.insert(axis.min(sizes.len()), Extent::Fixed(1));
    reshape(b, x, &sizes)
}

/// `x` without its dimension `axis`, which must be 1.
pub(crate) fn squeeze(b: &mut Builder<'_>, x: ValueId, axis: usize) -> Result<ValueId> {
    let mut sizes = extents(b, x)?;
    if axis < sizes.len() {
        sizes.remove(axis);
    }
    reshape(b, x, &sizes)
}

/// `x` with the elements along some axes in the opposite order.
pub(crate) fn reverse(b: &mut Builder<'_>, x: ValueId, axes: &[usize]) -> Result<ValueId> {
    let axes: Vec<i32> = axes.iter().map(|&axis| axis as i32).collect();
    let axes = b.constant(&[axes.len()], &axes)?;
    b.add(Op::with(BuiltinOperator::REVERSE_V2, owned::ReverseV2Options::default()), &[x, axes])
}

/// Values of one shape as one, along a new axis.
pub(crate) fn stack(b: &mut Builder<'_>, values: &[ValueId], axis: usize) -> Result<ValueId> {
    let options = owned::PackOptions { values_count: values.len() as i32, axis: axis as i32 };
    b.add(Op::with(BuiltinOperator::PACK, options), values)
}

/// The slices of `x` along an axis of known size, without that axis.
pub(crate) fn unstack(b: &mut Builder<'_>, x: ValueId, axis: usize) -> Result<Vec<ValueId>> {
    let dims = b.dims(x)?;
    let count = dims.get(axis).and_then(|dim| dim.size());
    let count = count.ok_or_else(|| {
        Error::unsupported(format!("dimension {axis} is open, but its slices are needed one by one"))
            .hint("state the shape of the inputs: --shape NAME=1,224,224,3")
    })?;
    let count = few(count)?;
    let options = owned::UnpackOptions { num: count as i32, axis: axis as i32 };
    b.add_many(Op::with(BuiltinOperator::UNPACK, options), &[Some(x)], count)
}

/// Rows of `x` along `axis`, by their numbers.
pub(crate) fn gather(b: &mut Builder<'_>, x: ValueId, indices: ValueId, axis: usize) -> Result<ValueId> {
    let options = owned::GatherOptions { axis: axis as i32, batch_dims: 0 };
    b.add(Op::with(BuiltinOperator::GATHER, options), &[x, indices])
}

/// Results that one node may have.
const MOST_PARTS: usize = 1 << 16;

fn few(parts: usize) -> Result<usize> {
    if parts <= MOST_PARTS {
        Ok(parts)
    } else {
        Err(Error::unsupported(format!("a tensor in {parts} parts")))
    }
}

/// `x` in `parts` equal parts along an axis.
pub(crate) fn split(b: &mut Builder<'_>, x: ValueId, axis: usize, parts: usize) -> Result<Vec<ValueId>> {
    let parts = few(parts)?;
    let axis = b.scalar(axis as i32)?;
    let options = owned::SplitOptions { num_splits: parts as i32 };
    b.add_many(Op::with(BuiltinOperator::SPLIT, options), &[Some(axis), Some(x)], parts)
}
