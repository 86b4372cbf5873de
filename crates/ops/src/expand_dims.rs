//! EXPAND_DIMS: inserts a dimension of size 1.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::rearrange::{self, ANY, INDEX};

/// EXPAND_DIMS.
pub static OP: OpDef = OpDef {
    name: "EXPAND_DIMS",
    code: Code::Builtin(BuiltinOperator::EXPAND_DIMS),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::View(0),
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "EXPAND_DIMS", summary: "Inserts a dimension of size 1.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(ANY), req(INDEX)], outputs: &[req(Types::SAME)], version: 1 }];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let input = node.input(0)?.shape;
    let Some(axis) = node.input(1)?.integers()? else { return Ok(Outputs::AtRun) };
    let rank = input.rank() as i64 + 1;
    let &[axis] = &*axis else {
        return Err(Error::invalid_shape(format!("{} axes where one is expected", axis.len())));
    };
    let resolved = if axis < 0 { axis.saturating_add(rank) } else { axis };
    if !(0..rank).contains(&resolved) {
        return Err(Error::invalid_value(format!("axis {axis} is outside {input} with a dimension more")));
    }
    let mut dims = input.dims().to_vec();
    dims.insert(resolved as usize, 1);
    Ok(Outputs::one(Shape::new(&dims)?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    rearrange::view(plan, shapes)
}
