//! SQUEEZE: drops dimensions of size 1.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{Error, MAX_RANK, Result, Shape};
use featherlite_schema::{BuiltinOperator, SqueezeOptions};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::rearrange::{self, ANY};

/// SQUEEZE.
pub static OP: OpDef = OpDef {
    name: "SQUEEZE",
    code: Code::Builtin(BuiltinOperator::SQUEEZE),
    version: 2,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::View(0),
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "SQUEEZE", summary: "Drops dimensions of size 1.", macs: None };

const SIGS: &[Sig] = &[Sig { name: "any", inputs: &[req(ANY)], outputs: &[req(Types::SAME)], version: 1 }];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let input = node.input(0)?.shape;
    let options: SqueezeOptions<'_> = node.options();
    let mut dropped = [false; MAX_RANK];
    if options.squeeze_dims().is_empty() {
        (0..input.rank()).for_each(|axis| dropped[axis] = input.dim(axis) == 1);
    }
    for axis in options.squeeze_dims().iter() {
        let axis = input.axis(axis.into())?;
        if input.dim(axis) != 1 {
            return Err(Error::invalid_shape(format!("dimension {axis} of {input} can not be dropped")));
        }
        dropped[axis] = true;
    }
    let dims: Vec<usize> =
        (0..input.rank()).filter(|&axis| !dropped[axis]).map(|axis| input.dim(axis)).collect();
    Ok(Outputs::one(Shape::new(&dims)?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    rearrange::view(plan, shapes)
}
