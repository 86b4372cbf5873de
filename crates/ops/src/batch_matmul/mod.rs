//! BATCH_MATMUL: matrix products of two stacks of matrices, whose outer dimensions broadcast.
//!
//! The right-hand matrices take the part of weights: they are packed when the operator is planned if they are constant,
//! and otherwise in every run, each once for all left-hand matrices that follow one another with it.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, Element, Error, MAX_RANK, Result, Shape};
use featherlite_gemm::Weights;
use featherlite_schema::{BatchMatMulOptions, BuiltinOperator};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::elementwise::Layout;

mod float;
mod hybrid;
mod integer;
mod integer_i16;

/// BATCH_MATMUL.
pub static OP: OpDef = OpDef {
    name: "BATCH_MATMUL",
    code: Code::Builtin(BuiltinOperator::BATCH_MATMUL),
    version: 4,
    sigs: SIGS,
    kernels: &[&float::F32, &integer::I8, &integer_i16::I16, &hybrid::HYBRID],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "BATCH_MATMUL",
    summary: "Matrix products of two stacks of matrices, with broadcasting.",
    macs: Some(|node| {
        Geometry::of(node)
            .map_or(0, |geometry| (geometry.output.elements() as u64).saturating_mul(geometry.depth as u64))
    }),
};

const F32: Types = Types::of(&[DType::F32]);
const I8: Types = Types::of(&[DType::I8]);
const I16: Types = Types::of(&[DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(F32), req(F32)], outputs: &[req(F32)], version: 1 },
    Sig {
        name: "int8",
        inputs: &[req(I8), req(I8)],
        outputs: &[req(I8.or(Types::of(&[DType::I32])))],
        version: 2,
    },
    Sig { name: "int16", inputs: &[req(I16), req(I16.or(I8))], outputs: &[req(I16)], version: 3 },
    Sig { name: "hybrid", inputs: &[req(F32), req(I8)], outputs: &[req(F32)], version: 4 },
];

const LEFT: usize = 0;
const RIGHT: usize = 1;

/// Makes a planned kernel.
type Make = fn(&mut Plan<'_>, Geometry) -> Result<Box<dyn Kernel>>;

/// Sizes of the matrices and how they lie.
#[derive(Clone, Copy)]
struct Geometry {
    /// Rows of the left-hand matrices and of the results.
    rows: usize,
    /// Columns of the right-hand matrices and of the results.
    columns: usize,
    /// Elements that each result is summed up from.
    depth: usize,
    /// Whether left-hand matrices lie column after column.
    left_by_columns: bool,
    /// Whether right-hand matrices lie column after column.
    right_by_columns: bool,
    output: Shape,
}

impl Geometry {
    fn of(node: &Node<'_>) -> Result<Self> {
        let (left, right) = (node.input(LEFT)?.shape, node.input(RIGHT)?.shape);
        let options: BatchMatMulOptions<'_> = node.options();
        let (left_by_columns, right_by_columns) = (options.adj_x(), options.adj_y());
        if left.rank() < 2 || right.rank() < 2 {
            return Err(Error::invalid_shape(format!("{left} and {right} are no matrices")));
        }
        let matrix = |shape: &Shape, by_columns: bool| {
            let (outer, inner) = (shape.dim_from_end(1), shape.dim_from_end(0));
            if by_columns { (inner, outer) } else { (outer, inner) }
        };
        let ((rows, depth), (right_depth, columns)) =
            (matrix(&left, left_by_columns), matrix(&right, right_by_columns));
        if depth != right_depth {
            return Err(Error::invalid_shape(format!(
                "matrices of {left} and {right} with depths of {depth} and {right_depth}"
            )));
        }
        let batches = outer(&left)?.broadcast(&outer(&right)?)?;
        let mut dims = [0; MAX_RANK];
        let rank = batches.rank();
        if rank + 2 > MAX_RANK {
            return Err(Error::unsupported(format!("products of {left} and {right}")));
        }
        dims[..rank].copy_from_slice(batches.dims());
        dims[rank..rank + 2].copy_from_slice(&[rows, columns]);
        let output = Shape::new(&dims[..rank + 2])?;
        Ok(Self { rows, columns, depth, left_by_columns, right_by_columns, output })
    }

    /// Elements of a left-hand matrix.
    fn left_len(&self) -> usize {
        self.rows * self.depth
    }

    /// Elements of a right-hand matrix.
    fn right_len(&self) -> usize {
        self.columns * self.depth
    }

    /// The elements of right-hand matrix `index` as weights.
    fn weights<'a, T: Element>(&self, right: &'a [T], index: usize) -> Result<Weights<'a, T>> {
        let matrix = &right[index * self.right_len()..][..self.right_len()];
        match self.right_by_columns {
            true => Weights::new(matrix, self.columns, self.depth),
            false => Weights::transposed(matrix, self.columns, self.depth),
        }
    }

    /// Which matrices are multiplied: left and right for each result. One right-hand matrix for all makes the left-hand
    /// ones a single high one.
    fn pairs(&mut self, node: &Node<'_>) -> Result<Vec<(usize, usize)>> {
        let (left, right) = (outer(&node.input(LEFT)?.shape)?, outer(&node.input(RIGHT)?.shape)?);
        let batches = outer(&self.output)?;
        if right.elements() == 1 && !self.left_by_columns {
            self.rows *= batches.elements();
            return Ok([(0, 0)].into());
        }
        let (left, right) = (Layout::of(&left, &batches), Layout::of(&right, &batches));
        Ok((0..batches.elements()).map(|index| (left.position(index), right.position(index))).collect())
    }
}

