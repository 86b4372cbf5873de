//! LOCAL_RESPONSE_NORMALIZATION: each element divided by a power of what its neighbours in depth add up to.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, math};
use featherlite_schema::{BuiltinOperator, LocalResponseNormalizationOptions};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::rows;

/// LOCAL_RESPONSE_NORMALIZATION.
pub static OP: OpDef = OpDef {
    name: "LOCAL_RESPONSE_NORMALIZATION",
    code: Code::Builtin(BuiltinOperator::LOCAL_RESPONSE_NORMALIZATION),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: rows::same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "LOCAL_RESPONSE_NORMALIZATION",
    summary: "Each element times (bias + alpha * sum of neighbouring squares) ^ -beta, along the innermost dimension.",
    macs: None,
};

const F32: Types = Types::of(&[DType::F32]);

const SIGS: &[Sig] = &[Sig { name: "float32", inputs: &[req(F32)], outputs: &[req(F32)], version: 1 }];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let options: LocalResponseNormalizationOptions<'_> = plan.node.options();
    let (bias, alpha, beta) = (options.bias(), options.alpha(), options.beta());
    let radius = usize::try_from(options.radius())
        .map_err(|_| Error::invalid_model(format!("negative radius {}", options.radius())))?;
    Ok(rows::map(plan.node.input(0)?.shape, move |from: &[f32], to: &mut [f32]| {
        for (index, (to, x)) in to.iter_mut().zip(from).enumerate() {
            let window =
                &from[index.saturating_sub(radius)..index.saturating_add(radius + 1).min(from.len())];
            let sum: f32 = window.iter().map(|x| x * x).sum();
            *to = x * math::pow(bias + alpha * sum, -beta);
        }
    }))
}
