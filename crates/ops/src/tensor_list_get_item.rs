//! TensorListGetItem: an item of a list; zeros if it is not set.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{Error, Result};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, req};
use crate::parts::tensor_list::{I32, ITEM, LIST, List, hint, number};

/// TensorListGetItem.
pub static OP: OpDef = OpDef {
    name: "TensorListGetItem",
    code: Code::Custom("TensorListGetItem"),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::Some,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "TensorListGetItem", summary: "An item of a list.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "list", inputs: &[req(LIST), req(I32), req(I32)], outputs: &[req(ITEM)], version: 1 }];

fn shapes(_: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::AtRun)
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let dtype = plan.node.output(0)?.dtype;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let list = List::of(io, 0)?;
        if list.dtype != dtype {
            return Err(Error::invalid_value(format!("a list of {} for a tensor of {dtype}", list.dtype)));
        }
        let (index, shape) = (number(io, 1)?, hint(io, 2)?);
        list.give(io, 0, index, &shape)
    }))
}
