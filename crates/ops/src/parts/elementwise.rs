//! Kernels that apply a function to every element: of one input, or of two or three that broadcast against each
//! other.
//!
//! There is one inner loop for each function: over operands of the same length, which the compiler vectorizes for the
//! level in use. Whatever does not lie in memory in the output's order (broadcast operands, and operands whose
//! memory the output takes) is laid out in small blocks first.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::array;

use featherlite_base::arena::{cast, cast_mut, for_each_chunk};
use featherlite_base::{DType, Element, MAX_RANK, Result, Shape};
use featherlite_simd::{Copied, Level};

use crate::core::{Io, Kernel, Node, Outputs, Plan};

/// Elements that one thread works on at a time, about.
const CHUNK: usize = 16 * 1024;

/// Bytes of an operand that are laid out for the inner loop at a time.
const BLOCK: usize = 2048;

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
    engine([Layout::Same], [size_of::<T>()], size_of::<U>(), unary_loop(plan, function))
}

/// A kernel that applies `function` to stretches of the bytes of an input, in any number, with room for as many results.
/// The output may be in the input's place.
pub fn slices_of(
    input: usize,
    function: impl Fn(&[u8], &mut [u8]) + Send + Sync + 'static,
) -> Box<dyn Kernel> {
    let slices = move |[x]: [&[u8]; 1], results: &mut [u8]| function(x, results);
    engine_from(input, [Layout::Same], [1], 1, Box::new(slices))
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
    let sizes = [size_of::<A>(), size_of::<B>()];
    Ok(engine(Layout::of_inputs(plan)?, sizes, size_of::<U>(), binary_loop(plan, function)))
}

/// As [`binary`], for functions that vectors are of no use to, such as divisions of integers.
///
/// # Errors
/// As [`binary`].
pub fn binary_plain<A: Element, B: Element, U: Element>(
    plan: &Plan<'_>,
    function: impl Fn(A, B) -> U + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let plain = move |[a, b]: [&[u8]; 2], results: &mut [u8]| {
        let (a, b, results) = (elements::<A>(a), elements::<B>(b), elements_mut::<U>(results));
        for ((result, a), b) in results.iter_mut().zip(a).zip(b) {
            Copied::SMALL.round();
            *result = function(*a, *b);
        }
    };
    let sizes = [size_of::<A>(), size_of::<B>()];
    Ok(engine(Layout::of_inputs(plan)?, sizes, size_of::<U>(), Box::new(plain)))
}

/// As [`slices_of`] of inputs 0 and 1, broadcast to the shape of output 0.
///
/// # Errors
/// As [`binary`].
pub fn binary_slices(
    plan: &Plan<'_>,
    function: impl Fn(&[u8], &[u8], &mut [u8]) + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let slices = move |[a, b]: [&[u8]; 2], results: &mut [u8]| function(a, b, results);
    Ok(engine(Layout::of_inputs(plan)?, [1, 1], 1, Box::new(slices)))
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
    let inner = move |[a, b, c]: [&[u8]; 3], results: &mut [u8]| {
        let (a, b, c) = (elements::<A>(a), elements::<B>(b), elements::<C>(c));
        let results = elements_mut::<U>(results);
        vectorize::<A, U>(
            level,
            #[inline(always)]
            |copied| {
                for (((result, a), b), c) in results.iter_mut().zip(a).zip(b).zip(c) {
                    copied.round();
                    *result = function(*a, *b, *c);
                }
            },
        );
    };
    let sizes = [size_of::<A>(), size_of::<B>(), size_of::<C>()];
    Ok(engine(layouts, sizes, size_of::<U>(), Box::new(inner)))
}

/// A loop over blocks: the operands' elements, and room for as many results, as bytes.
pub trait Loop<const N: usize>: Send + Sync {
    /// Computes the results.
    fn run(&self, operands: [&[u8]; N], results: &mut [u8]);
}

impl<const N: usize, F: Fn([&[u8]; N], &mut [u8]) + Send + Sync> Loop<N> for F {
    fn run(&self, operands: [&[u8]; N], results: &mut [u8]) {
        self(operands, results);
    }
}

