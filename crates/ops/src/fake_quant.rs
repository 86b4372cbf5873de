//! FAKE_QUANT: real numbers as they would be after quantization.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, math};
use featherlite_schema::{BuiltinOperator, FakeQuantOptions};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::activation::bound;
use crate::parts::elementwise::{same_shape, unary};

/// FAKE_QUANT.
pub static OP: OpDef = OpDef {
    name: "FAKE_QUANT",
    code: Code::Builtin(BuiltinOperator::FAKE_QUANT),
    version: 2,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "FAKE_QUANT",
    summary: "The real numbers that quantized ones would stand for.",
    macs: None,
};

const F32: Types = Types::of(&[DType::F32]);

const SIGS: &[Sig] = &[Sig { name: "float32", inputs: &[req(F32)], outputs: &[req(F32)], version: 1 }];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let options: FakeQuantOptions<'_> = plan.node.options();
    let (min, max, bits) = (options.min(), options.max(), options.num_bits());
    if options.narrow_range() || !(2..=16).contains(&bits) {
        return Err(Error::unsupported(format!(
            "FAKE_QUANT to {bits} bits, narrow range {}",
            options.narrow_range()
        )));
    }
    let greatest = ((1 << bits) - 1) as f32;
    let scale = (max - min) / greatest;
    // Zero has to be one of the numbers that integers stand for.
    let zero_point = math::round((-min / scale).clamp(0.0, greatest));
    let (least, most, inverse) = (-zero_point * scale, (greatest - zero_point) * scale, 1.0 / scale);
    Ok(unary(plan, move |x: f32| {
        let shifted = bound(x, (least, most)) - least;
        math::round_to_i32(shifted * inverse) as f32 * scale + least
    }))
}
