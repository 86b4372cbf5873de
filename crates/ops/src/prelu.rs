//! PRELU: `x` where it is positive, `alpha * x` elsewhere; `alpha` is a tensor that broadcasts to `x`.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{DType, Element, Error, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::activation::{bound, type_range};
use crate::parts::elementwise::binary;
use crate::parts::requantize::checked_scale;

/// PRELU.
pub static OP: OpDef = OpDef {
    name: "PRELU",
    code: Code::Builtin(BuiltinOperator::PRELU),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "PRELU",
    summary: "x where it is positive, alpha * x elsewhere, with alpha for each channel.",
    macs: None,
};

const F32: Types = Types::of(&[DType::F32]);
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);
const I16: Types = Types::of(&[DType::I16]);
const ALPHA: Types = Types::of(&[DType::I16, DType::I8]);

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(F32), req(F32)], outputs: &[req(F32)], version: 1 },
    Sig { name: "8 bits", inputs: &[req(BYTES), req(Types::SAME)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "int16", inputs: &[req(I16), req(ALPHA)], outputs: &[req(I16)], version: 1 },
];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (input, alpha) = (node.input(0)?.shape, node.input(1)?.shape);
    if input.broadcast(&alpha)? != input {
        return Err(Error::invalid_shape(format!("alpha {alpha} does not broadcast to the input {input}")));
    }
    Ok(Outputs::one(input))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let input = plan.node.input(0)?;
    match input.dtype {
        DType::F32 => binary(plan, |x: f32, alpha: f32| if x >= 0.0 { x } else { x * alpha }),
        DType::I8 => quantized::<i8, i8>(plan, |q| q as i8),
        DType::U8 => quantized::<u8, u8>(plan, |q| q as u8),
        // The kernel of TensorFlow Lite for 16-bit inputs takes 8-bit slopes, and where a file declares them to have 16
        // bits it reads the same bytes, as many as there are slopes.
        _ => quantized::<i16, i8>(plan, |q| q as i16),
    }
}

fn quantized<T: Element + Into<i32>, A: Element + Into<i32>>(
    plan: &Plan<'_>,
    narrow: impl Fn(i32) -> T + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let (alpha, output) = (plan.node.input(1)?, plan.node.output(0)?);
    let (input_scale, input_zero) = checked_scale(plan.node.input(0)?)?;
    let (alpha_scale, alpha_zero) = checked_scale(alpha)?;
    let (output_scale, output_zero) = checked_scale(output)?;
    let range = type_range(output.dtype)?;
    let identity = Multiplier::from_real(f64::from(input_scale / output_scale));
    let slope = Multiplier::from_real(f64::from(input_scale * alpha_scale / output_scale));
    binary(
        plan,
        #[inline(always)]
        move |x: T, alpha: A| {
            let x = x.into() - input_zero;
            let scaled = match x {
                0.. => identity.apply(x),
                _ => slope.apply(x.wrapping_mul(alpha.into() - alpha_zero)),
            };
            narrow(bound(scaled.wrapping_add(output_zero), range))
        },
    )
}
