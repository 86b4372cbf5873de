//! Convolutions and normalizations.
//!
//! TensorFlow's filters are `[height, width, in, out]`; TFLite's are `[out, height, width, in]`, and `[1, height, width,
//! channels]` for depthwise ones. Filters are constants as a rule, so that turning them costs nothing at run time.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as B, owned};

use super::super::call::Call;
use super::super::operand::Operand;
use super::super::refusal::refuse;
use super::layout::Layout;
use super::{Rule, any, one};
use crate::build::{Window, volume_options};
use crate::import::compose::activation::with_scalar;
use crate::import::compose::normalization::{BatchNorm, batch_norm};
use crate::import::compose::shape::{self, Extent};
use crate::{Error, Result};

pub(super) const RULES: &[Rule] = &[
    one(&["Conv2D"], &[B::CONV_2D], conv_2d),
    one(&["DepthwiseConv2dNative"], &[B::DEPTHWISE_CONV_2D], depthwise),
    one(&["Conv2DBackpropInput"], &[B::TRANSPOSE_CONV], transpose_conv),
    one(&["Conv3D"], &[B::CONV_3D], conv_3d),
    one(&["LRN"], &[B::LOCAL_RESPONSE_NORMALIZATION], local_response_normalization),
    any(&["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"], &[B::MUL, B::ADD], fused_batch_norm),
];

/// How the edges of images are treated.
pub(super) enum Edges {
    Same,
    Valid,
    /// Before and after each spatial dimension.
    Explicit(Vec<[usize; 2]>),
}

/// The edges by the attributes `padding` and `explicit_paddings`.
pub(super) fn edges(call: &Call<'_, '_, '_>, layout: Layout) -> Result<Edges> {
    match call.text_or("padding", "")? {
        "SAME" => Ok(Edges::Same),
        "VALID" => Ok(Edges::Valid),
        "EXPLICIT" => {
            let list = call.ints("explicit_paddings")?;
            let pair = |pair: &[i64]| Some([usize::try_from(pair[0]).ok()?, usize::try_from(pair[1]).ok()?]);
            let pairs: Option<Vec<_>> = list.chunks_exact(2).map(pair).collect();
            let pairs =
                pairs.ok_or_else(|| Error::invalid(format!("negative explicit_paddings {list:?}")))?;
            Ok(Edges::Explicit(layout.spatial(&pairs, [0, 0], "explicit_paddings")?))
        }
        other => Err(Error::invalid(format!("padding {other:?}"))),
    }
}

/// `x` (channels last) with explicit edges added.
fn padded(call: &mut Call<'_, '_, '_>, x: ValueId, edges: &Edges) -> Result<ValueId> {
    let Edges::Explicit(pairs) = edges else { return Ok(x) };
    let mut all = vec![[0, 0]];
    all.extend(pairs);
    all.push([0, 0]);
    call.builder.pad(x, &all)
}

/// Positive sizes.
pub(super) fn positive(list: Vec<i64>, what: &str) -> Result<Vec<usize>> {
    let size = |size: i64| usize::try_from(size).ok().filter(|&size| (1..=i32::MAX as usize).contains(&size));
    let sizes: Option<Vec<usize>> = list.iter().copied().map(size).collect();
    sizes.ok_or_else(|| Error::invalid(format!("{what} are {list:?}")))
}

/// The window of a convolution or pool over images.
pub(super) fn window(call: &Call<'_, '_, '_>, layout: Layout, edges: &Edges) -> Result<Window> {
    let strides = positive(layout.spatial(call.ints("strides")?, 1, "strides")?, "strides")?;
    let dilations = positive(layout.spatial(call.ints("dilations")?, 1, "dilations")?, "dilations")?;
    match (strides[..].try_into(), dilations[..].try_into()) {
        (Ok(strides), Ok(dilations)) => {
            Ok(Window { strides, dilations, is_same: matches!(edges, Edges::Same) })
        }
        _ => Err(Error::internal("a window that is not over images")),
    }
}

fn conv_2d(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let layout = Layout::of(call, 2)?;
    let edges = edges(call, layout)?;
    let window = window(call, layout, &edges)?;
    let (x, filter) = (call.input(0)?, call.input(1)?);
    let x = layout.enter(call, x)?;
    let x = padded(call, x, &edges)?;
    let weights = call.builder.transpose(filter, &[3, 0, 1, 2])?;
    let y = call.builder.conv_2d(x, weights, None, window)?;
    layout.leave(call, y)
}

fn depthwise(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let layout = Layout::of(call, 2)?;
    let edges = edges(call, layout)?;
    let window = window(call, layout, &edges)?;
    let (x, filter) = (call.input(0)?, call.input(1)?);
    let x = layout.enter(call, x)?;
    let x = padded(call, x, &edges)?;
    let sizes = call.builder.fixed_dims(filter)?;
    let &[height, width, channels, multiplier] = sizes.as_slice() else {
        return Err(Error::invalid(format!("a depthwise filter of shape {sizes:?}")));
    };
    let outputs = channels.saturating_mul(multiplier);
    let weights = call.builder.reshape(filter, &[1, height as i64, width as i64, outputs as i64])?;
    let y = call.builder.depthwise_conv_2d(x, weights, None, window, multiplier)?;
    layout.leave(call, y)
}

