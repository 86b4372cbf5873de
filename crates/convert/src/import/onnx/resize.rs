//! Resizing. TFLite resizes images in a few ways; all others are products with weights that are known, axis by axis.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as Tflite, owned};

use super::call::{self, Call};
use super::grid::{Axis, Filter, Mapping};
use super::rules::Row;
use super::rules::Rule::One;
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("Resize", One(resize, "RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR, GATHER, FULLY_CONNECTED")),
    ("Upsample", One(upsample, "RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR, GATHER, FULLY_CONNECTED")),
];

/// What is asked of a resize, besides sizes.
struct Way<'c> {
    /// The filter; nearest neighbour if absent.
    filter: Option<Filter>,
    nearest_mode: &'c str,
    mapping: Mapping,
    /// What lies outside of the input, for `tf_crop_and_resize`.
    outside: f32,
}

/// The predecessor of Resize: positions are divided by the scale and rounded down.
fn upsample(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let scales = match c.attributes.floats("scales")? {
        Some(scales) => scales.to_vec(),
        None => c.constant_reals(1, "scales")?.unwrap_or_default(),
    };
    let filter = match c.attributes.string_or("mode", "nearest")? {
        "nearest" => None,
        "linear" | "bilinear" => Some(Filter { cubic: None, antialias: false, exclude_outside: false }),
        other => return Err(Error::unsupported(format!("the mode {other:?}"))),
    };
    let way = Way { filter, nearest_mode: "floor", mapping: Mapping::Asymmetric, outside: 0.0 };
    let axes = scaled_axes(c, x, &all(c, x)?, &scales, &way)?;
    apply(c, x, &axes, &way)
}

fn all(c: &Call<'_, '_>, x: ValueId) -> Result<Vec<usize>> {
    Ok((0..c.rank(x)?).collect())
}

fn resize(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let attributes = c.attributes;
    let filter = |cubic| -> Result<Option<Filter>> {
        let (antialias, exclude_outside) =
            (attributes.flag("antialias")?, attributes.flag("exclude_outside")?);
        Ok(Some(Filter { cubic, antialias, exclude_outside }))
    };
    let filter = match attributes.string_or("mode", "nearest")? {
        "nearest" => None,
        "linear" => filter(None)?,
        "cubic" => filter(Some(f64::from(attributes.float_or("cubic_coeff_a", -0.75)?)))?,
        other => return Err(Error::unsupported(format!("the mode {other:?}"))),
    };
    let mut way = Way {
        filter,
        nearest_mode: attributes.string_or("nearest_mode", "round_prefer_floor")?,
        mapping: Mapping::read(attributes)?,
        outside: attributes.float_or("extrapolation_value", 0.0)?,
    };
    if c.opset < 11 {
        (way.mapping, way.nearest_mode) = (Mapping::Asymmetric, "floor");
    }
    let which = match attributes.ints("axes")? {
        Some(axes) => call::axes(axes, c.rank(x)?)?,
        None => all(c, x)?,
    };
    let [region, scales, sizes] = if c.opset < 11 { [usize::MAX, 1, usize::MAX] } else { [1, 2, 3] };
    let has = |c: &Call<'_, '_>, index: usize| -> Result<bool> {
        let Some(value) = c.optional(index)? else { return Ok(false) };
        Ok(c.sizes(value)? != [0])
    };
    let mut axes = if has(c, scales)? {
        let scales = c.constant_reals(scales, "scales")?.unwrap_or_default();
        if let Some(result) = open_scales(c, x, &which, &scales, &way)? {
            return Ok(result);
        }
        scaled_axes(c, x, &which, &scales, &way)?
    } else if has(c, sizes)? {
        let value = c.input(sizes)?;
        match c.b.integers(value) {
            Some(sizes) => sized_axes(c, x, &which, &sizes, &way)?,
            None => return computed_size(c, x, &which, value, &way),
        }
    } else {
        return Err(Error::invalid("neither scales nor sizes are given"));
    };
    if way.mapping == Mapping::TfCropAndResize {
        let region = c.constant_reals(region, "roi")?.unwrap_or_default();
        if region.len() != 2 * which.len() {
            return Err(Error::invalid(format!("roi of {} numbers for {} axes", region.len(), which.len())));
        }
        for (index, &axis) in which.iter().enumerate() {
            axes[axis].region = [f64::from(region[index]), f64::from(region[which.len() + index])];
        }
    }
    apply(c, x, &axes, &way)
}

