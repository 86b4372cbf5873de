//! Attention, and the rotation of positions that goes with it.

use featherlite_base::DType;
use featherlite_ir::{Dim, Op, ValueId};
use featherlite_schema::{BuiltinOperator as Tflite, owned};

use super::call::Call;
use super::rules::Row;
use super::rules::Rule::{Many, One};
use super::slicing;
use crate::import::compose::activation::softmax;
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("Attention", Many(attention, "MUL, BATCH_MATMUL, ADD, SOFTMAX, SELECT_V2")),
    ("RotaryEmbedding", One(rotary, "SPLIT, MUL, SUB, ADD, CONCATENATION")),
];

/// Queries `[b, h, s, d]`, keys and values `[b, g, l, d]`, where `g` divides `h`; or with heads within the last dimension.
fn attention(c: &mut Call<'_, '_>) -> Result<Vec<ValueId>> {
    let is_flat = c.rank(c.input(0)?)? == 3;
    let query_heads = c.attributes.size_or("q_num_heads", 1)?;
    let key_heads = c.attributes.size_or("kv_num_heads", 1)?;
    let mut head = |index: usize, heads: usize| -> Result<ValueId> {
        let x = c.input(index)?;
        if is_flat { split_heads(c, x, heads) } else { Ok(x) }
    };
    let (query, key, value) = (head(0, query_heads)?, head(1, key_heads)?, head(2, key_heads)?);
    let past = c.optional(4)?;
    let before = past.map(|past| c.size(past, 2)).transpose()?.unwrap_or(0);
    let past_value = c.optional(5)?;
    let mut extended = |past: Option<ValueId>, new: ValueId| match past {
        Some(past) => c.b.concatenation(&[past, new], 2),
        None => Ok(new),
    };
    let (key, value) = (extended(past, key)?, extended(past_value, value)?);
    let scale = match c.attributes.float("scale")? {
        Some(scale) => f64::from(scale),
        None => 1.0 / (c.size(query, 3)? as f64).sqrt(),
    };
    let bias = bias(c, query, key, before)?;
    let heads = c.size(query, 1)?;
    let (keys, values) = (repeated(c, key, heads)?, repeated(c, value, heads)?);
    let scaled = c.with_scalar(Tflite::MUL, query, scale)?;
    let product = owned::BatchMatMulOptions { adj_y: true, ..Default::default() };
    let scores = c.b.add(Op::with(Tflite::BATCH_MATMUL, product), &[scaled, keys])?;
    let capped = soft_cap(c, scores)?;
    let biased = bias.map_or(Ok(capped), |bias| c.binary(Tflite::ADD, capped, bias))?;
    let weights = softmax(c.b, biased, -1)?;
    let weights = without_hidden_rows(c, weights, bias)?;
    let product = owned::BatchMatMulOptions::default();
    let mut result = c.b.add(Op::with(Tflite::BATCH_MATMUL, product), &[weights, values])?;
    if is_flat {
        let (dims, size) = (c.dims(result)?, c.size(result, 3)?);
        let turned = c.b.transpose(result, &[0, 2, 1, 3])?;
        result = c.reshape(turned, &[dims[0], dims[2], Dim::fixed(heads * size)])?;
    }
    let shown = match c.attributes.int_or("qk_matmul_output_mode", 0)? {
        0 => scores,
        1 => capped,
        2 => biased,
        _ => weights,
    };
    Ok(vec![result, key, value, shown])
}

/// `[b, s, h * d]` as `[b, h, s, d]`.
fn split_heads(c: &mut Call<'_, '_>, x: ValueId, heads: usize) -> Result<ValueId> {
    let (dims, size) = (c.dims(x)?, c.size(x, 2)?);
    if heads == 0 || !size.is_multiple_of(heads) {
        return Err(Error::invalid(format!("{heads} heads of {size} numbers")));
    }
    let split = c.reshape(x, &[dims[0], dims[1], Dim::fixed(heads), Dim::fixed(size / heads)])?;
    c.b.transpose(split, &[0, 2, 1, 3])
}

/// Each head as often as `heads` asks for.
fn repeated(c: &mut Call<'_, '_>, x: ValueId, heads: usize) -> Result<ValueId> {
    let own = c.size(x, 1)?;
    if own == heads {
        return Ok(x);
    }
    if own == 0 || !heads.is_multiple_of(own) {
        return Err(Error::invalid(format!("{heads} heads of queries for {own} of keys")));
    }
    let order: Vec<i64> = (0..heads).map(|head| (head / (heads / own)) as i64).collect();
    let order = c.vector(&order)?;
    super::gather::along(c, x, order, 1)
}

