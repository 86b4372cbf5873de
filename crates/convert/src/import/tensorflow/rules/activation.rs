//! Functions that follow layers.

use featherlite_ir::ValueId;
use featherlite_schema::BuiltinOperator as B;

use super::super::call::Call;
use super::{Rule, one, same};
use crate::Result;
use crate::import::compose::activation;

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
        activation::erf(call.builder, x)
    }),
    one(&["Erfc"], &[B::GELU], |call| {
        let x = call.input(0)?;
        activation::erfc(call.builder, x)
    }),
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
