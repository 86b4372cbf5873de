//! IMAG: the imaginary part of complex numbers, elementwise.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::complex;
use crate::parts::elementwise::same_shape;

/// IMAG.
pub static OP: OpDef = OpDef {
    name: "IMAG",
    code: Code::Builtin(BuiltinOperator::IMAG),
    version: 1,
    sigs: complex::SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "IMAG", summary: "The imaginary part of complex numbers.", macs: None };

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::Complex64 => Ok(complex::function(|_: f32, im: f32| im)),
        _ => Ok(complex::function(|_: f64, im: f64| im)),
    }
}
