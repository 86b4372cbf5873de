//! UINT8 between QUANTIZE and DEQUANTIZE, or in a constant, as INT8.

use bytes::Bytes;
use featherlite_base::{DType, Quantization};
use featherlite_ir::{NodeId, Value};
use featherlite_schema::BuiltinOperator as B;

use crate::Result;
use crate::passes::Rewriter;

/// The distance of UINT8 and INT8.
const SHIFT: i32 = 128;

pub(super) fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::DEQUANTIZE) else { return Ok(false) };
    let Some(source) = node.input(0) else { return Ok(false) };
    let graph = rewriter.graph();
    let value = graph.value(source);
    let Some(signed) = signed(value).filter(|_| value.dtype == DType::U8) else { return Ok(false) };
    let value = Value { dtype: DType::I8, quantization: signed, ..value.clone() };
    let quantize = rewriter.made_by(source, B::QUANTIZE).and_then(|(_, quantize)| quantize.input(0));
    let new = if let Some(contents) = &value.constant {
        let moved: Vec<u8> = contents.iter().map(|&byte| byte ^ 0x80).collect();
        let value = value.clone().with_constant(featherlite_ir::aligned(Bytes::from(moved))?);
        rewriter.graph_mut().add_value(value)
    } else {
        // An input, or what another operator gives, is requantized; of a QUANTIZE the result is another one.
        let input = quantize.unwrap_or(source);
        rewriter.before(id).add_values(B::QUANTIZE, &[Some(input)], vec![value])?[0]
    };
    rewriter.substitute(id, B::DEQUANTIZE, &[new])
}

fn signed(value: &Value) -> Option<Quantization> {
    let affine = value.quantization.affine()?;
    let zero_points = affine.zero_points.iter().map(|zero| zero - SHIFT).collect();
    Some(Quantization::per_axis(affine.scales.clone(), zero_points, affine.axis))
}
