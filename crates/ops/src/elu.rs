//! ELU: `x` where it is positive, `exp(x) - 1` elsewhere.

use alloc::boxed::Box;

use featherlite_base::{DType, Result, math};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::same_shape;
use crate::parts::lut;

/// ELU.
pub static OP: OpDef = OpDef {
    name: "ELU",
    code: Code::Builtin(BuiltinOperator::ELU),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "ELU", summary: "x where it is positive, exp(x) - 1 elsewhere.", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16, DType::Bf16]);
const QUANTIZED: Types = Types::of(&[DType::I8, DType::U8]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "quantized", inputs: &[req(QUANTIZED)], outputs: &[req(Types::SAME)], version: 1 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    lut::real_function(plan, |x| if x < 0.0 { math::expm1(x) } else { x })
}
