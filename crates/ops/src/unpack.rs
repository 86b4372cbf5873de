//! UNPACK: takes a tensor apart along a dimension, which the parts lack.

use alloc::boxed::Box;
use alloc::{format, vec};

use featherlite_base::{Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, UnpackOptions};

use crate::core::{
    Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req, rest,
};
use crate::parts::rearrange::{self, NO_TEXT};

/// UNPACK.
pub static OP: OpDef = OpDef {
    name: "UNPACK",
    code: Code::Builtin(BuiltinOperator::UNPACK),
    version: 6,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "UNPACK",
    summary: "Takes a tensor apart along a dimension, which the parts lack.",
    macs: None,
};

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(NO_TEXT)], outputs: &[rest(Types::SAME)], version: 1 }];

fn axis(node: &Node<'_>) -> Result<usize> {
    node.input(0)?.shape.axis(node.options::<UnpackOptions<'_>>().axis().into())
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (input, axis) = (node.input(0)?.shape, axis(node)?);
    if input.dim(axis) != node.outputs.len() {
        return Err(Error::invalid_shape(format!(
            "{} outputs for dimension {axis} of {input}",
            node.outputs.len()
        )));
    }
    let mut dims = input.dims().to_vec();
    dims.remove(axis);
    Ok(Outputs::Known(vec![Shape::new(&dims)?; node.outputs.len()]))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let axis = axis(plan.node)?;
    let part = plan.node.input(0)?.shape.with_dim(axis, 1)?;
    let parts = vec![part; plan.node.outputs.len()];
    rearrange::split(plan, 0, axis, &parts)
}
