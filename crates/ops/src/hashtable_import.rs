//! HASHTABLE_IMPORT: fills a hash table, unless that was done before.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, Error, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::hashtable::Table;
use crate::parts::resource;

/// HASHTABLE_IMPORT.
pub static OP: OpDef = OpDef {
    name: "HASHTABLE_IMPORT",
    code: Code::Builtin(BuiltinOperator::HASHTABLE_IMPORT),
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
    HostDef { name: "HASHTABLE_IMPORT", summary: "Fills a hash table, once.", macs: None };

const HANDLE: Types = Types::of(&[DType::Resource, DType::I32]);
const I64: Types = Types::of(&[DType::I64]);
const STRING: Types = Types::of(&[DType::String]);

const SIGS: &[Sig] = &[
    Sig { name: "int64 to string", inputs: &[req(HANDLE), req(I64), req(STRING)], outputs: &[], version: 1 },
    Sig { name: "string to int64", inputs: &[req(HANDLE), req(STRING), req(I64)], outputs: &[], version: 1 },
];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    resource::check_handle(node, 0)?;
    let (keys, values) = (node.input(1)?.shape, node.input(2)?.shape);
    if keys != values {
        return Err(Error::invalid_shape(format!("keys {keys} for values {values}")));
    }
    Ok(Outputs::Known(Vec::new()))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let given = (plan.node.input(1)?.dtype, plan.node.input(2)?.dtype);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let number = resource::handle(io, 0)?;
        let table = Table::find(io.host, number)?;
        let Table::Empty(keys, values) = *table else { return Ok(()) };
        if (keys, values) != given {
            let message =
                format!("entries from {} to {} for a table from {keys} to {values}", given.0, given.1);
            return Err(Error::invalid_value(message));
        }
        Table::fill(keys, values, io, (1, 2))?.keep(io.host, number);
        Ok(())
    }))
}
