//! Boxes of objects.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as Tflite, owned};

use super::call::Call;
use super::rules::Row;
use super::rules::Rule::One;
use super::slicing::{part, split_at};
use crate::{Error, Result};

pub(super) static ROWS: &[Row] =
    &[("NonMaxSuppression", One(non_max_suppression, "NON_MAX_SUPPRESSION_V4, SLICE, CONCATENATION"))];

/// Classes times images at most: each is a node with all that follows it.
const LISTS: usize = 256;

/// Boxes `[b, n, 4]` and scores `[b, classes, n]` to rows of batch, class and box.
fn non_max_suppression(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (boxes, scores) = (c.input(0)?, c.input(1)?);
    let (images, classes) = (c.size(scores, 0)?, c.size(scores, 1)?);
    if images.saturating_mul(classes) > LISTS || images * classes == 0 {
        let hint = "end the graph before this node (--outputs NAME) and select boxes outside of the network";
        return Err(Error::unsupported(format!("{images} images of {classes} classes")).hint(hint));
    }
    let boxes = if c.attributes.flag("center_point_box")? { corners(c, boxes)? } else { boxes };
    let limit = match c.optional(2)? {
        Some(limit) => {
            let limit = c.index(limit)?;
            c.reshape(limit, &[])?
        }
        None => c.b.scalar(0i32)?,
    };
    let mut threshold = |index: usize, default: f32| -> Result<ValueId> {
        match c.optional(index)? {
            Some(threshold) => c.reshape(threshold, &[]),
            None => c.b.scalar(default),
        }
    };
    let (overlap, score) = (threshold(3, 0.0)?, threshold(4, f32::MIN)?);
    let mut rows = Vec::with_capacity(images * classes);
    for image in 0..images {
        let own = part(c, boxes, 0, image, image + 1)?;
        let own = c.squeeze(own, &[0])?;
        let lists = part(c, scores, 0, image, image + 1)?;
        for class in 0..classes {
            let list = part(c, lists, 1, class, class + 1)?;
            let list = c.squeeze(list, &[0, 1])?;
            let inputs = [own, list, limit, overlap, score].map(Some);
            let found = c.b.add_as(Tflite::NON_MAX_SUPPRESSION_V4, &inputs, &[DType::I32, DType::I32])?;
            rows.push(selected(c, found[0], found[1], [image, class])?);
        }
    }
    let all = if let [row] = rows[..] { row } else { c.b.concatenation(&rows, 0)? };
    c.b.cast(all, DType::I64)
}

/// The first `count` of `indices` as rows `[count, 3]`.
fn selected(
    c: &mut Call<'_, '_>,
    indices: ValueId,
    count: ValueId,
    [image, class]: [usize; 2],
) -> Result<ValueId> {
    let zero = c.vector(&[0])?;
    let count = c.b.reshape(count, &[1])?;
    let indices = c.b.add(Tflite::SLICE, &[indices, zero, count])?;
    let column = c.b.reshape(indices, &[-1, 1])?;
    // Rows of positions in place of the boxes: image and class are the same in all.
    let prefix = c.b.constant(&[1, 2], &[image as i32, class as i32])?;
    let one = c.vector(&[1])?;
    let repeats = c.b.concatenation(&[count, one], 0)?;
    let prefix = c.b.add(Tflite::TILE, &[prefix, repeats])?;
    let options = owned::ConcatenationOptions { axis: 1, ..Default::default() };
    c.b.add(Op::with(Tflite::CONCATENATION, options), &[prefix, column])
}

/// Boxes of centre, width and height by their corners, rows first.
fn corners(c: &mut Call<'_, '_>, boxes: ValueId) -> Result<ValueId> {
    let parts = split_at(c, boxes, 2, &[1; 4])?;
    let (half_width, half_height) =
        (c.with_scalar(Tflite::MUL, parts[2], 0.5)?, c.with_scalar(Tflite::MUL, parts[3], 0.5)?);
    let mut sides = Vec::with_capacity(4);
    for op in [Tflite::SUB, Tflite::ADD] {
        sides.push(c.binary(op, parts[1], half_height)?);
        sides.push(c.binary(op, parts[0], half_width)?);
    }
    c.b.concatenation(&sides, 2)
}
