//! Functions of single elements.

use featherlite_base::DType;
use featherlite_ir::ValueId;
use featherlite_schema::BuiltinOperator;

use crate::build::Builder;
use crate::import::compose::activation as compose;
use crate::import::compose::activation::with_scalar;
use crate::import::keras::context::Context;
use crate::import::keras::layers::activation::by_name;
use crate::import::keras::rules::Rule;
use crate::import::keras::run;
use crate::{Error, Result};

/// The names that the second operand has.
const SECOND: &[&str] = &["x2", "y", "b", "exponent"];

macro_rules! unary {
    ($op:ident, $($name:literal),+) => {
        Rule::new(&[$($name),+], stringify!($op), |context| unary(context, BuiltinOperator::$op))
    };
}

macro_rules! binary {
    ($op:ident, $($name:literal),+) => {
        Rule::new(&[$($name),+], stringify!($op), |context| binary(context, BuiltinOperator::$op))
    };
}

pub(super) static RULES: &[Rule] = &[
    unary!(ABS, "absolute", "abs", "fabs"),
    unary!(NEG, "negative", "neg"),
    unary!(EXP, "exp"),
    unary!(SQUARE, "square"),
    unary!(SIN, "sin"),
    unary!(COS, "cos"),
    unary!(FLOOR, "floor"),
    unary!(CEIL, "ceil"),
    unary!(ROUND, "round", "rint"),
    unary!(SIGN, "sign"),
    unary!(SQRT, "sqrt"),
    unary!(RSQRT, "rsqrt"),
    unary!(LOG, "log"),
    unary!(ZEROS_LIKE, "zeros_like"),
    binary!(ADD, "add", "bias_add", "__add__", "__radd__"),
    binary!(SUB, "subtract", "sub"),
    binary!(MUL, "multiply", "mul"),
    binary!(MAXIMUM, "maximum", "fmax"),
    binary!(MINIMUM, "minimum", "fmin"),
    binary!(EQUAL, "equal"),
    binary!(NOT_EQUAL, "not_equal"),
    binary!(GREATER, "greater"),
    binary!(GREATER_EQUAL, "greater_equal"),
    binary!(LESS, "less"),
    binary!(LESS_EQUAL, "less_equal"),
    binary!(FLOOR_DIV, "floor_divide", "floordiv"),
    binary!(FLOOR_MOD, "mod", "floormod"),
    binary!(SQUARED_DIFFERENCE, "squared_difference"),
    binary!(ATAN2, "arctan2", "atan2"),
    binary!(BITWISE_XOR, "bitwise_xor"),
    binary!(RIGHT_SHIFT, "bitwise_right_shift", "right_shift"),
    Rule::new(&["divide", "true_divide", "truediv", "div"], "DIV", |context| {
        let (x, y) = context.operands(SECOND)?;
        let (x, y) = (real(context.b, x)?, real(context.b, y)?);
        Ok(vec![context.b.binary(BuiltinOperator::DIV, x, y)?])
    }),
    Rule::new(&["power", "pow"], "POW, SQUARE", power),
    Rule::new(&["logical_and"], "LOGICAL_AND", |context| logical(context, BuiltinOperator::LOGICAL_AND)),
    Rule::new(&["logical_or"], "LOGICAL_OR", |context| logical(context, BuiltinOperator::LOGICAL_OR)),
    Rule::new(&["logical_xor"], "NOT_EQUAL", |context| logical(context, BuiltinOperator::NOT_EQUAL)),
    Rule::new(&["add_n"], "ADD", |context| {
        let inputs = context.inputs();
        let (&first, rest) = inputs.split_first().ok_or_else(|| Error::invalid("a sum of nothing"))?;
        let sum = rest.iter().try_fold(first, |sum, &x| context.b.binary(BuiltinOperator::ADD, sum, x))?;
        Ok(vec![sum])
    }),
    Rule::new(&["stop_gradient", "identity", "copy", "convert_to_tensor"], "none", |context| {
        Ok(vec![context.x()?])
    }),
    Rule::new(&["cast", "saturate_cast"], "CAST", |context| {
        let (x, dtype) = (context.x()?, context.any_constant(1, &["dtype"]));
        let dtype = dtype.ok_or_else(|| Error::invalid("it has no dtype"))?;
        let dtype = run::dtype(&dtype)?;
        Ok(vec![context.b.cast(x, dtype)?])
    }),
    Rule::new(&["clip", "clip_by_value"], "MAXIMUM, MINIMUM, RELU6", |context| {
        let low = context.any_float(1, &["x_min", "clip_value_min", "min_value"])?;
        let high = context.any_float(2, &["x_max", "clip_value_max", "max_value"])?;
        let x = context.x()?;
        Ok(vec![compose::clip(context.b, x, low, high)?])
    }),
    Rule::new(&["where", "select"], "SELECT_V2", select),
    Rule::new(&["ones_like"], "ZEROS_LIKE, ADD", |context| {
        let x = context.x()?;
        let zeros = context.b.unary(BuiltinOperator::ZEROS_LIKE, x)?;
        Ok(vec![with_scalar(context.b, BuiltinOperator::ADD, zeros, 1.0)?])
    }),
    Rule::new(&["logical_not"], "LOGICAL_NOT", |context| {
        composed(context, |b, x| {
            let x = truth(b, x)?;
            b.unary(BuiltinOperator::LOGICAL_NOT, x)
        })
    }),
    Rule::new(&["expm1"], "EXP, SUB", |context| {
        composed(context, |b, x| {
            let x = b.unary(BuiltinOperator::EXP, x)?;
            with_scalar(b, BuiltinOperator::SUB, x, 1.0)
        })
    }),
    Rule::new(&["log1p"], "ADD, LOG", |context| {
        composed(context, |b, x| {
            let x = with_scalar(b, BuiltinOperator::ADD, x, 1.0)?;
            b.unary(BuiltinOperator::LOG, x)
        })
    }),
    Rule::new(&["log2"], "LOG, MUL", |context| {
        composed(context, |b, x| scaled_log(b, x, std::f32::consts::LOG2_E))
    }),
    Rule::new(&["log10"], "LOG, MUL", |context| {
        composed(context, |b, x| scaled_log(b, x, std::f32::consts::LOG10_E))
    }),
    Rule::new(&["reciprocal"], "DIV", |context| {
        composed(context, |b, x| {
            let one = b.scalar(1f32)?;
            b.binary(BuiltinOperator::DIV, one, x)
        })
    }),
    Rule::new(&["tan"], "SIN, COS, DIV", |context| {
        composed(context, |b, x| {
            let (sin, cos) = (b.unary(BuiltinOperator::SIN, x)?, b.unary(BuiltinOperator::COS, x)?);
            b.binary(BuiltinOperator::DIV, sin, cos)
        })
    }),
    Rule::new(&["sinh"], "EXP, NEG, SUB, MUL", |context| {
        composed(context, |b, x| hyperbolic(b, x, BuiltinOperator::SUB))
    }),
    Rule::new(&["cosh"], "EXP, NEG, ADD, MUL", |context| {
        composed(context, |b, x| hyperbolic(b, x, BuiltinOperator::ADD))
    }),
    Rule::new(&["arctan"], "ATAN2", |context| composed(context, arctan)),
    Rule::new(&["atan"], "ATAN2", |context| composed(context, arctan)),
    Rule::new(&["trunc"], "CAST", |context| {
        composed(context, |b, x| {
            let whole = b.cast(x, DType::I32)?;
            b.cast(whole, DType::F32)
        })
    }),
    Rule::new(&["isnan"], "NOT_EQUAL", |context| {
        composed(context, |b, x| b.binary(BuiltinOperator::NOT_EQUAL, x, x))
    }),
    Rule::new(&["isinf"], "ABS, EQUAL", |context| {
        composed(context, |b, x| {
            let size = b.unary(BuiltinOperator::ABS, x)?;
            with_scalar(b, BuiltinOperator::EQUAL, size, f32::INFINITY)
        })
    }),
    Rule::new(&["isfinite"], "ABS, LESS", |context| {
        composed(context, |b, x| {
            let size = b.unary(BuiltinOperator::ABS, x)?;
            with_scalar(b, BuiltinOperator::LESS, size, f32::INFINITY)
        })
    }),
    Rule::new(&["erf"], "EXP and products", |context| composed(context, compose::erf)),
];

