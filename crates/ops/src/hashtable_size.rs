//! HASHTABLE_SIZE: the number of entries of a hash table.

use alloc::boxed::Box;

use featherlite_base::{DType, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::hashtable::Table;
use crate::parts::resource;

/// HASHTABLE_SIZE.
pub static OP: OpDef = OpDef {
    name: "HASHTABLE_SIZE",
    code: Code::Builtin(BuiltinOperator::HASHTABLE_SIZE),
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
    HostDef { name: "HASHTABLE_SIZE", summary: "The number of entries of a hash table.", macs: None };

const SIGS: &[Sig] = &[Sig {
    name: "int64",
    inputs: &[req(Types::of(&[DType::Resource, DType::I32]))],
    outputs: &[req(Types::of(&[DType::I64]))],
    version: 1,
}];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    resource::check_handle(node, 0)?;
    Ok(Outputs::one(Shape::new(&[1])?))
}

fn plan(_: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(Box::new(|io: &mut Io<'_>| {
        let number = resource::handle(io, 0)?;
        let count = Table::find(io.host, number)?.len();
        io.output::<i64>(0)?.fill(count as i64);
        Ok(())
    }))
}
