//! Kernels that put elements of inputs to other places in outputs, for every element type.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use featherlite_base::{DType, Error, Result, Shape, arena};

use super::elementwise;
use super::strided::{Axis, Copy, from_dense, into_dense};
use super::strings::{self, Strings};
use super::subbyte;
use crate::core::{Io, Kernel, Node, Outputs, Plan, Tensor, Types};

/// The types that operators move around without looking at their values.
pub const ANY: Types = Types::ANY.without(Types::of(&[DType::Variant, DType::Resource]));
/// All but strings.
pub const NO_TEXT: Types = ANY.without(Types::of(&[DType::String]));
/// The types of shapes, axes and indices.
pub const INDEX: Types = Types::of(&[DType::I32, DType::I64]);

/// Copies elements of one input.
pub struct Move {
    /// Which input.
    pub input: usize,
    /// The loops, steps in elements.
    pub axes: Vec<Axis>,
    /// The first element read.
    pub from: usize,
    /// The first element written.
    pub to: usize,
}

impl Move {
    /// A copy of `input` to the whole of an output of the shape `dims`, given where in the input its first element is
    /// and the step there for each dimension.
    pub fn into_dense(input: usize, dims: &[usize], steps: &[isize], from: usize) -> Self {
        Self { input, axes: into_dense(dims, steps), from, to: 0 }
    }

    /// A copy of the whole of `input` to a part of an output of shape `shape`: to index `at` of dimension `axis`;
    /// `row` is how many elements lie together there.
    pub fn join(input: usize, shape: &Shape, axis: usize, at: usize, row: usize) -> Self {
        let (outer, inner) = around(shape, axis);
        let axes = from_dense(&[outer, row], &[shape.dim(axis) * inner, 1]);
        Self { input, axes, from: 0, to: at * inner }
    }
}

/// The shapes of the outputs of a node whose inputs are known, for its plan.
///
/// # Errors
/// If they depend on contents that are not known.
pub fn known(outputs: Outputs) -> Result<Vec<Shape>> {
    match outputs {
        Outputs::Known(shapes) => Ok(shapes),
        _ => Err(Error::unsupported("an operand that decides the output's shape is too large")),
    }
}

/// A kernel that makes each output by some moves; `shapes` are the outputs' shapes. All inputs that are moved have
/// the type of the outputs.
///
/// # Errors
/// If a move does not fit the tensors, or strings come from several inputs.
pub fn kernel(plan: &mut Plan<'_>, moves: Vec<Vec<Move>>, shapes: &[Shape]) -> Result<Box<dyn Kernel>> {
    let dtype = plan.node.output(0)?.dtype;
    let element = match dtype.bits() {
        0 => size_of::<u32>(),
        bits => bits.div_ceil(8),
    };
    let level = elementwise::level(plan);
    let mut outputs = Vec::with_capacity(moves.len());
    for moves in moves {
        let mut copies = Vec::with_capacity(moves.len());
        for Move { input, axes, from, to } in moves {
            copies.push((input, Copy::new(element, &axes, from, to)?.at_level(level)));
        }
        outputs.push(copies);
    }
    match dtype.bits() {
        0 => text(outputs, shapes),
        bits if bits < 8 => packed(plan, dtype, outputs),
        _ => Ok(Box::new(move |io: &mut Io<'_>| {
            for (output, copies) in outputs.iter().enumerate() {
                let to = io.output::<u8>(output)?;
                for (input, copy) in copies {
                    copy.run(io.parallel, io.input::<u8>(*input)?, to)?;
                }
            }
            Ok(())
        })),
    }
}

/// The products of the dimensions before and behind `axis`.
fn around(shape: &Shape, axis: usize) -> (usize, usize) {
    let dims = shape.dims();
    (dims[..axis].iter().product(), dims[axis + 1..].iter().product())
}

