//! REVERSE_V2: reverses the order along dimensions.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::rearrange::{self, ANY, INDEX, Move};
use crate::parts::strided;

/// REVERSE_V2.
pub static OP: OpDef = OpDef {
    name: "REVERSE_V2",
    code: Code::Builtin(BuiltinOperator::REVERSE_V2),
    version: 4,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "REVERSE_V2", summary: "Reverses the order along dimensions.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(ANY), req(INDEX)], outputs: &[req(Types::SAME)], version: 1 }];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let input = node.input(0)?.shape;
    // Not because the shape depends on the dimensions: they decide how the copy goes.
    let Some(axes) = node.input(1)?.integers()? else { return Ok(Outputs::AtRun) };
    axes.iter().try_for_each(|&axis| input.axis(axis).map(drop))?;
    Ok(Outputs::one(input))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let shape = rearrange::known(shapes(plan.node)?)?[0];
    let mut steps = strided::steps(&shape);
    let mut start = 0;
    for axis in plan.node.input(1)?.integers()?.unwrap_or_default() {
        let axis = shape.axis(axis)?;
        if steps[axis] > 0 {
            start += shape.dim(axis).saturating_sub(1) * steps[axis] as usize;
            steps[axis] = -steps[axis];
        }
    }
    rearrange::one(plan, Move::into_dense(0, shape.dims(), &steps, start), shape)
}
