//! TensorListFromTensor: the list of the rows of a tensor.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{Error, Result, Shape};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, req};
use crate::parts::tensor_list::{I32, ITEM, Item, LIST, List, hint, merge};

/// TensorListFromTensor.
pub static OP: OpDef = OpDef {
    name: "TensorListFromTensor",
    code: Code::Custom("TensorListFromTensor"),
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
    HostDef { name: "TensorListFromTensor", summary: "The rows of a tensor as a list.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "list", inputs: &[req(ITEM), req(I32)], outputs: &[req(LIST)], version: 1 }];

fn shapes(_: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::AtRun)
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let dtype = plan.node.input(0)?.dtype;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let tensor = io.shapes[0];
        let Some((&count, dims)) = tensor.dims().split_first() else {
            return Err(Error::invalid_shape("a scalar has no rows for a list"));
        };
        let (row, shape) = (Shape::new(dims)?, hint(io, 1)?);
        if io.shapes[1].dims() != [dims.len()] {
            let message = format!("the item shape {shape:?} for rows of {tensor}");
            return Err(Error::invalid_value(message));
        }
        let sizes: Vec<i32> = dims.iter().map(|&size| size as i32).collect();
        merge(&shape, &sizes)?;
        let (bytes, length) = (io.input::<u8>(0)?, row.bytes(dtype)?);
        let mut list = List { dtype, shape, items: Vec::new() };
        list.resize(count)?;
        for (index, item) in list.items.iter_mut().enumerate() {
            *item = Some(Item { shape: row, bytes: &bytes[index * length..(index + 1) * length] });
        }
        list.write(io, 0)
    }))
}
