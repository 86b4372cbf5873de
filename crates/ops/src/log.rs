//! LOG: the natural logarithm, elementwise.

use alloc::boxed::Box;

use featherlite_base::{DType, Result, math};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::activation::type_range;
use crate::parts::elementwise::same_shape;
use crate::parts::lut;
use crate::parts::requantize::checked_scale;

/// LOG.
pub static OP: OpDef = OpDef {
    name: "LOG",
    code: Code::Builtin(BuiltinOperator::LOG),
    version: 2,
    sigs: SIGS,
    kernels: &[],
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

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let output = plan.node.output(0)?;
    if !output.dtype.is_quantizable() {
        return lut::real_function(plan, math::log);
    }
    let (scale, zero_point) = checked_scale(output)?;
    // What has no logarithm gets the least value that can be had.
    let least = (type_range(output.dtype)?.0 - zero_point) as f32 * scale;
    lut::real_function(plan, move |x| if x > 0.0 { math::log(x) } else { least })
}
