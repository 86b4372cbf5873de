//! BATCH_TO_SPACE_ND: spreads the batch over blocks of space, then crops.

use alloc::boxed::Box;
use alloc::{format, vec};

use featherlite_base::{Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::blocks::Blocks;
use crate::parts::rearrange::{self, INDEX};

/// BATCH_TO_SPACE_ND.
pub static OP: OpDef = OpDef {
    name: "BATCH_TO_SPACE_ND",
    code: Code::Builtin(BuiltinOperator::BATCH_TO_SPACE_ND),
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
    name: "BATCH_TO_SPACE_ND",
    summary: "Spreads the batch over blocks of space, then crops.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(Types::SIZED), req(INDEX), req(INDEX)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let Some(blocks) = Blocks::of(node)? else { return Ok(Outputs::AtRun) };
    let input = node.input(0)?.shape;
    let mut dims = input.dims().to_vec();
    let places = blocks.places();
    if dims[0] % places != 0 {
        return Err(Error::invalid_shape(format!("the batch of {input} has no {places} equal parts")));
    }
    dims[0] /= places;
    for (dim, (&block, [before, behind])) in dims[1..].iter_mut().zip(blocks.sizes.iter().zip(&blocks.around))
    {
        let whole = dim.saturating_mul(block);
        *dim = whole.checked_sub(before + behind).ok_or_else(|| {
            Error::invalid_shape(format!("{before} and {behind} elements can not be cropped from {whole}"))
        })?;
    }
    Ok(Outputs::one(Shape::new(&dims)?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let shape = rearrange::known(shapes(node)?)?[0];
    let Some(blocks) = Blocks::of(node)? else { return Err(Error::internal("unknown blocks")) };
    let moves = blocks.moves(&shape, &node.input(0)?.shape, false);
    rearrange::kernel(plan, vec![moves], &[shape])
}
