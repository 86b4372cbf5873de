//! Activation functions.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as Tflite, owned};

use super::call::Call;
use super::rules::Row;
use super::rules::Rule::{Is, One};
use crate::build::Builder;
use crate::import::compose::activation as compose;
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("Celu", One(celu, "MUL, ELU")),
    ("Clip", One(clip, "RELU, RELU6, RELU_0_TO_1, RELU_N1_TO_1, MINIMUM, MAXIMUM")),
    ("Elu", One(elu, "ELU")),
    ("Gelu", One(gelu, "GELU")),
    ("HardSigmoid", One(hard_sigmoid, "MUL, ADD, RELU_0_TO_1")),
    ("HardSwish", Is(Tflite::HARD_SWISH)),
    ("Hardmax", One(hardmax, "ARG_MAX, ONE_HOT")),
    ("LeakyRelu", One(leaky_relu, "LEAKY_RELU")),
    ("LogSoftmax", One(log_softmax, "LOG_SOFTMAX")),
    ("Mish", One(|c| of_input(c, compose::mish), "EXP, ADD, LOG, TANH, MUL")),
    ("PRelu", One(prelu, "PRELU")),
    ("Relu", One(relu, "RELU")),
    ("Selu", One(selu, "ELU, MUL, RELU")),
    ("Shrink", One(shrink, "GREATER, LESS, SELECT_V2")),
    ("Sigmoid", Is(Tflite::LOGISTIC)),
    ("Softmax", One(softmax, "SOFTMAX")),
    ("Softplus", One(|c| of_input(c, compose::softplus), "EXP, ADD, LOG, RELU")),
    ("Softsign", One(|c| of_input(c, compose::softsign), "ABS, ADD, DIV")),
    ("SwiGLU", One(swiglu, "LOGISTIC, MUL")),
    ("Swish", One(swish, "LOGISTIC, MUL")),
    ("Tanh", Is(Tflite::TANH)),
    ("ThresholdedRelu", One(thresholded_relu, "GREATER, SELECT_V2")),
    ("com.microsoft:BiasGelu", One(bias_gelu, "ADD, GELU")),
    ("com.microsoft:FastGelu", One(fast_gelu, "GELU")),
    ("com.microsoft:Gelu", One(|c| c.input(0).and_then(|x| compose::gelu(c.b, x, false)), "GELU")),
    ("com.microsoft:QuickGelu", One(quick_gelu, "MUL, LOGISTIC")),
];

/// A form of one operand.
pub(super) fn of_input(
    c: &mut Call<'_, '_>,
    form: fn(&mut Builder<'_>, ValueId) -> Result<ValueId>,
) -> Result<ValueId> {
    let x = c.input(0)?;
    form(c.b, x)
}

fn relu(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    if c.dtype(x) == DType::F32 {
        return c.unary(Tflite::RELU, x);
    }
    let zero = c.scalar_like(x, 0.0)?;
    c.elementwise(Tflite::MAXIMUM, &[x, zero])
}

/// Bounds are attributes before operator set 11, inputs from then on.
fn clip(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let (low, high) = if c.opset < 11 {
        let bound = |name| c.attributes.float(name);
        let (low, high) = (bound("min")?, bound("max")?);
        let low = low.map(|low| c.b.scalar(low)).transpose()?;
        (low, high.map(|high| c.b.scalar(high)).transpose()?)
    } else {
        (c.optional(1)?, c.optional(2)?)
    };
    let value = |c: &Call<'_, '_>, bound: Option<ValueId>| {
        bound.map(|bound| c.b.elements::<f32>(bound).and_then(|values| values.first().copied()))
    };
    let bounds = (value(c, low), value(c, high));
    let clamp = match bounds {
        (Some(Some(0.0)), None) => Some(Tflite::RELU),
        (Some(Some(0.0)), Some(Some(high))) if high >= f32::MAX => Some(Tflite::RELU),
        (Some(Some(0.0)), Some(Some(6.0))) => Some(Tflite::RELU6),
        (Some(Some(0.0)), Some(Some(1.0))) => Some(Tflite::RELU_0_TO_1),
        (Some(Some(-1.0)), Some(Some(1.0))) => Some(Tflite::RELU_N1_TO_1),
        _ => None,
    };
    if let Some(clamp) = clamp {
        return c.unary(clamp, x);
    }
    // The upper bound wins where the lower one is greater.
    let mut result = x;
    if let Some(low) = low {
        result = c.elementwise(Tflite::MAXIMUM, &[result, low])?;
    }
    if let Some(high) = high {
        result = c.elementwise(Tflite::MINIMUM, &[result, high])?;
    }
    Ok(result)
}

fn choose(c: &mut Call<'_, '_>, condition: ValueId, yes: ValueId, no: ValueId) -> Result<ValueId> {
    let dtype = c.dtype(yes);
    c.b.add_typed(Tflite::SELECT_V2, &[condition, yes, no], dtype)
}

fn elu(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, alpha) = (c.input(0)?, c.attributes.float_or("alpha", 1.0)?);
    compose::elu(c.b, x, alpha, 1.0, 1.0)
}

