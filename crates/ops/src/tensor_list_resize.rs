//! TensorListResize: a list cut, or made longer by items that are not set.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{Error, Result};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, req};
use crate::parts::tensor_list::{I32, LIST, List, number};

/// TensorListResize.
pub static OP: OpDef = OpDef {
    name: "TensorListResize",
    code: Code::Custom("TensorListResize"),
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
    HostDef { name: "TensorListResize", summary: "A list of another length.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "list", inputs: &[req(LIST), req(I32)], outputs: &[req(LIST)], version: 1 }];

fn shapes(_: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::AtRun)
}

fn plan(_: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(Box::new(|io: &mut Io<'_>| {
        let mut list = List::of(io, 0)?;
        let length = number(io, 1)?;
        let length =
            usize::try_from(length).map_err(|_| Error::invalid_value(format!("a list of {length} items")))?;
        list.resize(length)?;
        list.write(io, 0)
    }))
}
