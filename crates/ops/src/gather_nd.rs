//! GATHER_ND: picks slices by the coordinates of their start.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::gather::{self, Coordinates, POSITION};
use crate::parts::rearrange::{self, ANY};

/// GATHER_ND.
pub static OP: OpDef = OpDef {
    name: "GATHER_ND",
    code: Code::Builtin(BuiltinOperator::GATHER_ND),
    version: 6,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "GATHER_ND", summary: "Picks slices by the coordinates of their start.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(ANY), req(POSITION)], outputs: &[req(Types::SAME)], version: 1 }];

/// Coordinates of a slice.
fn coordinates(node: &Node<'_>) -> Result<usize> {
    let positions = node.input(1)?.shape;
    positions.dims().last().copied().ok_or_else(|| Error::invalid_shape("a scalar of coordinates"))
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (input, positions, count) = (node.input(0)?.shape, node.input(1)?.shape, coordinates(node)?);
    let slice = input
        .dims()
        .get(count..)
        .ok_or_else(|| Error::invalid_shape(format!("{count} coordinates for {input}")))?;
    let dims = [&positions.dims()[..positions.rank() - 1], slice].concat();
    Ok(Outputs::one(Shape::new(&dims)?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let shape = rearrange::known(shapes(plan.node)?)?[0];
    let (rows, row) = Coordinates::new(&plan.node.input(0)?.shape, coordinates(plan.node)?)?;
    gather::kernel(plan, Box::new(rows), row, 1, shape)
}
