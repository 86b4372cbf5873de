//! MAX_POOL_2D: the greatest element under a window.

use alloc::boxed::Box;

use featherlite_base::{DType, Error, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::activation::float_range;
use crate::parts::pool::{self, Max};

/// MAX_POOL_2D.
pub static OP: OpDef = OpDef {
    name: "MAX_POOL_2D",
    code: Code::Builtin(BuiltinOperator::MAX_POOL_2D),
    version: 3,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: pool::shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "MAX_POOL_2D", summary: "The greatest element under a window.", macs: None };

const F32: Types = Types::of(&[DType::F32]);
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);
const I16: Types = Types::of(&[DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(F32)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "8 bits", inputs: &[req(BYTES)], outputs: &[req(Types::SAME)], version: 2 },
    Sig { name: "int16", inputs: &[req(I16)], outputs: &[req(Types::SAME)], version: 3 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (input, output) = (plan.node.input(0)?, plan.node.output(0)?);
    let activation = pool::fused_activation(plan.node);
    if input.dtype == DType::F32 {
        return pool::plan(plan, Max { lowest: f32::MIN, range: float_range(activation)? });
    }
    let (min, max) = pool::quantized_range(activation, output)?;
    match input.dtype {
        DType::I8 => pool::plan(plan, Max { lowest: i8::MIN, range: (min as i8, max as i8) }),
        DType::U8 => pool::plan(plan, Max { lowest: u8::MIN, range: (min as u8, max as u8) }),
        DType::I16 => pool::plan(plan, Max { lowest: i16::MIN, range: (min as i16, max as i16) }),
        other => Err(Error::internal(alloc::format!("MAX_POOL_2D planned for {other}"))),
    }
}
