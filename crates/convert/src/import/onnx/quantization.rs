//! Quantized numbers. Scales that are constants become those of tensors, round QUANTIZE and DEQUANTIZE, of which a pass makes
//! integer operators; with others the arithmetic is written out.

use featherlite_base::{DType, Quantization};
use featherlite_ir::{Dim, Value, ValueId};
use featherlite_schema::BuiltinOperator as Tflite;

use super::call::{self, Call};
use super::convolution::convolve;
use super::model::computed_type;
use super::rules::Row;
use super::rules::Rule::{Many, One};
use super::{linear, tensor};
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("ConvInteger", One(conv_integer, "CAST, SUB, CONV_2D")),
    ("DequantizeLinear", One(dequantize_linear, "DEQUANTIZE")),
    ("DynamicQuantizeLinear", Many(dynamic_quantize, "REDUCE_MIN, REDUCE_MAX, DIV, ROUND, CAST")),
    ("MatMulInteger", One(matmul_integer, "CAST, SUB, FULLY_CONNECTED, BATCH_MATMUL")),
    ("QLinearConv", One(qlinear_conv, "DEQUANTIZE, CONV_2D, QUANTIZE")),
    ("QLinearMatMul", One(qlinear_matmul, "DEQUANTIZE, FULLY_CONNECTED, BATCH_MATMUL, QUANTIZE")),
    ("QuantizeLinear", One(quantize_linear, "QUANTIZE")),
    ("com.microsoft:DequantizeLinear", One(dequantize_linear, "DEQUANTIZE")),
    ("com.microsoft:QLinearAdd", One(|c| qlinear_binary(c, Tflite::ADD), "DEQUANTIZE, ADD, QUANTIZE")),
    ("com.microsoft:QLinearMul", One(|c| qlinear_binary(c, Tflite::MUL), "DEQUANTIZE, MUL, QUANTIZE")),
    ("com.microsoft:QuantizeLinear", One(quantize_linear, "QUANTIZE")),
];

/// Scale and zero point, which are scalars, lists along an axis, or blocks.
#[derive(Clone, Copy)]
struct Parameters {
    scale: ValueId,
    zero_point: Option<ValueId>,
    axis: i64,
    block: usize,
}

impl Parameters {
    fn of_inputs(c: &Call<'_, '_>, scale: usize, zero_point: usize) -> Result<Self> {
        Ok(Self { scale: c.input(scale)?, zero_point: c.optional(zero_point)?, axis: 1, block: 0 })
    }

    /// As a tensor has them, if they are constants for the tensor as a whole or along an axis.
    fn constant(&self, c: &Call<'_, '_>, x: ValueId) -> Result<Option<Quantization>> {
        let Some(scales) = c.b.elements::<f32>(self.scale).map(<[f32]>::to_vec) else { return Ok(None) };
        let zeros = match self.zero_point {
            Some(zero) => c.b.integers(zero),
            None => Some(vec![0; scales.len()]),
        };
        let Some(zeros) = zeros.filter(|zeros| zeros.len() == scales.len()) else { return Ok(None) };
        let zeros: Vec<i32> = zeros.into_iter().map(call::narrow).collect();
        if self.block > 0
            || scales.is_empty()
            || scales.iter().any(|scale| !(scale.is_finite() && *scale > 0.0))
        {
            return Ok(None);
        }
        let axis = if scales.len() == 1 { 0 } else { call::axis(self.axis, c.rank(x)?)? };
        if scales.len() > 1 && c.dims(x)?[axis].size() != Some(scales.len()) {
            return Err(Error::invalid(format!("{} scales along axis {axis}", scales.len())));
        }
        Ok(Some(Quantization::per_axis(scales, zeros, axis)))
    }

    /// A parameter in a shape that broadcasts to that of `x`.
    fn spread(&self, c: &mut Call<'_, '_>, value: ValueId, x: ValueId) -> Result<ValueId> {
        let value = c.b.cast(value, DType::F32)?;
        let (sizes, rank) = (c.b.fixed_dims(value)?, c.rank(x)?);
        if sizes.iter().product::<usize>() == 1 {
            return c.reshape(value, &[]);
        }
        let axis = call::axis(self.axis, rank)?;
        if self.block > 0 {
            let size = c.size(x, axis)?;
            let positions: Vec<i64> = (0..size).map(|index| (index / self.block) as i64).collect();
            let positions = c.vector(&positions)?;
            return super::gather::along(c, value, positions, axis);
        }
        if let [size] = sizes[..] {
            let mut dims = vec![Dim::fixed(1); rank - axis];
            dims[0] = Dim::fixed(size);
            return c.reshape(value, &dims);
        }
        Ok(value)
    }
}

