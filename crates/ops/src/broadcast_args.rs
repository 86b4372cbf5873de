//! BROADCAST_ARGS: the shape that broadcasting tensors of two shapes gives.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Element, Error, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::rearrange::INDEX;

/// BROADCAST_ARGS.
pub static OP: OpDef = OpDef {
    name: "BROADCAST_ARGS",
    code: Code::Builtin(BuiltinOperator::BROADCAST_ARGS),
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
    name: "BROADCAST_ARGS",
    summary: "The shape that broadcasting tensors of two shapes gives.",
    macs: None,
};

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(INDEX), req(Types::SAME)], outputs: &[req(Types::SAME)], version: 1 }];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (a, b) = (node.input(0)?.shape, node.input(1)?.shape);
    if a.rank() != 1 || b.rank() != 1 {
        return Err(Error::invalid_shape(format!("lists of sizes must have one dimension, not {a} and {b}")));
    }
    Ok(Outputs::one(if a.dim(0) > b.dim(0) { a } else { b }))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(match plan.node.input(0)?.dtype {
        DType::I64 => Box::new(|io: &mut Io<'_>| broadcast::<i64>(io, 1)),
        _ => Box::new(|io: &mut Io<'_>| broadcast::<i32>(io, 1)),
    })
}

fn broadcast<T: Element>(io: &Io<'_>, one: T) -> Result<()> {
    let (a, b, output) = (io.input::<T>(0)?, io.input::<T>(1)?, io.output::<T>(0)?);
    let from_end =
        |sizes: &[T], index: usize| sizes.len().checked_sub(index + 1).map_or(one, |index| sizes[index]);
    for (index, size) in output.iter_mut().rev().enumerate() {
        *size = match (from_end(a, index), from_end(b, index)) {
            (a, b) if a == b || b == one => a,
            (a, b) if a == one => b,
            (a, b) => return Err(Error::invalid_value(format!("sizes {a:?} and {b:?} do not broadcast"))),
        };
    }
    Ok(())
}
