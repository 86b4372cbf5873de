//! Layers that change the size of images, or the range and the coding of values.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator, owned};

use crate::build::Builder;
use crate::import::compose::shape::{self, Extent, expand_dims};
use crate::import::keras::context::Context;
use crate::import::keras::rules::Rule;
use crate::{Error, Result};

pub(super) static RULES: &[Rule] = &[
    Rule::new(&["UpSampling1D"], "RESHAPE, TILE", up_sampling_1d),
    Rule::new(&["UpSampling2D"], "RESIZE_NEAREST_NEIGHBOR, RESIZE_BILINEAR", up_sampling_2d),
    Rule::new(&["UpSampling3D"], "RESHAPE, TILE", up_sampling_3d),
    Rule::new(&["Resizing"], "RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR", resizing),
    Rule::new(&["CenterCrop"], "STRIDED_SLICE, RESIZE_BILINEAR", center_crop),
    Rule::new(&["RandomCrop"], "STRIDED_SLICE, RESIZE_BILINEAR", center_crop),
];

fn up_sampling_1d(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let [times] = context.config().sizes("size", 2)?;
    let x = context.x()?;
    Ok(vec![repeated(context.b, x, 1, times)?])
}

fn up_sampling_3d(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let times: [usize; 3] = context.config().sizes("size", 2)?;
    let mut x = context.x()?;
    let first = if context.is_channels_first()? { 2 } else { 1 };
    for (axis, times) in times.into_iter().enumerate() {
        x = repeated(context.b, x, first + axis, times)?;
    }
    Ok(vec![x])
}

/// Every element along `axis` repeated `times` times.
pub(in crate::import::keras) fn repeated(
    b: &mut Builder<'_>,
    x: ValueId,
    axis: usize,
    times: usize,
) -> Result<ValueId> {
    if times == 1 {
        return Ok(x);
    }
    let mut sizes = shape::extents_of(b, x, axis + 1)?;
    let wide = expand_dims(b, x, axis + 1)?;
    let mut multiples = vec![1; sizes.len() + 1];
    multiples[axis + 1] = times as i32;
    let multiples = b.constant(&[multiples.len()], &multiples)?;
    let wide = b.add(Op::with(BuiltinOperator::TILE, owned::TileOptions::default()), &[wide, multiples])?;
    sizes[axis] = match sizes[axis] {
        Extent::Fixed(size) => Extent::Fixed(size * times),
        _ => Extent::Rest,
    };
    shape::reshape(b, wide, &sizes)
}

fn up_sampling_2d(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let times: [usize; 2] = context.config().sizes("size", 2)?;
    let x = context.x()?;
    let method = context.config().text_or("interpolation", "nearest")?;
    let x = context.with_channels_last(x, |context, x| {
        let sizes = shape::extents(context.b, x)?;
        let size = |axis: usize| match sizes.get(axis + 1) {
            Some(Extent::Fixed(size)) => Ok((size * times[axis]) as i32),
            _ => Err(Error::unsupported("an image whose size is open is made larger")
                .hint("state the shape of the inputs: --shape NAME=1,224,224,3")),
        };
        let size = [size(0)?, size(1)?];
        resized(context.b, x, size, method)
    })?;
    Ok(vec![x])
}

/// `x` resized to `[height, width]`, with the centres of pixels in corresponding places.
pub(in crate::import::keras) fn resized(
    b: &mut Builder<'_>,
    x: ValueId,
    size: [i32; 2],
    method: &str,
) -> Result<ValueId> {
    let size = b.constant(&[2], &size)?;
    let op = match method {
        "nearest" => Op::with(
            BuiltinOperator::RESIZE_NEAREST_NEIGHBOR,
            owned::ResizeNearestNeighborOptions { align_corners: false, half_pixel_centers: true },
        ),
        "bilinear" => Op::with(
            BuiltinOperator::RESIZE_BILINEAR,
            owned::ResizeBilinearOptions { align_corners: false, half_pixel_centers: true },
        ),
        _ => {
            return Err(Error::unsupported(format!("interpolation {method:?} has no operator"))
                .hint("use bilinear or nearest, or resize before the network"));
        }
    };
    b.add(op, &[x, size])
}

/// Height and width that a layer is told to give.
fn wanted(context: &Context<'_, '_>) -> Result<[usize; 2]> {
    Ok([context.config().size("height")?, context.config().size("width")?])
}

/// Height and width of images with channels last.
fn size_of(b: &Builder<'_>, x: ValueId) -> Result<[usize; 2]> {
    let sizes = shape::extents(b, x)?;
    match sizes[..] {
        [.., Extent::Fixed(height), Extent::Fixed(width), _] if sizes.len() > 2 => Ok([height, width]),
        _ => Err(Error::unsupported("an image whose size is open is resized")
            .hint("state the shape of the inputs: --shape NAME=1,224,224,3")),
    }
}

fn resizing(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let (x, config, wanted) = (context.x()?, context.config(), wanted(context)?);
    let method = config.text_or("interpolation", "bilinear")?;
    if config.bool("antialias", false)? || config.bool("pad_to_aspect_ratio", false)? {
        return Err(Error::unsupported(
            "resizing with antialiasing, or padded to an aspect ratio, has no operator",
        )
        .hint("resize before the network"));
    }
    let crop = config.bool("crop_to_aspect_ratio", false)?;
    let x = context.with_channels_last(x, |context, x| {
        let [height, width] = size_of(context.b, x)?;
        let x = to_f32(context.b, x)?;
        let x = if crop { cropped(context.b, x, of_aspect([height, width], wanted))? } else { x };
        resized(context.b, x, wanted.map(|size| size as i32), method)
    })?;
    Ok(vec![x])
}

fn to_f32(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    b.cast(x, DType::F32)
}

/// The largest size within `size` that has the aspect ratio of `wanted`.
fn of_aspect([height, width]: [usize; 2], wanted: [usize; 2]) -> [usize; 2] {
    let scaled = |size: usize, by: usize, of: usize| (size as f32 * by as f32 / of as f32) as usize;
    let crop = [scaled(width, wanted[0], wanted[1]), scaled(height, wanted[1], wanted[0])];
    [crop[0].clamp(1, height.max(1)), crop[1].clamp(1, width.max(1))]
}

/// The middle of images `[…, h, w, c]`.
fn cropped(b: &mut Builder<'_>, x: ValueId, crop: [usize; 2]) -> Result<ValueId> {
    let (rank, size) = (b.rank(x)?, size_of(b, x)?);
    let (mut begins, mut sizes) = (vec![0; rank], vec![-1; rank]);
    for axis in 0..2 {
        begins[rank - 3 + axis] = (size[axis].saturating_sub(crop[axis]) / 2) as i32;
        sizes[rank - 3 + axis] = crop[axis].min(size[axis]) as i32;
    }
    b.slice(x, &begins, &sizes)
}

/// The middle of an image, or the image resized if it is too small.
fn center_crop(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let (x, wanted) = (context.x()?, wanted(context)?);
    let x = context.with_channels_last(x, |context, x| {
        let size = size_of(context.b, x)?;
        let x = to_f32(context.b, x)?;
        if size[0] >= wanted[0] && size[1] >= wanted[1] {
            return cropped(context.b, x, wanted);
        }
        let x = cropped(context.b, x, of_aspect(size, wanted))?;
        resized(context.b, x, wanted.map(|size| size as i32), "bilinear")
    })?;
    Ok(vec![x])
}
