//! Blocks of pixels taken as channels, and channels as blocks of pixels.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as Tflite, owned};

use super::call::Call;
use super::rules::Row;
use super::rules::Rule::One;
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("DepthToSpace", One(depth_to_space, "DEPTH_TO_SPACE, GATHER")),
    ("SpaceToDepth", One(space_to_depth, "SPACE_TO_DEPTH, GATHER")),
];

fn block_size(c: &Call<'_, '_>) -> Result<usize> {
    match c.attributes.size_or("blocksize", 0)? {
        0 => Err(Error::invalid("blocksize must be at least 1")),
        size => Ok(size),
    }
}

/// In the mode DCR, the order of channels is TFLite's; in CRD, channels of a block lie together and are brought in order first.
fn depth_to_space(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let size = block_size(c)?;
    let is_crd = match c.attributes.string_or("mode", "DCR")? {
        "DCR" => false,
        "CRD" => true,
        other => return Err(Error::invalid(format!("the mode {other:?}"))),
    };
    let mut x = c.channels_last(x)?;
    if is_crd {
        x = reordered(c, x, size, true)?;
    }
    let op = Op::with(Tflite::DEPTH_TO_SPACE, owned::DepthToSpaceOptions { block_size: size as i32 });
    let spread = c.b.add(op, &[x])?;
    c.channels_first(spread)
}

/// ONNX specifies `mode` from version 28 on, with the order of DCR before.
fn space_to_depth(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let size = block_size(c)?;
    let is_crd = c.attributes.string_or("mode", "DCR")? == "CRD";
    let x = c.channels_last(x)?;
    let op = Op::with(Tflite::SPACE_TO_DEPTH, owned::SpaceToDepthOptions { block_size: size as i32 });
    let mut packed = c.b.add(op, &[x])?;
    if is_crd {
        packed = reordered(c, packed, size, false)?;
    }
    c.channels_first(packed)
}

/// Channels `[c, block]` as `[block, c]`, or back.
fn reordered(c: &mut Call<'_, '_>, x: ValueId, size: usize, from_crd: bool) -> Result<ValueId> {
    let channels = c.size(x, 3)?;
    let block = size * size;
    let (outer, inner) = if from_crd { (block, channels / block) } else { (channels / block, block) };
    let order: Vec<i64> =
        (0..outer * inner).map(|index| ((index % inner) * outer + index / inner) as i64).collect();
    let order = c.vector(&order)?;
    super::gather::along(c, x, order, 3)
}
