//! Reductions along axes, extremes and their positions, running sums.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as Tflite, TensorType, owned};

use super::call::{self, Call};
use super::rules::Row;
use super::rules::Rule::{Many, One};
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("ArgMax", One(|c| arg(c, Tflite::ARG_MAX), "ARG_MAX")),
    ("ArgMin", One(|c| arg(c, Tflite::ARG_MIN), "ARG_MIN")),
    ("CumProd", One(cumulative_product, "SPLIT, MUL, CONCATENATION")),
    ("CumSum", One(cumulative_sum, "CUMSUM")),
    ("ReduceL1", One(|c| through(c, Some(Tflite::ABS), Tflite::SUM, None), "ABS, SUM")),
    ("ReduceL2", One(reduce_l2, "MUL, SUM, SQRT")),
    ("ReduceLogSum", One(|c| through(c, None, Tflite::SUM, Some(Tflite::LOG)), "SUM, LOG")),
    ("ReduceLogSumExp", One(reduce_log_sum_exp, "REDUCE_MAX, SUB, EXP, SUM, LOG, ADD")),
    ("ReduceMax", One(|c| extreme(c, Tflite::REDUCE_MAX, Tflite::REDUCE_ANY), "REDUCE_MAX, REDUCE_ANY")),
    ("ReduceMean", One(|c| through(c, None, Tflite::MEAN, None), "MEAN")),
    ("ReduceMin", One(|c| extreme(c, Tflite::REDUCE_MIN, Tflite::REDUCE_ALL), "REDUCE_MIN, REDUCE_ALL")),
    ("ReduceProd", One(|c| through(c, None, Tflite::REDUCE_PROD, None), "REDUCE_PROD")),
    ("ReduceSum", One(|c| through(c, None, Tflite::SUM, None), "SUM")),
    ("ReduceSumSquare", One(reduce_sum_square, "MUL, SUM")),
    ("TopK", Many(top_k, "TOPK_V2")),
];

/// The axes that are reduced: an attribute or an input, all if there are none.
#[derive(Clone, Copy)]
struct Axes {
    list: ValueId,
    keep_dims: bool,
}

impl Axes {
    /// `None` if there is nothing to reduce.
    fn read(c: &mut Call<'_, '_>, x: ValueId) -> Result<Option<Self>> {
        let rank = c.rank(x)?;
        let keep_dims = c.attributes.int_or("keepdims", 1)? != 0;
        let stated = match c.attributes.ints("axes")? {
            Some(axes) => Some(c.b.constant(&[axes.len()], axes)?),
            None => c.optional(1)?,
        };
        let is_empty = |c: &Call<'_, '_>, axes: ValueId| c.sizes(axes).is_ok_and(|sizes| sizes == [0]);
        let list = match stated.filter(|&axes| !is_empty(c, axes)) {
            Some(axes) => match c.b.integers(axes) {
                Some(axes) => {
                    let axes: Vec<i64> =
                        call::axes(&axes, rank)?.into_iter().map(|axis| axis as i64).collect();
                    c.vector(&axes)?
                }
                None => c.index(axes)?,
            },
            None if c.attributes.flag("noop_with_empty_axes")? => return Ok(None),
            None => c.vector(&(0..rank as i64).collect::<Vec<_>>())?,
        };
        Ok(Some(Self { list, keep_dims }))
    }

    fn reduce(self, c: &mut Call<'_, '_>, op: Tflite, x: ValueId) -> Result<ValueId> {
        let options = owned::ReducerOptions { keep_dims: self.keep_dims };
        c.b.add(Op::with(op, options), &[x, self.list])
    }
}

/// `x` reduced, in a wider type where the operator does not take its own.
fn reduce(c: &mut Call<'_, '_>, op: Tflite, x: ValueId) -> Result<ValueId> {
    let Some(axes) = Axes::read(c, x)? else { return Ok(x) };
    let dtype = c.dtype(x);
    let wide = match dtype {
        DType::I8 | DType::U8 | DType::I16 | DType::U16 => DType::I32,
        DType::U32 => DType::I64,
        other => other,
    };
    let x = c.b.cast(x, wide)?;
    let reduced = axes.reduce(c, op, x)?;
    c.b.cast(reduced, dtype)
}

/// `after(op(before(x)))`
fn through(
    c: &mut Call<'_, '_>,
    before: Option<Tflite>,
    op: Tflite,
    after: Option<Tflite>,
) -> Result<ValueId> {
    let mut x = c.input(0)?;
    if let Some(before) = before {
        x = c.elementwise(before, &[x])?;
    }
    let reduced = reduce(c, op, x)?;
    after.map_or(Ok(reduced), |after| c.elementwise(after, &[reduced]))
}

fn extreme(c: &mut Call<'_, '_>, op: Tflite, of_bool: Tflite) -> Result<ValueId> {
    let x = c.input(0)?;
    let op = if c.dtype(x) == DType::Bool { of_bool } else { op };
    reduce(c, op, x)
}

fn reduce_sum_square(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let square = c.elementwise(Tflite::MUL, &[x, x])?;
    reduce(c, Tflite::SUM, square)
}

fn reduce_l2(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let dtype = c.dtype(x);
    let real = c.b.cast(x, DType::F32)?;
    let square = c.binary(Tflite::MUL, real, real)?;
    let sum = reduce(c, Tflite::SUM, square)?;
    let root = c.unary(Tflite::SQRT, sum)?;
    c.b.cast(root, dtype)
}

