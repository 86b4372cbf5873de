//! COMPLEX_ABS: the absolute value of complex numbers, elementwise.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::complex;
use crate::parts::elementwise::same_shape;

/// COMPLEX_ABS.
pub static OP: OpDef = OpDef {
    name: "COMPLEX_ABS",
    code: Code::Builtin(BuiltinOperator::COMPLEX_ABS),
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
    HostDef { name: "COMPLEX_ABS", summary: "The absolute value of complex numbers.", macs: None };

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::Complex64 => {
            Ok(complex::function(|re: f32, im: f32| libm::hypot(re.into(), im.into()) as f32))
        }
        _ => Ok(complex::function(|re: f64, im: f64| libm::hypot(re, im))),
    }
}