fn celu(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, alpha) = (c.input(0)?, c.attributes.float_or("alpha", 1.0)?);
    compose::elu(c.b, x, alpha, 1.0, alpha)
}

fn selu(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let alpha = c.attributes.float_or("alpha", 1.673_263_2)?;
    let gamma = c.attributes.float_or("gamma", 1.050_701)?;
    compose::elu(c.b, x, alpha, gamma, 1.0)
}

/// The form with tanh or with erf.
fn gelu(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let approximate = match c.attributes.string_or("approximate", "none")? {
        "none" => false,
        "tanh" => true,
        other => return Err(Error::unsupported(format!("the approximation {other:?}"))),
    };
    compose::gelu(c.b, x, approximate)
}

fn bias_gelu(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let sum = c.binary(Tflite::ADD, c.input(0)?, c.input(1)?)?;
    compose::gelu(c.b, sum, false)
}

fn fast_gelu(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let mut x = c.input(0)?;
    if let Some(bias) = c.optional(1)? {
        x = c.binary(Tflite::ADD, x, bias)?;
    }
    compose::gelu(c.b, x, true)
}

fn quick_gelu(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, alpha) = (c.input(0)?, c.attributes.float_or("alpha", 1.702)?);
    swish_of(c, x, alpha)
}

fn swish(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, alpha) = (c.input(0)?, c.attributes.float_or("alpha", 1.0)?);
    swish_of(c, x, alpha)
}

/// x * logistic(alpha * x)
fn swish_of(c: &mut Call<'_, '_>, x: ValueId, alpha: f32) -> Result<ValueId> {
    let scaled = compose::scaled(c.b, x, alpha)?;
    let gate = c.unary(Tflite::LOGISTIC, scaled)?;
    c.binary(Tflite::MUL, x, gate)
}

/// The first input goes through swish and gates the second.
fn swiglu(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (gate, x, alpha) = (c.input(0)?, c.input(1)?, c.attributes.float_or("alpha", 1.0)?);
    let gate = swish_of(c, gate, alpha)?;
    c.binary(Tflite::MUL, gate, x)
}

/// min(max(alpha * x + beta, 0), 1)
fn hard_sigmoid(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let alpha = c.attributes.float_or("alpha", 0.2)?;
    let beta = c.attributes.float_or("beta", 0.5)?;
    // The form that TensorFlow has, and that passes know as a part of hard-swish.
    if (alpha - 1.0 / 6.0).abs() < 1e-6 && beta == 0.5 {
        return compose::hard_sigmoid(c.b, x);
    }
    compose::hard_sigmoid_with(c.b, x, alpha, beta)
}

fn leaky_relu(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, alpha) = (c.input(0)?, c.attributes.float_or("alpha", 0.01)?);
    compose::leaky_relu(c.b, x, alpha)
}

/// The slope broadcasts to the input from the end; PRELU wants a slope of one dimension less, which has no batch.
fn prelu(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, slope) = (c.input(0)?, c.input(1)?);
    let (rank, mut dims) = (c.rank(x)?, c.dims(slope)?);
    if c.dtype(x) != DType::F32
        || rank == 0
        || dims.len() > rank
        || (dims.len() == rank && dims[0].size() != Some(1))
    {
        let scaled = c.elementwise(Tflite::MUL, &[x, slope])?;
        let negative = {
            let zero = c.scalar_like(x, 0.0)?;
            c.elementwise(Tflite::LESS, &[x, zero])?
        };
        return choose(c, negative, scaled, x);
    }
    if dims.len() == rank {
        dims.remove(0);
    }
    while dims.len() < rank - 1 {
        dims.insert(0, 1.into());
    }
    let slope = c.reshape(slope, &dims)?;
    c.binary(Tflite::PRELU, x, slope)
}

