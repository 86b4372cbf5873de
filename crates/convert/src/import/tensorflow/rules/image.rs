//! Resizing, and boxes in images.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as B, owned};

use super::super::call::Call;
use super::{Rule, many, one};
use crate::Result;
use crate::import::compose::shape;

pub(super) const RULES: &[Rule] = &[
    one(&["ResizeBilinear"], &[B::RESIZE_BILINEAR], resize_bilinear),
    one(&["ResizeNearestNeighbor"], &[B::RESIZE_NEAREST_NEIGHBOR], resize_nearest),
    one(
        &["NonMaxSuppressionV2", "NonMaxSuppressionV3"],
        &[B::NON_MAX_SUPPRESSION_V4, B::SLICE],
        non_max_suppression_v3,
    ),
    many(&["NonMaxSuppressionV4"], &[B::NON_MAX_SUPPRESSION_V4], non_max_suppression_v4),
    many(&["NonMaxSuppressionV5"], &[B::NON_MAX_SUPPRESSION_V5], non_max_suppression_v5),
];

fn resize_bilinear(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let options = owned::ResizeBilinearOptions {
        align_corners: call.bool_or("align_corners", false)?,
        half_pixel_centers: call.bool_or("half_pixel_centers", false)?,
    };
    let inputs = [call.input(0)?, call.index_input(1)?];
    call.builder.add(Op::with(B::RESIZE_BILINEAR, options), &inputs)
}

fn resize_nearest(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let options = owned::ResizeNearestNeighborOptions {
        align_corners: call.bool_or("align_corners", false)?,
        half_pixel_centers: call.bool_or("half_pixel_centers", false)?,
    };
    let inputs = [call.input(0)?, call.index_input(1)?];
    call.builder.add(Op::with(B::RESIZE_NEAREST_NEIGHBOR, options), &inputs)
}

/// Boxes, scores, how many at most, threshold of overlap, threshold of scores.
fn boxes(call: &mut Call<'_, '_, '_>) -> Result<Vec<Option<ValueId>>> {
    let mut inputs = call.inputs()?;
    if inputs.len() == 4 {
        inputs.push(call.builder.scalar(f32::NEG_INFINITY)?);
    }
    Ok(inputs.into_iter().map(Some).collect())
}

fn non_max_suppression_v4(call: &mut Call<'_, '_, '_>) -> Result<Vec<ValueId>> {
    let inputs = boxes(call)?;
    let found = call.builder.add_as(B::NON_MAX_SUPPRESSION_V4, &inputs, &[DType::I32, DType::I32])?;
    if call.bool_or("pad_to_max_output_size", false)? {
        return Ok(found);
    }
    Ok(vec![counted(call, found[0], found[1])?, found[1]])
}

fn non_max_suppression_v3(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let inputs = boxes(call)?;
    let found = call.builder.add_as(B::NON_MAX_SUPPRESSION_V4, &inputs, &[DType::I32, DType::I32])?;
    counted(call, found[0], found[1])
}

fn non_max_suppression_v5(call: &mut Call<'_, '_, '_>) -> Result<Vec<ValueId>> {
    let inputs = boxes(call)?;
    let types = [DType::I32, DType::F32, DType::I32];
    let found = call.builder.add_as(B::NON_MAX_SUPPRESSION_V5, &inputs, &types)?;
    if call.bool_or("pad_to_max_output_size", false)? {
        return Ok(found);
    }
    Ok(vec![counted(call, found[0], found[2])?, counted(call, found[1], found[2])?, found[2]])
}

/// The first `count` of `found`, which is padded.
fn counted(call: &mut Call<'_, '_, '_>, found: ValueId, count: ValueId) -> Result<ValueId> {
    let size = shape::reshape(call.builder, count, &[shape::Extent::Fixed(1)])?;
    let begin = call.builder.constant(&[1], &[0i32])?;
    call.builder.add(Op::with(B::SLICE, owned::SliceOptions::default()), &[found, begin, size])
}
