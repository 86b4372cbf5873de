//! Functions of single elements, and softmax along any axis.

use featherlite_ir::{Op, Value, ValueId};
use featherlite_schema::{BuiltinOperator, owned};

use crate::build::Builder;
use crate::{Error, Result};

/// `x` limited to a range; either end may be open.
pub(crate) fn clip(b: &mut Builder<'_>, x: ValueId, low: Option<f32>, high: Option<f32>) -> Result<ValueId> {
    let low = low.filter(|&low| low > f32::NEG_INFINITY);
    let high = high.filter(|&high| high < f32::INFINITY);
    let op = match (low, high) {
        (Some(0.0), None) => BuiltinOperator::RELU,
        (Some(0.0), Some(6.0)) => BuiltinOperator::RELU6,
        (Some(0.0), Some(1.0)) => BuiltinOperator::RELU_0_TO_1,
        (Some(-1.0), Some(1.0)) => BuiltinOperator::RELU_N1_TO_1,
        _ => {
            let x = low.map_or(Ok(x), |low| with_scalar(b, BuiltinOperator::MAXIMUM, x, low))?;
            return high.map_or(Ok(x), |high| with_scalar(b, BuiltinOperator::MINIMUM, x, high));
        }
    };
    b.unary(op, x)
}

/// `op(x, scalar)`.
pub(crate) fn with_scalar(
    b: &mut Builder<'_>,
    op: BuiltinOperator,
    x: ValueId,
    scalar: f32,
) -> Result<ValueId> {
    let scalar = b.scalar(scalar)?;
    b.binary(op, x, scalar)
}

/// `x · sigmoid(x)`, also called SiLU.
pub(crate) fn swish(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let gate = b.unary(BuiltinOperator::LOGISTIC, x)?;
    b.binary(BuiltinOperator::MUL, x, gate)
}

/// The Gaussian error linear unit, exact or by its tanh approximation.
pub(crate) fn gelu(b: &mut Builder<'_>, x: ValueId, approximate: bool) -> Result<ValueId> {
    b.add(Op::with(BuiltinOperator::GELU, owned::GeluOptions { approximate }), &[x])
}

/// `relu6(x + 3) / 6`.
pub(crate) fn hard_sigmoid(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let x = with_scalar(b, BuiltinOperator::ADD, x, 3.0)?;
    let x = b.unary(BuiltinOperator::RELU6, x)?;
    with_scalar(b, BuiltinOperator::MUL, x, 1.0 / 6.0)
}

/// `clip(slope · x + offset, 0, 1)`.
pub(crate) fn hard_sigmoid_with(b: &mut Builder<'_>, x: ValueId, slope: f32, offset: f32) -> Result<ValueId> {
    let x = with_scalar(b, BuiltinOperator::MUL, x, slope)?;
    let x = with_scalar(b, BuiltinOperator::ADD, x, offset)?;
    b.unary(BuiltinOperator::RELU_0_TO_1, x)
}

/// `log(1 + exp(x))`, as `relu(x) + log(1 + exp(-|x|))`, which does not overflow.
pub(crate) fn softplus(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let size = b.unary(BuiltinOperator::ABS, x)?;
    let negated = b.unary(BuiltinOperator::NEG, size)?;
    let power = b.unary(BuiltinOperator::EXP, negated)?;
    let sum = with_scalar(b, BuiltinOperator::ADD, power, 1.0)?;
    let log = b.unary(BuiltinOperator::LOG, sum)?;
    let positive = b.unary(BuiltinOperator::RELU, x)?;
    b.binary(BuiltinOperator::ADD, positive, log)
}

/// `x · tanh(softplus(x))`.
pub(crate) fn mish(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let gate = softplus(b, x)?;
    let gate = b.unary(BuiltinOperator::TANH, gate)?;
    b.binary(BuiltinOperator::MUL, x, gate)
}

/// `x / (1 + |x|)`.
pub(crate) fn softsign(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let size = b.unary(BuiltinOperator::ABS, x)?;
    let size = with_scalar(b, BuiltinOperator::ADD, size, 1.0)?;
    b.binary(BuiltinOperator::DIV, x, size)
}

/// `log(sigmoid(x))`.
pub(crate) fn log_sigmoid(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let negated = b.unary(BuiltinOperator::NEG, x)?;
    let sum = softplus(b, negated)?;
    b.unary(BuiltinOperator::NEG, sum)
}