/// The activations, with their arguments.
pub(super) static ACTIVATIONS: &[Rule] = &[
    unary!(RELU, "relu"),
    unary!(RELU6, "relu6"),
    unary!(TANH, "tanh"),
    unary!(LOGISTIC, "sigmoid"),
    Rule::new(&["softplus"], "as the activation", |context| named(context, "softplus")),
    Rule::new(&["softsign"], "as the activation", |context| named(context, "softsign")),
    Rule::new(&["silu"], "as the activation", |context| named(context, "silu")),
    Rule::new(&["swish"], "as the activation", |context| named(context, "swish")),
    Rule::new(&["selu"], "as the activation", |context| named(context, "selu")),
    Rule::new(&["mish"], "as the activation", |context| named(context, "mish")),
    Rule::new(&["hard_sigmoid"], "as the activation", |context| named(context, "hard_sigmoid")),
    Rule::new(&["hard_silu"], "as the activation", |context| named(context, "hard_silu")),
    Rule::new(&["hard_swish"], "as the activation", |context| named(context, "hard_swish")),
    Rule::new(&["hard_tanh"], "as the activation", |context| named(context, "hard_tanh")),
    Rule::new(&["log_sigmoid"], "as the activation", |context| named(context, "log_sigmoid")),
    Rule::new(&["tanh_shrink"], "as the activation", |context| named(context, "tanh_shrink")),
    Rule::new(&["sparse_sigmoid"], "as the activation", |context| named(context, "sparse_sigmoid")),
    Rule::new(&["sparse_plus"], "as the activation", |context| named(context, "sparse_plus")),
    Rule::new(&["squareplus"], "as the activation", |context| named(context, "squareplus")),
    Rule::new(&["glu"], "as the activation", |context| named(context, "glu")),
    Rule::new(&["gelu"], "GELU", |context| {
        let approximate = context.any_bool(1, &["approximate"], !context.origin.is_keras_2)?;
        let x = context.x()?;
        Ok(vec![compose::gelu(context.b, x, approximate)?])
    }),
    Rule::new(&["elu"], "ELU", |context| {
        let (x, alpha) = (context.x()?, context.any_float(1, &["alpha"])?.unwrap_or(1.0));
        Ok(vec![compose::elu(context.b, x, alpha, 1.0, 1.0)?])
    }),
    Rule::new(&["celu"], "EXP, MINIMUM, RELU", |context| {
        let (x, alpha) = (context.x()?, context.any_float(1, &["alpha"])?.unwrap_or(1.0));
        Ok(vec![compose::elu(context.b, x, alpha, 1.0, alpha)?])
    }),
    Rule::new(&["leaky_relu"], "LEAKY_RELU", |context| {
        let (x, alpha) = (context.x()?, context.any_float(1, &["negative_slope", "alpha"])?.unwrap_or(0.2));
        Ok(vec![compose::leaky_relu(context.b, x, alpha)?])
    }),
    Rule::new(&["threshold"], "GREATER, SELECT_V2", |context| {
        let threshold = context.any_float(1, &["threshold"])?.unwrap_or(0.0);
        let otherwise = context.any_float(2, &["default_value"])?.unwrap_or(0.0);
        let x = context.x()?;
        let otherwise = context.b.scalar(otherwise)?;
        Ok(vec![compose::above(context.b, x, threshold, Some(otherwise))?])
    }),
    Rule::new(&["soft_shrink"], "MAXIMUM, MINIMUM, SUB", |context| {
        let (x, most) = (context.x()?, context.any_float(1, &["threshold"])?.unwrap_or(0.5));
        let near = compose::clip(context.b, x, Some(-most), Some(most))?;
        Ok(vec![context.b.binary(BuiltinOperator::SUB, x, near)?])
    }),
    Rule::new(&["hard_shrink"], "ABS, GREATER, SELECT_V2", |context| {
        let (x, most) = (context.x()?, context.any_float(1, &["threshold"])?.unwrap_or(0.5));
        let size = context.b.unary(BuiltinOperator::ABS, x)?;
        let is_far = with_scalar(context.b, BuiltinOperator::GREATER, size, most)?;
        let zero = context.b.scalar(0f32)?;
        Ok(vec![context.b.add(BuiltinOperator::SELECT_V2, &[is_far, x, zero])?])
    }),
    Rule::new(&["softmax"], "SOFTMAX", |context| {
        let (x, axis) = (context.x()?, context.any_int(1, &["axis"])?.unwrap_or(-1));
        Ok(vec![compose::softmax(context.b, x, axis)?])
    }),
    Rule::new(&["log_softmax"], "LOG_SOFTMAX", |context| {
        let (x, axis) = (context.x()?, context.any_int(1, &["axis"])?.unwrap_or(-1));
        Ok(vec![compose::log_softmax(context.b, x, axis)?])
    }),
];

