//! Kernels that apply a function to every element: of one input, or of two or three that broadcast against each
//! other.
//!
//! There is one inner loop for each function: over operands of the same length, which the compiler vectorizes for the
//! level in use. Whatever does not lie in memory in the output's order (broadcast operands, and operands whose
//! memory the output takes) is laid out in small blocks first.

use alloc::boxed::Box;
use alloc::vec::Vec;

use featherlite_base::arena::{bytes_of, bytes_of_mut, for_each_chunk};
use featherlite_base::{Element, Result, Shape};
use featherlite_simd::Level;

use crate::core::{Io, Kernel, Node, Outputs, Plan};

/// Elements that one thread works on at a time, about.
const CHUNK: usize = 16 * 1024;

/// Elements of an operand that are laid out for the inner loop at a time.
const BLOCK: usize = 256;

/// Makes a kernel, for families of kernels.
pub type Make = fn(&Plan<'_>) -> Box<dyn Kernel>;

/// The shape function of operators whose output has the shape of input 0.
///
/// # Errors
/// If input 0 is missing.
pub fn same_shape(node: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::one(node.input(0)?.shape))
}

/// The shape function of operators whose inputs, all that there are, broadcast against each other.
///
/// # Errors
/// If they do not.
pub fn broadcast_shape(node: &Node<'_>) -> Result<Outputs> {
    let shape = node.inputs.iter().flatten().try_fold(Shape::SCALAR, |all, one| all.broadcast(&one.shape))?;
    Ok(Outputs::one(shape))
}

/// The instructions that inner loops are compiled for: the plain ones where reference kernels are asked for.
pub fn level(plan: &Plan<'_>) -> Level {
    if plan.setup.reference { Level::SCALAR } else { plan.setup.level }
}

/// A kernel that applies `function` to every element of input 0. The output may be in the input's place.
pub fn unary<T: Element, U: Element>(
    plan: &Plan<'_>,
    function: impl Fn(T) -> U + Send + Sync + 'static,
) -> Box<dyn Kernel> {
    let level = level(plan);
    Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (source::<T>(io, 0)?, io.output::<U>(0)?);
        for_each_chunk(io.parallel, output, CHUNK, |index, part| {
            let mut operand = Operand::new(&Layout::Same, input);
            let step = step(part.len(), &[operand.step()]);
            let mut start = index * CHUNK;
            for part in part.chunks_mut(step) {
                let x = operand.block(start, part);
                level.vectorize(|| part.iter_mut().zip(x).for_each(|(result, x)| *result = function(*x)));
                start += part.len();
            }
        });
        Ok(())
    })
}

/// A kernel that applies `function` to the elements of inputs 0 and 1, broadcast to the shape of output 0, which may
/// be in the place of one of them.
///
/// # Errors
/// If a tensor is missing.
pub fn binary<A: Element, B: Element, U: Element>(
    plan: &Plan<'_>,
    function: impl Fn(A, B) -> U + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let level = level(plan);
    let (left, right) = (Layout::of_input(plan, 0)?, Layout::of_input(plan, 1)?);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (a, b, output) = (source::<A>(io, 0)?, source::<B>(io, 1)?, io.output::<U>(0)?);
        for_each_chunk(io.parallel, output, CHUNK, |index, part| {
            let (mut a, mut b) = (Operand::new(&left, a), Operand::new(&right, b));
            let step = step(part.len(), &[a.step(), b.step()]);
            let mut start = index * CHUNK;
            for part in part.chunks_mut(step) {
                let (a, b) = (a.block(start, part), b.block(start, part));
                level.vectorize(|| {
                    for ((result, a), b) in part.iter_mut().zip(a).zip(b) {
                        *result = function(*a, *b);
                    }
                });
                start += part.len();
            }
        });
        Ok(())
    }))
}

/// As [`binary`], of three inputs, which broadcast from the shapes given.
///
/// # Errors
/// If a tensor is missing.
pub fn ternary<A: Element, B: Element, C: Element, U: Element>(
    plan: &Plan<'_>,
    shapes: [Shape; 3],
    function: impl Fn(A, B, C) -> U + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let level = level(plan);
    let output = plan.node.output(0)?.shape;
    let layouts = shapes.map(|shape| Layout::of(&shape, &output));
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (a, b, c) = (source::<A>(io, 0)?, source::<B>(io, 1)?, source::<C>(io, 2)?);
        for_each_chunk(io.parallel, io.output::<U>(0)?, CHUNK, |index, part| {
            let mut a = Operand::new(&layouts[0], a);
            let mut b = Operand::new(&layouts[1], b);
            let mut c = Operand::new(&layouts[2], c);
            let step = step(part.len(), &[a.step(), b.step(), c.step()]);
            let mut start = index * CHUNK;
            for part in part.chunks_mut(step) {
                let (a, b, c) = (a.block(start, part), b.block(start, part), c.block(start, part));
                level.vectorize(|| {
                    for (((result, a), b), c) in part.iter_mut().zip(a).zip(b).zip(c) {
                        *result = function(*a, *b, *c);
                    }
                });
                start += part.len();
            }
        });
        Ok(())
    }))
}

