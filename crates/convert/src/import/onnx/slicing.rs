//! Parts of tensors, and tensors put together.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as Tflite, owned};

use super::call::{self, Call, narrow};
use super::rules::Row;
use super::rules::Rule::{Many, One};
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("CenterCropPad", One(center_crop_pad, "SLICE, PAD")),
    ("Concat", One(concat, "CONCATENATION")),
    ("Pad", One(pad, "PAD, PADV2, MIRROR_PAD, GATHER")),
    ("ReverseSequence", One(reverse_sequence, "REVERSE_SEQUENCE")),
    ("Slice", One(slice, "SLICE, STRIDED_SLICE")),
    ("Split", Many(split, "SPLIT, SPLIT_V")),
    ("Trilu", One(trilu, "SELECT_V2")),
];

/// A range along one axis, in the terms of Python: from the end where negative, cut off at the ends.
#[derive(Clone, Copy)]
struct Cut {
    axis: usize,
    start: i64,
    end: i64,
    step: i64,
}

fn slice(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let rank = c.rank(x)?;
    let (starts, ends) = (known(c, "starts", 1)?, known(c, "ends", 2)?);
    let axes = c.integers("axes", 3)?;
    let steps = c.constant_integers(4, "steps")?;
    let (Some(starts), Some(ends)) = (starts, ends) else {
        return computed_slice(c, x, axes, steps);
    };
    let count = starts.len();
    let axes = axes.unwrap_or_else(|| (0..count as i64).collect());
    let steps = steps.unwrap_or_else(|| vec![1; count]);
    if [ends.len(), axes.len(), steps.len()] != [count; 3] {
        return Err(Error::invalid("starts, ends, axes and steps are not equally many"));
    }
    let axes = call::axes(&axes, rank)?;
    let cuts: Vec<Cut> = (0..count)
        .map(|index| Cut { axis: axes[index], start: starts[index], end: ends[index], step: steps[index] })
        .collect();
    cut(c, x, &cuts)
}

/// Elements of an attribute or a constant; `None` if they are computed.
fn known(c: &Call<'_, '_>, attribute: &str, index: usize) -> Result<Option<Vec<i64>>> {
    if let Some(values) = c.attributes.ints(attribute)? {
        return Ok(Some(values.to_vec()));
    }
    let value = c.input(index)?;
    Ok(c.b.integers(value))
}

/// Cuts ranges that are known out of `x`.
fn cut(c: &mut Call<'_, '_>, x: ValueId, cuts: &[Cut]) -> Result<ValueId> {
    let dims = c.dims(x)?;
    let size = |cut: &Cut| dims[cut.axis].size().filter(|_| cut.step == 1);
    let sizes: Option<Vec<usize>> = cuts.iter().map(size).collect();
    let Some(sizes) = sizes else { return strided(c, x, dims.len(), cuts) };
    let (mut begins, mut counts) = (vec![0i64; dims.len()], vec![-1i64; dims.len()]);
    let mut is_whole = true;
    for (cut, size) in cuts.iter().zip(sizes) {
        let size = size as i64;
        let bound = |at: i64| (if at < 0 { at.saturating_add(size) } else { at }).clamp(0, size);
        let (start, end) = (bound(cut.start), bound(cut.end));
        is_whole &= (start, end) == (0, size);
        begins[cut.axis] = start;
        counts[cut.axis] = if end == size && start < size { -1 } else { (end - start).max(0) };
    }
    if is_whole {
        return Ok(x);
    }
    for (axis, dim) in dims.iter().enumerate() {
        if let (-1, Some(size)) = (counts[axis], dim.size()) {
            counts[axis] = size as i64 - begins[axis];
        }
    }
    let (begins, counts) = (c.vector(&begins)?, c.vector(&counts)?);
    c.b.add(Tflite::SLICE, &[x, begins, counts])
}

fn strided(c: &mut Call<'_, '_>, x: ValueId, rank: usize, cuts: &[Cut]) -> Result<ValueId> {
    let mut mask = (1i32 << rank) - 1;
    let (mut begins, mut ends, mut steps) = (vec![0i64; rank], vec![0i64; rank], vec![1i64; rank]);
    for cut in cuts {
        if cut.step == 0 {
            return Err(Error::invalid("a step of 0"));
        }
        mask &= !(1 << cut.axis);
        (begins[cut.axis], ends[cut.axis], steps[cut.axis]) = (cut.start, cut.end, cut.step);
    }
    let options = owned::StridedSliceOptions { begin_mask: mask, end_mask: mask, ..Default::default() };
    let (begins, ends, steps) = (c.vector(&begins)?, c.vector(&ends)?, c.vector(&steps)?);
    c.b.add(Op::with(Tflite::STRIDED_SLICE, options), &[x, begins, ends, steps])
}

