//! Functions of images.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator, Padding, owned};

use crate::build::Window;
use crate::import::keras::context::Context;
use crate::import::keras::rules::Rule;
use crate::{Error, Result};

pub(super) static RULES: &[Rule] = &[
    Rule::new(&["conv", "conv2d"], "CONV_2D", |context| convolution(context, false)),
    Rule::new(&["depthwise_conv", "depthwise_conv2d"], "DEPTHWISE_CONV_2D", |context| {
        convolution(context, true)
    }),
    Rule::new(&["max_pool", "max_pool2d"], "MAX_POOL_2D", |context| {
        pool(context, BuiltinOperator::MAX_POOL_2D)
    }),
    Rule::new(&["average_pool", "avg_pool", "avg_pool2d"], "AVERAGE_POOL_2D", |context| {
        pool(context, BuiltinOperator::AVERAGE_POOL_2D)
    }),
    Rule::new(&["resize", "resize_images_v2"], "RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR", resize),
    Rule::new(&["depth_to_space"], "DEPTH_TO_SPACE", |context| {
        let (x, block_size) = (context.x()?, block_size(context)?);
        let op = Op::with(BuiltinOperator::DEPTH_TO_SPACE, owned::DepthToSpaceOptions { block_size });
        Ok(vec![context.b.add(op, &[x])?])
    }),
    Rule::new(&["space_to_depth"], "SPACE_TO_DEPTH", |context| {
        let (x, block_size) = (context.x()?, block_size(context)?);
        let op = Op::with(BuiltinOperator::SPACE_TO_DEPTH, owned::SpaceToDepthOptions { block_size });
        Ok(vec![context.b.add(op, &[x])?])
    }),
];

/// Images have channels last, and two dimensions besides.
fn check(context: &Context<'_, '_>, x: ValueId) -> Result<()> {
    let format = context.any_text(usize::MAX, &["data_format"])?;
    let rank = context.b.rank(x)?;
    match format.as_deref() {
        None | Some("channels_last" | "nhwc") if rank == 4 => Ok(()),
        _ => Err(Error::unsupported(format!("images of {rank} dimensions in the layout {format:?}"))
            .hint("use the layers of keras.layers, or channels last")),
    }
}

fn block_size(context: &Context<'_, '_>) -> Result<i32> {
    let size = context.any_int(1, &["block_size"])?.and_then(|size| i32::try_from(size).ok());
    size.ok_or_else(|| Error::invalid("it has no block_size"))
}

/// Height and width of an argument: one number for both, two, or those in the middle of four.
fn pair(context: &Context<'_, '_>, position: usize, names: &[&str]) -> Result<Option<[usize; 2]>> {
    let values = context.any_ints(position, names)?;
    let size = |value: i64| usize::try_from(value).ok().filter(|&value| value > 0 && value < 1 << 31);
    let pair = match values.as_deref() {
        None => return Ok(None),
        Some(&[both]) => [both; 2],
        Some(&[first, second] | &[_, first, second, _]) => [first, second],
        Some(values) => return Err(Error::invalid(format!("the argument {} is {values:?}", names[0]))),
    };
    match pair.map(size) {
        [Some(first), Some(second)] => Ok(Some([first, second])),
        _ => Err(Error::invalid(format!("the argument {} is {pair:?}", names[0]))),
    }
}

fn is_same(context: &Context<'_, '_>, position: usize) -> Result<bool> {
    match context.any_text(position, &["padding"])?.as_deref() {
        Some("same") => Ok(true),
        None | Some("valid") => Ok(false),
        Some(other) => Err(Error::unsupported(format!("the padding {other:?}"))),
    }
}

fn convolution(context: &mut Context<'_, '_>, is_depthwise: bool) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    check(context, x)?;
    let kernel = context.operand(1, &["kernel", "filters", "filter"], Some(featherlite_base::DType::F32))?;
    let window = Window {
        strides: pair(context, 2, &["strides"])?.unwrap_or([1; 2]),
        dilations: pair(context, usize::MAX, &["dilation_rate", "dilations"])?.unwrap_or([1; 2]),
        is_same: is_same(context, 3)?,
    };
    let b = &mut *context.b;
    let sizes = b.fixed_dims(kernel)?;
    if sizes.len() != 4 {
        return Err(Error::invalid(format!("a kernel of {} dimensions", sizes.len())));
    }
    if is_depthwise {
        let weights =
            b.reshape(kernel, &[1, sizes[0] as i64, sizes[1] as i64, (sizes[2] * sizes[3]) as i64])?;
        return Ok(vec![b.depthwise_conv_2d(x, weights, None, window, sizes[3])?]);
    }
    let weights = b.transpose(kernel, &[3, 0, 1, 2])?;
    Ok(vec![b.conv_2d(x, weights, None, window)?])
}

fn pool(context: &mut Context<'_, '_>, op: BuiltinOperator) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    check(context, x)?;
    let size =
        pair(context, 1, &["pool_size", "ksize"])?.ok_or_else(|| Error::invalid("it has no pool_size"))?;
    let strides = pair(context, 2, &["strides"])?.unwrap_or(size);
    let options = owned::Pool2DOptions {
        padding: if is_same(context, 3)? { Padding::SAME } else { Padding::VALID },
        filter_height: size[0] as i32,
        filter_width: size[1] as i32,
        stride_h: strides[0] as i32,
        stride_w: strides[1] as i32,
        ..Default::default()
    };
    Ok(vec![context.b.add(Op::with(op, options), &[x])?])
}

fn resize(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    check(context, x)?;
    for name in ["antialias", "crop_to_aspect_ratio", "pad_to_aspect_ratio", "preserve_aspect_ratio"] {
        if context.any_bool(usize::MAX, &[name], false)? {
            return Err(Error::unsupported(format!("resizing with {name}")).hint("resize before the network"));
        }
    }
    let size = pair(context, 1, &["size"])?.ok_or_else(|| Error::invalid("it has no size"))?;
    let method = context.any_text(2, &["interpolation", "method"])?;
    crate::import::keras::layers::resized(
        context.b,
        x,
        size.map(|size| size as i32),
        method.as_deref().unwrap_or("bilinear"),
    )
    .map(|made| vec![made])
}
