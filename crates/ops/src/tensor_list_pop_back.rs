//! TensorListPopBack: a list without its last item, and that item.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{Error, Result};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, req};
use crate::parts::tensor_list::{I32, ITEM, LIST, List, hint};

/// TensorListPopBack.
pub static OP: OpDef = OpDef {
    name: "TensorListPopBack",
    code: Code::Custom("TensorListPopBack"),
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
    HostDef { name: "TensorListPopBack", summary: "Takes the last item off a list.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "list", inputs: &[req(LIST), req(I32)], outputs: &[req(LIST), req(ITEM)], version: 1 }];

fn shapes(_: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::AtRun)
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let dtype = plan.node.output(1)?.dtype;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let mut list = List::of(io, 0)?;
        if list.dtype != dtype {
            return Err(Error::invalid_value(format!("a list of {} for a tensor of {dtype}", list.dtype)));
        }
        let shape = hint(io, 1)?;
        list.give(io, 1, list.items.len() as i32 - 1, &shape)?;
        list.items.pop();
        list.write(io, 0)
    }))
}
