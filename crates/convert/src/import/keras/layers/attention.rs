//! Attention.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator, owned};

use super::resizing::repeated;
use crate::build::Builder;
use crate::import::compose::activation::{scaled, softmax};
use crate::import::compose::einsum::{einsum, einsum_with_bias};
use crate::import::compose::shape::{self, Extent, expand_dims};
use crate::import::keras::context::{Context, Input, Tensor, array, constant};
use crate::import::keras::network::Layer;
use crate::import::keras::rules::{Masking, Rule};
use crate::import::keras::slots::Slots;
use crate::{Error, Result};

pub(super) static RULES: &[Rule] = &[
    Rule::new(
        &["MultiHeadAttention"],
        "FULLY_CONNECTED, RESHAPE, TRANSPOSE, BATCH_MATMUL, SOFTMAX",
        multi_head_attention,
    )
    .with_slots(projections)
    .with_masking(Masking::Makes),
    Rule::new(
        &["GroupQueryAttention", "GroupedQueryAttention"],
        "FULLY_CONNECTED, RESHAPE, TILE, TRANSPOSE, BATCH_MATMUL, SOFTMAX",
        grouped_query_attention,
    )
    .with_slots(projections)
    .with_masking(Masking::Makes),
    Rule::new(&["Attention"], "BATCH_MATMUL, SOFTMAX", attention)
        .with_slots(attention_slots)
        .with_masking(Masking::Makes),
    Rule::new(&["AdditiveAttention"], "ADD, TANH, SUM, SOFTMAX, BATCH_MATMUL", additive_attention)
        .with_slots(|layer| Ok(Slots::trained(usize::from(layer.config().bool("use_scale", true)?))))
        .with_masking(Masking::Makes),
];

/// A kernel and perhaps a bias for query, key, value and output.
fn projections(layer: &Layer) -> Result<Slots> {
    let count = 1 + usize::from(layer.config().bool("use_bias", true)?);
    let names = ["query_dense", "key_dense", "value_dense", "output_dense"];
    Ok(names.into_iter().fold(Slots::default(), |slots, name| slots.with(name, Slots::trained(count))))
}

fn attention_slots(layer: &Layer) -> Result<Slots> {
    let has_weight = layer.config().text_or("score_mode", "dot")? == "concat";
    Ok(Slots::trained(usize::from(layer.config().bool("use_scale", false)?) + usize::from(has_weight)))
}

/// What is put in place of scores that do not count: exp of it is 0, and sums with it do not overflow.
const HIDDEN: f32 = -1e9;

/// `scores` where `mask` is true, very low ones elsewhere.
pub(super) fn hide(b: &mut Builder<'_>, scores: ValueId, mask: ValueId) -> Result<ValueId> {
    let low = b.scalar(HIDDEN)?;
    b.add(BuiltinOperator::SELECT_V2, &[mask, scores, low])
}

/// Query, key and value, and which of their steps count.
struct Inputs {
    query: ValueId,
    key: ValueId,
    value: ValueId,
    query_mask: Option<ValueId>,
    key_masks: Vec<ValueId>,
}

/// The arguments `query`, `value`, and perhaps `key`.
fn inputs(context: &Context<'_, '_>) -> Result<Inputs> {
    let tensor = |position, name| context.tensor(position, name);
    let missing = || Error::invalid("it is called without query and value");
    let query = tensor(0, "query").ok_or_else(missing)?;
    let value = tensor(1, "value").ok_or_else(missing)?;
    let key = tensor(2, "key").unwrap_or(value);
    let mask = |name: &str, tensor: Tensor| match context.kwargs.get(name) {
        Some(Input::Tensor(mask)) => Some(mask.id),
        _ => tensor.mask,
    };
    let mut key_masks: Vec<ValueId> =
        [mask("value_mask", value), mask("key_mask", key)].into_iter().flatten().collect();
    key_masks.dedup();
    Ok(Inputs {
        query: query.id,
        key: key.id,
        value: value.id,
        query_mask: mask("query_mask", query),
        key_masks,
    })
}

/// Which scores `[n, queries, keys]` count: by the masks of the inputs, by an argument, and for queries only up to
/// themselves.
fn score_mask(context: &mut Context<'_, '_>, inputs: &Inputs) -> Result<Option<ValueId>> {
    let mut masks = Vec::new();
    if let Some(mask) = inputs.query_mask {
        masks.push(expand_dims(context.b, mask, 2)?);
    }
    for &mask in &inputs.key_masks {
        masks.push(expand_dims(context.b, mask, 1)?);
    }
    if context.bool(usize::MAX, "use_causal_mask", false)? {
        masks.push(causal(context.b, inputs.query, inputs.key)?);
    }
    if let Some(mask) = context.tensor(usize::MAX, "attention_mask") {
        masks.push(context.b.cast(mask.id, featherlite_base::DType::Bool)?);
    }
    let mut masks = masks.into_iter();
    let Some(mut all) = masks.next() else { return Ok(None) };
    for mask in masks {
        all = context.b.binary(BuiltinOperator::LOGICAL_AND, all, mask)?;
    }
    Ok(Some(all))
}