/// (q - zero) * scale
fn dequantize(c: &mut Call<'_, '_>, x: ValueId, parameters: Parameters) -> Result<ValueId> {
    let fits = matches!(c.dtype(x), DType::I8 | DType::U8 | DType::I16);
    if fits && let Some(quantization) = parameters.constant(c, x)? {
        let present = c.b.graph().value(x).quantization.clone();
        if present == Quantization::None || present == quantization {
            // Other readers of a constant may see other scales in it.
            let x = if c.b.is_constant(x) { copied(c, x)? } else { x };
            c.b.graph_mut().value_mut(x).quantization = quantization;
            return c.b.add_typed(Tflite::DEQUANTIZE, &[x], DType::F32);
        }
    }
    let mut real = c.b.cast(x, DType::F32)?;
    if let Some(zero) = parameters.zero_point {
        let zero = parameters.spread(c, zero, x)?;
        real = c.binary(Tflite::SUB, real, zero)?;
    }
    let scale = parameters.spread(c, parameters.scale, x)?;
    c.binary(Tflite::MUL, real, scale)
}

/// Another constant with the same contents.
fn copied(c: &mut Call<'_, '_>, x: ValueId) -> Result<ValueId> {
    let (sizes, dtype) = (c.b.fixed_dims(x)?, c.dtype(x));
    let contents = c.b.graph().value(x).constant.clone().unwrap_or_default();
    c.b.constant_bytes(dtype, &sizes, contents)
}

/// round(x / scale) + zero, cut off at the ends of the type.
fn quantize(c: &mut Call<'_, '_>, x: ValueId, parameters: Parameters, dtype: DType) -> Result<ValueId> {
    let fits = matches!(dtype, DType::I8 | DType::U8 | DType::I16);
    if fits
        && let Some(quantization) = parameters
            .constant(c, x)?
            .filter(|found| found.affine().is_some_and(|affine| affine.scales.len() == 1))
    {
        let value = Value::new("quantized", dtype).with_quantization(quantization);
        return Ok(c.b.add_values(Tflite::QUANTIZE, &[Some(x)], vec![value])?[0]);
    }
    let (low, high) = match dtype {
        DType::I8 => (-128.0, 127.0),
        DType::U8 => (0.0, 255.0),
        DType::I16 => (-32768.0, 32767.0),
        DType::U16 => (0.0, 65535.0),
        other => return Err(Error::unsupported(format!("numbers quantized to {other}"))),
    };
    let scale = parameters.spread(c, parameters.scale, x)?;
    let quotient = c.binary(Tflite::DIV, x, scale)?;
    let mut rounded = c.unary(Tflite::ROUND, quotient)?;
    if let Some(zero) = parameters.zero_point {
        let zero = parameters.spread(c, zero, x)?;
        rounded = c.binary(Tflite::ADD, rounded, zero)?;
    }
    let above = c.with_scalar(Tflite::MAXIMUM, rounded, low)?;
    let within = c.with_scalar(Tflite::MINIMUM, above, high)?;
    let whole = c.b.cast(within, DType::I32)?;
    c.b.cast(whole, dtype)
}

fn quantize_linear(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let mut parameters = Parameters::of_inputs(c, 1, 2)?;
    parameters.axis = c.attributes.int_or("axis", 1)?;
    parameters.block = c.attributes.size_or("block_size", 0)?;
    let asked = c.attributes.int_or("output_dtype", 0)?;
    let dtype = match (parameters.zero_point, i32::try_from(asked).unwrap_or(-1)) {
        (Some(zero), 0) => c.dtype(zero),
        (None, 0) => DType::U8,
        (_, code) => computed_type(tensor::dtype(code)?),
    };
    let x = c.b.cast(x, DType::F32)?;
    quantize(c, x, parameters, dtype)
}

fn dequantize_linear(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let mut parameters = Parameters::of_inputs(c, 1, 2)?;
    parameters.axis = c.attributes.int_or("axis", 1)?;
    parameters.block = c.attributes.size_or("block_size", 0)?;
    dequantize(c, x, parameters)
}

