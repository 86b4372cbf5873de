//! REDUCE_PROD: the product of the elements along some axes.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{DType, Element, Error, Quantization, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::activation::{bound, type_range};
use crate::parts::reduce::{self, Reduction};

/// REDUCE_PROD.
pub static OP: OpDef = OpDef {
    name: "REDUCE_PROD",
    code: Code::Builtin(BuiltinOperator::REDUCE_PROD),
    version: 2,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: reduce::shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "REDUCE_PROD", summary: "The product along the axes.", macs: None };

const NUMBER: Types = Types::of(&[DType::F32, DType::I32, DType::I64]);
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);
const I16: Types = Types::of(&[DType::I16]);
const I32: Types = Types::of(&[DType::I32]);

const SIGS: &[Sig] = &[
    Sig { name: "number", inputs: &[req(NUMBER), req(I32)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "8 bits", inputs: &[req(BYTES), req(I32)], outputs: &[req(Types::SAME)], version: 2 },
    Sig { name: "int16", inputs: &[req(I16), req(I32)], outputs: &[req(Types::SAME)], version: 2 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (input, reduction) = (plan.node.input(0)?, Reduction::of(plan)?);
    Ok(match (input.dtype, input.quantization) {
        (DType::F32, _) => reduction.in_strands(1.0, |product, x| product * x, |product| product),
        (DType::I32, _) => reduction.plain(1i32, i32::wrapping_mul, |product| product),
        (DType::I64, _) => reduction.plain(1i64, i64::wrapping_mul, |product| product),
        (DType::U8, Quantization::None) => reduction.plain(1u8, u8::wrapping_mul, |product| product),
        (DType::I8, Quantization::None) => reduction.plain(1i8, i8::wrapping_mul, |product| product),
        (DType::I16, Quantization::None) => reduction.plain(1i16, i16::wrapping_mul, |product| product),
        (DType::I8, _) => quantized(plan, reduction, |q| q as i8)?,
        (DType::I16, _) => quantized(plan, reduction, |q| q as i16)?,
        (other, _) => return Err(Error::unsupported(format!("products of quantized {other}"))),
    })
}

/// Quantized factors are multiplied one by one. Each product, and the last once more, is brought down by the `count`th
/// root of what the whole has to be scaled by, so that it stays in range.
fn quantized<T: Element + Into<i32>>(
    plan: &Plan<'_>,
    reduction: Reduction,
    narrow: impl Fn(i32) -> T + Copy + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let [(input_scale, input_zero), (output_scale, output_zero)] = reduce::scales(plan)?;
    let root = libm::pow(f64::from(output_scale), 1.0 / reduction.count.max(1) as f64);
    let multiplier = Multiplier::from_real(f64::from(input_scale) / root);
    let range = type_range(plan.node.output(0)?.dtype)?;
    let step = move |product: Option<i32>, q: T| {
        let q = q.into().wrapping_sub(input_zero);
        Some(product.map_or(q, |product| multiplier.apply_i64(i64::from(product) * i64::from(q))))
    };
    Ok(reduction.plain(None, step, move |product| {
        let product = product.map(|product| multiplier.apply_i64(product.into()).saturating_add(output_zero));
        narrow(product.map_or(0, |product| bound(product, range)))
    }))
}
