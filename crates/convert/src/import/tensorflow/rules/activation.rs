//! Functions that follow layers.

use featherlite_ir::{Op, Value, ValueId};
use featherlite_schema::BuiltinOperator as B;

use super::super::call::Call;
use super::{Rule, one, same};
use crate::import::compose::activation;
use crate::{Error, Result};

/// Scale and slope of SELU (Klambauer et al., "Self-Normalizing Neural Networks").
const SELU: (f32, f32) = (1.050_701, 1.673_263_2);

pub(super) const RULES: &[Rule] = &[
    same(&["Relu"], &[B::RELU]),
    same(&["Relu6"], &[B::RELU6]),
    same(&["Elu"], &[B::ELU]),
    same(&["Sigmoid"], &[B::LOGISTIC]),
    same(&["Tanh"], &[B::TANH]),
    one(&["LeakyRelu"], &[B::LEAKY_RELU], leaky_relu),
    one(&["Selu"], &[B::EXP, B::MUL, B::ADD], selu),
    one(&["Softplus"], &[B::EXP, B::LOG, B::ADD], softplus),
    one(&["Softsign"], &[B::DIV, B::ABS], softsign),
    one(&["Erf"], &[B::GELU], |call| {
        let x = call.input(0)?;
        erf(call, x)
    }),
    one(&["Erfc"], &[B::GELU], erfc),
    one(&["Softmax"], &[B::SOFTMAX], softmax),
    one(&["LogSoftmax"], &[B::LOG_SOFTMAX], log_softmax),
];

fn leaky_relu(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let x = call.input(0)?;
    let alpha = call.float_or("alpha", 0.2)?;
    activation::leaky_relu(call.builder, x, alpha)
}

fn selu(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let x = call.input(0)?;
    let (scale, alpha) = SELU;
    activation::elu(call.builder, x, alpha, scale, 1.0)
}

fn softplus(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let x = call.input(0)?;
    activation::softplus(call.builder, x)
}

fn softsign(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let x = call.input(0)?;
    activation::softsign(call.builder, x)
}

fn softmax(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let x = call.input(0)?;
    activation::softmax(call.builder, x, -1)
}

fn log_softmax(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let x = call.input(0)?;
    activation::log_softmax(call.builder, x, -1)
}

/// Passes make GELU of it, or approximate it.
fn erf(call: &mut Call<'_, '_, '_>, x: ValueId) -> Result<ValueId> {
    let source = call.builder.graph().value(x);
    let value = Value { shape: source.shape.clone(), ..Value::new(&call.node.name, source.dtype) };
    let values = call.builder.add_values(Op::custom("Erf", Vec::new()), &[Some(x)], vec![value])?;
    values.first().copied().ok_or_else(|| Error::internal("a function without a result"))
}

/// `erfc(x) = 1 + erf(-x)`, in which GELU is recognized.
fn erfc(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let x = call.input(0)?;
    let negated = match negated_factor(call, x) {
        Some((factor, other)) => call.builder.binary(B::MUL, factor, other)?,
        None => call.builder.unary(B::NEG, x)?,
    };
    let erf = erf(call, negated)?;
    activation::with_scalar(call.builder, B::ADD, erf, 1.0)
}

/// `y` and `z` where `x` is `-y * z`.
fn negated_factor(call: &Call<'_, '_, '_>, x: ValueId) -> Option<(ValueId, ValueId)> {
    let graph = call.builder.graph();
    let made_by = |value: ValueId, op: B| graph.find(graph.producer(value)?).filter(|node| node.op.is(op));
    let product = made_by(x, B::MUL)?;
    let (a, b) = (product.input(0)?, product.input(1)?);
    let inner = |value: ValueId| made_by(value, B::NEG)?.input(0);
    inner(a).map(|inner| (inner, b)).or_else(|| inner(b).map(|inner| (inner, a)))
}