fn thresholded_relu(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, alpha) = (c.input(0)?, c.attributes.float_or("alpha", 1.0)?);
    compose::above(c.b, x, alpha, None)
}

/// x + bias below -lambd, x - bias above lambd, 0 between.
fn shrink(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let bias = f64::from(c.attributes.float_or("bias", 0.0)?);
    let lambda = f64::from(c.attributes.float_or("lambd", 0.5)?);
    let (is_above, is_below) =
        (c.with_scalar(Tflite::GREATER, x, lambda)?, c.with_scalar(Tflite::LESS, x, -lambda)?);
    let (above, below) = (c.with_scalar(Tflite::SUB, x, bias)?, c.with_scalar(Tflite::ADD, x, bias)?);
    let zero = c.scalar_like(x, 0.0)?;
    let below = choose(c, is_below, below, zero)?;
    choose(c, is_above, above, below)
}

fn softmax(c: &mut Call<'_, '_>) -> Result<ValueId> {
    along_last(c, |c, x| c.b.add(Op::with(Tflite::SOFTMAX, owned::SoftmaxOptions { beta: 1.0 }), &[x]))
}

fn log_softmax(c: &mut Call<'_, '_>) -> Result<ValueId> {
    along_last(c, |c, x| c.unary(Tflite::LOG_SOFTMAX, x))
}

/// 1 at the first greatest element, 0 elsewhere.
fn hardmax(c: &mut Call<'_, '_>) -> Result<ValueId> {
    along_last(c, |c, x| {
        let depth = c.size(x, c.rank(x)? - 1)?;
        let axis = c.b.scalar(-1i32)?;
        let options = owned::ArgMaxOptions { output_type: featherlite_schema::TensorType::INT32 };
        let index = c.b.add_typed(Op::with(Tflite::ARG_MAX, options), &[x, axis], DType::I32)?;
        let (depth, on, off) = (c.b.scalar(depth as i32)?, c.b.scalar(1f32)?, c.b.scalar(0f32)?);
        let one_hot = Op::with(Tflite::ONE_HOT, owned::OneHotOptions { axis: -1 });
        c.b.add_typed(one_hot, &[index, depth, on, off], DType::F32)
    })
}

/// What `f` computes along the last dimension, along `axis`. Before operator set 13 all dimensions from `axis` on are one.
fn along_last(
    c: &mut Call<'_, '_>,
    f: impl FnOnce(&mut Call<'_, '_>, ValueId) -> Result<ValueId>,
) -> Result<ValueId> {
    let x = c.input(0)?;
    let (dims, rank) = (c.dims(x)?, c.rank(x)?);
    if c.opset >= 13 {
        let axis = c.axis_or(-1, rank)?;
        if axis + 1 == rank {
            return f(c, x);
        }
        let mut axes: Vec<usize> = (0..rank).collect();
        axes.swap(axis, rank - 1);
        let swapped = c.b.transpose(x, &axes)?;
        let result = f(c, swapped)?;
        return c.b.transpose(result, &axes);
    }
    let axis = match c.attributes.int_or("axis", 1)? {
        axis if axis == rank as i64 => rank,
        _ => c.axis_or(1, rank)?,
    };
    if dims[axis..].iter().filter(|dim| dim.size() != Some(1)).count() <= 1
        && dims.last().is_none_or(|last| last.size() != Some(1))
    {
        return f(c, x);
    }
    let inner = dims[axis..].iter().map(|dim| dim.size()).product::<Option<usize>>();
    let Some(inner) = inner else {
        return Err(Error::unsupported("sizes from the axis on must be fixed before operator set 13"));
    };
    let flat = c.b.reshape(x, &[-1, inner as i64])?;
    let result = f(c, flat)?;
    c.reshape(result, &dims)
}
