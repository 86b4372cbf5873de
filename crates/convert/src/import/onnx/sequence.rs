//! Sequences and optionals. They exist only while importing: how many tensors a sequence holds must be known.

use featherlite_base::DType;
use featherlite_ir::ValueId;

use super::call::{self, Call};
use super::graph::Item;
use super::rules::Row;
use super::rules::Rule::{Items, One};
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("ConcatFromSequence", One(concat, "CONCATENATION, PACK")),
    ("Optional", Items(optional, "none")),
    ("OptionalGetElement", Items(get_element, "none")),
    ("OptionalHasElement", One(has_element, "none")),
    ("SequenceAt", One(at, "none")),
    ("SequenceConstruct", Items(construct, "none")),
    ("SequenceEmpty", Items(|_| Ok(vec![Some(Item::Sequence(Vec::new()))]), "none")),
    ("SequenceErase", Items(erase, "none")),
    ("SequenceInsert", Items(insert, "none")),
    ("SequenceLength", One(length, "none")),
    ("SplitToSequence", Items(split, "SPLIT, SPLIT_V")),
];

fn sequence(c: &Call<'_, '_>) -> Result<Vec<ValueId>> {
    match c.inputs.first() {
        Some(Some(Item::Sequence(values))) => Ok(values.clone()),
        _ => Err(Error::invalid("input 0 must be a sequence")),
    }
}

/// The position that is input `index`, up to `count` from the front; the last one if absent.
fn position(c: &Call<'_, '_>, index: usize, count: usize) -> Result<Option<usize>> {
    let Some(position) = c.constant_integers(index, "the position")? else { return Ok(None) };
    let position = position.first().copied().ok_or_else(|| Error::invalid("the position is empty"))?;
    call::axis(position, count).map(Some)
}

fn construct(c: &mut Call<'_, '_>) -> Result<Vec<Option<Item>>> {
    Ok(vec![Some(Item::Sequence(c.all_inputs()?))])
}

fn at(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let values = sequence(c)?;
    let position = position(c, 1, values.len())?;
    position.map(|position| values[position]).ok_or_else(|| Error::invalid("the position is missing"))
}

fn insert(c: &mut Call<'_, '_>) -> Result<Vec<Option<Item>>> {
    let (mut values, new) = (sequence(c)?, c.input(1)?);
    let position = position(c, 2, values.len() + 1)?.unwrap_or(values.len());
    values.insert(position, new);
    Ok(vec![Some(Item::Sequence(values))])
}

fn erase(c: &mut Call<'_, '_>) -> Result<Vec<Option<Item>>> {
    let mut values = sequence(c)?;
    let position = match position(c, 1, values.len())? {
        Some(position) => position,
        None => values.len().checked_sub(1).ok_or_else(|| Error::invalid("the sequence is empty"))?,
    };
    values.remove(position);
    Ok(vec![Some(Item::Sequence(values))])
}

fn length(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let count = sequence(c)?.len();
    c.b.scalar(count as i64)
}

fn concat(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let mut values = sequence(c)?;
    let first = *values.first().ok_or_else(|| Error::invalid("the sequence is empty"))?;
    let is_new = c.attributes.flag("new_axis")?;
    let rank = c.rank(first)? + usize::from(is_new);
    let axis = c.axis_or(0, rank)?;
    if is_new {
        for value in &mut values {
            *value = c.expand(*value, axis)?;
        }
    }
    match values[..] {
        [value] => Ok(value),
        _ => c.b.concatenation(&values, axis as i32),
    }
}

/// Parts of one element, of a stated size, or of stated sizes.
fn split(c: &mut Call<'_, '_>) -> Result<Vec<Option<Item>>> {
    let x = c.input(0)?;
    let axis = c.axis_or(0, c.rank(x)?)?;
    let size = c.size(x, axis)? as i64;
    let given = c.optional(1)?;
    let sizes = match c.constant_integers(1, "the split")? {
        None => vec![1; usize::try_from(size).unwrap_or_default()],
        Some(sizes) => match given.map(|value| c.rank(value)).transpose()? {
            Some(0) => {
                let chunk = sizes.first().copied().unwrap_or(1).clamp(1, size.max(1));
                (0..size).step_by(chunk as usize).map(|start| chunk.min(size - start)).collect()
            }
            _ => sizes,
        },
    };
    if sizes.len() > 4096 {
        return Err(Error::unsupported(format!("a sequence of {} parts", sizes.len())));
    }
    let mut values = super::slicing::split_at(c, x, axis, &sizes)?;
    if given.is_none() && c.attributes.int_or("keepdims", 1)? == 0 {
        for value in &mut values {
            *value = c.squeeze(*value, &[axis])?;
        }
    }
    Ok(vec![Some(Item::Sequence(values))])
}

fn optional(c: &mut Call<'_, '_>) -> Result<Vec<Option<Item>>> {
    let item = c.inputs.first().cloned().flatten().unwrap_or(Item::Nothing);
    Ok(vec![Some(item)])
}

fn get_element(c: &mut Call<'_, '_>) -> Result<Vec<Option<Item>>> {
    match c.inputs.first().cloned().flatten() {
        Some(Item::Nothing) | None => Err(Error::invalid("the optional is empty")),
        item => Ok(vec![item]),
    }
}

fn has_element(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let is_there = !matches!(c.inputs.first(), None | Some(None | Some(Item::Nothing)));
    c.scalar_of(DType::Bool, f64::from(u8::from(is_there)))
}
