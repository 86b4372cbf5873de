//! GELU: `x` times the probability that a standard normal variable is below it, elementwise.

use alloc::boxed::Box;

use core::f32::consts::FRAC_1_SQRT_2;
use featherlite_base::{DType, Result, math};
use featherlite_schema::{BuiltinOperator, GeluOptions};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::same_shape;
use crate::parts::lut;

/// GELU.
pub static OP: OpDef = OpDef {
    name: "GELU",
    code: Code::Builtin(BuiltinOperator::GELU),
    version: 3,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "GELU", summary: "x * Phi(x), exactly or approximated with tanh.", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16, DType::Bf16]);
const QUANTIZED: Types = Types::of(&[DType::I8, DType::U8, DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "quantized", inputs: &[req(QUANTIZED)], outputs: &[req(Types::SAME)], version: 2 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let options: GeluOptions<'_> = plan.node.options();
    if options.approximate() {
        lut::real_function(plan, approximate)
    } else {
        lut::real_function(plan, exact)
    }
}

/// By way of `erfc`, which does not cancel where `x` is far below zero.
fn exact(x: f32) -> f32 {
    0.5 * x * math::erfc(x * -FRAC_1_SQRT_2)
}

fn approximate(x: f32) -> f32 {
    /// The square root of 2 / pi.
    const FACTOR: f32 = 0.797_884_6;
    0.5 * x * (1.0 + math::tanh(FACTOR * (x + 0.044_715 * x * x * x)))
}
