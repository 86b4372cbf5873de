//! Reductions along axes.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator, TensorType, owned};

use super::elementwise::real;
use crate::build::Builder;
use crate::import::compose::activation::with_scalar;
use crate::import::compose::shape;
use crate::import::keras::context::Context;
use crate::import::keras::rules::Rule;
use crate::{Error, Result};

pub(super) static RULES: &[Rule] = &[
    Rule::new(&["mean", "reduce_mean"], "MEAN", |context| over_real(context, BuiltinOperator::MEAN)),
    Rule::new(&["sum", "reduce_sum"], "SUM", |context| reduced(context, BuiltinOperator::SUM)),
    Rule::new(&["max", "amax", "reduce_max"], "REDUCE_MAX", |context| {
        reduced(context, BuiltinOperator::REDUCE_MAX)
    }),
    Rule::new(&["min", "amin", "reduce_min"], "REDUCE_MIN", |context| {
        reduced(context, BuiltinOperator::REDUCE_MIN)
    }),
    Rule::new(&["prod", "reduce_prod"], "REDUCE_PROD", |context| {
        reduced(context, BuiltinOperator::REDUCE_PROD)
    }),
    Rule::new(&["any", "reduce_any"], "REDUCE_ANY", |context| {
        over_truth(context, BuiltinOperator::REDUCE_ANY)
    }),
    Rule::new(&["all", "reduce_all"], "REDUCE_ALL", |context| {
        over_truth(context, BuiltinOperator::REDUCE_ALL)
    }),
    Rule::new(&["argmax"], "ARG_MAX", |context| position(context, BuiltinOperator::ARG_MAX)),
    Rule::new(&["argmin"], "ARG_MIN", |context| position(context, BuiltinOperator::ARG_MIN)),
    Rule::new(&["var", "reduce_variance"], "MEAN, SQUARED_DIFFERENCE", |context| {
        let (x, axes, keeps) = arguments(context)?;
        Ok(vec![variance(context.b, x, &axes, keeps)?])
    }),
    Rule::new(&["std", "reduce_std"], "MEAN, SQUARED_DIFFERENCE, SQRT", |context| {
        let (x, axes, keeps) = arguments(context)?;
        let variance = variance(context.b, x, &axes, keeps)?;
        Ok(vec![context.b.unary(BuiltinOperator::SQRT, variance)?])
    }),
    Rule::new(&["moments"], "MEAN, SQUARED_DIFFERENCE", |context| {
        let (x, axes, keeps) = arguments(context)?;
        let mean = context.b.reduce(BuiltinOperator::MEAN, x, &axes, keeps)?;
        Ok(vec![mean, variance(context.b, x, &axes, keeps)?])
    }),
    Rule::new(&["logsumexp", "reduce_logsumexp"], "REDUCE_MAX, EXP, SUM, LOG", log_sum_exp),
    Rule::new(&["norm"], "SQUARE, ABS, SUM, SQRT, REDUCE_MAX", norm),
    Rule::new(&["normalize", "l2_normalize"], "L2_NORMALIZATION, SQUARE, SUM, RSQRT, MUL", normalize),
    Rule::new(&["cumsum"], "CUMSUM", |context| {
        let x = context.x()?;
        let rank = context.b.rank(x)?;
        let axis = shape::axis(context.any_int(1, &["axis"])?.unwrap_or(0), rank)?;
        let axis = context.b.scalar(axis as i32)?;
        let options = owned::CumsumOptions {
            exclusive: context.any_bool(2, &["exclusive"], false)?,
            reverse: context.any_bool(3, &["reverse"], false)?,
        };
        Ok(vec![context.b.add(Op::with(BuiltinOperator::CUMSUM, options), &[x, axis])?])
    }),
];

/// The tensor, the axes (all if none are named), and whether they are kept as dimensions of 1.
fn arguments(context: &Context<'_, '_>) -> Result<(ValueId, Vec<i32>, bool)> {
    let x = context.x()?;
    let rank = context.b.rank(x)?;
    let axes = context.any_ints(1, &["axis", "axes"])?;
    let axes = match axes {
        None => (0..rank as i32).collect(),
        Some(axes) => {
            axes.into_iter().map(|axis| Ok(shape::axis(axis, rank)? as i32)).collect::<Result<_>>()?
        }
    };
    Ok((x, axes, context.any_bool(2, &["keepdims", "keep_dims"], false)?))
}

fn reduced(context: &mut Context<'_, '_>, op: BuiltinOperator) -> Result<Vec<ValueId>> {
    let (x, axes, keeps) = arguments(context)?;
    Ok(vec![context.b.reduce(op, x, &axes, keeps)?])
}

fn over_real(context: &mut Context<'_, '_>, op: BuiltinOperator) -> Result<Vec<ValueId>> {
    let (x, axes, keeps) = arguments(context)?;
    let x = real(context.b, x)?;
    Ok(vec![context.b.reduce(op, x, &axes, keeps)?])
}

fn over_truth(context: &mut Context<'_, '_>, op: BuiltinOperator) -> Result<Vec<ValueId>> {
    let (x, axes, keeps) = arguments(context)?;
    let x = context.b.cast(x, DType::Bool)?;
    Ok(vec![context.b.reduce(op, x, &axes, keeps)?])
}

