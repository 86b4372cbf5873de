//! TensorListSetItem: a list with another item at a place, which may lie behind its end.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{Error, Result};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, req};
use crate::parts::tensor_list::{I32, ITEM, Item, LIST, List, number};

/// TensorListSetItem.
pub static OP: OpDef = OpDef {
    name: "TensorListSetItem",
    code: Code::Custom("TensorListSetItem"),
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
    HostDef { name: "TensorListSetItem", summary: "A list with an item replaced.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "list", inputs: &[req(LIST), req(I32), req(ITEM)], outputs: &[req(LIST)], version: 1 }];

fn shapes(_: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::AtRun)
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let dtype = plan.node.input(2)?.dtype;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let mut list = List::of(io, 0)?;
        let index = number(io, 1)?;
        let index =
            usize::try_from(index).map_err(|_| Error::invalid_value(format!("item {index} of a list")))?;
        list.set(index, dtype, Item { shape: io.shapes[2], bytes: io.input(2)? })?;
        list.write(io, 0)
    }))
}
