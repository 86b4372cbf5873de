//! Random numbers.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as B, owned};

use super::super::call::Call;
use super::{Rule, one};
use crate::Result;

pub(super) const RULES: &[Rule] = &[
    one(&["RandomUniform"], &[B::RANDOM_UNIFORM], |call| random(call, B::RANDOM_UNIFORM)),
    one(&["RandomStandardNormal"], &[B::RANDOM_STANDARD_NORMAL], |call| {
        random(call, B::RANDOM_STANDARD_NORMAL)
    }),
    one(&["Multinomial"], &[B::MULTINOMIAL], multinomial),
];

fn options(call: &Call<'_, '_, '_>) -> Result<owned::RandomOptions> {
    Ok(owned::RandomOptions { seed: call.int_or("seed", 0)?, seed2: call.int_or("seed2", 0)? })
}

fn random(call: &mut Call<'_, '_, '_>, op: B) -> Result<ValueId> {
    let (shape, options) = (call.index_input(0)?, options(call)?);
    call.builder.add_typed(Op::with(op, options), &[shape], DType::F32)
}

fn multinomial(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (logits, count, options) = (call.input(0)?, call.index_input(1)?, options(call)?);
    let dtype = call.dtype_or("output_dtype", DType::I64)?;
    call.builder.add_typed(Op::with(B::MULTINOMIAL, options), &[logits, count], dtype)
}
