//! REAL: the real part of complex numbers, elementwise.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::complex;
use crate::parts::elementwise::same_shape;

/// REAL.
pub static OP: OpDef = OpDef {
    name: "REAL",
    code: Code::Builtin(BuiltinOperator::REAL),
    version: 1,
    sigs: complex::SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "REAL", summary: "The real part of complex numbers.", macs: None };

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::Complex64 => Ok(complex::function(|re: f32, _: f32| re)),
        _ => Ok(complex::function(|re: f64, _: f64| re)),
    }
}
