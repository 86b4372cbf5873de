//! Integers that are dequantized to be quantized again.

use featherlite_ir::NodeId;
use featherlite_schema::BuiltinOperator as B;

use super::{dequantized, quantize};
use crate::Result;
use crate::passes::Rewriter;

/// QUANTIZE of DEQUANTIZE with the same parameters.
pub(super) fn inverse(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some((input, output)) = quantize(rewriter, id) else { return Ok(false) };
    let Some(source) = dequantized(rewriter, input) else { return Ok(false) };
    let graph = rewriter.graph();
    let (before, after) = (graph.value(source), graph.value(output));
    let is_same = before.dtype == after.dtype && before.quantization == after.quantization;
    if !is_same || !rewriter.can_be_output(output, source) {
        return Ok(false);
    }
    rewriter.graph_mut().replace(output, source);
    Ok(true)
}

/// QUANTIZE of DEQUANTIZE with other parameters is one QUANTIZE.
pub(super) fn pair(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some((input, output)) = quantize(rewriter, id) else { return Ok(false) };
    let Some(source) = dequantized(rewriter, input) else { return Ok(false) };
    let graph = rewriter.graph();
    let (before, after) = (graph.value(source), graph.value(output));
    let is_known = before.constant.is_none() && before.dtype == after.dtype;
    if !is_known || before.quantization.affine().is_none_or(|affine| affine.scales.len() > 1) {
        return Ok(false);
    }
    rewriter.substitute(id, B::QUANTIZE, &[source])
}
