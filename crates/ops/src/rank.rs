//! RANK: the number of dimensions of a tensor.

use alloc::boxed::Box;

use featherlite_base::{DType, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};

/// RANK.
pub static OP: OpDef = OpDef {
    name: "RANK",
    code: Code::Builtin(BuiltinOperator::RANK),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::ShapeOnly,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "RANK", summary: "The number of dimensions of a tensor.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(Types::ANY)], outputs: &[req(Types::of(&[DType::I32]))], version: 1 }];

fn shapes(_: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::one(Shape::SCALAR))
}

fn plan(_: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(Box::new(|io: &mut Io<'_>| {
        io.output::<i32>(0)?.fill(io.shapes[0].rank() as i32);
        Ok(())
    }))
}
