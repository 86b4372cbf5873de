//! Layers that change the range or the coding of values before a network.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator, owned};
use serde_json::Value;

use crate::import::compose::shape;
use crate::import::keras::config::{number, shortened};
use crate::import::keras::context::Context;
use crate::import::keras::network::Layer;
use crate::import::keras::rules::{Masking, Rule};
use crate::import::keras::slots::Slots;
use crate::{Error, Result};

pub(super) static RULES: &[Rule] = &[
    Rule::new(&["Rescaling"], "MUL, ADD", rescaling),
    Rule::new(&["Normalization"], "SUB, MUL", normalization).with_slots(normalization_slots),
    Rule::new(&["CategoryEncoding"], "ONE_HOT, SUM, REDUCE_MAX", category_encoding)
        .with_masking(Masking::Ends),
    Rule::new(&["Discretization"], "BUCKETIZE", discretization),
];

/// `x · scale + offset`, with numbers or one for each channel.
fn rescaling(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    let x = context.b.cast(x, DType::F32)?;
    let scale = numbers(context, "scale", 1.0)?;
    let offset = numbers(context, "offset", 0.0)?;
    let x = applied(context, BuiltinOperator::MUL, x, &scale, 1.0)?;
    Ok(vec![applied(context, BuiltinOperator::ADD, x, &offset, 0.0)?])
}

/// A setting of one or several numbers, however nested.
fn numbers(context: &Context<'_, '_>, name: &str, default: f32) -> Result<Vec<f32>> {
    let Some(value) = context.config().get(name) else { return Ok(vec![default]) };
    let mut found = Vec::new();
    if flat(value, &mut found) && !found.is_empty() {
        return Ok(found);
    }
    Err(Error::invalid(format!("the setting {name} is {}", shortened(value))))
}

fn flat(value: &Value, found: &mut Vec<f32>) -> bool {
    match (value, number(value)) {
        (Value::Array(items), _) => items.iter().all(|item| flat(item, found)),
        (_, Some(number)) => {
            found.push(number as f32);
            true
        }
        // Arrays of Keras 3: {"class_name": "__numpy__", "config": {"value": […]}}.
        (Value::Object(_), None) => flat(&value["config"]["value"], found),
        _ => false,
    }
}

fn applied(
    context: &mut Context<'_, '_>,
    op: BuiltinOperator,
    x: ValueId,
    values: &[f32],
    neutral: f32,
) -> Result<ValueId> {
    if values.iter().all(|&value| value == neutral) {
        return Ok(x);
    }
    let values = if values.len() == 1 {
        context.b.scalar(values[0])?
    } else {
        context.b.constant(&[values.len()], values)?
    };
    context.b.binary(op, x, values)
}

/// Mean, variance, and how many values they come from.
fn normalization_slots(layer: &Layer) -> Result<Slots> {
    let is_given = layer.config().get("mean").is_some();
    Ok(Slots::default().and_fixed(if is_given { 0 } else { 3 }))
}

/// `(x - mean) / sqrt(variance)`, with numbers for each place along the axes that are kept.
fn normalization(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let (x, config) = (context.x()?, context.config());
    let x = context.b.cast(x, DType::F32)?;
    let rank = context.b.rank(x)?;
    let (means, variances) = match config.get("mean") {
        Some(_) => (numbers(context, "mean", 0.0)?, numbers(context, "variance", 1.0)?),
        None => (context.floats(0)?, context.floats(1)?),
    };
    if means.len() != variances.len() {
        return Err(Error::invalid(format!("{} means and {} variances", means.len(), variances.len())));
    }
    let mut sizes = vec![1; rank];
    if means.len() > 1 {
        for axis in config.ints("axis")?.unwrap_or_else(|| vec![-1]) {
            let axis = shape::axis(axis, rank)?;
            let size = context.b.dims(x)?[axis].size();
            sizes[axis] =
                size.ok_or_else(|| Error::unsupported("a normalization along an axis whose size is open"))?;
        }
    }
    // Keras divides by at least its epsilon.
    let deviation = |variance: &f32| variance.sqrt().max(1e-7);
    let b = &mut *context.b;
    let (sub, div) = if config.bool("invert", false)? {
        let factors: Vec<f32> = variances.iter().map(deviation).collect();
        let offsets: Vec<f32> = means.clone();
        let factors = b.constant(&sizes, &factors)?;
        let offsets = b.constant(&sizes, &offsets)?;
        let scaled = b.binary(BuiltinOperator::MUL, x, factors)?;
        return Ok(vec![b.binary(BuiltinOperator::ADD, scaled, offsets)?]);
    } else {
        let factors: Vec<f32> = variances.iter().map(|variance| 1.0 / deviation(variance)).collect();
        (b.constant(&sizes, &means)?, b.constant(&sizes, &factors)?)
    };
    let centered = b.binary(BuiltinOperator::SUB, x, sub)?;
    Ok(vec![b.binary(BuiltinOperator::MUL, centered, div)?])
}

/// Categories as vectors with a place for each category.
fn category_encoding(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let (mut x, config) = (context.x()?, context.config());
    let depth = config.size("num_tokens")?;
    let mode = config.text_or("output_mode", "multi_hot")?;
    let b = &mut *context.b;
    let rank = b.rank(x)?;
    if mode == "one_hot" && rank > 1 && b.dims(x)?[rank - 1].size() == Some(1) {
        x = shape::squeeze(b, x, rank - 1)?;
    }
    let x = b.cast(x, DType::I32)?;
    let depth = b.scalar(depth as i32)?;
    let (on, off) = (b.scalar(1f32)?, b.scalar(0f32)?);
    let op = Op::with(BuiltinOperator::ONE_HOT, owned::OneHotOptions { axis: -1 });
    let hot = b.add(op, &[x, depth, on, off])?;
    let reduce = match mode {
        "one_hot" => return Ok(vec![hot]),
        "count" => BuiltinOperator::SUM,
        "multi_hot" => BuiltinOperator::REDUCE_MAX,
        _ => return Err(Error::unsupported(format!("output_mode {mode:?}"))),
    };
    if rank == 0 {
        return Ok(vec![hot]);
    }
    let axis = b.rank(hot)? as i32 - 2;
    Ok(vec![b.reduce(reduce, hot, &[axis], false)?])
}

/// Values as the numbers of the ranges that they are in.
fn discretization(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let (x, config) = (context.x()?, context.config());
    let mode = config.text_or("output_mode", "int")?;
    if mode != "int" {
        return Err(Error::unsupported(format!("output_mode {mode:?}"))
            .hint("use output_mode=\"int\" and CategoryEncoding"));
    }
    let boundaries = match config.get("bin_boundaries") {
        Some(_) => numbers(context, "bin_boundaries", 0.0)?,
        None => context.floats(0)?,
    };
    let x = context.b.cast(x, DType::F32)?;
    let op = Op::with(BuiltinOperator::BUCKETIZE, owned::BucketizeOptions { boundaries });
    let found = context.b.add_typed(op, &[x], DType::I32)?;
    Ok(vec![match config.text_or("dtype", "int64")? {
        "int64" => context.b.cast(found, DType::I64)?,
        _ => found,
    }])
}
