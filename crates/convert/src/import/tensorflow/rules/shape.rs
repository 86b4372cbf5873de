//! Shapes: reading, changing and joining them.

use featherlite_base::{DType, arena};
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as B, MirrorPadMode, TensorType, owned};

use super::super::call::Call;
use super::super::operand::Operand;
use super::super::refusal::refuse;
use super::super::translate;
use super::{Rule, any, many, one};
use crate::build::Builder;
use crate::import::compose::shape::{self, axis, expand_dims};
use crate::{Error, Result};

pub(super) const RULES: &[Rule] = &[
    any(&["Const"], &[], constant),
    any(&["NoOp", "Assert", "PrintV2"], &[], |_| Ok(Vec::new())),
    one(&["Reshape"], &[B::RESHAPE], reshape),
    one(&["ExpandDims"], &[B::RESHAPE], expand),
    one(&["Squeeze"], &[B::RESHAPE], squeeze),
    one(&["Shape"], &[B::SHAPE], |call| shape_of(call, 0)),
    many(&["ShapeN"], &[B::SHAPE], |call| {
        (0..call.operands.len()).map(|index| shape_of(call, index)).collect()
    }),
    one(&["Size"], &[B::SHAPE, B::REDUCE_PROD], size),
    one(&["Rank"], &[B::RANK], rank),
    one(&["Transpose", "ConjugateTranspose"], &[B::TRANSPOSE], transpose),
    one(&["Pack"], &[B::PACK], pack),
    many(&["Unpack"], &[B::UNPACK], unpack),
    one(&["ConcatV2", "Concat"], &[B::CONCATENATION], concat),
    many(&["Split"], &[B::SPLIT], split),
    many(&["SplitV"], &[B::SPLIT_V], split_v),
    one(&["Tile"], &[B::TILE], |call| with_index(call, B::TILE)),
    one(&["BroadcastTo"], &[B::BROADCAST_TO], |call| with_index(call, B::BROADCAST_TO)),
    one(&["BroadcastArgs"], &[B::BROADCAST_ARGS], broadcast_args),
    one(&["Fill"], &[B::FILL], fill),
    one(&["ZerosLike"], &[B::ZEROS_LIKE], |call| {
        call.input(0).and_then(|x| call.builder.unary(B::ZEROS_LIKE, x))
    }),
    one(&["OnesLike"], &[B::SHAPE, B::FILL], ones_like),
    one(&["Pad"], &[B::PAD], |call| with_index(call, B::PAD)),
    one(&["PadV2"], &[B::PADV2], pad_v2),
    one(&["MirrorPad"], &[B::MIRROR_PAD], mirror_pad),
    one(&["Range"], &[B::RANGE], range),
    one(&["LinSpace"], &[B::RANGE, B::MUL, B::ADD], linspace),
    one(&["ReverseV2"], &[B::REVERSE_V2], |call| with_index(call, B::REVERSE_V2)),
    one(&["ReverseSequence"], &[B::REVERSE_SEQUENCE], reverse_sequence),
    one(&["Roll"], &[B::SLICE, B::CONCATENATION], roll),
];

fn constant<'a>(call: &mut Call<'_, '_, 'a>) -> Result<Vec<Operand<'a>>> {
    let tensor = call.tensor("value")?;
    Ok(vec![translate::constant(call.builder, &tensor)?.into()])
}

/// An operator of a value and of sizes or axes.
fn with_index(call: &mut Call<'_, '_, '_>, op: B) -> Result<ValueId> {
    let inputs = [call.input(0)?, call.index_input(1)?];
    call.builder.add(op, &inputs)
}

fn reshape(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (x, sizes) = (call.input(0)?, call.index_input(1)?);
    if let Some(sizes) = with_one_open(call, sizes) {
        return call.builder.reshape(x, &sizes);
    }
    call.builder.add(Op::with(B::RESHAPE, owned::ReshapeOptions::default()), &[x, sizes])
}

