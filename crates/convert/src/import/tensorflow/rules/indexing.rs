//! Parts of tensors by position: slices, gathers, scatters.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as B, TensorType, owned};

use super::super::call::Call;
use super::super::refusal::refuse;
use super::{Rule, many, one};
use crate::Result;
use crate::import::compose::shape::axis;

pub(super) const RULES: &[Rule] = &[
    one(&["Slice"], &[B::SLICE], slice),
    one(&["StridedSlice"], &[B::STRIDED_SLICE], strided_slice),
    one(&["Gather", "GatherV2"], &[B::GATHER], gather),
    one(&["GatherNd"], &[B::GATHER_ND], gather_nd),
    one(&["OneHot"], &[B::ONE_HOT], one_hot),
    one(&["Where"], &[B::WHERE], |call| {
        call.input(0).and_then(|x| call.builder.add_typed(B::WHERE, &[x], DType::I64))
    }),
    one(&["ScatterNd"], &[B::SCATTER_ND], scatter_nd),
    one(&["TensorScatterAdd"], &[B::SCATTER_ND, B::ADD], |call| tensor_scatter(call, B::ADD)),
    one(&["TensorScatterSub"], &[B::SCATTER_ND, B::SUB], |call| tensor_scatter(call, B::SUB)),
    one(&["TensorScatterUpdate"], &[B::SCATTER_ND, B::SELECT_V2], tensor_scatter_update),
    one(&["SparseToDense"], &[B::SPARSE_TO_DENSE], sparse_to_dense),
    one(&["InvertPermutation"], &[], invert_permutation),
    many(&["Unique", "UniqueV2"], &[B::UNIQUE], unique),
    one(&["XlaDynamicUpdateSlice"], &[B::DYNAMIC_UPDATE_SLICE], |call| {
        let inputs = call.inputs()?;
        call.builder.add(B::DYNAMIC_UPDATE_SLICE, &inputs)
    }),
];

fn slice(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let inputs = [call.input(0)?, call.index_input(1)?, call.index_input(2)?];
    call.builder.add(Op::with(B::SLICE, owned::SliceOptions::default()), &inputs)
}

fn strided_slice(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let mask = |name| Ok::<_, crate::Error>(call.int_or(name, 0)? as i32);
    let options = owned::StridedSliceOptions {
        begin_mask: mask("begin_mask")?,
        end_mask: mask("end_mask")?,
        ellipsis_mask: mask("ellipsis_mask")?,
        new_axis_mask: mask("new_axis_mask")?,
        shrink_axis_mask: mask("shrink_axis_mask")?,
        offset: false,
    };
    let inputs = [call.input(0)?, call.index_input(1)?, call.index_input(2)?, call.index_input(3)?];
    call.builder.add(Op::with(B::STRIDED_SLICE, options), &inputs)
}

fn gather(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (x, indices) = (call.input(0)?, call.input(1)?);
    let at = if call.operands.len() > 2 { call.integer(2)? } else { 0 };
    let rank = call.builder.rank(x)?;
    let options = owned::GatherOptions {
        axis: axis(at, rank)? as i32,
        batch_dims: call.int_or("batch_dims", 0)? as i32,
    };
    call.builder.add(Op::with(B::GATHER, options), &[x, indices])
}

fn gather_nd(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let inputs = [call.input(0)?, call.input(1)?];
    call.builder.add(B::GATHER_ND, &inputs)
}

fn one_hot(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let options = owned::OneHotOptions { axis: call.int_or("axis", -1)? as i32 };
    let inputs = call.inputs()?;
    call.builder.add(Op::with(B::ONE_HOT, options), &inputs)
}

fn scatter_nd(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let inputs = [call.index_input(0)?, call.input(1)?, call.index_input(2)?];
    call.builder.add(B::SCATTER_ND, &inputs)
}

/// The updates in a tensor of zeros that is like the first operand.
fn scattered(call: &mut Call<'_, '_, '_>, updates: ValueId) -> Result<ValueId> {
    let (x, indices) = (call.input(0)?, call.index_input(1)?);
    let sizes = call.builder.shape_of(x)?;
    call.builder.add(B::SCATTER_ND, &[indices, updates, sizes])
}

fn tensor_scatter(call: &mut Call<'_, '_, '_>, op: B) -> Result<ValueId> {
    let (x, updates) = (call.input(0)?, call.input(2)?);
    let changes = scattered(call, updates)?;
    call.builder.binary(op, x, changes)
}

/// Where ones are scattered to, the updates count. Positions must not repeat.
fn tensor_scatter_update(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (x, updates) = (call.input(0)?, call.input(2)?);
    let sizes = call.builder.shape_of(updates)?;
    let one = call.builder.scalar(1i32)?;
    let ones = super::shape::filled(call.builder, sizes, one)?;
    let counts = scattered(call, ones)?;
    let zero = call.builder.scalar(0i32)?;
    let is_changed = call.builder.binary(B::GREATER, counts, zero)?;
    let changes = scattered(call, updates)?;
    call.builder.add(B::SELECT_V2, &[is_changed, changes, x])
}

fn sparse_to_dense(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let options = owned::SparseToDenseOptions { validate_indices: call.bool_or("validate_indices", true)? };
    let inputs = [call.index_input(0)?, call.index_input(1)?, call.input(2)?, call.input(3)?];
    call.builder.add(Op::with(B::SPARSE_TO_DENSE, options), &inputs)
}

fn invert_permutation(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let places = call.integers(0)?;
    let mut inverse = vec![-1i32; places.len()];
    for (index, &place) in places.iter().enumerate() {
        match usize::try_from(place).ok().and_then(|place| inverse.get_mut(place)) {
            Some(slot) => *slot = index as i32,
            None => {
                return refuse(format!("{places:?} is no permutation"), "it must hold each position once");
            }
        }
    }
    let inverse = call.builder.constant(&[inverse.len()], &inverse)?;
    let dtype = call.builder.dtype(call.input(0)?);
    call.builder.cast(inverse, dtype)
}

fn unique(call: &mut Call<'_, '_, '_>) -> Result<Vec<ValueId>> {
    let x = call.input(0)?;
    let index = call.dtype_or("out_idx", DType::I32)?;
    let op = Op::with(B::UNIQUE, owned::UniqueOptions { idx_out_type: TensorType(index as i8) });
    let dtype = call.builder.dtype(x);
    call.builder.add_as(op, &[Some(x)], &[dtype, index])
}
