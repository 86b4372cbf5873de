//! SPACE_TO_DEPTH: gathers blocks of pixels into channels.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, SpaceToDepthOptions};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::rearrange::{self, Move, NO_TEXT};

/// SPACE_TO_DEPTH.
pub static OP: OpDef = OpDef {
    name: "SPACE_TO_DEPTH",
    code: Code::Builtin(BuiltinOperator::SPACE_TO_DEPTH),
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
    HostDef { name: "SPACE_TO_DEPTH", summary: "Gathers blocks of pixels into channels.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(NO_TEXT)], outputs: &[req(Types::SAME)], version: 1 }];

fn block(node: &Node<'_>) -> Result<(usize, [usize; 4])> {
    let [batch, height, width, depth] = node.input(0)?.shape.nhwc()?;
    let size = node.options::<SpaceToDepthOptions<'_>>().block_size();
    match usize::try_from(size) {
        Ok(block @ 1..=0x7fff) if height % block == 0 && width % block == 0 => {
            Ok((block, [batch, height, width, depth]))
        }
        _ => Err(Error::invalid_model(format!(
            "blocks of the size {size} do not fill {height}x{width} pixels"
        ))),
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (block, [batch, height, width, depth]) = block(node)?;
    let dims = [batch, height / block, width / block, depth.saturating_mul(block * block)];
    Ok(Outputs::one(Shape::new(&dims)?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (block, [batch, height, width, depth]) = block(plan.node)?;
    // The output's dimensions, that of channels split in row of the block and the rest.
    let dims = [batch * (height / block), width / block, block, block * depth];
    let steps = [block * width * depth, block * depth, width * depth, 1].map(|step| step as isize);
    let shape = plan.node.output(0)?.shape;
    rearrange::one(plan, Move::into_dense(0, &dims, &steps, 0), shape)
}
