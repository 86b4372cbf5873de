//! STABLEHLO_PAD: surrounds a tensor with a value, puts it between elements, or cuts.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{Error, Result};
use featherlite_schema::{BuiltinOperator, StablehloPadOptions};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::spread::{Padding, Spread};

/// STABLEHLO_PAD.
pub static OP: OpDef = OpDef {
    name: "STABLEHLO_PAD",
    code: Code::Builtin(BuiltinOperator::STABLEHLO_PAD),
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
    name: "STABLEHLO_PAD",
    summary: "Surrounds a tensor with a value, puts it between elements, or cuts.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(Types::SIZED), req(Types::SAME)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

fn spread(node: &Node<'_>) -> Result<Spread> {
    let (input, value) = (node.input(0)?, node.input(1)?.shape);
    let options: StablehloPadOptions<'_> = node.options();
    let (low, high) = (options.edge_padding_low(), options.edge_padding_high());
    let interior = options.interior_padding();
    if value.elements() != 1 || low.len() != high.len() || low.len() != interior.len() {
        return Err(Error::invalid_model(format!(
            "{}, {} and {} paddings with a value of the shape {value}",
            low.len(),
            high.len(),
            interior.len()
        )));
    }
    let paddings: Vec<Padding> = low
        .iter()
        .zip(high.iter())
        .zip(interior.iter())
        .map(|((low, high), interior)| Padding { low, high, interior })
        .collect();
    Spread::new(&input.shape, &paddings, input.dtype.bits() / 8)
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::one(spread(node)?.shape))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let spread = spread(plan.node)?;
    Ok(Box::new(move |io: &mut Io<'_>| spread.run(io.parallel, io.input(0)?, io.input(1)?, io.output(0)?)))
}