/// Every axis of `x`, left as it is.
fn unchanged(c: &Call<'_, '_>, x: ValueId, way: &Way<'_>) -> Result<Vec<Axis>> {
    let axis = |size: i64| {
        // Open sizes are not resized; any number stands for them.
        let size = usize::try_from(size).unwrap_or(1);
        Axis { input: size, output: size, scale: 1.0, mapping: way.mapping, region: [0.0, 1.0] }
    };
    Ok(c.sizes(x)?.into_iter().map(axis).collect())
}

fn scaled_axes(
    c: &Call<'_, '_>,
    x: ValueId,
    which: &[usize],
    scales: &[f32],
    way: &Way<'_>,
) -> Result<Vec<Axis>> {
    if scales.len() != which.len() {
        return Err(Error::invalid(format!("{} scales for {} axes", scales.len(), which.len())));
    }
    let mut axes = unchanged(c, x, way)?;
    for (&axis, &scale) in which.iter().zip(scales) {
        if scale == 1.0 {
            continue;
        }
        let input = c.size(x, axis)?;
        let scale = f64::from(scale);
        let output = (input as f64 * scale).floor();
        if !(scale > 0.0 && (1.0..1e6).contains(&output)) {
            return Err(Error::invalid(format!("a scale of {scale} for {input} elements")));
        }
        (axes[axis].scale, axes[axis].output) = (scale, output as usize);
    }
    Ok(axes)
}

/// With `keep_aspect_ratio_policy` the scale that fits is that of all axes.
fn sized_axes(
    c: &Call<'_, '_>,
    x: ValueId,
    which: &[usize],
    sizes: &[i64],
    way: &Way<'_>,
) -> Result<Vec<Axis>> {
    if sizes.len() != which.len() {
        return Err(Error::invalid(format!("{} sizes for {} axes", sizes.len(), which.len())));
    }
    let mut axes = unchanged(c, x, way)?;
    let mut scales = Vec::with_capacity(which.len());
    for (&axis, &size) in which.iter().zip(sizes) {
        let size = usize::try_from(size).ok().filter(|size| (1..1 << 20).contains(size));
        let size = size.ok_or_else(|| Error::invalid(format!("sizes {sizes:?}")))?;
        let input = match c.dims(x)?[axis].size() {
            Some(input) => input.max(1),
            None => c.size(x, axis)?,
        };
        axes[axis].output = size;
        axes[axis].scale = size as f64 / input as f64;
        scales.push(axes[axis].scale);
    }
    let policy = c.attributes.string_or("keep_aspect_ratio_policy", "stretch")?;
    let chosen = match policy {
        "stretch" => return Ok(axes),
        "not_larger" => scales.into_iter().fold(f64::INFINITY, f64::min),
        "not_smaller" => scales.into_iter().fold(0.0, f64::max),
        other => return Err(Error::unsupported(format!("the policy {other:?}"))),
    };
    for &axis in which {
        axes[axis].output = (chosen * axes[axis].input as f64 + 0.5).floor() as usize;
        axes[axis].scale = chosen;
    }
    Ok(axes)
}

/// Resizes `x`, all of whose resized axes have fixed sizes.
fn apply(c: &mut Call<'_, '_>, x: ValueId, axes: &[Axis], way: &Way<'_>) -> Result<ValueId> {
    let is_resized = |axis: &Axis| {
        axis.input != axis.output
            || axis.scale != 1.0
            || way.mapping == Mapping::TfCropAndResize && axis.region != [0.0, 1.0]
    };
    let resized: Vec<usize> = (0..axes.len()).filter(|&axis| is_resized(&axes[axis])).collect();
    if resized.is_empty() {
        return Ok(x);
    }
    let rank = axes.len();
    if matches!(rank, 3 | 4) && resized.iter().all(|&axis| axis >= 2) {
        let spatial = &axes[2..];
        if let Some(flags) = builtin(spatial, way)? {
            let mut image = c.channels_last(x)?;
            if rank == 3 {
                image = c.expand(image, 1)?;
            }
            let height = if rank == 3 { 1 } else { spatial[0].output };
            let size = c.vector(&[height as i64, spatial[rank - 3].output as i64])?;
            let mut result = resize_image(c, image, size, flags, way.filter.is_none())?;
            if rank == 3 {
                result = c.squeeze(result, &[1])?;
            }
            return c.channels_first(result);
        }
    }
    let is_spatial = rank >= 3 && resized.iter().all(|&axis| axis >= 2);
    let mut result = if is_spatial { c.channels_last(x)? } else { x };
    for axis in resized {
        let place = if is_spatial { axis - 1 } else { axis };
        result = along(c, result, place, &axes[axis], way)?;
    }
    if is_spatial { c.channels_first(result) } else { Ok(result) }
}