/// The gradient of a convolution with regard to its input is a transposed convolution; the filter is that of the
/// convolution, `[height, width, out, in]` seen from here.
fn transpose_conv(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let layout = Layout::of(call, 2)?;
    let edges = edges(call, layout)?;
    let window = window(call, layout, &edges)?;
    if matches!(edges, Edges::Explicit(_)) || window.dilations != [1, 1] {
        return refuse(
            "TRANSPOSE_CONV has neither dilations nor explicit paddings",
            "use padding \"same\" or \"valid\" without dilation, and pad or crop in layers of their own",
        );
    }
    let mut sizes = call.index_input(0)?;
    if layout.is_channels_first {
        let axes = call.builder.constant(&[4], &[0i32, 2, 3, 1])?;
        sizes = shape::gather(call.builder, sizes, axes, 0)?;
    }
    let (filter, x) = (call.input(1)?, call.input(2)?);
    let x = layout.enter(call, x)?;
    let weights = call.builder.transpose(filter, &[2, 0, 1, 3])?;
    let options = owned::TransposeConvOptions {
        padding: window.padding(),
        stride_h: window.strides[0] as i32,
        stride_w: window.strides[1] as i32,
        ..Default::default()
    };
    let y = call.builder.add(Op::with(B::TRANSPOSE_CONV, options), &[sizes, weights, x])?;
    layout.leave(call, y)
}

fn conv_3d(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let layout = Layout::of(call, 3)?;
    let edges = edges(call, layout)?;
    let strides = positive(layout.spatial(call.ints("strides")?, 1, "strides")?, "strides")?;
    let dilations = positive(layout.spatial(call.ints("dilations")?, 1, "dilations")?, "dilations")?;
    let (x, filter) = (call.input(0)?, call.input(1)?);
    let x = layout.enter(call, x)?;
    let x = padded(call, x, &edges)?;
    let options = volume_options(&strides, &dilations, matches!(edges, Edges::Same));
    let y = call.builder.add(Op::with(B::CONV_3D, options), &[x, filter])?;
    layout.leave(call, y)
}

fn local_response_normalization(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let options = owned::LocalResponseNormalizationOptions {
        radius: call.int_or("depth_radius", 5)? as i32,
        bias: call.float_or("bias", 1.0)?,
        alpha: call.float_or("alpha", 1.0)?,
        beta: call.float_or("beta", 0.5)?,
    };
    let x = call.input(0)?;
    call.builder.add(Op::with(B::LOCAL_RESPONSE_NORMALIZATION, options), &[x])
}

fn fused_batch_norm<'a>(call: &mut Call<'_, '_, 'a>) -> Result<Vec<Operand<'a>>> {
    let is_channels_first = call.text_or("data_format", "NHWC")?.starts_with("NC");
    let rank = call.builder.rank(call.input(0)?)?;
    let epsilon = call.float_or("epsilon", 0.0001)?;
    let mut sizes = vec![1; rank];
    let channels = if is_channels_first { 1 } else { rank.saturating_sub(1) };
    let [x, scale, offset] = [call.input(0)?, call.input(1)?, call.input(2)?];
    let count = call.builder.fixed_dims(scale)?.iter().product();
    *sizes.get_mut(channels).ok_or_else(|| Error::invalid("an image without channels"))? = count;
    let (mean, variance) = match call.bool_or("is_training", true)? {
        false => (call.input(3)?, call.input(4)?),
        true => moments(call, x, rank, channels)?,
    };
    let b = &mut *call.builder;
    let known = [mean, variance, scale, offset].map(|value| b.elements::<f32>(value).map(<[f32]>::to_vec));
    let y = match &known {
        [Some(mean), Some(variance), Some(gamma), Some(beta)]
            if [mean, variance, beta].iter().all(|values| values.len() == gamma.len()) =>
        {
            let norm = BatchNorm { mean, variance, gamma: Some(gamma), beta: Some(beta), epsilon };
            batch_norm(b, x, &norm, if is_channels_first { &sizes[1..] } else { &sizes[rank - 1..] })?
        }
        _ => {
            let extents: Vec<_> = sizes.iter().copied().map(Extent::Fixed).collect();
            let variance = with_scalar(b, B::ADD, variance, epsilon)?;
            let factor = b.unary(B::RSQRT, variance)?;
            let factor = b.binary(B::MUL, factor, scale)?;
            let moved = b.binary(B::MUL, mean, factor)?;
            let offset = b.binary(B::SUB, offset, moved)?;
            let (factor, offset) =
                (shape::reshape(b, factor, &extents)?, shape::reshape(b, offset, &extents)?);
            let y = b.binary(B::MUL, x, factor)?;
            b.binary(B::ADD, y, offset)?
        }
    };
    Ok(vec![y.into(), mean.into(), variance.into()])
}

/// Mean and variance of each channel of `x`.
fn moments(
    call: &mut Call<'_, '_, '_>,
    x: ValueId,
    rank: usize,
    channels: usize,
) -> Result<(ValueId, ValueId)> {
    let axes: Vec<i32> = (0..rank).filter(|&axis| axis != channels).map(|axis| axis as i32).collect();
    let b = &mut *call.builder;
    let kept = b.reduce(B::MEAN, x, &axes, true)?;
    let squares = b.binary(B::SQUARED_DIFFERENCE, x, kept)?;
    Ok((b.reduce(B::MEAN, x, &axes, false)?, b.reduce(B::MEAN, squares, &axes, false)?))
}
