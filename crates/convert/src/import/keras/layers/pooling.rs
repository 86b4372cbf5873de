//! Pooling.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator, Padding, owned};

use crate::build::Builder;
use crate::import::compose::shape::{self, Extent, expand_dims, squeeze};
use crate::import::keras::context::Context;
use crate::import::keras::rules::{Masking, Rule};
use crate::{Error, Result};

const AVERAGE: BuiltinOperator = BuiltinOperator::AVERAGE_POOL_2D;
const MAX: BuiltinOperator = BuiltinOperator::MAX_POOL_2D;

pub(super) static RULES: &[Rule] = &[
    Rule::new(&["AveragePooling1D", "AvgPool1D"], "AVERAGE_POOL_2D", |context| {
        one_dimensional(context, AVERAGE)
    }),
    Rule::new(&["AveragePooling2D", "AvgPool2D"], "AVERAGE_POOL_2D", |context| {
        two_dimensional(context, AVERAGE)
    }),
    Rule::new(&["AveragePooling3D", "AvgPool3D"], "AVERAGE_POOL_2D", |context| {
        three_dimensional(context, AVERAGE)
    }),
    Rule::new(&["MaxPooling1D", "MaxPool1D"], "MAX_POOL_2D", |context| one_dimensional(context, MAX)),
    Rule::new(&["MaxPooling2D", "MaxPool2D"], "MAX_POOL_2D", |context| two_dimensional(context, MAX)),
    Rule::new(&["MaxPooling3D", "MaxPool3D"], "MAX_POOL_2D", |context| three_dimensional(context, MAX)),
    Rule::new(
        &[
            "GlobalAveragePooling1D",
            "GlobalAveragePooling2D",
            "GlobalAveragePooling3D",
            "GlobalAvgPool1D",
            "GlobalAvgPool2D",
            "GlobalAvgPool3D",
        ],
        "MEAN",
        |context| global(context, BuiltinOperator::MEAN),
    )
    .with_masking(Masking::Ends),
    Rule::new(
        &[
            "GlobalMaxPooling1D",
            "GlobalMaxPooling2D",
            "GlobalMaxPooling3D",
            "GlobalMaxPool1D",
            "GlobalMaxPool2D",
            "GlobalMaxPool3D",
        ],
        "REDUCE_MAX",
        |context| global(context, BuiltinOperator::REDUCE_MAX),
    )
    .with_masking(Masking::Ends),
    Rule::new(
        &["AdaptiveAveragePooling1D", "AdaptiveAveragePooling2D", "AdaptiveAveragePooling3D"],
        "RESHAPE, MEAN",
        |context| adaptive(context, BuiltinOperator::MEAN),
    ),
    Rule::new(
        &["AdaptiveMaxPooling1D", "AdaptiveMaxPooling2D", "AdaptiveMaxPooling3D"],
        "RESHAPE, REDUCE_MAX",
        |context| adaptive(context, BuiltinOperator::REDUCE_MAX),
    ),
];

/// Sizes and steps of a window, and whether the image is padded.
struct Pool<const N: usize> {
    sizes: [usize; N],
    strides: [usize; N],
    is_same: bool,
}

fn settings<const N: usize>(context: &Context<'_, '_>) -> Result<Pool<N>> {
    let config = context.config();
    let sizes = config.sizes("pool_size", 2)?;
    let strides = if config.get("strides").is_some() { config.sizes("strides", 1)? } else { sizes };
    Ok(Pool { sizes, strides, is_same: config.text_or("padding", "valid")? == "same" })
}

fn pool_2d(b: &mut Builder<'_>, op: BuiltinOperator, x: ValueId, pool: &Pool<2>) -> Result<ValueId> {
    let options = owned::Pool2DOptions {
        padding: if pool.is_same { Padding::SAME } else { Padding::VALID },
        filter_height: pool.sizes[0] as i32,
        filter_width: pool.sizes[1] as i32,
        stride_h: pool.strides[0] as i32,
        stride_w: pool.strides[1] as i32,
        ..Default::default()
    };
    b.add(Op::with(op, options), &[x])
}

fn one_dimensional(context: &mut Context<'_, '_>, op: BuiltinOperator) -> Result<Vec<ValueId>> {
    let Pool { sizes: [size], strides: [stride], is_same } = settings(context)?;
    let x = context.x()?;
    let x = context.with_channels_last(x, |context, x| {
        let x = expand_dims(context.b, x, 1)?;
        let x = pool_2d(context.b, op, x, &Pool { sizes: [1, size], strides: [1, stride], is_same })?;
        squeeze(context.b, x, 1)
    })?;
    Ok(vec![x])
}