/// The elements of an input; `None` if they are where the output is to be.
fn source<'a, T: Element>(io: &Io<'a>, index: usize) -> Result<Option<&'a [T]>> {
    if io.is_in_place(index, 0) { Ok(None) } else { io.input(index).map(Some) }
}

/// The elements to work on in one go, of a part of `len`.
fn step(len: usize, operands: &[usize]) -> usize {
    operands.iter().fold(len, |least, &step| least.min(step)).max(1)
}

/// How the elements of an operand follow one another in the order of the output.
#[derive(Clone, Debug, PartialEq)]
pub enum Layout {
    /// As in memory.
    Same,
    /// As in memory, again and again; this many elements.
    Repeat(usize),
    /// Some other way: sizes of the output's dimensions, innermost first, and the operand's strides along them, 0
    /// where it is broadcast.
    Strided(Vec<(usize, usize)>),
}

impl Layout {
    /// The layout of an operand of shape `operand` that is broadcast to `output`. Dimensions that lie in memory as
    /// one are taken as one.
    pub fn of(operand: &Shape, output: &Shape) -> Self {
        let mut dims: Vec<(usize, usize)> = Vec::new();
        let mut stride = 1;
        for index in 0..output.rank() {
            let (size, own) = (output.dim_from_end(index), operand.dim_from_end(index));
            if size == 1 {
                continue;
            }
            let is_broadcast = own == 1;
            match dims.last_mut() {
                Some((inner, step)) if (*step == 0) == is_broadcast => *inner *= size,
                _ => dims.push((size, if is_broadcast { 0 } else { stride })),
            }
            stride *= own;
        }
        match dims[..] {
            _ if output.elements() == 0 => Self::Same,
            [] | [(_, 1)] => Self::Same,
            [(_, 0)] => Self::Repeat(1),
            [(period, 1), (_, 0)] => Self::Repeat(period),
            _ => Self::Strided(dims),
        }
    }

    fn of_input(plan: &Plan<'_>, index: usize) -> Result<Self> {
        Ok(Self::of(&plan.node.input(index)?.shape, &plan.node.output(0)?.shape))
    }

    /// Calls `run` for stretches of `len` elements from element `start` of the output: where in the operand each
    /// begins, how long it is, and whether it is one element repeated.
    fn for_each_run(&self, mut start: usize, mut len: usize, mut run: impl FnMut(usize, usize, bool)) {
        let whole = [(usize::MAX, 1)];
        let repeated;
        let dims: &[(usize, usize)] = match self {
            Self::Same => &whole,
            Self::Repeat(1) => &[(usize::MAX, 0)],
            Self::Repeat(period) => {
                repeated = [(*period, 1), (usize::MAX, 0)];
                &repeated
            }
            Self::Strided(dims) => dims,
        };
        let Some((&(inner, inner_stride), outer)) = dims.split_first() else { return };
        while len > 0 {
            let (mut rest, within) = (start / inner, start % inner);
            let mut at = within * inner_stride;
            for &(size, stride) in outer {
                at += rest % size * stride;
                rest /= size;
            }
            let count = len.min(inner - within);
            run(at, count, inner_stride == 0);
            start += count;
            len -= count;
        }
    }

    /// Where in the operand the element is that goes with element `index` of the output.
    pub fn position(&self, index: usize) -> usize {
        let mut position = 0;
        self.for_each_run(index, 1, |at, _, _| position = at);
        position
    }
}

/// An operand's elements, in the output's order, a block at a time.
struct Operand<'a, T> {
    layout: &'a Layout,
    /// `None` if the output holds them.
    data: Option<&'a [T]>,
    buffer: [T; BLOCK],
    /// For repeated elements: which of them is the first in the buffer, if the buffer is filled.
    first: Option<usize>,
}

