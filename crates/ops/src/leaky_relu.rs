//! LEAKY_RELU: `x` where it is positive, `alpha * x` elsewhere.

use alloc::boxed::Box;

use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{DType, Result};
use featherlite_schema::{BuiltinOperator, LeakyReluOptions};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::activation::{bound, type_range};
use crate::parts::elementwise::{same_shape, unary};
use crate::parts::lut;
use crate::parts::requantize::scale_or_zero;

/// LEAKY_RELU.
pub static OP: OpDef = OpDef {
    name: "LEAKY_RELU",
    code: Code::Builtin(BuiltinOperator::LEAKY_RELU),
    version: 2,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::PerElement,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "LEAKY_RELU", summary: "x where it is positive, alpha * x elsewhere.", macs: None };

const FLOAT: Types = Types::of(&[DType::F32, DType::F16, DType::Bf16]);
const QUANTIZED: Types = Types::of(&[DType::I8, DType::U8, DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "float", inputs: &[req(FLOAT)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "quantized", inputs: &[req(QUANTIZED)], outputs: &[req(Types::SAME)], version: 2 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (input, output) = (plan.node.input(0)?, plan.node.output(0)?);
    let alpha = plan.node.options::<LeakyReluOptions<'_>>().alpha();
    if !input.dtype.is_quantizable() {
        return lut::real_function(plan, move |x| if x > 0.0 { x } else { x * alpha });
    }
    let (input_scale, input_zero) = scale_or_zero(input)?;
    let (output_scale, output_zero) = scale_or_zero(output)?;
    let range = type_range(output.dtype)?;
    let identity = Multiplier::from_real(f64::from(input_scale / output_scale));
    let slope = Multiplier::from_real(f64::from((input_scale * alpha / output_scale).abs()));
    let is_falling = alpha < 0.0;
    let leaky = move |q: i32| {
        let difference = q - input_zero;
        let scaled = match difference {
            0.. => identity.apply(difference),
            _ if is_falling => slope.apply(difference).wrapping_neg(),
            _ => slope.apply(difference),
        };
        bound(scaled.saturating_add(output_zero), range)
    };
    match input.dtype {
        DType::I16 => Ok(unary(
            plan,
            #[inline(always)]
            move |q: i16| leaky(i32::from(q)) as i16,
        )),
        bytes => Ok(lut::kernel(plan, lut::of_integer(bytes, leaky))),
    }
}