/// A kernel that cuts an input along a dimension into outputs; `parts` are their shapes.
///
/// # Errors
/// As [`kernel`].
pub fn split(plan: &mut Plan<'_>, input: usize, axis: usize, parts: &[Shape]) -> Result<Box<dyn Kernel>> {
    let shape = plan.node.input(input)?.shape;
    let (outer, inner) = around(&shape, axis);
    let mut at = 0;
    let mut moves = Vec::with_capacity(parts.len());
    for part in parts {
        let row = part.dim(axis) * inner;
        let step = (shape.dim(axis) * inner) as isize;
        moves.push(vec![Move::into_dense(input, &[outer, row], &[step, 1], at)]);
        at += row;
    }
    kernel(plan, moves, parts)
}

/// [`kernel`] for one output that is made of one input.
///
/// # Errors
/// As [`kernel`].
pub fn one(plan: &mut Plan<'_>, from: Move, shape: Shape) -> Result<Box<dyn Kernel>> {
    kernel(plan, vec![vec![from]], &[shape])
}

/// For strings their numbers are moved, then the strings they stand for are written.
fn text(outputs: Vec<Vec<(usize, Copy)>>, shapes: &[Shape]) -> Result<Box<dyn Kernel>> {
    if outputs.iter().any(|copies| copies.iter().any(|copy| copy.0 != copies[0].0)) {
        return Err(Error::unsupported("strings of several inputs in one output"));
    }
    let shapes = shapes.to_vec();
    Ok(Box::new(move |io: &mut Io<'_>| {
        for (output, (copies, &shape)) in outputs.iter().zip(&shapes).enumerate() {
            let input = copies.first().map_or(0, |copy| copy.0);
            let strings = Strings::of(io, input)?;
            let numbers: Vec<u32> = (0..strings.len() as u32).collect();
            let mut moved = vec![0u32; shape.elements()];
            for (_, copy) in copies {
                copy.run(io.parallel, arena::bytes_of(&numbers), arena::bytes_of_mut(&mut moved))?;
            }
            strings::write(io, output, shape, |index| strings.get(moved[index] as usize))?;
        }
        Ok(())
    }))
}

/// Elements of fewer than 8 bits are moved as bytes.
fn packed(plan: &mut Plan<'_>, dtype: DType, outputs: Vec<Vec<(usize, Copy)>>) -> Result<Box<dyn Kernel>> {
    let elements = |tensor: &Tensor<'_>| tensor.shape.elements();
    let sizes: Vec<usize> = plan.node.inputs.iter().map(|input| input.as_ref().map_or(0, elements)).collect();
    let output_sizes: Vec<usize> = plan.node.outputs.iter().map(elements).collect();
    let longest = |sizes: &[usize]| sizes.iter().copied().max().unwrap_or(0);
    let (source, target) = (plan.scratch(longest(&sizes)), plan.scratch(longest(&output_sizes)));
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (source, target) = (io.scratch::<i8>(source)?, io.scratch::<i8>(target)?);
        for (output, copies) in outputs.iter().enumerate() {
            let target = &mut target[..output_sizes[output]];
            for (input, copy) in copies {
                let source = &mut source[..sizes[*input]];
                subbyte::unpack(dtype, io.input::<u8>(*input)?, source)?;
                copy.run(io.parallel, arena::bytes_of(source), arena::bytes_of_mut(target))?;
            }
            subbyte::pack(dtype, target, io.output::<u8>(output)?)?;
        }
        Ok(())
    }))
}

/// A kernel whose output 0 has the very bytes of input 0 ([`Memory::View`](crate::core::Memory)), in another shape.
///
/// # Errors
/// If the shape depends on contents that are not known.
pub fn view(plan: &Plan<'_>, shapes: fn(&Node<'_>) -> Result<Outputs>) -> Result<Box<dyn Kernel>> {
    let shape = known(shapes(plan.node)?)?[0];
    if plan.node.output(0)?.dtype != DType::String {
        return Ok(Box::new(|io: &mut Io<'_>| io.copy(0, 0)));
    }
    Ok(Box::new(move |io: &mut Io<'_>| {
        let strings = io.input::<u8>(0)?;
        io.allocate_bytes(0, shape, strings.len())?.copy_from_slice(strings);
        Ok(())
    }))
}
