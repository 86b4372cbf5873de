//! Functions that move elements, and those about shapes.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator, MirrorPadMode, owned};

use crate::build::Builder;
use crate::import::compose::shape::{self, Extent};
use crate::import::keras::context::{Context, Input};
use crate::import::keras::layers::repeated;
use crate::import::keras::rules::Rule;
use crate::import::keras::run;
use crate::{Error, Result};

pub(super) static RULES: &[Rule] = &[
    Rule::new(&["reshape"], "RESHAPE", reshape),
    Rule::new(&["ravel", "flatten"], "RESHAPE", |context| {
        let x = context.x()?;
        Ok(vec![context.b.reshape(x, &[-1])?])
    }),
    Rule::new(&["transpose", "permute_dimensions"], "TRANSPOSE", |context| {
        let x = context.x()?;
        let rank = context.b.rank(x)?;
        let axes = match context.any_ints(1, &["axes", "perm", "pattern"])? {
            Some(axes) => axes.into_iter().map(|axis| shape::axis(axis, rank)).collect::<Result<Vec<_>>>()?,
            None => (0..rank).rev().collect(),
        };
        Ok(vec![context.b.transpose(x, &axes)?])
    }),
    Rule::new(&["swapaxes"], "TRANSPOSE", |context| {
        let x = context.x()?;
        let rank = context.b.rank(x)?;
        let axis = |name| shape::axis(context.any_int(usize::MAX, &[name])?.unwrap_or(0), rank);
        let (first, second) = (axis("axis1")?, axis("axis2")?);
        let mut axes: Vec<usize> = (0..rank).collect();
        axes.swap(first, second);
        Ok(vec![context.b.transpose(x, &axes)?])
    }),
    Rule::new(&["moveaxis"], "TRANSPOSE", moveaxis),
    Rule::new(&["expand_dims"], "RESHAPE", |context| {
        let mut x = context.x()?;
        let mut axes = context.any_ints(1, &["axis"])?.unwrap_or_else(|| vec![-1]);
        let rank = context.b.rank(x)? + axes.len();
        axes.iter_mut().for_each(|axis| *axis += if *axis < 0 { rank as i64 } else { 0 });
        axes.sort_unstable();
        for axis in axes {
            x = shape::expand_dims(context.b, x, shape::axis(axis, rank)?)?;
        }
        Ok(vec![x])
    }),
    Rule::new(&["squeeze"], "RESHAPE", squeeze),
    Rule::new(&["concatenate", "concat"], "CONCATENATION", |context| {
        let values = listed(context)?;
        let rank = context.b.rank(*values.first().ok_or_else(|| Error::invalid("nothing is joined"))?)?;
        let axis = shape::axis(context.any_int(1, &["axis"])?.unwrap_or(0), rank)?;
        Ok(vec![context.b.concatenation(&values, axis as i32)?])
    }),
    Rule::new(&["stack"], "PACK", |context| {
        let values = listed(context)?;
        let rank = context.b.rank(*values.first().ok_or_else(|| Error::invalid("nothing is joined"))?)?;
        let axis = shape::axis(context.any_int(1, &["axis"])?.unwrap_or(0), rank + 1)?;
        Ok(vec![shape::stack(context.b, &values, axis)?])
    }),
    Rule::new(&["unstack"], "UNPACK", |context| {
        let x = context.x()?;
        let rank = context.b.rank(x)?;
        let axis = shape::axis(context.any_int(2, &["axis"])?.unwrap_or(0), rank)?;
        shape::unstack(context.b, x, axis)
    }),
    Rule::new(&["split", "array_split"], "SPLIT, SLICE", split),
    Rule::new(&["tile"], "TILE", |context| {
        let mut x = context.x()?;
        let times = context.any_ints(1, &["repeats", "multiples", "n"])?.unwrap_or_default();
        while context.b.rank(x)? < times.len() {
            x = shape::expand_dims(context.b, x, 0)?;
        }
        let mut all = vec![1i32; context.b.rank(x)? - times.len()];
        all.extend(times.iter().map(|&times| times as i32));
        let all = context.b.constant(&[all.len()], &all)?;
        Ok(vec![context.b.add(Op::with(BuiltinOperator::TILE, owned::TileOptions::default()), &[x, all])?])
    }),
    Rule::new(&["repeat", "repeat_elements"], "RESHAPE, TILE", |context| {
        let (x, times) = (context.x()?, context.any_ints(1, &["repeats", "rep"])?.unwrap_or_default());
        let (&[times], Some(axis)) = (&times[..], context.any_int(2, &["axis"])?) else {
            return Err(Error::unsupported(
                "elements that are repeated a different number of times, or along no axis",
            ));
        };
        let axis = shape::axis(axis, context.b.rank(x)?)?;
        Ok(vec![repeated(context.b, x, axis, usize::try_from(times).unwrap_or(0).max(1))?])
    }),
    Rule::new(&["flip", "reverse"], "REVERSE_V2", |context| {
        let mut x = context.x()?;
        let rank = context.b.rank(x)?;
        let axes = context.any_ints(1, &["axis", "axes"])?.unwrap_or_else(|| (0..rank as i64).collect());
        for axis in axes {
            x = shape::reverse(context.b, x, &[shape::axis(axis, rank)?])?;
        }
        Ok(vec![x])
    }),
    Rule::new(&["roll"], "SLICE, CONCATENATION", roll),
    Rule::new(&["pad"], "PAD, PADV2, MIRROR_PAD", pad),
    Rule::new(&["broadcast_to"], "BROADCAST_TO", |context| {
        let (x, shape) = (context.x()?, shape_argument(context, &["shape"])?);
        Ok(vec![context.b.add(BuiltinOperator::BROADCAST_TO, &[x, shape])?])
    }),
    Rule::new(&["shape"], "SHAPE", |context| {
        let x = context.x()?;
        Ok(vec![context.b.shape_of(x)?])
    }),
    Rule::new(&["size"], "SHAPE, REDUCE_PROD", |context| {
        let x = context.x()?;
        let shape = context.b.shape_of(x)?;
        Ok(vec![context.b.reduce(BuiltinOperator::REDUCE_PROD, shape, &[0], false)?])
    }),
    Rule::new(&["full", "fill"], "FILL", |context| filled(context, None)),
    Rule::new(&["zeros"], "FILL", |context| filled(context, Some(0.0))),
    Rule::new(&["ones"], "FILL", |context| filled(context, Some(1.0))),
    Rule::new(&["arange", "range"], "RANGE", arange),
    Rule::new(&["diff"], "STRIDED_SLICE, SUB", |context| {
        let x = context.x()?;
        let rank = context.b.rank(x)?;
        if context.any_int(1, &["n"])?.unwrap_or(1) != 1 {
            return Err(Error::unsupported("differences of differences"));
        }
        let axis = shape::axis(context.any_int(2, &["axis"])?.unwrap_or(-1), rank)?;
        let (mut begin, mut end) = (vec![0; rank], vec![None; rank]);
        end[axis] = Some(-1);
        let first = shape::between(context.b, x, &begin, &end)?;
        (begin[axis], end[axis]) = (1, None);
        let second = shape::between(context.b, x, &begin, &end)?;
        Ok(vec![context.b.binary(BuiltinOperator::SUB, second, first)?])
    }),
];

