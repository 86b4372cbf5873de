//! DEPTH_TO_SPACE: spreads channels over blocks of pixels.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, DepthToSpaceOptions};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::rearrange::{self, Move, NO_TEXT};

/// DEPTH_TO_SPACE.
pub static OP: OpDef = OpDef {
    name: "DEPTH_TO_SPACE",
    code: Code::Builtin(BuiltinOperator::DEPTH_TO_SPACE),
    version: 2,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "DEPTH_TO_SPACE", summary: "Spreads channels over blocks of pixels.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(NO_TEXT)], outputs: &[req(Types::SAME)], version: 1 }];

fn block(node: &Node<'_>) -> Result<(usize, [usize; 4])> {
    let [batch, height, width, depth] = node.input(0)?.shape.nhwc()?;
    let size = node.options::<DepthToSpaceOptions<'_>>().block_size();
    match usize::try_from(size) {
        Ok(block @ 1..=0x7fff) if depth % (block * block) == 0 => Ok((block, [batch, height, width, depth])),
        _ => Err(Error::invalid_model(format!("{depth} channels do not fill blocks of the size {size}"))),
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (block, [batch, height, width, depth]) = block(node)?;
    let dims = [batch, height.saturating_mul(block), width.saturating_mul(block), depth / (block * block)];
    Ok(Outputs::one(Shape::new(&dims)?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (block, [batch, height, width, depth]) = block(plan.node)?;
    let channels = depth / (block * block);
    // The output's dimensions, those of space split in pixel and place in its block.
    let dims = [batch * height, block, width, block * channels];
    let steps = [width * depth, block * channels, depth, 1].map(|step| step as isize);
    let shape = plan.node.output(0)?.shape;
    rearrange::one(plan, Move::into_dense(0, &dims, &steps, 0), shape)
}
