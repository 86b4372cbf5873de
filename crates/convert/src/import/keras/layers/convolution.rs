//! Convolutions over one, two and three dimensions.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator, owned};

use crate::build::{Builder, Window, volume_options};
use crate::import::compose::shape::{self, Extent, expand_dims, squeeze};
use crate::import::keras::context::{Context, constant};
use crate::import::keras::network::Layer;
use crate::import::keras::rules::Rule;
use crate::import::keras::slots::Slots;
use crate::{Error, Result};

pub(super) static RULES: &[Rule] = &[
    Rule::new(&["Conv1D", "Convolution1D"], "CONV_2D", |context| one_dimensional(context, conv))
        .with_slots(slots),
    Rule::new(&["Conv2D", "Convolution2D"], "CONV_2D", |context| two_dimensional(context, conv))
        .with_slots(slots),
    Rule::new(&["Conv3D", "Convolution3D"], "CONV_3D", |context| layer(context, conv_3d)).with_slots(slots),
    Rule::new(&["DepthwiseConv1D"], "DEPTHWISE_CONV_2D", |context| one_dimensional(context, depthwise))
        .with_slots(slots),
    Rule::new(&["DepthwiseConv2D"], "DEPTHWISE_CONV_2D", |context| two_dimensional(context, depthwise))
        .with_slots(slots),
    Rule::new(&["SeparableConv1D", "SeparableConvolution1D"], "DEPTHWISE_CONV_2D, CONV_2D", |context| {
        one_dimensional(context, separable)
    })
    .with_slots(separable_slots),
    Rule::new(&["SeparableConv2D", "SeparableConvolution2D"], "DEPTHWISE_CONV_2D, CONV_2D", |context| {
        two_dimensional(context, separable)
    })
    .with_slots(separable_slots),
    Rule::new(&["Conv1DTranspose", "Convolution1DTranspose"], "TRANSPOSE_CONV", |context| {
        one_dimensional(context, transposed)
    })
    .with_slots(slots),
    Rule::new(&["Conv2DTranspose", "Convolution2DTranspose"], "TRANSPOSE_CONV", |context| {
        two_dimensional(context, transposed)
    })
    .with_slots(slots),
    Rule::new(&["Conv3DTranspose", "Convolution3DTranspose"], "CONV_3D_TRANSPOSE", |context| {
        layer(context, transposed_3d)
    })
    .with_slots(slots),
];

fn slots(layer: &Layer) -> Result<Slots> {
    Ok(Slots::trained(1 + usize::from(layer.config().bool("use_bias", true)?)))
}

fn separable_slots(layer: &Layer) -> Result<Slots> {
    Ok(Slots::trained(2 + usize::from(layer.config().bool("use_bias", true)?)))
}

/// How a window moves, in two dimensions.
struct Geometry {
    window: Window,
    /// Whether there is only one dimension, which is the second.
    is_flat: bool,
}

/// What makes `[n, h, w, c']` of `[n, h, w, c]`.
type Build = fn(&mut Context<'_, '_>, ValueId, &Geometry) -> Result<ValueId>;

fn two_dimensional(context: &mut Context<'_, '_>, build: Build) -> Result<Vec<ValueId>> {
    let config = context.config();
    let window = Window {
        strides: config.sizes("strides", 1)?,
        dilations: config.sizes("dilation_rate", 1)?,
        is_same: config.text_or("padding", "valid")? == "same",
    };
    layer(context, |context, x| build(context, x, &Geometry { window, is_flat: false }))
}

/// A sequence is an image of height 1.
fn one_dimensional(context: &mut Context<'_, '_>, build: Build) -> Result<Vec<ValueId>> {
    let config = context.config();
    let [stride] = config.sizes("strides", 1)?;
    let [dilation] = config.sizes("dilation_rate", 1)?;
    let padding = config.text_or("padding", "valid")?;
    let window = Window { strides: [1, stride], dilations: [1, dilation], is_same: padding == "same" };
    let taps: [usize; 1] = config.sizes("kernel_size", 1)?;
    layer(context, |context, mut x| {
        if padding == "causal" {
            x = context.b.pad(x, &[[0, 0], [dilation * (taps[0] - 1), 0], [0, 0]])?;
        }
        let x = expand_dims(context.b, x, 1)?;
        let x = build(context, x, &Geometry { window, is_flat: true })?;
        squeeze(context.b, x, 1)
    })
}

/// A layer that ends with an activation.
fn layer<'a, 'm>(
    context: &mut Context<'a, 'm>,
    build: impl FnOnce(&mut Context<'a, 'm>, ValueId) -> Result<ValueId>,
) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    let x = context.with_channels_last(x, |context, x| {
        let x = build(context, x)?;
        context.activation("activation", x)
    })?;
    Ok(vec![x])
}

