//! Roll: moves elements along dimensions; those that leave at an end come back at the other.

use alloc::boxed::Box;
use alloc::vec::Vec;
use alloc::{format, vec};

use featherlite_base::{Error, Result};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::rearrange::{self, ANY, INDEX, Move};
use crate::parts::strided::Axis;

/// Roll.
pub static OP: OpDef = OpDef {
    name: "Roll",
    code: Code::Custom("Roll"),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "Roll",
    summary: "Moves elements along dimensions; those that leave at an end come back at the other.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(ANY), req(INDEX), req(INDEX)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

/// By how much each dimension is moved, below its size; `None` if it is not known yet.
fn shifts(node: &Node<'_>) -> Result<Option<Vec<usize>>> {
    let input = node.input(0)?.shape;
    let (Some(amounts), Some(axes)) = (node.input(1)?.integers()?, node.input(2)?.integers()?) else {
        return Ok(None);
    };
    if amounts.len() != axes.len() {
        return Err(Error::invalid_shape(format!("{} amounts for {} dimensions", amounts.len(), axes.len())));
    }
    let mut shifts = vec![0usize; input.rank()];
    for (amount, axis) in amounts.into_iter().zip(axes) {
        let axis = input.axis(axis)?;
        let size = input.dim(axis) as i64;
        let amount = amount.checked_rem_euclid(size).unwrap_or(0);
        shifts[axis] = (shifts[axis] + amount as usize) % input.dim(axis).max(1);
    }
    Ok(Some(shifts))
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    // Not because the shape depends on them: they decide how the copy goes.
    Ok(if shifts(node)?.is_some() { Outputs::one(node.input(0)?.shape) } else { Outputs::AtRun })
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let shape = rearrange::known(shapes(plan.node)?)?[0];
    let shifts = shifts(plan.node)?.unwrap_or_default();
    let steps = shape.strides();
    // Every dimension that is moved falls in two parts.
    let mut moves = vec![Move { input: 0, axes: Vec::new(), from: 0, to: 0 }];
    for (axis, (&size, shift)) in shape.dims().iter().zip(shifts).enumerate() {
        let step = steps[axis];
        let part = |of: &Move, from: usize, to: usize, size: usize| {
            let mut axes = of.axes.clone();
            axes.push(Axis { size, from: step as isize, to: step });
            Move { input: 0, axes, from: of.from + from * step, to: of.to + to * step }
        };
        moves = match shift {
            0 => moves.iter().map(|of| part(of, 0, 0, size)).collect(),
            _ => moves
                .iter()
                .flat_map(|of| [part(of, 0, shift, size - shift), part(of, size - shift, 0, shift)])
                .collect(),
        };
    }
    rearrange::kernel(plan, vec![moves], &[shape])
}
