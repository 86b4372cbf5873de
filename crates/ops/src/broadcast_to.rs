//! BROADCAST_TO: repeats a tensor along dimensions of size 1, to a given shape.

use alloc::boxed::Box;
use alloc::{format, vec};

use featherlite_base::{Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::rearrange::{self, ANY, INDEX, Move};
use crate::parts::strided;

/// BROADCAST_TO.
pub static OP: OpDef = OpDef {
    name: "BROADCAST_TO",
    code: Code::Builtin(BuiltinOperator::BROADCAST_TO),
    version: 4,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "BROADCAST_TO",
    summary: "Repeats a tensor along dimensions of size 1, to a given shape.",
    macs: None,
};

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(ANY), req(INDEX)], outputs: &[req(Types::SAME)], version: 1 }];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let Some(asked) = node.input(1)?.integers()? else { return Ok(Outputs::AtRun) };
    let (input, shape) = (node.input(0)?.shape, Shape::from_signed(asked.into_iter())?);
    if input.rank() > shape.rank() || input.broadcast(&shape)? != shape {
        return Err(Error::invalid_shape(format!("{input} can not be broadcast to {shape}")));
    }
    Ok(Outputs::one(shape))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let shape = rearrange::known(shapes(plan.node)?)?[0];
    let input = plan.node.input(0)?.shape;
    let mut steps = vec![0; shape.rank() - input.rank()];
    let own = input.dims().iter().zip(strided::steps(&input));
    steps.extend(own.map(|(&size, step)| if size == 1 { 0 } else { step }));
    rearrange::one(plan, Move::into_dense(0, shape.dims(), &steps, 0), shape)
}