/// Variable `index` as a kernel of two dimensions: one of one dimension gets a height of 1.
fn kernel(context: &mut Context<'_, '_>, index: usize, geometry: &Geometry) -> Result<ValueId> {
    let kernel = context.variable(index)?;
    let kernel = if geometry.is_flat { expand_dims(context.b, kernel, 0)? } else { kernel };
    match context.b.rank(kernel)? {
        4 => Ok(kernel),
        rank => Err(Error::invalid(format!("its kernel has {rank} dimensions"))),
    }
}

/// Variable `index` as the bias, if the layer has one.
fn bias(context: &mut Context<'_, '_>, index: usize) -> Result<Option<ValueId>> {
    if context.config().bool("use_bias", true)? { context.variable(index).map(Some) } else { Ok(None) }
}

fn conv(context: &mut Context<'_, '_>, x: ValueId, geometry: &Geometry) -> Result<ValueId> {
    let kernel = kernel(context, 0, geometry)?;
    let bias = bias(context, 1)?;
    let weights = context.b.transpose(kernel, &[3, 0, 1, 2])?;
    context.b.conv_2d(x, weights, bias, geometry.window)
}

fn depthwise(context: &mut Context<'_, '_>, x: ValueId, geometry: &Geometry) -> Result<ValueId> {
    let kernel = kernel(context, 0, geometry)?;
    let bias = bias(context, 1)?;
    depthwise_with(context.b, x, kernel, bias, geometry.window)
}

/// `kernel`: `[kh, kw, c, multiplier]`.
fn depthwise_with(
    b: &mut Builder<'_>,
    x: ValueId,
    kernel: ValueId,
    bias: Option<ValueId>,
    window: Window,
) -> Result<ValueId> {
    let sizes = b.fixed_dims(kernel)?;
    let multiplier = sizes[3];
    let weights =
        b.reshape(kernel, &[1, sizes[0] as i64, sizes[1] as i64, (sizes[2] * multiplier) as i64])?;
    b.depthwise_conv_2d(x, weights, bias, window, multiplier)
}

fn separable(context: &mut Context<'_, '_>, x: ValueId, geometry: &Geometry) -> Result<ValueId> {
    let depthwise = kernel(context, 0, geometry)?;
    let pointwise = kernel(context, 1, geometry)?;
    let bias = bias(context, 2)?;
    let x = depthwise_with(context.b, x, depthwise, None, geometry.window)?;
    let weights = context.b.transpose(pointwise, &[3, 0, 1, 2])?;
    context.b.conv_2d(x, weights, bias, Window { is_same: geometry.window.is_same, ..Window::default() })
}

/// The size along one dimension that a transposed convolution gives, by the rules of Keras.
fn transposed_size(size: usize, taps: usize, stride: usize, is_same: bool, extra: Option<usize>) -> usize {
    match (extra, is_same) {
        (None, true) => size * stride,
        (None, false) => size * stride + taps.saturating_sub(stride),
        (Some(extra), true) => (size.saturating_sub(1) * stride + taps + extra).saturating_sub(taps / 2 * 2),
        (Some(extra), false) => size.saturating_sub(1) * stride + taps + extra,
    }
}

/// What is added to the size of the result, if the layer says so.
fn output_padding(context: &Context<'_, '_>) -> Result<Vec<usize>> {
    let sizes = context.config().ints("output_padding")?.unwrap_or_default();
    let size = |&size: &i64| i32::try_from(size).ok().and_then(|size| usize::try_from(size).ok());
    let padding = sizes.iter().map(size).collect::<Option<_>>();
    padding.ok_or_else(|| Error::invalid(format!("the setting output_padding is {sizes:?}")))
}

/// Kernel `[kh, kw, out, in]`.
fn transposed(context: &mut Context<'_, '_>, x: ValueId, geometry: &Geometry) -> Result<ValueId> {
    let kernel = kernel(context, 0, geometry)?;
    let window = geometry.window;
    let kernel = dilated(context.b, kernel, window.dilations)?;
    let bias = bias(context, 1)?;
    let taps = context.b.fixed_dims(kernel)?;
    let extra = output_padding(context)?;
    let extra = |axis: usize| match geometry.is_flat {
        true if axis == 0 => None,
        true => extra.first().copied(),
        false => extra.get(axis).or(extra.last()).copied(),
    };
    let sizes = shape::extents(context.b, x)?;
    let [batch, height, width, _] = sizes[..] else {
        return Err(Error::invalid(format!("its input has {} dimensions", sizes.len())));
    };
    let size = |axis: usize, extent: Extent| match extent {
        Extent::Fixed(size) => Ok(Extent::Fixed(transposed_size(
            size,
            taps[axis],
            window.strides[axis],
            window.is_same,
            extra(axis),
        ))),
        _ => Err(Error::unsupported("a transposed convolution of an image whose size is open")
            .hint("state the shape of the inputs: --shape NAME=1,224,224,3")),
    };
    let sizes = [batch, size(0, height)?, size(1, width)?, Extent::Fixed(taps[2])];
    let sizes = shape::shape(context.b, &sizes)?;
    let weights = context.b.transpose(kernel, &[2, 0, 1, 3])?;
    let options = owned::TransposeConvOptions {
        padding: window.padding(),
        stride_h: window.strides[0] as i32,
        stride_w: window.strides[1] as i32,
        ..Default::default()
    };
    let op = Op::with(BuiltinOperator::TRANSPOSE_CONV, options);
    let x = context.b.add(op, &[sizes, weights, x])?;
    bias.map_or(Ok(x), |bias| context.b.binary(BuiltinOperator::ADD, x, bias))
}

