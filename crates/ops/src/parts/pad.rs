//! Padding with a value: the whole of PAD and PADV2.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::{DType, Error, Result, Shape};

use super::rearrange::known;
use crate::core::{Io, Kernel, Node, Outputs, Plan, Tensor, Types};

/// The types of the amounts of padding.
pub const AMOUNT: Types = Types::of(&[DType::I32, DType::I64, DType::I16, DType::I8, DType::Bool]);

/// The padding before and behind each dimension of input 0, from input 1; `None` if it is not known yet.
///
/// # Errors
/// If there is not a pair of non-negative numbers for each dimension.
pub fn amounts(node: &Node<'_>) -> Result<Option<Vec<[usize; 2]>>> {
    let (input, paddings) = (node.input(0)?.shape, node.input(1)?);
    if paddings.shape.dims() != [input.rank(), 2] {
        return Err(Error::invalid_shape(format!("paddings of the shape {} for {input}", paddings.shape)));
    }
    let Some(values) = paddings.integers()? else { return Ok(None) };
    let amount = |value: i64| {
        usize::try_from(value)
            .ok()
            .filter(|&amount| amount <= i32::MAX as usize)
            .ok_or_else(|| Error::invalid_value(format!("a padding of {value} elements")))
    };
    let (pairs, _) = values.as_chunks::<2>();
    pairs
        .iter()
        .map(|&[before, behind]| Ok([amount(before)?, amount(behind)?]))
        .collect::<Result<_>>()
        .map(Some)
}

/// The shape of the padded tensor.
///
/// # Errors
/// As [`amounts`], or if it is too large.
pub fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let Some(amounts) = amounts(node)? else { return Ok(Outputs::AtRun) };
    let input = node.input(0)?.shape;
    let dims: Vec<usize> =
        input.dims().iter().zip(&amounts).map(|(&dim, [before, behind])| before + dim + behind).collect();
    Ok(Outputs::one(Shape::new(&dims)?))
}

/// A kernel that pads input 0 with the value in input 2, or with what stands for zero.
///
/// # Errors
/// As [`shapes`], or if input 2 is not one value.
pub fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    known(shapes(node)?)?;
    let (input, output) = (node.input(0)?, node.output(0)?);
    if let Some(value) = node.optional(2)
        && value.shape.elements() != 1
    {
        return Err(Error::invalid_shape(format!("the value to pad with has the shape {}", value.shape)));
    }
    let element = output.dtype.bits() / 8;
    let zero = zero(output);
    let has_value = node.optional(2).is_some();
    let nest = Nest::new(&input.shape, &amounts(node)?.unwrap_or_default(), element);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let value = if has_value { io.input::<u8>(2)? } else { &zero[..element] };
        let (from, to) = (io.input::<u8>(0)?, io.output::<u8>(0)?);
        if from.is_empty() {
            fill(to, value);
            return Ok(());
        }
        let Some(outer) = nest.levels.first() else {
            to.copy_from_slice(from);
            return Ok(());
        };
        let rows = (CHUNK / outer.to_row.max(1)).max(1);
        for_each_chunk(io.parallel, to, rows * outer.to_row, |index, part| {
            for (row, to) in part.chunks_mut(outer.to_row).enumerate() {
                match (index * rows + row).checked_sub(outer.before).filter(|&row| row < outer.size) {
                    Some(row) => {
                        pad(&nest.levels[1..], &from[row * outer.from_row..][..outer.from_row], to, value)
                    }
                    None => fill(to, value),
                }
            }
        });
        Ok(())
    }))
}

/// Bytes that one thread writes at a time.
const CHUNK: usize = 64 * 1024;

/// A padded dimension.
struct Level {
    before: usize,
    size: usize,
    /// Bytes between neighbours on both sides.
    from_row: usize,
    to_row: usize,
}

/// The dimensions from the outermost to the innermost that is padded.
struct Nest {
    levels: Vec<Level>,
}

