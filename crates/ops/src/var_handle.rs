//! VAR_HANDLE: the handle of a resource variable, which keeps its contents from run to run and is shared by all
//! subgraphs of a session.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use core::sync::atomic::{AtomicI32, Ordering};

use featherlite_base::{DType, Result, Shape};
use featherlite_schema::{BuiltinOperator, VarHandleOptions};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};

/// VAR_HANDLE.
pub static OP: OpDef = OpDef {
    name: "VAR_HANDLE",
    code: Code::Builtin(BuiltinOperator::VAR_HANDLE),
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
    HostDef { name: "VAR_HANDLE", summary: "The handle of a resource variable.", macs: None };

const SIGS: &[Sig] = &[Sig {
    name: "handle",
    inputs: &[],
    outputs: &[req(Types::of(&[DType::Resource, DType::I32]))],
    version: 1,
}];

/// No resource has this number.
const UNKNOWN: i32 = -1;

fn shapes(_: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::one(Shape::SCALAR))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let options: VarHandleOptions<'_> = plan.node.options();
    let container = options.container().unwrap_or_default().to_owned();
    let name = options.shared_name().unwrap_or_default().to_owned();
    // A kernel belongs to a session, whose numbers stay: it asks once.
    let known = AtomicI32::new(UNKNOWN);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let mut number = known.load(Ordering::Relaxed);
        if number == UNKNOWN {
            number = io.host.resource(&container, &name);
            known.store(number, Ordering::Relaxed);
        }
        io.output::<i32>(0)?.fill(number);
        Ok(())
    }))
}