/// Where along an axis the extreme is. TensorFlow counts in 64 bits, Keras 3 in 32.
fn position(context: &mut Context<'_, '_>, op: BuiltinOperator) -> Result<Vec<ValueId>> {
    let mut x = context.x()?;
    let mut rank = context.b.rank(x)?;
    let axis = match context.any_int(1, &["axis"])? {
        Some(axis) => shape::axis(axis, rank)?,
        None if context.origin.is_keras_2 => 0,
        None => {
            x = context.b.reshape(x, &[-1])?;
            rank = 1;
            0
        }
    };
    let wide = context.origin.is_keras_2;
    let (code, dtype) = if wide { (TensorType::INT64, DType::I64) } else { (TensorType::INT32, DType::I32) };
    let op = match op {
        BuiltinOperator::ARG_MAX => Op::with(op, owned::ArgMaxOptions { output_type: code }),
        _ => Op::with(op, owned::ArgMinOptions { output_type: code }),
    };
    let keeps = context.any_bool(2, &["keepdims"], false)? && rank > 1;
    let along = context.b.scalar(axis as i32)?;
    let found = context.b.add_typed(op, &[x, along], dtype)?;
    Ok(vec![if keeps { shape::expand_dims(context.b, found, axis)? } else { found }])
}

fn variance(b: &mut Builder<'_>, x: ValueId, axes: &[i32], keeps: bool) -> Result<ValueId> {
    let mean = b.reduce(BuiltinOperator::MEAN, x, axes, true)?;
    let squares = b.binary(BuiltinOperator::SQUARED_DIFFERENCE, x, mean)?;
    b.reduce(BuiltinOperator::MEAN, squares, axes, keeps)
}

/// `log(sum(exp(x)))`, as `max + log(sum(exp(x - max)))`, which does not overflow.
fn log_sum_exp(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let (x, axes, keeps) = arguments(context)?;
    let b = &mut *context.b;
    let most = b.reduce(BuiltinOperator::REDUCE_MAX, x, &axes, true)?;
    let shifted = b.binary(BuiltinOperator::SUB, x, most)?;
    let powers = b.unary(BuiltinOperator::EXP, shifted)?;
    let sum = b.reduce(BuiltinOperator::SUM, powers, &axes, keeps)?;
    let log = b.unary(BuiltinOperator::LOG, sum)?;
    let most = if keeps { most } else { b.reduce(BuiltinOperator::REDUCE_MAX, x, &axes, false)? };
    Ok(vec![b.binary(BuiltinOperator::ADD, log, most)?])
}

fn norm(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let (x, axes, keeps) = {
        let x = context.x()?;
        let rank = context.b.rank(x)?;
        let axes = context.any_ints(2, &["axis"])?.unwrap_or_else(|| (0..rank as i64).collect());
        let axes =
            axes.into_iter().map(|axis| Ok(shape::axis(axis, rank)? as i32)).collect::<Result<Vec<_>>>()?;
        (x, axes, context.any_bool(3, &["keepdims"], false)?)
    };
    let order = context.any_constant(1, &["ord"]);
    let order = match order.as_ref().map(|order| (order.as_f64(), order.as_str())) {
        None | Some((_, Some("euclidean" | "fro"))) => 2.0,
        Some((Some(order), _)) => order,
        Some((_, Some("inf"))) => f64::INFINITY,
        Some(_) => return Err(Error::unsupported("this kind of norm")),
    };
    let b = &mut *context.b;
    Ok(vec![if order == 2.0 {
        let squares = b.unary(BuiltinOperator::SQUARE, x)?;
        let sum = b.reduce(BuiltinOperator::SUM, squares, &axes, keeps)?;
        b.unary(BuiltinOperator::SQRT, sum)?
    } else if order == 1.0 && axes.len() == 1 {
        let sizes = b.unary(BuiltinOperator::ABS, x)?;
        b.reduce(BuiltinOperator::SUM, sizes, &axes, keeps)?
    } else if order == f64::INFINITY && axes.len() == 1 {
        let sizes = b.unary(BuiltinOperator::ABS, x)?;
        b.reduce(BuiltinOperator::REDUCE_MAX, sizes, &axes, keeps)?
    } else {
        return Err(Error::unsupported(format!("a norm of order {order}")));
    }])
}

/// Tensors of length 1 along an axis.
fn normalize(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    let rank = context.b.rank(x)?;
    if context.any_float(2, &["order"])?.unwrap_or(2.0) != 2.0 {
        return Err(Error::unsupported("a normalization of another order than 2"));
    }
    let axes = context.any_ints(1, &["axis"])?.unwrap_or_else(|| vec![-1]);
    let axes =
        axes.into_iter().map(|axis| Ok(shape::axis(axis, rank)? as i32)).collect::<Result<Vec<_>>>()?;
    if axes == [rank as i32 - 1] {
        let op = Op::with(BuiltinOperator::L2_NORMALIZATION, owned::L2NormOptions::default());
        return Ok(vec![context.b.add(op, &[x])?]);
    }
    let b = &mut *context.b;
    let squares = b.unary(BuiltinOperator::SQUARE, x)?;
    let sum = b.reduce(BuiltinOperator::SUM, squares, &axes, true)?;
    let sum = with_scalar(b, BuiltinOperator::MAXIMUM, sum, 1e-12)?;
    let scale = b.unary(BuiltinOperator::RSQRT, sum)?;
    Ok(vec![b.binary(BuiltinOperator::MUL, x, scale)?])
}
