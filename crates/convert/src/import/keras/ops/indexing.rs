//! Functions that pick elements by their places, or find places.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator, owned};
use serde_json::Value;

use crate::import::compose::activation::along_last_axis;
use crate::import::compose::shape;
use crate::import::keras::config::{integer, shortened};
use crate::import::keras::context::{Context, Input};
use crate::import::keras::rules::Rule;
use crate::{Error, Result};

pub(super) static RULES: &[Rule] = &[
    Rule::new(&["get_item", "getitem"], "STRIDED_SLICE", get_item),
    Rule::new(&["slice"], "SLICE", |context| {
        let starts = context.any_ints(1, &["start_indices", "begin"])?.unwrap_or_default();
        let sizes = context.any_ints(2, &["shape", "size"])?.unwrap_or_default();
        let narrow = |values: Vec<i64>| values.into_iter().map(narrow).collect::<Vec<_>>();
        let x = context.x()?;
        Ok(vec![context.b.slice(x, &narrow(starts), &narrow(sizes))?])
    }),
    Rule::new(&["take", "gather"], "GATHER", take),
    Rule::new(&["take_along_axis"], "ONE_HOT, MUL, SUM", take_along_axis),
    Rule::new(&["top_k"], "TOPK_V2", |context| {
        let (x, k) = (context.x()?, context.any_int(1, &["k"])?.unwrap_or(1));
        let k = context.b.scalar(k as i32)?;
        context.b.add_as(
            Op::with(BuiltinOperator::TOPK_V2, owned::TopKV2Options::default()),
            &[Some(x), Some(k)],
            &[context.b.dtype(x), DType::I32],
        )
    }),
    Rule::new(&["sort"], "NEG, TOPK_V2", |context| sorted(context, 0)),
    Rule::new(&["argsort"], "NEG, TOPK_V2", |context| sorted(context, 1)),
    Rule::new(&["one_hot"], "ONE_HOT", one_hot),
];

/// One part of an index such as `[1:5, ::2, None, ..., 0]`.
enum Part {
    Range { start: Option<i64>, stop: Option<i64>, step: i64 },
    At(i64),
    New,
    Rest,
}

fn get_item(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    let key = context.any(1, &["key", "slice_spec"]).or_else(|| context.args.get(1)).cloned();
    let parts = match key {
        Some(Input::List(items)) => items.iter().map(part).collect::<Result<Vec<_>>>()?,
        Some(one) => vec![part(&one)?],
        // `x[None]`: an argument that is None counts as absent.
        None => vec![Part::New],
    };
    let (mut options, mut begin, mut end, mut strides) =
        (owned::StridedSliceOptions::default(), Vec::new(), Vec::new(), Vec::new());
    for (index, part) in parts.iter().enumerate() {
        let bit =
            1i32.checked_shl(index as u32).ok_or_else(|| Error::invalid("an index of too many parts"))?;
        let (from, to, step) = match *part {
            Part::Range { start, stop, step } => {
                options.begin_mask |= if start.is_none() { bit } else { 0 };
                options.end_mask |= if stop.is_none() { bit } else { 0 };
                (start.unwrap_or(0), stop.unwrap_or(0), step)
            }
            Part::At(at) => {
                options.shrink_axis_mask |= bit;
                // The end of -1 is the end of the axis, not 0.
                options.end_mask |= if at == -1 { bit } else { 0 };
                (at, at.saturating_add(1), 1)
            }
            Part::New => {
                options.new_axis_mask |= bit;
                (0, 1, 1)
            }
            Part::Rest => {
                options.ellipsis_mask |= bit;
                (0, 0, 1)
            }
        };
        begin.push(narrow(from));
        end.push(narrow(to));
        strides.push(narrow(step));
    }
    let b = &mut *context.b;
    let begin = b.constant(&[begin.len()], &begin)?;
    let end = b.constant(&[end.len()], &end)?;
    let strides = b.constant(&[strides.len()], &strides)?;
    Ok(vec![b.add(Op::with(BuiltinOperator::STRIDED_SLICE, options), &[x, begin, end, strides])?])
}

/// A place that does not fit 32 bits is behind any end.
fn narrow(place: i64) -> i32 {
    place.clamp(i32::MIN.into(), i32::MAX.into()) as i32
}

