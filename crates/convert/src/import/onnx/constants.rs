//! Values that no input determines: constants, ranges, windows, random numbers.

use std::f64::consts::PI;

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as Tflite, owned};

use super::attributes::missing;
use super::call::Call;
use super::model::computed_type;
use super::rules::Row;
use super::rules::Rule::One;
use super::{proto, tensor};
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("BlackmanWindow", One(|c| window(c, [0.42, 0.5, 0.08]), "RANGE, COS, MUL, ADD")),
    ("Constant", One(constant, "none")),
    ("ConstantOfShape", One(constant_of_shape, "FILL")),
    ("EyeLike", One(eye_like, "none")),
    ("HammingWindow", One(|c| window(c, [25.0 / 46.0, 21.0 / 46.0, 0.0]), "RANGE, COS, MUL, ADD")),
    ("HannWindow", One(|c| window(c, [0.5, 0.5, 0.0]), "RANGE, COS, MUL, ADD")),
    ("RandomNormal", One(random_normal, "RANDOM_STANDARD_NORMAL, MUL, ADD")),
    ("RandomNormalLike", One(random_normal, "RANDOM_STANDARD_NORMAL, MUL, ADD")),
    ("RandomUniform", One(random_uniform, "RANDOM_UNIFORM, MUL, ADD")),
    ("RandomUniformLike", One(random_uniform, "RANDOM_UNIFORM, MUL, ADD")),
    ("Range", One(range, "RANGE")),
];

fn constant(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let attributes = c.attributes;
    if let Some(tensor) = attributes.tensor("value")? {
        return c.importer.constant(c.b, tensor);
    }
    if let Some(sparse) = attributes.sparse("sparse_value")? {
        return c.importer.sparse(c.b, sparse);
    }
    if let Some(value) = attributes.int("value_int")? {
        return c.b.scalar(value);
    }
    if let Some(value) = attributes.float("value_float")? {
        return c.b.scalar(value);
    }
    if let Some(values) = attributes.ints("value_ints")? {
        return c.b.constant(&[values.len()], values);
    }
    if let Some(values) = attributes.floats("value_floats")? {
        return c.b.constant(&[values.len()], values);
    }
    let (strings, dims) = match (attributes.text("value_string")?, attributes.texts("value_strings")?) {
        (Some(string), _) => (vec![string.clone()], vec![]),
        (_, Some(strings)) => (strings.to_vec(), vec![strings.len() as i64]),
        _ => return Err(missing("value")),
    };
    let tensor = proto::Tensor { data_type: 8, dims, string_data: strings, ..proto::Tensor::default() };
    c.importer.constant(c.b, &tensor)
}

/// The attribute is a tensor of one element; a real 0 if it is absent.
fn constant_of_shape(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let shape = c.input(0)?;
    let value = match c.attributes.tensor("value")? {
        Some(tensor) => {
            let value = c.importer.constant(c.b, tensor)?;
            c.b.reshape(value, &[])?
        }
        None => c.b.scalar(0f32)?,
    };
    let shape = c.index(shape)?;
    let dtype = c.dtype(value);
    c.b.add_typed(Tflite::FILL, &[shape, value], dtype)
}

/// `a0 - a1 cos(2πi / n) + a2 cos(4πi / n)`, where n is the size, or one less if the window is symmetric.
fn window(c: &mut Call<'_, '_>, [a0, a1, a2]: [f64; 3]) -> Result<ValueId> {
    let Some(size) = c.constant_integers(0, "the size")?.and_then(|size| size.first().copied()) else {
        return Err(Error::invalid("the size is missing"));
    };
    let dtype = asked_type(c, "output_datatype", DType::F32)?;
    let periodic = c.attributes.int_or("periodic", 1)? != 0;
    let size = usize::try_from(size).ok().filter(|&size| size <= 1 << 24);
    let size = size.ok_or_else(|| Error::invalid("the size of the window"))?;
    let steps = if periodic { size } else { size.saturating_sub(1) }.max(1) as f64;
    let value = |index: usize| {
        let angle = 2.0 * PI * index as f64 / steps;
        (a0 - a1 * angle.cos() + a2 * (2.0 * angle).cos()) as f32
    };
    let values: Vec<f32> = (0..size).map(value).collect();
    let window = c.b.constant(&[size], &values)?;
    c.b.cast(window, dtype)
}

/// The element type that an attribute asks for.
fn asked_type(c: &Call<'_, '_>, attribute: &str, default: DType) -> Result<DType> {
    let Some(code) = c.attributes.int(attribute)? else { return Ok(default) };
    Ok(computed_type(tensor::dtype(i32::try_from(code).unwrap_or(-1))?))
}

fn eye_like(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let dims = c.b.fixed_dims(x)?;
    let &[rows, columns] = &dims[..] else {
        return Err(Error::invalid("a matrix is expected"));
    };
    let k = c.attributes.int_or("k", 0)?;
    let dtype = asked_type(c, "dtype", c.dtype(x))?;
    let mut values = vec![0f32; rows * columns];
    for row in 0..rows {
        let column = usize::try_from((row as i64).saturating_add(k)).ok().filter(|&column| column < columns);
        if let Some(column) = column {
            values[row * columns + column] = 1.0;
        }
    }
    let eye = c.b.constant(&[rows, columns], &values)?;
    c.b.cast(eye, dtype)
}

/// Start, limit and step are scalars, some sources say lists of one.
fn range(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let inputs = c.all_inputs()?;
    let dtype = c.dtype(inputs[0]);
    let wide = match dtype {
        DType::F32 | DType::I32 | DType::I64 => dtype,
        _ => DType::I32,
    };
    let mut bounds = Vec::with_capacity(3);
    for input in inputs {
        let input = c.b.cast(input, wide)?;
        bounds.push(c.reshape(input, &[])?);
    }
    let range = c.b.add(Op::with(Tflite::RANGE, owned::RangeOptions::default()), &bounds)?;
    c.b.cast(range, dtype)
}

/// The shape that is asked for: an attribute, or that of the input.
fn random_shape(c: &mut Call<'_, '_>) -> Result<ValueId> {
    match c.attributes.ints("shape")? {
        Some(sizes) => c.vector(sizes),
        None => {
            let x = c.input(0)?;
            c.b.shape_of(x)
        }
    }
}

fn random(c: &mut Call<'_, '_>, op: Tflite, factor: f32, offset: f32) -> Result<ValueId> {
    let shape = random_shape(c)?;
    let seed = c.attributes.float_or("seed", 0.0)?.to_bits();
    let options = owned::RandomOptions { seed: i64::from(seed), seed2: 1 };
    let drawn = c.b.add_typed(Op::with(op, options), &[shape], DType::F32)?;
    let scaled = c.with_scalar(Tflite::MUL, drawn, f64::from(factor))?;
    c.with_scalar(Tflite::ADD, scaled, f64::from(offset))
}

fn random_normal(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (mean, scale) = (c.attributes.float_or("mean", 0.0)?, c.attributes.float_or("scale", 1.0)?);
    random(c, Tflite::RANDOM_STANDARD_NORMAL, scale, mean)
}

fn random_uniform(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (low, high) = (c.attributes.float_or("low", 0.0)?, c.attributes.float_or("high", 1.0)?);
    random(c, Tflite::RANDOM_UNIFORM, high - low, low)
}
