//! Multiplications and additions of constants before a matrix product: part of its weights and bias. So the last steps of a
//! layer normalization disappear, and with them two roundings of a network in integers.

use featherlite_ir::{Node, NodeId, ValueId};
use featherlite_schema::owned::BuiltinOptions;
use featherlite_schema::{BuiltinOperator as B, Padding};

use super::affine::{Affine, affine};
use super::rewriter::is_plain;
use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules(
    "affine_ahead",
    Stage::Lower,
    "folds multiplications and additions of constants into the products that alone read them",
    &[rule],
);

fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let graph = rewriter.graph();
    let product = graph.node(id);
    let Some((read, weights)) = operands(rewriter, product) else { return Ok(false) };
    let Some(before) = graph.producer(read).map(|producer| graph.node(producer)) else { return Ok(false) };
    let Some(affine) = affine(rewriter, before).filter(|_| is_plain(&before.op)) else { return Ok(false) };
    let readers = graph.users(read);
    let is_reader = |&reader: &NodeId| operands(rewriter, graph.node(reader)).is_some_and(|(x, _)| x == read);
    if graph.is_output(read)
        || !readers.iter().all(is_reader)
        || graph.value(read).shape != graph.value(affine.x).shape
    {
        return Ok(false);
    }
    let Some(changed) = Constants::of(rewriter, &affine, product, weights) else { return Ok(false) };
    let sizes = graph.value(weights).fixed_shape().unwrap_or_default();
    let (op, mut inputs, name) = (product.op.clone(), product.inputs.clone(), product.name.clone());
    let output = product.outputs[0];
    let like = graph.value(output).clone();
    let mut builder = rewriter.before(id);
    builder.set_scope(name);
    inputs[0] = Some(affine.x);
    match changed {
        Constants::Weights(weights) => inputs[1] = Some(builder.constant(&sizes, &weights)?),
        Constants::Bias(bias) => {
            inputs.resize(inputs.len().max(3), None);
            inputs[2] = Some(builder.constant(&[bias.len()], &bias)?);
        }
    }
    let new = builder.add_values(op, &inputs, vec![like])?[0];
    rewriter.replace(output, new);
    Ok(true)
}

/// What a product takes up: a factor is part of its weights, a term of its bias.
enum Constants {
    Weights(Vec<f32>),
    Bias(Vec<f32>),
}

impl Constants {
    fn of(rewriter: &Rewriter<'_>, affine: &Affine, product: &Node, weights: ValueId) -> Option<Self> {
        let graph = rewriter.graph();
        let sizes = graph.value(weights).fixed_shape()?;
        let (rows, channels) = (*sizes.first()?, *sizes.last()?);
        let depth = graph.value(affine.x).shape.as_ref()?.last()?.size();
        let weights =
            rewriter.floats(weights).filter(|weights| !weights.is_empty() && depth == Some(channels))?;
        let elements = affine.elements(rewriter, channels)?;
        let at = |index: usize| elements[if elements.len() == 1 { 0 } else { index % channels }];
        if affine.is_product {
            let scaled = weights.iter().enumerate().map(|(index, weight)| weight * at(index));
            return Some(Self::Weights(scaled.collect()));
        }
        let bias = match product.input(2) {
            None => vec![0.0; rows],
            Some(bias) => rewriter.floats(bias).filter(|bias| bias.len() == rows)?.to_vec(),
        };
        let term = |row: &[f32]| -> f64 {
            row.iter().enumerate().map(|(index, &weight)| f64::from(weight) * f64::from(at(index))).sum()
        };
        let terms = weights.chunks_exact(weights.len() / rows).map(term);
        let sums = bias.iter().zip(terms).map(|(&bias, term)| (f64::from(bias) + term) as f32);
        Some(Self::Bias(sums.collect()))
    }
}

/// What a product reads, and its constant weights, whose last dimension is the input's: one that adds no zeros around it.
fn operands(rewriter: &Rewriter<'_>, node: &Node) -> Option<(ValueId, ValueId)> {
    let (x, weights) = (node.input(0)?, node.input(1)?);
    let is_whole = match &node.op.options {
        Some(BuiltinOptions::Conv2DOptions(options)) => {
            node.op.is(B::CONV_2D) && options.padding == Padding::VALID
        }
        _ => node.op.is(B::FULLY_CONNECTED),
    };
    (is_whole && x != weights && rewriter.floats(weights).is_some()).then_some((x, weights))
}