/// `scale · x` where `x` is positive, `scale · alpha · (exp(x / width) - 1)` elsewhere: ELU, SELU and CELU.
pub(crate) fn elu(b: &mut Builder<'_>, x: ValueId, alpha: f32, scale: f32, width: f32) -> Result<ValueId> {
    if alpha == 1.0 && scale == 1.0 && width == 1.0 {
        return b.unary(BuiltinOperator::ELU, x);
    }
    let positive = b.unary(BuiltinOperator::RELU, x)?;
    let positive = scaled(b, positive, scale)?;
    let negative = with_scalar(b, BuiltinOperator::MINIMUM, x, 0.0)?;
    let negative = scaled(b, negative, 1.0 / width)?;
    let negative = b.unary(BuiltinOperator::EXP, negative)?;
    let negative = with_scalar(b, BuiltinOperator::SUB, negative, 1.0)?;
    let negative = scaled(b, negative, alpha * scale)?;
    b.binary(BuiltinOperator::ADD, positive, negative)
}

/// `factor · x`, without a node for a factor of 1.
pub(crate) fn scaled(b: &mut Builder<'_>, x: ValueId, factor: f32) -> Result<ValueId> {
    if factor == 1.0 { Ok(x) } else { with_scalar(b, BuiltinOperator::MUL, x, factor) }
}

/// `x` where it is positive, `alpha · x` elsewhere.
pub(crate) fn leaky_relu(b: &mut Builder<'_>, x: ValueId, alpha: f32) -> Result<ValueId> {
    if alpha == 0.0 {
        return b.unary(BuiltinOperator::RELU, x);
    }
    b.add(Op::with(BuiltinOperator::LEAKY_RELU, owned::LeakyReluOptions { alpha }), &[x])
}

/// `x` where it is above `threshold`, `otherwise` (0 if absent) elsewhere.
pub(crate) fn above(
    b: &mut Builder<'_>,
    x: ValueId,
    threshold: f32,
    otherwise: Option<ValueId>,
) -> Result<ValueId> {
    let is_above = with_scalar(b, BuiltinOperator::GREATER, x, threshold)?;
    let otherwise = otherwise.map_or_else(|| b.scalar(0f32), Ok)?;
    b.add(BuiltinOperator::SELECT_V2, &[is_above, x, otherwise])
}

/// Softmax along `axis`, which may count from the end when negative.
pub(crate) fn softmax(b: &mut Builder<'_>, x: ValueId, axis: i64) -> Result<ValueId> {
    let op = Op::with(BuiltinOperator::SOFTMAX, owned::SoftmaxOptions { beta: 1.0 });
    along_last_axis(b, x, axis, |b, x| b.add(op, &[x]))
}

/// The logarithm of softmax along `axis`, which may count from the end when negative.
pub(crate) fn log_softmax(b: &mut Builder<'_>, x: ValueId, axis: i64) -> Result<ValueId> {
    along_last_axis(b, x, axis, |b, x| b.unary(BuiltinOperator::LOG_SOFTMAX, x))
}

/// What `build` makes of `x` with `axis` as its last one, with the axes back in place.
pub(crate) fn along_last_axis(
    b: &mut Builder<'_>,
    x: ValueId,
    axis: i64,
    build: impl FnOnce(&mut Builder<'_>, ValueId) -> Result<ValueId>,
) -> Result<ValueId> {
    let rank = b.rank(x)?;
    let axis = super::shape::axis(axis, rank)?;
    if axis + 1 == rank {
        return build(b, x);
    }
    let mut axes: Vec<usize> = (0..rank).collect();
    axes.swap(axis, rank - 1);
    let x = b.transpose(x, &axes)?;
    let x = build(b, x)?;
    b.transpose(x, &axes)
}

/// The error function. TFLite has none: passes make GELU of it where it is part of one, elementary operators elsewhere.
pub(crate) fn erf(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let source = b.graph().value(x);
    let value = Value { shape: source.shape.clone(), ..Value::new("erf", source.dtype) };
    let made = b.add_values(Op::custom("Erf", Vec::new()), &[Some(x)], vec![value])?;
    made.first().copied().ok_or_else(|| Error::internal("a function without a result"))
}

/// `1 - erf(x)`, as `1 + erf(-x)`, in which GELU is recognized.
pub(crate) fn erfc(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let negated = match negated_factor(b, x) {
        Some((factor, other)) => b.binary(BuiltinOperator::MUL, factor, other)?,
        None => b.unary(BuiltinOperator::NEG, x)?,
    };
    let erf = erf(b, negated)?;
    with_scalar(b, BuiltinOperator::ADD, erf, 1.0)
}

/// `y` and `z` where `x` is `-y * z`.
fn negated_factor(b: &Builder<'_>, x: ValueId) -> Option<(ValueId, ValueId)> {
    let made_by = |value: ValueId, op: BuiltinOperator| {
        b.graph().find(b.graph().producer(value)?).filter(|node| node.op.is(op))
    };
    let product = made_by(x, BuiltinOperator::MUL)?;
    let (y, z) = (product.input(0)?, product.input(1)?);
    let inner = |value: ValueId| made_by(value, BuiltinOperator::NEG)?.input(0);
    inner(y).map(|inner| (inner, z)).or_else(|| inner(z).map(|inner| (inner, y)))
}