/// Cuts ranges that are known when the model runs.
fn computed_slice(
    c: &mut Call<'_, '_>,
    x: ValueId,
    axes: Option<Vec<i64>>,
    steps: Option<Vec<i64>>,
) -> Result<ValueId> {
    let rank = c.rank(x)?;
    let (starts, ends) = (limited(c, 1)?, limited(c, 2)?);
    let count = c.size(starts, 0)?;
    let axes = axes.unwrap_or_else(|| (0..count as i64).collect());
    let axes = call::axes(&axes, rank)?;
    let mut all_steps = vec![1i64; rank];
    for (&axis, step) in axes.iter().zip(steps.unwrap_or_default()) {
        all_steps[axis] = step;
    }
    if all_steps.contains(&0) {
        return Err(Error::invalid("a step of 0"));
    }
    let mask = (0..rank).filter(|axis| !axes.contains(axis)).fold(0, |mask, axis| mask | 1 << axis);
    let mut spread = |list: ValueId| -> Result<ValueId> {
        if axes.iter().copied().eq(0..rank) {
            return Ok(list);
        }
        let mut parts = Vec::with_capacity(rank);
        for axis in 0..rank {
            parts.push(match axes.iter().position(|&other| other == axis) {
                Some(index) => c.element(list, index)?,
                None => c.vector(&[0])?,
            });
        }
        match parts[..] {
            [part] => Ok(part),
            _ => c.b.concatenation(&parts, 0),
        }
    };
    let (begins, ends) = (spread(starts)?, spread(ends)?);
    let steps = c.vector(&all_steps)?;
    let options = owned::StridedSliceOptions { begin_mask: mask, end_mask: mask, ..Default::default() };
    c.b.add(Op::with(Tflite::STRIDED_SLICE, options), &[x, begins, ends, steps])
}

/// Input `index` as 32-bit integers, with those beyond their range cut off.
fn limited(c: &mut Call<'_, '_>, index: usize) -> Result<ValueId> {
    let list = c.input(index)?;
    if let Some(values) = c.b.integers(list) {
        return c.vector(&values);
    }
    if c.dtype(list) != DType::I64 {
        return c.index(list);
    }
    let low = c.with_scalar(Tflite::MINIMUM, list, f64::from(i32::MAX))?;
    let both = c.with_scalar(Tflite::MAXIMUM, low, f64::from(i32::MIN))?;
    c.index(both)
}

/// Equal parts, or the sizes that an attribute (before operator set 13) or an input states.
fn split(c: &mut Call<'_, '_>) -> Result<Vec<ValueId>> {
    let x = c.input(0)?;
    let axis = c.axis_or(0, c.rank(x)?)?;
    let parts = c.node.output.len();
    let sizes = match c.integers("split", 1)? {
        Some(sizes) => sizes,
        None => {
            let count = c.attributes.size_or("num_outputs", parts)?.max(1);
            let size = c.size(x, axis)?;
            let chunk = size.div_ceil(count);
            (0..count).map(|index| chunk.min(size.saturating_sub(index * chunk)) as i64).collect()
        }
    };
    if sizes.len() != parts {
        return Err(Error::invalid(format!("{} sizes for {parts} outputs", sizes.len())));
    }
    split_at(c, x, axis, &sizes)
}

/// Parts of these sizes along an axis.
pub(super) fn split_at(c: &mut Call<'_, '_>, x: ValueId, axis: usize, sizes: &[i64]) -> Result<Vec<ValueId>> {
    if let [_] = sizes {
        return Ok(vec![x]);
    }
    let types = vec![c.dtype(x); sizes.len()];
    let num_splits = sizes.len() as i32;
    let axis = c.b.scalar(axis as i32)?;
    if sizes.windows(2).all(|pair| pair[0] == pair[1]) {
        let op = Op::with(Tflite::SPLIT, owned::SplitOptions { num_splits });
        return c.b.add_as(op, &[Some(axis), Some(x)], &types);
    }
    let sizes = c.vector(sizes)?;
    let op = Op::with(Tflite::SPLIT_V, owned::SplitVOptions { num_splits });
    c.b.add_as(op, &[Some(x), Some(sizes), Some(axis)], &types)
}

fn concat(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let mut inputs = c.all_inputs()?;
    let rank = c.rank(inputs[0])?;
    let default = if c.opset < 4 { 1 } else { i64::MAX };
    let axis = c.axis_or(default, rank)?;
    if inputs.len() > 1 {
        let is_empty = |&x: &ValueId| {
            c.b.dims(x).is_ok_and(|dims| dims.get(axis).is_some_and(|dim| dim.size() == Some(0)))
        };
        if !inputs.iter().all(is_empty) {
            inputs.retain(|x| !is_empty(x));
        }
    }
    match inputs[..] {
        [x] => Ok(x),
        _ => c.b.concatenation(&inputs, axis as i32),
    }
}

