//! Convolutions. Data have the layout `[n, c, …]`, weights `[out, in / groups, …]`.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::BuiltinOperator as Tflite;

use super::call::Call;
use super::rules::Row;
use super::rules::Rule::One;
use super::window::Window;
use crate::build::volume_options;
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[("Conv", One(conv, "CONV_2D, DEPTHWISE_CONV_2D, CONV_3D, PAD"))];

fn conv(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, weights, bias) = (c.input(0)?, c.input(1)?, c.optional(2)?);
    convolve(c, x, weights, bias)
}

/// A convolution with the attributes of the node.
pub(super) fn convolve(
    c: &mut Call<'_, '_>,
    x: ValueId,
    weights: ValueId,
    bias: Option<ValueId>,
) -> Result<ValueId> {
    let sizes = c.b.fixed_dims(weights)?;
    let rank = c.rank(x)?;
    if sizes.len() != rank || !(3..=5).contains(&rank) || sizes[2..].contains(&0) {
        return Err(Error::unsupported(
            "convolutions have 1 to 3 spatial dimensions, data and weights as many",
        ));
    }
    let groups = c.attributes.size_or("group", 1)?;
    let channels = c.size(x, 1)?;
    if groups == 0 || sizes[1].checked_mul(groups) != Some(channels) || !sizes[0].is_multiple_of(groups) {
        let [outputs, inputs] = [sizes[0], sizes[1]];
        let message = format!("{groups} groups of {channels} channels for weights [{outputs},{inputs},…]");
        return Err(Error::invalid(message));
    }
    let window = Window::read(c, x, &sizes[2..])?;
    let x = c.channels_last(x)?;
    let result = match rank {
        3 => {
            let (x, weights) = (c.expand(x, 1)?, c.expand(weights, 2)?);
            let result = image(c, x, weights, bias, window.with_height(), groups)?;
            c.squeeze(result, &[1])?
        }
        4 => image(c, x, weights, bias, window, groups)?,
        _ => volume(c, x, weights, bias, window, groups)?,
    };
    c.channels_first(result)
}

/// `x`: `[n, h, w, c]`, `weights`: `[out, c / groups, kh, kw]`.
fn image(
    c: &mut Call<'_, '_>,
    x: ValueId,
    weights: ValueId,
    bias: Option<ValueId>,
    mut window: Window,
    groups: usize,
) -> Result<ValueId> {
    let x = window.pad(c, x)?;
    let (outputs, inputs) = (c.size(weights, 0)?, c.size(weights, 1)?);
    if groups > 1 && inputs == 1 {
        let weights = c.b.transpose(weights, &[1, 2, 3, 0])?;
        return c.b.depthwise_conv_2d(x, weights, bias, window.image(), outputs / groups);
    }
    let weights = c.b.transpose(weights, &[0, 2, 3, 1])?;
    c.b.conv_2d(x, weights, bias, window.image())
}

/// `x`: `[n, d, h, w, c]`, `weights`: `[out, c / groups, kd, kh, kw]`.
fn volume(
    c: &mut Call<'_, '_>,
    x: ValueId,
    weights: ValueId,
    bias: Option<ValueId>,
    mut window: Window,
    groups: usize,
) -> Result<ValueId> {
    let x = window.pad(c, x)?;
    let weights = c.b.transpose(weights, &[2, 3, 4, 1, 0])?;
    let options = volume_options(&window.strides, &window.dilations, window.is_same);
    let op = Op::with(Tflite::CONV_3D, options);
    if groups == 1 {
        return Ok(c.b.add_many(op, &[Some(x), Some(weights), bias], 1)?[0]);
    }
    let sizes = |total: usize| vec![(total / groups) as i64; groups];
    let (channels, outputs) = (c.size(x, 4)?, c.size(weights, 4)?);
    let parts = super::slicing::split_at(c, x, 4, &sizes(channels))?;
    let weights = super::slicing::split_at(c, weights, 4, &sizes(outputs))?;
    let mut results = Vec::with_capacity(groups);
    for (&x, &weights) in parts.iter().zip(&weights) {
        results.push(c.b.add_many(op.clone(), &[Some(x), Some(weights), None], 1)?[0]);
    }
    let joined = c.b.concatenation(&results, 4)?;
    bias.map_or(Ok(joined), |bias| c.binary(Tflite::ADD, joined, bias))
}
