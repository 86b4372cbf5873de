//! GATHER: picks slices along a dimension by their positions.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, GatherOptions};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::gather::{self, POSITION, Positions, Rows};
use crate::parts::rearrange::ANY;

/// GATHER.
pub static OP: OpDef = OpDef {
    name: "GATHER",
    code: Code::Builtin(BuiltinOperator::GATHER),
    version: 8,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "GATHER", summary: "Picks slices along a dimension by their positions.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(ANY), req(POSITION)], outputs: &[req(Types::SAME)], version: 1 }];

/// The input as `[batch, outer, axis, inner]`, the positions as `[batch, count]`.
#[derive(Clone, Copy)]
struct Layout {
    outer: usize,
    axis: usize,
    inner: usize,
    count: usize,
}

/// The layout, and the output's shape.
fn layout(node: &Node<'_>) -> Result<(Layout, Shape)> {
    let options: GatherOptions<'_> = node.options();
    let (input, positions) = (node.input(0)?.shape, node.input(1)?.shape);
    let axis = input.axis(options.axis().into())?;
    let batch_dims = i64::from(options.batch_dims());
    let batch_dims = if batch_dims < 0 { batch_dims + positions.rank() as i64 } else { batch_dims };
    let batch = usize::try_from(batch_dims).ok().filter(|&batch| batch <= axis && batch <= positions.rank());
    let batch = batch
        .filter(|&batch| input.dims()[..batch] == positions.dims()[..batch])
        .ok_or_else(|| {
            Error::invalid_shape(format!(
                "{batch_dims} common dimensions of input {input} and positions {positions}, gathered along {axis}"
            ))
        })?;
    let (dims, own) = (input.dims(), &positions.dims()[batch..]);
    let output = [&dims[..axis], own, &dims[axis + 1..]].concat();
    let layout = Layout {
        outer: dims[batch..axis].iter().product(),
        axis: dims[axis],
        inner: dims[axis + 1..].iter().product(),
        count: own.iter().product(),
    };
    Ok((layout, Shape::new(&output)?))
}

impl Rows for Layout {
    fn source(&self, positions: Positions<'_>, row: usize) -> Result<usize> {
        let (above, number) = (row / self.count, row % self.count);
        let position = positions.at(above / self.outer * self.count + number, self.axis)?;
        Ok(above * self.axis + position)
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::one(layout(node)?.1))
}

/// The constant positions of single elements along the last dimension (a channel shuffle), the same for all rows.
fn columns(node: &Node<'_>, layout: &Layout) -> Result<Option<Box<[u32]>>> {
    let (input, positions) = (node.input(0)?, node.input(1)?);
    let is_plain = positions.is_constant && layout.inner == 1 && layout.count == positions.shape.elements();
    let Some(elements) = positions.integers()?.filter(|_| is_plain && input.dtype.bits() >= 8) else {
        return Ok(None);
    };
    let position = |&element: &i64| Ok(gather::position(element, layout.axis)? as u32);
    Ok(Some(elements.iter().map(position).collect::<Result<_>>()?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (layout, shape) = layout(plan.node)?;
    if let Some(positions) = columns(plan.node, &layout)? {
        return Ok(gather::columns(plan.node.input(0)?.dtype.bits() / 8, layout.axis, positions));
    }
    gather::kernel(plan, Box::new(layout), layout.inner, 1, shape)
}
