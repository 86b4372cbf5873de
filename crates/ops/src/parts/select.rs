//! SELECT and SELECT_V2.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Element, Error, Result, Shape};

use super::elementwise::ternary;
use crate::core::{Kernel, Node, Plan, Sig, Types, req};

const BOOL: Types = Types::of(&[DType::Bool]);
const VALUES: Types = Types::SIZED.without(Types::of(&[DType::Complex128]));

/// What they take.
pub const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(BOOL), req(VALUES), req(VALUES)],
    outputs: &[req(VALUES)],
    version: 1,
}];

/// The declared shape of the output where it, the condition and the values all have one element, whatever their
/// ranks: it stays.
///
/// # Errors
/// If a tensor is missing.
pub fn single(node: &Node<'_>) -> Result<Option<Shape>> {
    let declared = node.output(0)?.shape;
    let is_single = declared.elements() == 1
        && [node.input(0)?, node.input(1)?, node.input(2)?].iter().all(|input| input.shape.elements() == 1);
    Ok(is_single.then_some(declared))
}

/// A kernel that copies elements of input 1 or 2, by a condition that broadcasts from shape `condition`.
///
/// # Errors
/// If the values' types differ.
pub fn kernel(plan: &Plan<'_>, condition: Shape) -> Result<Box<dyn Kernel>> {
    let (x, y, output) = (plan.node.input(1)?, plan.node.input(2)?, plan.node.output(0)?);
    if x.dtype != y.dtype || x.dtype != output.dtype {
        return Err(Error::unsupported(format!(
            "a choice of {} from {} and {}",
            output.dtype, x.dtype, y.dtype
        )));
    }
    let shapes = [condition, x.shape, y.shape];
    match x.dtype.bits() {
        8 => chosen::<u8>(plan, shapes),
        16 => chosen::<u16>(plan, shapes),
        32 => chosen::<u32>(plan, shapes),
        _ => chosen::<u64>(plan, shapes),
    }
}

fn chosen<T: Element>(plan: &Plan<'_>, shapes: [Shape; 3]) -> Result<Box<dyn Kernel>> {
    ternary(plan, shapes, |condition: u8, x: T, y: T| if condition != 0 { x } else { y })
}
