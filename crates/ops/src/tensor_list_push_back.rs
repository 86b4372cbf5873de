//! TensorListPushBack: a list with one more item.

use alloc::boxed::Box;

use featherlite_base::Result;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, req};
use crate::parts::tensor_list::{ITEM, Item, LIST, List};

/// TensorListPushBack.
pub static OP: OpDef = OpDef {
    name: "TensorListPushBack",
    code: Code::Custom("TensorListPushBack"),
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
    HostDef { name: "TensorListPushBack", summary: "A list with one more item.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "list", inputs: &[req(LIST), req(ITEM)], outputs: &[req(LIST)], version: 1 }];

fn shapes(_: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::AtRun)
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let dtype = plan.node.input(1)?.dtype;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let mut list = List::of(io, 0)?;
        let index = list.items.len();
        list.set(index, dtype, Item { shape: io.shapes[1], bytes: io.input(1)? })?;
        list.write(io, 0)
    }))
}
