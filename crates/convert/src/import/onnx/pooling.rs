//! Pooling. Data have the layout `[n, c, …]`.

use featherlite_base::DType;
use featherlite_ir::{Dim, Op, ValueId};
use featherlite_schema::{BuiltinOperator as Tflite, owned};

use super::call::Call;
use super::rules::Row;
use super::rules::Rule::{Many, One};
use super::window::{self, Window};
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("AveragePool", One(average_pool, "AVERAGE_POOL_2D, PAD, MUL")),
    ("GlobalAveragePool", One(|c| global(c, Tflite::MEAN), "MEAN")),
    ("GlobalLpPool", One(global_lp_pool, "ABS, POW, SUM")),
    ("GlobalMaxPool", One(|c| global(c, Tflite::REDUCE_MAX), "REDUCE_MAX")),
    ("LpPool", One(lp_pool, "ABS, POW, AVERAGE_POOL_2D, MUL")),
    ("MaxPool", Many(max_pool, "MAX_POOL_2D, PADV2, REDUCE_WINDOW")),
];

fn global(c: &mut Call<'_, '_>, op: Tflite) -> Result<ValueId> {
    let x = c.input(0)?;
    let x_last = c.channels_last(x)?;
    let axes: Vec<i32> = (1..c.rank(x)? as i32 - 1).collect();
    let reduced = c.b.reduce(op, x_last, &axes, true)?;
    c.channels_first(reduced)
}

/// (Σ |x|^p)^(1/p)
fn global_lp_pool(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, p) = (c.input(0)?, c.attributes.int_or("p", 2)? as f64);
    let power = absolute_power(c, x, p)?;
    let axes: Vec<i32> = (2..c.rank(x)? as i32).collect();
    let sum = c.b.reduce(Tflite::SUM, power, &axes, true)?;
    root(c, sum, p)
}

/// |x|^p
pub(super) fn absolute_power(c: &mut Call<'_, '_>, x: ValueId, p: f64) -> Result<ValueId> {
    if p == 2.0 {
        return c.binary(Tflite::MUL, x, x);
    }
    let size = c.unary(Tflite::ABS, x)?;
    if p == 1.0 { Ok(size) } else { c.with_scalar(Tflite::POW, size, p) }
}

/// x^(1/p)
pub(super) fn root(c: &mut Call<'_, '_>, x: ValueId, p: f64) -> Result<ValueId> {
    match p {
        1.0 => Ok(x),
        2.0 => c.unary(Tflite::SQRT, x),
        _ => c.with_scalar(Tflite::POW, x, 1.0 / p),
    }
}

/// The window of a node, with `ceil_mode` as pads after the end. How far these go beyond the declared ones comes with it.
fn read(c: &Call<'_, '_>, x: ValueId) -> Result<(Window, Vec<usize>)> {
    let count = c.rank(x)?.checked_sub(2).filter(|count| (1..=3).contains(count));
    let count = count.ok_or_else(|| Error::unsupported("pooling has 1 to 3 spatial dimensions"))?;
    let kernel = window::sizes(c.attributes, "kernel_shape", count)?;
    let mut window = Window::read(c, x, &kernel)?;
    let mut beyond = vec![0; count];
    if c.attributes.flag("ceil_mode")? && c.attributes.string_or("auto_pad", "NOTSET")? == "NOTSET" {
        for (axis, beyond) in beyond.iter_mut().enumerate() {
            let (size, stride) = (c.size(x, axis + 2)?, window.strides[axis]);
            let [before, after] = window.pads[axis];
            let (padded, extent) = (size + before + after, window.extent(axis));
            let steps = padded.saturating_sub(extent).div_ceil(stride);
            // No window begins behind the data and the pads before them.
            let steps = if steps * stride >= size + before { steps.saturating_sub(1) } else { steps };
            *beyond = (steps * stride + extent).saturating_sub(padded);
            window.pads[axis][1] += *beyond;
        }
        window.is_same &= beyond.iter().all(|&beyond| beyond == 0);
    }
    Ok((window, beyond))
}

fn max_pool(c: &mut Call<'_, '_>) -> Result<Vec<ValueId>> {
    if c.wants(1) {
        return Err(Error::unsupported("the positions of maxima (output 1)"));
    }
    let x = c.input(0)?;
    let (window, _) = read(c, x)?;
    let dtype = c.dtype(x);
    let x = c.channels_last(x)?;
    let x = if dtype == DType::F32 { x } else { c.b.cast(x, DType::F32)? };
    let pooled = max(c, x, window)?;
    let pooled = c.b.cast(pooled, dtype)?;
    Ok(vec![c.channels_first(pooled)?])
}

