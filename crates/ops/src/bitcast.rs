//! BITCAST: the same bytes as elements of another type.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
/// BITCAST.
pub static OP: OpDef = OpDef {
    name: "BITCAST",
    code: Code::Builtin(BuiltinOperator::BITCAST),
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
    HostDef { name: "BITCAST", summary: "The same bytes as elements of another type.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(Types::SIZED)], outputs: &[req(Types::SIZED)], version: 1 }];

/// A dimension appears innermost for elements that are cut into smaller ones, or goes away for ones that make a larger
/// one.
fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (input, to) = (node.input(0)?, node.output(0)?.dtype);
    let (from_size, to_size) = (input.dtype.bits(), to.bits());
    let dims = input.shape.dims();
    Ok(Outputs::one(match dims.split_last() {
        _ if from_size == to_size => input.shape,
        _ if from_size > to_size => {
            let dims: Vec<usize> = dims.iter().copied().chain([from_size / to_size]).collect();
            Shape::new(&dims)?
        }
        Some((&last, outer)) if last == to_size / from_size => Shape::new(outer)?,
        _ => {
            return Err(Error::invalid_shape(format!(
                "{} {} can not be taken as {to}",
                input.dtype, input.shape
            )));
        }
    }))
}

fn plan(_: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(Box::new(|io: &mut Io<'_>| io.copy(0, 0)))
}