/// The tensors of a list; constants among them become tensors.
fn listed(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let dtype = context.tensors().first().map(|tensor| context.b.dtype(tensor.id));
    let items = match context.any(0, &["xs", "x", "values", "tensors"]).cloned() {
        Some(Input::List(items)) => items,
        Some(one) => vec![one],
        None => Vec::new(),
    };
    items.iter().map(|item| super::operands::tensor_of(context.b, item, dtype)).collect()
}

/// A shape argument as a tensor of 32-bit integers.
fn shape_argument(context: &mut Context<'_, '_>, names: &[&str]) -> Result<ValueId> {
    let input = context.any(1, names).cloned();
    let setting =
        || names.iter().find_map(|name| context.config().get(name)).map(|value| Input::Value(value.clone()));
    let input = input.or_else(setting).ok_or_else(|| Error::invalid("it has no shape"))?;
    let shape = super::operands::tensor_of(context.b, &input, Some(DType::I32))?;
    context.b.cast(shape, DType::I32)
}

/// A shape that is known, or in which one size follows from the others, is written down; others are computed.
fn reshape(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let (x, shape) = (context.x()?, shape_argument(context, &["newshape", "shape"])?);
    let value = context.b.graph().value(shape);
    let sizes = |trial| -> Option<Vec<i64>> {
        let contents = value.trial_contents(trial)?;
        Some(contents.as_chunks().0.iter().map(|&size| i64::from(i32::from_le_bytes(size))).collect())
    };
    if let (Some(first), Some(second)) = (sizes(0), sizes(1)) {
        let open = first.iter().zip(&second).filter(|(first, second)| first != second).count();
        let rests = first.iter().filter(|&&size| size < 0).count();
        if open + rests <= 1 {
            let sizes: Vec<i64> = first
                .iter()
                .zip(second)
                .map(|(&size, other)| if size == other { size } else { -1 })
                .collect();
            return Ok(vec![context.b.reshape(x, &sizes)?]);
        }
    }
    let op = Op::with(BuiltinOperator::RESHAPE, owned::ReshapeOptions::default());
    Ok(vec![context.b.add(op, &[x, shape])?])
}

