//! Pools.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as B, Padding, owned};

use super::super::call::Call;
use super::super::refusal::refuse;
use super::convolution::{Edges, edges, positive};
use super::layout::Layout;
use super::{Rule, one};
use crate::Result;
use crate::import::compose::shape::{self, Extent};

pub(super) const RULES: &[Rule] = &[
    one(&["MaxPool", "MaxPoolV2"], &[B::MAX_POOL_2D], |call| pool(call, B::MAX_POOL_2D)),
    one(&["AvgPool"], &[B::AVERAGE_POOL_2D], |call| pool(call, B::AVERAGE_POOL_2D)),
    one(&["MaxPool3D"], &[B::MAX_POOL_2D, B::RESHAPE], |call| pool_3d(call, B::MAX_POOL_2D)),
    one(&["AvgPool3D"], &[B::AVERAGE_POOL_2D, B::RESHAPE], |call| pool_3d(call, B::AVERAGE_POOL_2D)),
];

fn pool(call: &mut Call<'_, '_, '_>, op: B) -> Result<ValueId> {
    let layout = Layout::of(call, 2)?;
    let edges = edges(call, layout)?;
    let (sizes, strides) = if call.node.def.op == "MaxPoolV2" {
        (call.integers(1)?, call.integers(2)?)
    } else {
        (call.ints("ksize")?.to_vec(), call.ints("strides")?.to_vec())
    };
    let sizes = positive(layout.spatial(&sizes, 1, "window sizes")?, "window sizes")?;
    let strides = positive(layout.spatial(&strides, 1, "strides")?, "strides")?;
    let x = call.input(0)?;
    let mut x = layout.enter(call, x)?;
    if let Edges::Explicit(pairs) = &edges {
        if op == B::AVERAGE_POOL_2D {
            return refuse("an average pool with explicit paddings", "pad in a layer of its own");
        }
        x = padded_with_least(call, x, pairs)?;
    }
    let y = pool_2d(call, op, x, &sizes, &strides, matches!(edges, Edges::Same))?;
    layout.leave(call, y)
}

/// `x` with edges that no maximum takes.
fn padded_with_least(call: &mut Call<'_, '_, '_>, x: ValueId, pairs: &[[usize; 2]]) -> Result<ValueId> {
    let mut paddings = vec![0i32; 2];
    paddings.extend(pairs.iter().flatten().map(|&size| size as i32));
    paddings.extend([0, 0]);
    let paddings = call.builder.constant(&[paddings.len() / 2, 2], &paddings)?;
    let least = call.builder.scalar(f32::MIN)?;
    call.builder.add(B::PADV2, &[x, paddings, least])
}

fn pool_2d(
    call: &mut Call<'_, '_, '_>,
    op: B,
    x: ValueId,
    sizes: &[usize],
    strides: &[usize],
    is_same: bool,
) -> Result<ValueId> {
    let options = owned::Pool2DOptions {
        padding: if is_same { Padding::SAME } else { Padding::VALID },
        filter_height: sizes[0] as i32,
        filter_width: sizes[1] as i32,
        stride_h: strides[0] as i32,
        stride_w: strides[1] as i32,
        ..Default::default()
    };
    call.builder.add(Op::with(op, options), &[x])
}

/// Rows and columns first, then depth: the number of pixels in a window is the product of those along each axis, so that
/// averages of averages are right at the edges too.
fn pool_3d(call: &mut Call<'_, '_, '_>, op: B) -> Result<ValueId> {
    let layout = Layout::of(call, 3)?;
    let edges = edges(call, layout)?;
    if matches!(edges, Edges::Explicit(_)) {
        return refuse("a pool over volumes with explicit paddings", "pad in a layer of its own");
    }
    let is_same = matches!(edges, Edges::Same);
    let sizes = positive(layout.spatial(call.ints("ksize")?, 1, "window sizes")?, "window sizes")?;
    let strides = positive(layout.spatial(call.ints("strides")?, 1, "strides")?, "strides")?;
    let x = call.input(0)?;
    let x = layout.enter(call, x)?;
    let of = |value, axis| Extent::Of(value, axis);
    let mut slices = vec![Extent::Fixed(1), of(x, 2), of(x, 3), of(x, 4)];
    slices[0] = match (call.builder.dims(x)?[0].size(), call.builder.dims(x)?[1].size()) {
        (Some(batch), Some(depth)) => Extent::Fixed(batch * depth),
        _ => return pool_3d_refused(),
    };
    let flat = shape::reshape(call.builder, x, &slices)?;
    let flat = pool_2d(call, op, flat, &sizes[1..], &strides[1..], is_same)?;
    let dims = call.builder.fixed_dims(flat)?;
    let (batch, depth) = (call.builder.dims(x)?[0], call.builder.dims(x)?[1]);
    let pixels = dims[1] * dims[2];
    let rows = [batch.trial(0), depth.trial(0), pixels, dims[3]].map(|size| size as i64);
    let rows = call.builder.reshape(flat, &rows)?;
    let rows = pool_2d(call, op, rows, &[sizes[0], 1], &[strides[0], 1], is_same)?;
    let depth = call.builder.fixed_dims(rows)?[1];
    let whole = [batch.trial(0), depth, dims[1], dims[2], dims[3]].map(|size| size as i64);
    let y = call.builder.reshape(rows, &whole)?;
    layout.leave(call, y)
}

fn pool_3d_refused<T>() -> Result<T> {
    refuse("a pool over volumes of open size", "state the shape of the inputs: --shape NAME=1,16,64,64,3")
}
