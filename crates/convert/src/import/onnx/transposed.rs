//! Transposed convolutions. Data have the layout `[n, c, …]`, weights `[in, out / groups, …]`.

use featherlite_ir::{Dim, Op, TRIALS, ValueId};
use featherlite_schema::{BuiltinOperator as Tflite, Padding, owned};

use super::call::Call;
use super::rules::Row;
use super::rules::Rule::One;
use super::{slicing, window};
use crate::{Error, Result};

pub(super) static ROWS: &[Row] =
    &[("ConvTranspose", One(conv_transpose, "TRANSPOSE_CONV, CONV_3D_TRANSPOSE, SLICE, PAD"))];

/// What is wanted of one spatial dimension.
#[derive(Clone, Copy)]
struct Axis {
    stride: usize,
    /// Elements from the first tap to the last.
    extent: usize,
    /// The input's size.
    from: Dim,
    /// What is cut off before.
    begin: usize,
    /// The result's size.
    to: Dim,
}

impl Axis {
    /// The size before anything is cut off.
    fn full(&self) -> Dim {
        self.map(|from| from.saturating_sub(1) * self.stride + self.extent)
    }

    fn map(&self, f: impl Fn(usize) -> usize) -> Dim {
        let mut trials = [0; TRIALS];
        for (trial, size) in trials.iter_mut().enumerate() {
            *size = f(self.from.trial(trial));
        }
        Dim::from_trials(trials)
    }

    /// Whether SAME gives exactly this.
    fn is_same(&self) -> bool {
        (0..TRIALS).all(|trial| {
            let (to, full, from) = (self.to.trial(trial), self.full().trial(trial), self.from.trial(trial));
            to.div_ceil(self.stride) == from && full >= to && (full - to) / 2 == self.begin
        })
    }
}

fn conv_transpose(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, weights, bias) = (c.input(0)?, c.input(1)?, c.optional(2)?);
    let (sizes, rank) = (c.b.fixed_dims(weights)?, c.rank(x)?);
    if sizes.len() != rank || !(3..=5).contains(&rank) || sizes[2..].contains(&0) {
        return Err(Error::unsupported(
            "convolutions have 1 to 3 spatial dimensions, data and weights as many",
        ));
    }
    let dilations = window::sizes(c.attributes, "dilations", rank - 2)?;
    let axes = axes(c, x, &sizes[2..], &dilations)?;
    let weights = dilate(c, weights, &dilations)?;
    let groups = c.attributes.size_or("group", 1)?;
    let channels = c.size(x, 1)?;
    if groups == 0 || sizes[0] != channels || !channels.is_multiple_of(groups) {
        return Err(Error::invalid(format!(
            "{groups} groups of {channels} channels for weights of {}",
            sizes[0]
        )));
    }
    let x = c.channels_last(x)?;
    let parts = vec![(channels / groups) as i64; groups];
    let inputs = slicing::split_at(c, x, rank - 1, &parts)?;
    let weights = slicing::split_at(c, weights, 0, &parts)?;
    let mut results = Vec::with_capacity(groups);
    for (&x, &weights) in inputs.iter().zip(&weights) {
        results.push(one_group(c, x, weights, bias.filter(|_| groups == 1), &axes)?);
    }
    let mut result = match results[..] {
        [result] => result,
        _ => c.b.concatenation(&results, rank as i32 - 1)?,
    };
    if let Some(bias) = bias.filter(|_| groups > 1) {
        result = c.binary(Tflite::ADD, result, bias)?;
    }
    c.channels_first(result)
}

/// Where the result of each dimension begins and how long it is, by pads, `auto_pad` or `output_shape`.
fn axes(c: &Call<'_, '_>, x: ValueId, kernel: &[usize], dilations: &[usize]) -> Result<Vec<Axis>> {
    let count = kernel.len();
    let strides = window::sizes(c.attributes, "strides", count)?;
    let pads = window::explicit_pads(c.attributes, count)?;
    let auto_pad = c.attributes.string_or("auto_pad", "NOTSET")?;
    let list = |name: &str| -> Result<Option<Vec<usize>>> {
        let Some(values) = c.attributes.ints(name)? else { return Ok(None) };
        let sizes: Option<Vec<usize>> = values.iter().map(|&value| usize::try_from(value).ok()).collect();
        let wrong = || Error::invalid(format!("{name} = {values:?}"));
        sizes
            .filter(|sizes| sizes.len() >= count && sizes.iter().all(|&size| size < 1 << 31))
            .map(Some)
            .ok_or_else(wrong)
    };
    let added = list("output_padding")?.unwrap_or_else(|| vec![0; count]);
    let asked = list("output_shape")?;
    let from = c.dims(x)?.split_off(2);
    let axis = |index: usize| {
        let extent = (kernel[index] - 1) * dilations[index] + 1;
        let mut axis = Axis { stride: strides[index], extent, from: from[index], begin: 0, to: from[index] };
        let is_same = matches!(auto_pad, "SAME_UPPER" | "SAME_LOWER");
        let target = match &asked {
            Some(sizes) => Some(Dim::fixed(sizes[sizes.len() - count + index])),
            None if is_same => Some(axis.map(|from| from * strides[index])),
            None => None,
        };
        if let Some(to) = target {
            let total = (axis.full().trial(0) + added[index]).saturating_sub(to.trial(0));
            // The specification and its reference disagree about the odd one; this is what the reference computes.
            axis.begin = if auto_pad == "SAME_UPPER" { total / 2 } else { total - total / 2 };
            axis.to = to;
        } else {
            let [before, after] = if auto_pad == "VALID" { [0, 0] } else { pads[index] };
            axis.begin = before;
            let extent = axis.extent + added[index];
            axis.to = axis.map(|from| {
                (from.saturating_sub(1) * strides[index] + extent).saturating_sub(before + after)
            });
        }
        axis
    };
    Ok((0..count).map(axis).collect())
}

