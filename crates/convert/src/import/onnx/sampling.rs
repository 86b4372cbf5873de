//! Images sampled at positions that are computed.

use featherlite_base::DType;
use featherlite_ir::{Dim, ValueId};
use featherlite_schema::BuiltinOperator as Tflite;

use super::call::Call;
use super::rules::Row;
use super::rules::Rule::One;
use super::slicing::split_at;
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("AffineGrid", One(affine_grid, "BATCH_MATMUL, RESHAPE")),
    ("GridSample", One(grid_sample, "MUL, ADD, FLOOR, CAST, GATHER_ND")),
    ("MaxUnpool", One(max_unpool, "SCATTER_ND")),
];

/// What lies beyond the border.
#[derive(Clone, Copy, PartialEq)]
enum Padding {
    Zeros,
    Border,
    Reflection,
}

/// How positions are taken.
#[derive(Clone, Copy)]
struct Way {
    padding: Padding,
    align_corners: bool,
}

/// `x`: `[n, c, …]`, `grid`: `[n, …, rank]` with the innermost axis first, from -1 to 1.
fn grid_sample(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, grid) = (c.input(0)?, c.input(1)?);
    let spatial = c.rank(x)? - 2;
    let way = Way {
        padding: match c.attributes.string_or("padding_mode", "zeros")? {
            "zeros" => Padding::Zeros,
            "border" => Padding::Border,
            "reflection" => Padding::Reflection,
            other => return Err(Error::unsupported(format!("the padding {other:?}"))),
        },
        align_corners: c.attributes.flag("align_corners")?,
    };
    let x = c.channels_last(x)?;
    let sizes: Vec<usize> = (1..=spatial).map(|axis| c.size(x, axis)).collect::<Result<_>>()?;
    let axis = c.rank(grid)? - 1;
    let mut positions = split_at(c, grid, axis, &vec![1; spatial])?;
    positions.reverse();
    for (position, &size) in positions.iter_mut().zip(&sizes) {
        *position = located(c, *position, size, way.align_corners)?;
    }
    let sampled = match c.attributes.string_or("mode", "linear")? {
        "linear" | "bilinear" => mixed(c, x, &positions, &sizes, way, 2)?,
        "cubic" | "bicubic" => mixed(c, x, &positions, &sizes, way, 4)?,
        "nearest" => {
            for position in &mut positions {
                *position = c.unary(Tflite::ROUND, *position)?;
            }
            fetch(c, x, &positions, &sizes, way)?
        }
        other => return Err(Error::unsupported(format!("the mode {other:?}"))),
    };
    c.channels_first(sampled)
}

/// From -1 to 1 to indices: the ends are the centres of the outermost pixels, or their edges.
fn located(c: &mut Call<'_, '_>, position: ValueId, size: usize, align_corners: bool) -> Result<ValueId> {
    let (size, edge) = (size as f64, if align_corners { 1.0 } else { 0.0 });
    let scaled = c.with_scalar(Tflite::MUL, position, (size - edge) / 2.0)?;
    c.with_scalar(Tflite::ADD, scaled, (size - 1.0) / 2.0)
}

/// The pixels at whole positions `[n, …, 1]` of `x`, `[n, …, c]`.
fn fetch(
    c: &mut Call<'_, '_>,
    x: ValueId,
    positions: &[ValueId],
    sizes: &[usize],
    way: Way,
) -> Result<ValueId> {
    let mut inside = None;
    let mut coordinates = vec![batch_index(c, positions[0])?];
    for (&position, &size) in positions.iter().zip(sizes) {
        let last = size as f64 - 1.0;
        let position =
            if way.padding == Padding::Reflection { reflected(c, position, last, way)? } else { position };
        let clipped = c.with_scalar(Tflite::MAXIMUM, position, 0.0)?;
        let clipped = c.with_scalar(Tflite::MINIMUM, clipped, last)?;
        if way.padding == Padding::Zeros {
            let is_inside = c.binary(Tflite::EQUAL, position, clipped)?;
            inside = Some(match inside {
                Some(others) => c.binary(Tflite::LOGICAL_AND, others, is_inside)?,
                None => is_inside,
            });
        }
        coordinates.push(c.b.cast(clipped, DType::I32)?);
    }
    let axis = c.rank(positions[0])? as i32 - 1;
    let coordinates = c.b.concatenation(&coordinates, axis)?;
    let pixels = c.b.add(Tflite::GATHER_ND, &[x, coordinates])?;
    let Some(inside) = inside else { return Ok(pixels) };
    let zero = c.b.scalar(0f32)?;
    c.b.add_typed(Tflite::SELECT_V2, &[inside, pixels, zero], DType::F32)
}

