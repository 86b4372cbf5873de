//! SPLIT: cuts a tensor into equal parts along a dimension.

use alloc::boxed::Box;
use alloc::{format, vec};

use featherlite_base::{DType, Error, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{
    Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req, rest,
};
use crate::parts::rearrange::{self, ANY};

/// SPLIT.
pub static OP: OpDef = OpDef {
    name: "SPLIT",
    code: Code::Builtin(BuiltinOperator::SPLIT),
    version: 5,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "SPLIT", summary: "Cuts a tensor into equal parts along a dimension.", macs: None };

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(Types::of(&[DType::I32])), req(ANY)],
    outputs: &[rest(ANY)],
    version: 1,
}];

/// The dimension to split; `None` if it is not known yet.
fn axis(node: &Node<'_>) -> Result<Option<usize>> {
    let Some(axis) = node.input(0)?.integers()? else { return Ok(None) };
    let axis = axis.first().ok_or_else(|| Error::invalid_shape("the axis is empty"))?;
    node.input(1)?.shape.axis(*axis).map(Some)
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let Some(axis) = axis(node)? else { return Ok(Outputs::AtRun) };
    let (input, parts) = (node.input(1)?.shape, node.outputs.len());
    let dtype = node.input(1)?.dtype;
    if let Some(other) = node.outputs.iter().find(|output| output.dtype != dtype) {
        return Err(Error::invalid_model(format!("a part of {} for an input of {dtype}", other.dtype)));
    }
    if parts == 0 || input.dim(axis) % parts != 0 {
        return Err(Error::invalid_shape(format!("dimension {axis} of {input} has no {parts} equal parts")));
    }
    Ok(Outputs::Known(vec![input.with_dim(axis, input.dim(axis) / parts)?; parts]))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let shapes = rearrange::known(shapes(plan.node)?)?;
    let axis = axis(plan.node)?.unwrap_or(0);
    rearrange::split(plan, 1, axis, &shapes)
}
