//! Layers that join several tensors.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator, owned};

use crate::build::Builder;
use crate::import::compose::activation::with_scalar;
use crate::import::compose::shape::{self, Extent};
use crate::import::keras::context::Context;
use crate::import::keras::rules::Rule;
use crate::{Error, Result};

pub(super) static RULES: &[Rule] = &[
    Rule::new(&["Add"], "ADD", |context| chain(context, BuiltinOperator::ADD)),
    Rule::new(&["Subtract"], "SUB", |context| chain(context, BuiltinOperator::SUB)),
    Rule::new(&["Multiply"], "MUL", |context| chain(context, BuiltinOperator::MUL)),
    Rule::new(&["Maximum"], "MAXIMUM", |context| chain(context, BuiltinOperator::MAXIMUM)),
    Rule::new(&["Minimum"], "MINIMUM", |context| chain(context, BuiltinOperator::MINIMUM)),
    Rule::new(&["Average"], "ADD, MUL", average),
    Rule::new(&["Concatenate"], "CONCATENATION", concatenate),
    Rule::new(&["Dot"], "BATCH_MATMUL", dot),
];

/// The tensors, with dimensions of 1 behind the batch for those that have fewer than others.
fn aligned(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let inputs = context.inputs();
    if inputs.is_empty() {
        return Err(Error::invalid("it is called without tensors"));
    }
    let ranks = inputs.iter().map(|&x| context.b.rank(x)).collect::<Result<Vec<_>>>()?;
    let most = ranks.iter().copied().max().unwrap_or(0);
    let align = |(&x, rank): (&ValueId, usize)| {
        if rank == most || rank == 0 {
            return Ok(x);
        }
        let mut sizes = shape::extents(context.b, x)?;
        let ones = std::iter::repeat_n(Extent::Fixed(1), most - rank);
        sizes.splice(1..1, ones);
        shape::reshape(context.b, x, &sizes)
    };
    inputs.iter().zip(ranks).map(align).collect()
}

fn chain(context: &mut Context<'_, '_>, op: BuiltinOperator) -> Result<Vec<ValueId>> {
    let inputs = aligned(context)?;
    Ok(vec![joined(context.b, &inputs, op)?])
}

fn joined(b: &mut Builder<'_>, inputs: &[ValueId], op: BuiltinOperator) -> Result<ValueId> {
    let mut sum = inputs[0];
    for &input in &inputs[1..] {
        sum = b.binary(op, sum, input)?;
    }
    Ok(sum)
}

fn average(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let inputs = aligned(context)?;
    let sum = joined(context.b, &inputs, BuiltinOperator::ADD)?;
    Ok(vec![with_scalar(context.b, BuiltinOperator::MUL, sum, 1.0 / inputs.len() as f32)?])
}

fn concatenate(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let (inputs, axis) = (context.inputs(), context.config().int_or("axis", -1)?);
    match inputs[..] {
        [] => Err(Error::invalid("it is called without tensors")),
        [one] => Ok(vec![one]),
        [first, ..] => {
            let axis = shape::axis(axis, context.b.rank(first)?)?;
            Ok(vec![context.b.concatenation(&inputs, axis as i32)?])
        }
    }
}

/// A product along one axis of each of two tensors; the first axis is the batch of both.
fn dot(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let inputs = context.inputs();
    let [mut x, mut y] = inputs[..] else {
        return Err(Error::invalid(format!("it is called with {} tensors", inputs.len())));
    };
    let axes = context.config().ints("axes")?.filter(|axes| !axes.is_empty());
    let axes = axes.ok_or_else(|| Error::invalid("it has no axes"))?;
    let (x_rank, y_rank) = (context.b.rank(x)?, context.b.rank(y)?);
    let x_axis = shape::axis(axes[0], x_rank)?;
    let y_axis = shape::axis(axes.get(1).copied().unwrap_or(axes[0]), y_rank)?;
    if context.config().bool("normalize", false)? {
        x = super::normalization::unit(context.b, x, &[x_axis as i32], 1e-12)?;
        y = super::normalization::unit(context.b, y, &[y_axis as i32], 1e-12)?;
    }
    if (x_rank, y_rank, x_axis, y_axis) == (2, 2, 1, 1) {
        let product = context.b.binary(BuiltinOperator::MUL, x, y)?;
        return Ok(vec![context.b.reduce(BuiltinOperator::SUM, product, &[1], true)?]);
    }
    let (x_axis, y_axis) = match (x_rank, y_rank) {
        (3, 3) if x_axis > 0 && y_axis > 0 => (x_axis, y_axis),
        _ => {
            return Err(Error::unsupported(format!(
                "a product of {x_rank} and {y_rank} dimensions along {axes:?}"
            )));
        }
    };
    let options = owned::BatchMatMulOptions { adj_x: x_axis == 1, adj_y: y_axis == 2, ..Default::default() };
    Ok(vec![context.b.add(Op::with(BuiltinOperator::BATCH_MATMUL, options), &[x, y])?])
}
