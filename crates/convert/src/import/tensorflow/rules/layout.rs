//! NCHW images, and operations that move pixels between channels, rows and batches.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as B, owned};

use super::super::call::Call;
use super::super::refusal::refuse;
use super::{Rule, one};
use crate::Result;

pub(super) const RULES: &[Rule] = &[
    one(&["SpaceToDepth"], &[B::SPACE_TO_DEPTH], |call| {
        in_nhwc(call, |call, x| {
            let block_size = call.int_or("block_size", 1)? as i32;
            call.builder.add(Op::with(B::SPACE_TO_DEPTH, owned::SpaceToDepthOptions { block_size }), &[x])
        })
    }),
    one(&["DepthToSpace"], &[B::DEPTH_TO_SPACE], |call| {
        in_nhwc(call, |call, x| {
            let block_size = call.int_or("block_size", 1)? as i32;
            call.builder.add(Op::with(B::DEPTH_TO_SPACE, owned::DepthToSpaceOptions { block_size }), &[x])
        })
    }),
    one(&["SpaceToBatchND"], &[B::SPACE_TO_BATCH_ND], |call| blocks(call, B::SPACE_TO_BATCH_ND)),
    one(&["BatchToSpaceND"], &[B::BATCH_TO_SPACE_ND], |call| blocks(call, B::BATCH_TO_SPACE_ND)),
];

fn blocks(call: &mut Call<'_, '_, '_>, op: B) -> Result<ValueId> {
    let inputs = [call.input(0)?, call.index_input(1)?, call.index_input(2)?];
    call.builder.add(op, &inputs)
}

/// How a node's images lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Layout {
    pub(super) is_channels_first: bool,
    /// Dimensions between batch and channels.
    pub(super) spatial: usize,
}

impl Layout {
    /// The layout by the attribute `data_format`, for images with so many spatial dimensions.
    pub(super) fn of(call: &Call<'_, '_, '_>, spatial: usize) -> Result<Self> {
        let is_channels_first = match (call.text_or("data_format", "")?, spatial) {
            ("" | "NHWC", 2) | ("" | "NDHWC", 3) => false,
            ("NCHW", 2) | ("NCDHW", 3) => true,
            (other, _) => {
                return refuse(
                    format!("data_format {other:?} has no TFLite counterpart"),
                    "build the network in NHWC (channels last)",
                );
            }
        };
        Ok(Self { is_channels_first, spatial })
    }

    /// The entries for the spatial axes of a list with one for each axis. Those for batch and channels must be `neutral`.
    pub(super) fn spatial<T: Copy + PartialEq + std::fmt::Debug>(
        self,
        list: &[T],
        neutral: T,
        what: &str,
    ) -> Result<Vec<T>> {
        if list.is_empty() {
            return Ok(vec![neutral; self.spatial]);
        }
        let channels = if self.is_channels_first { 1 } else { self.spatial + 1 };
        let is_spatial = |axis: usize| axis != 0 && axis != channels;
        let others = list.iter().enumerate().filter(|(axis, _)| !is_spatial(*axis));
        if list.len() != self.spatial + 2 || !others.clone().all(|(_, value)| *value == neutral) {
            return refuse(
                format!("{what} are {list:?}: batch and channels must have {neutral:?}"),
                "TFLite moves windows over rows and columns only",
            );
        }
        Ok(list.iter().enumerate().filter(|(axis, _)| is_spatial(*axis)).map(|(_, &value)| value).collect())
    }

    /// `x` with its channels last.
    pub(super) fn enter(self, call: &mut Call<'_, '_, '_>, x: ValueId) -> Result<ValueId> {
        if !self.is_channels_first {
            return Ok(x);
        }
        let axes: Vec<usize> = [0].into_iter().chain(2..self.spatial + 2).chain([1]).collect();
        call.builder.transpose(x, &axes)
    }

    /// `x`, whose channels are last, in this layout.
    pub(super) fn leave(self, call: &mut Call<'_, '_, '_>, x: ValueId) -> Result<ValueId> {
        if !self.is_channels_first {
            return Ok(x);
        }
        let axes: Vec<usize> = [0, self.spatial + 1].into_iter().chain(1..=self.spatial).collect();
        call.builder.transpose(x, &axes)
    }
}

/// What `build` makes of the first operand, an image, in NHWC.
pub(super) fn in_nhwc(
    call: &mut Call<'_, '_, '_>,
    build: impl FnOnce(&mut Call<'_, '_, '_>, ValueId) -> Result<ValueId>,
) -> Result<ValueId> {
    let layout = Layout::of(call, 2)?;
    let x = call.input(0)?;
    let x = layout.enter(call, x)?;
    let x = build(call, x)?;
    layout.leave(call, x)
}