/// The loop of a function of one operand.
pub fn unary_loop<T: Element, U: Element>(
    plan: &Plan<'_>,
    function: impl Fn(T) -> U + Send + Sync + 'static,
) -> Box<dyn Loop<1>> {
    let level = level(plan);
    Box::new(move |[x]: [&[u8]; 1], results: &mut [u8]| {
        let (x, results) = (elements::<T>(x), elements_mut::<U>(results));
        vectorize::<T, U>(
            level,
            #[inline(always)]
            |copied| {
                for (result, x) in results.iter_mut().zip(x) {
                    copied.round();
                    *result = function(*x);
                }
            },
        );
    })
}

/// The loop of a function of two operands.
pub fn binary_loop<A: Element, B: Element, U: Element>(
    plan: &Plan<'_>,
    function: impl Fn(A, B) -> U + Send + Sync + 'static,
) -> Box<dyn Loop<2>> {
    let level = level(plan);
    Box::new(move |[a, b]: [&[u8]; 2], results: &mut [u8]| {
        let (a, b, results) = (elements::<A>(a), elements::<B>(b), elements_mut::<U>(results));
        vectorize::<A, U>(
            level,
            #[inline(always)]
            |copied| {
                for ((result, a), b) in results.iter_mut().zip(a).zip(b) {
                    copied.round();
                    *result = function(*a, *b);
                }
            },
        );
    })
}

/// Runs a loop from elements `T` to `U` in vectors: the widest for common types, others for those that are rare, so that
/// their loops are there in fewer copies.
#[inline(always)]
pub(super) fn vectorize<T: Element, U: Element>(level: Level, task: impl FnOnce(Copied)) {
    if is_common::<T, U>() { level.vectorize_wide(task) } else { level.vectorize_rare(task) }
}

/// Whether these are the types that the large tensors of most models are of.
pub(super) const fn is_common<T: Element, U: Element>() -> bool {
    matches!(T::DTYPE, DType::F32 | DType::I8) && matches!(U::DTYPE, DType::F32 | DType::I8)
}

/// A kernel that hands `inner` its operands block by block, in the output's order; `sizes` are those of an operand's
/// element in bytes, `size` that of a result's.
///
/// This is compiled once, not for each function and element type: only the inner loops are.
pub(super) fn engine<const N: usize>(
    layouts: [Layout; N],
    sizes: [usize; N],
    size: usize,
    inner: Box<dyn Loop<N>>,
) -> Box<dyn Kernel> {
    engine_from(0, layouts, sizes, size, inner)
}

/// As [`engine`], of the inputs from `first` on.
fn engine_from<const N: usize>(
    first: usize,
    layouts: [Layout; N],
    sizes: [usize; N],
    size: usize,
    inner: Box<dyn Loop<N>>,
) -> Box<dyn Kernel> {
    Box::new(move |io: &mut Io<'_>| {
        let mut sources = [None; N];
        for (index, source) in (first..).zip(&mut sources) {
            if !io.is_in_place(index, 0) {
                *source = Some(io.input::<u8>(index)?);
            }
        }
        for_each_chunk(io.parallel, io.output::<u8>(0)?, CHUNK * size, |index, part| {
            let mut operands: [Operand<'_>; N] =
                array::from_fn(|index| Operand::new(&layouts[index], sources[index], sizes[index]));
            let step = operands.iter().fold(CHUNK, |least, operand| least.min(operand.step()));
            let mut start = index * CHUNK;
            for part in part.chunks_mut(step * size) {
                let len = part.len() / size;
                let blocks = operands.each_mut().map(|operand| operand.block(start, len, part));
                inner.run(blocks, part);
                start += len;
            }
        });
        Ok(())
    })
}

/// Bytes of the engine as elements: they begin at a multiple of the element's size in aligned memory.
fn elements<T: Element>(bytes: &[u8]) -> &[T] {
    cast(bytes).unwrap_or_default()
}

