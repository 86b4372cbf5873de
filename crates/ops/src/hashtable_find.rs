//! HASHTABLE_FIND: the values of keys in a hash table, or a default for keys that it does not have.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::hashtable::Table;
use crate::parts::resource;
use crate::parts::strings::{self, Strings};

/// HASHTABLE_FIND.
pub static OP: OpDef = OpDef {
    name: "HASHTABLE_FIND",
    code: Code::Builtin(BuiltinOperator::HASHTABLE_FIND),
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
    HostDef { name: "HASHTABLE_FIND", summary: "Looks keys up in a hash table.", macs: None };

const HANDLE: Types = Types::of(&[DType::Resource, DType::I32]);
const I64: Types = Types::of(&[DType::I64]);
const STRING: Types = Types::of(&[DType::String]);

const SIGS: &[Sig] = &[
    Sig {
        name: "int64 to string",
        inputs: &[req(HANDLE), req(I64), req(STRING)],
        outputs: &[req(STRING)],
        version: 1,
    },
    Sig {
        name: "string to int64",
        inputs: &[req(HANDLE), req(STRING), req(I64)],
        outputs: &[req(I64)],
        version: 1,
    },
];

const KEYS: usize = 1;
const DEFAULT: usize = 2;

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    resource::check_handle(node, 0)?;
    Ok(Outputs::one(node.input(KEYS)?.shape))
}

fn plan(_: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(Box::new(find))
}

fn find(io: &mut Io<'_>) -> Result<()> {
    let number = resource::handle(io, 0)?;
    let shape = io.shapes[KEYS];
    match &*Table::find(io.host, number)? {
        Table::Empty(..) => Err(Error::invalid_value(format!("the hash table {number} has not been filled"))),
        Table::Strings(table) => {
            let keys = io.input::<i64>(KEYS)?;
            let default = Strings::new(io.input::<u8>(DEFAULT)?)?.get(0)?;
            strings::write(io, 0, shape, |index| Ok(table.get(&keys[index]).map_or(default, |value| value)))
        }
        Table::Numbers(table) => {
            let keys = Strings::new(io.input::<u8>(KEYS)?)?;
            let default = *io.input::<i64>(DEFAULT)?.first().ok_or_else(no_default)?;
            for (index, value) in io.output::<i64>(0)?.iter_mut().enumerate() {
                *value = table.get(keys.get(index)?).copied().unwrap_or(default);
            }
            Ok(())
        }
    }
}

fn no_default() -> Error {
    Error::invalid_shape("the default has no element")
}