fn moveaxis(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    let rank = context.b.rank(x)?;
    let list = |name| {
        let axes = context.any_ints(usize::MAX, &[name])?.unwrap_or_default();
        axes.into_iter().map(|axis| shape::axis(axis, rank)).collect::<Result<Vec<_>>>()
    };
    let (from, to) = (list("source")?, list("destination")?);
    let mut axes: Vec<usize> = (0..rank).filter(|axis| !from.contains(axis)).collect();
    let mut moves: Vec<_> = to.into_iter().zip(from).collect();
    moves.sort_unstable();
    for (to, from) in moves {
        axes.insert(to.min(axes.len()), from);
    }
    Ok(vec![context.b.transpose(x, &axes)?])
}

fn squeeze(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let mut x = context.x()?;
    let rank = context.b.rank(x)?;
    let mut axes = match context.any_ints(1, &["axis"])? {
        Some(axes) => axes.into_iter().map(|axis| shape::axis(axis, rank)).collect::<Result<Vec<_>>>()?,
        None => (0..rank)
            .filter(|&axis| context.b.dims(x).is_ok_and(|dims| dims[axis].size() == Some(1)))
            .collect(),
    };
    axes.sort_unstable();
    for axis in axes.into_iter().rev() {
        x = shape::squeeze(context.b, x, axis)?;
    }
    Ok(vec![x])
}

/// Equal parts, or parts between given places.
fn split(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    let axis = shape::axis(context.any_int(2, &["axis"])?.unwrap_or(0), context.b.rank(x)?)?;
    let names = ["indices_or_sections", "num_or_size_splits"];
    let value = context.any_constant(1, &names);
    let value = value.ok_or_else(|| Error::invalid("it does not say how many parts"))?;
    if let Some(parts) = value.as_u64() {
        return shape::split(context.b, x, axis, usize::try_from(parts).unwrap_or(0).max(1));
    }
    let mut places = context.any_ints(1, &names)?.unwrap_or_default();
    if context.origin.is_keras_2 {
        // TensorFlow states sizes rather than places.
        places.pop();
        let mut sum = 0;
        places.iter_mut().for_each(|size| {
            sum = size.saturating_add(sum);
            *size = sum;
        });
    }
    let starts = std::iter::once(0).chain(places.iter().copied());
    let ends = places.iter().copied().map(Some).chain([None]);
    starts
        .zip(ends)
        .map(|(start, end)| {
            let size = end.map_or(-1, |end| end.saturating_sub(start));
            shape::slice_axis(context.b, x, axis, start as i32, size as i32)
        })
        .collect()
}

fn roll(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let mut x = context.x()?;
    let rank = context.b.rank(x)?;
    let shifts = context.any_ints(1, &["shift"])?.unwrap_or_default();
    let axes = context.any_ints(2, &["axis"])?.ok_or_else(|| Error::unsupported("a roll along no axis"))?;
    for (shift, axis) in shifts.into_iter().zip(axes) {
        let axis = shape::axis(axis, rank)?;
        let Extent::Fixed(size) = shape::extents(context.b, x)?[axis] else {
            return Err(Error::unsupported("a roll along an axis whose size is open"));
        };
        let shift = shift.rem_euclid(size.max(1) as i64) as i32;
        if shift != 0 {
            let end = shape::slice_axis(context.b, x, axis, size as i32 - shift, -1)?;
            let start = shape::slice_axis(context.b, x, axis, 0, size as i32 - shift)?;
            x = context.b.concatenation(&[end, start], axis as i32)?;
        }
    }
    Ok(vec![x])
}

