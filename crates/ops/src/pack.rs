//! PACK: puts tensors of one shape side by side along a new dimension.

use alloc::boxed::Box;
use alloc::{format, vec};

use featherlite_base::{Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, PackOptions};

use crate::core::{
    Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req, rest,
};
use crate::parts::rearrange::{self, Move, NO_TEXT};

/// PACK.
pub static OP: OpDef = OpDef {
    name: "PACK",
    code: Code::Builtin(BuiltinOperator::PACK),
    version: 5,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "PACK",
    summary: "Puts tensors of one shape side by side along a new dimension.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(NO_TEXT), rest(Types::SAME)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

fn axis(node: &Node<'_>) -> Result<usize> {
    let input = node.input(0)?.shape;
    let (axis, rank) = (i64::from(node.options::<PackOptions<'_>>().axis()), input.rank() as i64 + 1);
    let resolved = if axis < 0 { axis + rank } else { axis };
    if !(0..rank).contains(&resolved) {
        return Err(Error::invalid_model(format!("axis {axis} is outside {input} with a dimension more")));
    }
    Ok(resolved as usize)
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let input = node.input(0)?.shape;
    for index in 1..node.inputs.len() {
        let other = node.input(index)?.shape;
        if other != input {
            return Err(Error::invalid_shape(format!("{input} and {other} can not be packed")));
        }
    }
    let mut dims = input.dims().to_vec();
    dims.insert(axis(node)?, node.inputs.len());
    Ok(Outputs::one(Shape::new(&dims)?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let shape = plan.node.output(0)?.shape;
    let axis = axis(plan.node)?;
    let inner: usize = shape.dims()[axis + 1..].iter().product();
    let moves = (0..shape.dims()[axis]).map(|input| Move::join(input, &shape, axis, input, inner));
    let moves = moves.collect();
    rearrange::kernel(plan, vec![moves], &[shape])
}