/// The number of each sample in the batch, in the shape of `like`, `[n, …, 1]`.
fn batch_index(c: &mut Call<'_, '_>, like: ValueId) -> Result<ValueId> {
    let sizes = c.b.fixed_dims(like)?;
    super::gather::positions(c, &sizes[..sizes.len() - 1], 0)
}

/// Positions mirrored at the border until they are inside.
fn reflected(c: &mut Call<'_, '_>, x: ValueId, last: f64, way: Way) -> Result<ValueId> {
    let (low, span) = if way.align_corners { (0.0, last) } else { (-0.5, last + 1.0) };
    if span == 0.0 {
        return c.with_scalar(Tflite::MUL, x, 0.0);
    }
    let from_low = c.with_scalar(Tflite::SUB, x, low)?;
    let period = c.with_scalar(Tflite::FLOOR_MOD, from_low, 2.0 * span)?;
    let other = c.b.scalar((2.0 * span) as f32)?;
    let mirrored = c.binary(Tflite::SUB, other, period)?;
    let within = c.binary(Tflite::MINIMUM, period, mirrored)?;
    c.with_scalar(Tflite::ADD, within, low)
}

/// Means of the `taps` nearest pixels along every axis: 2 are weighed by distance, 4 by cubic convolution.
fn mixed(
    c: &mut Call<'_, '_>,
    x: ValueId,
    positions: &[ValueId],
    sizes: &[usize],
    way: Way,
    taps: usize,
) -> Result<ValueId> {
    let mut places = Vec::with_capacity(positions.len());
    for (&position, &size) in positions.iter().zip(sizes) {
        let position = match way.padding {
            Padding::Border if taps == 2 => {
                let above = c.with_scalar(Tflite::MAXIMUM, position, 0.0)?;
                c.with_scalar(Tflite::MINIMUM, above, size as f64 - 1.0)?
            }
            Padding::Reflection if taps == 2 => {
                let inside = reflected(c, position, size as f64 - 1.0, way)?;
                let above = c.with_scalar(Tflite::MAXIMUM, inside, 0.0)?;
                c.with_scalar(Tflite::MINIMUM, above, size as f64 - 1.0)?
            }
            _ => position,
        };
        let lower = c.unary(Tflite::FLOOR, position)?;
        let fraction = c.binary(Tflite::SUB, position, lower)?;
        let mut along = Vec::with_capacity(taps);
        for tap in 0..taps {
            let offset = tap as f64 - (taps / 2 - 1) as f64;
            let at = c.with_scalar(Tflite::ADD, lower, offset)?;
            let weight = if taps == 2 { linear(c, fraction, tap)? } else { cubic(c, fraction, offset)? };
            along.push((at, weight));
        }
        places.push(along);
    }
    let mut sum: Option<ValueId> = None;
    for index in 0..taps.pow(positions.len() as u32) {
        let mut at = Vec::with_capacity(positions.len());
        let mut weight: Option<ValueId> = None;
        for (axis, along) in places.iter().enumerate() {
            let (position, factor) = along[index / taps.pow(axis as u32) % taps];
            at.push(position);
            weight = Some(match weight {
                Some(weight) => c.binary(Tflite::MUL, weight, factor)?,
                None => factor,
            });
        }
        let pixels = fetch(c, x, &at, sizes, way)?;
        let weighted = weight.map_or(Ok(pixels), |weight| c.binary(Tflite::MUL, pixels, weight))?;
        sum = Some(match sum {
            Some(sum) => c.binary(Tflite::ADD, sum, weighted)?,
            None => weighted,
        });
    }
    sum.ok_or_else(|| Error::internal("no taps"))
}

/// 1 - t for the lower pixel, t for the upper.
fn linear(c: &mut Call<'_, '_>, fraction: ValueId, tap: usize) -> Result<ValueId> {
    if tap == 1 {
        return Ok(fraction);
    }
    let one = c.b.scalar(1f32)?;
    c.binary(Tflite::SUB, one, fraction)
}

