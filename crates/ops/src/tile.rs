//! TILE: repeats a tensor along its dimensions.

use alloc::boxed::Box;
use alloc::vec::Vec;
use alloc::{format, vec};

use featherlite_base::{Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::rearrange::{self, ANY, INDEX, Move};
use crate::parts::strided;

/// TILE.
pub static OP: OpDef = OpDef {
    name: "TILE",
    code: Code::Builtin(BuiltinOperator::TILE),
    version: 3,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "TILE", summary: "Repeats a tensor along its dimensions.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(ANY), req(INDEX)], outputs: &[req(Types::SAME)], version: 1 }];

/// How often each dimension is repeated; `None` if it is not known yet.
fn multiples(node: &Node<'_>) -> Result<Option<Vec<usize>>> {
    let input = node.input(0)?.shape;
    let Some(values) = node.input(1)?.integers()? else { return Ok(None) };
    let multiples: Option<Vec<usize>> = values.iter().map(|&value| usize::try_from(value).ok()).collect();
    match multiples {
        Some(multiples) if multiples.len() == input.rank() => Ok(Some(multiples)),
        _ => Err(Error::invalid_value(format!("{input} can not be repeated {values:?} times"))),
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let Some(multiples) = multiples(node)? else { return Ok(Outputs::AtRun) };
    let dims = node.input(0)?.shape;
    let dims: Vec<usize> =
        dims.dims().iter().zip(multiples).map(|(dim, multiple)| dim.saturating_mul(multiple)).collect();
    Ok(Outputs::one(Shape::new(&dims)?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let shape = rearrange::known(shapes(plan.node)?)?[0];
    let input = plan.node.input(0)?.shape;
    let multiples = multiples(plan.node)?.unwrap_or_default();
    let (mut dims, mut steps) = (Vec::new(), Vec::new());
    for ((&size, step), multiple) in input.dims().iter().zip(strided::steps(&input)).zip(multiples) {
        dims.extend([multiple, size]);
        steps.extend([0, step]);
    }
    if shape.elements() == 0 {
        dims = vec![0; dims.len()];
    }
    rearrange::one(plan, Move::into_dense(0, &dims, &steps, 0), shape)
}
