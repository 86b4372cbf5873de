//! EXP: `e` to the power of `x`, elementwise.

use alloc::boxed::Box;

use featherlite_base::{DType, Result, math};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::same_shape;
use crate::parts::lut;

/// EXP.
pub static OP: OpDef = OpDef {
    name: "EXP",
    code: Code::Builtin(BuiltinOperator::EXP),
    version: 2,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "EXP", summary: "Exponential function.", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16, DType::Bf16]);
const QUANTIZED: Types = Types::of(&[DType::I8, DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "quantized", inputs: &[req(QUANTIZED)], outputs: &[req(Types::SAME)], version: 2 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    lut::real_function(plan, math::exp)
}