/// Elements that a kernel may have with zeros between its taps.
const MOST_SPREAD: usize = 1 << 28;

/// A kernel `[kh, kw, …]` with zeros between its taps.
fn dilated(b: &mut Builder<'_>, kernel: ValueId, dilations: [usize; 2]) -> Result<ValueId> {
    if dilations == [1, 1] {
        return Ok(kernel);
    }
    let sizes = b.fixed_dims(kernel)?;
    let elements =
        b.elements::<f32>(kernel).ok_or_else(|| Error::invalid("its kernel is not made of real numbers"))?;
    let (rows, columns, inner) = (sizes[0], sizes[1], sizes[2] * sizes[3]);
    let spread = |taps: usize, dilation: usize| (taps.max(1) - 1) * dilation + 1;
    let (height, width) = (spread(rows, dilations[0]), spread(columns, dilations[1]));
    if height.saturating_mul(width).saturating_mul(inner) > MOST_SPREAD {
        return Err(Error::unsupported(format!("a dilation of {dilations:?}")));
    }
    let mut out = vec![0f32; height * width * inner];
    for (index, tap) in elements.chunks_exact(inner.max(1)).enumerate() {
        let (row, column) = (index / columns * dilations[0], index % columns * dilations[1]);
        let start = (row * width + column) * inner;
        out[start..start + inner].copy_from_slice(tap);
    }
    b.constant(&[height, width, sizes[2], sizes[3]], &out)
}

/// Kernel `[kd, kh, kw, in, out]`.
fn conv_3d(context: &mut Context<'_, '_>, x: ValueId) -> Result<ValueId> {
    let config = context.config();
    let strides: [usize; 3] = config.sizes("strides", 1)?;
    let dilations: [usize; 3] = config.sizes("dilation_rate", 1)?;
    let is_same = config.text_or("padding", "valid")? == "same";
    let groups = config.int_or("groups", 1)?;
    if groups != 1 {
        return Err(Error::unsupported(format!("a convolution in three dimensions with {groups} groups")));
    }
    let weights = context.variable(0)?;
    let bias = bias(context, 1)?;
    let op = Op::with(BuiltinOperator::CONV_3D, volume_options(&strides, &dilations, is_same));
    Ok(context.b.add_many(op, &[Some(x), Some(weights), bias], 1)?[0])
}

/// Kernel `[kd, kh, kw, out, in]`, which is the operator's own layout.
fn transposed_3d(context: &mut Context<'_, '_>, x: ValueId) -> Result<ValueId> {
    let config = context.config();
    let strides: [usize; 3] = config.sizes("strides", 1)?;
    let dilations: [usize; 3] = config.sizes("dilation_rate", 1)?;
    let is_same = config.text_or("padding", "valid")? == "same";
    let extra = output_padding(context)?;
    let kernel = context.array(0)?;
    let weights = constant(context.b, kernel)?;
    let bias = bias(context, 1)?;
    let mut sizes = shape::extents(context.b, x)?;
    if sizes.len() != 5 || kernel.dims.len() != 5 {
        return Err(Error::invalid(format!("its input has {} dimensions", sizes.len())));
    }
    for axis in 0..3 {
        let Extent::Fixed(size) = sizes[axis + 1] else {
            return Err(Error::unsupported("a transposed convolution of an image whose size is open"));
        };
        let taps = (kernel.dims[axis].max(1) - 1) * dilations[axis] + 1;
        let extra = extra.get(axis).or(extra.last()).copied();
        sizes[axis + 1] = Extent::Fixed(transposed_size(size, taps, strides[axis], is_same, extra));
    }
    sizes[4] = Extent::Fixed(kernel.dims[3]);
    let sizes = shape::shape(context.b, &sizes)?;
    let op = Op::with(BuiltinOperator::CONV_3D_TRANSPOSE, volume_options(&strides, &dilations, is_same));
    let x = context.b.add(op, &[sizes, weights, x])?;
    bias.map_or(Ok(x), |bias| context.b.binary(BuiltinOperator::ADD, x, bias))
}
