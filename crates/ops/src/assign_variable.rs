//! ASSIGN_VARIABLE: gives a resource variable new contents.

use alloc::boxed::Box;
use alloc::vec::Vec;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{
    Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, Value, req,
};
use crate::parts::resource;

/// ASSIGN_VARIABLE.
pub static OP: OpDef = OpDef {
    name: "ASSIGN_VARIABLE",
    code: Code::Builtin(BuiltinOperator::ASSIGN_VARIABLE),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::Some,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "ASSIGN_VARIABLE", summary: "Gives a resource variable new contents.", macs: None };

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(Types::of(&[DType::Resource, DType::I32])), req(Types::ANY)],
    outputs: &[],
    version: 1,
}];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    resource::check_handle(node, 0)?;
    Ok(Outputs::Known(Vec::new()))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let dtype = plan.node.input(1)?.dtype;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let number = resource::handle(io, 0)?;
        let value = Value { dtype, shape: io.shapes[1], bytes: io.input::<u8>(1)? };
        io.host.assign_variable(number, value)
    }))
}
