//! Losses of training, which exported models seldom have but function bodies do.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as Tflite, owned};

use super::call::Call;
use super::rules::Row;
use super::rules::Rule::{Many, One};
use crate::import::compose::activation::log_softmax;
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("NegativeLogLikelihoodLoss", One(negative_log_likelihood, "ONE_HOT, MUL, SUM, NEG, DIV")),
    ("SoftmaxCrossEntropyLoss", Many(softmax_cross_entropy, "LOG_SOFTMAX, ONE_HOT, MUL, SUM, NEG, DIV")),
];

fn negative_log_likelihood(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    likelihood(c, x)
}

/// The second output is the logarithm of the probabilities.
fn softmax_cross_entropy(c: &mut Call<'_, '_>) -> Result<Vec<ValueId>> {
    let x = c.input(0)?;
    let logarithms = log_softmax(c.b, x, 1)?;
    Ok(vec![likelihood(c, logarithms)?, logarithms])
}

/// What is looked up by the targets in `x`, `[n, classes, …]`, weighted by class and summed up.
fn likelihood(c: &mut Call<'_, '_>, x: ValueId) -> Result<ValueId> {
    let (targets, weights) = (c.input(1)?, c.optional(2)?);
    let (classes, rank) = (c.size(x, 1)?, c.rank(x)?);
    let targets = c.index(targets)?;
    let (depth, on, off) = (c.b.scalar(classes as i32)?, c.b.scalar(1f32)?, c.b.scalar(0f32)?);
    let one_hot = Op::with(Tflite::ONE_HOT, owned::OneHotOptions { axis: 1 });
    // Classes that do not exist, as an ignored one of -1, are 0 everywhere.
    let chosen = c.b.add_typed(one_hot, &[targets, depth, on, off], DType::F32)?;
    let mut counted = chosen;
    let mut sizes = vec![1; rank];
    sizes[1] = classes;
    if let Some(weights) = weights {
        let dims: Vec<_> = sizes[1..].iter().map(|&size| size.into()).collect();
        let weights = c.reshape(weights, &dims)?;
        counted = c.binary(Tflite::MUL, counted, weights)?;
    }
    let ignored = c.attributes.int("ignore_index")?.and_then(|index| usize::try_from(index).ok());
    if let Some(ignored) = ignored.filter(|&index| index < classes) {
        let mut kept = vec![1f32; classes];
        kept[ignored] = 0.0;
        let kept = c.b.constant(&sizes[1..], &kept)?;
        counted = c.binary(Tflite::MUL, counted, kept)?;
    }
    let product = c.binary(Tflite::MUL, x, counted)?;
    let sum = c.b.reduce(Tflite::SUM, product, &[1], false)?;
    let losses = c.unary(Tflite::NEG, sum)?;
    let all: Vec<i32> = (0..rank as i32 - 1).collect();
    match c.attributes.string_or("reduction", "mean")? {
        "none" => Ok(losses),
        "sum" => c.b.reduce(Tflite::SUM, losses, &all, false),
        "mean" => {
            let total = c.b.reduce(Tflite::SUM, losses, &all, false)?;
            let every: Vec<i32> = (0..rank as i32).collect();
            let weight = c.b.reduce(Tflite::SUM, counted, &every, false)?;
            c.binary(Tflite::DIV, total, weight)
        }
        other => Err(Error::invalid(format!("the reduction {other:?}"))),
    }
}