impl Nest {
    fn new(input: &Shape, amounts: &[[usize; 2]], element: usize) -> Self {
        let mut levels: Vec<Level> = Vec::with_capacity(amounts.len());
        let (mut from_row, mut to_row) = (element, element);
        for (&size, &[before, behind]) in input.dims().iter().zip(amounts).rev() {
            // Dimensions that nothing is added to, nor to those within, are a part of the rows.
            if before + behind > 0 || from_row != to_row {
                levels.push(Level { before, size, from_row, to_row });
            }
            from_row *= size;
            to_row *= before + size + behind;
        }
        levels.reverse();
        // A single row of rows is no dimension.
        let skip =
            levels.iter().take_while(|level| level.size * level.to_row == to_row && level.size == 1).count();
        levels.drain(..skip.min(levels.len().saturating_sub(1)));
        Self { levels }
    }
}

fn pad(levels: &[Level], from: &[u8], to: &mut [u8], value: &[u8]) {
    let Some((level, inner)) = levels.split_first() else {
        to.copy_from_slice(from);
        return;
    };
    let (before, rest) = to.split_at_mut(level.before * level.to_row);
    let (rows, behind) = rest.split_at_mut(level.size * level.to_row);
    fill(before, value);
    fill(behind, value);
    if inner.is_empty() {
        rows.copy_from_slice(from);
    } else {
        for (to, from) in rows.chunks_exact_mut(level.to_row).zip(from.chunks_exact(level.from_row)) {
            pad(inner, from, to, value);
        }
    }
}

/// The bytes of what stands for zero in a tensor: its zero point if it has 8 or 16 bits.
pub fn zero(tensor: &Tensor<'_>) -> [u8; 16] {
    let zero_point = match (tensor.dtype, tensor.quantization.affine()) {
        (DType::I8 | DType::U8 | DType::I16, Some(affine)) => affine.zero_points[0],
        _ => 0,
    };
    let mut zero = [0u8; 16];
    zero[..4].copy_from_slice(&zero_point.to_le_bytes());
    zero
}

/// Repeats the bytes of an element.
pub fn fill(to: &mut [u8], value: &[u8]) {
    match value {
        [] => {}
        [first, rest @ ..] if rest.iter().all(|byte| byte == first) => to.fill(*first),
        _ => to.chunks_exact_mut(value.len()).for_each(|to| to.copy_from_slice(value)),
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn pads_every_dimension() {
        let cases: [(&[usize], &[[usize; 2]]); 5] = [
            (&[2, 3, 4], &[[1, 0], [2, 1], [0, 3]]),
            (&[2, 3, 4], &[[0, 0], [1, 2], [0, 0]]),
            (&[1, 3, 4], &[[0, 0], [0, 0], [1, 1]]),
            (&[1, 1, 4], &[[0, 0], [2, 0], [0, 0]]),
            (&[5], &[[3, 4]]),
        ];
        for (dims, amounts) in cases {
            let shape = Shape::new(dims).unwrap();
            let from: Vec<u8> = (1..=shape.elements() as u8).collect();
            let padded: Vec<usize> =
                dims.iter().zip(amounts).map(|(dim, [before, behind])| before + dim + behind).collect();
            let total: usize = padded.iter().product();
            let expected: Vec<u8> = (0..total)
                .map(|number| {
                    let (mut rest, mut at, mut step) = (number, 0, 1);
                    for axis in (0..dims.len()).rev() {
                        let index = (rest % padded[axis]).wrapping_sub(amounts[axis][0]);
                        rest /= padded[axis];
                        if index >= dims[axis] {
                            return 99;
                        }
                        at += index * step;
                        step *= dims[axis];
                    }
                    from[at]
                })
                .collect();
            let nest = Nest::new(&shape, amounts, 1);
            let mut found = vec![0u8; total];
            pad(&nest.levels, &from, &mut found, &[99]);
            assert_eq!(found, expected, "{dims:?} {amounts:?}");
        }
    }
}
