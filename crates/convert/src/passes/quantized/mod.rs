//! Networks that come quantized: a source writes QUANTIZE and DEQUANTIZE around floating-point operators to say in which
//! integers they are to be computed (ONNX calls it QDQ, TensorFlow writes FAKE_QUANT). Here the operators become integer ones.
//!
//! The scheme is that of TensorFlow Lite's 8-bit specification: activations in INT8 with a zero point, weights in INT8 with a
//! scale for each channel and no zero point, bias in INT32 with the product of both scales. UINT8 activations become INT8 by
//! a shift of 128, which changes no result.

use featherlite_base::{Affine, DType, Quantization};
use featherlite_ir::{NodeId, ValueId};
use featherlite_schema::BuiltinOperator as B;

use super::{Pass, Rewriter, Stage};

mod constants;
mod fake_quant;
mod operators;
mod products;
mod requantize;
mod scaled;
mod unsigned;

pub(super) const PASS: Pass = Pass::rules(
    "quantized",
    Stage::Lower,
    "makes operators between DEQUANTIZE and QUANTIZE integer ones",
    &[
        fake_quant::rule,
        unsigned::rule,
        constants::moved,
        requantize::inverse,
        scaled::rule,
        products::rule,
        operators::rule,
        requantize::pair,
    ],
);

/// The integers behind a value that a DEQUANTIZE gives.
fn dequantized(rewriter: &Rewriter<'_>, value: ValueId) -> Option<ValueId> {
    let (_, node) = rewriter.made_by(value, B::DEQUANTIZE)?;
    let source = node.input(0)?;
    rewriter.graph().value(source).quantization.affine().map(|_| source)
}

/// Parameters of a value that is quantized as a whole in INT8 or INT16.
fn per_tensor<'r>(rewriter: &'r Rewriter<'_>, value: ValueId) -> Option<&'r Affine> {
    let value = rewriter.graph().value(value);
    let affine = value.quantization.affine().filter(|affine| affine.scales.len() == 1)?;
    matches!(value.dtype, DType::I8 | DType::I16).then_some(affine)
}

/// The QUANTIZE that `id` is: what it quantizes, and the integers that it gives.
fn quantize(rewriter: &Rewriter<'_>, id: NodeId) -> Option<(ValueId, ValueId)> {
    let node = rewriter.is(id, B::QUANTIZE)?;
    let (input, output) = (node.input(0)?, *node.outputs.first()?);
    let is_float = rewriter.graph().value(input).dtype == DType::F32;
    (is_float && per_tensor(rewriter, output).is_some()).then_some((input, output))
}

/// The range of a type's integers.
fn limits(dtype: DType) -> (i32, i32) {
    match dtype {
        DType::U8 => (0, 255),
        DType::I16 => (-32768, 32767),
        _ => (-128, 127),
    }
}

/// A real number in integers, as TensorFlow Lite rounds: halves away from zero.
fn quantized(real: f32, scale: f32, zero_point: i32, dtype: DType) -> i32 {
    let (low, high) = limits(dtype);
    ((real / scale).round() as i32).saturating_add(zero_point).clamp(low, high)
}

/// Parameters for a tensor as a whole.
fn parameters(scale: f32, zero_point: i32) -> Quantization {
    Quantization::per_tensor(scale, zero_point)
}