/// cap * tanh(x / cap)
fn soft_cap(c: &mut Call<'_, '_>, x: ValueId) -> Result<ValueId> {
    let cap = f64::from(c.attributes.float_or("softcap", 0.0)?);
    if cap <= 0.0 {
        return Ok(x);
    }
    let small = c.with_scalar(Tflite::MUL, x, 1.0 / cap)?;
    let bent = c.unary(Tflite::TANH, small)?;
    c.with_scalar(Tflite::MUL, bent, cap)
}

/// 0 where a query may see a key and -∞ elsewhere, by all that limits it.
fn bias(c: &mut Call<'_, '_>, query: ValueId, key: ValueId, before: usize) -> Result<Option<ValueId>> {
    let mut terms = Vec::new();
    let lengths = c.optional(6)?;
    if let Some(mask) = c.optional(3)? {
        terms.push(mask_bias(c, mask, key)?);
    }
    let is_causal = c.attributes.flag("is_causal")?;
    let (left, right) =
        (c.attributes.int_or("left_window_size", -1)?, c.attributes.int_or("right_window_size", -1)?);
    if is_causal || left >= 0 || right >= 0 {
        let right = if is_causal { Some(0) } else { Some(right).filter(|&right| right >= 0) };
        let left = Some(left).filter(|&left| left >= 0);
        let (queries, keys) = (c.size(query, 2)?, c.size(key, 2)?);
        terms.push(match lengths {
            Some(lengths) => window_from(c, lengths, [queries, keys], left, right)?,
            None => {
                let is_seen = |row: usize, column: usize| {
                    let distance = column as i64 - (row + before) as i64;
                    left.is_none_or(|left| -distance <= left) && right.is_none_or(|right| distance <= right)
                };
                let value = |index: usize| {
                    if is_seen(index / keys, index % keys) { 0.0 } else { f32::NEG_INFINITY }
                };
                let values: Vec<f32> = (0..queries * keys).map(value).collect();
                c.b.constant(&[queries, keys], &values)?
            }
        });
    }
    if let Some(lengths) = lengths {
        let keys = c.size(key, 2)?;
        let positions: Vec<i32> = (0..keys as i32).collect();
        let positions = c.b.constant(&[1, 1, 1, keys], &positions)?;
        let lengths = c.index(lengths)?;
        let batch = c.dims(lengths)?[0];
        let lengths = c.reshape(lengths, &[batch, Dim::fixed(1), Dim::fixed(1), Dim::fixed(1)])?;
        let is_there = c.binary(Tflite::LESS, positions, lengths)?;
        terms.push(bias_where(c, is_there)?);
    }
    let mut terms = terms.into_iter();
    let Some(mut sum) = terms.next() else { return Ok(None) };
    for term in terms {
        sum = c.binary(Tflite::ADD, sum, term)?;
    }
    Ok(Some(sum))
}

/// A mask of booleans or numbers, which may end before the keys do.
fn mask_bias(c: &mut Call<'_, '_>, mask: ValueId, key: ValueId) -> Result<ValueId> {
    let bias = if c.dtype(mask) == DType::Bool { bias_where(c, mask)? } else { mask };
    let axis = c.rank(bias)?.checked_sub(1).ok_or_else(|| Error::invalid("the mask is a scalar"))?;
    let (Some(size), Some(keys)) = (c.dims(bias)?[axis].size(), c.dims(key)?[2].size()) else {
        return Ok(bias);
    };
    if size >= keys || size == 1 {
        return Ok(bias);
    }
    let mut amounts = vec![0i32; 2 * axis];
    amounts.extend([0, (keys - size) as i32]);
    let amounts = c.b.constant(&[axis + 1, 2], &amounts)?;
    let hidden = c.b.scalar(f32::NEG_INFINITY)?;
    c.b.add(Tflite::PADV2, &[bias, amounts, hidden])
}

/// 0 where the condition holds, -∞ elsewhere.
fn bias_where(c: &mut Call<'_, '_>, condition: ValueId) -> Result<ValueId> {
    let (seen, hidden) = (c.b.scalar(0f32)?, c.b.scalar(f32::NEG_INFINITY)?);
    c.b.add_typed(Tflite::SELECT_V2, &[condition, seen, hidden], DType::F32)
}

/// The windows of queries that end where the keys of each batch do.
fn window_from(
    c: &mut Call<'_, '_>,
    lengths: ValueId,
    [queries, keys]: [usize; 2],
    left: Option<i64>,
    right: Option<i64>,
) -> Result<ValueId> {
    let distance = |index: usize| (index % keys) as i32 - (index / keys) as i32 + queries as i32;
    let distances: Vec<i32> = (0..queries * keys).map(distance).collect();
    let distances = c.b.constant(&[1, 1, queries, keys], &distances)?;
    let lengths = c.index(lengths)?;
    let batch = c.dims(lengths)?[0];
    let lengths = c.reshape(lengths, &[batch, Dim::fixed(1), Dim::fixed(1), Dim::fixed(1)])?;
    let distances = c.binary(Tflite::SUB, distances, lengths)?;
    let mut seen = None;
    for (limit, op) in [(right, Tflite::LESS_EQUAL), (left.map(|left| -left), Tflite::GREATER_EQUAL)] {
        let Some(limit) = limit else { continue };
        let holds = c.with_scalar(op, distances, limit as f64)?;
        seen = Some(match seen {
            Some(seen) => c.binary(Tflite::LOGICAL_AND, seen, holds)?,
            None => holds,
        });
    }
    let seen = seen.ok_or_else(|| Error::internal("a window without limits"))?;
    bias_where(c, seen)
}

