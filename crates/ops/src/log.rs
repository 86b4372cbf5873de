//! LOG: the natural logarithm, elementwise.

use alloc::boxed::Box;

use featherlite_base::{DType, Result, math};
use featherlite_schema::BuiltinOperator;
use featherlite_simd::{Family, Isa, Row};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::activation::type_range;
use crate::parts::elementwise::{Make, same_shape, unary};
use crate::parts::requantize::checked_scale;
use crate::parts::{lut, vector_math};

/// LOG.
pub static OP: OpDef = OpDef {
    name: "LOG",
    code: Code::Builtin(BuiltinOperator::LOG),
    version: 2,
    sigs: SIGS,
    kernels: &[&F32],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "LOG", summary: "Natural logarithm.", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16, DType::Bf16]);
const QUANTIZED: Types = Types::of(&[DType::I8, DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "quantized", inputs: &[req(QUANTIZED)], outputs: &[req(Types::SAME)], version: 2 },
];

/// The kernels for `f32`.
pub static F32: Family<Make> = Family {
    name: "log_f32",
    rows: &[
        Row { name: "log_f32__vector", isa: Isa::Scalar, kernel: |plan| unary(plan, vector_math::log) },
        Row { name: "log_f32__reference", isa: Isa::Scalar, kernel: |plan| unary(plan, math::log) },
    ],
};

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let output = plan.node.output(0)?;
    if output.dtype == DType::F32 {
        return Ok((plan.choose(&F32).kernel)(plan));
    }
    if !output.dtype.is_quantizable() {
        return lut::real_function(plan, math::log);
    }
    let (scale, zero_point) = checked_scale(output)?;
    // What has no logarithm gets the least value that can be had.
    let least = (type_range(output.dtype)?.0 - zero_point) as f32 * scale;
    lut::real_function(plan, move |x| if x > 0.0 { math::log(x) } else { least })
}