fn unary(context: &mut Context<'_, '_>, op: BuiltinOperator) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    Ok(vec![context.b.unary(op, x)?])
}

fn binary(context: &mut Context<'_, '_>, op: BuiltinOperator) -> Result<Vec<ValueId>> {
    let (x, y) = context.operands(&["x2", "y", "b", "bias"])?;
    Ok(vec![context.b.binary(op, x, y)?])
}

fn logical(context: &mut Context<'_, '_>, op: BuiltinOperator) -> Result<Vec<ValueId>> {
    let (x, y) = context.operands(SECOND)?;
    let (x, y) = (truth(context.b, x)?, truth(context.b, y)?);
    Ok(vec![context.b.binary(op, x, y)?])
}

/// Whether elements are not 0.
fn truth(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    b.cast(x, DType::Bool)
}

/// Real numbers as they are, others converted to them.
pub(super) fn real(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    b.cast(x, DType::F32)
}

/// A function of `keras.activations` on the first tensor.
fn named(context: &mut Context<'_, '_>, name: &str) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    Ok(vec![by_name(context.b, name, x, context.origin)?])
}

/// What `build` makes of the first tensor.
fn composed(
    context: &mut Context<'_, '_>,
    build: fn(&mut Builder<'_>, ValueId) -> Result<ValueId>,
) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    Ok(vec![build(context.b, x)?])
}

