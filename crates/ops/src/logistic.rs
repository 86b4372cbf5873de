//! LOGISTIC: `1 / (1 + exp(-x))`, elementwise.

use alloc::boxed::Box;

use featherlite_base::{DType, Error, Result, math};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::{elementwise, lut};

/// LOGISTIC.
pub static OP: OpDef = OpDef {
    name: "LOGISTIC",
    code: Code::Builtin(BuiltinOperator::LOGISTIC),
    version: 3,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "LOGISTIC", summary: "Sigmoid: 1 / (1 + exp(-x)).", macs: None };

const F32: Types = Types::of(&[DType::F32]);
const I8: Types = Types::of(&[DType::I8, DType::U8]);

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(F32)], outputs: &[req(F32)], version: 1 },
    Sig { name: "int8", inputs: &[req(I8)], outputs: &[req(Types::SAME)], version: 1 },
];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::one(node.input(0)?.shape))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (input, output) = (plan.node.input(0)?, plan.node.output(0)?);
    match input.dtype {
        DType::F32 => Ok(elementwise::unary(plan, math::logistic)),
        DType::I8 | DType::U8 => Ok(lut::kernel(plan, lut::of_real(input, output, math::logistic)?)),
        other => Err(Error::internal(alloc::format!("LOGISTIC planned for {other}"))),
    }
}
