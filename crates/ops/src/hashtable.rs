//! HASHTABLE: the handle of a hash table of the session, which is made if need be.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, HashtableOptions, TensorType};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::hashtable::Table;

/// HASHTABLE.
pub static OP: OpDef = OpDef {
    name: "HASHTABLE",
    code: Code::Builtin(BuiltinOperator::HASHTABLE),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::Some,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "HASHTABLE", summary: "The handle of a hash table.", macs: None };

const SIGS: &[Sig] = &[Sig {
    name: "handle",
    inputs: &[],
    outputs: &[req(Types::of(&[DType::Resource, DType::I32]))],
    version: 1,
}];

fn shapes(_: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::one(Shape::new(&[1])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let options: HashtableOptions<'_> = plan.node.options();
    let dtype = |code: TensorType| u8::try_from(code.0).ok().and_then(DType::from_code);
    let types = (dtype(options.key_dtype()), dtype(options.value_dtype()));
    let (keys, values) = match types {
        (Some(DType::I64), Some(DType::String)) => (DType::I64, DType::String),
        (Some(DType::String), Some(DType::I64)) => (DType::String, DType::I64),
        _ => {
            return Err(Error::unsupported(format!(
                "a hash table from {types:?}; tables from INT64 to STRING and from STRING to INT64 are supported"
            )));
        }
    };
    let number = options.table_id();
    Ok(Box::new(move |io: &mut Io<'_>| {
        if Table::find(io.host, number).is_err() {
            Table::Empty(keys, values).keep(io.host, number);
        }
        io.output::<i32>(0)?.fill(number);
        Ok(())
    }))
}
