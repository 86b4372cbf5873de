//! GREATER: `a > b`, elementwise with broadcasting.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::comparison::{self, Relation};
use crate::parts::elementwise::broadcast_shape;

/// GREATER.
pub static OP: OpDef = OpDef {
    name: "GREATER",
    code: Code::Builtin(BuiltinOperator::GREATER),
    version: 3,
    sigs: comparison::ORDER_SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: broadcast_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "GREATER", summary: "a > b, with broadcasting.", macs: None };

struct Greater;

impl Relation for Greater {
    const SCALES_I16: bool = false;

    #[inline]
    fn holds<T: PartialOrd>(a: T, b: T) -> bool {
        a > b
    }
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    comparison::kernel::<Greater>(plan)
}