/// The weight of the pixel at `offset` by cubic convolution (Keys, 1981) with a = -0.75.
fn cubic(c: &mut Call<'_, '_>, fraction: ValueId, offset: f64) -> Result<ValueId> {
    const A: f64 = -0.75;
    let signed = c.with_scalar(Tflite::SUB, fraction, offset)?;
    let distance = c.unary(Tflite::ABS, signed)?;
    let coefficients = if offset == 0.0 || offset == 1.0 {
        [A + 2.0, -(A + 3.0), 0.0, 1.0]
    } else {
        [A, -5.0 * A, 8.0 * A, -4.0 * A]
    };
    let mut value = c.with_scalar(Tflite::MUL, distance, coefficients[0])?;
    for &coefficient in &coefficients[1..3] {
        value = c.with_scalar(Tflite::ADD, value, coefficient)?;
        value = c.binary(Tflite::MUL, value, distance)?;
    }
    c.with_scalar(Tflite::ADD, value, coefficients[3])
}

/// The grid that an affine map `[n, rank, rank + 1]` gives for an image of a known size.
fn affine_grid(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let theta = c.input(0)?;
    let size = c.constant_integers(1, "the size")?.unwrap_or_default();
    let spatial = size.len().checked_sub(2).filter(|count| (2..=3).contains(count));
    let spatial = spatial.ok_or_else(|| Error::invalid(format!("the size {size:?}")))?;
    let align_corners = c.attributes.flag("align_corners")?;
    let sizes: Vec<usize> = size[2..].iter().map(|&size| usize::try_from(size).unwrap_or(0)).collect();
    let count = sizes
        .iter()
        .try_fold(1usize, |count, &size| count.checked_mul(size))
        .filter(|&count| count < 1 << 24);
    let count = count.ok_or_else(|| Error::unsupported(format!("a grid of {sizes:?}")))?;
    let at = |index: usize, size: usize| match (align_corners, size) {
        (true, 1) => 0.0,
        (true, _) => 2.0 * index as f32 / (size as f32 - 1.0) - 1.0,
        (false, _) => (2.0 * index as f32 + 1.0) / size as f32 - 1.0,
    };
    let mut points = Vec::with_capacity(count * (spatial + 1));
    for index in 0..count {
        for axis in (0..spatial).rev() {
            let inner: usize = sizes[axis + 1..].iter().product();
            points.push(at(index / inner % sizes[axis], sizes[axis]));
        }
        points.push(1.0);
    }
    let points = c.b.constant(&[1, count, spatial + 1], &points)?;
    let turned = c.b.transpose(theta, &[0, 2, 1])?;
    let grid = super::linear::matmul(c, points, turned)?;
    let mut dims = vec![c.dims(theta)?[0]];
    dims.extend(sizes.iter().map(|&size| Dim::fixed(size)));
    dims.push(Dim::fixed(spatial));
    c.reshape(grid, &dims)
}

/// Values put back where a pooling found them, with 0 elsewhere.
fn max_unpool(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, indices) = (c.input(0)?, c.input(1)?);
    let spatial = c.rank(x)? - 2;
    let kernel = super::window::sizes(c.attributes, "kernel_shape", spatial)?;
    let strides = super::window::sizes(c.attributes, "strides", spatial)?;
    let pads = super::window::explicit_pads(c.attributes, spatial)?;
    let from = c.b.fixed_dims(x)?;
    let mut own = from[..2].to_vec();
    for axis in 0..spatial {
        let full = from[axis + 2].saturating_sub(1) * strides[axis] + kernel[axis];
        own.push(full.saturating_sub(pads[axis][0] + pads[axis][1]));
    }
    let values = c.b.reshape(x, &[-1])?;
    let indices = c.index(indices)?;
    let indices = c.b.reshape(indices, &[-1, 1])?;
    let count = own.iter().try_fold(1usize, |count, &size| count.checked_mul(size)).unwrap_or(usize::MAX);
    let shape = c.vector(&[i64::try_from(count).unwrap_or(i64::MAX)])?;
    let flat = c.b.add_typed(Tflite::SCATTER_ND, &[indices, values, shape], DType::F32)?;
    let dims: Vec<Dim> = own.iter().map(|&size| Dim::fixed(size)).collect();
    let unpooled = c.reshape(flat, &dims)?;
    match c.constant_integers(2, "the shape")? {
        Some(asked) => {
            // Positions count in the smaller tensor, which lies in the corner of the one asked for.
            let more = |(&asked, &own): (&i64, &usize)| usize::try_from(asked).unwrap_or(0).checked_sub(own);
            let amounts: Option<Vec<usize>> = asked.iter().zip(&own).map(more).collect();
            let amounts = amounts.ok_or_else(|| Error::unsupported(format!("unpooling to {asked:?}")))?;
            let amounts: Vec<[usize; 2]> = amounts.into_iter().map(|after| [0, after]).collect();
            c.b.pad(unpooled, &amounts)
        }
        None => Ok(unpooled),
    }
}
