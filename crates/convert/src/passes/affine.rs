//! Multiplications and additions of constants behind a matrix product: part of its weights and bias. This is also how
//! batch normalization, which importers write as MUL and ADD, disappears.

use featherlite_base::DType;
use featherlite_ir::{Node, NodeId, Op, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::{AddOptions, MulOptions};

use super::rewriter::{activation, is_plain, set_activation};
use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules(
    "affine",
    Stage::Lower,
    "folds multiplications and additions of constants (batch normalization, bias) into the product before them",
    &[behind_product, chain, shifted_first],
);

/// A product with constant weights: its channels are this axis of the weights.
const PRODUCTS: &[(B, usize)] = &[
    (B::CONV_2D, 0),
    (B::DEPTHWISE_CONV_2D, 3),
    (B::FULLY_CONNECTED, 0),
    (B::TRANSPOSE_CONV, 0),
    (B::CONV_3D, 4),
];

/// Where a product reads its weights and bias.
fn places(op: &Op) -> (usize, usize) {
    if op.is(B::TRANSPOSE_CONV) { (1, 3) } else { (1, 2) }
}

/// `x * factor + term` of a node with one constant operand, in 32-bit floats.
pub(super) struct Affine {
    pub(super) x: ValueId,
    /// One element, or one for each channel (with leading dimensions of 1).
    constant: ValueId,
    pub(super) is_product: bool,
    is_negative: bool,
    is_inverse: bool,
}

pub(super) fn affine(rewriter: &Rewriter<'_>, node: &Node) -> Option<Affine> {
    let commutes = node.op.is(B::ADD) || node.op.is(B::MUL);
    let (x, constant) = rewriter.with_constant(node)?;
    if !(commutes || ((node.op.is(B::SUB) || node.op.is(B::DIV)) && node.input(1) == Some(constant))) {
        return None;
    }
    let is_float = rewriter.graph().value(constant).dtype == DType::F32;
    is_float.then_some(Affine {
        x,
        constant,
        is_product: node.op.is(B::MUL) || node.op.is(B::DIV),
        is_negative: node.op.is(B::SUB),
        is_inverse: node.op.is(B::DIV),
    })
}

impl Affine {
    /// The constant as one element, or one for each of `channels`, along the last dimension; `None` if it is shaped otherwise.
    pub(super) fn elements(&self, rewriter: &Rewriter<'_>, channels: usize) -> Option<Vec<f32>> {
        let sizes = rewriter.graph().value(self.constant).fixed_shape()?;
        let elements = rewriter.floats(self.constant)?;
        let fits = elements.len() == 1 || (elements.len() == channels && sizes.last() == Some(&channels));
        fits.then(|| {
            elements
                .iter()
                .map(|&element| match () {
                    () if self.is_negative => -element,
                    () if self.is_inverse => 1.0 / element,
                    () => element,
                })
                .collect()
        })
    }
}

fn behind_product(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let node = rewriter.graph().node(id);
    let Some(affine) = affine(rewriter, node) else { return Ok(false) };
    let (op, old) = (node.op.clone(), node.outputs[0]);
    let Some((product, channel_axis)) = any_product(rewriter, affine.x) else { return Ok(false) };
    let product = rewriter.graph().node(product).clone();
    let (weights_at, bias_at) = places(&product.op);
    let Some(weights) = product.input(weights_at) else { return Ok(false) };
    let Some(weights_shape) = rewriter.graph().value(weights).fixed_shape() else { return Ok(false) };
    let channels = weights_shape[channel_axis];
    let Some(elements) = affine.elements(rewriter, channels) else { return Ok(false) };
    if rewriter.graph().value(old).shape != rewriter.graph().value(affine.x).shape {
        return Ok(false);
    }
    let bias = match product.input(bias_at) {
        None => vec![0.0; channels],
        Some(bias) => match rewriter.floats(bias) {
            Some(bias) if bias.len() == channels => bias.to_vec(),
            _ => return Ok(false),
        },
    };
    let at = |channel: usize| elements[if elements.len() == 1 { 0 } else { channel }];
    let (new_weights, bias): (Option<Vec<f32>>, Vec<f32>) = if affine.is_product {
        let Some(data) = rewriter.floats(weights) else { return Ok(false) };
        let inner: usize = weights_shape[channel_axis + 1..].iter().product();
        let mut scaled = Vec::with_capacity(data.len());
        for (index, weights) in data.chunks_exact(inner).enumerate() {
            let factor = at(index % channels);
            scaled.extend(weights.iter().map(|&weight| weight * factor));
        }
        (Some(scaled), bias.iter().enumerate().map(|(channel, &bias)| bias * at(channel)).collect())
    } else {
        (None, bias.iter().enumerate().map(|(channel, &bias)| bias + at(channel)).collect())
    };
    let mut new_op = product.op.clone();
    if let Some(fused) = activation(&op) {
        set_activation(&mut new_op, fused);
    }
    let mut inputs = product.inputs.clone();
    inputs.resize(inputs.len().max(bias_at + 1), None);
    let mut builder = rewriter.before(id);
    builder.set_scope(product.name);
    if let Some(data) = new_weights {
        inputs[weights_at] = Some(builder.constant(&weights_shape, &data)?);
    }
    inputs[bias_at] = Some(builder.constant(&[channels], &bias)?);
    let like = builder.graph().value(old).clone();
    let new = builder.add_values(new_op, &inputs, vec![like])?[0];
    rewriter.replace(old, new);
    Ok(true)
}

/// The product with constant float weights that alone gives `value` to its only reader, and the axis of its channels.
pub(super) fn product(rewriter: &Rewriter<'_>, value: ValueId) -> Option<(NodeId, usize)> {
    any_product(rewriter, value).filter(|&(product, _)| {
        let node = rewriter.graph().node(product);
        node.input(places(&node.op).0).is_some_and(|weights| rewriter.floats(weights).is_some())
    })
}

/// As [`product`], with weights that may be computed, as those are that come quantized.
fn any_product(rewriter: &Rewriter<'_>, value: ValueId) -> Option<(NodeId, usize)> {
    let graph = rewriter.graph();
    let id = graph.producer(value).filter(|_| rewriter.is_used_once(value))?;
    let node = graph.node(id);
    let &(_, axis) = PRODUCTS.iter().find(|(code, _)| node.op.is(*code))?;
    is_plain(&node.op).then_some((id, axis))
}

/// Two additions, or two multiplications, of constants in a row.
fn chain(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let node = rewriter.graph().node(id);
    let Some(second) = affine(rewriter, node) else { return Ok(false) };
    let graph = rewriter.graph();
    let Some(first_node) = graph.producer(second.x).map(|producer| graph.node(producer)) else {
        return Ok(false);
    };
    let Some(first) = affine(rewriter, first_node) else { return Ok(false) };
    let is_alone = is_plain(&first_node.op) && rewriter.is_used_once(second.x);
    if !is_alone
        || first.is_product != second.is_product
        || graph.value(second.x).shape != graph.value(first.x).shape
    {
        return Ok(false);
    }
    let last = |value: ValueId| graph.value(value).shape.as_ref().and_then(|shape| shape.last()?.size());
    let Some(channels) = last(second.x) else { return Ok(false) };
    let (Some(a), Some(b)) = (first.elements(rewriter, channels), second.elements(rewriter, channels)) else {
        return Ok(false);
    };
    let old = node.outputs[0];
    if graph.value(old).shape != graph.value(second.x).shape {
        return Ok(false);
    }
    let count = a.len().max(b.len());
    let at = |list: &[f32], index: usize| list[if list.len() == 1 { 0 } else { index }];
    let join = |index: usize| match second.is_product {
        true => at(&a, index) * at(&b, index),
        false => at(&a, index) + at(&b, index),
    };
    let joined: Vec<f32> = (0..count).map(join).collect();
    let fused = activation(&node.op).unwrap_or_default();
    let op = match second.is_product {
        true => Op::with(B::MUL, MulOptions { fused_activation_function: fused }),
        false => Op::with(B::ADD, AddOptions { fused_activation_function: fused, ..AddOptions::default() }),
    };
    let mut builder = rewriter.before(id);
    let sizes = [count];
    let constant = builder.constant(if count == 1 { &[] } else { &sizes[..] }, &joined)?;
    rewriter.substitute(id, op, &[first.x, constant])
}

/// `(x + a) * b + c`, in which the additions meet when the multiplication goes first: `x * b + (a * b + c)`.
fn shifted_first(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let graph = rewriter.graph();
    let node = graph.node(id);
    let made = |value: ValueId| {
        let maker = graph.find(graph.producer(value)?)?;
        (is_plain(&maker.op) && rewriter.is_used_once(value)).then_some(maker)
    };
    let Some(last) = affine(rewriter, node).filter(|last| !last.is_product) else { return Ok(false) };
    let Some(second) = made(last.x).and_then(|node| affine(rewriter, node)) else { return Ok(false) };
    let Some(first) = made(second.x).and_then(|node| affine(rewriter, node)) else { return Ok(false) };
    let shape = |value: ValueId| graph.value(value).shape.as_ref();
    let is_alike = shape(node.outputs[0]) == shape(first.x);
    let channels = shape(first.x).and_then(|shape| shape.last()?.size());
    let Some(channels) = channels.filter(|_| second.is_product && !first.is_product && is_alike) else {
        return Ok(false);
    };
    let elements = [&first, &second, &last].map(|affine| affine.elements(rewriter, channels));
    let [Some(a), Some(b), Some(c)] = elements else { return Ok(false) };
    let at = |list: &[f32], index: usize| list[if list.len() == 1 { 0 } else { index }];
    let terms: Vec<f32> = (0..channels).map(|index| at(&a, index) * at(&b, index) + at(&c, index)).collect();
    let fused_activation_function = activation(&node.op).unwrap_or_default();
    let op = Op::with(B::ADD, AddOptions { fused_activation_function, ..AddOptions::default() });
    let is_single = b.len() == 1;
    let mut builder = rewriter.before(id);
    let sizes = [channels];
    let factor = builder.constant(if is_single { &[] } else { &sizes[..] }, &b)?;
    let scaled = builder.binary(B::MUL, first.x, factor)?;
    let term = builder.constant(&sizes, &terms)?;
    rewriter.substitute(id, op, &[scaled, term])
}
