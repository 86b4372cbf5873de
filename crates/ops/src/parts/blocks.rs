//! SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND: one is the other backwards.
//!
//! On the side of space a tensor has the dimensions `[batch, space.., rest..]`; on the other side every position of a
//! block of space has a batch of its own: `[place * batch, blocks.., rest..]`.

use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{Error, Result, Shape};

use super::rearrange::Move;
use super::strided::Axis;
use crate::core::Node;

/// The blocks that space is cut into, and what is added to it (or taken away) before and behind.
pub struct Blocks {
    /// Size of a block in each dimension of space.
    pub sizes: Vec<usize>,
    /// Elements before and behind.
    pub around: Vec<[usize; 2]>,
}

impl Blocks {
    /// From inputs 1 and 2; `None` if they are not known yet.
    ///
    /// # Errors
    /// If they do not fit each other and input 0.
    pub fn of(node: &Node<'_>) -> Result<Option<Self>> {
        let (input, block, around) = (node.input(0)?.shape, node.input(1)?, node.input(2)?);
        let space = block.shape.elements();
        if block.shape.rank() != 1 || around.shape.dims() != [space, 2] || input.rank() <= space {
            return Err(Error::invalid_shape(format!(
                "blocks {} and borders {} for {input}",
                block.shape, around.shape
            )));
        }
        let (Some(sizes), Some(around)) = (block.integers()?, around.integers()?) else { return Ok(None) };
        let number = |value: i64| usize::try_from(value).ok().filter(|&value| value <= i32::MAX as usize);
        let parsed: Option<Vec<usize>> =
            sizes.iter().map(|&size| number(size).filter(|&size| size > 0)).collect();
        let borders: Option<Vec<[usize; 2]>> = around
            .as_chunks::<2>()
            .0
            .iter()
            .map(|&[before, behind]| Some([number(before)?, number(behind)?]))
            .collect();
        match (parsed, borders) {
            (Some(sizes), Some(around)) => Ok(Some(Self { sizes, around })),
            _ => Err(Error::invalid_value(format!("blocks {sizes:?} with borders {around:?}"))),
        }
    }

    /// Places of a block.
    pub fn places(&self) -> usize {
        self.sizes.iter().fold(1, |product, &size| product.saturating_mul(size))
    }

    /// The copies between `space` and `batches`, one for each place that holds anything.
    pub fn moves(&self, space: &Shape, batches: &Shape, to_batches: bool) -> Vec<Move> {
        let mut moves = Vec::new();
        if space.elements() == 0 || batches.elements() == 0 {
            return moves;
        }
        let (space_steps, batch_steps) = (space.strides(), batches.strides());
        let rest = 1 + self.sizes.len();
        'places: for place in 0..self.places() {
            let mut axes = Vec::with_capacity(space.rank());
            let mut axis = |size, space_step: usize, batch_step: usize| {
                let (from, to) = if to_batches { (space_step, batch_step) } else { (batch_step, space_step) };
                axes.push(Axis { size, from: from as isize, to });
            };
            axis(space.dim(0), space_steps[0], batch_steps[0]);
            let (mut at_space, mut at_batches) = (0, place * space.dim(0) * batch_steps[0]);
            let mut number = place;
            for dim in (1..rest).rev() {
                let (block, before) = (self.sizes[dim - 1], self.around[dim - 1][0]);
                let offset = number % block;
                number /= block;
                // Position `p` of blocks is position `p * block + offset - before` of space.
                let first = before.saturating_sub(offset).div_ceil(block);
                let end = (space.dim(dim) + before).saturating_sub(offset).div_ceil(block);
                let end = end.min(batches.dim(dim));
                if first >= end {
                    continue 'places;
                }
                axis(end - first, block * space_steps[dim], batch_steps[dim]);
                at_space += (first * block + offset - before) * space_steps[dim];
                at_batches += first * batch_steps[dim];
            }
            for dim in rest..space.rank() {
                axis(space.dim(dim), space_steps[dim], batch_steps[dim]);
            }
            let (from, to) = if to_batches { (at_space, at_batches) } else { (at_batches, at_space) };
            moves.push(Move { input: 0, axes, from, to });
        }
        moves
    }
}