fn part(input: &Input) -> Result<Part> {
    let refused = || {
        Error::unsupported("an index that is a tensor, or a list of places")
            .hint("use keras.ops.take for such an index")
    };
    let Input::Value(value) = input else { return Err(refused()) };
    if value.is_null() {
        return Ok(Part::New);
    }
    if let Some(at) = integer(value) {
        return Ok(Part::At(at));
    }
    let class = value["class_name"].as_str();
    if class == Some("__ellipsis__")
        || value.as_str() == Some("Ellipsis")
        || value["value"].as_str() == Some("Ellipsis")
    {
        return Ok(Part::Rest);
    }
    let range = if class == Some("__slice__") { &value["config"] } else { value };
    let bound = |name: &str| match &range[name] {
        Value::Null => Ok(None),
        bound => integer(bound).map(Some).ok_or_else(refused),
    };
    if range.get("start").is_none() && range.get("stop").is_none() {
        return Err(Error::unsupported(format!("the index {}", shortened(value))));
    }
    Ok(Part::Range { start: bound("start")?, stop: bound("stop")?, step: bound("step")?.unwrap_or(1) })
}

fn take(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let mut x = context.x()?;
    let indices = context.operand(1, &["indices"], Some(DType::I32))?;
    let indices = context.b.cast(indices, DType::I32)?;
    let axis = match context.any_int(2, &["axis"])? {
        Some(axis) => shape::axis(axis, context.b.rank(x)?)?,
        None if context.origin.is_keras_2 => 0,
        None => {
            x = context.b.reshape(x, &[-1])?;
            0
        }
    };
    if context.any_int(usize::MAX, &["batch_dims"])?.unwrap_or(0) != 0 {
        return Err(Error::unsupported("indices of their own for each entry of the batch (batch_dims)"));
    }
    Ok(vec![shape::gather(context.b, x, indices, axis)?])
}

/// Picks along an axis by a sum of products with one-hot vectors, as indices differ from place to place.
fn take_along_axis(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    let indices = context.operand(1, &["indices"], Some(DType::I32))?;
    let rank = context.b.rank(x)?;
    let axis = shape::axis(context.any_int(2, &["axis"])?.unwrap_or(-1), rank)?;
    let size = context.b.dims(x)?[axis].size();
    let size = size.ok_or_else(|| Error::unsupported("places along an axis whose size is open"))?;
    let b = &mut *context.b;
    let indices = b.cast(indices, DType::I32)?;
    let depth = b.scalar(size as i32)?;
    // Negative places count from the end.
    let indices = b.binary(BuiltinOperator::FLOOR_MOD, indices, depth)?;
    let (on, off) = (b.scalar(1f32)?, b.scalar(0f32)?);
    let op = Op::with(BuiltinOperator::ONE_HOT, owned::OneHotOptions { axis: -1 });
    // [.., places, .., size] times [.., 1, .., size].
    let hot = b.add(op, &[indices, depth, on, off])?;
    let mut axes: Vec<usize> = (0..rank).filter(|&at| at != axis).collect();
    axes.push(axis);
    let x = b.transpose(x, &axes)?;
    let x = shape::expand_dims(b, x, axis)?;
    let product = b.binary(BuiltinOperator::MUL, hot, x)?;
    Ok(vec![b.reduce(BuiltinOperator::SUM, product, &[rank as i32], false)?])
}

/// Sorted values (output 0 of TOPK_V2) or their places (output 1), from the smallest on.
fn sorted(context: &mut Context<'_, '_>, output: usize) -> Result<Vec<ValueId>> {
    let (x, axis) = (context.x()?, context.any_int(1, &["axis"])?.unwrap_or(-1));
    let made = along_last_axis(context.b, x, axis, |b, x| {
        let last = b.dims(x)?.last().and_then(|dim| dim.size());
        let size = last.ok_or_else(|| Error::unsupported("sorting along an axis whose size is open"))?;
        let size = b.scalar(size as i32)?;
        let negated = b.unary(BuiltinOperator::NEG, x)?;
        let types = [b.dtype(x), DType::I32];
        let op = Op::with(BuiltinOperator::TOPK_V2, owned::TopKV2Options::default());
        let found = b.add_as(op, &[Some(negated), Some(size)], &types)?[output];
        if output == 0 { b.unary(BuiltinOperator::NEG, found) } else { Ok(found) }
    })?;
    Ok(vec![made])
}

fn one_hot(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    let depth = context.any_int(1, &["num_classes", "depth"])?;
    let depth = depth.ok_or_else(|| Error::invalid("it does not say how many classes"))?;
    let axis = context.any_int(usize::MAX, &["axis"])?.unwrap_or(-1);
    let on = context.any_float(usize::MAX, &["on_value"])?.unwrap_or(1.0);
    let off = context.any_float(usize::MAX, &["off_value"])?.unwrap_or(0.0);
    let b = &mut *context.b;
    let x = b.cast(x, DType::I32)?;
    let depth = b.scalar(depth as i32)?;
    let (on, off) = (b.scalar(on)?, b.scalar(off)?);
    let op = Op::with(BuiltinOperator::ONE_HOT, owned::OneHotOptions { axis: axis as i32 });
    Ok(vec![b.add(op, &[x, depth, on, off])?])
}
