//! STABLEHLO_ADD: `a + b`, elementwise on tensors of one shape.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::integer::Integer;
use crate::parts::stablehlo::{self, Function};

/// STABLEHLO_ADD.
pub static OP: OpDef = OpDef {
    name: "STABLEHLO_ADD",
    code: Code::Builtin(BuiltinOperator::STABLEHLO_ADD),
    version: 1,
    sigs: stablehlo::SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0, 1]),
    effects: Effects::None,
    shapes: stablehlo::shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "STABLEHLO_ADD", summary: "a + b.", macs: None };

struct Add;

impl Function for Add {
    #[inline]
    fn single(a: f32, b: f32) -> f32 {
        a + b
    }

    #[inline]
    fn double(a: f64, b: f64) -> f64 {
        a + b
    }

    #[inline]
    fn integer<T: Integer>(a: T, b: T) -> T {
        a.plus(b)
    }

    #[inline]
    fn logical(a: bool, b: bool) -> bool {
        a || b
    }
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    stablehlo::kernel::<Add>(plan)
}
