//! Layers that add or remove what lies at the edges.

use featherlite_ir::ValueId;
use serde_json::Value;

use crate::import::compose::shape;
use crate::import::keras::config::{integers, shortened};
use crate::import::keras::context::Context;
use crate::import::keras::rules::Rule;
use crate::{Error, Result};

pub(super) static RULES: &[Rule] = &[
    Rule::new(&["ZeroPadding1D"], "PAD", |context| zero_padding(context, 1)),
    Rule::new(&["ZeroPadding2D"], "PAD", |context| zero_padding(context, 2)),
    Rule::new(&["ZeroPadding3D"], "PAD", |context| zero_padding(context, 3)),
    Rule::new(&["Cropping1D"], "STRIDED_SLICE", |context| cropping(context, 1)),
    Rule::new(&["Cropping2D"], "STRIDED_SLICE", |context| cropping(context, 2)),
    Rule::new(&["Cropping3D"], "STRIDED_SLICE", |context| cropping(context, 3)),
];

/// What the setting `name` says for the two edges of each of `axes` dimensions of an image: one number for all, one for
/// both edges of each, or one for each edge.
fn edges(context: &Context<'_, '_>, name: &str, axes: usize) -> Result<Vec<[usize; 2]>> {
    let value = context.config().get(name);
    let bad =
        || Error::invalid(format!("the setting {name} is {}", shortened(value.unwrap_or(&Value::Null))));
    let size =
        |size: i64| i32::try_from(size).ok().and_then(|size| usize::try_from(size).ok()).ok_or_else(bad);
    let pair = |value: &Value| match integers(value).ok_or_else(bad)?[..] {
        [both] => Ok([size(both)?; 2]),
        [before, after] => Ok([size(before)?, size(after)?]),
        _ => Err(bad()),
    };
    match value {
        None => Ok(vec![[1; 2]; axes]),
        Some(Value::Array(items)) if axes == 1 && items.iter().all(|item| !item.is_array()) => {
            Ok(vec![pair(&Value::Array(items.clone()))?])
        }
        Some(Value::Array(items)) if items.len() == axes => items.iter().map(pair).collect(),
        Some(value) => Ok(vec![pair(value)?; axes]),
    }
}

/// The edges of all dimensions, of which the image's are the last but one ones or the last ones.
fn all_edges(context: &Context<'_, '_>, name: &str, axes: usize, x: ValueId) -> Result<Vec<[usize; 2]>> {
    let rank = context.b.rank(x)?;
    if rank != axes + 2 {
        return Err(Error::invalid(format!("its input has {rank} dimensions")));
    }
    let mut all = vec![[0; 2]; rank];
    let first = if context.is_channels_first()? { 2 } else { 1 };
    all[first..first + axes].copy_from_slice(&edges(context, name, axes)?);
    Ok(all)
}

fn zero_padding(context: &mut Context<'_, '_>, axes: usize) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    let edges = all_edges(context, "padding", axes, x)?;
    Ok(vec![context.b.pad(x, &edges)?])
}

fn cropping(context: &mut Context<'_, '_>, axes: usize) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    let edges = all_edges(context, "cropping", axes, x)?;
    let begins: Vec<i32> = edges.iter().map(|edge| edge[0] as i32).collect();
    let ends: Vec<Option<i32>> =
        edges.iter().map(|edge| (edge[1] > 0).then_some(-(edge[1] as i32))).collect();
    Ok(vec![shape::between(context.b, x, &begins, &ends)?])
}