/// Weights with zeros between taps.
fn dilate(c: &mut Call<'_, '_>, weights: ValueId, dilations: &[usize]) -> Result<ValueId> {
    if dilations.iter().all(|&dilation| dilation == 1) {
        return Ok(weights);
    }
    let factors: Vec<i64> =
        [1, 1].into_iter().chain(dilations.iter().map(|&dilation| dilation as i64)).collect();
    let (factors, zero) = (c.vector(&factors)?, c.scalar_like(weights, 0.0)?);
    c.b.add(Op::with_2(Tflite::DILATE, owned::DilateOptions {}), &[weights, factors, zero])
}

/// `x`: `[n, …, c]`, `weights`: `[c, out, …]`.
fn one_group(
    c: &mut Call<'_, '_>,
    x: ValueId,
    weights: ValueId,
    bias: Option<ValueId>,
    axes: &[Axis],
) -> Result<ValueId> {
    if let [axis] = axes {
        let (x, weights) = (c.expand(x, 1)?, c.expand(weights, 2)?);
        let line = Axis { stride: 1, extent: 1, from: Dim::fixed(1), begin: 0, to: Dim::fixed(1) };
        let result = one_group(c, x, weights, bias, &[line, *axis])?;
        return c.squeeze(result, &[1]);
    }
    let is_same = axes.iter().all(Axis::is_same);
    let outputs = c.size(weights, 1)?;
    let size = |axis: &Axis| if is_same { axis.to } else { axis.full() };
    let mut dims = vec![c.dims(x)?[0]];
    dims.extend(axes.iter().map(size));
    dims.push(Dim::fixed(outputs));
    let shape = output_shape(c, x, &dims)?;
    let padding = if is_same { Padding::SAME } else { Padding::VALID };
    let (op, axes_of_weights): (_, &[usize]) = if let [height, width] = axes {
        let options = owned::TransposeConvOptions {
            padding,
            stride_h: height.stride as i32,
            stride_w: width.stride as i32,
            ..Default::default()
        };
        (Op::with(Tflite::TRANSPOSE_CONV, options), &[1, 2, 3, 0])
    } else {
        let options = owned::Conv3DOptions {
            padding,
            stride_d: axes[0].stride as i32,
            stride_h: axes[1].stride as i32,
            stride_w: axes[2].stride as i32,
            ..Default::default()
        };
        (Op::with(Tflite::CONV_3D_TRANSPOSE, options), &[2, 3, 4, 1, 0])
    };
    let weights = c.b.transpose(weights, axes_of_weights)?;
    let result = c.b.add_many(op, &[Some(shape), Some(weights), Some(x), bias], 1)?[0];
    if is_same { Ok(result) } else { fit(c, result, bias, axes) }
}

/// The shape of the result as a tensor. Spatial sizes that are open are computed from those of `x`.
fn output_shape(c: &mut Call<'_, '_>, x: ValueId, dims: &[Dim]) -> Result<ValueId> {
    if dims.iter().skip(1).all(|dim| dim.size().is_some()) {
        return c.shape_tensor(dims, &[x]);
    }
    let hint = "state the shape of the inputs: --shape NAME=1,3,224,224";
    Err(Error::unsupported("a transposed convolution over open sizes").hint(hint))
}

/// Cuts off pads, and adds what lies beyond the last window, which is the bias.
fn fit(c: &mut Call<'_, '_>, mut x: ValueId, bias: Option<ValueId>, axes: &[Axis]) -> Result<ValueId> {
    let mut after = vec![[0usize; 2]];
    for (index, axis) in axes.iter().enumerate() {
        let (full, to) = (c.size(x, index + 1)?, axis.to.size().unwrap_or_default());
        let end = (axis.begin + to).min(full);
        x = slicing::part(c, x, index + 1, axis.begin.min(end), end)?;
        after.push([0, (axis.begin + to).saturating_sub(full.max(axis.begin))]);
    }
    after.push([0, 0]);
    if after.iter().all(|&pads| pads == [0, 0]) {
        return Ok(x);
    }
    let Some(bias) = bias else { return c.b.pad(x, &after) };
    // Padding comes before the bias.
    let without = c.binary(Tflite::SUB, x, bias)?;
    let padded = c.b.pad(without, &after)?;
    c.binary(Tflite::ADD, padded, bias)
}
