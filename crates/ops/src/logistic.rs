//! LOGISTIC: `1 / (1 + exp(-x))`, elementwise.

use alloc::boxed::Box;

use featherlite_base::{DType, Result, math};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::same_shape;
use crate::parts::{lut, sigmoid_i16};

/// LOGISTIC.
pub static OP: OpDef = OpDef {
    name: "LOGISTIC",
    code: Code::Builtin(BuiltinOperator::LOGISTIC),
    version: 3,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "LOGISTIC", summary: "Sigmoid: 1 / (1 + exp(-x)).", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16, DType::Bf16]);
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);
const I16: Types = Types::of(&[DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "8 bits", inputs: &[req(BYTES)], outputs: &[req(Types::SAME)], version: 2 },
    Sig { name: "int16", inputs: &[req(I16)], outputs: &[req(I16)], version: 3 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::I16 => sigmoid_i16::logistic(plan),
        _ => lut::real_function(plan, math::logistic),
    }
}
