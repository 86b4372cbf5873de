//! NOT_EQUAL: `a != b`, elementwise with broadcasting.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::comparison::{self, Relation};
use crate::parts::elementwise::broadcast_shape;

/// NOT_EQUAL.
pub static OP: OpDef = OpDef {
    name: "NOT_EQUAL",
    code: Code::Builtin(BuiltinOperator::NOT_EQUAL),
    version: 4,
    sigs: comparison::EQUALITY_SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: broadcast_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "NOT_EQUAL", summary: "a != b, with broadcasting.", macs: None };

struct NotEqual;

impl Relation for NotEqual {
    const SCALES_I16: bool = true;

    #[inline]
    fn holds<T: PartialOrd>(a: T, b: T) -> bool {
        a != b
    }
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    comparison::kernel::<NotEqual>(plan)
}
