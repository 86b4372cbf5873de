//! STABLEHLO_SCATTER: combines slices into a tensor at given coordinates.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::arena::Pair;
use featherlite_base::{Bf16, DType, Error, F16, MAX_RANK, Result, Shape};
use featherlite_schema::{BuiltinOperator, StablehloScatterOptions};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::combine::{Bytewise, Function, bytewise};
use crate::parts::index_vectors::{IndexVectors, batch_dims, dimensions};
use crate::parts::rearrange::INDEX;
use crate::parts::strided::Axis;

/// STABLEHLO_SCATTER.
pub static OP: OpDef = OpDef {
    name: "STABLEHLO_SCATTER",
    code: Code::Builtin(BuiltinOperator::STABLEHLO_SCATTER),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "STABLEHLO_SCATTER",
    summary: "Combines slices into a tensor at given coordinates.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "numbers",
    inputs: &[req(NUMBER), req(INDEX), req(Types::SAME)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

const NUMBER: Types = Types::of(&[
    DType::F32,
    DType::F16,
    DType::Bf16,
    DType::F64,
    DType::I8,
    DType::U8,
    DType::I16,
    DType::U16,
    DType::I32,
    DType::U32,
    DType::I64,
    DType::U64,
    DType::Bool,
]);

/// The dimensions of the updates. Updates are made in their order, so that the last of several at one place is the same
/// everywhere.
struct Layout {
    vectors: IndexVectors,
    /// Up to the last one of the scatter indices: size, step in the updates, and for those of a window the dimension of
    /// the operand.
    outer: Vec<(usize, usize, Option<usize>)>,
    /// Those behind, all of a window: size and step in the updates, dimension of the operand.
    window: Vec<(usize, usize, usize)>,
}

fn layout(node: &Node<'_>) -> Result<Layout> {
    let options: StablehloScatterOptions<'_> = node.options();
    let (operand, indices, updates) = (node.input(0)?.shape, node.input(1)?, node.input(2)?.shape);
    let vectors = IndexVectors::new(
        1,
        indices.dtype,
        &indices.shape,
        options.index_vector_dim(),
        options.scatter_dims_to_operand_dims().iter(),
        operand.rank(),
    )?;
    let mut window_dims = dimensions(options.update_window_dims().iter(), updates.rank())?;
    window_dims.sort_unstable();
    let inserted = dimensions(options.inserted_window_dims().iter(), operand.rank())?;
    let own: Vec<usize> = (0..operand.rank()).filter(|dim| !inserted.contains(dim)).collect();
    let steps = updates.strides();
    let batch_dims = batch_dims(&indices.shape, options.index_vector_dim());
    let batch: Vec<usize> = (0..updates.rank()).filter(|dim| !window_dims.contains(dim)).collect();
    if own.len() != window_dims.len() || !batch.iter().map(|&dim| updates.dim(dim)).eq(batch_dims) {
        return Err(Error::invalid_shape(format!(
            "updates {updates} do not fit {operand} and indices {}",
            indices.shape
        )));
    }
    let inner = batch.last().map_or(0, |last| last + 1);
    let along = |dim: usize| window_dims.iter().position(|&other| other == dim).map(|place| own[place]);
    let outer = (0..inner).map(|dim| (updates.dim(dim), steps[dim], along(dim))).collect();
    let window =
        (inner..updates.rank()).filter_map(|dim| Some((updates.dim(dim), steps[dim], along(dim)?))).collect();
    Ok(Layout { vectors, outer, window })
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    layout(node)?;
    Ok(Outputs::one(node.input(0)?.shape))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let layout = layout(node)?;
    let operand = node.input(0)?;
    let index = node.options::<StablehloScatterOptions<'_>>().update_computation_subgraph_index();
    let function = Function::of_subgraph(node, index)?;
    let apply = match operand.dtype {
        DType::F32 => bytewise::<f32>(function),
        DType::F16 => bytewise::<F16>(function),
        DType::Bf16 => bytewise::<Bf16>(function),
        DType::F64 => bytewise::<f64>(function),
        DType::I8 => bytewise::<i8>(function),
        DType::I16 => bytewise::<i16>(function),
        DType::U16 => bytewise::<u16>(function),
        DType::I32 => bytewise::<i32>(function),
        DType::U32 => bytewise::<u32>(function),
        DType::I64 => bytewise::<i64>(function),
        DType::U64 => bytewise::<u64>(function),
        DType::U8 => bytewise::<u8>(function),
        DType::Bool => {
            let logical = match function {
                Function::Add | Function::Maximum => Function::Any,
                Function::Multiply | Function::Minimum => Function::All,
                other => other,
            };
            bytewise::<u8>(logical)
        }
        other => return Err(Error::internal(format!("STABLEHLO_SCATTER planned for {other}"))),
    };
    Ok(layout.kernel(operand.shape, operand.dtype.bits() / 8, apply))
}

impl Layout {
    /// A kernel for elements of `size` bytes.
    fn kernel(self, operand: Shape, size: usize, apply: Box<Bytewise>) -> Box<dyn Kernel> {
        let count: usize = self.outer.iter().map(|&(size, ..)| size).product();
        let steps = operand.strides();
        Box::new(move |io: &mut Io<'_>| {
            let output = match io.pair::<u8, u8>(0, 0)? {
                Pair::InPlace(output) => output,
                Pair::Apart(from, output) => {
                    output.copy_from_slice(from);
                    output
                }
            };
            let updates = io.input::<u8>(2)?;
            if updates.is_empty() || output.is_empty() {
                return Ok(());
            }
            for number in 0..count {
                let (mut rest, mut from) = (number, 0);
                let (mut vector, mut vectors) = (0, 1);
                let mut start = [0; MAX_RANK];
                for &(size, step, own) in self.outer.iter().rev() {
                    let index = rest % size;
                    rest /= size;
                    from += index * step;
                    match own {
                        Some(dim) => start[dim] = index as i64,
                        None => (vector, vectors) = (vector + index * vectors, vectors * size),
                    }
                }
                self.vectors.add(io, vector, &mut start)?;
                // The part of the window that lies inside.
                let mut axes = [Axis { size: 1, from: 0, to: 0 }; MAX_RANK];
                for (axis, &(size, step, dim)) in axes.iter_mut().zip(&self.window) {
                    let first = start[dim].saturating_neg().clamp(0, size as i64);
                    let end = (operand.dim(dim) as i64).saturating_sub(start[dim]).clamp(first, size as i64);
                    *axis = Axis { size: (end - first) as usize, from: step as isize, to: steps[dim] };
                    from += first as usize * step;
                    start[dim] = start[dim].saturating_add(first);
                }
                let axes = &axes[..self.window.len()];
                let is_inside =
                    (0..operand.rank()).all(|dim| (0..operand.dim(dim) as i64).contains(&start[dim]));
                if is_inside && axes.iter().all(|axis| axis.size > 0) {
                    let to: usize = (0..operand.rank()).map(|dim| start[dim] as usize * steps[dim]).sum();
                    apply(axes, &updates[from * size..], &mut output[to * size..]);
                }
            }
            Ok(())
        })
    }
}
