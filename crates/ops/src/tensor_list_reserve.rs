//! TensorListReserve: a list of tensors, none of which is set.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{Error, Result};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, req};
use crate::parts::tensor_list::{I32, LIST, List, hint, item_type, number};

/// TensorListReserve.
pub static OP: OpDef = OpDef {
    name: "TensorListReserve",
    code: Code::Custom("TensorListReserve"),
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
    HostDef { name: "TensorListReserve", summary: "A list of tensors that are not set.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "list", inputs: &[req(I32), req(I32)], outputs: &[req(LIST)], version: 1 }];

fn shapes(_: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::AtRun)
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    // The options are the code of the item type alone.
    let dtype = plan.node.custom_options.first().copied().and_then(item_type).ok_or_else(|| {
        Error::unsupported(format!("the options {:?} of a list's type", plan.node.custom_options))
    })?;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let mut list = List { dtype, shape: hint(io, 0)?, items: Vec::new() };
        let length = number(io, 1)?;
        let length =
            usize::try_from(length).map_err(|_| Error::invalid_value(format!("a list of {length} items")))?;
        list.resize(length)?;
        list.write(io, 0)
    }))
}