/// `x` resized along one axis.
fn along(c: &mut Call<'_, '_>, x: ValueId, place: usize, axis: &Axis, way: &Way<'_>) -> Result<ValueId> {
    let Some(filter) = &way.filter else {
        let positions: Vec<i64> = axis.nearest(way.nearest_mode)?.into_iter().map(|at| at as i64).collect();
        let positions = c.vector(&positions)?;
        let result = super::gather::along(c, x, positions, place)?;
        return outside(c, result, place, axis, way);
    };
    let weights = c.b.constant(&[axis.output, axis.input], &axis.weights(filter))?;
    let rank = c.rank(x)?;
    let mut order: Vec<usize> = (0..rank).collect();
    order.swap(place, rank - 1);
    let last = if place + 1 == rank { x } else { c.b.transpose(x, &order)? };
    let result = c.b.fully_connected(last, weights, None)?;
    let result = if place + 1 == rank { result } else { c.b.transpose(result, &order)? };
    outside(c, result, place, axis, way)
}

/// Puts the stated value where positions lie outside of the input.
fn outside(c: &mut Call<'_, '_>, x: ValueId, place: usize, axis: &Axis, way: &Way<'_>) -> Result<ValueId> {
    let mask: Vec<u8> = (0..axis.output).map(|index| u8::from(axis.is_outside(index))).collect();
    if !mask.contains(&1) {
        return Ok(x);
    }
    let mut sizes = vec![1; c.rank(x)?];
    sizes[place] = axis.output;
    let mask = c.b.constant_bytes(DType::Bool, &sizes, mask.into())?;
    let value = c.b.scalar(way.outside)?;
    c.b.add_typed(Tflite::SELECT_V2, &[mask, value, x], DType::F32)
}

/// `align_corners` and `half_pixel_centers`.
type Flags = [bool; 2];

/// The flags with which TFLite's operators on images do the same, if they do.
fn builtin(axes: &[Axis], way: &Way<'_>) -> Result<Option<Flags>> {
    let is_whole = |axis: &Axis| (axis.output as f64 - axis.input as f64 * axis.scale).abs() < 1e-6;
    if !axes.iter().all(is_whole) {
        return Ok(None);
    }
    let Some(filter) = &way.filter else {
        for flags in [[false, false], [false, true], [true, false]] {
            let mut same = true;
            for axis in axes {
                same &= axis.nearest(way.nearest_mode)? == nearest(axis, flags);
            }
            if same && way.mapping != Mapping::TfCropAndResize {
                return Ok(Some(flags));
            }
        }
        return Ok(None);
    };
    let is_plain = filter.cubic.is_none()
        && !filter.exclude_outside
        && (!filter.antialias || axes.iter().all(|axis| axis.scale >= 1.0));
    Ok(match way.mapping {
        _ if !is_plain => None,
        Mapping::HalfPixel | Mapping::HalfPixelSymmetric => Some([false, true]),
        Mapping::PytorchHalfPixel if axes.iter().all(|axis| axis.output > 1 || axis.input == 1) => {
            Some([false, true])
        }
        Mapping::AlignCorners => Some([true, false]),
        Mapping::Asymmetric => Some([false, false]),
        Mapping::PytorchHalfPixel | Mapping::TfCropAndResize => None,
    })
}

/// The positions that RESIZE_NEAREST_NEIGHBOR takes.
fn nearest(axis: &Axis, [align_corners, half_pixel]: Flags) -> Vec<usize> {
    let scale = if align_corners && axis.output > 1 {
        (axis.input as f32 - 1.0) / (axis.output as f32 - 1.0)
    } else {
        axis.input as f32 / axis.output as f32
    };
    let offset = if half_pixel { 0.5 } else { 0.0 };
    let position = |index: usize| {
        let at = (index as f32 + offset) * scale;
        let at = if align_corners { at.round() } else { at.floor() };
        (at.max(0.0) as usize).min(axis.input - 1)
    };
    (0..axis.output).map(position).collect()
}

