//! Multiplications and additions of constants before a matrix product: part of its weights and bias. So the last steps of a
//! layer normalization disappear, and with them two roundings of a network in integers.

use featherlite_ir::{Node, NodeId, ValueId};
use featherlite_schema::owned::BuiltinOptions;
use featherlite_schema::{BuiltinOperator as B, Padding};

use super::affine::affine;
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
    let Some(sizes) = graph.value(weights).fixed_shape() else { return Ok(false) };
    let (Some(&rows), Some(&channels)) = (sizes.first(), sizes.last()) else { return Ok(false) };
    let depth = graph.value(read).shape.as_ref().and_then(|dims| dims.last()?.size());
    let Some(elements) = affine.elements(rewriter, channels).filter(|_| depth == Some(channels)) else {
        return Ok(false);
    };
    let (Some(old), true) = (rewriter.floats(weights), rows > 0 && channels > 0) else { return Ok(false) };
    let at = |index: usize| elements[if elements.len() == 1 { 0 } else { index % channels }];
    let mut inputs = product.inputs.clone();
    let (op, name, output) = (product.op.clone(), product.name.clone(), product.outputs[0]);
    let scaled = affine
        .is_product
        .then(|| old.iter().enumerate().map(|(index, weight)| weight * at(index)).collect::<Vec<f32>>());
    let bias = match (affine.is_product, product.input(2)) {
        (true, _) => None,
        (false, bias) => {
            let own = match bias.map(|bias| rewriter.floats(bias)) {
                None => vec![0.0; rows],
                Some(Some(bias)) if bias.len() == rows => bias.to_vec(),
                Some(_) => return Ok(false),
            };
            let sum = |row: &[f32]| -> f64 {
                row.iter().enumerate().map(|(index, weight)| f64::from(*weight) * f64::from(at(index))).sum()
            };
            let sums = old.chunks_exact(old.len() / rows).map(sum);
            Some(
                own.iter().zip(sums).map(|(bias, sum)| (f64::from(*bias) + sum) as f32).collect::<Vec<f32>>(),
            )
        }
    };
    let like = graph.value(output).clone();
    let mut builder = rewriter.before(id);
    builder.set_scope(name);
    inputs[0] = Some(affine.x);
    if let Some(scaled) = scaled {
        inputs[1] = Some(builder.constant(&sizes, &scaled)?);
    }
    if let Some(bias) = bias {
        inputs.resize(inputs.len().max(3), None);
        inputs[2] = Some(builder.constant(&[rows], &bias)?);
    }
    let new = builder.add_values(op, &inputs, vec![like])?[0];
    rewriter.replace(output, new);
    Ok(true)
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
