//! TensorListLength: the number of items of a list.

use alloc::boxed::Box;

use featherlite_base::{Result, Shape};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, req};
use crate::parts::tensor_list::{I32, LIST, List};

/// TensorListLength.
pub static OP: OpDef = OpDef {
    name: "TensorListLength",
    code: Code::Custom("TensorListLength"),
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
    HostDef { name: "TensorListLength", summary: "The number of items of a list.", macs: None };

const SIGS: &[Sig] = &[Sig { name: "list", inputs: &[req(LIST)], outputs: &[req(I32)], version: 1 }];

fn shapes(_: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::AtRun)
}

fn plan(_: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(Box::new(|io: &mut Io<'_>| {
        let length = List::of(io, 0)?.items.len();
        io.allocate::<i32>(0, Shape::SCALAR)?.fill(length as i32);
        Ok(())
    }))
}
