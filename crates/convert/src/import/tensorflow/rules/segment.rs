//! Segments, and matrices by their diagonals.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as B, owned};

use super::super::call::Call;
use super::super::refusal::refuse;
use super::{Rule, one, same};
use crate::Result;

pub(super) const RULES: &[Rule] = &[
    same(&["SegmentSum"], &[B::SEGMENT_SUM]),
    same(&["UnsortedSegmentSum"], &[B::UNSORTED_SEGMENT_SUM]),
    same(&["UnsortedSegmentMax"], &[B::UNSORTED_SEGMENT_MAX]),
    same(&["UnsortedSegmentMin"], &[B::UNSORTED_SEGMENT_MIN]),
    same(&["UnsortedSegmentProd"], &[B::UNSORTED_SEGMENT_PROD]),
    one(&["MatrixDiag", "MatrixDiagV2", "MatrixDiagV3"], &[B::MATRIX_DIAG], matrix_diag),
    one(&["MatrixSetDiag", "MatrixSetDiagV2", "MatrixSetDiagV3"], &[B::MATRIX_SET_DIAG], matrix_set_diag),
    one(&["MatrixBandPart"], &[B::MUL], matrix_band_part),
    one(&["Bucketize"], &[B::BUCKETIZE], bucketize),
];

/// Only the main diagonal, square: the first operand alone counts.
fn matrix_diag(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    if call.operands.len() > 1 {
        main_diagonal(call, 1)?;
        if [2, 3].iter().any(|&index| call.integer(index).ok() != Some(-1)) {
            return refuse(
                "a diagonal in a matrix that is not square",
                "pad the result in a layer of its own",
            );
        }
    }
    let x = call.input(0)?;
    call.builder.add(B::MATRIX_DIAG, &[x])
}

fn matrix_set_diag(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    if call.operands.len() > 2 {
        main_diagonal(call, 2)?;
    }
    let inputs = [call.input(0)?, call.input(1)?];
    call.builder.add(B::MATRIX_SET_DIAG, &inputs)
}

fn main_diagonal(call: &Call<'_, '_, '_>, index: usize) -> Result<()> {
    if call.integers(index)?.iter().all(|&diagonal| diagonal == 0) {
        return Ok(());
    }
    refuse(
        "other diagonals than the main one",
        "TFLite's MATRIX_DIAG and MATRIX_SET_DIAG know the main diagonal only",
    )
}

/// A matrix times a mask of zeros and ones.
fn matrix_band_part(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (x, below, above) = (call.input(0)?, call.integer(1)?, call.integer(2)?);
    let dims = call.builder.dims(x)?;
    let [.., rows, columns] = dims else {
        return refuse("a band of something that is no matrix", "give it two axes");
    };
    let (Some(rows), Some(columns)) = (rows.size(), columns.size()) else {
        return refuse(
            "a band of a matrix of open size",
            "state the shape of the inputs: --shape NAME=1,128,64",
        );
    };
    let is_in_band =
        |row: i64, column: i64| (below < 0 || row - column <= below) && (above < 0 || column - row <= above);
    let mut mask = Vec::with_capacity(rows.saturating_mul(columns).min(1 << 24));
    for row in 0..rows as i64 {
        mask.extend((0..columns as i64).map(|column| i32::from(is_in_band(row, column))));
    }
    let mask = call.builder.constant(&[rows, columns], &mask)?;
    let mask = call.builder.cast(mask, call.builder.dtype(x))?;
    call.builder.binary(B::MUL, x, mask)
}

fn bucketize(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (x, boundaries) = (call.input(0)?, call.floats("boundaries")?.to_vec());
    call.builder.add(Op::with(B::BUCKETIZE, owned::BucketizeOptions { boundaries }), &[x])
}