/// `x`: `[n, h, w, c]`, `size`: `[h, w]`.
fn resize_image(
    c: &mut Call<'_, '_>,
    x: ValueId,
    size: ValueId,
    [align_corners, half_pixel_centers]: Flags,
    is_nearest: bool,
) -> Result<ValueId> {
    let op = if is_nearest {
        let options = owned::ResizeNearestNeighborOptions { align_corners, half_pixel_centers };
        Op::with(Tflite::RESIZE_NEAREST_NEIGHBOR, options)
    } else {
        let options = owned::ResizeBilinearOptions { align_corners, half_pixel_centers };
        Op::with(Tflite::RESIZE_BILINEAR, options)
    };
    c.b.add(op, &[x, size])
}

/// The flags for sizes that are not known, if positions do not depend on how they round.
fn open_flags(way: &Way<'_>, is_upscaled: bool) -> Result<Flags> {
    let flags = match (way.mapping, &way.filter) {
        (Mapping::HalfPixel | Mapping::PytorchHalfPixel, Some(filter))
            if filter.cubic.is_none() && !filter.antialias =>
        {
            Some([false, true])
        }
        (Mapping::AlignCorners, Some(filter)) if filter.cubic.is_none() => Some([true, false]),
        (Mapping::Asymmetric, Some(filter)) if filter.cubic.is_none() => Some([false, false]),
        (Mapping::Asymmetric, None) if way.nearest_mode == "floor" => Some([false, false]),
        (Mapping::HalfPixel | Mapping::PytorchHalfPixel, None) if is_upscaled => Some([false, true]),
        _ => None,
    };
    flags.ok_or_else(|| {
        let hint = "state the shape of the inputs: --shape NAME=1,3,224,224";
        Error::unsupported("resizing open sizes in this mode").hint(hint)
    })
}

/// Open heights and widths, multiplied by whole numbers; `None` if they are not open.
fn open_scales(
    c: &mut Call<'_, '_>,
    x: ValueId,
    which: &[usize],
    scales: &[f32],
    way: &Way<'_>,
) -> Result<Option<ValueId>> {
    let dims = c.dims(x)?;
    let is_open = |(&axis, &scale): (&usize, &f32)| dims[axis].size().is_none() && scale != 1.0;
    if dims.len() != 4 || scales.len() != which.len() || !which.iter().zip(scales).any(is_open) {
        return Ok(None);
    }
    let mut factors = [1.0f32; 4];
    which.iter().zip(scales).for_each(|(&axis, &scale)| factors[axis] = scale);
    if factors[..2] != [1.0, 1.0] || factors.iter().any(|factor| factor.fract() != 0.0) {
        return Err(Error::unsupported("open sizes are resized by whole factors only"));
    }
    let flags = open_flags(way, true)?;
    let image = c.channels_last(x)?;
    let shape = c.b.shape_of(image)?;
    let size = super::slicing::part(c, shape, 0, 1, 3)?;
    let factors = c.vector(&[factors[2] as i64, factors[3] as i64])?;
    let size = c.binary(Tflite::MUL, size, factors)?;
    let result = resize_image(c, image, size, flags, way.filter.is_none())?;
    c.image_channels_first(result).map(Some)
}

/// A height and width that are known when the model runs.
fn computed_size(
    c: &mut Call<'_, '_>,
    x: ValueId,
    which: &[usize],
    sizes: ValueId,
    way: &Way<'_>,
) -> Result<ValueId> {
    let is_image = c.rank(x)? == 4 && (which == [0, 1, 2, 3] || which == [2, 3]);
    if !is_image || c.attributes.has("keep_aspect_ratio_policy") {
        return Err(Error::unsupported("sizes that are computed, of other axes than height and width"));
    }
    let flags = open_flags(way, false)?;
    let sizes = c.index(sizes)?;
    let size = if which.len() == 4 { super::slicing::part(c, sizes, 0, 2, 4)? } else { sizes };
    let image = c.channels_last(x)?;
    let result = resize_image(c, image, size, flags, way.filter.is_none())?;
    c.image_channels_first(result)
}