/// The modes of Pad, all with the amounts before and after along each axis; negative ones cut off.
fn pad(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let rank = c.rank(x)?;
    let mode = c.attributes.string_or("mode", "constant")?;
    let attribute = if c.opset < 2 { "paddings" } else { "pads" };
    let Some(amounts) = known(c, attribute, 1)? else { return computed_pad(c, x, mode) };
    let axes = match c.constant_integers(3, "axes")? {
        Some(axes) => call::axes(&axes, rank)?,
        None => (0..rank).collect(),
    };
    if amounts.len() != 2 * axes.len() {
        return Err(Error::invalid(format!("{} amounts for {} axes", amounts.len(), axes.len())));
    }
    let mut all = vec![[0i64; 2]; rank];
    for (index, &axis) in axes.iter().enumerate() {
        all[axis] = [amounts[index], amounts[axes.len() + index]];
    }
    let cuts: Vec<Cut> = (0..rank)
        .filter(|&axis| all[axis].iter().any(|&amount| amount < 0))
        .map(|axis| {
            let end = if all[axis][1] < 0 { all[axis][1] } else { i64::MAX };
            Cut { axis, start: (-all[axis][0]).max(0), end, step: 1 }
        })
        .collect();
    let x = cut(c, x, &cuts)?;
    let amounts: Vec<[i64; 2]> = all.iter().map(|pair| pair.map(|amount| amount.max(0))).collect();
    if amounts.iter().all(|&pair| pair == [0, 0]) {
        return Ok(x);
    }
    match mode {
        "constant" => {
            let flat: Vec<i64> = amounts.into_iter().flatten().collect();
            let amounts = c.vector(&flat)?;
            let amounts = c.b.reshape(amounts, &[rank as i64, 2])?;
            pad_constant(c, x, amounts)
        }
        "reflect" if fits_mirror(c, x, &amounts)? => {
            let flat: Vec<i64> = amounts.into_iter().flatten().collect();
            let amounts = c.vector(&flat)?;
            let amounts = c.b.reshape(amounts, &[rank as i64, 2])?;
            let options = owned::MirrorPadOptions { mode: featherlite_schema::MirrorPadMode::REFLECT };
            c.b.add(Op::with(Tflite::MIRROR_PAD, options), &[x, amounts])
        }
        "reflect" | "edge" | "wrap" => pad_by_position(c, x, &amounts, mode),
        other => Err(Error::unsupported(format!("the mode {other:?}"))),
    }
}

/// Whether a mirror holds all that is padded.
fn fits_mirror(c: &Call<'_, '_>, x: ValueId, amounts: &[[i64; 2]]) -> Result<bool> {
    let fits = |(size, pair): (i64, &[i64; 2])| size == -1 || pair.iter().all(|&amount| amount < size);
    Ok(c.sizes(x)?.into_iter().zip(amounts).all(fits))
}

/// With the value that is an attribute before operator set 11, an input from then on, and 0 if absent.
fn pad_constant(c: &mut Call<'_, '_>, x: ValueId, amounts: ValueId) -> Result<ValueId> {
    let value = match c.attributes.float("value")? {
        Some(value) => Some(c.scalar_like(x, f64::from(value))?),
        None => c.optional(2)?,
    };
    let is_zero = |value: ValueId| {
        let bytes = c.b.graph().value(value).constant.as_ref();
        bytes.is_some_and(|bytes| bytes.iter().all(|&byte| byte == 0))
    };
    match value.filter(|&value| !is_zero(value)) {
        None => c.b.add(Op::with(Tflite::PAD, owned::PadOptions::default()), &[x, amounts]),
        Some(value) => {
            let value = c.reshape(value, &[])?;
            c.b.add(Op::with(Tflite::PADV2, owned::PadV2Options::default()), &[x, amounts, value])
        }
    }
}

/// What is padded is gathered from `x`, axis by axis.
fn pad_by_position(
    c: &mut Call<'_, '_>,
    mut x: ValueId,
    amounts: &[[i64; 2]],
    mode: &str,
) -> Result<ValueId> {
    for (axis, &[before, after]) in amounts.iter().enumerate() {
        if before == 0 && after == 0 {
            continue;
        }
        let size = c.size(x, axis)? as i64;
        if size == 0 {
            return Err(Error::invalid(format!("dimension {axis} is empty: there is nothing to pad with")));
        }
        let position = |index: i64| match mode {
            "edge" => index.clamp(0, size - 1),
            "wrap" => index.rem_euclid(size),
            _ if size == 1 => 0,
            _ => {
                let at = index.rem_euclid(2 * (size - 1));
                at.min(2 * (size - 1) - at)
            }
        };
        let positions: Vec<i64> = (-before..size + after).map(position).collect();
        let positions = c.vector(&positions)?;
        x = super::gather::along(c, x, positions, axis)?;
    }
    Ok(x)
}