fn power(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    if context.any_float(1, SECOND).is_ok_and(|exponent| exponent == Some(2.0)) {
        return unary(context, BuiltinOperator::SQUARE);
    }
    binary(context, BuiltinOperator::POW)
}

fn select(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let condition = context.operand(0, &["condition"], None)?;
    let condition = truth(context.b, condition)?;
    let dtype = context.tensors().iter().skip(1).map(|tensor| context.b.dtype(tensor.id)).next();
    let x = context.operand(1, &["x1", "x"], dtype)?;
    let y = context.operand(2, &["x2", "y"], dtype)?;
    let (x, y) = context.unified(x, y)?;
    Ok(vec![context.b.add(BuiltinOperator::SELECT_V2, &[condition, x, y])?])
}

fn scaled_log(b: &mut Builder<'_>, x: ValueId, scale: f32) -> Result<ValueId> {
    let log = b.unary(BuiltinOperator::LOG, x)?;
    with_scalar(b, BuiltinOperator::MUL, log, scale)
}

/// `(exp(x) op exp(-x)) / 2`.
fn hyperbolic(b: &mut Builder<'_>, x: ValueId, op: BuiltinOperator) -> Result<ValueId> {
    let negated = b.unary(BuiltinOperator::NEG, x)?;
    let (grown, shrunk) = (b.unary(BuiltinOperator::EXP, x)?, b.unary(BuiltinOperator::EXP, negated)?);
    let sum = b.binary(op, grown, shrunk)?;
    with_scalar(b, BuiltinOperator::MUL, sum, 0.5)
}

fn arctan(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let one = b.unary(BuiltinOperator::ZEROS_LIKE, x)?;
    let one = with_scalar(b, BuiltinOperator::ADD, one, 1.0)?;
    b.binary(BuiltinOperator::ATAN2, x, one)
}
