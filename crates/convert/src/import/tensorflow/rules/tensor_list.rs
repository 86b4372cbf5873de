//! Lists of tensors, which loops of TensorFlow 2 read from and write to (`tf.TensorArray`).
//!
//! All elements of a list have one shape, and the list keeps its length, so that it can be one tensor with the elements
//! along its first axis: reading is GATHER, writing DYNAMIC_UPDATE_SLICE.

use featherlite_base::DType;
use featherlite_ir::{Dim, ValueId};
use featherlite_schema::BuiltinOperator as B;

use super::super::call::Call;
use super::super::operand::{Contents, List, Operand};
use super::super::refusal::refuse;
use super::shape::filled;
use super::{Rule, any, one};
use crate::build::Builder;
use crate::import::compose::shape;
use crate::{Error, Result};

pub(super) const RULES: &[Rule] = &[
    any(&["TensorListReserve"], &[B::FILL], reserve),
    any(&["TensorListFromTensor"], &[], from_tensor),
    one(&["TensorListGetItem"], &[B::GATHER], get_item),
    any(&["TensorListSetItem"], &[B::DYNAMIC_UPDATE_SLICE], set_item),
    one(&["TensorListStack"], &[], stack),
    one(&["TensorListLength"], &[B::SHAPE], length),
];

/// The state of an element's shape that the file gives as a constant: -1 where a size is not known; -1 alone for anything.
fn element_shape(call: &Call<'_, '_, '_>, index: usize) -> Option<Vec<Option<Dim>>> {
    let shape = call.input(index).ok()?;
    let sizes = call.builder.integers(shape)?;
    if call.builder.rank(shape).ok()? == 0 {
        return None;
    }
    Some(sizes.into_iter().map(|size| usize::try_from(size).ok().map(Dim::fixed)).collect())
}

fn reserve<'a>(call: &mut Call<'_, '_, 'a>) -> Result<Vec<Operand<'a>>> {
    let dtype = call.dtype("element_dtype")?;
    let count = call.index_input(1)?;
    let contents = Contents::Reserved { count, element: element_shape(call, 0) };
    Ok(vec![Operand::List(List { contents, dtype })])
}

fn from_tensor<'a>(call: &mut Call<'_, '_, 'a>) -> Result<Vec<Operand<'a>>> {
    let value = call.input(0)?;
    let dtype = call.builder.dtype(value);
    Ok(vec![Operand::List(List { contents: Contents::Stacked(value), dtype })])
}

fn list(call: &Call<'_, '_, '_>) -> Result<List> {
    match call.operand(0)? {
        Operand::List(list) => Ok(list.clone()),
        _ => Err(Error::unsupported(
            "its input is no list that was made by TensorListReserve or TensorListFromTensor",
        )),
    }
}

/// A list as a tensor; zeros where nothing has been written.
fn stacked(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let list = list(call)?;
    materialized(call.builder, &list, &[])
}

fn get_item(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (list, index) = (stacked(call)?, call.index_input(1)?);
    shape::gather(call.builder, list, index, 0)
}

fn set_item<'a>(call: &mut Call<'_, '_, 'a>) -> Result<Vec<Operand<'a>>> {
    let List { contents, dtype } = list(call)?;
    let (index, item) = (call.index_input(1)?, call.input(2)?);
    let contents = match contents {
        Contents::Reserved { count, .. } => {
            let element: Vec<_> = call.builder.dims(item)?.iter().copied().map(Some).collect();
            let reserved = List { contents: Contents::Reserved { count, element: Some(element) }, dtype };
            if call.translator.is_probing() {
                // Of what shape the elements are is all that is asked for now.
                return Ok(vec![Operand::List(reserved)]);
            }
            materialized(call.builder, &reserved, &[item])?
        }
        Contents::Stacked(value) => value,
    };
    let rank = call.builder.rank(item)?;
    let update = shape::expand_dims(call.builder, item, 0)?;
    let first = shape::reshape(call.builder, index, &[])?;
    let zero = call.builder.scalar(0i32)?;
    let mut start = vec![zero; rank + 1];
    start[0] = first;
    let start = shape::stack(call.builder, &start, 0)?;
    let value = call.builder.add(B::DYNAMIC_UPDATE_SLICE, &[contents, update, start])?;
    Ok(vec![Operand::List(List { contents: Contents::Stacked(value), dtype })])
}

fn stack(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    stacked(call)
}

fn length(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    match list(call)?.contents {
        Contents::Reserved { count, .. } => Ok(count),
        Contents::Stacked(value) => {
            let sizes = call.builder.shape_of(value)?;
            let first = call.builder.scalar(0i32)?;
            shape::gather(call.builder, sizes, first, 0)
        }
    }
}

/// The tensor of a list. Where sizes of its elements are open, they are read off one of `like`.
///
/// # Errors
/// Lists of elements of unknown shape.
pub(super) fn materialized(builder: &mut Builder<'_>, list: &List, like: &[ValueId]) -> Result<ValueId> {
    let (count, element) = match &list.contents {
        Contents::Stacked(value) => return Ok(*value),
        Contents::Reserved { count, element } => (*count, element),
    };
    let dims = element.as_ref().and_then(|dims| dims.iter().copied().collect::<Option<Vec<Dim>>>());
    let Some(dims) = dims else {
        return refuse(
            "a list whose elements have an unknown shape",
            "state the shape of the inputs (--shape NAME=1,128,64), or give the TensorArray an element_shape",
        );
    };
    let count = match builder.integers(count).as_deref() {
        Some(&[count]) => builder.constant(&[1], &[count as i32])?,
        _ => shape::reshape(builder, count, &[shape::Extent::Fixed(1)])?,
    };
    let extents = dims.into_iter().map(|dim| extent(builder, dim, like)).collect::<Result<Vec<_>>>()?;
    let sizes = match extents.is_empty() {
        true => count,
        false => {
            let element = shape::shape(builder, &extents)?;
            builder.concatenation(&[count, element], 0)?
        }
    };
    let zero = zero(builder, list.dtype)?;
    filled(builder, sizes, zero)
}

fn zero(builder: &mut Builder<'_>, dtype: DType) -> Result<ValueId> {
    let zero = builder.scalar(0f32)?;
    builder.cast(zero, dtype)
}

fn extent(builder: &Builder<'_>, dim: Dim, like: &[ValueId]) -> Result<shape::Extent> {
    if let Some(size) = dim.size() {
        return Ok(shape::Extent::Fixed(size));
    }
    let place = |&value: &ValueId| {
        let axis = builder.dims(value).ok()?.iter().position(|&other| other == dim)?;
        Some(shape::Extent::Of(value, axis))
    };
    like.iter().find_map(place).ok_or_else(|| {
        Error::unsupported("a list whose elements have an open size that no input of the loop has")
            .hint("state the shape of the inputs: --shape NAME=1,128,64")
    })
}