/// log Σ e^(x - max) + max, which does not overflow.
fn reduce_log_sum_exp(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let Some(axes) = Axes::read(c, x)? else { return Ok(x) };
    let max = Axes { keep_dims: true, ..axes }.reduce(c, Tflite::REDUCE_MAX, x)?;
    let difference = c.binary(Tflite::SUB, x, max)?;
    let exp = c.unary(Tflite::EXP, difference)?;
    let sum = axes.reduce(c, Tflite::SUM, exp)?;
    let log = c.unary(Tflite::LOG, sum)?;
    let max = if axes.keep_dims { max } else { axes.reduce(c, Tflite::REDUCE_MAX, x)? };
    c.binary(Tflite::ADD, log, max)
}

/// The first position of the extreme, or with `select_last_index` the last.
fn arg(c: &mut Call<'_, '_>, op: Tflite) -> Result<ValueId> {
    let mut x = c.input(0)?;
    let axis = c.axis_or(0, c.rank(x)?)?;
    let is_last = c.attributes.flag("select_last_index")?;
    let axis_value = c.b.scalar(axis as i32)?;
    if is_last {
        let axes = c.vector(&[axis as i64])?;
        x = c.b.add(Tflite::REVERSE_V2, &[x, axes])?;
    }
    if c.dtype(x) == DType::I64 || c.dtype(x) == DType::I16 {
        x = c.b.cast(x, DType::I32)?;
    }
    let op = match op {
        Tflite::ARG_MAX => Op::with(op, owned::ArgMaxOptions { output_type: TensorType::INT64 }),
        _ => Op::with(op, owned::ArgMinOptions { output_type: TensorType::INT64 }),
    };
    let mut index = c.b.add_typed(op, &[x, axis_value], DType::I64)?;
    if is_last {
        let last = c.size(x, axis)? as f64 - 1.0;
        let last = c.scalar_of(DType::I64, last)?;
        index = c.binary(Tflite::SUB, last, index)?;
    }
    if c.attributes.int_or("keepdims", 1)? != 0 { c.expand(index, axis) } else { Ok(index) }
}

/// The greatest or smallest along an axis, in order, and their positions.
fn top_k(c: &mut Call<'_, '_>) -> Result<Vec<ValueId>> {
    let x = c.input(0)?;
    let (rank, dtype) = (c.rank(x)?, c.dtype(x));
    let axis = c.axis_or(-1, rank)?;
    let is_largest = c.attributes.int_or("largest", 1)? != 0;
    let k = match c.attributes.int("k")? {
        Some(k) => c.b.scalar(call::narrow(k))?,
        None => {
            let k = c.input(1)?;
            let k = c.index(k)?;
            c.reshape(k, &[])?
        }
    };
    let wide = if matches!(dtype, DType::U32 | DType::U16) { DType::I64 } else { dtype };
    let mut keys = c.b.cast(x, wide)?;
    let mut axes: Vec<usize> = (0..rank).collect();
    axes.swap(axis, rank - 1);
    if axis + 1 != rank {
        keys = c.b.transpose(keys, &axes)?;
    }
    if !is_largest {
        keys = c.elementwise(Tflite::NEG, &[keys])?;
    }
    let found = c.b.add_as(Tflite::TOPK_V2, &[Some(keys), Some(k)], &[wide, DType::I32])?;
    let (mut values, mut indices) = (found[0], found[1]);
    if !is_largest {
        values = c.elementwise(Tflite::NEG, &[values])?;
    }
    if axis + 1 != rank {
        values = c.b.transpose(values, &axes)?;
        indices = c.b.transpose(indices, &axes)?;
    }
    Ok(vec![c.b.cast(values, dtype)?, c.b.cast(indices, DType::I64)?])
}

/// The axis is an input.
fn cumulative_axis(c: &Call<'_, '_>, x: ValueId) -> Result<usize> {
    let axis = c.constant_integers(1, "the axis")?.and_then(|axis| axis.first().copied());
    call::axis(axis.ok_or_else(|| Error::invalid("the axis is missing"))?, c.rank(x)?)
}

fn cumulative_sum(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let axis = c.input(1)?;
    let axis = c.index(axis)?;
    let axis = c.reshape(axis, &[])?;
    let options = owned::CumsumOptions {
        exclusive: c.attributes.flag("exclusive")?,
        reverse: c.attributes.flag("reverse")?,
    };
    c.b.add(Op::with(Tflite::CUMSUM, options), &[x, axis])
}

/// Factors at most: each is a node.
const FACTORS: usize = 256;

/// One product after the other.
fn cumulative_product(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let axis = cumulative_axis(c, x)?;
    let size = c.size(x, axis)?;
    if size == 0 || size > FACTORS {
        return Err(Error::unsupported(format!("products of {size} factors; at most {FACTORS} are")));
    }
    let (exclusive, reverse) = (c.attributes.flag("exclusive")?, c.attributes.flag("reverse")?);
    let mut factors = super::slicing::split_at(c, x, axis, &vec![1; size])?;
    if reverse {
        factors.reverse();
    }
    if exclusive {
        let zero = c.with_scalar(Tflite::MUL, factors[0], 0.0)?;
        let one = c.with_scalar(Tflite::ADD, zero, 1.0)?;
        factors.insert(0, one);
        factors.pop();
    }
    for index in 1..size {
        factors[index] = c.elementwise(Tflite::MUL, &[factors[index - 1], factors[index]])?;
    }
    if reverse {
        factors.reverse();
    }
    if size == 1 { Ok(factors[0]) } else { c.b.concatenation(&factors, axis as i32) }
}
