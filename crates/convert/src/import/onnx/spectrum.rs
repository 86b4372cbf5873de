//! Fourier transforms as products with the matrices of sines and cosines, and the filters that go with them.

use std::f64::consts::PI;

use featherlite_base::DType;
use featherlite_ir::ValueId;
use featherlite_schema::BuiltinOperator as Tflite;

use super::call::{self, Call};
use super::rules::Row;
use super::rules::Rule::One;
use super::slicing;
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("DFT", One(transform, "FULLY_CONNECTED, TRANSPOSE, PACK")),
    ("MelWeightMatrix", One(mel_weights, "none")),
    ("STFT", One(short_time, "GATHER, MUL, FULLY_CONNECTED, CONCATENATION")),
];

/// Points of a transform at most: its matrix has their square.
const POINTS: usize = 4096;

/// A transform of `points` numbers.
#[derive(Clone, Copy)]
struct Transform {
    points: usize,
    inverse: bool,
    /// How many of the results are wanted.
    results: usize,
}

impl Transform {
    /// The matrix `[results, points]` of cosines or sines.
    fn matrix(self, wave: fn(f64) -> f64) -> Vec<f32> {
        let sign = if self.inverse { 1.0 } else { -1.0 };
        let scale = if self.inverse { 1.0 / self.points as f64 } else { 1.0 };
        let value = |index: usize| {
            let turns = index / self.points * (index % self.points) % self.points;
            (scale * wave(sign * 2.0 * PI * turns as f64 / self.points as f64)) as f32
        };
        (0..self.results * self.points).map(value).collect()
    }

    /// Of real numbers, or of real and imaginary ones, along the last dimension, to `[…, results, 2]`.
    fn apply(self, c: &mut Call<'_, '_>, real: ValueId, imaginary: Option<ValueId>) -> Result<ValueId> {
        let sizes = [self.results, self.points];
        let cos = c.b.constant(&sizes, &self.matrix(f64::cos))?;
        let sin = c.b.constant(&sizes, &self.matrix(f64::sin))?;
        let mut parts = [c.b.fully_connected(real, cos, None)?, c.b.fully_connected(real, sin, None)?];
        if let Some(imaginary) = imaginary {
            let (turned, kept) =
                (c.b.fully_connected(imaginary, sin, None)?, c.b.fully_connected(imaginary, cos, None)?);
            parts = [c.binary(Tflite::SUB, parts[0], turned)?, c.binary(Tflite::ADD, parts[1], kept)?];
        }
        let rank = c.rank(real)?;
        let (real, imaginary) = (c.expand(parts[0], rank)?, c.expand(parts[1], rank)?);
        c.b.concatenation(&[real, imaginary], rank as i32)
    }
}

fn transform(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let rank = c.rank(x)?;
    let axis = if c.opset >= 20 {
        match c.constant_integers(2, "the axis")? {
            Some(axis) => axis.first().copied().unwrap_or(-2),
            None => -2,
        }
    } else {
        c.attributes.int_or("axis", 1)?
    };
    let axis = call::axis(axis, rank)?;
    if axis + 1 == rank {
        return Err(Error::invalid("a transform along the real and imaginary parts"));
    }
    let size = c.size(x, axis)?;
    let length = c.constant_integers(1, "the length")?.and_then(|length| length.first().copied());
    let (inverse, one_sided) = (c.attributes.flag("inverse")?, c.attributes.flag("onesided")?);
    let points = match length {
        Some(length) => usize::try_from(length).map_err(|_| Error::invalid("the length"))?,
        None if inverse && one_sided => 2 * size.saturating_sub(1),
        None => size,
    };
    if points == 0 || points > POINTS {
        return Err(Error::unsupported(format!("a transform of {points} points; at most {POINTS} are")));
    }
    let is_complex = c.size(x, rank - 1)? == 2;
    let results = if one_sided { points / 2 + 1 } else { points };
    let parts = slicing::split_at(c, x, rank - 1, &vec![1; if is_complex { 2 } else { 1 }])?;
    let mut lines = Vec::with_capacity(2);
    let mut order: Vec<usize> = (0..rank - 1).collect();
    order.swap(axis, rank - 2);
    for part in parts {
        let line = c.squeeze(part, &[rank - 1])?;
        let line = c.b.transpose(line, &order)?;
        let taken = if inverse && one_sided { points / 2 + 1 } else { points };
        lines.push(fitted(c, line, size, taken)?);
    }
    if let (true, true, &[real, imaginary]) = (inverse, one_sided, &lines[..]) {
        let result = from_one_side(c, real, imaginary, points)?;
        order.push(rank - 1);
        return c.b.transpose(result, &order);
    }
    let result = Transform { points, inverse, results }.apply(c, lines[0], lines.get(1).copied())?;
    order.push(rank - 1);
    c.b.transpose(result, &order)
}

