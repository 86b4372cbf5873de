//! STABLEHLO_MAXIMUM: the larger of `a` and `b`, elementwise on tensors of one shape.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::integer::Integer;
use crate::parts::stablehlo::{self, Function};

/// STABLEHLO_MAXIMUM.
pub static OP: OpDef = OpDef {
    name: "STABLEHLO_MAXIMUM",
    code: Code::Builtin(BuiltinOperator::STABLEHLO_MAXIMUM),
    version: 1,
    sigs: stablehlo::SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0, 1]),
    effects: Effects::None,
    shapes: stablehlo::shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "STABLEHLO_MAXIMUM", summary: "The larger of a and b.", macs: None };

struct Maximum;

impl Function for Maximum {
    #[inline]
    fn single(a: f32, b: f32) -> f32 {
        if a < b { b } else { a }
    }

    #[inline]
    fn double(a: f64, b: f64) -> f64 {
        if a < b { b } else { a }
    }

    #[inline]
    fn integer<T: Integer>(a: T, b: T) -> T {
        a.max(b)
    }

    #[inline]
    fn logical(a: bool, b: bool) -> bool {
        a || b
    }
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    stablehlo::kernel::<Maximum>(plan)
}
