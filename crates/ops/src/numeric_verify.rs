//! NumericVerify: the difference between a dequantized tensor and its reference, which the quantization debugger puts into
//! models. With `log_if_failed` a difference above `tolerance` quantization steps fails the run.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Element, Error, F16, Result};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::affine::Scales;
use crate::parts::custom_options::CustomOptions;

/// NumericVerify.
pub static OP: OpDef = OpDef {
    name: "NumericVerify",
    code: Code::Custom("NumericVerify"),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "NumericVerify",
    summary: "The difference between a dequantized tensor and its reference.",
    macs: None,
};

const F32: Types = Types::of(&[DType::F32]);
const INTEGER: Types = Types::of(&[DType::I8, DType::U8, DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "integer", inputs: &[req(INTEGER), req(F32)], outputs: &[req(F32)], version: 1 },
    Sig {
        name: "float16",
        inputs: &[req(Types::of(&[DType::F16])), req(F32)],
        outputs: &[req(F32)],
        version: 1,
    },
];

/// Below it, tolerances are not checked.
const LEAST_TOLERANCE: f32 = 0.1;

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (input, reference) = (node.input(0)?.shape, node.input(1)?.shape);
    if input.elements() != reference.elements() {
        return Err(Error::invalid_shape(format!("a tensor {input} with a reference {reference}")));
    }
    Ok(Outputs::one(input))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (input, options) = (plan.node.input(0)?, CustomOptions::of(plan.node));
    let tolerance = options.optional_float("tolerance")?.unwrap_or(0.0);
    let is_checked = options.flag("log_if_failed")? && tolerance >= LEAST_TOLERANCE;
    let step = input.scale_zero_point().map_or(0.0, |(scale, _)| scale);
    let limit = is_checked.then_some(tolerance * step);
    match input.dtype {
        DType::F16 => kernel::<F16>(limit, |_, input, output| {
            output.iter_mut().zip(input).for_each(|(out, half)| *out = half.to_f32());
        }),
        DType::I8 => dequantized::<i8>(plan, limit),
        DType::U8 => dequantized::<u8>(plan, limit),
        _ => dequantized::<i16>(plan, limit),
    }
}

fn dequantized<T: Element + Into<i32>>(plan: &Plan<'_>, limit: Option<f32>) -> Result<Box<dyn Kernel>> {
    let scales = Scales::of(plan, plan.node.input(0)?)?;
    kernel::<T>(limit, move |io, input, output| {
        scales.apply(io, input, output, |q, scale, zero_point| {
            scale * q.into().wrapping_sub(zero_point) as f32
        });
    })
}

/// `limit` is the difference that makes a run fail.
fn kernel<T: Element>(
    limit: Option<f32>,
    dequantize: impl Fn(&Io<'_>, &[T], &mut [f32]) + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (reference, output) = (io.input::<f32>(1)?, io.output::<f32>(0)?);
        dequantize(io, io.input::<T>(0)?, output);
        for (index, (out, &reference)) in output.iter_mut().zip(reference).enumerate() {
            let real = *out;
            *out = real - reference;
            if let Some(limit) = limit
                && out.abs() > limit
            {
                return Err(Error::invalid_value(format!(
                    "element {index} is {real}, its reference {reference}: more than {limit} apart"
                )));
            }
        }
        Ok(())
    }))
}
