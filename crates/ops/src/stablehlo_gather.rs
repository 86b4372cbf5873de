//! STABLEHLO_GATHER: picks slices that start at given coordinates.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{Error, MAX_RANK, Result, Shape};
use featherlite_schema::{BuiltinOperator, StablehloGatherOptions};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::index_vectors::{IndexVectors, batch_dims, dimensions};
use crate::parts::rearrange::INDEX;
use crate::parts::strided::{Axis, Copy};

/// STABLEHLO_GATHER.
pub static OP: OpDef = OpDef {
    name: "STABLEHLO_GATHER",
    code: Code::Builtin(BuiltinOperator::STABLEHLO_GATHER),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "STABLEHLO_GATHER",
    summary: "Picks slices that start at given coordinates.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(Types::SIZED), req(INDEX)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

/// Slices of `sizes`, without their `collapsed` dimensions, are the dimensions `offset_dims` of the result.
struct Layout {
    vectors: IndexVectors,
    sizes: Vec<usize>,
    kept: Vec<usize>,
    offset_dims: Vec<usize>,
    shape: Shape,
}

fn layout(node: &Node<'_>) -> Result<Layout> {
    let options: StablehloGatherOptions<'_> = node.options();
    let (operand, indices) = (node.input(0)?.shape, node.input(1)?);
    let rank = operand.rank();
    let vectors = IndexVectors::new(
        1,
        indices.dtype,
        &indices.shape,
        options.index_vector_dim(),
        options.start_index_map().iter(),
        rank,
    )?;
    let wrong =
        |what: &str| Error::invalid_model(format!("{what} do not fit an operand of the shape {operand}"));
    let sizes: Vec<usize> = options
        .slice_sizes()
        .iter()
        .zip(operand.dims())
        .map_while(|(size, &dim)| usize::try_from(size).ok().filter(|&size| size <= dim))
        .collect();
    if sizes.len() != rank || options.slice_sizes().len() != rank {
        return Err(wrong("sizes of slices"));
    }
    let collapsed = dimensions(options.collapsed_slice_dims().iter(), rank)?;
    if collapsed.iter().any(|&dim| sizes[dim] > 1) {
        return Err(wrong("dimensions to be dropped"));
    }
    let kept: Vec<usize> = (0..rank).filter(|dim| !collapsed.contains(dim)).collect();
    let batch = batch_dims(&indices.shape, options.index_vector_dim());
    let result_rank = batch.len() + kept.len();
    let mut offset_dims = dimensions(options.offset_dims().iter(), result_rank)?;
    offset_dims.sort_unstable();
    if offset_dims.len() != kept.len() {
        return Err(wrong("dimensions of slices"));
    }
    let (mut batch, mut slices) = (batch.into_iter(), kept.iter().map(|&dim| sizes[dim]));
    let dims: Option<Vec<usize>> = (0..result_rank)
        .map(|dim| if offset_dims.contains(&dim) { slices.next() } else { batch.next() })
        .collect();
    let shape = Shape::new(&dims.unwrap_or_default())?;
    Ok(Layout { vectors, sizes, kept, offset_dims, shape })
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::one(layout(node)?.shape))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let Layout { vectors, sizes, kept, offset_dims, shape } = layout(plan.node)?;
    if shape.elements() == 0 {
        return Ok(Box::new(|_: &mut Io<'_>| Ok(())));
    }
    let operand = plan.node.input(0)?;
    let (dims, element) = (operand.shape, operand.dtype.bits() / 8);
    let (from_steps, to_steps) = (dims.strides(), shape.strides());
    let axes: Vec<Axis> = kept
        .iter()
        .zip(&offset_dims)
        .map(|(&from, &to)| Axis { size: sizes[from], from: from_steps[from] as isize, to: to_steps[to] })
        .collect();
    let slice = Copy::new(element, &axes, 0, 0)?;
    let batch: Vec<(usize, usize)> = (0..shape.rank())
        .filter(|dim| !offset_dims.contains(dim))
        .map(|dim| (shape.dim(dim), to_steps[dim]))
        .collect();
    let count: usize = batch.iter().map(|&(size, _)| size).product();
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (from, to) = (io.input::<u8>(0)?, io.output::<u8>(0)?);
        for number in 0..count {
            let mut start = [0; MAX_RANK];
            vectors.add(io, number, &mut start)?;
            // Moved inside where a slice would reach beyond an end.
            let from_start: usize = (0..sizes.len())
                .map(|dim| {
                    let last = dims.dim(dim) - sizes[dim];
                    usize::try_from(start[dim]).unwrap_or(0).min(last) * from_steps[dim]
                })
                .sum();
            let (mut rest, mut to_start) = (number, 0);
            for &(size, step) in batch.iter().rev() {
                to_start += rest % size * step;
                rest /= size;
            }
            slice.run(io.parallel, &from[from_start * element..], &mut to[to_start * element..])?;
        }
        Ok(())
    }))
}
