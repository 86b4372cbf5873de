//! SPARSE_TO_DENSE: a tensor of one value, with others at given coordinates.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::gather::{Coordinates, Positions, Rows};
use crate::parts::pad;
use crate::parts::rearrange::{self, INDEX};

/// SPARSE_TO_DENSE.
pub static OP: OpDef = OpDef {
    name: "SPARSE_TO_DENSE",
    code: Code::Builtin(BuiltinOperator::SPARSE_TO_DENSE),
    version: 3,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "SPARSE_TO_DENSE",
    summary: "A tensor of one value, with others at given coordinates.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(INDEX), req(INDEX), req(Types::SIZED), req(Types::SIZED)],
    outputs: &[req(Types::SIZED)],
    version: 1,
}];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let Some(dims) = node.input(1)?.integers()? else { return Ok(Outputs::AtRun) };
    let shape = Shape::from_signed(dims.into_iter())?;
    layout(node, &shape)?;
    Ok(Outputs::one(shape))
}

/// Number of values, and of coordinates of each: positions are a matrix of them, or a list or one of a single one.
fn layout(node: &Node<'_>, shape: &Shape) -> Result<(usize, usize)> {
    let (positions, values, default) = (node.input(0)?.shape, node.input(2)?.shape, node.input(3)?.shape);
    let (count, coordinates) = match *positions.dims() {
        [] => (1, 1),
        [count] => (count, 1),
        [count, coordinates] => (count, coordinates),
        _ => return Err(Error::invalid_shape(format!("positions of the shape {positions}"))),
    };
    let fits = values.rank() == 0 || values.dims() == [count];
    if coordinates != shape.rank() || !fits || default.elements() != 1 {
        return Err(Error::invalid_shape(format!(
            "values {values} at positions {positions} of {shape}, {default} elsewhere"
        )));
    }
    Ok((count, coordinates))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let shape = rearrange::known(shapes(node)?)?[0];
    let (count, coordinates) = layout(node, &shape)?;
    let (rows, _) = Coordinates::new(&shape, coordinates)?;
    let dtype = node.output(0)?.dtype;
    if [node.input(2)?, node.input(3)?].iter().any(|value| value.dtype != dtype) {
        return Err(Error::invalid_model("the values and the output differ in type"));
    }
    let (element, positions) = (dtype.bits() / 8, node.input(0)?.dtype);
    let single = node.input(2)?.shape.rank() == 0;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (values, output) = (io.input::<u8>(2)?, io.output::<u8>(0)?);
        let positions = Positions::of(io, 0, positions)?;
        pad::fill(output, io.input(3)?);
        for number in 0..count {
            let place = rows.source(positions, number)?;
            let value = if single { 0 } else { number };
            output[place * element..][..element].copy_from_slice(&values[value * element..][..element]);
        }
        Ok(())
    }))
}