/// The real numbers `[…, points, 1]` of which the transform has this first half, the other being its mirror image.
fn from_one_side(c: &mut Call<'_, '_>, real: ValueId, imaginary: ValueId, points: usize) -> Result<ValueId> {
    let half = points / 2 + 1;
    let matrix = |wave: fn(f64) -> f64, sign: f64| -> Vec<f32> {
        let value = |index: usize| {
            let (point, bin) = (index / half, index % half);
            let is_its_mirror = bin == 0 || 2 * bin == points;
            let count = if is_its_mirror { 1.0 } else { 2.0 };
            let turns = point * bin % points;
            (sign * count / points as f64 * wave(2.0 * PI * turns as f64 / points as f64)) as f32
        };
        (0..points * half).map(value).collect()
    };
    let cos = c.b.constant(&[points, half], &matrix(f64::cos, 1.0))?;
    let sin = c.b.constant(&[points, half], &matrix(f64::sin, -1.0))?;
    let (even, odd) = (c.b.fully_connected(real, cos, None)?, c.b.fully_connected(imaginary, sin, None)?);
    let sum = c.binary(Tflite::ADD, even, odd)?;
    c.expand(sum, c.rank(sum)?)
}

/// The last dimension cut off or filled up with 0.
fn fitted(c: &mut Call<'_, '_>, x: ValueId, size: usize, points: usize) -> Result<ValueId> {
    let axis = c.rank(x)? - 1;
    if points <= size {
        return slicing::part(c, x, axis, 0, points);
    }
    let mut pads = vec![[0, 0]; axis + 1];
    pads[axis] = [0, points - size];
    c.b.pad(x, &pads)
}

/// Transforms of frames of a signal `[b, n, 1]` or `[b, n, 2]`, to `[b, frames, results, 2]`.
fn short_time(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, window) = (c.input(0)?, c.optional(2)?);
    let number = |c: &Call<'_, '_>, index: usize, what: &str| -> Result<Option<usize>> {
        let value = c.constant_integers(index, what)?.and_then(|values| values.first().copied());
        value
            .map(|value| usize::try_from(value).map_err(|_| Error::invalid(format!("{what} is {value}"))))
            .transpose()
    };
    let step =
        number(c, 1, "the step")?.filter(|&step| step > 0).ok_or_else(|| Error::invalid("the step"))?;
    let points = match (number(c, 3, "the frame length")?, window) {
        (Some(points), _) => points,
        (None, Some(window)) => c.size(window, 0)?,
        (None, None) => return Err(Error::invalid("neither a window nor a frame length is given")),
    };
    let size = c.size(x, 1)?;
    if points == 0 || points > POINTS.min(size) {
        return Err(Error::unsupported(format!("frames of {points} in {size} points; at most {POINTS} are")));
    }
    let results = if c.attributes.int_or("onesided", 1)? != 0 { points / 2 + 1 } else { points };
    let frames = (size - points) / step + 1;
    let positions: Vec<i32> =
        (0..frames * points).map(|index| (index / points * step + index % points) as i32).collect();
    let positions = c.b.constant(&[frames, points], &positions)?;
    let rank = c.rank(x)?;
    let channels = if rank == 3 { c.size(x, 2)? } else { 1 };
    let mut lines = Vec::with_capacity(channels);
    for part in if rank == 3 { slicing::split_at(c, x, 2, &vec![1; channels])? } else { vec![x] } {
        let line = if rank == 3 { c.squeeze(part, &[2])? } else { part };
        let framed = super::gather::along(c, line, positions, 1)?;
        lines.push(window.map_or(Ok(framed), |window| c.binary(Tflite::MUL, framed, window))?);
    }
    Transform { points, inverse: false, results }.apply(c, lines[0], lines.get(1).copied())
}

/// Triangles of equal width on the mel scale, `[bins, bands]`.
fn mel_weights(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let whole = |index: usize| -> Result<usize> {
        let values = c.constant_integers(index, "the number")?.unwrap_or_default();
        let value = values.first().and_then(|&value| usize::try_from(value).ok());
        value.filter(|&value| value < 1 << 20).ok_or_else(|| Error::invalid(format!("input {index}")))
    };
    let real = |index: usize| -> Result<f64> {
        let values = c.constant_reals(index, "the frequency")?.unwrap_or_default();
        values.first().map(|&value| f64::from(value)).ok_or_else(|| Error::invalid(format!("input {index}")))
    };
    let (bands, length, rate) = (whole(0)?, whole(1)?, whole(2)?);
    let (low, high) = (real(3)?, real(4)?);
    let bins = length / 2 + 1;
    let mel = |frequency: f64| 2595.0 * (1.0 + frequency / 700.0).log10();
    let (low, high) = (mel(low), mel(high));
    let step = (high - low) / (bands as f64 + 2.0);
    let bin = |band: usize| {
        let frequency = 700.0 * (10f64.powf((band as f64 * step + low) / 2595.0) - 1.0);
        ((length as f64 + 1.0) * frequency / rate as f64).floor() as i64
    };
    let mut values = vec![0f32; bins * bands];
    for band in 0..bands {
        let (left, centre, right) = (bin(band), bin(band + 1), bin(band + 2));
        let mut set = |at: i64, value: f32| {
            if let Some(row) = usize::try_from(at).ok().filter(|&at| at < bins) {
                values[row * bands + band] = value;
            }
        };
        if left == centre {
            set(centre, 1.0);
        }
        (left..=centre)
            .filter(|_| left != centre)
            .for_each(|at| set(at, (at - left) as f32 / (centre - left) as f32));
        (centre..right).for_each(|at| set(at, (right - at) as f32 / (right - centre) as f32));
    }
    let weights = c.b.constant(&[bins, bands], &values)?;
    c.b.cast(weights, DType::F32)
}