/// As [`elements`], to write to.
fn elements_mut<T: Element>(bytes: &mut [u8]) -> &mut [T] {
    cast_mut(bytes).unwrap_or_default()
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

    /// The layouts of the first inputs, as many as are asked for.
    pub(super) fn of_inputs<const N: usize>(plan: &Plan<'_>) -> Result<[Self; N]> {
        let output = plan.node.output(0)?.shape;
        let mut layouts = [const { Self::Same }; N];
        for (index, layout) in layouts.iter_mut().enumerate() {
            *layout = Self::of(&plan.node.input(index)?.shape, &output);
        }
        Ok(layouts)
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
        let mut within = start % inner;
        start /= inner;
        let (mut at, mut coordinates) = (0, [0; MAX_RANK]);
        for (coordinate, &(size, stride)) in coordinates.iter_mut().zip(outer) {
            *coordinate = start % size;
            start /= size;
            at += *coordinate * stride;
        }
        loop {
            let count = len.min(inner - within);
            run(at + within * inner_stride, count, inner_stride == 0);
            len -= count;
            if len == 0 {
                return;
            }
            within = 0;
            for (coordinate, &(size, stride)) in coordinates.iter_mut().zip(outer) {
                *coordinate += 1;
                at += stride;
                if *coordinate < size {
                    break;
                }
                *coordinate = 0;
                at -= size * stride;
            }
        }
    }

    /// Where in the operand the element is that goes with element `index` of the output.
    pub fn position(&self, index: usize) -> usize {
        let mut position = 0;
        self.for_each_run(index, 1, |at, _, _| position = at);
        position
    }
}

/// Room for the elements of a block.
#[repr(align(16))]
struct Buffer([u8; BLOCK]);

/// An operand's elements, in the output's order, a block at a time.
struct Operand<'a> {
    layout: &'a Layout,
    /// `None` if the output holds them.
    data: Option<&'a [u8]>,
    /// Bytes of an element.
    size: usize,
    buffer: Buffer,
    /// For repeated elements: which of them is the first in the buffer, if the buffer is filled.
    first: Option<usize>,
}

impl<'a> Operand<'a> {
    fn new(layout: &'a Layout, data: Option<&'a [u8]>, size: usize) -> Self {
        Self { layout, data, size, buffer: Buffer([0; BLOCK]), first: None }
    }

    /// The most elements that a block can have.
    fn step(&self) -> usize {
        let most = BLOCK / self.size;
        match (self.data, self.layout) {
            (Some(_), Layout::Same) => usize::MAX,
            // Whole periods, so that the buffer is filled once.
            (Some(_), &Layout::Repeat(period)) if period < most => most - most % period,
            _ => most,
        }
    }

    /// The `len` elements that go with those from `start` on of the output, whose memory is `output`.
    fn block(&mut self, start: usize, len: usize, output: &[u8]) -> &[u8] {
        let size = self.size;
        match (self.data, self.layout) {
            (None, _) => self.buffer.0[..output.len()].copy_from_slice(output),
            (Some(data), Layout::Same) => return &data[start * size..(start + len) * size],
            (Some(data), &Layout::Repeat(period)) => {
                let first = start % period;
                if len <= period - first {
                    return &data[first * size..(first + len) * size];
                }
                if self.first != Some(first) {
                    self.first = Some(first);
                    let whole = BLOCK / size * size;
                    fill(&mut self.buffer.0[..whole], data, size, self.layout, start);
                }
            }
            (Some(data), layout) => fill(&mut self.buffer.0[..len * size], data, size, layout, start),
        }
        &self.buffer.0[..len * size]
    }
}

/// Lays out elements of `size` bytes: those that go with the output's from `start` on, as many as `buffer` takes.
fn fill(buffer: &mut [u8], data: &[u8], size: usize, layout: &Layout, start: usize) {
    let mut filled = 0;
    layout.for_each_run(start, buffer.len() / size, |at, count, is_repeated| {
        let target = &mut buffer[filled * size..(filled + count) * size];
        filled += count;
        let source = &data[at * size..];
        match (is_repeated, size) {
            (false, _) => target.copy_from_slice(&source[..count * size]),
            (true, 1) => repeat::<1>(source, target),
            (true, 2) => repeat::<2>(source, target),
            (true, 4) => repeat::<4>(source, target),
            (true, _) => repeat::<8>(source, target),
        }
    });
}

/// Fills `target` with the first element, of `N` bytes, of `source`.
fn repeat<const N: usize>(source: &[u8], target: &mut [u8]) {
    let mut element = [0; N];
    element.copy_from_slice(&source[..N]);
    target.as_chunks_mut().0.fill(element);
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use featherlite_base::arena::bytes_of;

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
                let mut operand = Operand::new(&layout, Some(bytes_of(&data)), 4);
                let step = operand.step().min(1 << 20);
                for (number, expected) in expected.chunks(step).enumerate() {
                    let block = operand.block(number * step, expected.len(), &[]);
                    assert_eq!(block, bytes_of(expected), "{dims:?} in {output}");
                }
            }
        }
    }
}
