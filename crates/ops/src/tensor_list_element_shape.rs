//! TensorListElementShape: the shape that the items of a list must have; -1 for any.

use alloc::boxed::Box;

use featherlite_base::{Result, Shape};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, req};
use crate::parts::tensor_list::{I32, LIST, List};

/// TensorListElementShape.
pub static OP: OpDef = OpDef {
    name: "TensorListElementShape",
    code: Code::Custom("TensorListElementShape"),
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
    HostDef { name: "TensorListElementShape", summary: "The shape of the items of a list.", macs: None };

const SIGS: &[Sig] = &[Sig { name: "list", inputs: &[req(LIST)], outputs: &[req(I32)], version: 1 }];

fn shapes(_: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::AtRun)
}

fn plan(_: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(Box::new(|io: &mut Io<'_>| {
        let dims = List::of(io, 0)?.shape;
        if dims.is_empty() {
            io.allocate::<i32>(0, Shape::SCALAR)?.fill(-1);
        } else {
            io.allocate::<i32>(0, Shape::new(&[dims.len()])?)?.copy_from_slice(&dims);
        }
        Ok(())
    }))
}