fn two_dimensional(context: &mut Context<'_, '_>, op: BuiltinOperator) -> Result<Vec<ValueId>> {
    let pool = settings(context)?;
    let x = context.x()?;
    Ok(vec![context.with_channels_last(x, |context, x| pool_2d(context.b, op, x, &pool))?])
}

/// Pools the two last dimensions of a volume, then the first: windows are products of theirs.
fn three_dimensional(context: &mut Context<'_, '_>, op: BuiltinOperator) -> Result<Vec<ValueId>> {
    let Pool { sizes: [depth, height, width], strides: [far, down, right], is_same } = settings(context)?;
    let x = context.x()?;
    let x = context.with_channels_last(x, |context, x| {
        let [batch, planes, _, _, channels] = shape::extents(context.b, x)?[..] else {
            return Err(Error::invalid("its input is no volume"));
        };
        let Extent::Fixed(_) = planes else {
            return Err(Error::unsupported("a pool over a volume whose depth is open"));
        };
        let b = &mut *context.b;
        let flat = shape::flatten(b, x, 0..2)?;
        let flat = pool_2d(b, op, flat, &Pool { sizes: [height, width], strides: [down, right], is_same })?;
        let pooled = shape::extents(b, flat)?;
        let merged = shape::merged(b, &pooled[1..3])?;
        let volume = shape::reshape(b, flat, &[batch, planes, merged, channels])?;
        let volume = pool_2d(b, op, volume, &Pool { sizes: [depth, 1], strides: [far, 1], is_same })?;
        let planes = shape::extents(b, volume)?[1];
        shape::reshape(b, volume, &[batch, planes, pooled[1], pooled[2], channels])
    })?;
    Ok(vec![x])
}

fn global(context: &mut Context<'_, '_>, op: BuiltinOperator) -> Result<Vec<ValueId>> {
    let (x, keep_dims) = (context.x()?, context.config().bool("keepdims", false)?);
    let rank = context.b.rank(x)? as i32;
    let axes: Vec<i32> =
        if context.is_channels_first()? { (2..rank).collect() } else { (1..rank - 1).collect() };
    match context.x_mask().filter(|_| op == BuiltinOperator::MEAN && rank == 3) {
        Some(mask) => Ok(vec![masked_mean(context, x, mask, &axes, keep_dims)?]),
        None => Ok(vec![context.b.reduce(op, x, &axes, keep_dims)?]),
    }
}

/// The mean over the steps that count.
fn masked_mean(
    context: &mut Context<'_, '_>,
    x: ValueId,
    mask: ValueId,
    axes: &[i32],
    keep_dims: bool,
) -> Result<ValueId> {
    let last = if axes == [1] { 2 } else { 1 };
    let b = &mut *context.b;
    let mask = b.cast(mask, b.dtype(x))?;
    let mask = expand_dims(b, mask, last)?;
    let masked = b.binary(BuiltinOperator::MUL, x, mask)?;
    let sum = b.reduce(BuiltinOperator::SUM, masked, axes, keep_dims)?;
    let count = b.reduce(BuiltinOperator::SUM, mask, axes, keep_dims)?;
    b.binary(BuiltinOperator::DIV, sum, count)
}

/// Pools into `output_size` equal parts along each dimension.
fn adaptive(context: &mut Context<'_, '_>, op: BuiltinOperator) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    let parts = context.config().ints("output_size")?.unwrap_or_default();
    let x = context.with_channels_last(x, |context, x| {
        let sizes = shape::extents_of(context.b, x, 2)?;
        let axes = sizes.len() - 2;
        let mut split = vec![sizes[0]];
        for axis in 0..axes {
            let count = parts.get(axis.min(parts.len().saturating_sub(1))).map_or(0, |&count| count as usize);
            let Extent::Fixed(size) = sizes[axis + 1] else {
                return Err(Error::unsupported(
                    "a pool with a given number of results over an image whose size is open",
                ));
            };
            if count == 0 || !size.is_multiple_of(count) {
                return Err(Error::unsupported(format!(
                    "{size} values pooled into {count}, which does not divide them"
                )));
            }
            split.extend([Extent::Fixed(count), Extent::Fixed(size / count)]);
        }
        split.push(sizes[axes + 1]);
        let x = shape::reshape(context.b, x, &split)?;
        let reduced: Vec<i32> = (0..axes as i32).map(|axis| 2 + 2 * axis).collect();
        context.b.reduce(op, x, &reduced, false)
    })?;
    Ok(vec![x])
}