/// `[1, queries, keys]`: whether a key is not behind a query.
fn causal(b: &mut Builder<'_>, query: ValueId, key: ValueId) -> Result<ValueId> {
    let rows = numbers(b, query)?;
    let rows = shape::reshape(b, rows, &[Extent::Fixed(1), Extent::Of(query, 1), Extent::Fixed(1)])?;
    let columns = numbers(b, key)?;
    let columns = shape::reshape(b, columns, &[Extent::Fixed(1), Extent::Fixed(1), Extent::Of(key, 1)])?;
    b.binary(BuiltinOperator::GREATER_EQUAL, rows, columns)
}

/// The numbers of the steps of `[n, steps, …]`.
fn numbers(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let count = shape::shape(b, &[Extent::Of(x, 1)])?;
    let count = b.reshape(count, &[])?;
    let (start, step) = (b.scalar(0i32)?, b.scalar(1i32)?);
    b.add(BuiltinOperator::RANGE, &[start, count, step])
}

/// `x` times the kernel of the layer that the attribute `name` holds, plus its bias.
fn projected(context: &mut Context<'_, '_>, name: &str, equation: &str, x: ValueId) -> Result<ValueId> {
    let variables = context.child(name)?;
    let kernel = constant(context.b, array(variables, 0)?)?;
    let bias = variables.own.get(1).map(|bias| constant(context.b, bias)).transpose()?;
    einsum_with_bias(context.b, equation, x, kernel, bias)
}

fn multi_head_attention(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let rank = context.b.rank(context.x()?)?;
    if rank != 3 {
        return Err(Error::unsupported(format!("attention over tensors of {rank} dimensions"))
            .hint("reshape them to [batch, steps, features] around the layer"));
    }
    let inputs = inputs(context)?;
    context.mask = inputs.query_mask;
    let query = projected(context, "query_dense", "abc,cde->abde", inputs.query)?;
    let key = projected(context, "key_dense", "abc,cde->abde", inputs.key)?;
    let value = projected(context, "value_dense", "abc,cde->abde", inputs.value)?;
    let width = context.config().size("key_dim")?;
    let query = scaled(context.b, query, 1.0 / (width as f32).sqrt())?;
    let scores = einsum(context.b, "aecd,abcd->acbe", key, query)?;
    let scores = weighed(context, scores, &inputs)?;
    let made = einsum(context.b, "acbe,aecd->abcd", scores, value)?;
    finished(context, "abcd,cde->abe", made, scores)
}

fn grouped_query_attention(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let inputs = inputs(context)?;
    context.mask = inputs.query_mask;
    let query = projected(context, "query_dense", "bqm,muh->bquh", inputs.query)?;
    let key = projected(context, "key_dense", "bkm,mvh->bkvh", inputs.key)?;
    let value = projected(context, "value_dense", "bkm,mvh->bkvh", inputs.value)?;
    let (heads, width) = heads(context.b, query)?;
    let repeats = heads / self::heads(context.b, key)?.0.max(1);
    let key = repeated(context.b, key, 2, repeats)?;
    let value = repeated(context.b, value, 2, repeats)?;
    let query = scaled(context.b, query, 1.0 / (width as f32).sqrt())?;
    let scores = einsum(context.b, "bquh,bkuh->buqk", query, key)?;
    let scores = weighed(context, scores, &inputs)?;
    let made = einsum(context.b, "buqk,bkuh->bquh", scores, value)?;
    finished(context, "bquh,uhm->bqm", made, scores)
}

/// The two last sizes of `[n, steps, heads, width]`.
fn heads(b: &Builder<'_>, x: ValueId) -> Result<(usize, usize)> {
    let sizes = b.dims(x)?.iter().rev().map_while(|dim| dim.size()).collect::<Vec<_>>();
    match sizes[..] {
        [width, heads, ..] => Ok((heads, width)),
        _ => Err(Error::invalid("its projections have no heads")),
    }
}

/// The weights `[n, heads, queries, keys]` of scores.
fn weighed(context: &mut Context<'_, '_>, scores: ValueId, inputs: &Inputs) -> Result<ValueId> {
    let scores = match score_mask(context, inputs)? {
        None => scores,
        Some(mask) => {
            let rank = context.b.rank(mask)?;
            let mask = if rank == 3 { expand_dims(context.b, mask, 1)? } else { mask };
            hide(context.b, scores, mask)?
        }
    };
    softmax(context.b, scores, -1)
}