/// To bytes, by the range of the numbers, which holds 0.
fn dynamic_quantize(c: &mut Call<'_, '_>) -> Result<Vec<ValueId>> {
    let x = c.input(0)?;
    let axes: Vec<i32> = (0..c.rank(x)? as i32).collect();
    let low = c.b.reduce(Tflite::REDUCE_MIN, x, &axes, false)?;
    let low = c.with_scalar(Tflite::MINIMUM, low, 0.0)?;
    let high = c.b.reduce(Tflite::REDUCE_MAX, x, &axes, false)?;
    let high = c.with_scalar(Tflite::MAXIMUM, high, 0.0)?;
    let range = c.binary(Tflite::SUB, high, low)?;
    let scale = c.with_scalar(Tflite::DIV, range, 255.0)?;
    let shift = c.binary(Tflite::DIV, low, scale)?;
    let zero = c.unary(Tflite::NEG, shift)?;
    let zero = c.unary(Tflite::ROUND, zero)?;
    let zero = c.with_scalar(Tflite::MAXIMUM, zero, 0.0)?;
    let zero = c.with_scalar(Tflite::MINIMUM, zero, 255.0)?;
    let parameters = Parameters { scale, zero_point: Some(zero), axis: 0, block: 0 };
    let bytes = quantize(c, x, parameters, DType::U8)?;
    let whole = c.b.cast(zero, DType::I32)?;
    Ok(vec![bytes, scale, c.b.cast(whole, DType::U8)?])
}

/// The numbers of input `index` with the zero point of input `zero` taken off, as real ones. Several zero points run along
/// `axis`.
fn centred(c: &mut Call<'_, '_>, index: usize, zero: usize, axis: i64) -> Result<ValueId> {
    let x = c.input(index)?;
    let real = c.b.cast(x, DType::F32)?;
    let Some(zero) = c.optional(zero)? else { return Ok(real) };
    let parameters = Parameters { scale: zero, zero_point: None, axis, block: 0 };
    let zero = parameters.spread(c, zero, x)?;
    c.binary(Tflite::SUB, real, zero)
}

/// A real product as whole numbers.
fn whole(c: &mut Call<'_, '_>, x: ValueId) -> Result<ValueId> {
    let rounded = c.unary(Tflite::ROUND, x)?;
    c.b.cast(rounded, DType::I32)
}

fn matmul_integer(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let a = centred(c, 0, 2, -2)?;
    let b = centred(c, 1, 3, -1)?;
    let product = linear::matmul(c, a, b)?;
    whole(c, product)
}

fn conv_integer(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = centred(c, 0, 2, 1)?;
    let weights = centred(c, 1, 3, 0)?;
    let result = convolve(c, x, weights, None)?;
    whole(c, result)
}

/// The element type and parameters of the result, whose zero point is input `zero`.
fn result(c: &Call<'_, '_>, scale: usize, zero: usize) -> Result<(Parameters, DType)> {
    let parameters = Parameters::of_inputs(c, scale, zero)?;
    let dtype = parameters.zero_point.map_or(DType::U8, |zero| c.dtype(zero));
    Ok((parameters, dtype))
}

fn qlinear_matmul(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (a, b) = (c.input(0)?, c.input(3)?);
    let rows = Parameters { axis: -2, ..Parameters::of_inputs(c, 1, 2)? };
    let columns = Parameters { axis: -1, ..Parameters::of_inputs(c, 4, 5)? };
    let (a, b) = (dequantize(c, a, rows)?, dequantize(c, b, columns)?);
    let product = linear::matmul(c, a, b)?;
    let (parameters, dtype) = result(c, 6, 7)?;
    quantize(c, product, parameters, dtype)
}

/// The bias is in steps of the product of both scales.
fn qlinear_conv(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, weights) = (c.input(0)?, c.input(3)?);
    let of_x = Parameters::of_inputs(c, 1, 2)?;
    let of_weights = Parameters { axis: 0, ..Parameters::of_inputs(c, 4, 5)? };
    let (x, weights) = (dequantize(c, x, of_x)?, dequantize(c, weights, of_weights)?);
    let bias = match c.optional(8)? {
        None => None,
        Some(bias) => {
            let bias = c.b.cast(bias, DType::F32)?;
            let step = c.binary(Tflite::MUL, of_x.scale, of_weights.scale)?;
            Some(c.binary(Tflite::MUL, bias, step)?)
        }
    };
    let convolved = convolve(c, x, weights, bias)?;
    let (parameters, dtype) = result(c, 6, 7)?;
    quantize(c, convolved, parameters, dtype)
}

fn qlinear_binary(c: &mut Call<'_, '_>, op: Tflite) -> Result<ValueId> {
    let (x, y) = (c.input(0)?, c.input(3)?);
    let (of_x, of_y) = (Parameters::of_inputs(c, 1, 2)?, Parameters::of_inputs(c, 4, 5)?);
    let (x, y) = (dequantize(c, x, of_x)?, dequantize(c, y, of_y)?);
    let combined = c.binary(op, x, y)?;
    let (parameters, dtype) = result(c, 6, 7)?;
    quantize(c, combined, parameters, dtype)
}