/// `x`: `[n, …, c]`.
fn max(c: &mut Call<'_, '_>, x: ValueId, mut window: Window) -> Result<ValueId> {
    if window.dilations.iter().any(|&dilation| dilation != 1) {
        window.is_same = false;
        let x = window.pad_with(c, x, f64::from(f32::MIN))?;
        return reduce_window(c, x, &window);
    }
    // Pads count as less than anything, as they do in SAME.
    let x = window.pad_with(c, x, f64::from(f32::MIN))?;
    by_image(c, x, &window, Tflite::MAX_POOL_2D)
}

/// A pooling operator on images, used for lines and, twice, for volumes. `x`: `[n, …, c]`.
fn by_image(c: &mut Call<'_, '_>, x: ValueId, window: &Window, op: Tflite) -> Result<ValueId> {
    match window.kernel.len() {
        1 => {
            let x = c.expand(x, 1)?;
            let pooled = pool_image(c, x, &window.with_height(), op)?;
            c.squeeze(pooled, &[1])
        }
        2 => pool_image(c, x, window, op),
        _ => {
            let dims = c.dims(x)?;
            let fixed = c.b.fixed_dims(x).map_err(|error| error.at("pooling of volumes"))?;
            // First over height and width, with depths as images of their own; then over depth.
            let planes = [fixed[0] * fixed[1], fixed[2], fixed[3], fixed[4]].map(Dim::fixed);
            let flat = c.reshape(x, &planes)?;
            let part = |from: usize, to: usize| Window {
                kernel: window.kernel[from..to].to_vec(),
                strides: window.strides[from..to].to_vec(),
                dilations: window.dilations[from..to].to_vec(),
                pads: window.pads[from..to].to_vec(),
                is_same: window.is_same,
            };
            let pooled = pool_image(c, flat, &part(1, 3), op)?;
            let [height, width] = [c.size(pooled, 1)?, c.size(pooled, 2)?];
            let columns = [dims[0], dims[1], Dim::fixed(height * width), dims[4]];
            let lines = c.reshape(pooled, &columns)?;
            let mut depth = part(0, 1);
            depth.kernel.push(1);
            depth.strides.push(1);
            depth.dilations.push(1);
            depth.pads.push([0, 0]);
            let pooled = pool_image(c, lines, &depth, op)?;
            let depth = Dim::fixed(c.size(pooled, 1)?);
            c.reshape(pooled, &[dims[0], depth, Dim::fixed(height), Dim::fixed(width), dims[4]])
        }
    }
}

fn pool_image(c: &mut Call<'_, '_>, x: ValueId, window: &Window, op: Tflite) -> Result<ValueId> {
    let image = window.image();
    let options = owned::Pool2DOptions {
        padding: image.padding(),
        stride_h: image.strides[0] as i32,
        stride_w: image.strides[1] as i32,
        filter_height: window.kernel[0] as i32,
        filter_width: window.kernel[1] as i32,
        ..Default::default()
    };
    c.b.add(Op::with(op, options), &[x])
}

/// Maxima over dilated windows. `x`: `[n, …, c]`, padded.
fn reduce_window(c: &mut Call<'_, '_>, x: ValueId, window: &Window) -> Result<ValueId> {
    let list = |values: &[usize]| -> Vec<i64> {
        [1].into_iter().chain(values.iter().map(|&value| value as i64)).chain([1]).collect()
    };
    let mut inputs = vec![x, c.scalar_like(x, f64::from(f32::MIN))?];
    for values in [&window.kernel, &window.strides, &window.dilations] {
        let values = list(values);
        inputs.push(c.b.constant(&[values.len()], &values)?);
    }
    let reduce_function = featherlite_schema::ReduceWindowFunction::MAXIMUM;
    c.b.add(Op::with_2(Tflite::REDUCE_WINDOW, owned::ReduceWindowOptions { reduce_function }), &inputs)
}

fn average_pool(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let (window, beyond) = read(c, x)?;
    let counts_pads = c.attributes.flag("count_include_pad")?;
    let x = c.channels_last(x)?;
    let mean = mean(c, x, window, counts_pads, &beyond)?;
    c.channels_first(mean)
}

/// Means over windows. Pads are counted or not; those that `ceil_mode` adds never are. `x`: `[n, …, c]`.
fn mean(
    c: &mut Call<'_, '_>,
    x: ValueId,
    mut window: Window,
    counts_pads: bool,
    beyond: &[usize],
) -> Result<ValueId> {
    let has_pads = window.pads.iter().any(|&pads| pads != [0, 0]);
    let is_dilated = window.dilations.iter().any(|&dilation| dilation != 1);
    if is_dilated {
        return dilated_mean(c, x, window, counts_pads, beyond);
    }
    if window.is_same && !counts_pads || !has_pads {
        return by_image(c, x, &window, Tflite::AVERAGE_POOL_2D);
    }
    let factors = factors(c, x, &window, counts_pads, beyond)?;
    window.is_same = false;
    let x = window.pad(c, x)?;
    let mean = by_image(c, x, &window, Tflite::AVERAGE_POOL_2D)?;
    correct(c, mean, factors)
}