/// Rows in which everything is hidden give 0. Those of a bias that is known are looked at now.
fn without_hidden_rows(c: &mut Call<'_, '_>, weights: ValueId, bias: Option<ValueId>) -> Result<ValueId> {
    let Some(bias) = bias else { return Ok(weights) };
    let keys = c.size(bias, c.rank(bias)? - 1)?.max(1);
    if let Some(values) = c.b.elements::<f32>(bias)
        && values.chunks(keys).all(|row| row.iter().any(|value| value.is_finite()))
    {
        return Ok(weights);
    }
    let greatest = c.b.reduce(Tflite::REDUCE_MAX, bias, &[c.rank(bias)? as i32 - 1], true)?;
    // The greatest of nothing but -∞ is the least finite number in TFLite.
    let is_hidden = c.with_scalar(Tflite::LESS_EQUAL, greatest, f64::from(f32::MIN))?;
    let zero = c.b.scalar(0f32)?;
    c.b.add_typed(Tflite::SELECT_V2, &[is_hidden, zero, weights], DType::F32)
}

/// Pairs of numbers turned by an angle that grows with the position.
fn rotary(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, cos, sin) = (c.input(0)?, c.input(1)?, c.input(2)?);
    let dims = c.dims(x)?;
    let heads_first = dims.len() == 4;
    // `[b, s, h, d]`
    let mut rows = if heads_first {
        c.b.transpose(x, &[0, 2, 1, 3])?
    } else {
        let (heads, size) = (c.attributes.size_or("num_heads", 0)?, c.size(x, 2)?);
        if heads == 0 || !size.is_multiple_of(heads) {
            return Err(Error::invalid(format!("{heads} heads of {size} numbers")));
        }
        c.reshape(x, &[dims[0], dims[1], Dim::fixed(heads), Dim::fixed(size / heads)])?
    };
    let size = c.size(rows, 3)?;
    let turned = match c.attributes.size_or("rotary_embedding_dim", 0)? {
        0 => size,
        turned if turned <= size => turned,
        turned => return Err(Error::invalid(format!("{turned} of {size} numbers are turned"))),
    };
    let positions = c.optional(3)?;
    let mut table = |table: ValueId| -> Result<ValueId> {
        let angles = match positions {
            Some(positions) => super::gather::along(c, table, positions, 0)?,
            None => table,
        };
        c.expand(angles, 2)
    };
    let (cos, sin) = (table(cos)?, table(sin)?);
    let kept = if turned < size { Some(slicing::part(c, rows, 3, turned, size)?) } else { None };
    let full = c.dims(rows)?;
    if turned < size {
        rows = slicing::part(c, rows, 3, 0, turned)?;
    }
    let is_interleaved = c.attributes.flag("interleaved")?;
    let half = turned / 2;
    let (first, second) = if is_interleaved {
        let pairs = c.reshape(rows, &[full[0], full[1], full[2], Dim::fixed(half), Dim::fixed(2)])?;
        let parts = slicing::split_at(c, pairs, 4, &[1, 1])?;
        (c.squeeze(parts[0], &[4])?, c.squeeze(parts[1], &[4])?)
    } else {
        let parts = slicing::split_at(c, rows, 3, &[half as i64; 2])?;
        (parts[0], parts[1])
    };
    let mut mixed = |a: ValueId, op: Tflite, b: ValueId| -> Result<ValueId> {
        let (x, y) = (c.binary(Tflite::MUL, first, a)?, c.binary(Tflite::MUL, second, b)?);
        c.binary(op, x, y)
    };
    let (real, imaginary) = (mixed(cos, Tflite::SUB, sin)?, mixed(sin, Tflite::ADD, cos)?);
    let mut result = if is_interleaved {
        let (real, imaginary) = (c.expand(real, 4)?, c.expand(imaginary, 4)?);
        let pairs = c.b.concatenation(&[real, imaginary], 4)?;
        c.reshape(pairs, &[full[0], full[1], full[2], Dim::fixed(turned)])?
    } else {
        c.b.concatenation(&[real, imaginary], 3)?
    };
    if let Some(kept) = kept {
        result = c.b.concatenation(&[result, kept], 3)?;
    }
    if heads_first { c.b.transpose(result, &[0, 2, 1, 3]) } else { c.reshape(result, &dims) }
}
