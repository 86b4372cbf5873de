//! Spectra and complex numbers.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as B, owned};

use super::super::call::Call;
use super::super::refusal::refuse;
use super::{Rule, one};
use crate::Result;
use crate::import::compose::shape::{Extent, expand_dims, extents, reshape};

pub(super) const RULES: &[Rule] = &[
    one(&["RFFT"], &[B::RFFT2D, B::RESHAPE], rfft),
    one(&["RFFT2D"], &[B::RFFT2D], rfft_2d),
    one(&["Real"], &[B::REAL], |call| part(call, B::REAL)),
    one(&["Imag"], &[B::IMAG], |call| part(call, B::IMAG)),
    one(&["ComplexAbs"], &[B::COMPLEX_ABS], |call| part(call, B::COMPLEX_ABS)),
];

/// A spectrum of rows is one of images of one row.
fn rfft(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (x, length) = (call.input(0)?, call.integer(1)?);
    let rank = call.builder.rank(x)?;
    let Some(last) = rank.checked_sub(1) else { return refuse("a spectrum of a scalar", "give it an axis") };
    let x = expand_dims(call.builder, x, last)?;
    let lengths = call.builder.constant(&[2], &[1, length as i32])?;
    let y = call.builder.add_typed(
        Op::with(B::RFFT2D, owned::Rfft2dOptions {}),
        &[x, lengths],
        DType::Complex64,
    )?;
    let mut sizes = extents(call.builder, y)?;
    sizes.remove(last);
    if sizes.iter().filter(|size| matches!(size, Extent::Of(..))).count() > 1 {
        return refuse(
            "a spectrum with several open sizes",
            "state the shape of the inputs: --shape NAME=1,16000",
        );
    }
    reshape(call.builder, y, &sizes)
}

fn rfft_2d(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let inputs = [call.input(0)?, call.index_input(1)?];
    call.builder.add_typed(Op::with(B::RFFT2D, owned::Rfft2dOptions {}), &inputs, DType::Complex64)
}

fn part(call: &mut Call<'_, '_, '_>, op: B) -> Result<ValueId> {
    let x = call.input(0)?;
    call.builder.add_typed(op, &[x], DType::F32)
}