/// Multiplies by factors for each position, `[…, 1]`, if there are any.
fn correct(c: &mut Call<'_, '_>, x: ValueId, factors: Option<(Vec<usize>, Vec<f32>)>) -> Result<ValueId> {
    let Some((sizes, values)) = factors else { return Ok(x) };
    let factors = c.b.constant(&sizes, &values)?;
    c.binary(Tflite::MUL, x, factors)
}

/// For each position, how many elements the window has for each that counts; `None` if it is 1 everywhere.
fn factors(
    c: &Call<'_, '_>,
    x: ValueId,
    window: &Window,
    counts_pads: bool,
    beyond: &[usize],
) -> Result<Option<(Vec<usize>, Vec<f32>)>> {
    let mut values = vec![1f32];
    let mut sizes = Vec::new();
    for (axis, &beyond) in beyond.iter().enumerate() {
        let (size, [before, after]) = (c.size(x, axis + 1)?, window.pads[axis]);
        let counted = match counts_pads {
            true => 0..size + before + after - beyond,
            false => before..before + size,
        };
        let (extent, kernel, dilation) = (window.extent(axis), window.kernel[axis], window.dilations[axis]);
        let steps = (size + before + after).saturating_sub(extent) / window.strides[axis] + 1;
        let factor = |step: usize| {
            let taps = (0..kernel).map(|tap| step * window.strides[axis] + tap * dilation);
            kernel as f32 / taps.filter(|at| counted.contains(at)).count().max(1) as f32
        };
        let line: Vec<f32> = (0..steps).map(factor).collect();
        values = values.iter().flat_map(|&value| line.iter().map(move |&factor| value * factor)).collect();
        sizes.push(steps);
    }
    sizes.push(1);
    Ok(values.iter().any(|&value| value != 1.0).then_some((sizes, values)))
}

/// Means over dilated windows: a depthwise convolution with equal weights.
fn dilated_mean(
    c: &mut Call<'_, '_>,
    x: ValueId,
    mut window: Window,
    counts_pads: bool,
    beyond: &[usize],
) -> Result<ValueId> {
    let count = window.kernel.len();
    if count == 3 {
        return dilated_volume_mean(c, x, window, counts_pads, beyond);
    }
    let factors = factors(c, x, &window, counts_pads, beyond)?;
    window.is_same = false;
    let x = window.pad(c, x)?;
    let channels = c.size(x, count + 1)?;
    let (image, window) = if count == 1 { (c.expand(x, 1)?, window.with_height()) } else { (x, window) };
    let taps = window.kernel[0] * window.kernel[1];
    let weights = vec![1.0 / taps as f32; taps * channels];
    let weights = c.b.constant(&[1, window.kernel[0], window.kernel[1], channels], &weights)?;
    let mut mean = c.b.depthwise_conv_2d(image, weights, None, window.image(), 1)?;
    if count == 1 {
        mean = c.squeeze(mean, &[1])?;
    }
    correct(c, mean, factors)
}

/// Means over dilated windows of volumes: a sum over windows, divided.
fn dilated_volume_mean(
    c: &mut Call<'_, '_>,
    x: ValueId,
    mut window: Window,
    counts_pads: bool,
    beyond: &[usize],
) -> Result<ValueId> {
    let factors = factors(c, x, &window, counts_pads, beyond)?;
    window.is_same = false;
    let x = window.pad(c, x)?;
    let list = |values: &[usize]| -> Vec<i64> {
        [1].into_iter().chain(values.iter().map(|&value| value as i64)).chain([1]).collect()
    };
    let mut inputs = vec![x, c.scalar_like(x, 0.0)?];
    for values in [&window.kernel, &window.strides, &window.dilations] {
        let values = list(values);
        inputs.push(c.b.constant(&[values.len()], &values)?);
    }
    let reduce_function = featherlite_schema::ReduceWindowFunction::ADD;
    let op = Op::with_2(Tflite::REDUCE_WINDOW, owned::ReduceWindowOptions { reduce_function });
    let sum = c.b.add(op, &inputs)?;
    let taps: usize = window.kernel.iter().product();
    let mean = c.with_scalar(Tflite::MUL, sum, 1.0 / taps as f64)?;
    correct(c, mean, factors)
}

/// (Σ |x|^p)^(1/p) over windows: the mean of powers, times their number.
fn lp_pool(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, p) = (c.input(0)?, c.attributes.int_or("p", 2)? as f64);
    let (window, _) = read(c, x)?;
    let none = vec![0; window.kernel.len()];
    let taps: usize = window.kernel.iter().product();
    let x = c.channels_last(x)?;
    let power = absolute_power(c, x, p)?;
    let mean = mean(c, power, window, true, &none)?;
    let sum = c.with_scalar(Tflite::MUL, mean, taps as f64)?;
    let result = root(c, sum, p)?;
    c.channels_first(result)
}
