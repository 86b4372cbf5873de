//! TRANSPOSE: permutes the dimensions.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::rearrange::{self, ANY, INDEX, Move};
use crate::parts::strided;

/// TRANSPOSE.
pub static OP: OpDef = OpDef {
    name: "TRANSPOSE",
    code: Code::Builtin(BuiltinOperator::TRANSPOSE),
    version: 9,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "TRANSPOSE", summary: "Permutes the dimensions.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(ANY), req(INDEX)], outputs: &[req(Types::SAME)], version: 1 }];

/// For each dimension of the output the one of the input that it is; `None` if it is not known yet.
fn permutation(node: &Node<'_>) -> Result<Option<Vec<usize>>> {
    let input = node.input(0)?.shape;
    let Some(asked) = node.input(1)?.integers()? else { return Ok(None) };
    let axes = asked.iter().map(|&axis| input.axis(axis)).collect::<Result<Vec<_>>>()?;
    if axes.len() != input.rank() || (0..axes.len()).any(|axis| !axes.contains(&axis)) {
        return Err(Error::invalid_value(format!(
            "{asked:?} is not a permutation of the dimensions of {input}"
        )));
    }
    Ok(Some(axes))
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let Some(axes) = permutation(node)? else { return Ok(Outputs::AtRun) };
    let input = node.input(0)?.shape;
    let dims: Vec<usize> = axes.iter().map(|&axis| input.dims()[axis]).collect();
    Ok(Outputs::one(Shape::new(&dims)?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let shape = rearrange::known(shapes(plan.node)?)?[0];
    let steps = strided::steps(&plan.node.input(0)?.shape);
    let axes = permutation(plan.node)?.unwrap_or_default();
    let steps: Vec<isize> = axes.iter().map(|&axis| steps[axis]).collect();
    rearrange::one(plan, Move::into_dense(0, shape.dims(), &steps, 0), shape)
}