/// Amounts that are known when the model runs.
fn computed_pad(c: &mut Call<'_, '_>, x: ValueId, mode: &str) -> Result<ValueId> {
    if mode != "constant" {
        return Err(Error::unsupported("amounts that are computed, in a mode other than constant"));
    }
    let (amounts, rank) = (c.input(1)?, c.rank(x)?);
    let amounts = c.index(amounts)?;
    let axes = match c.constant_integers(3, "axes")? {
        Some(axes) => call::axes(&axes, rank)?,
        None => (0..rank).collect(),
    };
    let mut rows = Vec::with_capacity(2 * rank);
    for axis in 0..rank {
        for end in 0..2 {
            rows.push(match axes.iter().position(|&other| other == axis) {
                Some(index) => c.element(amounts, end * axes.len() + index)?,
                None => c.vector(&[0])?,
            });
        }
    }
    let amounts = if axes.iter().copied().eq(0..rank) {
        let amounts = c.b.reshape(amounts, &[2, rank as i64])?;
        c.b.transpose(amounts, &[1, 0])?
    } else {
        let rows = c.b.concatenation(&rows, 0)?;
        c.b.reshape(rows, &[rank as i64, 2])?
    };
    pad_constant(c, x, amounts)
}

/// Cut off or padded with 0 on both sides to the sizes asked for.
fn center_crop_pad(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let rank = c.rank(x)?;
    let sizes = c.constant_integers(1, "the shape")?.unwrap_or_default();
    let axes = match c.attributes.ints("axes")? {
        Some(axes) => call::axes(axes, rank)?,
        None => (0..rank).collect(),
    };
    if sizes.len() != axes.len() {
        return Err(Error::invalid(format!("{} sizes for {} axes", sizes.len(), axes.len())));
    }
    let mut cuts = Vec::new();
    let mut amounts = vec![[0usize; 2]; rank];
    for (&axis, &target) in axes.iter().zip(&sizes) {
        let size = c.size(x, axis)? as i64;
        let target = target.clamp(0, 1 << 30);
        if target < size {
            let start = (size - target) / 2;
            cuts.push(Cut { axis, start, end: start + target, step: 1 });
        } else {
            let before = (target - size) / 2;
            amounts[axis] = [before as usize, (target - size - before) as usize];
        }
    }
    let x = cut(c, x, &cuts)?;
    if amounts.iter().all(|&pair| pair == [0, 0]) { Ok(x) } else { c.b.pad(x, &amounts) }
}

fn reverse_sequence(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, lengths) = (c.input(0)?, c.input(1)?);
    let seq_dim = narrow(c.attributes.int_or("time_axis", 0)?);
    let batch_dim = narrow(c.attributes.int_or("batch_axis", 1)?);
    let options = owned::ReverseSequenceOptions { seq_dim, batch_dim };
    c.b.add(Op::with(Tflite::REVERSE_SEQUENCE, options), &[x, lengths])
}

/// The part of matrices above or below a diagonal, with 0 elsewhere.
fn trilu(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let rank = c.rank(x)?;
    if rank < 2 {
        return Err(Error::invalid("a matrix is expected"));
    }
    let is_upper = c.attributes.int_or("upper", 1)? != 0;
    let k = c.constant_integers(1, "k")?.and_then(|k| k.first().copied()).unwrap_or(0);
    let (rows, columns) = (c.size(x, rank - 2)?, c.size(x, rank - 1)?);
    let is_kept = |row: usize, column: usize| {
        let above = column as i64 - row as i64;
        if is_upper { above >= k } else { above <= k }
    };
    let mask: Vec<u8> =
        (0..rows).flat_map(|row| (0..columns).map(move |column| u8::from(is_kept(row, column)))).collect();
    let mask = c.b.constant_bytes(DType::Bool, &[rows, columns], mask.into())?;
    let zero = c.scalar_like(x, 0.0)?;
    let dtype = c.dtype(x);
    c.b.add_typed(Tflite::SELECT_V2, &[mask, x, zero], dtype)
}

/// `x` from `start` to `end` along an axis.
pub(super) fn part(
    c: &mut Call<'_, '_>,
    x: ValueId,
    axis: usize,
    start: usize,
    end: usize,
) -> Result<ValueId> {
    cut(c, x, &[Cut { axis, start: start as i64, end: end as i64, step: 1 }])
}