impl<'a, T: Element> Operand<'a, T> {
    fn new(layout: &'a Layout, data: Option<&'a [T]>) -> Self {
        Self { layout, data, buffer: [T::default(); BLOCK], first: None }
    }

    /// The most elements that a block can have.
    fn step(&self) -> usize {
        match (self.data, self.layout) {
            (Some(_), Layout::Same) => usize::MAX,
            // Whole periods, so that the buffer is filled once.
            (Some(_), &Layout::Repeat(period)) if period < BLOCK => BLOCK - BLOCK % period,
            _ => BLOCK,
        }
    }

    /// The elements that go with those from `start` on of the output, whose memory is `output`.
    fn block<U: Element>(&mut self, start: usize, output: &[U]) -> &[T] {
        let len = output.len();
        match (self.data, self.layout) {
            (None, _) => {
                let bytes = bytes_of(output);
                bytes_of_mut(&mut self.buffer)[..bytes.len()].copy_from_slice(bytes);
            }
            (Some(data), Layout::Same) => return &data[start..start + len],
            (Some(data), &Layout::Repeat(period)) => {
                let first = start % period;
                if len <= period - first {
                    return &data[first..first + len];
                }
                if self.first != Some(first) {
                    self.first = Some(first);
                    fill(&mut self.buffer, data, self.layout, start);
                }
            }
            (Some(data), layout) => fill(&mut self.buffer[..len], data, layout, start),
        }
        &self.buffer[..len]
    }
}

fn fill<T: Copy>(buffer: &mut [T], data: &[T], layout: &Layout, start: usize) {
    let mut filled = 0;
    layout.for_each_run(start, buffer.len(), |at, count, is_repeated| {
        let target = &mut buffer[filled..filled + count];
        if is_repeated {
            target.fill(data[at])
        } else {
            target.copy_from_slice(&data[at..at + count])
        }
        filled += count;
    });
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn shape(dims: &[usize]) -> Shape {
        Shape::new(dims).unwrap()
    }

    #[test]
    fn dimensions_are_taken_together() {
        for (operand, output, layout) in [
            (&[2, 3, 4][..], &[2, 3, 4][..], Layout::Same),
            (&[3, 4], &[1, 3, 4], Layout::Same),
            (&[], &[2, 3], Layout::Repeat(1)),
            (&[1, 1], &[2, 3], Layout::Repeat(1)),
            (&[3, 4], &[2, 5, 3, 4], Layout::Repeat(12)),
            (&[2, 1], &[2, 3], Layout::Strided(vec![(3, 0), (2, 1)])),
            (&[2, 1, 1, 4], &[2, 5, 3, 4], Layout::Strided(vec![(4, 1), (15, 0), (2, 4)])),
            (&[2, 1, 3, 1], &[2, 5, 3, 4], Layout::Strided(vec![(4, 0), (3, 1), (5, 0), (2, 3)])),
        ] {
            assert_eq!(Layout::of(&shape(operand), &shape(output)), layout, "{operand:?} in {output:?}");
        }
    }

    /// Every operand that broadcasts to `output`, against positions computed from coordinates.
    #[test]
    fn blocks_hold_the_elements_that_broadcasting_asks_for() {
        for output in
            [&[2, 3, 5, 4][..], &[300], &[7, 3], &[2, 1, 130, 3], &[3, 0, 2], &[2, 2, 2, 2, 2, 2, 2, 3]]
        {
            for mask in 0..1 << output.len() {
                let dims: Vec<usize> =
                    output.iter().enumerate().map(|(i, &d)| if mask >> i & 1 == 1 { 1 } else { d }).collect();
                let (operand, output) = (shape(&dims), shape(output));
                let (strides, steps) = (operand.strides(), output.strides());
                let expected: Vec<u32> = (0..output.elements())
                    .map(|index| {
                        (0..output.rank())
                            .filter(|&d| operand.dim(d) != 1)
                            .map(|d| index / steps[d] % output.dim(d) * strides[d])
                            .sum::<usize>() as u32
                    })
                    .collect();
                let data: Vec<u32> = (0..operand.elements() as u32).collect();
                let layout = Layout::of(&operand, &output);
                let mut operand = Operand::new(&layout, Some(&data));
                let target = vec![0u8; expected.len()];
                let step = step(expected.len(), &[operand.step()]);
                for (number, (target, expected)) in target.chunks(step).zip(expected.chunks(step)).enumerate()
                {
                    assert_eq!(operand.block(number * step, target), expected, "{dims:?} in {output}");
                }
            }
        }
    }
}