/// Sizes that are known, or all but one of which are: the runtime can find that one (-1) itself.
fn with_one_open(call: &Call<'_, '_, '_>, sizes: ValueId) -> Option<Vec<i64>> {
    if let Some(sizes) = call.builder.integers(sizes) {
        return Some(sizes);
    }
    let value = call.builder.graph().value(sizes);
    let [first, second] = value.trials.as_ref()?;
    let elements = |bytes| arena::cast::<i32>(bytes).ok().filter(|_| value.dtype == DType::I32);
    let pairs = elements(first)?.iter().zip(elements(second)?);
    let sizes: Vec<i64> = pairs.map(|(&a, &b)| if a == b { i64::from(a) } else { -1 }).collect();
    (sizes.iter().filter(|&&size| size < 0).count() == 1).then_some(sizes)
}

fn expand(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (x, index) = (call.input(0)?, call.integer(1)?);
    let rank = call.builder.rank(x)?;
    expand_dims(call.builder, x, axis(index, rank + 1)?)
}

fn squeeze(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let x = call.input(0)?;
    let named = match call.ints("squeeze_dims")? {
        [] => call.ints("axis")?,
        list => list,
    };
    let mut extents = shape::extents(call.builder, x)?;
    let rank = extents.len();
    let mut axes = named.iter().map(|&index| axis(index, rank)).collect::<Result<Vec<_>>>()?;
    if axes.is_empty() {
        axes = (0..rank).filter(|&axis| extents[axis] == shape::Extent::Fixed(1)).collect();
    }
    let mut index = 0;
    extents.retain(|_| {
        index += 1;
        !axes.contains(&(index - 1))
    });
    shape::reshape(call.builder, x, &extents)
}

fn shape_of(call: &mut Call<'_, '_, '_>, index: usize) -> Result<ValueId> {
    let (x, dtype) = (call.input(index)?, call.dtype_or("out_type", DType::I32)?);
    let options = owned::ShapeOptions { out_type: TensorType(dtype as i8) };
    call.builder.add_typed(Op::with(B::SHAPE, options), &[x], dtype)
}

fn size(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let sizes = shape_of(call, 0)?;
    call.builder.reduce(B::REDUCE_PROD, sizes, &[0], false)
}

fn rank(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let rank = call.builder.rank(call.input(0)?)?;
    call.builder.scalar(rank as i32)
}

fn transpose(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    with_index(call, B::TRANSPOSE)
}

fn pack(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let values = call.inputs()?;
    let axis = call.int_or("axis", 0)? as i32;
    let options = owned::PackOptions { values_count: values.len() as i32, axis };
    call.builder.add(Op::with(B::PACK, options), &values)
}

fn unpack(call: &mut Call<'_, '_, '_>) -> Result<Vec<ValueId>> {
    let x = call.input(0)?;
    let rank = call.builder.rank(x)?;
    shape::unstack(call.builder, x, axis(call.int_or("axis", 0)?, rank)?)
}

/// The axis comes last, or first in the older form.
fn concat(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let count = call.operands.len();
    let is_old = call.node.def.op == "Concat";
    let index = if is_old { 0 } else { count.saturating_sub(1) };
    let axis = call.integer(index)? as i32;
    let mut values = call.inputs()?;
    values.remove(index);
    match values[..] {
        [only] => Ok(only),
        _ => call.builder.concatenation(&values, axis),
    }
}

fn split(call: &mut Call<'_, '_, '_>) -> Result<Vec<ValueId>> {
    let (axis, x) = (call.index_input(0)?, call.input(1)?);
    let num_splits = call.int_or("num_split", 1)?;
    let count = usize::try_from(num_splits).ok().filter(|&count| count <= u16::MAX.into());
    let count = count.ok_or_else(|| Error::invalid(format!("num_split is {num_splits}")))?;
    let options = owned::SplitOptions { num_splits: num_splits as i32 };
    let types = vec![call.builder.dtype(x); count];
    call.builder.add_as(Op::with(B::SPLIT, options), &[Some(axis), Some(x)], &types)
}

