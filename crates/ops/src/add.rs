//! ADD: `a + b`, elementwise with broadcasting.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::{AddOptions, BuiltinOperator};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::broadcast_shape;
use crate::parts::integer::Integer;
use crate::parts::{arithmetic, quantized_sum};

/// ADD.
pub static OP: OpDef = OpDef {
    name: "ADD",
    code: Code::Builtin(BuiltinOperator::ADD),
    version: 6,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0, 1]),
    effects: Effects::PerElement,
    shapes: broadcast_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "ADD", summary: "a + b, with broadcasting.", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16]);
const INTEGER: Types = Types::of(&[DType::I32, DType::I64, DType::I16]);
const QUANTIZED: Types = Types::of(&[DType::I8, DType::U8, DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT), req(Types::SAME)], outputs: &[req(Types::SAME)], version: 1 },
    Sig {
        name: "integer",
        inputs: &[req(INTEGER), req(Types::SAME)],
        outputs: &[req(Types::SAME)],
        version: 1,
    },
    Sig {
        name: "quantized",
        inputs: &[req(QUANTIZED), req(Types::SAME)],
        outputs: &[req(Types::SAME)],
        version: 2,
    },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let options: AddOptions<'_> = plan.node.options();
    let activation = options.fused_activation_function();
    let input = plan.node.input(0)?;
    match input.dtype {
        DType::F32 | DType::F16 => arithmetic::float(plan, activation, |a, b| a + b),
        DType::I32 => arithmetic::integer(plan, activation, i32::plus),
        DType::I64 => arithmetic::integer(plan, activation, i64::plus),
        DType::I16 if input.quantization.affine().is_none() => {
            arithmetic::integer(plan, activation, i16::plus)
        }
        _ => quantized_sum::kernel(plan, activation, options.pot_scale_int16(), false),
    }
}
