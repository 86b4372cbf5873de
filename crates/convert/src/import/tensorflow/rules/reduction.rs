//! Reductions along axes, and searches.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as B, TensorType, owned};

use super::super::call::Call;
use super::{Rule, many, one};
use crate::Result;
use crate::import::compose::shape::axis;

pub(super) const RULES: &[Rule] = &[
    one(&["Mean"], &[B::MEAN], |call| reduce(call, B::MEAN)),
    one(&["Sum"], &[B::SUM], |call| reduce(call, B::SUM)),
    one(&["Max"], &[B::REDUCE_MAX], |call| reduce(call, B::REDUCE_MAX)),
    one(&["Min"], &[B::REDUCE_MIN], |call| reduce(call, B::REDUCE_MIN)),
    one(&["Prod"], &[B::REDUCE_PROD], |call| reduce(call, B::REDUCE_PROD)),
    one(&["Any"], &[B::REDUCE_ANY], |call| reduce(call, B::REDUCE_ANY)),
    one(&["All"], &[B::REDUCE_ALL], |call| reduce(call, B::REDUCE_ALL)),
    one(&["EuclideanNorm"], &[B::SQUARE, B::SUM, B::SQRT], euclidean_norm),
    one(&["ArgMax"], &[B::ARG_MAX], arg_max),
    one(&["ArgMin"], &[B::ARG_MIN], arg_min),
    one(&["Cumsum"], &[B::CUMSUM], cumsum),
    many(&["TopK", "TopKV2"], &[B::TOPK_V2], top_k),
];

/// The axes, the second operand, as a vector.
fn axes(call: &mut Call<'_, '_, '_>, x: ValueId) -> Result<ValueId> {
    match call.integers(1) {
        Ok(list) => {
            let rank = call.builder.rank(x)?;
            let axes =
                list.into_iter().map(|index| Ok(axis(index, rank)? as i32)).collect::<Result<Vec<_>>>()?;
            call.builder.constant(&[axes.len()], &axes)
        }
        Err(_) => call.index_input(1),
    }
}

fn reduce(call: &mut Call<'_, '_, '_>, op: B) -> Result<ValueId> {
    let x = call.input(0)?;
    reduced(call, op, x)
}

fn reduced(call: &mut Call<'_, '_, '_>, op: B, x: ValueId) -> Result<ValueId> {
    let keep_dims = call.bool_or("keep_dims", false)?;
    let axes = axes(call, x)?;
    call.builder.add(Op::with(op, owned::ReducerOptions { keep_dims }), &[x, axes])
}

fn euclidean_norm(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let x = call.input(0)?;
    let squares = call.builder.unary(B::SQUARE, x)?;
    let sum = reduced(call, B::SUM, squares)?;
    call.builder.unary(B::SQRT, sum)
}

fn output_type(call: &Call<'_, '_, '_>) -> Result<(DType, TensorType)> {
    let dtype = call.dtype_or("output_type", DType::I64)?;
    Ok((dtype, TensorType(dtype as i8)))
}

fn arg_max(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (dtype, output_type) = output_type(call)?;
    let inputs = [call.input(0)?, call.index_input(1)?];
    call.builder.add_typed(Op::with(B::ARG_MAX, owned::ArgMaxOptions { output_type }), &inputs, dtype)
}

fn arg_min(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (dtype, output_type) = output_type(call)?;
    let inputs = [call.input(0)?, call.index_input(1)?];
    call.builder.add_typed(Op::with(B::ARG_MIN, owned::ArgMinOptions { output_type }), &inputs, dtype)
}

fn cumsum(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let options = owned::CumsumOptions {
        exclusive: call.bool_or("exclusive", false)?,
        reverse: call.bool_or("reverse", false)?,
    };
    let inputs = [call.input(0)?, call.index_input(1)?];
    call.builder.add(Op::with(B::CUMSUM, options), &inputs)
}

fn top_k(call: &mut Call<'_, '_, '_>) -> Result<Vec<ValueId>> {
    let x = call.input(0)?;
    let k = match call.operands.len() {
        1 => call.builder.scalar(call.int_or("k", 1)? as i32)?,
        _ => call.index_input(1)?,
    };
    let dtype = call.builder.dtype(x);
    let found = call.builder.add_as(B::TOPK_V2, &[Some(x), Some(k)], &[dtype, DType::I32])?;
    let indices = call.builder.cast(found[1], call.dtype_or("index_type", DType::I32)?)?;
    Ok(vec![found[0], indices])
}