fn split_v(call: &mut Call<'_, '_, '_>) -> Result<Vec<ValueId>> {
    let inputs = [call.input(0)?, call.index_input(1)?, call.index_input(2)?];
    let count = call.integers(1)?.len();
    let options = owned::SplitVOptions { num_splits: count as i32 };
    let types = vec![call.builder.dtype(inputs[0]); count];
    call.builder.add_as(Op::with(B::SPLIT_V, options), &inputs.map(Some), &types)
}

fn broadcast_args(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let inputs = [call.index_input(0)?, call.index_input(1)?];
    call.builder.add(B::BROADCAST_ARGS, &inputs)
}

fn fill(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (sizes, value) = (call.index_input(0)?, call.input(1)?);
    filled(call.builder, sizes, value)
}

/// A tensor of these sizes with one value everywhere.
pub(super) fn filled(builder: &mut Builder<'_>, sizes: ValueId, value: ValueId) -> Result<ValueId> {
    let dtype = builder.dtype(value);
    builder.add_typed(Op::with(B::FILL, owned::FillOptions {}), &[sizes, value], dtype)
}

fn ones_like(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let x = call.input(0)?;
    let sizes = call.builder.shape_of(x)?;
    let one = call.builder.scalar(1i32)?;
    let one = call.builder.cast(one, call.builder.dtype(x))?;
    filled(call.builder, sizes, one)
}

fn pad_v2(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let inputs = [call.input(0)?, call.index_input(1)?, call.input(2)?];
    call.builder.add(B::PADV2, &inputs)
}

fn mirror_pad(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let mode = match call.text_or("mode", "REFLECT")? {
        "SYMMETRIC" => MirrorPadMode::SYMMETRIC,
        _ => MirrorPadMode::REFLECT,
    };
    let inputs = [call.input(0)?, call.index_input(1)?];
    call.builder.add(Op::with(B::MIRROR_PAD, owned::MirrorPadOptions { mode }), &inputs)
}

fn range(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let inputs = call.inputs()?;
    call.builder.add(B::RANGE, &inputs)
}

/// `start + i · (stop - start) / (count - 1)`.
fn linspace(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (start, stop, count) = (call.input(0)?, call.input(1)?, call.integer(2)?);
    let b = &mut *call.builder;
    let (zero, step) = (b.scalar(0f32)?, b.scalar(1f32)?);
    let limit = b.scalar(count as f32)?;
    let positions = b.add(B::RANGE, &[zero, limit, step])?;
    let span = b.binary(B::SUB, stop, start)?;
    let divisor = b.scalar((count - 1).max(1) as f32)?;
    let width = b.binary(B::DIV, span, divisor)?;
    let offsets = b.binary(B::MUL, positions, width)?;
    b.binary(B::ADD, offsets, start)
}

fn reverse_sequence(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let options = owned::ReverseSequenceOptions {
        seq_dim: call.int_or("seq_dim", 0)? as i32,
        batch_dim: call.int_or("batch_dim", 0)? as i32,
    };
    let inputs = [call.input(0)?, call.input(1)?];
    call.builder.add(Op::with(B::REVERSE_SEQUENCE, options), &inputs)
}

/// Along each axis, the end comes before the beginning.
fn roll(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let mut x = call.input(0)?;
    let (shifts, axes) = (call.integers(1)?, call.integers(2)?);
    for (&shift, &index) in shifts.iter().zip(&axes) {
        let rank = call.builder.rank(x)?;
        let axis = axis(index, rank)?;
        let Some(size) = call.builder.dims(x)?[axis].size() else {
            return refuse(
                "it turns an axis of open size",
                "state the shape of the inputs: --shape NAME=1,224,224,3",
            );
        };
        let shift = shift.rem_euclid(size.max(1) as i64) as i32;
        if shift != 0 {
            let size = size as i32;
            let end = shape::slice_axis(call.builder, x, axis, size - shift, shift)?;
            let start = shape::slice_axis(call.builder, x, axis, 0, size - shift)?;
            x = call.builder.concatenation(&[end, start], axis as i32)?;
        }
    }
    Ok(x)
}