fn finished(
    context: &mut Context<'_, '_>,
    equation: &str,
    made: ValueId,
    scores: ValueId,
) -> Result<Vec<ValueId>> {
    let output = projected(context, "output_dense", equation, made)?;
    let returns_scores = context.bool(usize::MAX, "return_attention_scores", false)?;
    Ok(if returns_scores { vec![output, scores] } else { vec![output] })
}

/// Query, value and perhaps key in one list.
fn listed(context: &Context<'_, '_>) -> Result<Inputs> {
    let tensors = context.tensors_of_args();
    let (query, value, key) = match tensors[..] {
        [query, value] => (query, value, value),
        [query, value, key, ..] => (query, value, key),
        _ => return Err(Error::invalid("it is called without query and value")),
    };
    let masks = match context.kwargs.get("mask") {
        Some(Input::List(masks)) => {
            masks.iter().map(Input::tensor).map(|mask| mask.map(|mask| mask.id)).collect()
        }
        _ => vec![query.mask, value.mask],
    };
    let mask = |index: usize| masks.get(index).copied().flatten();
    Ok(Inputs {
        query: query.id,
        key: key.id,
        value: value.id,
        query_mask: mask(0),
        key_masks: mask(1).into_iter().collect(),
    })
}

fn attention(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let inputs = listed(context)?;
    let config = context.config();
    let has_scale = config.bool("use_scale", false)?;
    let scale = if has_scale { Some(context.variable(0)?) } else { None };
    let scores = match config.text_or("score_mode", "dot")? {
        "concat" => {
            let weight = context.variable(usize::from(has_scale))?;
            let sum = paired(context.b, inputs.query, inputs.key)?;
            let sum = scale.map_or(Ok(sum), |scale| context.b.binary(BuiltinOperator::MUL, sum, scale))?;
            let tanh = context.b.unary(BuiltinOperator::TANH, sum)?;
            let sum = context.b.reduce(BuiltinOperator::SUM, tanh, &[3], false)?;
            context.b.binary(BuiltinOperator::MUL, sum, weight)?
        }
        _ => {
            let scores = matmul(context.b, inputs.query, inputs.key, true)?;
            scale.map_or(Ok(scores), |scale| context.b.binary(BuiltinOperator::MUL, scores, scale))?
        }
    };
    applied(context, scores, &inputs)
}

fn additive_attention(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let inputs = listed(context)?;
    let sum = paired(context.b, inputs.query, inputs.key)?;
    let mut tanh = context.b.unary(BuiltinOperator::TANH, sum)?;
    if context.config().bool("use_scale", true)? {
        let scale = context.variable(0)?;
        tanh = context.b.binary(BuiltinOperator::MUL, tanh, scale)?;
    }
    let scores = context.b.reduce(BuiltinOperator::SUM, tanh, &[3], false)?;
    applied(context, scores, &inputs)
}

/// The sums of all pairs: `[n, queries, keys, width]`.
fn paired(b: &mut Builder<'_>, query: ValueId, key: ValueId) -> Result<ValueId> {
    let query = expand_dims(b, query, 2)?;
    let key = expand_dims(b, key, 1)?;
    b.binary(BuiltinOperator::ADD, query, key)
}

fn matmul(b: &mut Builder<'_>, x: ValueId, y: ValueId, adj_y: bool) -> Result<ValueId> {
    let options = owned::BatchMatMulOptions { adj_x: false, adj_y, asymmetric_quantize_inputs: false };
    b.add(Op::with(BuiltinOperator::BATCH_MATMUL, options), &[x, y])
}

/// The values weighted by scores `[n, queries, keys]`; those of queries that do not count are 0.
fn applied(context: &mut Context<'_, '_>, scores: ValueId, inputs: &Inputs) -> Result<Vec<ValueId>> {
    let unmasked = Inputs { query_mask: None, key_masks: inputs.key_masks.clone(), ..*inputs };
    context.mask = inputs.query_mask;
    let scores = match score_mask(context, &unmasked)? {
        None => scores,
        Some(mask) => hide(context.b, scores, mask)?,
    };
    let weights = softmax(context.b, scores, -1)?;
    let mut made = matmul(context.b, weights, inputs.value, false)?;
    if let Some(mask) = inputs.query_mask {
        let mask = expand_dims(context.b, mask, 2)?;
        let dtype = context.b.dtype(made);
        let factor = context.b.cast(mask, dtype)?;
        made = context.b.binary(BuiltinOperator::MUL, made, factor)?;
    }
    let returns_scores = context.bool(usize::MAX, "return_attention_scores", false)?;
    Ok(if returns_scores { vec![made, weights] } else { vec![made] })
}
