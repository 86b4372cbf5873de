//! Layers that only move elements.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator, owned};

use crate::import::compose::shape::{self, Extent, expand_dims};
use crate::import::keras::context::{Context, channels_last};
use crate::import::keras::rules::{Masking, Rule};
use crate::{Error, Result};

pub(super) static RULES: &[Rule] = &[
    Rule::new(&["Flatten"], "RESHAPE", flatten).with_masking(Masking::Ends),
    Rule::new(&["Reshape"], "RESHAPE", reshape).with_masking(Masking::Ends),
    Rule::new(&["Permute"], "TRANSPOSE", permute).with_masking(Masking::Ends),
    Rule::new(&["RepeatVector"], "RESHAPE, TILE", repeat_vector).with_masking(Masking::Ends),
];

/// `[n, …]` as `[n, rest]`.
fn flatten(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let mut x = context.x()?;
    let rank = context.b.rank(x)?;
    if rank == 1 {
        return Ok(vec![expand_dims(context.b, x, 1)?]);
    }
    if rank > 2 && context.is_channels_first()? {
        x = channels_last(context.b, x)?;
    }
    Ok(vec![shape::flatten(context.b, x, 1..rank)?])
}

/// The batch stays; one of the other sizes may be -1.
fn reshape(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    let target =
        context.config().ints("target_shape")?.ok_or_else(|| Error::invalid("it has no target_shape"))?;
    let sizes = shape::extents_of(context.b, x, 1)?;
    let inner = sizes.iter().skip(1).map(|size| match size {
        Extent::Fixed(size) => Some(*size),
        _ => None,
    });
    let total: Option<usize> = inner.product();
    let known: i64 = target.iter().filter(|&&size| size >= 0).product();
    let rest = total.filter(|_| known > 0).map(|total| total as i64 / known);
    let mut wanted = vec![sizes[0]];
    let mut opens = 0;
    for size in target {
        match (usize::try_from(size).ok(), rest) {
            (Some(size), _) => wanted.push(Extent::Fixed(size)),
            (None, Some(rest)) => wanted.push(Extent::Fixed(rest as usize)),
            (None, None) => {
                opens += 1;
                wanted.push(Extent::Rest);
            }
        }
    }
    if opens > 1 {
        return Err(Error::invalid("two sizes of its target_shape are open"));
    }
    Ok(vec![shape::reshape(context.b, x, &wanted)?])
}

/// Dimensions are counted from 1: the batch stays.
fn permute(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    let order = context.config().ints("dims")?.ok_or_else(|| Error::invalid("it has no dims"))?;
    let axes = std::iter::once(0).chain(order.iter().map(|&axis| usize::try_from(axis).unwrap_or(0)));
    let axes: Vec<usize> = axes.collect();
    Ok(vec![context.b.transpose(x, &axes)?])
}

/// `[n, features]` as `[n, times, features]`.
fn repeat_vector(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let (x, times) = (context.x()?, context.config().size("n")?);
    let x = expand_dims(context.b, x, 1)?;
    let multiples = context.b.constant(&[3], &[1, times as i32, 1])?;
    Ok(vec![context.b.add(Op::with(BuiltinOperator::TILE, owned::TileOptions::default()), &[x, multiples])?])
}
