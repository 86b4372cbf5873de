//! SELECT: the element of `x` where the condition holds and of `y` elsewhere; the condition may choose whole rows.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{Error, MAX_RANK, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan};
use crate::parts::select;

/// SELECT.
pub static OP: OpDef = OpDef {
    name: "SELECT",
    code: Code::Builtin(BuiltinOperator::SELECT),
    version: 4,
    sigs: select::SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "SELECT",
    summary: "x where the condition holds, y elsewhere, by element or by row.",
    macs: None,
};

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    if let Some(shape) = select::single(node)? {
        return Ok(Outputs::one(shape));
    }
    condition_shape(node)?;
    let (x, y) = (node.input(1)?.shape, node.input(2)?.shape);
    if x != y {
        return Err(Error::invalid_shape(format!("shapes {x} and {y} differ")));
    }
    Ok(Outputs::one(x))
}

/// The shape of the condition, brought to that of `x` if it has one element for each row of it.
fn condition_shape(node: &Node<'_>) -> Result<Shape> {
    let (condition, x) = (node.input(0)?.shape, node.input(1)?.shape);
    let is_for_rows = condition.rank() == 1 && x.rank() > 0 && condition.dim(0) == x.dim(0);
    if condition == x || condition.rank() == 0 || select::single(node)?.is_some() {
        Ok(condition)
    } else if is_for_rows {
        let mut dims = [1; MAX_RANK];
        dims[0] = condition.dim(0);
        Shape::new(&dims[..x.rank()])
    } else {
        Err(Error::invalid_shape(format!("a condition of shape {condition} for values of shape {x}")))
    }
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let condition = condition_shape(plan.node)?;
    select::kernel(plan, condition)
}
