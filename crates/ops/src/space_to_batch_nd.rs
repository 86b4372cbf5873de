//! SPACE_TO_BATCH_ND: gathers blocks of space into the batch, after padding.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::blocks::Blocks;
use crate::parts::pad;
use crate::parts::rearrange::{self, INDEX, Move};
use crate::parts::strided::Copy;

/// SPACE_TO_BATCH_ND.
pub static OP: OpDef = OpDef {
    name: "SPACE_TO_BATCH_ND",
    code: Code::Builtin(BuiltinOperator::SPACE_TO_BATCH_ND),
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
    name: "SPACE_TO_BATCH_ND",
    summary: "Gathers blocks of space into the batch, after padding.",
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
    dims[0] = dims[0].saturating_mul(blocks.places());
    for (dim, (&block, [before, behind])) in dims[1..].iter_mut().zip(blocks.sizes.iter().zip(&blocks.around))
    {
        let padded = *dim + before + behind;
        if padded % block != 0 {
            return Err(Error::invalid_shape(format!(
                "{input}: blocks of {block} do not fill {padded} elements"
            )));
        }
        *dim = padded / block;
    }
    Ok(Outputs::one(Shape::new(&dims)?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let shape = rearrange::known(shapes(node)?)?[0];
    let Some(blocks) = Blocks::of(node)? else { return Err(Error::internal("unknown blocks")) };
    let output = node.output(0)?;
    let (element, zero) = (output.dtype.bits() / 8, pad::zero(output));
    let copies = blocks
        .moves(&node.input(0)?.shape, &shape, true)
        .into_iter()
        .map(|Move { axes, from, to, .. }| Copy::new(element, &axes, from, to))
        .collect::<Result<Vec<_>>>()?;
    let is_padded = blocks.around.iter().any(|around| *around != [0, 0]);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (from, to) = (io.input::<u8>(0)?, io.output::<u8>(0)?);
        if is_padded {
            pad::fill(to, &zero[..element]);
        }
        copies.iter().try_for_each(|copy| copy.run(io.parallel, from, to))
    }))
}
