//! READ_VARIABLE: the present contents of a resource variable.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::resource;

/// READ_VARIABLE.
pub static OP: OpDef = OpDef {
    name: "READ_VARIABLE",
    code: Code::Builtin(BuiltinOperator::READ_VARIABLE),
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
    HostDef { name: "READ_VARIABLE", summary: "The present contents of a resource variable.", macs: None };

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(Types::of(&[DType::Resource, DType::I32]))],
    outputs: &[req(Types::ANY)],
    version: 1,
}];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    resource::check_handle(node, 0)?;
    // A file says "scalar" also where it does not know.
    let output = node.output(0)?;
    let is_certain = output.shape.rank() > 0 && !output.is_open;
    Ok(if is_certain { Outputs::one(output.shape) } else { Outputs::AtRun })
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let output = plan.node.output(0)?;
    let (dtype, is_placed) = (output.dtype, output.shape_known);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let number = resource::handle(io, 0)?;
        io.take_from_host(0, is_placed, |host| {
            let value = host
                .read_variable(number)
                .ok_or_else(|| Error::invalid_value("the variable is read before it has a value"))?;
            if value.dtype == dtype {
                Ok(value)
            } else {
                Err(Error::invalid_value(format!("the variable holds {}, not {dtype}", value.dtype)))
            }
        })
    }))
}