fn pad(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    let rank = context.b.rank(x)?;
    let names = ["pad_width", "paddings"];
    let widths = context.any_constant(1, &names).ok_or_else(|| Error::invalid("it has no pad_width"))?;
    let pair = |value: &serde_json::Value| match crate::import::keras::config::integers(value).as_deref() {
        Some(&[both]) => Some([both as i32; 2]),
        Some(&[before, after]) => Some([before as i32, after as i32]),
        _ => None,
    };
    let all: Option<Vec<[i32; 2]>> = match widths.as_array() {
        Some(items) if items.iter().any(serde_json::Value::is_array) => items.iter().map(pair).collect(),
        _ => pair(&widths).map(|pair| vec![pair; rank]),
    };
    let all = all.map(|all| if all.len() == 1 { vec![all[0]; rank] } else { all });
    let all = all.filter(|all| all.len() == rank).ok_or_else(|| Error::invalid("its pad_width"))?;
    let flat: Vec<i32> = all.concat();
    let paddings = context.b.constant(&[rank, 2], &flat)?;
    let value = context.any_float(3, &["constant_values"])?.unwrap_or(0.0);
    let mode = context.any_text(2, &["mode"])?;
    let b = &mut *context.b;
    Ok(vec![match mode.as_deref() {
        None | Some("constant") if value == 0.0 => {
            b.add(Op::with(BuiltinOperator::PAD, owned::PadOptions::default()), &[x, paddings])?
        }
        None | Some("constant") => {
            let value = b.scalar(value)?;
            b.add(Op::with(BuiltinOperator::PADV2, owned::PadV2Options::default()), &[x, paddings, value])?
        }
        Some(mode @ ("reflect" | "symmetric")) => {
            let mode = if mode == "reflect" { MirrorPadMode::REFLECT } else { MirrorPadMode::SYMMETRIC };
            b.add(Op::with(BuiltinOperator::MIRROR_PAD, owned::MirrorPadOptions { mode }), &[x, paddings])?
        }
        Some(mode) => return Err(Error::unsupported(format!("padding of mode {mode:?}"))),
    }])
}

fn filled(context: &mut Context<'_, '_>, value: Option<f32>) -> Result<Vec<ValueId>> {
    let dtype = context.any_constant(2, &["dtype"]).map(|dtype| run::dtype(&dtype)).transpose()?;
    let value = match value {
        Some(value) => context.b.scalar(value)?,
        None => {
            context.operand(if context.origin.is_keras_2 { 1 } else { 0 }, &["fill_value", "value"], dtype)?
        }
    };
    let value = context.b.cast(value, dtype.unwrap_or(DType::F32))?;
    let shape =
        context.any_ints(if context.origin.is_keras_2 { 0 } else { usize::MAX }, &["shape", "dims"])?;
    let shape: Vec<i32> = shape.unwrap_or_default().iter().map(|&size| size as i32).collect();
    let shape = context.b.constant(&[shape.len()], &shape)?;
    Ok(vec![context.b.add(BuiltinOperator::FILL, &[shape, value])?])
}

fn arange(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let dtype = context.any_constant(3, &["dtype"]).map(|dtype| run::dtype(&dtype)).transpose()?;
    let scalar = |b: &mut Builder<'_>, x: ValueId| b.cast(x, dtype.unwrap_or(DType::I32));
    let first = context.operand(0, &["start"], dtype.or(Some(DType::I32)))?;
    let mut bounds = vec![scalar(context.b, first)?];
    for (position, names) in [(1, ["stop", "limit"]), (2, ["step", "delta"])] {
        if context.any(position, &names).is_some() {
            let bound = context.operand(position, &names, dtype.or(Some(DType::I32)))?;
            bounds.push(scalar(context.b, bound)?);
        }
    }
    if bounds.len() == 1 {
        let zero = context.b.scalar(0i32)?;
        bounds.insert(0, scalar(context.b, zero)?);
    }
    if bounds.len() == 2 {
        let one = context.b.scalar(1i32)?;
        bounds.push(scalar(context.b, one)?);
    }
    Ok(vec![context.b.add(BuiltinOperator::RANGE, &bounds)?])
}