/// The shape of the stack.
fn outer(shape: &Shape) -> Result<Shape> {
    Shape::new(&shape.dims()[..shape.rank().saturating_sub(2)])
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::one(Geometry::of(node)?.output))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let geometry = Geometry::of(plan.node)?;
    if geometry.output.elements() == 0 {
        return Ok(Box::new(|_: &mut Io<'_>| Ok(())));
    }
    let family = match (plan.node.input(LEFT)?.dtype, plan.node.input(RIGHT)?.dtype) {
        (DType::F32, DType::F32) => &float::F32,
        (DType::F32, _) => &hybrid::HYBRID,
        (DType::I8, _) => &integer::I8,
        _ => &integer_i16::I16,
    };
    if geometry.depth == 0 {
        return (family.choose(plan.setup.level, true).kernel)(plan, geometry);
    }
    (plan.choose(family).kernel)(plan, geometry)
}

/// The definition: each result is the sum of `depth` products, finished.
fn reference<A: Element, B: Element, S: Copy + Send + Sync + 'static, C: Element>(
    plan: &Plan<'_>,
    mut geometry: Geometry,
    zero: S,
    step: impl Fn(S, A, B) -> S + Send + Sync + 'static,
    finish: impl Fn(S) -> C + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let pairs = geometry.pairs(plan.node)?;
    let Geometry { rows, columns, depth, left_by_columns, right_by_columns, .. } = geometry;
    let (left_row, left_step) = if left_by_columns { (1, rows) } else { (depth, 1) };
    let (right_column, right_step) = if right_by_columns { (depth, 1) } else { (1, columns) };
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (left, right, output) = (io.input::<A>(LEFT)?, io.input::<B>(RIGHT)?, io.output::<C>(0)?);
        for (&(left_index, right_index), output) in pairs.iter().zip(output.chunks_mut(rows * columns)) {
            let left = &left[left_index * rows * depth..];
            let right = &right[right_index * columns * depth..];
            for (index, result) in output.iter_mut().enumerate() {
                let (row, column) = (index / columns, index % columns);
                let sum = (0..depth).fold(zero, |sum, k| {
                    let (a, b) = (row * left_row + k * left_step, column * right_column + k * right_step);
                    step(sum, left[a], right[b])
                });
                *result = finish(sum);
            }
        }
        Ok(())
    }))
}

/// The left-hand matrices row after row, in scratch memory if they lie otherwise.
struct Left {
    geometry: Geometry,
    scratch: Option<usize>,
}

impl Left {
    fn plan<T: Element>(plan: &mut Plan<'_>, geometry: Geometry) -> Self {
        let bytes = geometry.left_len() * size_of::<T>();
        let scratch = geometry.left_by_columns.then(|| plan.scratch(bytes));
        Self { geometry, scratch }
    }

    /// The memory for one matrix, empty if it is not needed; once a run.
    fn memory<'a, T: Element>(&self, io: &Io<'a>) -> Result<&'a mut [T]> {
        self.scratch.map_or(Ok(&mut [][..]), |scratch| io.scratch(scratch))
    }

    /// Matrix `index` of `left`.
    fn matrix<'a, T: Element>(&self, left: &'a [T], index: usize, memory: &'a mut [T]) -> &'a [T] {
        let len = self.geometry.left_len();
        let matrix = &left[index * len..][..len];
        if self.scratch.is_none() {
            return matrix;
        }
        transpose(matrix, self.geometry.rows, memory);
        memory
    }
}

/// Copies a matrix whose rows have `width` elements so that its columns become rows.
fn transpose<T: Copy>(from: &[T], width: usize, to: &mut [T]) {
    let height = from.len() / width.max(1);
    for (column, to) in to.chunks_mut(height.max(1)).enumerate() {
        let from = from[column..].iter().step_by(width);
        to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
    }
}
