//! DILATE: puts elements apart, with a value between them.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{Error, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::rearrange::INDEX;
use crate::parts::spread::{Padding, Spread};

/// DILATE.
pub static OP: OpDef = OpDef {
    name: "DILATE",
    code: Code::Builtin(BuiltinOperator::DILATE),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "DILATE", summary: "Puts elements apart, with a value between them.", macs: None };

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(Types::SIZED), req(INDEX), req(Types::SAME)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

/// `None` if the distances are not known yet.
fn spread(node: &Node<'_>) -> Result<Option<Spread>> {
    let (input, value) = (node.input(0)?, node.input(2)?.shape);
    if value.elements() != 1 {
        return Err(Error::invalid_shape(format!("the value between elements has the shape {value}")));
    }
    let distances = node.input(1)?;
    if distances.shape_known && distances.shape.elements() != input.shape.rank() {
        return Err(Error::invalid_shape(format!("distances {} of {}", distances.shape, input.shape)));
    }
    let Some(distances) = distances.integers()? else { return Ok(None) };
    let paddings: Vec<Padding> = distances
        .iter()
        .map(|distance| Padding { low: 0, high: 0, interior: distance.saturating_sub(1) })
        .collect();
    Spread::new(&input.shape, &paddings, input.dtype.bits() / 8).map(Some)
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    Ok(spread(node)?.map_or(Outputs::AtRun, |spread| Outputs::one(spread.shape)))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let spread = spread(plan.node)?.ok_or_else(|| Error::internal("unknown distances"))?;
    Ok(Box::new(move |io: &mut Io<'_>| spread.run(io.parallel, io.input(0)?, io.input(2)?, io.output(0)?)))
}
