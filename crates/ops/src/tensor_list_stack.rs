//! TensorListStack: the items of a list as the rows of a tensor; zeros for those that are not set.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{Error, Result};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, req};
use crate::parts::tensor_list::{I32, ITEM, LIST, List, hint, known};

/// TensorListStack.
pub static OP: OpDef = OpDef {
    name: "TensorListStack",
    code: Code::Custom("TensorListStack"),
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
    HostDef { name: "TensorListStack", summary: "The items of a list as the rows of a tensor.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "list", inputs: &[req(LIST), req(I32)], outputs: &[req(ITEM)], version: 1 }];

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
        let mut dims = list.common_shape(&hint(io, 1)?)?;
        let length = known(&dims)?.bytes(dtype)?;
        if dims == [1] {
            // Single numbers do not make a dimension of their own.
            dims.clear();
        }
        dims.insert(0, list.items.len() as i32);
        let shape = known(&dims)?;
        let bytes = io.allocate_bytes(0, shape, shape.bytes(dtype)?)?;
        if length == 0 {
            return Ok(());
        }
        for (row, item) in bytes.chunks_exact_mut(length).zip(&list.items) {
            match item {
                Some(item) if item.bytes.len() == length => row.copy_from_slice(item.bytes),
                Some(item) => {
                    return Err(Error::invalid_value(format!("an item {} in rows of {shape}", item.shape)));
                }
                None => {}
            }
        }
        Ok(())
    }))
}
