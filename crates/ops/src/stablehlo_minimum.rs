//! STABLEHLO_MINIMUM: the smaller of `a` and `b`, elementwise on tensors of one shape.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::integer::Integer;
use crate::parts::stablehlo::{self, Function};

/// STABLEHLO_MINIMUM.
pub static OP: OpDef = OpDef {
    name: "STABLEHLO_MINIMUM",
    code: Code::Builtin(BuiltinOperator::STABLEHLO_MINIMUM),
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
    HostDef { name: "STABLEHLO_MINIMUM", summary: "The smaller of a and b.", macs: None };

struct Minimum;

impl Function for Minimum {
    #[inline]
    fn single(a: f32, b: f32) -> f32 {
        if b < a { b } else { a }
    }

    #[inline]
    fn double(a: f64, b: f64) -> f64 {
        if b < a { b } else { a }
    }

    #[inline]
    fn integer<T: Integer>(a: T, b: T) -> T {
        a.min(b)
    }

    #[inline]
    fn logical(a: bool, b: bool) -> bool {
        a && b
    }
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    stablehlo::kernel::<Minimum>(plan)
}
